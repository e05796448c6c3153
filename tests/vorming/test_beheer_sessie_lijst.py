"""What an editor reads of all sessions, and of one."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from tests.factories import SessieFactory, dutch
from tests.test_editor_language import english_in
from tests.vorming.beheer import LIJST, at, course, main_of, on_the_last_day, text_of
from tests.vorming.conftest import enrol, one
from vorming.models import Sessie, VormingPage
from vorming.services import deelnemer, sessies
from vorming.services.basis import KLOK

pytestmark = pytest.mark.django_db

# --- Looking -------------------------------------------------------------------------------


def rows(client, **params):
    answer = client.get(LIJST, params)
    soup = BeautifulSoup(answer.content.decode(), "html.parser")
    return [
        [" ".join(cell.get_text().split()) for cell in row.select("td")]
        for row in soup.select("table.listing tbody tr")
    ]


def names(client, **params):
    return [row[0].rsplit(", ", 1)[1] for row in rows(client, **params)]


def test_the_list_says_how_every_session_stands(team, klok):
    Sessie.objects.all().delete()
    sessie = SessieFactory(capaciteit=2, naam="vol", doorschuiven="aanbod")
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    sessies.set_capacity(sessie.pk, 3, door=KLOK)
    enrol(sessie, 4)
    (row,) = rows(team)
    assert row[1:] == [
        "24 december 2026",
        "Voorbeeldgem",
        "Volzet, wel een wachtlijst",
        "3",
        "3",
        "1",
        "1",
    ]


def test_the_list_is_in_the_order_of_work_and_is_narrowed_down(team, klok):
    other = VormingPage.objects.filter(locale=dutch()).last()
    SessieFactory(naam="ver", over=60, vorming=other)
    SessieFactory(naam="dichtbij", over=5, gemeente="Elders")
    SessieFactory(naam="lang voorbij", over=-50, staat="gesloten")
    SessieFactory(naam="pas voorbij", over=-5)
    SessieFactory(naam="online", over=20, vorm="online", locatie="", gemeente="")
    Sessie.objects.create(vorming=course(), capaciteit=3, naam="zonder dagen")
    everything = names(team)
    assert everything == [
        "zonder dagen",
        "dichtbij",
        "online",
        "ver",
        "pas voorbij",
        "lang voorbij",
    ]
    assert names(team, wanneer="komend") == ["dichtbij", "online", "ver"]
    assert names(team, wanneer="voorbij") == ["pas voorbij", "lang voorbij"]
    assert names(team, wanneer="geen") == ["zonder dagen"]
    assert names(team, staat="gesloten") == ["lang voorbij"]
    assert names(team, vorming=other.pk) == ["ver"]
    assert names(team, plaats="Elders") == ["dichtbij"]
    assert names(team, plaats="online") == ["online"]
    assert names(team, q="dichtbij") == ["dichtbij"]
    assert english_in(team.get(LIJST)) == []


def test_the_list_costs_the_same_whatever_it_holds(team, klok):
    SessieFactory()
    team.get(LIJST)
    with CaptureQueriesContext(
        connection,
    ) as few:
        team.get(LIJST)
    for number in range(12):
        full = SessieFactory(capaciteit=1)
        enrol(full, number + 10)
        enrol(full, number + 40)
    with CaptureQueriesContext(connection) as many:
        team.get(LIJST)
    assert len(many) == len(few)


def test_the_screen_of_a_session_shows_how_it_stands(team, sessie, vormingsteam):
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    answer = team.get(at(sessie))
    text = text_of(answer)
    figures = {
        div.dt.get_text(): div.dd.get_text()
        for div in main_of(answer).select(".sessie-cijfers div")
    }
    assert figures == {"plaatsen": "2", "bezet": "2", "vrij": "0", "op de wachtlijst": "1"}
    for part in (
        "Volzet, wel een wachtlijst",
        "donderdag 24 december 2026, van 09.30 tot 16.00 uur",
        "De wachtlijst schuift vanzelf door",
        "Sara3 Voorbeeld, Voorbeeldgemeente",
        "Ingeschreven: op de wachtlijst (een deelnemer)",
    ):
        assert part in text, part
    assert english_in(answer) == []
    # Names were shown: that is written down, once an hour.
    team.get(at(sessie))
    looks = ModelLogEntry.objects.for_instance(sessie).filter(action="vorming.wachtrij_bekeken")
    assert [look.user for look in looks] == [vormingsteam]


def test_on_the_last_day_the_editor_reads_whom_to_phone(
    team,
    sessie,
    klok,
    vormingsteam,
):
    enrol(sessie, 1, 2)
    waiting = enrol(sessie, 3)
    type(waiting).objects.filter(pk=waiting.pk).update(telefoon="0470 12 34 56")
    on_the_last_day(team, vormingsteam, sessie, klok)
    deelnemer.cancel(one(sessie, 1).pk, door=KLOK)
    text = text_of(team.get(at(sessie)))
    assert "Er is 1 plaats vrij, en iemand wacht." in text
    assert "Sara3 Voorbeeld, Voorbeeldgemeente: 0470 12 34 56" in text


def test_the_screen_of_a_session_costs_the_same_whoever_is_in_it(team, klok):
    small, large = SessieFactory(capaciteit=3), SessieFactory(capaciteit=3)
    enrol(small, 1, 2, 3)
    enrol(small, 4)
    for number in range(10, 30):
        enrol(large, number)
    team.get(at(small))
    team.get(at(large))
    counts = []
    for sessie in (small, large):
        with CaptureQueriesContext(connection) as queries:
            team.get(at(sessie))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["wijzigen", "plaatsen", "annuleren", "mailen", "verwijderen"])
def test_every_screen_of_a_session_is_dutch(team, sessie, name):
    enrol(sessie, 1)
    assert english_in(team.get(at(sessie, name))) == []
    assert english_in(team.get(f"{LIJST}nieuw/")) == []
