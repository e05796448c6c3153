"""How an editor enrols people who phone."""

import datetime

import pytest

from tests.factories import SessieFactory, VormingPageFactory, WorkshopFactory
from tests.vorming.bezoeker import of_colleague
from tests.vorming.conftest import enrol, mails, states
from tests.vorming.mensen import (
    LIJST,
    said,
    soup,
    text,
)
from vorming.models import Aanvraag, Inschrijving, Workshopkeuze
from vorming.services import wachtlijst
from vorming.services.basis import redactie
from vorming.staten import Staat

pytestmark = pytest.mark.django_db

# --- By phone ------------------------------------------------------------------------------------


def form_of(response):
    """Return what a browser would send of the form by phone."""
    found = {}
    for field in soup(response).select("form[method=post] [name]"):
        if field.name == "button":
            continue
        kind = field.get("type")
        if kind in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        found[field["name"]] = field.get("value", "on") if field.name == "input" else ""
    return found


PHONE = {
    "voornaam": "Mia", "naam": "Telefoon", "e_mail": "mia@example.org",
    "organisatie": "Stad Voorbeeld", "telefoon": "0470 11 22 33",
}  # fmt: skip


def test_somebody_is_enrolled_by_phone_even_when_enrolment_is_closed(beheer, tine, klok, klopt):
    sessie = SessieFactory(capaciteit=2, staat="gesloten", goedkeuring=True)
    chosen = beheer.get(f"{LIJST}inschrijven/")
    assert "nog 2 plaatsen" in text(chosen)
    address = f"{LIJST}inschrijven/{sessie.pk}/"
    data = form_of(beheer.get(address)) | PHONE
    response = beheer.post(address, {**data, "actie": "opslaan"}, follow=True)
    assert said(response) == ["Mia Telefoon heeft een plaats (plaats 1)."]
    row = Inschrijving.objects.get()
    # Who phones an editor needs no approval of an editor.
    assert (row.staat, row.aanvraag.door) == (Staat.BEVESTIGD, tine)
    assert row.aanvraag.telefoon == "0470 11 22 33"
    assert mails("bevestigd") == ["mia@example.org"]
    # The same form twice is one request.
    beheer.post(address, {**data, "actie": "opslaan"})
    assert Aanvraag.objects.count() == 1
    klopt()


def test_by_phone_several_people_come_and_the_editor_hears_who_waits(beheer, sessie, klopt):
    address = f"{LIJST}inschrijven/{sessie.pk}/"
    data = form_of(beheer.get(address)) | PHONE
    more = beheer.post(address, {**data, "actie": "erbij"})
    assert said(more) == []
    data = form_of(more) | PHONE
    data |= of_colleague(1, voornaam="Bo", naam="Telefoon", e_mail="bo@example.org")
    more = beheer.post(address, {**data, "actie": "erbij"})
    assert soup(more).select_one("input[name=collega1_voornaam]")["value"] == "Bo"
    data = form_of(more) | of_colleague(2, voornaam="Cis", naam="T", e_mail="cis@example.org")
    # One too many: she goes away again.
    extra = beheer.post(address, {**data, "actie": "erbij"})
    data = form_of(beheer.post(address, {**form_of(extra), "actie": "weg-3"}))
    response = beheer.post(address, {**data, "actie": "opslaan"}, follow=True)
    assert said(response) == [
        "Mia Telefoon heeft een plaats (plaats 1).",
        "Bo Telefoon heeft een plaats (plaats 2).",
        "Cis T staat op de wachtlijst: 1e in de rij.",
    ]
    assert Aanvraag.objects.get().inschrijvingen.count() == 3
    klopt()


def test_by_phone_nobody_has_to_answer_what_the_caller_does_not_know(beheer, klok):
    question = {"vraag": "Volgde je de basis?", "uitleg": "", "verplicht": True}
    sessie = SessieFactory(vorming=VormingPageFactory(vragen=[("ja_nee", question)]))
    address = f"{LIJST}inschrijven/{sessie.pk}/"
    data = form_of(beheer.get(address)) | PHONE | {"aantal": "1"}
    data |= of_colleague(1, voornaam="Bo", naam="Telefoon", e_mail="bo@example.org")
    assert beheer.post(address, {**data, "actie": "opslaan"}).status_code == 302
    assert Inschrijving.objects.count() == 2


