"""What a provider reports: believed once, and only from the provider."""

import datetime
import json
import subprocess
import sys
from base64 import b64encode

import pytest
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.conf import settings as django_settings

from post import services
from post.engine import queue
from post.engine.outcome import Afloop, Uitkomst
from post.models import Gebeurtenis, Levering, Onderdrukking
from post.signals import adres_onbestelbaar, klacht_ontvangen
from post.states import Staat
from tests.post.mails import direct, finish, refuse_wrong_counts, states

pytestmark = pytest.mark.django_db

LIES = "lies@example.org"
MOMENT = datetime.datetime(2026, 11, 24, 10, 0, tzinfo=datetime.UTC)


def report(kind, delivery=None, *, event_id="1", esp="Postmark", **changes) -> None:
    """Send what Anymail sends after it checked the signature of a provider."""
    event = AnymailTrackingEvent(
        **{
            "event_type": kind,
            "event_id": event_id,
            "timestamp": MOMENT,
            "recipient": LIES,
            "message_id": "provider-1",
            "metadata": {"levering": str(delivery.pk)} if delivery else {},
            "tags": [],
            "esp_event": {},
            "reject_reason": None,
            "mta_response": None,
            "description": None,
            **changes,
        }
    )
    tracking.send(sender=None, event=event, esp_name=esp)


@pytest.fixture
def delivered() -> Levering:
    """A mail that a provider took."""
    direct()
    finish(Uitkomst(Afloop.AANVAARD, None, provider_id="provider-1"))
    return Levering.objects.get()


@pytest.fixture
def in_doubt() -> Levering:
    direct()
    finish(Uitkomst(Afloop.ONZEKER, None, "weg"))
    return Levering.objects.get()


@pytest.fixture
def heard():
    """The signals that the rest of the site got."""
    signals = []

    def undeliverable(adres, **kwargs):
        signals.append(("onbestelbaar", adres))

    def complaint(adres, **kwargs):
        signals.append(("klacht", adres))

    adres_onbestelbaar.connect(undeliverable)
    klacht_ontvangen.connect(complaint)
    yield signals
    adres_onbestelbaar.disconnect(undeliverable)
    klacht_ontvangen.disconnect(complaint)


def bounced(delivery, **changes):
    report(
        EventType.BOUNCED,
        delivery,
        reject_reason=RejectReason.BOUNCED,
        mta_response="550 user unknown",
        **changes,
    )


# --- What a report does -----------------------------------------------------------------


def test_bounce_of_sent_mail_failed_suppressed_and_told(delivered, heard):
    bounced(delivered)
    delivered.refresh_from_db()
    assert (delivered.staat, delivered.laatste_fout) == (Staat.MISLUKT, "550 user unknown")
    assert Onderdrukking.objects.get().reden == Onderdrukking.Reden.ONBESTELBAAR
    assert services.is_suppressed(LIES)
    assert heard == [("onbestelbaar", LIES)]
    refuse_wrong_counts()


def test_report_about_who_was_erased_writes_her_address_nowhere(delivered, heard):
    services.erase(LIES)
    said = f"550 5.1.1 <{LIES}>: user unknown"
    report(EventType.BOUNCED, delivered, reject_reason=RejectReason.BOUNCED, mta_response=said)
    delivered.refresh_from_db()
    assert (delivered.staat, delivered.laatste_fout) == (Staat.MISLUKT, "")
    assert Gebeurtenis.objects.get().omschrijving == ""
    assert heard == [("onbestelbaar", LIES)]


def test_same_report_twice_counts_once(delivered, heard):
    for _ in range(2):
        bounced(delivered)
    assert Gebeurtenis.objects.count() == 1
    assert heard == [("onbestelbaar", LIES)]
    refuse_wrong_counts()


def test_same_number_at_two_providers_counts_twice(delivered):
    report(EventType.OPENED, delivered, esp="Postmark")
    report(EventType.OPENED, delivered, esp="Brevo")
    assert Gebeurtenis.objects.count() == 2


def test_report_without_number_known_by_mail_and_kind(delivered):
    for _ in range(2):
        report(EventType.DELIVERED, delivered, event_id=None)
    report(EventType.OPENED, delivered, event_id=None)
    assert Gebeurtenis.objects.count() == 2


