"""The admin of the shared facts."""

from wagtail.admin.ui.tables import Column, LiveStatusTagColumn
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from core.columns import DayColumn
from core.models import (
    Begrip,
    Bron,
    Notitie,
    Regelkader,
    Synoniemgroep,
    Team,
    Termijn,
    Woordvorm,
)

STAND_IN_WORDS = {
    "geen": "geen datum",
    "niet-begonnen": "nog niet begonnen",
    "ver": "later",
    "nabij": "binnen 60 dagen",
    "dichtbij": "binnen 14 dagen",
    "laatste-dag": "laatste dag",
    "voorbij": "voorbij",
}


def last_day(termijn):
    """Return the last day of a deadline, as the date panel shows it."""
    return termijn.stand.laatste_dag


def stand_in_words(termijn):
    """Return how near a deadline is, in words."""
    stand = termijn.stand
    if termijn.soort == Termijn.Soort.INGANG and stand.geldt_nu:
        return "geldt nu"
    return STAND_IN_WORDS[stand.nabijheid]


class TermijnViewSet(SnippetViewSet):
    """Deadlines."""

    model = Termijn
    icon = "date"
    list_display = [
        "naam",
        "soort",
        DayColumn("laatste_dag", label="laatste dag", accessor=last_day),
        Column("stand", label="stand", accessor=stand_in_words),
        "regelkader",
        LiveStatusTagColumn(),
    ]
    list_filter = ["soort", "regelkader", "live"]
    search_fields = ["naam"]


class RegelkaderViewSet(SnippetViewSet):
    """Sets of rules."""

    model = Regelkader
    icon = "clipboard-list"
    list_display = [
        "naam",
        DayColumn("geldig_van", label="geldig van"),
        DayColumn("geldig_tot", label="tot en met"),
        DayColumn("bevestigd_op", label="bevestigd op"),
        LiveStatusTagColumn(),
    ]
    search_fields = ["naam", "korte_naam"]


class BronViewSet(SnippetViewSet):
    """Sources."""

    model = Bron
    icon = "link-external"
    list_display = ["titel", "uitgever", DayColumn("geraadpleegd_op", label="geraadpleegd op")]
    search_fields = ["titel", "uitgever", "url"]


class BegripViewSet(SnippetViewSet):
    """Terms."""

    model = Begrip
    icon = "openquote"
    list_display = ["term", "andere_namen", "uitleg"]
    chooser_per_page = 50
    search_fields = ["term", "andere_namen", "uitleg"]


class NotitieViewSet(SnippetViewSet):
    """Notices."""

    model = Notitie
    icon = "info-circle"
    list_display = [
        "titel",
        DayColumn("begin", label="eerste dag"),
        DayColumn("einde", label="laatste dag"),
        LiveStatusTagColumn(),
    ]
    search_fields = ["titel", "tekst"]


class TeamViewSet(SnippetViewSet):
    """Teams."""

    model = Team
    icon = "group"
    list_display = ["naam", "e_mail"]
    search_fields = ["naam"]


class GegevensViewSetGroup(SnippetViewSetGroup):
    """Everything that is kept once and shown everywhere."""

    menu_label = "Gegevens"
    menu_icon = "list-ul"
    menu_order = 250
    add_to_admin_menu = True
    items = [
        TermijnViewSet,
        RegelkaderViewSet,
        BronViewSet,
        BegripViewSet,
        NotitieViewSet,
        TeamViewSet,
    ]


class SynoniemgroepViewSet(SnippetViewSet):
    """Words that mean the same to visitors."""

    model = Synoniemgroep
    icon = "link"
    list_display = ["woorden", "werking"]
    list_filter = ["werking"]
    search_fields = ["woorden"]


class WoordvormViewSet(SnippetViewSet):
    """Words that search would take for others."""

    model = Woordvorm
    icon = "edit"
    list_display = ["woord", "telt_als"]
    search_fields = ["woord", "telt_als"]


class ZoekenViewSetGroup(SnippetViewSetGroup):
    """What editors teach search."""

    # Not "Zoeken": that is the search of the admin itself.
    menu_label = "Zoekwoorden"
    menu_icon = "search"
    menu_order = 260
    add_to_admin_menu = True
    items = [SynoniemgroepViewSet, WoordvormViewSet]
