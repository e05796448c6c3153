"""Mail through a provider: what is handed over, and what its answers mean."""

from email.utils import parseaddr
from types import SimpleNamespace

import pytest
import requests
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused, AnymailUnsupportedFeature
from anymail.message import AnymailRecipientStatus
from django.core import mail as django_mail
from urllib3.exceptions import MaxRetryError, NewConnectionError

from post.engine.outcome import Afloop
from post.engine.worker import Worker
from post.mime import Bijlage, token
from post.models import Levering
from post.states import Staat
from post.transports import make_transport, provider
from post.transports.provider import ProviderTransport
from tests.post.mails import bulk, direct, refuse_wrong_counts, states

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def test_provider(settings):
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    settings.POST_TRANSPORT = "provider"
    django_mail.outbox = []


def send():
    Worker(make_transport()).run(until_empty=True)
    return django_mail.outbox


# --- What is handed over ------------------------------------------------------------------


def test_deliver_all_that_goes_along_reaches_the_provider():
    delivery = direct(
        name="Lies de Maïn",
        sender="Gemeente Zoërsel <info@example.org>",
        reply_to="desk@example.org",
        headers={"X-Soort": "bevestiging"},
        attachments=[
            Bijlage("sessie.ics", b"BEGIN:VCALENDAR\r\n", "text/calendar", "CANCEL"),
            Bijlage("attest één.pdf", b"%PDF" * 100, "application/pdf"),
        ],
    )
    (message,) = send()
    params = message.anymail_test_params
    assert params["metadata"] == {"levering": str(delivery.pk)}
    assert params["tags"] == ["proefmail"]
    assert params["subject"] == "Proefmail van de site"
    assert params["extra_headers"]["Message-ID"] == delivery.message_id
    assert params["extra_headers"]["X-Soort"] == "bevestiging"
    assert [one.addr_spec for one in params["reply_to"]] == ["desk@example.org"]
    (to,) = params["to"]
    assert (to.addr_spec, to.display_name) == ("lies@example.org", "Lies de Maïn")
    assert params["from"].display_name == "Gemeente Zoërsel"
    assert "de toetsen" in params["text_body"]
    assert 'lang="nl-BE"' in params["html_body"]
    calendar, file = params["attachments"]
    assert calendar.mimetype == "text/calendar"
    assert "CANCEL" in calendar.content_type
    assert calendar.content_bytes == b"BEGIN:VCALENDAR\r\n"
    assert (file.name, file.content) == ("attest één.pdf", b"%PDF" * 100)


@pytest.mark.parametrize(
    "name", ["", "Lies", 'De Man, "Lies"', "Lies \\ Jan", "Maïn <x@example.org>"]
)
def test_deliver_any_name_arrives_and_adds_no_recipient(name):
    direct(name=name)
    (message,) = send()
    (to,) = message.anymail_test_params["to"]
    assert (to.addr_spec, to.display_name) == ("lies@example.org", name)


def test_deliver_tokens_filled_in_per_person_and_escaped():
    link = f"<https://example.org/{token('naam')}/>"
    bulk(addresses=["lies@example.org"], headers={"List-Unsubscribe": link})
    Levering.objects.update(gegevens={"naam": "<Lies>"})
    (message,) = send()
    params = message.anymail_test_params
    assert params["text_body"] == "Dag <Lies>\n"
    assert params["html_body"] == '<p lang="nl">Dag &lt;Lies&gt;</p>'
    assert params["extra_headers"]["List-Unsubscribe"] == "<https://example.org/<Lies>/>"


def test_deliver_accepted_number_of_the_provider_kept():
    bulk(2)
    send()
    assert states() == {Staat.VERZONDEN: 2}
    assert set(Levering.objects.values_list("provider_id", flat=True)) == {"0", "1"}
    refuse_wrong_counts()


def test_deliver_each_person_alone_on_the_envelope():
    bulk(3)
    for message in send():
        assert len(message.to) == 1
        assert parseaddr(message.to[0])[1].endswith("@example.org")


# --- What an answer means -------------------------------------------------------------------


def api_error(status=None, cause=None):
    fault = AnymailAPIError("de provider zegt nee")
    fault.status_code = status
    if status:
        fault.response = requests.Response()
        fault.response.status_code = status
    fault.__cause__ = cause
    return fault


def never_reached():
    reason = NewConnectionError(None, "geweigerd")
    return requests.ConnectionError(MaxRetryError(None, "/", reason))


ANSWERS = [
    (api_error(400), Afloop.GEWEIGERD),
    (api_error(422), Afloop.GEWEIGERD),
    (api_error(401), Afloop.NIET_AANGEBODEN),
    (api_error(402), Afloop.NIET_AANGEBODEN),
    (api_error(403), Afloop.NIET_AANGEBODEN),
    (api_error(408), Afloop.TIJDELIJK),
    (api_error(429), Afloop.TIJDELIJK),
    (api_error(500), Afloop.TIJDELIJK),
    (api_error(503), Afloop.TIJDELIJK),
    (api_error(502), Afloop.ONZEKER),
    (api_error(504), Afloop.ONZEKER),
    # Taken, and then an answer that nobody can read.
    (api_error(200), Afloop.ONZEKER),
    (api_error(None), Afloop.ONZEKER),
    (api_error(None, requests.ReadTimeout()), Afloop.ONZEKER),
    (api_error(None, requests.ConnectionError("aborted")), Afloop.ONZEKER),
    (api_error(None, requests.ConnectTimeout()), Afloop.NIET_AANGEBODEN),
    (api_error(None, never_reached()), Afloop.NIET_AANGEBODEN),
]


@pytest.mark.parametrize(("fault", "afloop"), ANSWERS)
def test_outcome_of_each_fault_of_the_api(fault, afloop):
    assert provider.outcome_of(fault).afloop is afloop


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (api_error(429), Staat.WACHT),
        (api_error(422), Staat.MISLUKT),
        (api_error(None), Staat.ONZEKER),
        (AnymailRecipientsRefused(), Staat.MISLUKT),
        (AnymailUnsupportedFeature("kan niet"), Staat.MISLUKT),
    ],
)
def test_deliver_fault_ends_in_its_state(monkeypatch, fault, state):
    direct()
    transport = ProviderTransport()

    def refuse(messages):
        raise fault

    monkeypatch.setattr(transport._backend, "send_messages", refuse)
    Worker(transport).run(until_empty=True)
    assert states() == {state: 1}
    refuse_wrong_counts()


def test_deliver_rejected_recipient_failed(monkeypatch):
    direct()
    as_anymail = provider.as_anymail

    def rejecting(mail):
        message = as_anymail(mail)
        status = AnymailRecipientStatus(message_id=None, status="rejected")
        message.anymail_test_response = {"recipient_status": {"lies@example.org": status}}
        return message

    monkeypatch.setattr(provider, "as_anymail", rejecting)
    send()
    assert states() == {Staat.MISLUKT: 1}


def test_deliver_slow_provider_the_rest_of_the_group_not_offered(monkeypatch):
    bulk(3)
    late = provider.GROUP_SECONDS + 1
    moments = iter([0, 1, late, late])
    monkeypatch.setattr(provider, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    worker = Worker(make_transport())
    worker.round()
    assert len(django_mail.outbox) == 1
    worker.stop()
    worker.run()
    assert states() == {Staat.VERZONDEN: 1, Staat.WACHT: 2}
    assert set(Levering.objects.filter(staat=Staat.WACHT).values_list("pogingen")) == {(0,)}
