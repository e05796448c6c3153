"""The calculator: what people type, and what the rules make of it."""

import datetime
from contextlib import suppress
from decimal import Decimal
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import Regelkader
from tests.factories import BronFactory, RegelkaderFactory, RekenhulpPageFactory, dutch
from tests.markup import ask, assert_sound, visible_text
from trajecten.models import Gemeente, RekenhulpPage, TrekkingsrechtTabel
from trajecten.rekenhulp import GeenBedrag, read_amount

pytestmark = pytest.mark.django_db

ADDRESS = "/trajecten/eigen-inbreng/"


def figures(answer):
    """Return the table of the outcome: what, per year, in a period."""
    rows = answer.soup.select(".rekenuitslag tbody tr")
    return [[" ".join(cell.get_text().split()) for cell in row.select("th, td")] for row in rows]


def errors(answer):
    return [" ".join(link.get_text().split()) for link in answer.soup.select(".fouten a")]


# --- Amounts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("5517", "5517"),
        ("5.517", "5517"),
        ("5 517", "5517"),
        ("5\u00a0517,50", "5517.50"),
        ("€ 1.234,56", "1234.56"),
        ("1.234,56 euro", "1234.56"),
        ("EUR 1234,5", "1234.5"),
        ("1234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("5.517,-", "5517"),
        ("0,01", "0.01"),
        ("999.999.999,99", "999999999.99"),
    ],
)
def test_an_amount_is_read_as_people_write_it(text, amount):
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("abc", "niet als een bedrag"),
        ("", "Vul het bedrag"),
        ("   ", "Vul het bedrag"),
        ("-5", "onder nul"),
        ("0", "groter is dan nul"),
        ("0,00", "groter is dan nul"),
        ("1000000000", "te groot"),
        ("9" * 500, "te groot"),
        ("1,234.56", "Bedoel je 1.234,56?"),
        ("1,234", "1.234 of 1,23"),
        ("12,345,678", "12.345.678 of"),
        ("1.23.456", "niet als een bedrag"),
        ("1e5", "niet als een bedrag"),
        ("NaN", "niet als een bedrag"),
        ("١٢٣", "niet als een bedrag"),
        ("5517; DROP TABLE", "niet als een bedrag"),
        ("🙂", "niet als een bedrag"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_kind_sentence(text, reason):
    with pytest.raises(GeenBedrag, match=reason.replace("?", r"\?")):
        read_amount(text)


@given(st.text(max_size=60))
def test_whatever_somebody_types_gives_an_amount_or_a_sentence(text):
    with suppress(GeenBedrag):
        amount = read_amount(text)
        assert 0 < amount < 10**9
        assert amount == round(amount, 2)


# --- Rules --------------------------------------------------------------------------------------


def test_a_municipality_brings_in_the_double_under_the_old_rules(at_launch):
    answer = ask(f"{ADDRESS}?bedrag=5.517,10")
    assert figures(answer) == [
        ["Subsidie", "5.517,10", "33.102,60"],
        ["Eigen inbreng, minstens", "11.034,20", "66.205,20"],
        ["Samen", "16.551,30", "99.307,80"],
    ]
    text = visible_text(answer.soup.select_one(".rekenuitslag"))
    assert "2 × 5.517,10 = 11.034,20 euro per jaar" in text
    assert "3 keer de subsidie" in text
    assert "Participatiedecreet, maatregel voor lokale netwerken" in text
    assert "Bron: Lokale netwerken vrijetijdsparticipatie van personen in armoede" in text
    assert_sound({"som": answer})


def test_the_vgc_has_a_factor_and_a_period_of_its_own(at_launch):
    answer = ask(f"{ADDRESS}?bedrag=1.000&aanvrager=vgc")
    assert figures(answer)[1:] == [
        ["Eigen inbreng, minstens", "1.000", "5.000"],
        ["Samen", "2.000", "10.000"],
    ]
    assert "In een periode van 5 jaar" in answer.visible_text()


def test_no_multiplier_where_none_is_compulsory(at_launch):
    answer = ask(f"{ADDRESS}?bedrag=5517&regels=overgang-2027")
    assert figures(answer) == [
        ["Subsidie", "5.517", "33.102"],
        ["Verplichte eigen inbreng", "geen", "geen"],
    ]
    text = visible_text(answer.soup.select_one(".rekenuitslag"))
    assert "Een eigen inbreng is hier niet verplicht" in text
    assert "×" not in text
    assert "gelden pas vanaf 1 januari 2027" in text


def test_what_we_do_not_know_is_not_worked_out(at_launch):
    for query in ("regels=bovenlokaal", "regels=overgang-2027&aanvrager=vgc"):
        answer = ask(f"{ADDRESS}?bedrag=5517&{query}")
        text = visible_text(answer.soup.select_one(".rekenuitslag"))
        assert "We kennen hier geen vaste eigen inbreng" in text
        assert "niet verplicht" not in text.split("Regels:")[0].replace(
            "Een eigen bijdrage is niet meer verplicht", ""
        )
        assert "×" not in text


def test_the_rules_that_hold_today_stand_first(on_day):
    on_day(datetime.date(2026, 12, 31))
    before = ask(f"{ADDRESS}?bedrag=5517")
    on_day(datetime.date(2027, 1, 1))
    after = ask(f"{ADDRESS}?bedrag=5517")
    assert "Eigen inbreng, minstens" in before.text
    assert "Eigen inbreng, minstens" not in after.text
    old = ask(f"{ADDRESS}?bedrag=5517&regels=participatiedecreet")
    assert "Deze regels golden tot en met 31 december 2026." in old.visible_text()


def test_an_editor_changes_a_factor_once_and_the_sum_follows(at_launch):
    rules = Regelkader.objects.get(sleutel="participatiedecreet", locale=dutch())
    rules.factor_gemeente, rules.jaren_gemeente = 4, None
    rules.save_revision().publish()
    answer = ask(f"{ADDRESS}?bedrag=100")
    assert figures(answer)[1:] == [["Eigen inbreng, minstens", "400"], ["Samen", "500"]]
    assert "Hoeveel jaar een periode hier telt, weten we niet" in answer.visible_text()


def test_only_the_rules_of_the_page_are_offered(at_launch):
    RekenhulpPage.objects.all().delete()
    rules = RegelkaderFactory(naam="Eigen regels", factor_gemeente=1, sleutel="")
    page = RekenhulpPageFactory(regelkaders=[rules])
    answer = ask(f"{page.get_url()}?bedrag=10&regels={rules.pk}")
    assert [label.get_text() for label in answer.soup.select("#reken-regels_0 + label")] == [
        "Eigen regels"
    ]
    assert figures(answer)[2] == ["Samen", "20"]


# --- Mistakes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["abc", "-5", "0", "1000000000", "1,234.56", "<b>5</b>"])
def test_a_mistake_is_named_twice_and_the_input_kept(typed, client, at_launch):
    answer = ask(f"{ADDRESS}?bedrag={quote(typed)}&aanvrager=vgc&regels=overgang-2027")
    assert answer.title.startswith("Fout: ")
    (error,) = errors(answer)
    assert answer.soup.select_one(".fouten a")["href"] == "#reken-bedrag"
    beside = answer.soup.select_one("#reken-bedrag_error")
    assert error in " ".join(beside.get_text().split())
    assert answer.soup.select_one("#reken-bedrag")["value"] == typed
    assert answer.soup.select_one("input[value=vgc]").has_attr("checked")
    assert answer.soup.select_one("input[value=overgang-2027]").has_attr("checked")
    assert answer.soup.select_one(".rekenuitslag") is None
    assert_sound({"fout": answer})


def test_unknown_choices_in_the_address_are_asked_again(at_launch):
    answer = ask(f"{ADDRESS}?bedrag=5517&regels=bestaat-niet&aanvrager=koning")
    assert errors(answer) == ["Kies de regels waarmee je wilt rekenen.", "Kies wie aanvraagt."]


def test_a_sum_is_not_for_search_engines(at_launch):
    assert ask(f"{ADDRESS}?bedrag=5517").meta("robots") == "noindex"
    assert ask(ADDRESS).meta("robots") == ""


def test_a_sum_goes_along_to_the_dossier_with_the_ticks(at_launch):
    answer = ask(f"{ADDRESS}?bedrag=5.517&aanvrager=vgc&k=abcd,bcde")
    expected = "dossier/?k=abcd,bcde&bedrag=5517&aanvrager=vgc&regels=participatiedecreet"
    assert f"/trajecten/opstarttraject/{expected}" in answer.links
    assert answer.soup.select_one("form.formulier input[name=k]")["value"] == "abcd,bcde"


# --- Amounts per municipality ------------------------------------------------------------------


@pytest.fixture
def tabel(at_launch):
    """A table that an editor brought in, for one municipality."""
    rules = Regelkader.objects.get(sleutel="participatiedecreet", locale=dutch())
    tabel = TrekkingsrechtTabel.objects.create(
        regelkader=rules,
        van_jaar=2026,
        tot_jaar=2026,
        bron=BronFactory(titel="Voorbeeldtabel"),
        datum=datetime.date(2026, 1, 15),
        ingevoerd_op=datetime.datetime(2026, 1, 16, tzinfo=datetime.UTC),
    )
    tabel.rechten.create(gemeente=Gemeente.objects.get(naam="Antwerpen"), bedrag="1234.56")
    return tabel


def test_without_a_table_nobody_is_asked_for_a_municipality(at_launch):
    answer = ask(ADDRESS)
    assert answer.soup.select_one("[name=gemeente], datalist") is None


@pytest.mark.parametrize("name", ["Antwerpen", "antwerpen", "Borsbeek"])
def test_a_municipality_fills_in_its_amount_with_the_source(name, tabel):
    answer = ask(f"{ADDRESS}?gemeente={name}&bedrag=")
    assert figures(answer)[0] == ["Subsidie", "1.234,56", "7.407,36"]
    text = visible_text(answer.soup.select_one(".rekenuitslag"))
    assert "Trekkingsrecht van Antwerpen: 1.234,56 euro per jaar (2026)" in text
    assert "volgens de tabel van 15 januari 2026. Voorbeeldtabel" in text
    assert_sound({"gemeente": answer})
    assert [o["value"] for o in answer.soup.select("datalist option")] == ["Antwerpen"]
    assert "gemeente" in next(link for link in answer.links if "opstarttraject/dossier" in link)


@pytest.mark.parametrize(
    ("van_jaar", "tot_jaar", "warns"),
    [(2026, 2026, False), (2020, 2025, True), (2027, 2032, True), (2020, 2026, False)],
)
def test_a_table_of_other_years_says_so(van_jaar, tot_jaar, warns, tabel):
    tabel.van_jaar, tabel.tot_jaar = van_jaar, tot_jaar
    tabel.save()
    answer = ask(f"{ADDRESS}?gemeente=Antwerpen&bedrag=")
    text = visible_text(answer.soup.select_one(".rekenuitslag"))
    assert ("Die tabel geldt niet voor dit jaar." in text) == warns


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("gemeente=Leuvn&bedrag=", "Bedoel je Leuven?"),
        ("gemeente=Xyzzy&bedrag=", "We kennen geen Vlaamse gemeente Xyzzy."),
        ("gemeente=Leuven&bedrag=", "Voor Leuven hebben we onder deze regels geen bedrag"),
        ("gemeente=Antwerpen&bedrag=&regels=bovenlokaal", "geen bedrag"),
        ("gemeente=&bedrag=", "Vul een bedrag in, of kies je gemeente."),
        ("gemeente=" + "a" * 70 + "&bedrag=", "Zo'n lange naam"),
    ],
)
def test_a_municipality_without_an_amount_is_told_kindly(query, error, tabel):
    answer = ask(f"{ADDRESS}?{query}")
    assert any(error in found for found in errors(answer)), errors(answer)


def test_a_typed_amount_counts_above_the_table(tabel):
    answer = ask(f"{ADDRESS}?gemeente=Antwerpen&bedrag=1000")
    assert figures(answer)[0][1] == "1.000"
