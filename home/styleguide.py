"""Example data for the style guide: every component in every state, without a database.

What is shown here is invented and says so; dates count from the clock of the site.
"""

import datetime
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator

from core import clock
from core.blocks import INHOUD, STAP
from core.frame import Taal
from core.glossary import Uitleg, button, notes
from core.models import Bron, Notitie, Regelkader, Team, Termijn
from core.public_forms import PublicForm
from core.search.answering import Result
from core.search.asking import WordGroup
from core.search.finding import Found
from home.models import ContentPage
from nieuwsbrief.brief import inhoud as brief
from trajecten import wegwijzer
from trajecten.diagnosis import Diagnose
from trajecten.models import (
    StapPage,
    TrajectPage,
    VraagPage,
)
from trajecten.rekenhulp import (
    Aanvrager,
    work_out,
)
from trajecten.rekenhulp_form import (
    RekenForm,
)
from trajecten.vinkjes import (
    Punt,
    Telling,
    Vinkjes,
)
from vorming.models import Sessie, Sessiedag, Workshop
from vorming.views.evaluatie import EvaluatieForm

TOKENS = [
    ("Vlakken", ["papier", "vlak", "zand", "let-op-vlak", "info-vlak", "tint-fout", "tint-goed"]),
    ("Inkt", ["inkt", "inkt-zacht", "petrol", "baksteen", "fout", "goed", "rand", "lijn"]),
    (
        "Lijnen",
        [
            "lijn-opstart",
            "tint-opstart",
            "lijn-start",
            "tint-start",
            "lijn-doorstart",
            "tint-doorstart",
        ],
    ),
    ("Vast", ["diep", "zon"]),
]
ICONS = [
    "agenda",
    "pijl",
    "terug",
    "zoek",
    "download",
    "mail",
    "telefoon",
    "letop",
    "info",
    "klaar",
    "speel",
    "bron",
]
STEPS = [
    ("Verken de mogelijkheden", "Eerste weken", "We weten niet waar te beginnen."),
    ("Zoek je kernpartners", "Eerste weken", "We missen een partner aan tafel."),
    ("Schrijf een zakelijk plan", "Eerste halfjaar", "Het geld is op voor het jaar om is."),
    ("Vertel wat het netwerk doet", "Eerste halfjaar", ""),
]


def examples() -> dict:
    """Return the context of the style guide."""
    day = clock.today()
    trajectories = [
        _trajectory(number, kind) for number, kind in enumerate(TrajectPage.Soort.values)
    ]
    modules = trajectories[2].stappen
    return {
        "tokens": TOKENS,
        "iconen": [f"illustraties/icoon-{name}.svg" for name in ICONS],
        "trajecten": trajectories,
        "termijnen": _deadlines(day),
        "staten": _page_states(day),
        "nazicht": _reviews(day),
        "blokken": [(block.label, block.bind(_block_value(name, block))) for name, block in INHOUD],
        "soorten_let_op": _remarks(),
        "diagnose": Diagnose(
            vragen=[(step, step is modules[0]) for step in modules if step.herken_je],
            modules=[modules[0]],
            verstuurd=True,
        ),
        "formulier": _form(),
        "nog_eens": SimpleNamespace(asks_again=True, errors={}),
        "schaal": EvaluatieForm(vragen=[])["stelling_duidelijk"],
        "nazien": [("Je naam", "Voorbeeld"), ("Je rol", ""), ("Je vraag", "Een regel.\nNog een.")],
        "herkomst": SimpleNamespace(
            pagina=trajectories[0].stappen[0], antwoorden=[("Wat herken je?", STEPS[0][2])]
        ),
        "vervolg": ["Je krijgt een mail.", "We bellen je."],
        "vragen": [_addressed(VraagPage(pk=3000, title="Hoe vaak komen we samen?"))],
        **_route_chooser(day),
        **_checklist(trajectories[0].stappen[0]),
        **_calculator(day),
        "briefdelen": _issue(trajectories[0].stappen[0]),
        "bladzijde": Paginator(range(60), 12).page(2),
        "zoekresultaten": _search_results(),
        "begrip_in_tekst": _term(),
        "lees_ook": [trajectories[0].stappen[0], trajectories[1].stappen[1]],
        "mededelingen": [
            Notitie(titel="Voorbeeld van een mededeling", tekst="Hoogstens twee korte zinnen.")
        ],
        "talen": [
            Taal("nl", "nl-BE", "Nederlands", "#kader", True),
            Taal("fr", "fr-BE", "Français", "#kader", False),
            Taal("en", "en", "English", "#kader", False),
        ],
        "dag": day,
        "sessies": _sessions(),
    }


