"""Sending again and deciding, one delivery at a time."""

import pytest
from wagtail.models import ModelLogEntry

from post import services
from post.engine.queue import counts_of
from post.states import Staat
from post.transports.memory import MemoryTransport
from tests.post_admin.mailroom import one, page_of, send, state_of

pytestmark = pytest.mark.django_db


def messages_of(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def actions_on(delivery) -> list[tuple[str, str]]:
    """Return what the log says was done, without who looked."""
    entries = ModelLogEntry.objects.for_instance(delivery).exclude(action="post.bekeken")
    return [(entry.action, entry.message) for entry in entries.order_by("pk")]


def test_a_failed_mail_is_sent_again_after_a_confirmation(desk, postbeheerder):
    delivery = one(Staat.MISLUKT, to="jan@example.org")
    question = desk.get(page_of(delivery, "opnieuw")).content.decode()
    assert "naar jan@example.org" in question
    assert "Ja, verstuur opnieuw" in question
    assert state_of(delivery) == Staat.MISLUKT
    answer = desk.post(page_of(delivery, "opnieuw"), follow=True)
    assert answer.redirect_chain == [(page_of(delivery), 302)]
    assert "De mail staat opnieuw klaar om te vertrekken." in messages_of(answer)
    assert state_of(delivery) == Staat.WACHT
    assert actions_on(delivery) == [("post.opnieuw", "Zette de mislukte mail opnieuw klaar")]
    assert ModelLogEntry.objects.get(action="post.opnieuw").user == postbeheerder
    outbox = len(MemoryTransport.outbox)
    send()
    assert state_of(delivery) == Staat.VERZONDEN
    assert len(MemoryTransport.outbox) == outbox + 1
    assert counts_of(delivery.bericht_id) == {Staat.MISLUKT: 0, Staat.VERZONDEN: 1}


def test_an_uncertain_mail_is_called_arrived(desk):
    delivery = one(Staat.ONZEKER)
    answer = desk.post(page_of(delivery, "aangekomen"), follow=True)
    assert "Genoteerd: de mail is aangekomen." in messages_of(answer)
    assert state_of(delivery) == Staat.VERZONDEN
    assert actions_on(delivery) == [("post.beslist", "Besliste: de mail is aangekomen")]
    assert counts_of(delivery.bericht_id) == {Staat.ONZEKER: 0, Staat.VERZONDEN: 1}


def test_an_uncertain_mail_is_sent_again_only_with_a_warning(desk):
    delivery = one(Staat.ONZEKER)
    question = desk.get(page_of(delivery, "toch_opnieuw")).content.decode()
    assert "misschien twee keer in de mailbox" in question
    desk.post(page_of(delivery, "toch_opnieuw"))
    assert state_of(delivery) == Staat.WACHT
    assert actions_on(delivery) == [("post.beslist", "Besliste: de mail wordt opnieuw verstuurd")]


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (Staat.VERZONDEN, "opnieuw"),
        (Staat.VERZONDEN, "aangekomen"),
        (Staat.WACHT, "opnieuw"),
        (Staat.MISLUKT, "aangekomen"),
        (Staat.MISLUKT, "toch_opnieuw"),
        (Staat.ONZEKER, "opnieuw"),
    ],
)
def test_what_makes_no_sense_is_not_done(state, name, desk):
    delivery = one(state)
    for method in (desk.get, desk.post):
        answer = method(page_of(delivery, name), follow=True)
        assert answer.redirect_chain == [(page_of(delivery), 302)]
        assert "Er is niets gebeurd." in messages_of(answer)
    assert state_of(delivery) == state
    assert actions_on(delivery) == []


def test_two_people_at_once_send_it_again_once(desk):
    delivery = one(Staat.MISLUKT)
    desk.post(page_of(delivery, "opnieuw"))
    answer = desk.post(page_of(delivery, "opnieuw"), follow=True)
    assert "Er is niets gebeurd." in messages_of(answer)
    assert len(actions_on(delivery)) == 1


def test_nothing_of_a_cancelled_message_is_sent_again(desk):
    delivery = one(Staat.MISLUKT)
    services.cancel(delivery.bericht)
    desk.post(page_of(delivery, "opnieuw"))
    assert state_of(delivery) == Staat.MISLUKT
    text = desk.get(page_of(delivery)).content.decode()
    assert "Het bericht is geannuleerd." in text
    assert page_of(delivery, "opnieuw") not in text


def test_a_paused_message_is_named_in_the_question(desk):
    delivery = one(Staat.MISLUKT)
    services.pause(delivery.bericht, "even wachten")
    text = desk.get(page_of(delivery, "opnieuw")).content.decode()
    assert "Het bericht staat op pauze" in text


def test_a_request_without_its_token_is_refused(postbeheerder):
    from django.test import Client

    delivery = one(Staat.MISLUKT)
    client = Client(enforce_csrf_checks=True)
    client.force_login(postbeheerder)
    assert client.post(page_of(delivery, "opnieuw")).status_code == 403
    assert state_of(delivery) == Staat.MISLUKT


def test_the_site_history_shows_it_in_dutch_and_leads_to_the_delivery(desk):
    delivery = one(Staat.MISLUKT, to="geheim@example.org")
    desk.get(page_of(delivery))
    desk.post(page_of(delivery, "opnieuw"))
    text = desk.get("/admin/reports/site-history/").content.decode()
    assert "Zette de mislukte mail opnieuw klaar" in text
    assert "Bekeek de levering, met adres en tekst" in text
    assert f'href="{page_of(delivery)}"' in text
    assert "geheim@example.org" not in text
