"""Mail through a provider: what is handed over, and what its answers mean."""

import json
import threading
from email.utils import parseaddr
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
import requests
from anymail.backends.test import EmailBackend as AnymailTest
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused, AnymailUnsupportedFeature
from anymail.message import AnymailRecipientStatus
from django.core import mail as django_mail
from urllib3.exceptions import MaxRetryError, NewConnectionError

from core import clock
from post import services
from post.engine.outcome import Afloop
from post.engine.worker import Worker
from post.mime import Bijlage, token
from post.models import Levering
from post.states import Staat
from post.transports import envelopes, make_transport, provider
from post.transports.envelopes import Batch
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

    monkeypatch.setattr(AnymailTest, "send_messages", lambda self, messages: refuse(messages))
    Worker(transport).run(until_empty=True)
    assert states() == {state: 1}
    refuse_wrong_counts()


def test_deliver_rejected_recipient_failed(monkeypatch):
    direct()
    single = envelopes.single

    def rejecting(mail):
        message = single(mail)
        status = AnymailRecipientStatus(message_id=None, status="rejected")
        message.anymail_test_response = {"recipient_status": {"lies@example.org": status}}
        return message

    monkeypatch.setattr(envelopes, "single", rejecting)
    send()
    assert states() == {Staat.MISLUKT: 1}


def test_deliver_fault_of_the_library_uncertain_and_the_others_leave(monkeypatch):
    bulk(3)
    real = AnymailTest.send_messages

    def falls_over(self, messages):
        if messages[0].to == ["lezer1@example.org"]:
            raise RuntimeError("de bibliotheek viel om")
        return real(self, messages)

    monkeypatch.setattr(AnymailTest, "send_messages", falls_over)
    send()
    assert states() == {Staat.VERZONDEN: 2, Staat.ONZEKER: 1}


