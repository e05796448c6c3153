"""The figures of a year: right, beside those of the year before, and the same after forgetting."""

import datetime
import re
from importlib import import_module

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import SessieFactory, VormingPageFactory
from tests.vorming.bestanden import columns_of, someone
from tests.vorming.conftest import DINSDAG, enrol, gegevens, one
from vorming.cijfers import Jaarcijfers
from vorming.models import Aanwezigheid, Inschrijving, VormingInstellingen
from vorming.services import deelnemer, privacy, sessies, verplaatsen
from vorming.services.inschrijven import Persoon
from vorming.services.samenvoegen import merge

pytestmark = pytest.mark.django_db
ZIEN = "vorming.change_sessie"


def came(enrolment, *standen):
    days = enrolment.sessie.dagen.order_by("begin")
    for dag, stand in zip(days, standen, strict=True):
        Aanwezigheid.objects.create(inschrijving=enrolment, dag=dag, stand=stand)


@pytest.fixture
def jaar(klok, redacteur_door):
    """A year with two courses, and a session in the year before."""
    klok.move_to(DINSDAG - datetime.timedelta(days=400))
    before = SessieFactory(capaciteit=10, over=20)
    enrol(before, 1, gegevens=gegevens(1, gemeente="Gent", organisatie="OCMW Gent"))
    klok.move_to(DINSDAG)
    page = VormingPageFactory(title="Voorbeeldvorming")
    full = SessieFactory(vorming=page, capaciteit=2, over=10, dagen=2)
    enrol(full, 1, gegevens=gegevens(1, gemeente="9000 GENT", organisatie="ocmw gent"))
    enrol(full, 2, gegevens=gegevens(2, gemeente="Gent", organisatie="OCMW Gent"))
    enrol(full, 3, gegevens=gegevens(3, gemeente="Sint-Niklaas"))
    enrol(full, 4, gegevens=gegevens(4, gemeente="sint niklaas"))
    deelnemer.cancel(one(full, 1).pk)
    deelnemer.swap(one(full, 2).pk, persoon=Persoon("Sara9", "Voorbeeld", "sara9@example.org"))
    other = SessieFactory(vorming=page, capaciteit=6, over=20)
    enrol(other, 5, gegevens=gegevens(5, gemeente="Liège", organisatie="CPAS"))
    gone = SessieFactory(vorming=page, capaciteit=100, over=21)
    enrol(gone, 6)
    sessies.cancel(gone.pk, reden="ziek", door=redacteur_door)
    SessieFactory(vorming=page, capaciteit=50, staat="concept")
    came(one(full, 9), "afwezig", "afwezig")
    came(one(full, 3), "afwezig", "aanwezig")
    came(one(other, 5), "excuus")
    return Jaarcijfers(2026)


EXPECTED = {
    "vormingen": 1,
    "sessies": 2,
    "sessies_geannuleerd": 1,
    "plaatsen": 8,
    # Two in the full one (3 moved up, 9 replaced 2), and one in the other.
    "deelnames": 3,
    "bezetting": 38,
    "organisaties": 3,
    "gemeenten": 3,
    "aangeduid": 3,
    "niet_gekomen": 1,
    "verontschuldigd": 1,
    "gewacht": 2,
    "zonder_plaats": 1,
    "geannuleerd": 1,
    "vervangen": 1,
}


def test_every_number_of_a_year_is_right(jaar):
    assert {name: getattr(jaar, name) for name in EXPECTED} == EXPECTED
    assert jaar.per_maand[11] == 3
    assert sum(jaar.per_maand) == 3
    assert jaar.per_gemeente.meeste() == [("Gent", 1), ("Liège", 1), ("Sint-Niklaas", 1)]


def test_the_figures_stay_when_everybody_is_forgotten(jaar, klok):
    klok.shift(datetime.timedelta(days=VormingInstellingen.load().bewaar_deelnemers + 60))
    assert privacy.retain()["personen"] > 0
    assert not Inschrijving.objects.exclude(naam="").exists()
    after = Jaarcijfers(2026)
    assert {name: getattr(after, name) for name in EXPECTED} == EXPECTED


