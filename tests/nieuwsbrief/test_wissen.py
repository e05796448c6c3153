"""Forgetting somebody while her mails are on their way, and who was never reached at all."""

import datetime

import pytest
from django.core.management import call_command
from django.urls import reverse

from nieuwsbrief import links
from nieuwsbrief.models import Abonnee
from nieuwsbrief.services import privacy
from post import services as post
from post.engine.outcome import Afloop, Uitkomst
from post.engine.worker import Worker
from post.models import Levering
from post.signals import adres_onbestelbaar
from post.transports.memory import MemoryTransport
from tests.nieuwsbrief.conftest import (
    LIEN,
    abonneer,
    laatste_mail,
    link_in,
    mails,
    staten,
    tekst,
    vraag_aan,
)
from tests.nieuwsbrief.verzend import (
    keur_goed,
    leveringen,
    schrijf,
    verstuurd,
    ververs,
    werk,
    zet_klaar,
)
from tests.post.mails import refuse_wrong_counts

pytestmark = pytest.mark.django_db

WEG = Uitkomst(Afloop.ONZEKER, None, "de lijn viel weg")


def wis(client, adres: str) -> None:
    """Press the last button with the link to her own choices."""
    link = links.voorkeuren_link(Abonnee.objects.van_adres(adres).get())
    page = client.post(f"{link.removeprefix('http://testserver')}wissen/")
    assert "Je gegevens zijn gewist" in tekst(page)


def test_a_last_mail_of_which_nobody_knows_whether_it_left_is_emptied_too(klok, client, brief):
    abonneer(LIEN, brief)
    werk()
    wis(client, LIEN)
    werk(WEG)
    assert mails() == ["gewist"]
    klok.shift(datetime.timedelta(hours=25))
    call_command("tick")
    assert mails() == []


def test_who_is_forgotten_leaves_no_open_question_behind(client, admin_client, goed, bert):
    zet_klaar(goed, bert)
    werk(WEG)
    assert leveringen(goed)[LIEN] == "onzeker"
    assert ververs(goed).staat == "klaar_open"
    wis(client, LIEN)
    call_command("tick")
    assert ververs(goed).staat == "klaar"
    page = admin_client.get(reverse("nieuwsbrief_verzenden:brief", args=[goed.pagina_id]))
    assert "open vragen" not in tekst(page)
    refuse_wrong_counts()


def test_nor_does_who_is_forgotten_while_her_mail_is_on_its_way(goed, bert):
    """The mail is being handed over at that moment, and nobody will know whether it arrived."""
    zet_klaar(goed, bert)

    class Intussen(MemoryTransport):
        def deliver(self, mails):
            if mails[0].delivery.adres == LIEN:
                privacy.erase(LIEN)
                assert Levering.objects.get(pk=mails[0].delivery.pk).staat == "bezig"
                return [WEG]
            return super().deliver(mails)

    Worker(Intussen(size=1)).run(until_empty=True)
    for _ in range(2):
        call_command("tick")
    assert ververs(goed).staat == "klaar"
    refuse_wrong_counts()


def test_a_worker_that_was_given_up_and_speaks_after_all_changes_nothing(goed, bert, klok):
    zet_klaar(goed, bert)

    class Traag(MemoryTransport):
        def deliver(self, mails):
            if mails[0].delivery.adres == LIEN:
                klok.shift(datetime.timedelta(minutes=2))
                call_command("tick")
                assert leveringen(goed)[LIEN] == "onzeker"
                privacy.erase(LIEN)
            return super().deliver(mails)

    Worker(Traag(size=1)).run(until_empty=True)
    werk()
    assert sorted(leveringen(goed).values()) == ["overgeslagen", "verzonden", "verzonden"]
    assert ververs(goed).staat == "klaar"
    refuse_wrong_counts()


def test_who_never_confirmed_and_has_no_mailbox_is_forgotten_after_a_week(client, klok, brief):
    vraag_aan(client, brief)
    adres_onbestelbaar.send(sender=Levering, adres=LIEN, reden="550")
    klok.shift(datetime.timedelta(days=6))
    call_command("tick")
    assert staten() == {"netwerkgemeente": "onbestelbaar"}
    # She asks again: the new mail says that she has a week.
    vraag_aan(client, brief)
    klok.shift(datetime.timedelta(days=6))
    call_command("tick")
    assert client.get(link_in(laatste_mail("bevestig"))).status_code == 200
    klok.shift(datetime.timedelta(days=2))
    call_command("tick")
    assert not Abonnee.objects.exists()
    assert mails() == []


def test_who_confirmed_and_lost_her_mailbox_is_kept_for_a_year(klok, brief):
    abonneer(LIEN, brief)
    adres_onbestelbaar.send(sender=Levering, adres=LIEN, reden="550")
    klok.shift(datetime.timedelta(days=60))
    call_command("tick")
    assert staten() == {"netwerkgemeente": "onbestelbaar"}


def test_whom_only_the_mail_room_forgot_can_ask_anew_and_gets_it_again(
    client, klok, brief, ann, bert
):
    abonneer(LIEN, brief)
    post.erase(LIEN)
    klok.shift(datetime.timedelta(days=30))
    vraag_aan(client, brief)
    assert mails() == ["bevestig"]
    assert post.is_suppressed(LIEN), "anybody can fill in her address"
    page = client.post(link_in(laatste_mail("bevestig")), follow=True)
    assert page.status_code == 200
    assert mails() == ["bevestig", "welkom"]
    zet_klaar(keur_goed(schrijf(ann, brief), bert), bert)
    werk()
    assert [mail["To"] for mail in verstuurd()] == [LIEN]
    vraag_aan(client, brief)
    assert mails()[-1] == "al-ingeschreven"
