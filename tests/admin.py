"""What an editor does in the admin, as requests of a browser."""

import datetime
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, SoupStrainer
from django.http import QueryDict
from django.urls import reverse
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.test.utils.form_data import (
    nested_form_data,
    querydict_from_html,
    rich_text,
    streamfield,
)

from core.models import Bron, Team, Termijn
from core.rich_text import KORTE_TEKST, TEKST
from home.models import ArtikelPage, BegrippenPage, ContentPage, HomePage, InspiratieIndexPage
from nieuwsbrief.models import Lijst, NieuwsbriefIndexPage, NieuwsbriefPage
from tests.factories import PAGE_FACTORIES, TrajectPageFactory, dutch, home, only
from trajecten.models import (
    RekenhulpPage,
    StapPage,
    TermijnenPage,
    TrajectIndexPage,
    TrajectPage,
    VerzoekPage,
    VraagIndexPage,
    VraagPage,
    WegwijzerPage,
)
from vorming.models import VormingIndexPage, VormingPage

TITEL = "Bel je partners op"


def tekst_blok(tekst="Zo begin je eraan."):
    return ("tekst", rich_text(f"<p>{tekst}</p>", features=TEKST))


def _inhoud():
    """Return a body with the blocks that every page of explanation may have."""
    return [
        ("kop", "Wat je nodig hebt"),
        tekst_blok(),
        ("termijn", {"termijn": str(Termijn.objects.filter(locale=dutch()).first().pk)}),
        ("bronnen", inline_list([str(Bron.objects.filter(locale=dutch()).first().pk)])),
    ]


def inline_list(values):
    """Return the form data of a ListBlock."""
    items = {
        str(i): {"value": value, "deleted": "", "order": str(i), "id": ""}
        for i, value in enumerate(values)
    }
    return {"count": str(len(items)), **items}


def wegwijzer_onderdelen(naar_ja="start", naar_nee="opstart"):
    """Return the form data of a small route chooser: one question, two outcomes."""
    answers = [
        {"antwoord": "Ja", "code": "ja", "reden": "Er is een netwerk.", "naar": naar_ja},
        {"antwoord": "Nee", "code": "nee", "reden": "Er is geen netwerk.", "naar": naar_nee},
    ]
    question = {
        "vraag": "Is er al een netwerk?",
        "code": "netwerk",
        "uitleg": "",
        "antwoorden": inline_list(answers),
    }
    return [
        ("vraag", question),
        *(("uitkomst", wegwijzer_uitkomst(code)) for code in ("start", "opstart")),
    ]


def wegwijzer_uitkomst(code):
    """Return the form data of an outcome of a route chooser."""
    text = rich_text("<p>Dit past bij jou.</p>", features=KORTE_TEKST)
    optional = dict.fromkeys(("actie", "actie_tekst", "termijn", "contact", "contact_tekst"), "")
    return {"titel": f"Uitkomst {code}", "code": code, "tekst": text, **optional}


@dataclass(frozen=True)
class PaginaSoort:
    """How an editor makes a page of one type.

    `eigen` is what is filled in besides the fields of every page; `verplicht` is what must be
    filled in before the page can be published.
    """

    model: type
    parent: object
    eigen: object = dict
    verplicht: set = field(default_factory=set)
    per_taal_een: bool = False

    def __str__(self):
        return self.model.__name__

    def existing(self):
        """Return a Dutch page of this type: of the launch, or made where the launch has none."""
        found = self.model.objects.filter(locale__language_code="nl").first()
        return found or PAGE_FACTORIES[self.model]()

    def make_room(self):
        """Withdraw the launch page of a type that exists once, so that a new one may be made."""
        if self.model is HomePage:
            Page.objects.get(depth=2, locale__language_code="en").delete()
        elif self.model is VerzoekPage:
            VerzoekPage.objects.get(soort="helpdesk", locale=dutch()).delete()
        elif self.per_taal_een:
            self.model.objects.get(locale=dutch()).delete()