def test_the_figures_stay_when_one_person_is_erased(jaar, redacteur_door, klok):
    # Afterwards: who is erased before the day loses her place.
    klok.shift(datetime.timedelta(days=60))
    for number in (3, 5, 9):
        privacy.erase(f"sara{number}@example.org", door=redacteur_door)
    after = Jaarcijfers(2026)
    assert {name: getattr(after, name) for name in EXPECTED} == EXPECTED


def counted():
    """Return who waited, who never got a place, who cancelled, and who takes part."""
    figures = Jaarcijfers(2026)
    return figures.gewacht, figures.zonder_plaats, figures.geannuleerd, figures.deelnames


def test_who_is_merged_or_moved_did_not_cancel_or_wait_in_vain(klok, redacteur_door):
    full = SessieFactory(capaciteit=1, over=20)
    other = SessieFactory(capaciteit=3, over=25)
    for number in (1, 2, 3):
        enrol(full, number)
    merge(one(full, 2).pk, one(full, 3).pk, door=redacteur_door)
    assert counted() == (1, 1, 0, 1)
    verplaatsen.move(one(full, 2).pk, other.pk, door=redacteur_door)
    verplaatsen.move(one(full, 1).pk, other.pk, door=redacteur_door)
    assert counted() == (0, 0, 0, 2)
    klok.shift(datetime.timedelta(days=VormingInstellingen.load().bewaar_deelnemers + 60))
    privacy.retain()
    assert not Inschrijving.objects.exclude(naam="").exists()
    assert counted() == (0, 0, 0, 2)


def test_who_was_moved_and_cancels_then_cancelled_once(klok, redacteur_door):
    full = SessieFactory(capaciteit=1, over=20)
    other = SessieFactory(over=25)
    enrol(full, 1)
    moved = verplaatsen.move(one(full, 1).pk, other.pk, door=redacteur_door)
    deelnemer.cancel(moved.pk)
    assert counted() == (0, 0, 1, 0)


def test_who_was_merged_or_moved_before_is_found_in_the_log(klok, redacteur_door):
    sessie, other = SessieFactory(over=20), SessieFactory(over=25)
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    merge(one(sessie, 1).pk, one(sessie, 2).pk, door=redacteur_door)
    verplaatsen.move(one(sessie, 3).pk, other.pk, door=redacteur_door)
    words = f"verplaatst naar sessie {other.pk} ging niet"
    deelnemer.cancel(one(sessie, 4).pk, door=redacteur_door, uitleg=words)
    Inschrijving.objects.update(verder="")
    import_module("vorming.migrations.0006_verder").vul_uit_het_logboek(apps, None)
    rows = Inschrijving.objects.filter(sessie=sessie).order_by("pk")
    assert list(rows.values_list("verder", flat=True)) == ["", "samengevoegd", "verplaatst", ""]


def test_spellings_and_former_names_of_one_municipality_count_together(at_launch, klok):
    sessie = SessieFactory(capaciteit=20)
    typed = ["Sint-Niklaas", "sint niklaas", "ST.-NIKLAAS ", "9100 Sint-Niklaas", "Stad St Niklaas"]
    typed += ["Borsbeek", "Antwerpen", "Brussel", "1000 brussel "]
    for number, name in enumerate(typed):
        enrol(sessie, number, gegevens=gegevens(number, gemeente=name))
    figures = Jaarcijfers(2026)
    assert figures.gemeenten == 3
    assert [figures.per_gemeente.van(name) for name in ("Sint-Niklaas", "Antwerpen")] == [5, 2]
    assert figures.per_gemeente.van("Brussel") == 2


def seen(client, **choice):
    answer = client.get(reverse("vorming_verslag"), choice)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def table_after(soup, heading):
    found = next(one for one in soup.select("h2") if one.get_text() == heading)
    rows = found.find_next("table").select("tbody tr")
    return [
        [re.sub(r"\s+", " ", cell.get_text(" ").strip()) for cell in row.select("th, td")]
        for row in rows
    ]