def test_report_that_fails_half_way_leaves_nothing_and_is_taken_again(delivered, monkeypatch):
    real = services.suppress
    monkeypatch.setattr(services, "suppress", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bounced(delivered)
    assert not Gebeurtenis.objects.exists()
    assert states() == {Staat.VERZONDEN: 1}
    monkeypatch.setattr(services, "suppress", real)
    bounced(delivered)
    assert states() == {Staat.MISLUKT: 1}


def test_full_mailbox_failed_and_not_suppressed(delivered, heard):
    report(EventType.BOUNCED, delivered, reject_reason=RejectReason.OTHER)
    assert states() == {Staat.MISLUKT: 1}
    assert not services.is_suppressed(LIES)
    assert heard == []


@pytest.mark.parametrize(("kind", "for_good"), [("SoftBounce", False), ("HardBounce", True)])
def test_postmark_calls_a_full_mailbox_bounced_too(delivered, heard, kind, for_good):
    bounced(delivered, esp="Postmark", esp_event={"Type": kind})
    assert states() == {Staat.MISLUKT: 1}
    assert services.is_suppressed(LIES) is for_good
    assert bool(heard) is for_good


def test_complaint_suppressed_and_told_and_mail_stays_sent(delivered, heard):
    report(EventType.COMPLAINED, delivered)
    assert states() == {Staat.VERZONDEN: 1}
    assert Onderdrukking.objects.get().reden == Onderdrukking.Reden.KLACHT
    assert heard == [("klacht", LIES)]


def test_delivered_settles_what_was_uncertain(in_doubt):
    report(EventType.DELIVERED, in_doubt)
    in_doubt.refresh_from_db()
    assert in_doubt.staat == Staat.VERZONDEN
    assert in_doubt.verzonden_op
    assert in_doubt.laatste_fout == ""
    refuse_wrong_counts()


def test_bounce_settles_what_was_uncertain(in_doubt):
    bounced(in_doubt)
    assert states() == {Staat.MISLUKT: 1}
    refuse_wrong_counts()


def test_delivered_after_bounce_changes_nothing(delivered):
    bounced(delivered)
    report(EventType.DELIVERED, delivered, event_id="2")
    assert states() == {Staat.MISLUKT: 1}
    refuse_wrong_counts()


@pytest.mark.parametrize(
    ("kind", "state"),
    [(EventType.BOUNCED, Staat.MISLUKT), (EventType.DELIVERED, Staat.VERZONDEN)],
)
def test_report_before_the_worker_wrote_down_holds(kind, state):
    direct()
    taken = queue.stamp("w", queue.claim("w", 1))
    report(kind, Levering.objects.get())
    queue.record("w", [(taken[0], Uitkomst(Afloop.AANVAARD, None, provider_id="provider-1"))])
    assert states() == {state: 1}
    refuse_wrong_counts()


def test_report_finds_delivery_by_number_of_the_provider(delivered):
    report(EventType.BOUNCED, None, reject_reason=RejectReason.OTHER)
    assert states() == {Staat.MISLUKT: 1}


@pytest.mark.parametrize("number", ["999999999", "x", "", "²", "9" * 40, "-1", None])
def test_report_about_unknown_mail_kept_and_harms_nothing(delivered, number):
    report(EventType.BOUNCED, None, metadata={"levering": number}, message_id="onbekend")
    assert Gebeurtenis.objects.get().levering is None
    assert states() == {Staat.VERZONDEN: 1}


def test_report_with_long_words_cut(delivered):
    report(EventType.BOUNCED, delivered, mta_response="x" * 3000, event_id="y" * 3000)
    assert len(Gebeurtenis.objects.get().omschrijving) == 500


# --- The address itself -------------------------------------------------------------------


POSTMARK = {
    "RecordType": "Bounce",
    "ID": 4323372036854775807,
    "Type": "HardBounce",
    "TypeCode": 1,
    "MessageID": "provider-1",
    "Description": "The server was unable to deliver your message",
    "Details": "550 user unknown",
    "Email": LIES,
    "BouncedAt": "2026-11-24T10:00:00Z",
}


@pytest.fixture
def provider_site(settings):
    settings.ROOT_URLCONF = "tests.post.urls"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "melder:geheim"}


def post_report(client, secret, delivery):
    headers = {}
    if secret:
        headers["authorization"] = "Basic " + b64encode(secret.encode()).decode()
    return client.post(
        "/post/meldingen/postmark/tracking/",
        json.dumps(POSTMARK | {"Metadata": {"levering": str(delivery.pk)}}),
        content_type="application/json",
        headers=headers,
    )


@pytest.mark.parametrize("secret", [None, "melder:fout", "melder:"])
def test_webhook_wrong_secret_refused_and_nothing_changes(client, provider_site, delivered, secret):
    assert post_report(client, secret, delivered).status_code == 400
    assert states() == {Staat.VERZONDEN: 1}
    assert not Gebeurtenis.objects.exists()
    assert not services.is_suppressed(LIES)


def test_webhook_right_secret_bounce_taken_in(client, provider_site, delivered):
    assert post_report(client, "melder:geheim", delivered).status_code == 200
    assert states() == {Staat.MISLUKT: 1}
    assert services.is_suppressed(LIES)
    assert post_report(client, "melder:geheim", delivered).status_code == 200
    assert Gebeurtenis.objects.count() == 1


def test_webhook_get_changes_nothing(client, provider_site, delivered):
    assert client.get("/post/meldingen/postmark/tracking/").status_code == 405


def test_webhook_site_without_provider_has_no_such_address(client):
    assert client.get("/post/meldingen/postmark/tracking/").status_code == 404


@pytest.mark.parametrize(("transport", "found"), [("provider", "True"), ("smtp", "False")])
def test_webhook_addresses_only_with_a_provider(transport, found):
    code = (
        "import django; django.setup(); from django.urls import is_valid_path;"
        "print(bool(is_valid_path('/post/meldingen/postmark/tracking/')"
        " and 'anymail' in str(is_valid_path('/post/meldingen/postmark/tracking/'))))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=django_settings.ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": ".:site",
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "POST_TRANSPORT": transport,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip().splitlines()[-1] == found
