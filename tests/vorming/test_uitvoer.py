"""Lists of participants as a file: who may, what is in it, safe to open, written down."""

import datetime
import io
import re
import uuid

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from tests.factories import SessieFactory, VormingPageFactory, WorkshopFactory
from tests.vorming.bestanden import columns_of, rows_of, someone
from tests.vorming.conftest import enrol, gegevens, persoon
from tests.vorming.mensen import LIJST, soup
from vorming.models import Inschrijving
from vorming.services import deelnemer, inschrijven

pytestmark = pytest.mark.django_db
UITVOEREN = "vorming.exporteer_inschrijvingen"
NODEN = "vorming.view_bijzonderenood"


def take(client, **choice):
    return client.post(reverse("vorming_uitvoer"), {"wat": "personen", "formaat": "csv", **choice})


def with_people(sessie, **fields):
    """Enrol one person who filled in everything."""
    return inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(
            1,
            telefoon="0470 12 34 56",
            gemeente="Gent",
            soort_organisatie="ocmw",
            factuur={"factuur_naam": "Stad", "factuur_adres": "Markt 1", "bestelbon": "B-7"},
        ),
        personen=[
            persoon(
                1,
                voeding="zonder noten",
                antwoorden=[
                    {"sleutel": "a1", "vraag": "Volgde je de basis al?", "waarde": "ja"},
                    {"sleutel": "a2", "vraag": "Met wie werk je?", "waarde": ["OCMW", "Sport"]},
                ],
                **fields,
            )
        ],
        wachtlijst=True,
    )


@pytest.mark.parametrize("formaat", ["csv", "xlsx"])
def test_a_file_holds_every_person_of_a_session_and_what_she_answered(formaat, klok):
    sessie = SessieFactory(capaciteit=1, prijs="45.50")
    with_people(sessie)
    enrol(sessie, 2)
    enrol(SessieFactory(), 3)
    first, second = columns_of(take(someone(UITVOEREN), sessie=sessie.pk, formaat=formaat))
    assert (first["Voornaam"], first["Naam"], first["E-mail"]) == (
        "Sara1", "Voorbeeld", "sara1@example.org",
    )  # fmt: skip
    assert (first["Staat"], second["Staat"]) == ("bevestigd", "op de wachtlijst")
    assert first["Soort organisatie"] == "OCMW of sociale dienst"
    assert first["Volgde je de basis al?"] == "ja"
    assert first["Met wie werk je?"] == "OCMW, Sport"
    assert not second["Volgde je de basis al?"]
    assert str(second["Volgnummer op de wachtlijst"]) == "1"
    assert first["Prijs"] in ("45,50", 45.5)
    expected = "24/12/2026 09:30" if formaat == "csv" else datetime.datetime(2026, 12, 24, 9, 30)
    assert first["Begint op"] == expected
    assert not any("noten" in str(value) for value in first.values())


def test_a_csv_opens_in_a_dutch_excel(klok):
    sessie = SessieFactory()
    enrol(sessie, 1)
    answer = take(someone(UITVOEREN), sessie=sessie.pk)
    assert b"".join(answer.streaming_content).startswith("\ufeffNummer;Staat;".encode())
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("formaat", ["csv", "xlsx"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "＝"])
def test_what_somebody_typed_is_never_a_formula(sign, formaat, klok):
    sessie = SessieFactory()
    enrol(sessie, 1)
    nasty = f'{sign}HYPERLINK("http://x";"klik")'
    Inschrijving.objects.update(
        naam=nasty[:80], antwoorden=[{"sleutel": "a", "vraag": nasty, "waarde": nasty}]
    )
    answer = take(someone(UITVOEREN), sessie=sessie.pk, formaat=formaat)
    heading, row = rows_of(answer)
    found = [cell for cell in [*heading, *row] if "HYPERLINK" in str(cell)]
    assert len(found) == 3
    assert all(cell.startswith("'") for cell in found)


