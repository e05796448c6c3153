"""What is printed for the day itself: the sheet to sign, and name badges."""

import re
import uuid

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from core import pdf
from tests.factories import SessieFactory
from tests.test_editor_language import english_in
from tests.vorming.conftest import enrol, gegevens, persoon
from tests.vorming.dag import assert_accessible, editor, read_pdf, session_with
from vorming.models import Aanvraag, BijzondereNood, Inschrijving
from vorming.services import inschrijven

pytestmark = pytest.mark.django_db

VREEMD = ['#panic("x")', "[#x] $a$ *b* `c` //", "Ēva D’Hoöghe-O'Brien", "Lange" * 15]


def sheet(client, sessie):
    dag = sessie.dagen.order_by("begin")[0]
    return read_pdf(client.get(reverse("vorming_tekenlijst", args=[sessie.pk, dag.pk])))


def badges(client, sessie):
    return read_pdf(client.get(reverse("vorming_naamkaartjes", args=[sessie.pk])))


def bare(text):
    """Return a text as it can be found again, wherever a line broke."""
    return re.sub(r"[\s\u00ad-]", "", text)


def test_the_sheet_has_everybody_with_a_place_in_the_order_of_names(db, klok):
    sessie = SessieFactory(capaciteit=3)
    enrol(sessie, 1, 2, 3)
    enrol(sessie, 4)
    for number, name in ((1, "Zwart"), (2, "élan"), (3, "Dubois")):
        Inschrijving.objects.filter(voornaam=f"Sara{number}").update(naam=name)
    reader, text = sheet(editor(), sessie)
    assert_accessible(reader, "nl")
    positions = [text.index(words) for words in ("Dubois, Sara3", "élan, Sara2", "Zwart, Sara1")]
    assert positions == sorted(positions)
    assert "Sara4" not in text
    for words in ("Handtekening", "Voorbeeldgemeente", "Voorbeeldzaal", "donderdag 24 december"):
        assert words in text
    assert "sara1@example.org" not in text


@pytest.mark.parametrize("name", VREEMD)
def test_a_strange_name_is_printed_as_it_is_written(db, klok, name):
    sessie = session_with(1)
    Inschrijving.objects.update(naam=name)
    Aanvraag.objects.update(organisatie=name)
    client = editor()
    for make in (sheet, badges):
        reader, text = make(client, sessie)
        assert_accessible(reader, "nl")
        assert bare(text).count(bare(name)) == 2


def test_what_people_need_is_never_on_paper(db, klok):
    sessie = SessieFactory()
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(),
        personen=[persoon(1, voeding="zonder noten", toegankelijkheid="rolstoel")],
        wachtlijst=True,
    )
    assert BijzondereNood.objects.exists()
    client = editor()
    for make in (sheet, badges):
        _reader, text = make(client, sessie)
        assert "Sara1" in text
        assert "noten" not in text
        assert "rolstoel" not in text


def test_a_long_list_repeats_its_head_and_counts_its_pages(db, klok):
    sessie = SessieFactory(capaciteit=40)
    for start in range(1, 41, 10):
        enrol(sessie, *range(start, start + 10))
    reader, text = sheet(editor(), sessie)
    assert len(reader.pages) == 3
    assert text.count("Handtekening") == 3
    assert "Bladzijde 2 van 3" in text
    for page in reader.pages:
        assert "Handtekening" in page.extract_text()
    reader, text = badges(editor("twee"), sessie)
    assert len(reader.pages) == 4
    assert all(f"Sara{number}" in text for number in range(1, 41))


def test_nobody_yet_is_no_accident(db, klok):
    sessie = SessieFactory()
    client = editor()
    sheet(client, sessie)
    _reader, text = badges(client, sessie)
    assert "nog niemand" in text


def test_the_screen_offers_a_sheet_per_day_in_dutch(db, klok):
    sessie = session_with(1, dagen=2)
    answer = editor().get(reverse("vorming_lijsten", args=[sessie.pk]))
    assert english_in(answer) == []
    assert answer.content.decode().count("Tekenlijst van ") == 2


def test_only_who_may_take_lists_along_and_it_is_written_down(db, klok):
    sessie = session_with(1)
    dag = sessie.dagen.get()
    stranger = editor("vreemde", zonder="exporteer_inschrijvingen")
    for address in (
        reverse("vorming_lijsten", args=[sessie.pk]),
        reverse("vorming_tekenlijst", args=[sessie.pk, dag.pk]),
        reverse("vorming_naamkaartjes", args=[sessie.pk]),
    ):
        assert stranger.get(address).status_code in (302, 403), address
    client = editor()
    sheet(client, sessie)
    badges(client, sessie)
    actions = ModelLogEntry.objects.for_instance(sessie).values_list("action", flat=True)
    assert sorted(actions) == ["vorming.naamkaartjes_gemaakt", "vorming.tekenlijst_gemaakt"]
    other = SessieFactory()
    assert client.get(reverse("vorming_tekenlijst", args=[other.pk, dag.pk])).status_code == 404


def test_when_it_is_busy_the_editor_is_asked_for_patience(db, klok, monkeypatch):
    sessie = session_with(1)

    def busy(*_args):
        raise pdf.Druk

    monkeypatch.setattr(pdf, "render", busy)
    address = reverse("vorming_naamkaartjes", args=[sessie.pk])
    answer = editor().get(address, follow=True)
    assert "Probeer het over een halve minuut opnieuw." in answer.content.decode()
    assert not ModelLogEntry.objects.filter(action="vorming.naamkaartjes_gemaakt").exists()
