"""The sessions: their list, and the addresses of all screens about one."""

from typing import Any

import django_filters
from django import forms
from django.contrib.auth.models import Permission
from django.db.models import Case, F, Value, When
from django.urls import path
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from core import clock
from vorming.beheer.acties import ACTIES
from vorming.beheer.mailen import MailView, MededelingView
from vorming.beheer.scherm import wanneer
from vorming.beheer.sessie import SessieView
from vorming.beheer.sessie_bewerken import (
    NieuweSessieView,
    VerwijderSessieView,
    WijzigSessieView,
)
from vorming.beheer.sessie_stappen import AnnuleerView, PlaatsenView, StaatView
from vorming.models import Sessie, VormingPage
from vorming.staten import SessieStaat, Toestand, Vorm

ONLINE = "online"
WANNEER = [("komend", "Nog te komen"), ("voorbij", "Voorbij"), ("geen", "Nog zonder dagen")]


def stand_van(sessie: Sessie) -> str:
    """Return how a session stands, in words. Needs `met_tellingen`."""
    if sessie.staat == SessieStaat.CONCEPT:
        return "Concept"
    return str(Toestand(sessie.toestand).label)


def waar_van(sessie: Sessie) -> str:
    """Return where a session is, in a few words."""
    place = sessie.gemeente or sessie.locatie
    if sessie.vorm == Vorm.ONLINE:
        return "online"
    return f"{place} of online" if sessie.vorm == Vorm.HYBRIDE and place else place


def plaatsen() -> list[tuple[str, str]]:
    """Return where sessions are."""
    found = Sessie.objects.exclude(gemeente="").order_by("gemeente").values_list("gemeente")
    return [(ONLINE, "online"), *((name, name) for (name,) in found.distinct())]


def _vormingen(request):
    used = Sessie.objects.order_by().values("vorming")
    return VormingPage.objects.filter(pk__in=used).order_by("title")


class SessieFilterSet(WagtailFilterSet):
    """Which sessions."""

    wanneer = django_filters.ChoiceFilter(
        label="Wanneer",
        choices=WANNEER,
        empty_label="Alle",
        widget=forms.RadioSelect,
        method="kies_wanneer",
    )
    staat = django_filters.ChoiceFilter(
        label="Staat", choices=SessieStaat.choices, empty_label="Alle", widget=forms.RadioSelect
    )
    vorming = django_filters.ModelChoiceFilter(
        label="Vorming",
        queryset=_vormingen,  # pyright: ignore[reportArgumentType] - may be a function
        empty_label="Alle vormingen",
    )
    plaats = django_filters.ChoiceFilter(
        label="Plaats", choices=plaatsen, empty_label="Overal", method="kies_plaats"
    )

    class Meta:
        model = Sessie
        fields = []

    def kies_wanneer(self, queryset, name, value):
        chosen = {
            "komend": queryset.komend,
            "voorbij": queryset.voorbij,
            "geen": lambda: queryset.filter(begint_op=None),
        }
        return chosen[value]()

    def kies_plaats(self, queryset, name, value):
        if value == ONLINE:
            return queryset.filter(vorm__in=[Vorm.ONLINE, Vorm.HYBRIDE])
        return queryset.filter(gemeente=value)


class SessieIndexView(IndexView):
    """The sessions: what still needs a day, then what comes, then what is over, latest first."""

    any_permission_required = ["change", "view"]
    page_title = "Sessies"
    add_item_label = "Nieuwe sessie"

    def get_base_queryset(self):
        return Sessie.objects.met_tellingen().select_related("vorming")

    def order_queryset(self, queryset):
        if self.ordering:
            return super().order_queryset(queryset)
        now = clock.now()
        return queryset.order_by(
            Case(
                When(begint_op=None, then=Value(0)),
                When(eindigt_op__gt=now, then=Value(1)),
                default=Value(2),
            ),
            Case(When(eindigt_op__gt=now, then=F("begint_op"))),
            F("begint_op").desc(),
            "pk",
        )


class SessieViewSet(ModelViewSet):
    """Sessions."""

    model = Sessie
    name = "vorming_sessies"
    url_prefix = "vorming/sessies"
    icon = "calendar-alt"
    menu_label = "Sessies"
    index_view_class = SessieIndexView
    index_template_name = "vorming/beheer/sessies.html"
    index_results_template_name = "vorming/beheer/sessies_resultaten.html"
    filterset_class = SessieFilterSet
    search_fields = ["vorming__title", "naam", "locatie", "gemeente"]
    list_per_page = 50
    copy_view_enabled = False
    inspect_view_enabled = True
    form_fields: Any = []
    list_display = [
        TitleColumn("sessie", label="Sessie", accessor=str, url_name="vorming_sessies:inspect"),
        Column("wanneer", label="Wanneer", accessor=wanneer, sort_key="begint_op"),
        Column("waar", label="Waar", accessor=waar_van),
        Column("stand", label="Staat", accessor=stand_van),
        NumberColumn("capaciteit", label="Plaatsen", accessor="capaciteit"),
        NumberColumn("bezet", label="Bezet", accessor="bezet"),
        NumberColumn("aangeboden", label="Aangeboden", accessor="aangeboden"),
        NumberColumn("wachtend", label="Wachtlijst", accessor="wachtend"),
    ]

    def get_permissions_to_register(self):
        return Permission.objects.filter(
            content_type__app_label="vorming",
            codename__in=[
                "add_sessie",
                "change_sessie",
                "view_sessie",
                "exporteer_inschrijvingen",
            ],
        )

    @property
    def url_finder_class(self):
        finder = super().url_finder_class
        return type("SessieFinder", (finder,), {"edit_url_name": self.get_url_name("inspect")})

    def get_urlpatterns(self):
        return [
            path("", self.index_view, name="index"),
            path("lijst/", self.index_results_view, name="index_results"),
            path("nieuw/", NieuweSessieView.as_view(), name="add"),
            path("<int:pk>/", SessieView.as_view(acties=ACTIES), name="inspect"),
            path("<int:pk>/wijzigen/", WijzigSessieView.as_view(), name="edit"),
            path("<int:pk>/verwijderen/", VerwijderSessieView.as_view(), name="verwijderen"),
            path("<int:pk>/staat/", StaatView.as_view(), name="staat"),
            path("<int:pk>/plaatsen/", PlaatsenView.as_view(), name="plaatsen"),
            path("<int:pk>/annuleren/", AnnuleerView.as_view(), name="annuleren"),
            path("<int:pk>/mailen/", MailView.as_view(), name="mailen"),
            path("<int:pk>/mails/<int:mail>/", MededelingView.as_view(), name="mededeling"),
        ]