def test_a_cell_with_text_is_text_in_a_workbook(klok):
    sessie = SessieFactory()
    with_people(sessie)
    answer = take(someone(UITVOEREN), sessie=sessie.pk, formaat="xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    kinds = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
    assert kinds["0470 12 34 56"] == "s"
    assert {kind for value, kind in kinds.items() if isinstance(value, datetime.datetime)} == {"d"}


@pytest.mark.parametrize("right", ["vorming.view_inschrijving", "vorming.change_inschrijving"])
def test_only_who_may_export_takes_a_file(right, klok):
    sessie = SessieFactory()
    enrol(sessie, 1)
    client = someone(right)
    assert client.get(reverse("vorming_uitvoer")).status_code == 302
    assert take(client, sessie=sessie.pk).status_code == 302
    assert not ModelLogEntry.objects.filter(action="vorming.uitgevoerd").exists()


def test_needs_come_along_only_for_who_may_see_them_and_asks(klok):
    sessie = SessieFactory()
    with_people(sessie)
    both, one = someone(UITVOEREN, NODEN), someone(UITVOEREN, name="ander")
    assert "Voeding" not in columns_of(take(both, sessie=sessie.pk))[0]
    assert columns_of(take(both, sessie=sessie.pk, noden="on"))[0]["Voeding"] == "zonder noten"
    assert "Voeding" not in columns_of(take(one, sessie=sessie.pk, noden="on"))[0]
    assert "voeding" not in one.get(reverse("vorming_uitvoer")).content.decode()


def test_the_file_holds_only_what_was_chosen(klok):
    page = VormingPageFactory()
    sessie, later = SessieFactory(capaciteit=1, vorming=page), SessieFactory(over=400)
    enrol(sessie, 1)
    enrol(sessie, 2)
    enrol(later, 3)
    client = someone(UITVOEREN)

    def names(**choice):
        return [row["Voornaam"] for row in columns_of(take(client, **choice))]

    assert names() == ["Sara1", "Sara2", "Sara3"]
    assert names(staat="wachtlijst") == ["Sara2"]
    assert names(staat=["wachtlijst", "bevestigd"], sessie=sessie.pk) == ["Sara1", "Sara2"]
    assert names(jaar=str(later.begint_op.year)) == ["Sara3"]
    assert names(vorming=page.pk) == ["Sara1", "Sara2"]


@pytest.mark.parametrize(
    "choice", [{"staat": "onzin"}, {"sessie": "999999"}, {"jaar": "1900"}, {"formaat": "pdf"}]
)
def test_what_makes_no_sense_is_not_a_file_of_everything(choice, klok):
    enrol(SessieFactory(), 1)
    answer = take(someone(UITVOEREN), **choice)
    assert "Content-Disposition" not in answer
    assert not ModelLogEntry.objects.filter(action="vorming.uitgevoerd").exists()


def test_nothing_to_download_is_said(klok):
    answer = take(someone(UITVOEREN), sessie=SessieFactory().pk)
    assert "Er is niets gedownload." in answer.content.decode()


def test_who_took_what_and_how_much_is_in_the_site_history(klok, admin_client):
    sessie = SessieFactory(naam="voorjaar")
    with_people(sessie)
    rows_of(take(someone(UITVOEREN, NODEN), sessie=sessie.pk, staat="bevestigd", noden="on"))
    entry = ModelLogEntry.objects.get(action="vorming.uitgevoerd")
    assert entry.user.username == "beheerder"
    assert entry.message == (
        f"Downloadde 1 inschrijvingen als CSV-bestand ({sessie}; bevestigd, "
        "met voeding en toegankelijkheid)"
    )
    assert "Sara" not in str(entry.data)
    history = admin_client.get("/admin/reports/site-history/?action=vorming.uitgevoerd")
    history = history.content.decode()
    assert "Downloadde 1 inschrijvingen als CSV-bestand" in history


def test_invoices_have_a_row_per_request_with_what_it_comes_to(klok):
    sessie = SessieFactory(prijs="45.50", capaciteit=3)
    enrol(
        sessie,
        1,
        2,
        3,
        4,
        gegevens=gegevens(1, factuur={"factuur_naam": "Stad Voorbeeld", "bestelbon": "=B7"}),
    )
    enrol(SessieFactory(prijs=0), 5)
    gone = Inschrijving.objects.get(voornaam="Sara2")
    deelnemer.cancel(gone.pk)
    deelnemer.cancel(Inschrijving.objects.get(voornaam="Sara3").pk)
    (row,) = columns_of(take(someone(UITVOEREN), wat="facturen"))
    assert row["Naam op de factuur"] == "Stad Voorbeeld"
    assert row["Nummer van de bestelbon"] == "'=B7"
    assert (row["Prijs per persoon"], row["Personen met een plaats"]) == ("45,50", "2")
    assert row["Totaal"] == "91,00"


def test_workshops_and_a_question_that_is_gone_have_a_column(klok):
    sessie = SessieFactory()
    one, other = (
        WorkshopFactory(sessie=sessie, ronde="Voormiddag", naam=name) for name in ("Sport", "Jeugd")
    )
    with_people(sessie, workshops=[other.pk])
    (row,) = columns_of(take(someone(UITVOEREN), sessie=sessie.pk))
    assert row["Voormiddag"] == "Jeugd"
    assert row["Volgde je de basis al?"] == "ja"
    assert one.naam not in row.values()


def test_a_question_has_the_words_of_today(klok):
    page = VormingPageFactory(
        vragen=[{"type": "tekst", "value": {"vraag": "Nieuwe woorden?"}, "id": "a1"}]
    )
    sessie = SessieFactory(vorming=page)
    with_people(sessie)
    (row,) = columns_of(take(someone(UITVOEREN), sessie=sessie.pk))
    assert row["Nieuwe woorden?"] == "ja"
    assert "Volgde je de basis al?" not in row


def test_every_row_comes_once_in_more_than_one_chunk(klok, monkeypatch):
    monkeypatch.setattr("core.spreadsheet.CHUNK", 4)
    sessie = SessieFactory(capaciteit=30)
    enrol(sessie, *range(1, 9))
    enrol(sessie, *range(9, 13))
    rows = columns_of(take(someone(UITVOEREN), sessie=sessie.pk))
    assert [row["Voornaam"] for row in rows] == [f"Sara{number}" for number in range(1, 13)]


def test_too_much_for_a_workbook_is_said(klok, monkeypatch):
    monkeypatch.setattr("vorming.beheer.uitvoer.MEESTE_REGELS_EXCEL", 2)
    sessie = SessieFactory()
    enrol(sessie, 1, 2, 3)
    client = someone(UITVOEREN)
    answer = take(client, sessie=sessie.pk, formaat="xlsx")
    assert "te veel voor een Excel-bestand" in answer.content.decode()
    assert len(rows_of(take(client, sessie=sessie.pk))) == 4


def test_the_screen_of_a_session_starts_with_that_session(klok):
    sessie = SessieFactory()
    answer = someone(UITVOEREN).get(reverse("vorming_uitvoer_sessie", args=[sessie.pk]))
    assert f'<option value="{sessie.pk}" selected>' in answer.content.decode()


def file_of_list(client, query):
    """Return where the list of enrolments leads for its file."""
    to_file = re.compile(rf"^{reverse('vorming_uitvoer')}\?")
    # The second is what comes when a filter is chosen on the page itself.
    lists = [client.get(f"{LIJST}{part}?{query}") for part in ("", "lijst/")]
    first, second = [soup(one).find("a", href=to_file)["href"] for one in lists]
    assert first == second
    return first


def test_the_list_leads_to_its_file_with_what_it_shows(klok):
    other, sessie = SessieFactory(), SessieFactory(vorming=VormingPageFactory())
    enrol(other, 1)
    enrol(sessie, 2)
    client = someone(UITVOEREN)
    query = f"cursus={sessie.vorming_id}&staat=bevestigd&staat=wachtlijst"
    screen = client.get(file_of_list(client, query))
    chosen = [option["value"] for option in soup(screen).select("option[value][selected]")]
    assert [value for value in chosen if value] == [str(sessie.vorming_id)]
    states = soup(screen).select("[name=staat][checked]")
    assert {box["value"] for box in states} == {"bevestigd", "wachtlijst"}
    assert "gaat niet mee" not in screen.content.decode()


def test_what_of_the_list_cannot_come_along_to_the_file_is_said(klok):
    sessie = SessieFactory()
    enrol(sessie, 1)
    client = someone(UITVOEREN)
    some = file_of_list(client, f"sessie={sessie.pk}&organisatie=ocmw")
    assert "koos bij “Organisatie” gaat niet mee" in client.get(some).content.decode()
    address = file_of_list(client, "aandacht=alles&organisatie=ocmw&q=sara")
    assert "ocmw" not in address
    assert "sara" not in address
    said = "koos bij “Vraagt aandacht”, “Organisatie” en “Zoeken” gaat niet mee"
    assert said in client.get(address).content.decode()
    nothing = client.post(address, {"wat": "facturen", "formaat": "csv"})
    assert said in nothing.content.decode()


def test_who_took_the_needs_of_people_along_stands_with_each_of_them(klok):
    sessie = SessieFactory()
    with_people(sessie)
    enrol(sessie, 2)
    one, _two = Inschrijving.objects.order_by("pk")
    client = someone(UITVOEREN, NODEN)
    take(client, sessie=sessie.pk)
    assert not ModelLogEntry.objects.filter(action="vorming.noden_bekeken").exists()
    assert list(columns_of(take(client, sessie=sessie.pk, noden="on")))
    looked = ModelLogEntry.objects.filter(action="vorming.noden_bekeken")
    assert [entry.object_id for entry in looked] == [str(one.pk)], "the other has none"
    assert looked.get().user.get_username()
    assert "Sara" not in str(looked.values())
