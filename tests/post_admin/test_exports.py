"""Deliveries as a file: what was chosen, safe to open, with the clock of Brussels."""

import csv
import datetime
import io

import pytest
import time_machine
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from core.spreadsheet import FORMULA, safe
from post.models import Levering
from post.screens.exports import HEADINGS
from post.states import Staat
from tests.post_admin.mailroom import AANVAARD, GEWEIGERD, LEVERINGEN, newsletter, one

pytestmark = pytest.mark.django_db
SUMMER_NIGHT = datetime.datetime(2026, 7, 1, 22, 30, 5, tzinfo=datetime.UTC)
DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    '=HYPERLINK("http://x")',
]


def export(client, form="csv", query=""):
    answer = client.get(f"{LEVERINGEN}export/?formaat={form}&{query}")
    assert answer.status_code == 200, answer
    return answer


def rows_of_csv(answer) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def rows_of_xlsx(answer) -> list[list[object]]:
    file = io.BytesIO(b"".join(answer.streaming_content))
    sheet = load_workbook(file).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_both_files_hold_the_same_in_the_time_of_brussels(desk):
    with time_machine.travel(SUMMER_NIGHT, tick=False):
        delivery = one(Staat.VERZONDEN, to="jan@example.org", name="Zoë")
    moment = datetime.datetime(2026, 7, 2, 0, 30, 5)
    expected = [delivery.pk, "jan@example.org", "Zoë", "Proefmail van de site", "Proefmail"]
    heading, row = rows_of_xlsx(export(desk, "xlsx"))
    assert heading == HEADINGS
    assert row == [*expected, "verzonden", None, 1, moment, moment]
    heading, row = rows_of_csv(export(desk))
    assert heading == HEADINGS
    words = "02/07/2026 00:30:05"
    assert row == [str(one) for one in expected] + ["verzonden", "", "1", words, words]


@pytest.mark.parametrize("value", DANGEROUS)
def test_a_formula_is_written_as_text(value, desk):
    delivery = one(Staat.MISLUKT)
    Levering.objects.filter(pk=delivery.pk).update(naam=value, laatste_fout=value)
    row = rows_of_csv(export(desk))[1]
    assert row[2] == row[6] == f"'{value}"
    row = rows_of_xlsx(export(desk, "xlsx"))[1]
    assert not FORMULA.match(str(row[2]))
    assert not FORMULA.match(str(row[6]))


def test_an_ordinary_text_stays_as_it_is():
    assert safe("Jan = Piet - 1") == "Jan = Piet - 1"
    assert safe("") == ""


def test_signs_that_no_spreadsheet_can_hold_are_left_out(desk):
    delivery = one(Staat.MISLUKT)
    Levering.objects.filter(pk=delivery.pk).update(laatste_fout="vreemd\x0b\x1fantwoord")
    assert rows_of_xlsx(export(desk, "xlsx"))[1][6] == "vreemd  antwoord"


def test_a_file_can_be_opened_by_a_dutch_excel(desk):
    one()
    answer = export(desk)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert b"".join(answer.streaming_content).startswith("\ufeffNummer;Adres;".encode())
    assert 'attachment; filename="leveringen-' in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_file_holds_only_what_the_filter_shows(form, desk):
    newsletter(4, subject="Eerste", answers=[GEWEIGERD, AANVAARD, AANVAARD, AANVAARD])
    second = newsletter(3, subject="Tweede", answers=[GEWEIGERD, GEWEIGERD])
    read = rows_of_csv if form == "csv" else rows_of_xlsx
    for query, number in [
        ("", 7),
        (f"bericht={second.pk}", 3),
        (f"bericht={second.pk}&staat=mislukt", 2),
        ("q=eerste&staat=mislukt", 1),
    ]:
        assert len(read(export(desk, form, query))) == number + 1


@pytest.mark.parametrize("query", ["formaat=csv&staat=onzin", "formaat=pdf", "formaat=xlsx&q=%00"])
def test_what_makes_no_sense_is_not_a_file_of_everything(query, desk):
    one()
    answer = desk.get(f"{LEVERINGEN}export/?{query}", follow=True)
    assert answer.redirect_chain == [(LEVERINGEN, 302)]
    assert "Er is niets gedownload." in answer.content.decode()
    assert not ModelLogEntry.objects.filter(action="post.geexporteerd").exists()


def test_every_row_comes_once_in_more_than_one_chunk(desk, monkeypatch):
    monkeypatch.setattr("core.spreadsheet.CHUNK", 4)
    message = newsletter(12)
    rows = rows_of_csv(export(desk))[1:]
    expected = message.leveringen.order_by("-pk").values_list("pk", flat=True)
    assert [int(row[0]) for row in rows] == list(expected)


def test_too_much_for_a_workbook_is_said(desk, monkeypatch):
    monkeypatch.setattr("core.spreadsheet.XLSX_ROWS", 2)
    newsletter(3)
    answer = desk.get(f"{LEVERINGEN}export/?formaat=xlsx", follow=True)
    assert "te veel voor een Excel-bestand" in answer.content.decode()
    assert len(rows_of_csv(export(desk))) == 4


def test_the_export_of_wagtail_is_closed(desk):
    one(to="jan@example.org")
    for form in ("csv", "xlsx"):
        answer = desk.get(f"{LEVERINGEN}?export={form}")
        assert answer["Content-Type"].startswith("text/html")
        answer = desk.get(f"/admin/post/berichten/?export={form}")
        assert answer["Content-Type"].startswith("text/html")


def test_who_took_a_file_is_written_down_without_addresses(desk, postbeheerder):
    one(Staat.MISLUKT, to="geheim@example.org")
    export(desk, "csv", "staat=mislukt&q=geheim@example.org")
    entry = ModelLogEntry.objects.get(action="post.geexporteerd")
    assert entry.user == postbeheerder
    assert entry.message == (
        "Haalde leveringen op als CSV-bestand (staat: mislukt; gezocht op een woord)"
    )
    assert "geheim" not in str(entry.data)
    history = desk.get("/admin/reports/site-history/").content.decode()
    assert "Haalde leveringen op als CSV-bestand" in history


def test_the_list_offers_the_file_of_what_it_shows(desk):
    failed = one(Staat.MISLUKT)
    leaf = f"voor-{failed.pk + 1}"
    text = desk.get(f"{LEVERINGEN}?staat=mislukt&p={leaf}").content.decode()
    assert f"{LEVERINGEN}export/?staat=mislukt&amp;formaat=csv" in text
    assert "Excel-bestand</a> of " in text
