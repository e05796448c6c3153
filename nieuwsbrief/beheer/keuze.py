"""What somebody chose in the list of subscribers: filters and search box."""

import django_filters
from django import forms
from django.conf import settings
from wagtail.admin.filters import WagtailFilterSet

from nieuwsbrief.models import Abonnement, Lijst
from nieuwsbrief.staten import Bron, Staat
from post.screens.filters import Keuze

# What a subscription can come from; the other sources are of later changes.
BRONNEN = [Bron.SITE, Bron.INSCHRIJVING, Bron.VOORKEUREN, Bron.INVOER]


class AbonnementFilterSet(WagtailFilterSet):
    """The filters."""

    lijst = django_filters.ModelChoiceFilter(
        label="Lijst",
        queryset=Lijst.objects.all(),
        empty_label="Alle lijsten",
        widget=forms.RadioSelect,
    )
    staat = django_filters.ChoiceFilter(
        label="Staat",
        choices=Staat.choices,
        empty_label="Alle",
        widget=forms.RadioSelect,
    )
    bron = django_filters.ChoiceFilter(
        label="Bron",
        choices=[(bron.value, bron.label) for bron in BRONNEN],
        empty_label="Alle bronnen",
        widget=forms.RadioSelect,
    )
    taal = django_filters.ChoiceFilter(
        label="Taal",
        field_name="abonnee__taal",
        choices=settings.LANGUAGES,
        empty_label="Alle talen",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Abonnement
        fields = []


class AbonnementKeuze(Keuze):
    """The choice among subscriptions."""

    filterset_class = AbonnementFilterSet
    model = Abonnement

    def search(self, rows):
        return rows.zoek(self.gezocht)

    def value_in_words(self, name, value) -> str:
        if not value or isinstance(value, Lijst):
            return str(value or "")
        choices = self.filters.filters[name].extra["choices"]
        return str(dict(choices)[value])