def test_the_screen_shows_both_years_and_the_difference(jaar):
    soup = seen(someone(ZIEN), jaar="2026")
    rows = {row[0].split(" ")[0]: row[1:] for row in table_after(soup, "In het kort")}
    assert rows["Deelnames"] == ["3", "1", "+2"]
    assert rows["Bezetting"] == ["38 %", "10 %", "+28 procentpunt"]
    assert rows["Vormingen"] == ["1", "1", "gelijk"]
    assert table_after(soup, "Deelnames per gemeente")[0] == ["Gent", "", "1", "1"]
    assert "2026 is nog niet voorbij" in soup.get_text()


def test_a_picture_has_its_numbers_in_a_table_and_no_style_of_its_own(jaar):
    soup = seen(someone(ZIEN), jaar="2026")
    main = soup.select_one(".cijfers")
    assert not main.select("[style], style, script")
    picture = main.select_one("svg[role=img]")
    assert picture.select_one("title").get_text() == "Deelnames per maand in 2026 en 2025"
    assert table_after(soup, "Deelnames per maand") == [
        ["2026", *["0"] * 11, "3"],
        ["2025", *["0"] * 10, "1", "0"],
    ]
    heights = [bar["height"] for bar in picture.select("rect.cijfers-nu")]
    assert heights == [*["0.0"] * 11, "160.0"]


def test_the_file_holds_the_same_numbers(jaar):
    client = someone(ZIEN)
    for formaat in ("csv", "xlsx"):
        answer = client.get(reverse("vorming_verslag"), {"jaar": "2026", "formaat": formaat})
        rows = {(row["Onderdeel"], row["Cijfer"]): row for row in columns_of(answer)}
        line = rows["Het hele jaar", "Deelnames"]
        assert (str(line["2026"]), str(line["2025"])) == ("3", "1")
        assert str(rows["Deelnames per gemeente", "Gent"]["2026"]) == "1"


@pytest.mark.parametrize("jaar", ["", "1900", "x", "²"])
def test_a_year_that_is_not_there_shows_the_last_one_that_is(jaar, klok):
    SessieFactory(over=20)
    soup = seen(someone(ZIEN), jaar=jaar)
    assert "Vorming in 2026" in soup.get_text()


def test_a_site_without_sessions_has_a_report_too(klok):
    assert "Nog niets om te tellen." in seen(someone(ZIEN)).get_text()


def test_only_who_works_with_the_courses_sees_the_figures(klok):
    assert someone().get(reverse("vorming_verslag")).status_code == 302
    home = someone(ZIEN, name="ander").get("/admin/").content.decode()
    assert reverse("vorming_verslag") in home
    assert reverse("vorming_verslag") not in someone(name="derde").get("/admin/").content.decode()


def test_the_report_asks_as_much_of_the_database_for_many_as_for_few(klok):
    client = someone(ZIEN)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            seen(client)
        return len(captured)

    enrol(SessieFactory(), 1)
    queries()
    few = queries()
    for number in range(2, 8):
        sessie = SessieFactory(over=number, vorming=VormingPageFactory())
        enrol(sessie, number, gegevens=gegevens(number, gemeente=f"Gemeente {number}"))
    assert queries() == few


def test_a_session_counts_in_the_year_of_brussels(klok):
    # Half past midnight on New Year's day in Brussels is still the old year in Greenwich.
    sessie = SessieFactory(over=20)
    enrol(sessie, 1)
    moment = datetime.datetime(2026, 12, 31, 23, 30, tzinfo=datetime.UTC)
    sessie.dagen.update(begin=moment, einde=moment + datetime.timedelta(hours=2))
    sessie.begint_op, sessie.eindigt_op = moment, moment + datetime.timedelta(hours=2)
    sessie.save()
    assert Jaarcijfers(2026).sessies == 0
    assert Jaarcijfers(2027).per_maand[0] == 1
