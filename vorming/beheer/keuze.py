"""What somebody chose in the list of enrolments: filters and search box.

The list and the bulk actions read the same choice from the same address, so that an act never
reaches further than what stood on the screen.
"""

import datetime
from collections.abc import Sequence

import django_filters
from django import forms
from django.db.models import Exists, F, OuterRef
from django.http import QueryDict
from django.utils.text import get_text_list
from django_filters.fields import ModelChoiceField, ModelChoiceIterator
from wagtail.admin.filters import WagtailFilterSet

from core import clock
from post.screens.filters import Keuze
from vorming.beheer.woorden import sessie_in_woorden
from vorming.models import Aanvraag, Inschrijving, Sessie, VormingPage, zonder_accenten
from vorming.opzoeken import Aandacht
from vorming.staten import Staat

# Sessions that ended longer ago are not proposed; they are still found by their address.
VOORGESTELD = datetime.timedelta(days=365)
ALLES = "alles"
# The filters that the screen of a file has too, with their names there.
OOK_IN_BESTAND = {"sessie": "sessie", "cursus": "vorming", "staat": "staat"}
# What it does not have goes along by name only, so that it can be said.
NIET_MEE = "niet_mee"
ZOEKVAK = "q"


class RecenteSessies(ModelChoiceIterator):
    """What is still to come and what was this year, the latest first."""

    def __iter__(self):
        yield "", self.field.empty_label
        since = clock.now() - VOORGESTELD
        recent = self.queryset.exclude(eindigt_op__lt=since)
        for sessie in recent.order_by(F("begint_op").desc(nulls_first=True), "-pk"):
            yield self.choice(sessie)


class SessieField(ModelChoiceField):
    """Accepts any session, and proposes only the recent ones."""

    iterator = RecenteSessies

    def label_from_instance(self, obj):
        return sessie_in_woorden(obj)


class SessieFilter(django_filters.ModelChoiceFilter):
    field_class = SessieField


def alle_sessies(request):
    """Return what a chosen session is looked up in."""
    return Sessie.objects.select_related("vorming")


def alle_cursussen(request):
    """Return the courses that have sessions."""
    return VormingPage.objects.filter(pk__in=Sessie.objects.order_by().values("vorming"))


class InschrijvingFilterSet(WagtailFilterSet):
    """The filters of the list of enrolments."""

    aandacht = django_filters.ChoiceFilter(
        label="Vraagt aandacht",
        choices=[(ALLES, "alles wat aandacht vraagt"), *Aandacht.choices],
        empty_label="Iedereen",
        widget=forms.RadioSelect,
        method="filter_aandacht",
    )
    sessie = SessieFilter(
        label="Sessie",
        queryset=alle_sessies,  # pyright: ignore[reportArgumentType] - may be a function
        empty_label="Alle sessies",
    )
    cursus = django_filters.ModelChoiceFilter(
        label="Vorming",
        queryset=alle_cursussen,  # pyright: ignore[reportArgumentType] - may be a function
        empty_label="Alle vormingen",
        method="filter_cursus",
    )
    staat = django_filters.MultipleChoiceFilter(
        label="Staat",
        choices=Staat.choices,
        widget=forms.CheckboxSelectMultiple,
        method="filter_staten",
    )
    organisatie = django_filters.CharFilter(label="Organisatie", method="filter_organisatie")

    class Meta:
        model = Inschrijving
        fields = []

    def filter_aandacht(self, queryset, name, value):
        return queryset.vraagt_aandacht("" if value == ALLES else value)

    def filter_cursus(self, queryset, name, value):
        # Row by row: a course may hold most of the table, and sorting it all takes long.
        sessies = Sessie.objects.filter(pk=OuterRef("sessie"), vorming=value).order_by()
        return queryset.filter(Exists(sessies))

    def filter_staten(self, queryset, name, value):
        return queryset.filter(staat__in=value) if value else queryset

    def filter_organisatie(self, queryset, name, value):
        requests = Aanvraag.objects.filter(organisatie_norm__contains=zonder_accenten(value))
        return queryset.filter(aanvraag__in=requests.order_by().values("pk"))


def in_de_lijst(names: Sequence[str]) -> str:
    """Return what these parts of a choice are called on the screen of the list."""
    labels = {name: one.label for name, one in InschrijvingFilterSet.base_filters.items()}
    labels[ZOEKVAK] = "Zoeken"
    return get_text_list([f"“{label}”" for name, label in labels.items() if name in names], "en")


class InschrijvingKeuze(Keuze):
    """The choice among enrolments."""

    filterset_class = InschrijvingFilterSet
    model = Inschrijving

    def search(self, rows):
        return rows.zoek(self.gezocht)

    @property
    def is_iets(self) -> bool:
        """Whether anything narrows the list down."""
        return self.is_geldig and bool(self.gezocht or self.filters.form.has_changed())

    @property
    def sessie(self) -> Sessie | None:
        """The one session that was chosen, if there is one."""
        return self.filters.form.cleaned_data.get("sessie") if self.is_geldig else None

    def voor_bestand(self) -> QueryDict:
        """Return this choice as the screen of a file takes it, and what of it stays behind."""
        found = QueryDict(mutable=True)
        for name, there in OOK_IN_BESTAND.items():
            found.setlist(there, self._data.getlist(name))
        chosen = self.filters.form.cleaned_data if self.is_geldig else {}
        stays = [name for name, value in chosen.items() if value and name not in OOK_IN_BESTAND]
        found.setlist(NIET_MEE, [*stays, ZOEKVAK] if self.gezocht else stays)
        return found

    def value_in_words(self, name, value) -> str:
        if not value:
            return ""
        if name == "sessie":
            return sessie_in_woorden(value)
        if name == "staat":
            return " of ".join(str(Staat(one).label) for one in value)
        if name == "aandacht":
            return "alles" if value == ALLES else str(Aandacht(value).label)
        return str(value)
