"""The work of every minute: each job of the training offer, seen by what `tick` brings about."""

import datetime

import pytest
from django.core.management import call_command

from tests.factories import SessieFactory
from tests.vorming.conftest import enrol, mails, one, states
from tests.vorming.dag import session_with
from vorming.models import VormingInstellingen
from vorming.services import deelnemer, werk

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


def test_the_night_is_done_once(klok):
    call_command("tick")
    nacht = VormingInstellingen.load().laatste_nacht
    assert nacht == datetime.date(2026, 11, 24)
    klok.shift(datetime.timedelta(days=1))
    call_command("tick")
    assert VormingInstellingen.load().laatste_nacht == datetime.date(2026, 11, 25)