def test_deliver_slow_provider_the_rest_of_the_group_not_offered(monkeypatch, settings):
    settings.POST_CONNECTIONS = 1
    bulk(3)
    late = provider.GROUP_SECONDS + 1
    moments = iter([0, 1, late, late])
    monkeypatch.setattr(provider, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    transport = make_transport()
    transport.size = 3
    worker = Worker(transport)
    worker.round()
    assert len(django_mail.outbox) == 1
    worker.stop()
    worker.run()
    assert states() == {Staat.VERZONDEN: 1, Staat.WACHT: 2}
    assert set(Levering.objects.filter(staat=Staat.WACHT).values_list("pogingen")) == {(0,)}


def test_deliver_calls_are_under_way_together(monkeypatch):
    """A provider that takes a second per call may not take a second per mail."""
    bulk(4)
    all_there = threading.Barrier(4, timeout=20)
    real = AnymailTest.send_messages

    def meets_the_others(self, messages):
        all_there.wait()
        return real(self, messages)

    monkeypatch.setattr(AnymailTest, "send_messages", meets_the_others)
    send()
    assert states() == {Staat.VERZONDEN: 4}


# --- Batches, over real HTTP ------------------------------------------------------------------


class Provider(BaseHTTPRequestHandler):
    """A provider on loopback: remembers the calls and answers what the test says."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append((self.path, dict(self.headers), body))
        status, answer = self.server.answers.pop(0) if self.server.answers else (200, None)
        if status is None:
            self.close_connection = True
            return
        data = json.dumps(answer or self.server.answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture
def http():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.calls, server.answers, server.answer = [], [], {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def mailgun(http, settings):
    http.answer = {"id": "<een@provider>", "message": "Queued. Thank you."}
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.ANYMAIL = {
        "MAILGUN_API_KEY": "sleutel",
        "MAILGUN_API_URL": f"http://127.0.0.1:{http.server_port}/v3",
    }
    return http


def fields_of(call):
    return parse_qs(call[2].decode())


def test_batch_one_call_for_all_with_the_values_of_each(mailgun):
    link = f"<https://example.org/weg/{token('naam')}/>"
    bulk(3, headers={"List-Unsubscribe": link})
    for delivery in Levering.objects.all():
        delivery.gegevens = {"naam": f"<Lies {delivery.adres[5]}>"}
        delivery.save()
    send()
    (call,) = mailgun.calls
    fields = fields_of(call)
    assert fields["to"] == [f"lezer{number}@example.org" for number in range(3)]
    assert fields["text"] == ["Dag %recipient.naam%\n"]
    assert fields["html"] == ['<p lang="nl">Dag %recipient.html_naam%</p>']
    assert fields["h:List-Unsubscribe"] == ["%recipient.h:List-Unsubscribe%"]
    values = json.loads(fields["recipient-variables"][0])
    keys = dict(Levering.objects.values_list("adres", "pk"))
    assert values["lezer1@example.org"] == {
        "naam": "<Lies 1>",
        "html_naam": "&lt;Lies 1&gt;",
        "h:List-Unsubscribe": "<https://example.org/weg/<Lies 1>/>",
        "v:levering": str(keys["lezer1@example.org"]),
    }
    assert states() == {Staat.VERZONDEN: 3}
    refuse_wrong_counts()


def test_batch_no_more_than_the_provider_takes(mailgun, monkeypatch):
    monkeypatch.setitem(
        envelopes.BATCHES, "anymail.backends.mailgun.EmailBackend", Batch("%recipient.{}%", 2)
    )
    bulk(5)
    send()
    assert sorted(len(fields_of(call)["to"]) for call in mailgun.calls) == [1, 2, 2]
    assert states() == {Staat.VERZONDEN: 5}


def test_batch_direct_mail_goes_alone(mailgun):
    direct()
    direct(key="toets:2", to="jan@example.org")
    send()
    assert [len(fields_of(call)["to"]) for call in mailgun.calls] == [1, 1]
    assert "recipient-variables" not in fields_of(mailgun.calls[0])


def test_batch_text_that_looks_like_an_open_value_goes_one_by_one(mailgun):
    bulk(2, text="Zo schrijf je het: %recipient.naam%")
    send()
    assert [len(fields_of(call)["to"]) for call in mailgun.calls] == [1, 1]


def test_batch_value_that_breaks_out_of_a_header_refused(mailgun):
    bulk(2, headers={"X-Groet": token("naam")})
    Levering.objects.filter(adres="lezer0@example.org").update(gegevens={"naam": "a\r\nBcc: b"})
    send()
    assert states() == {Staat.VERZONDEN: 1, Staat.MISLUKT: 1}
    assert b"Bcc" not in b"".join(call[2] for call in mailgun.calls)


def test_batch_connection_breaks_off_all_in_it_uncertain_and_not_sent_again(mailgun):
    mailgun.answers = [(None, None)]
    bulk(3)
    send()
    assert states() == {Staat.ONZEKER: 3}
    assert len(mailgun.calls) == 1
    refuse_wrong_counts()


# --- A key that makes a repeated call the same call ---------------------------------------------


@pytest.fixture
def resend(http, settings):
    http.answer = {"id": "nummer-1"}
    settings.EMAIL_BACKEND = "anymail.backends.resend.EmailBackend"
    settings.ANYMAIL = {
        "RESEND_API_KEY": "sleutel",
        "RESEND_API_URL": f"http://127.0.0.1:{http.server_port}/",
    }
    return http


def keys_of(server):
    return [headers["Idempotency-Key"] for _, headers, _ in server.calls]


def later():
    Levering.objects.update(niet_voor=clock.now())


@pytest.mark.parametrize("answer", [(None, None), (502, {}), (409, {}), (200, "onleesbaar")])
def test_idempotent_what_nobody_knows_tried_again_under_the_same_key(resend, answer):
    resend.answers = [answer]
    direct()
    send()
    assert states() == {Staat.WACHT: 1}
    later()
    send()
    assert states() == {Staat.VERZONDEN: 1}
    first, second = keys_of(resend)
    assert first == second


def test_idempotent_two_mails_two_keys(resend):
    direct()
    direct(key="toets:2", to="jan@example.org")
    send()
    assert len(set(keys_of(resend))) == 2


def test_idempotent_sent_again_after_a_bounce_another_key(resend):
    delivery = direct()
    send()
    Levering.objects.update(staat=Staat.MISLUKT)
    services.send_again([delivery.pk])
    send()
    assert len(set(keys_of(resend))) == 2
