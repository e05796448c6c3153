"""Example sessions in every state, for who tries the site out. Every name says that it is one."""

import datetime
import uuid

from core import clock
from vorming.models import Aanwezig, Sessie, VormingPage, Workshop
from vorming.services import (
    aanwezigheid,
    attesten,
    deelnemer,
    evaluatie,
    inschrijven,
    sessies,
)
from vorming.services.aanwezigheid import Wijziging
from vorming.services.basis import KLOK
from vorming.services.inschrijven import Gegevens, Persoon
from vorming.services.sessies import Dag
from vorming.staten import Doorschuiven, SessieStaat, SoortOrganisatie, Vorm

NAAM = "voorbeeld"
NAMEN = ["An", "Bilal", "Chloé", "Dirk", "Emine", "Faya", "Geert", "Hilde", "Imane", "Joris"]
ORGANISATIES = [
    ("Voorbeeldgemeente", SoortOrganisatie.LOKAAL_BESTUUR),
    ("OCMW Voorbeeldstad", SoortOrganisatie.OCMW),
    ("Vereniging Voorbeeld", SoortOrganisatie.ARMOEDEVERENIGING),
]


def load() -> int:
    """Make the example sessions where there are none; return how many."""
    if Sessie.objects.filter(naam__startswith=NAAM).exists():
        return 0
    pages = VormingPage.objects.filter(live=True, locale__language_code="nl").order_by("path")
    kinds = {
        VormingPage.Niveau.BASIS: (_open, _waiting, _offers, _closed, _cancelled, _past),
        VormingPage.Niveau.VERDIEPEND: (_almost_full, _approval, _not_yet, _draft, _full),
    }
    made = [make(page) for page in pages for make in kinds.get(page.niveau, ())]
    return len(made)


def _make(page, name, days, *, state=SessieStaat.OPEN, hours=(9.5, 16), **fields):
    """Make a session with days so many days from now, through the services."""
    values = {
        "vorming": page,
        "naam": f"{NAAM}: {name}",
        "capaciteit": 20,
        "locatie": "Voorbeeldzaal De Lijn",
        "adres": "Voorbeeldstraat 1",
        "gemeente": "Voorbeeldstad",
        "prijs": 0,
        "praktisch": "Dit is een voorbeeld. De zaal is op tien minuten stappen van het station.",
        **fields,
    }
    sessie = sessies.create(
        velden=values, dagen=[_day(number, hours) for number in days], door=KLOK
    )
    if state != SessieStaat.CONCEPT:
        sessies.set_state(sessie.pk, SessieStaat.OPEN, door=KLOK)
    return sessie


def _day(number, hours):
    day = clock.now() + datetime.timedelta(days=number)
    # A course is given on working days.
    while day.weekday() >= 5:
        day += datetime.timedelta(days=1)
    start = day.replace(hour=0, minute=0, second=0, microsecond=0)
    begin, end = (start + datetime.timedelta(hours=hour) for hour in hours)
    return Dag(begin=begin, einde=end)


def _fill(sessie, number, *, together=1):
    """Enrol example people, so many in one request."""
    people = [_person(index) for index in range(number)]
    for start in range(0, number, together):
        group = people[start : start + together]
        first = group[0]
        organisation, kind = ORGANISATIES[start % len(ORGANISATIES)]
        inschrijven.enrol(
            sessie=sessie.pk,
            token=uuid.uuid4(),
            gegevens=Gegevens(
                voornaam=first.voornaam,
                naam=first.naam,
                e_mail=first.e_mail,
                organisatie=organisation,
                soort_organisatie=kind,
                gemeente="Voorbeeldstad",
            ),
            personen=group,
            wachtlijst=True,
        )


def _person(index):
    name = f"{NAMEN[index % len(NAMEN)]}"
    return Persoon(
        voornaam=name,
        naam=f"Voorbeeld {index + 1}",
        e_mail=f"deelnemer{index + 1}@example.org",
        functie="netwerkregisseur" if index % 2 else "medewerker vrije tijd",
    )


def _open(page):
    _fill(_make(page, "met plaats", [40, 47]), 6, together=3)


def _almost_full(page):
    _fill(_make(page, "bijna volzet", [54], capaciteit=8), 6)


def _approval(page):
    _fill(_make(page, "met goedkeuring", [68], capaciteit=2, goedkeuring=True), 4)


def _waiting(page):
    _fill(_make(page, "met wachtlijst", [61], capaciteit=5), 9)


def _full(page):
    sessie = _make(page, "volzet, met workshops", [75], capaciteit=6, max_wachtlijst=2)
    _workshops(sessie)
    _fill(sessie, 8)


def _offers(page):
    sessie = _make(
        page,
        "online, met aanbod",
        [33],
        capaciteit=3,
        vorm=Vorm.ONLINE,
        locatie="",
        adres="",
        gemeente="",
        online_link="https://online.example.org/voorbeeld",
        doorschuiven=Doorschuiven.AANBOD,
    )
    _fill(sessie, 6)
    first = sessie.inschrijvingen.order_by("pk").first()
    deelnemer.cancel(first.pk, door=KLOK)


def _draft(page):
    _make(page, "concept", [100], state=SessieStaat.CONCEPT)


def _not_yet(page):
    _make(page, "later open", [90], opent_op=clock.now() + datetime.timedelta(days=20), prijs=45)


def _closed(page):
    sessie = _make(page, "gesloten, met workshops", [19], vorm=Vorm.HYBRIDE)
    _workshops(sessie)
    _fill(sessie, 7)
    sessies.set_state(sessie.pk, SessieStaat.GESLOTEN, door=KLOK)


def _workshops(sessie):
    for number, name in enumerate(("Voorbeeldworkshop A", "Voorbeeldworkshop B")):
        Workshop.objects.create(
            sessie=sessie, ronde="Voormiddag", naam=name, capaciteit=10, volgorde=number
        )


def _cancelled(page):
    sessie = _make(page, "gaat niet door", [26])
    _fill(sessie, 2)
    sessies.cancel(sessie.pk, reden="Dit is een voorbeeld.", door=KLOK)


def _past(page):
    """A session that was: made before it began, then its days moved back."""
    sessie = _make(page, "afgelopen", [12])
    _fill(sessie, 8)
    (dag,) = sessie.dagen.all()
    back = datetime.timedelta(days=40)
    dag.begin, dag.einde = dag.begin - back, dag.einde - back
    dag.save()
    del sessie._dagen_gelezen
    sessies.set_span(sessie)
    sessie.refresh_from_db(fields=["volgnummer_teller", "staat"])
    sessie.save()
    _afterwards(sessie, dag)


def _afterwards(sessie, dag):
    """Who was there, but for the last two; certificates; what people thought."""
    people = list(sessie.inschrijvingen.order_by("pk").values_list("pk", flat=True))
    stands = [Aanwezig.EXCUUS, *[Aanwezig.AANWEZIG] * (len(people) - 3)]
    aanwezigheid.record(
        dag.pk,
        wijzigingen={
            pk: Wijziging(was="", wordt=stand) for pk, stand in zip(people, stands, strict=False)
        },
        door=KLOK,
    )
    attesten.issue(sessie.pk, door=KLOK)
    for first, words in ((4, "Een voorbeeld van een antwoord."), (5, ""), (3, ""), (5, "")):
        evaluatie.answer(
            evaluatie.nieuwe_sleutel(sessie),
            scores={
                code: max(1, first - number % 2) for number, code in enumerate(evaluatie.STELLINGEN)
            },
            antwoorden=[],
            opmerking=words,
        )