def _checklist(step):
    """Return a list of which half is done, and how far that is."""
    block = dict(STAP)["acties"]
    value = block.normalize(block.get_preview_value())
    points = {
        action["actie"]: Punt(name, action["actie"], action["uitleg"])
        for name, action in zip(("a000", "b000"), value["acties"], strict=True)
    }
    return {
        "stap": step,
        "vinkjes": Vinkjes({step.sleutel: points}, frozenset({"a000"}), step.sleutel),
        "afvinklijst": block.bind(value),
        "tellingen": [Telling(0, 6), Telling(2, 6), Telling(6, 6)],
    }


def _issue(page):
    """Return a part of a newsletter in every form."""
    url = page.url_path
    return [
        brief.Onderdeel("kop", "kop", titel="In de kijker"),
        brief.Onderdeel(
            "kaart",
            "vorming",
            label="Vorming",
            titel="Voorbeeldvorming",
            tekst="Wat je er leert, in een zin.",
            url=url,
            linktekst="Bekijk en schrijf je in",
            feiten=("maandag 4 januari, Voorbeeldgem: nog 3 plaatsen",),
        ),
        brief.Onderdeel(
            "lijst",
            "nieuw",
            titel="Nieuw op de site",
            punten=(brief.Punt(page.title, url, "Nieuw."),),
        ),
        brief.Onderdeel("citaat", "citaat", tekst="We begonnen klein.", wie="Voorbeeldpersoon"),
        brief.Onderdeel("knop", "knop", url=url, linktekst="Begin eraan"),
        brief.Onderdeel("streep", "streep"),
    ]


def _calculator(day):
    """Return a sum, and the form with a mistake in it."""
    rules = _rules(day, start=-400)
    rules.factor_gemeente, rules.jaren_gemeente, rules.bron = 2, 6, _source()
    rules.uitleg_inbreng = "Wat de regels erover zeggen, in een of twee zinnen."
    page = SimpleNamespace(regels=[rules], tabellen={})
    typed = {"regels": "1", "aanvrager": Aanvrager.GEMEENTE.value, "bedrag": "abc"}
    return {
        "som": work_out(rules, Aanvrager.GEMEENTE, Decimal("1234.56")),
        "rekenfout": RekenForm(page, typed),
    }


class VoorbeeldForm(PublicForm):
    """Every kind of field."""

    naam = forms.CharField(label="Je naam")
    e_mail = forms.CharField(
        label="Je e-mailadres", help_text="Een woord uitleg.", widget=forms.EmailInput
    )
    telefoon = forms.CharField(
        label="Je telefoonnummer", required=False, widget=forms.TextInput({"type": "tel"})
    )
    vraag = forms.CharField(label="Je vraag", widget=forms.Textarea({"rows": 4}))
    dag = forms.ChoiceField(
        label="Welke dag past?",
        choices=[("ma", "Maandag"), ("di", "Dinsdag")],
        widget=forms.RadioSelect,
    )


def _form():
    """Return a form of which some answers are missing."""
    form = VoorbeeldForm(
        {"zegel": VoorbeeldForm().seal_text, "naam": "Voorbeeld", "vraag": "Hoe begin ik?"}
    )
    form.full_clean()
    return form


def _sessions():
    """Return a session in every state that a visitor may read."""
    now = clock.now().replace(hour=9, minute=30, second=0, microsecond=0)
    later = datetime.timedelta(days=3)
    kinds = [
        {"bezet": 4, "naam": "voorbeeld in Gent"},
        {"bezet": 17, "prijs": 45},
        {"bezet": 20, "wachtend": 3},
        {"bezet": 20, "wachtend": 3, "max_wachtlijst": 3},
        {"bezet": 0, "opent_op": now + later},
        {"bezet": 9, "staat": "gesloten", "vorm": "hybride"},
        {"bezet": 0, "staat": "geannuleerd", "vorm": "online", "locatie": ""},
    ]
    return [_session(number, now, fields) for number, fields in enumerate(kinds, start=1)]