PAGINASOORTEN = [
    PaginaSoort(
        HomePage,
        Page.get_first_root_node,
        lambda: {
            "inleiding": "Welkom.",
            "keuze_kop": "Waar sta je?",
            "body": streamfield(_inhoud()),
        },
        {"inleiding", "keuze_kop"},
        per_taal_een=True,
    ),
    PaginaSoort(
        ContentPage, home, lambda: {"inleiding": "Uitleg.", "body": streamfield(_inhoud())}
    ),
    PaginaSoort(
        BegrippenPage,
        home,
        lambda: {"inleiding": "Woorden.", "body": streamfield(_inhoud())},
        per_taal_een=True,
    ),
    PaginaSoort(
        InspiratieIndexPage,
        home,
        lambda: {"inleiding": "Praktijken.", "body": streamfield(_inhoud())},
        per_taal_een=True,
    ),
    PaginaSoort(
        ArtikelPage,
        lambda: only(InspiratieIndexPage),
        lambda: {
            "datum": "2026-11-20",
            "inleiding": "Een verhaal.",
            "body": streamfield([tekst_blok()]),
            "tags": "praktijk, sport",
        },
        {"datum", "inleiding"},
    ),
    PaginaSoort(
        TrajectIndexPage,
        home,
        lambda: {"inleiding": "Drie lijnen.", "body": streamfield(_inhoud())},
        per_taal_een=True,
    ),
    PaginaSoort(
        TrajectPage,
        lambda: only(TrajectIndexPage),
        lambda: {
            "soort": "start",
            "voor_wie": "Is je nota goedgekeurd?",
            "inleiding": "Taken in elke volgorde.",
            "resultaat": rich_text("<p>Een netwerk.</p>", features=KORTE_TEKST),
            "body": streamfield(_inhoud()),
        },
        {"soort", "voor_wie", "inleiding"},
    ),
    PaginaSoort(
        StapPage,
        TrajectPageFactory,
        lambda: {
            "inleiding": "Begin klein.",
            "resultaat": rich_text("<p>Een lijst.</p>", features=KORTE_TEKST),
            "body": streamfield(
                [
                    ("in_het_kort", inline_list(["Je belt drie mensen."])),
                    (
                        "acties",
                        {
                            "titel": "Wat je doet",
                            "acties": inline_list([{"actie": "Bel je OCMW", "uitleg": ""}]),
                        },
                    ),
                    *_inhoud(),
                ]
            ),
        },
    ),
    PaginaSoort(
        WegwijzerPage,
        lambda: only(TrajectIndexPage),
        lambda: {
            "inleiding": "Een vraag.",
            "onderdelen": streamfield(wegwijzer_onderdelen()),
            "body": streamfield(_inhoud()),
        },
        {"onderdelen"},
        per_taal_een=True,
    ),
    PaginaSoort(
        TermijnenPage,
        lambda: only(TrajectIndexPage),
        lambda: {"inleiding": "Alle datums.", "body": streamfield(_inhoud())},
        per_taal_een=True,
    ),
    PaginaSoort(
        RekenhulpPage,
        lambda: only(TrajectIndexPage),
        lambda: {"inleiding": "Reken mee.", "body": streamfield(_inhoud())},
        per_taal_een=True,
    ),
    PaginaSoort(
        VraagIndexPage,
        home,
        lambda: {"inleiding": "Antwoorden.", "body": streamfield(_inhoud())},
        per_taal_een=True,
    ),
    PaginaSoort(
        VraagPage,
        lambda: only(VraagIndexPage),
        lambda: {
            "antwoord": "Dat mag.",
            "body": streamfield(_inhoud()),
            "tags": "geld, regels",
            "stappen": str(StapPage.objects.filter(locale=dutch()).first().pk),
        },
        {"antwoord"},
    ),
    PaginaSoort(
        VerzoekPage,
        lambda: ContentPage.objects.get(slug="contact", locale=dutch()),
        lambda: {
            "soort": "helpdesk",
            "inleiding": "Vraag het ons.",
            "vervolg": "Je krijgt een mail.",
            "body": streamfield(_inhoud()),
        },
        {"soort", "vervolg"},
    ),
    PaginaSoort(
        VormingIndexPage,
        home,
        lambda: {"inleiding": "Leer bij.", "body": streamfield(_inhoud())},
        per_taal_een=True,
    ),
    PaginaSoort(
        VormingPage,
        lambda: only(VormingIndexPage),
        lambda: {
            "niveau": "basis",
            "inleiding": "Begin hier.",
            **{
                name: rich_text("<p>Een zin.</p>", features=KORTE_TEKST)
                for name in (
                    "doelgroep",
                    "leerdoelen",
                    "programma",
                    "praktisch",
                    "lesgevers",
                    "afspraken",
                )
            },
            "vraag_noden": "on",
            "evaluatievragen": "Wat mis je nog?",
            "vragen": streamfield([("ja_nee", {"vraag": "Werk je al lang?", "uitleg": ""})]),
            "body": streamfield(_inhoud()),
        },
        {"niveau"},
    ),
    PaginaSoort(
        NieuwsbriefIndexPage,
        home,
        lambda: {"inleiding": "Vier keer per jaar.", "body": streamfield(_inhoud())},
        per_taal_een=True,
    ),
    PaginaSoort(
        NieuwsbriefPage,
        lambda: only(NieuwsbriefIndexPage),
        lambda: {
            "nummer": "7",
            "eerste_maand": "2026-11-01",
            "onderwerp": "Nieuws uit de netwerken",
            "preheader": "",
            "lijsten": [str(Lijst.objects.te_kiezen()[0].pk)],
            "body": streamfield(
                [("inleiding", rich_text("<p>Dit is nieuw.</p>", features=KORTE_TEKST))]
            ),
        },
        {"nummer", "eerste_maand", "onderwerp"},
    ),
]
# What every page must have before it is published.
ALTIJD_VERPLICHT = {"samenvatting", "eigenaar"}