def test_by_phone_a_full_session_is_told_before_anything_is_stored(beheer, sessie):
    enrol(sessie, 1, 2)
    address = f"{LIJST}inschrijven/{sessie.pk}/"
    screen = beheer.get(address)
    assert "komt achteraan op de wachtlijst" in text(screen)
    data = form_of(screen) | PHONE
    del data["wachtlijst"]
    response = beheer.post(address, {**data, "actie": "opslaan"})
    assert response.status_code == 409
    assert "Intussen zijn alle plaatsen bezet." in text(response)
    assert soup(response).select_one("input[name=voornaam]")["value"] == "Mia"
    assert Aanvraag.objects.count() == 1


def test_by_phone_mistakes_are_named_and_doubles_are_told(beheer, sessie):
    enrol(sessie, 1)
    address = f"{LIJST}inschrijven/{sessie.pk}/"
    screen = beheer.get(address)
    data = form_of(screen) | {**PHONE, "e_mail": "mia"}
    wrong = beheer.post(address, {**data, "actie": "opslaan"})
    assert wrong.status_code == 422
    assert "Dit is geen e-mailadres." in text(wrong)
    data |= {"voornaam": "Sara1", "naam": "Voorbeeld", "e_mail": "sara1@example.org"}
    response = beheer.post(address, {**data, "actie": "opslaan"}, follow=True)
    assert said(response) == [
        "1 persoon stond al in deze sessie. Ze krijgen hun link opnieuw per mail."
    ]
    assert states(sessie) == {1: "bevestigd"}


def test_by_phone_somebody_chooses_a_workshop_and_hears_which_are_full(beheer, klok, klopt):
    sessie = SessieFactory(capaciteit=9)
    full = WorkshopFactory(sessie=sessie, naam="Regie", capaciteit=1)
    free = WorkshopFactory(sessie=sessie, naam="Sport", capaciteit=9)
    address = f"{LIJST}inschrijven/{sessie.pk}/"
    for who, workshop in (("mia", full), ("bo", free), ("cis", full)):
        screen = beheer.get(address)
        person = {"voornaam": who.capitalize(), "e_mail": f"{who}@example.org"}
        data = form_of(screen) | PHONE | person | {"ronde_0": str(workshop.pk)}
        beheer.post(address, {**data, "actie": "opslaan"})
    assert "Regie (volzet: je krijgt een plaats als er een vrijkomt)" in text(screen)
    assert "Sport (volzet" not in text(screen)
    held = Workshopkeuze.objects.order_by("pk").values_list("workshop__naam", "plaats")
    assert list(held) == [("Regie", 1), ("Sport", 1), ("Regie", None)]
    klopt()


@pytest.mark.parametrize("number", ["²", "99999", "-1", "x", ""])
def test_by_phone_a_strange_number_of_people_is_no_fault(number, beheer, sessie):
    response = beheer.post(f"{LIJST}inschrijven/{sessie.pk}/", {"aantal": number, "actie": "erbij"})
    assert response.status_code == 200


def test_by_phone_nobody_comes_in_a_session_that_is_over(beheer, sessie, klok):
    klok.move_to(sessie.eindigt_op + datetime.timedelta(hours=1))
    response = beheer.post(f"{LIJST}inschrijven/{sessie.pk}/", {**PHONE, "actie": "opslaan"})
    assert response["Location"] == f"{LIJST}?sessie={sessie.pk}"
    assert "Inschrijven kan niet meer." in text(beheer.get(response["Location"]))
    assert beheer.get(f"{LIJST}inschrijven/999999/").status_code == 404
    assert Aanvraag.objects.count() == 0
    assert "Er is geen sessie die nog komt" in text(beheer.get(f"{LIJST}inschrijven/"))


def test_who_waits_for_a_place_after_an_editor_is_known_to_the_audit(beheer, sessie, tine, klopt):
    """An editor who gives a place out of turn leaves a trace that the audit understands."""
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    wachtlijst.fill(sessie.pk, door=redactie(tine))
    klopt()