def _session(number, now, fields):
    begin = now + datetime.timedelta(days=30 + number)
    day = Sessiedag(begin=begin, einde=begin + datetime.timedelta(hours=6))
    counts = {"bezet": 0, "wachtend": 0}
    values = {"staat": "open", "capaciteit": 20, "locatie": "Voorbeeldzaal", **fields}
    session = Sessie(
        pk=number,
        begint_op=day.begin,
        eindigt_op=day.einde,
        **{name: value for name, value in values.items() if name not in counts},
    )
    for name in counts:
        setattr(session, name, values.get(name, 0))
    workshops = [_workshop(*one) for one in (("Regie", 0), ("Sport", 3), ("Taal", 20))]
    session._prefetched_objects_cache = {
        "dagen": [day],
        "workshops": workshops if number == 1 else [],
    }
    return session


def _workshop(name, free):
    workshop = Workshop(ronde="Voormiddag", naam=name, capaciteit=20)
    workshop.bezet = 20 - free
    return workshop


def _addressed(page):
    """Give a page that is in no tree an address on the style guide itself."""
    page.url_hier = "#lijnen"
    page.get_url = lambda request=None, current_site=None: "#lijnen"
    return page


def _trajectory(number, kind):
    """Return a trajectory with four steps."""
    traject = _addressed(
        TrajectPage(
            pk=1000 + number,
            title=f"{kind.capitalize()}traject",
            soort=kind,
            voor_wie="Herken je jouw gemeente in deze vraag?",
            samenvatting="Een of twee zinnen die zeggen wat je hier vindt en voor wie het is.",
        )
    )
    traject.stappen = []
    for place, (title, group, recognition) in enumerate(STEPS, start=1):
        step = _addressed(
            StapPage(
                pk=2000 + 10 * number + place,
                title=title,
                samenvatting="Wat je hier doet, in een of twee zinnen.",
                groep=group if kind == TrajectPage.Soort.START else "",
                herken_je=recognition,
            )
        )
        step.nummer = place
        traject.stappen.append(step)
    return traject


def _search_results():
    """Return a result found by its own word, and one by a synonym."""
    found = Found(
        pk=1,
        title="Voorbeeld van een resultaat",
        url_path="",
        model="contentpage",
        promoted=False,
        complete=True,
        score=1,
        summary="De samenvatting van de pagina.",
        text="Een zin waarin het voorbeeld staat, met een stuk tekst eromheen.",
        forms={"voorbeeld": ["voorbeeld"]},
    )
    results = [
        Result(found, [WordGroup(typed, variants={"voorbeeld": 100})])
        for typed in ("voorbeeld", "toonbeeld")
    ]
    for result in results:
        result.address = "#vinden"
    return results


def _term():
    """Return a word with its explanation behind it, as a text shows them."""
    term = Uitleg(1, "voorbeeldbegrip", "Een of twee zinnen die iemand van buiten begrijpt.")
    return button(term, "stijlgids", "het voorbeeldbegrip"), notes(
        [term], "stijlgids", "#begrippen"
    )


def _rules(day, start=None, end=None, name="Voorbeelddecreet"):
    return Regelkader(
        pk=1,
        naam=name,
        korte_naam=name,
        geldig_van=day + datetime.timedelta(days=start) if start is not None else None,
        geldig_tot=day + datetime.timedelta(days=end) if end is not None else None,
    )


def _source():
    return Bron(
        pk=1, titel="Voorbeeldbron", uitgever="Voorbeelduitgever", url="https://example.org/bron"
    )


def _deadlines(day):
    """Return a deadline in each of its states, with the name of the state."""
    offsets = [
        ("ver", 200),
        ("nabij", 45),
        ("dichtbij", 12),
        ("morgen", 1),
        ("laatste dag", 0),
        ("voorbij", -30),
    ]
    found = [
        (state, _deadline(day + datetime.timedelta(days=offset), day)) for state, offset in offsets
    ]
    period = _deadline(day + datetime.timedelta(days=90), day)
    period.soort, period.begin = Termijn.Soort.PERIODE, day + datetime.timedelta(days=20)
    running = _deadline(day + datetime.timedelta(days=90), day)
    running.soort, running.begin = Termijn.Soort.PERIODE, day - datetime.timedelta(days=20)
    without = Termijn(naam="Voorbeeldtermijn", toelichting="Zodra er een datum is, staat ze hier.")
    return [*found, ("niet begonnen", period), ("bezig", running), ("geen datum", without)]