def add_url(soort, parent, name="add"):
    """Return the address of the form for a new page."""
    meta = soort.model._meta
    return reverse(f"wagtailadmin_pages:{name}", args=[meta.app_label, meta.model_name, parent.pk])


def form_in(response, form_id="page-edit-form") -> QueryDict:
    """Return what the browser would send when nothing is filled in."""
    assert response.status_code == 200, response
    html = response.content.decode()
    data = querydict_from_html(html, form_id=form_id)
    # A browser sends "on" for a box without a value; Wagtail's helper sends nothing.
    inputs = BeautifulSoup(html, "html.parser", parse_only=SoupStrainer("input"))
    for box in inputs.select("input[type=checkbox][checked]:not([value])"):
        if data.get(box.get("name")) == "":
            data[box["name"]] = "on"
    return data


def empty_form(client, soort, parent) -> QueryDict:
    """Open the form for a new page; return what it holds."""
    data = form_in(client.get(add_url(soort, parent)))
    # The lists of blocks are made by a script.
    fields = soort.model._meta.get_fields()
    streams = [field.name for field in fields if isinstance(field, StreamField)]
    return fill(data, {name: streamfield([]) for name in streams})


def fill(data: QueryDict, values: dict) -> QueryDict:
    """Fill in some fields."""
    for name, value in nested_form_data(values).items():
        data[name] = value
    return data


def complete(soort) -> dict:
    """Return everything an editor fills in for a page that can be published."""
    return {
        "title": TITEL,
        "slug": "bel-je-partners-op",
        "samenvatting": "Een zin die zegt wat hier staat.",
        "eigenaar": str(Team.objects.filter(locale=dutch()).first().pk),
        "nagekeken_op": datetime.date(2026, 11, 20).isoformat(),
        "volgend_nazicht": datetime.date(2027, 11, 20).isoformat(),
        **soort.eigen(),
    }


def errors_of(response) -> dict:
    """Return the faults that a form shows, by field, and fail when there is no form."""
    form = response.context["form"]
    return {
        name: [message for fault in faults for message in _words_of(fault)]
        for name, faults in form.errors.as_data().items()
    }


def _words_of(fault):
    # A list of blocks keeps what is said above it apart from what is said at a block.
    above = getattr(fault, "non_block_errors", None)
    return list(above) if above else fault.messages


def page_called(title):
    """Return the newest page with a title."""
    return Page.objects.filter(title=title).order_by("-pk").first()
