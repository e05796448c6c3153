"""The work of every minute: each job of the training offer, seen by what `tick` brings about."""

import dataclasses
import datetime

import pytest
from django.core.management import call_command

from tests.factories import SessieFactory
from tests.vorming.beheer import at, form_of, text_of
from tests.vorming.conftest import enrol, last_mail, mails, one, states
from tests.vorming.dag import after, session_with, was_there
from vorming.models import Evaluatiesleutel, VormingInstellingen
from vorming.services import attesten, deelnemer, sessies, werk
from vorming.services.basis import KLOK
from vorming.services.dagen import dagen_gezien

pytestmark = pytest.mark.django_db


def test_an_offer_that_nobody_answers_lapses(klok):
    sessie = SessieFactory(capaciteit=1, doorschuiven="aanbod")
    enrol(sessie, 1)
    enrol(sessie, 2)
    enrol(sessie, 3)
    deelnemer.cancel(one(sessie, 1).pk)
    assert states(sessie) == {1: "geannuleerd", 2: "aangeboden", 3: "wachtlijst"}
    klok.shift(datetime.timedelta(hours=49))
    call_command("tick")
    assert (states(sessie)[2], states(sessie)[3]) == ("vervallen", "aangeboden")


def test_a_reminder_leaves(klok):
    sessie = session_with(1)
    klok.move_to(werk.moment_before(sessie.dagen.get(), 1))
    assert mails("herinnering-dag") == []
    call_command("tick")
    call_command("tick")
    assert mails("herinnering-dag") == ["sara1@example.org"]


def test_who_was_there_is_thanked(klok):
    sessie = session_with(1)
    klok.move_to(sessie.eindigt_op + datetime.timedelta(hours=20))
    call_command("tick")
    call_command("tick")
    assert mails("bedankt") == ["sara1@example.org"]


def move(client, user, sessie, date):
    """Give the day of a session another date, as an editor does."""
    # The clock moves further than somebody stays signed in.
    client.force_login(user)
    data = form_of(client, at(sessie, "wijzigen"), **{"dagen-0-datum": date})
    answer = client.post(at(sessie, "wijzigen"), data)
    assert answer.status_code == 302, text_of(answer)
    sessie.refresh_from_db()


def morning_after(klok, sessie):
    """Let the clock do its work on the morning after a session, and return who was thanked."""
    klok.move_to(sessie.eindigt_op + datetime.timedelta(hours=20))
    call_command("tick")
    call_command("tick")
    return mails("bedankt")


def test_a_session_that_is_postponed_after_its_thanks_is_thanked_for_when_it_was(
    klok, client, vormingsteam
):
    sessie = session_with(1)
    assert morning_after(klok, sessie) == ["sara1@example.org"]
    move(client, vormingsteam, sessie, "2027-01-14")
    enrol(sessie, 2)
    call_command("tick")
    assert len(mails("bedankt")) == 1
    again = morning_after(klok, sessie)
    assert again == ["sara1@example.org", "sara1@example.org", "sara2@example.org"]
    assert Evaluatiesleutel.objects.filter(sessie=sessie).count() == 3
    klok.shift(datetime.timedelta(days=2))
    call_command("tick")
    assert len(mails("bedankt")) == 3


def test_a_date_that_was_moved_by_mistake_and_back_brings_no_second_thanks(
    klok, client, vormingsteam, redacteur_door
):
    sessie = session_with(1)
    (day,) = dagen_gezien(sessie)
    morning_after(klok, sessie)
    move(client, vormingsteam, sessie, "2027-01-14")
    later = dataclasses.replace(day, einde=day.einde + datetime.timedelta(minutes=30))
    for date in (day, later):
        sessies.change(sessie.pk, velden={}, dagen=[date], door=redacteur_door)
        call_command("tick")
    assert mails("bedankt") == ["sara1@example.org"]
    assert Evaluatiesleutel.objects.filter(sessie=sessie).count() == 1


def test_a_certificate_after_the_thanks_of_before_waits_for_those_of_the_new_date(
    klok, client, vormingsteam
):
    sessie = session_with(1)
    morning_after(klok, sessie)
    move(client, vormingsteam, sessie, "2027-01-14")
    after(klok, sessie)
    was_there(sessie, 1)
    attesten.issue(sessie.pk, door=KLOK)
    assert mails("attest") == []
    morning_after(klok, sessie)
    assert "Je attest staat ook klaar." in last_mail("bedankt").tekst


def test_the_night_is_done_once(klok):
    call_command("tick")
    nacht = VormingInstellingen.load().laatste_nacht
    assert nacht == datetime.date(2026, 11, 24)
    klok.shift(datetime.timedelta(days=1))
    call_command("tick")
    assert VormingInstellingen.load().laatste_nacht == datetime.date(2026, 11, 25)