def _deadline(last_day, day):
    return Termijn(
        naam="Voorbeeldtermijn",
        dag=last_day.day,
        maand=last_day.month,
        jaar=last_day.year,
        regelkader=_rules(day),
        bron=_source(),
        toelichting="Een of twee zinnen onder de datum.",
        tekst_voorbij="Wat je nu nog wel kunt doen.",
        bevestigd_op=day,
    )


def _page_states(day):
    """Return a page in each state of its rules, with the name of the state."""
    current, ended = _rules(day, start=-400), _rules(day, start=-800, end=-10, name="Vorig decreet")
    return [
        ("actueel", _page(current)),
        ("overgang", _page(ended, current, staat=ContentPage.Staat.OVERGANG)),
        ("regels verlopen", _page(ended)),
        ("archief", _page(ended, staat=ContentPage.Staat.ARCHIEF)),
        ("archief zonder regels", _page(staat=ContentPage.Staat.ARCHIEF)),
    ]


def _page(*rules, **fields):
    page = ContentPage(title="Voorbeeldpagina", **fields)
    page.geldende_regelkaders = list(rules)
    return page


def _reviews(day):
    """Return pages before and after the day of their next review."""
    team = Team(pk=1, naam="Voorbeeldteam")
    later, earlier = day + datetime.timedelta(days=150), day - datetime.timedelta(days=5)
    return [
        _page(eigenaar=team, nagekeken_op=day, volgend_nazicht=later),
        _page(
            eigenaar=team, nagekeken_op=day - datetime.timedelta(days=200), volgend_nazicht=earlier
        ),
    ]


def _block_value(name, block):
    """Return what a block shows in the editor's block picker; facts are unsaved examples."""
    if name == "termijn":
        day = clock.today()
        deadline = _deadline(day + datetime.timedelta(days=45), day)
        deadline.live = True
        return block.normalize({"termijn": deadline})
    if name == "bronnen":
        return block.normalize([_source()])
    if name == "download":
        value = block.normalize({"document": None, "uitleg": ""})
        # No document of the site: its address would lead nowhere.
        value["document"] = SimpleNamespace(
            title="Voorbeeldbestand",
            url="#blokken",
            file_extension="pdf",
            file_size=184_000,
            doel="Om samen met je partners in te vullen.",
            created_at=clock.now(),
            toegankelijke_versie=None,
        )
        return value
    return block.get_preview_value()


def _route_chooser(day):
    """Return the route chooser at a question, at a question sent empty, and at an outcome."""
    answers = tuple(
        wegwijzer.Antwoord(code, text, f"Je koos: {text}.", "einde")
        for code, text in (("ja", "Ja"), ("nee", "Nee"), ("weet-niet", "Dat weet ik niet"))
    )
    questions = [
        wegwijzer.Vraag(f"vraag{number}", text, "Hier staat hulp voor wie twijfelt.", answers)
        for number, text in enumerate(("Een voorbeeldvraag?", "Nog een voorbeeldvraag?"))
    ]
    given = (wegwijzer.Gegeven(questions[0], answers[1]),)
    known = ((questions[0].code, answers[1].code),)
    deadline = _deadline(day + datetime.timedelta(days=45), day)
    deadline.live = True
    return {
        "tocht": wegwijzer.Tocht(given, questions[1], bekend=known, fout=True, hoogstens=2),
        "tocht_einde": wegwijzer.Tocht(given, uitkomst="einde", bekend=known, hoogstens=1),
        "uitkomst": {
            "titel": "Een voorbeelduitkomst",
            "tekst": "Wat bij deze bezoeker past, of eerlijk wat niet meer kan.",
            "actie": SimpleNamespace(live=False),
            "termijn": deadline,
            "contact": SimpleNamespace(live=False),
        },
        "wegwijzer": SimpleNamespace(
            title="Welk traject past bij jou?", samenvatting="Een of twee zinnen over de vragen."
        ),
    }


def _remarks():
    """Return the remark in each of its kinds."""
    block = dict(INHOUD)["let_op"]
    value = block.get_preview_value()
    kinds = [kind for kind, _label in block.child_blocks["soort"].field.choices if kind]
    return [block.bind(block.normalize({**value, "soort": kind})) for kind in kinds]
