"""A worker and a mail server that misbehaves: over real connections, with the real database."""

import select
import shutil
import socket
import ssl
import subprocess
from email import message_from_bytes, policy

import pytest

from post import services
from post.engine import limits
from post.engine import worker as worker_module
from post.engine.worker import Worker
from post.freezing import freeze_parts
from post.mime import Bijlage
from post.models import Levering
from post.states import Staat
from post.transports import smtp
from post.transports.smtp import SmtpTransport
from tests.conftest import nothing_may_be_skipped
from tests.post.mails import bulk, direct, refuse_wrong_counts, states
from tests.post.servers import running

pytestmark = pytest.mark.django_db

SINK = "tests.post.sink"
PIPELINING = [(), ("--pipelining",), ("--pipelining", "--data-always")]


@pytest.fixture
def relay(settings, tmp_path, monkeypatch):
    """Return a function that starts a relay, and points the site at it."""
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.POST_MESSAGE_ID_DOMAIN = "example.org"
    # Who hangs for ever, hangs for as long as we wait.
    monkeypatch.setattr(smtp, "ENVELOPE_SECONDS", 2.0)
    monkeypatch.setattr(smtp, "DATA_SECONDS", 2.0)
    monkeypatch.setattr(smtp, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(worker_module, "IDLE_SECONDS", 0.0)
    monkeypatch.setattr(limits, "FAULTS_BEFORE_CLOSING", 1000)
    servers = []

    def start(*arguments):
        server = running(SINK, tmp_path, *arguments)
        servers.append(server)
        sink = server.__enter__()
        settings.EMAIL_PORT = sink.port
        return sink

    yield start
    for server in servers:
        server.__exit__(None, None, None)


def send(*addresses, size=4) -> SmtpTransport:
    """Send one message to `addresses`, in groups of `size`; return the transport, still open."""
    bulk(addresses=[f"{address}@example.org" for address in addresses], key=f"n:{addresses[0]}")
    transport = SmtpTransport(size)
    worker = Worker(transport)
    for _ in range(len(addresses) + 3):
        if not worker.round():
            break
    # Write down the last group, and take nothing more.
    worker.stop()
    worker.round()
    refuse_wrong_counts()
    return transport


def state_of(address: str) -> str:
    return Levering.objects.get(adres=f"{address}@example.org").staat


ENDS = {
    "ok.1": (Staat.VERZONDEN, 250),
    "later.1": (Staat.WACHT, 451),
    "laterdata.1": (Staat.WACHT, 451),
    "busy.1": (Staat.WACHT, 421),
    "gone.1": (Staat.WACHT, None),
    "hang.1": (Staat.WACHT, None),
    "no.1": (Staat.MISLUKT, 550),
    "nodata.1": (Staat.MISLUKT, 550),
    "lost.1": (Staat.ONZEKER, None),
    # All of it had been given to the network; how much arrived nobody knows.
    "cut.1": (Staat.ONZEKER, None),
    "hangdata.1": (Staat.ONZEKER, None),
}


@pytest.mark.parametrize("pipelining", PIPELINING)
def test_deliver_each_answer_ends_in_its_state(relay, pipelining):
    sink = relay(*pipelining)
    send(*ENDS, size=len(ENDS))
    found = {
        delivery.adres.partition("@")[0]: (delivery.staat, delivery.smtp_code)
        for delivery in Levering.objects.all()
    }
    assert found == ENDS
    assert set(Levering.objects.values_list("pogingen", flat=True)) == {1}
    # Only what the relay really took may be called sent or uncertain.
    assert sorted(sink.took) == ["lost.1@example.org", "ok.1@example.org"]
    refused = Levering.objects.get(adres="no.1@example.org")
    assert refused.laatste_fout == "550 5.1.1 unknown"


def test_deliver_cut_off_in_the_middle_of_a_long_mail_tried_again(relay):
    """What does not fit into the buffers on the way was provably not all sent."""
    sink = relay("--pipelining")
    direct(to="cut.1@example.org", attachments=[Bijlage("groot.bin", b"x" * 20_000_000)])
    worker = Worker(SmtpTransport(1))
    worker.round()
    worker.round()
    assert states() == {Staat.WACHT: 1}
    assert sink.took == []


@pytest.mark.parametrize("pipelining", PIPELINING)
@pytest.mark.parametrize("bad", ["no", "later", "nodata", "laterdata"])
def test_deliver_after_a_refusal_the_line_is_usable(relay, pipelining, bad):
    sink = relay(*pipelining)
    send(f"{bad}.1", "ok.1", f"{bad}.2", f"{bad}.3", "ok.2", size=1)
    assert sink.connections == 1
    assert sink.took == ["ok.1@example.org", "ok.2@example.org"]


@pytest.mark.parametrize("bad", ["gone", "cut", "lost", "busy", "hang", "hangdata"])
def test_deliver_after_a_lost_line_the_next_gets_a_fresh_one(relay, bad):
    sink = relay("--pipelining")
    send(f"{bad}.1", "ok.1", "ok.2", size=1)
    assert sink.connections == 2
    assert [one for one in sink.took if one.startswith("ok")] == [
        "ok.1@example.org",
        "ok.2@example.org",
    ]


@pytest.mark.parametrize("bad", ["gone", "cut", "lost", "busy", "hang", "hangdata", "no", "later"])
def test_deliver_one_bad_in_a_group_does_not_touch_the_others(relay, bad):
    relay("--pipelining")
    send("ok.1", "ok.2", f"{bad}.1", "ok.3", size=4)
    assert [state_of(f"ok.{number}") for number in (1, 2, 3)] == [Staat.VERZONDEN] * 3


def test_deliver_many_over_few_lines_that_stay_open(relay):
    sink = relay("--pipelining")
    send(*[f"ok.{number}" for number in range(40)], size=4)
    assert sink.connections == 4
    assert len(set(sink.took)) == len(sink.took) == 40


# --- Idle lines ---------------------------------------------------------------------------


@pytest.mark.parametrize("word", [(), ("--word",)])
@pytest.mark.parametrize("pipelining", PIPELINING[:2])
def test_deliver_line_closed_while_idle_retried_at_once_and_not_counted(
    relay, wait_until, pipelining, word
):
    sink = relay("--idle", "0.05", *pipelining, *word)
    worker = Worker(SmtpTransport(2))
    bulk(addresses=["ok.1@example.org", "ok.2@example.org"], key="n:1")
    worker.round()
    lines = list(worker.transport._free)
    assert len(lines) == 2
    wait_until(lambda: all(is_closed(line) for line in lines))
    direct(to="ok.3@example.org")
    worker.round()
    worker.round()
    assert sink.took == ["ok.1@example.org", "ok.2@example.org", "ok.3@example.org"]
    delivery = Levering.objects.get(adres="ok.3@example.org")
    assert (delivery.staat, delivery.pogingen) == (Staat.VERZONDEN, 1)
    assert sink.connections == 3


def is_closed(line) -> bool:
    """Say whether the other side has hung up, without taking anything off the line."""
    ready, _, _ = select.select([line._socket], [], [], 0)
    if not ready:
        return False
    heard = line._socket.recv(1000, socket.MSG_PEEK)
    return heard == b"" or heard.startswith(b"421")


def test_deliver_line_idle_for_long_not_trusted(relay, monkeypatch):
    sink = relay("--pipelining")
    transport = send("ok.1")
    monkeypatch.setattr(smtp, "IDLE_SECONDS", -1)
    Worker(transport)
    bulk(addresses=["ok.2@example.org"], key="n:2")
    Worker(transport).round()
    assert sink.connections == 2
    assert len(sink.took) == 2


# --- No server, slow server -------------------------------------------------------------


def test_deliver_no_server_nothing_used_up_and_all_leaves_later(relay, settings):
    sink = relay()
    settings.EMAIL_PORT = 1
    send("ok.1", "ok.2")
    worker = Worker(SmtpTransport(2))
    assert states() == {Staat.WACHT: 2}
    assert set(Levering.objects.values_list("pogingen", flat=True)) == {0}
    settings.EMAIL_PORT = sink.port
    worker.run(until_empty=True)
    assert states() == {Staat.VERZONDEN: 2}


def test_deliver_many_that_hang_cost_one_wait_together(relay, monkeypatch):
    """A group of hanging lines may not outlast the lease: the wait is shared."""
    relay("--pipelining")
    waits = []
    answer = smtp.Line.answer

    def watched(line, deadline):
        try:
            return answer(line, deadline)
        except smtp.LOST:
            waits.append(line._socket.gettimeout())
            raise

    monkeypatch.setattr(smtp.Line, "answer", watched)
    send(*[f"hang.{number}" for number in range(6)], size=6)
    assert len(waits) == 6
    assert sum(waits) <= smtp.ENVELOPE_SECONDS + 6 * 0.05


def test_deliver_line_stale_without_a_sign_not_counted(relay, monkeypatch):
    """A firewall that forgot the connection: what we write disappears, and nobody answers."""
    relay("--pipelining")
    transport = send("ok.1", size=1)
    line = transport._free[0]
    monkeypatch.setattr(line, "write", lambda data, deadline: None)
    direct(to="ok.2@example.org")
    worker = Worker(transport)
    worker.round()
    worker.stop()
    worker.run()
    delivery = Levering.objects.get(adres="ok.2@example.org")
    assert (delivery.staat, delivery.pogingen) == (Staat.WACHT, 0)


# --- Content ------------------------------------------------------------------------------


def content(mail, subtype: str) -> str:
    return mail.get_body((subtype,)).get_content().replace("\r\n", "\n")


def test_deliver_what_arrives_is_what_was_queued(relay, tmp_path):
    relay("--pipelining", "--keep", str(tmp_path))
    delivery = direct(
        to="ok.1@example.org",
        name="Lies de Maïn",
        attachments=[
            Bijlage("sessie.ics", b"BEGIN:VCALENDAR\r\n" * 500, "text/calendar", "REQUEST")
        ],
    )
    Worker(SmtpTransport(1)).run(until_empty=True)
    mail = message_from_bytes(
        (tmp_path / "ok.1@example.org.eml").read_bytes(), policy=policy.default
    )
    assert mail["Message-ID"] == delivery.message_id
    assert mail["To"].addresses[0].display_name == "Lies de Maïn"
    assert content(mail, "plain") == delivery.bericht.tekst
    assert content(mail, "html") == delivery.bericht.html
    calendar = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_payload(decode=True) == b"BEGIN:VCALENDAR\r\n" * 500


def test_deliver_dots_at_the_start_of_lines_arrive(relay, tmp_path):
    relay("--pipelining", "--keep", str(tmp_path))
    text = ".\n..\n.een\n\n.\n" + ("x" * 74 + ".") * 20 + "\n"
    message = services.prepare_bulk(
        key="n", kind="n", frozen=freeze_parts("Punten", text, f"<p>{text}</p>")
    )
    services.queue_bulk(message, [services.Ontvanger("ok.1@example.org")])
    Worker(SmtpTransport(1)).run(until_empty=True)
    mail = message_from_bytes(
        (tmp_path / "ok.1@example.org.eml").read_bytes(), policy=policy.default
    )
    assert content(mail, "plain") == text


# --- Signing in and encryption ---------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A certificate for 127.0.0.1 that this machine trusts as long as the test lasts."""
    openssl = shutil.which("openssl")
    if not openssl:
        if nothing_may_be_skipped():
            pytest.fail("openssl ontbreekt (apt install openssl)")
        pytest.skip("openssl is niet geïnstalleerd")
    file = tmp_path / "server.pem"
    command = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext"
    subprocess.run(
        [openssl, *command.split(), "subjectAltName=IP:127.0.0.1", "-keyout", file, "-out", file],
        check=True,
        capture_output=True,
    )
    text = file.read_text()
    trusted = tmp_path / "trusted.pem"
    trusted.write_text(text[text.index("-----BEGIN CERTIFICATE") :])
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    return file


def test_deliver_starttls_and_sign_in_taken(relay, settings, certificate):
    sink = relay("--tls", str(certificate), "--auth", "--pipelining")
    settings.EMAIL_USE_TLS = True
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "site", "geheim"
    send("ok.1", "no.1", "lost.1", "cut.1", "ok.2", size=2)
    assert sorted(sink.took) == [f"{one}@example.org" for one in ("lost.1", "ok.1", "ok.2")]
    assert state_of("lost.1") == Staat.ONZEKER
    assert state_of("cut.1") == Staat.ONZEKER


def test_deliver_certificate_not_trusted_nothing_leaves(relay, settings, certificate, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    sink = relay("--tls", str(certificate))
    settings.EMAIL_USE_TLS = True
    send("ok.1")
    assert sink.took == []
    assert "CERTIFICATE_VERIFY_FAILED" in Levering.objects.get().laatste_fout
    assert ssl.create_default_context().check_hostname


def test_deliver_server_without_tls_nothing_leaves_in_the_clear(relay, settings):
    sink = relay()
    settings.EMAIL_USE_TLS = True
    send("ok.1")
    assert sink.took == []
    assert states() == {Staat.WACHT: 1}


def test_deliver_wrong_password_nothing_used_up(relay, settings):
    sink = relay("--auth")
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "site", "fout"
    send("ok.1")
    assert sink.took == []
    delivery = Levering.objects.get()
    assert (delivery.staat, delivery.pogingen) == (Staat.WACHT, 0)
    assert "535" in delivery.laatste_fout


def test_deliver_server_that_wants_a_password_we_do_not_have_keeps_the_mail(relay):
    relay("--auth")
    send("ok.1", "ok.2", size=2)
    assert states() == {Staat.WACHT: 2}
