"""The work of every minute: each job of the newsletter, seen by what `tick` brings about."""

import datetime

import pytest
from django.core.management import call_command

from core import clock
from nieuwsbrief.models import Abonnee, NieuwsbriefInstellingen, Verzending
from nieuwsbrief.services import uitschrijven, verzenden
from nieuwsbrief.staten import Bron, VerzendStaat
from post.engine.worker import Worker
from post.models import Bericht
from post.transports.memory import MemoryTransport
from tests.nieuwsbrief.conftest import LIEN, abonneer, mails, vraag_aan
from tests.nieuwsbrief.verzend import gebruiker, keur_goed, schrijf, zet_klaar

pytestmark = pytest.mark.django_db


@pytest.fixture
def bert(klok):
    return gebruiker("bert")


@pytest.fixture
def goed(bert, brief):
    abonneer(LIEN, brief)
    return keur_goed(schrijf(gebruiker("ann"), brief), bert)


def staat():
    return Verzending.objects.get().staat


def test_the_acknowledgement_of_leaving(klok, brief):
    lien = abonneer(LIEN, brief)
    uitschrijven.vertrek(uid=lien.uid, lijst=brief.pk, bron=Bron.MAIL)
    assert "afscheid" not in mails()
    call_command("tick")
    assert mails()[-1] == "afscheid"


def test_the_reminder_of_the_next_issue(klok):
    instellingen = NieuwsbriefInstellingen.load()
    instellingen.redactie_adres = "redactie@example.org"
    instellingen.save()
    call_command("tick")
    call_command("tick")
    assert Bericht.objects.filter(soort="nieuwsbrief/herinnering").count() == 1


def test_forgetting_who_never_confirmed(client, klok, brief):
    vraag_aan(client, brief)
    klok.shift(datetime.timedelta(days=7, hours=1))
    call_command("tick")
    assert not Abonnee.objects.exists()


def test_following_what_the_mail_room_did(goed, bert):
    zet_klaar(goed, bert)
    Worker(MemoryTransport()).run(until_empty=True)
    assert staat() == VerzendStaat.VERZENDEN
    call_command("tick")
    assert staat() == VerzendStaat.KLAAR


def test_starting_what_was_planned(goed, bert, klok):
    moment = clock.now() + datetime.timedelta(hours=1)
    verzenden.plan(verzending=goed, moment=moment, door=bert)
    call_command("tick")
    assert staat() == VerzendStaat.GEPLAND
    klok.shift(datetime.timedelta(hours=1))
    call_command("tick")
    assert Verzending.objects.get().gestart_op == moment


def test_choosing_the_recipients(goed, bert):
    verzenden.start(verzending=goed, door=bert)
    assert staat() == VerzendStaat.VOORBEREIDEN
    call_command("tick")
    assert (staat(), Verzending.objects.get().leveringen) == (VerzendStaat.VERZENDEN, 1)


def test_after_a_standstill_a_run_asks_before_anything_else_happens_to_it(goed, bert, klok):
    verzenden.start(verzending=goed, door=bert)
    klok.shift(datetime.timedelta(hours=2))
    call_command("tick")
    assert staat() == VerzendStaat.GEPAUZEERD
