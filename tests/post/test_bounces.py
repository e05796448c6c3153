"""Reports of mail servers in a mailbox (RFC 3464)."""

import io
import mailbox
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from post import bounces, services
from post.models import Gebeurtenis, Levering, Onderdrukking
from post.signals import adres_onbestelbaar
from tests.post.mails import direct, finish, refuse_wrong_counts

pytestmark = pytest.mark.django_db

LIES = "lies@example.org"


def report(levering, *, code="5.1.1", adres=LIES, message_id=None, action="failed", headers=False):
    """Return a report as Postfix writes it."""
    kind = "text/rfc822-headers" if headers else "message/rfc822"
    return f"""From: MAILER-DAEMON@mail.example.org
To: noreply@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="grens"

--grens
Content-Type: text/plain

This is the mail system.

--grens
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; {adres}
Action: {action}
Status: {code}
Diagnostic-Code: smtp; 550 5.1.1
 User unknown

--grens
Content-Type: {kind}

Message-ID: {message_id or levering.message_id}
Subject: Proefmail

--grens--
""".encode()


@pytest.fixture
def levering(settings):
    settings.POST_MESSAGE_ID_DOMAIN = "example.org"
    found = direct(to=LIES)
    finish()
    found.refresh_from_db()
    assert found.staat == "verzonden"
    return found


@pytest.fixture
def heard():
    """The addresses of which the rest of the site hears that they do not exist."""
    found = []

    def listen(sender, adres, **kwargs):
        found.append(adres)

    adres_onbestelbaar.connect(listen)
    yield found
    adres_onbestelbaar.disconnect(listen)


@pytest.mark.parametrize("headers", [False, True])
def test_a_mailbox_that_does_not_exist_ends_it(levering, heard, headers):
    assert bounces.verwerk(report(levering, headers=headers)) == 1
    levering.refresh_from_db()
    assert levering.staat == "mislukt"
    assert "User unknown" in levering.laatste_fout
    assert Onderdrukking.objects.get().reden == Onderdrukking.Reden.ONBESTELBAAR
    assert heard == [LIES]
    refuse_wrong_counts()
    assert bounces.verwerk(report(levering, headers=headers)) == 0
    assert Gebeurtenis.objects.count() == 1
    assert heard == [LIES]


def test_a_report_about_a_mail_that_was_sent_again_is_another_one(levering, heard):
    full, gone = report(levering, code="5.2.2"), report(levering)
    assert bounces.verwerk(full) == 1
    assert services.send_again([levering.pk]) == 1
    finish()
    levering.refresh_from_db()
    assert levering.staat == "verzonden"
    assert bounces.verwerk(gone) == 1
    levering.refresh_from_db()
    assert levering.staat == "mislukt"
    assert heard == [LIES]
    refuse_wrong_counts()
    assert [bounces.verwerk(one) for one in (full, gone)] == [0, 0]


@pytest.mark.parametrize("code", ["5.2.2", "5.7.1", "5.0.0"])
def test_a_full_mailbox_or_a_refused_mail_fails_and_suppresses_nobody(levering, heard, code):
    assert bounces.verwerk(report(levering, code=code)) == 1
    levering.refresh_from_db()
    assert levering.staat == "mislukt"
    assert heard == []
    assert not Onderdrukking.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "4.4.7"},
        {"action": "delayed"},
        {"adres": "ander@example.org"},
        {"message_id": "<levering.999999@example.org>"},
        {"message_id": "<iets@elders.example>"},
        {"message_id": "<levering.1@elders.example>"},
        {"message_id": f"<levering.{'9' * 40}@example.org>"},
    ],
)
def test_what_is_not_about_a_mail_of_ours_changes_nothing(levering, heard, changes):
    assert bounces.verwerk(report(levering, **changes)) == 0
    levering.refresh_from_db()
    assert levering.staat == "verzonden"
    assert heard == []


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (b"report-type=delivery-status", b"report-type=disposition-notification"),
        (b"multipart/report; report-type=delivery-status", b"multipart/mixed"),
    ],
)
def test_a_mail_that_only_looks_like_a_report_changes_nothing(levering, heard, said, instead):
    source = report(levering)
    assert said in source
    assert bounces.verwerk(source.replace(said, instead)) == 0
    assert heard == []


def test_a_forwarded_mail_counts_for_the_address_that_we_wrote_to(levering, heard):
    source = report(levering, adres="elders@example.com")
    there = b"Final-Recipient: rfc822; elders@example.com"
    source = source.replace(there, f"Original-Recipient: rfc822; {LIES}\n".encode() + there)
    assert bounces.verwerk(source) == 1
    assert heard == [LIES]


def test_a_report_for_a_mail_that_never_left_changes_nothing(levering):
    Levering.objects.update(staat="overgeslagen")
    bounces.verwerk(report(levering))
    levering.refresh_from_db()
    assert levering.staat == "overgeslagen"


def test_only_so_much_of_a_report_is_read(levering):
    source = report(levering)
    block = source[
        source.index(b"Final-Recipient") : source.index(b"--grens\nContent-Type: message/rfc822")
    ]
    many = source.replace(block, block * (bounces.MAX_RECIPIENTS + 10))
    assert len(bounces.lees(many)) == bounces.MAX_RECIPIENTS
    long = source.replace(b" User unknown", b" User unknown" * 200)
    assert {len(one.tekst) for one in bounces.lees(long)} == {bounces.MAX_TEXT}
    words = b"This is the mail system."
    assert bounces.lees(source.replace(words, words * (bounces.MAX_BYTES // len(words)))) == []


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: Out of office\n\nIk ben weg.",
        b"Content-Type: multipart/report; report-type=delivery-status\n\nzonder grens",
        b"Content-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x--",
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\n\n'
        b"--x\nContent-Type: message/rfc822\n\n--x\nContent-Type: message/delivery-status\n\n--x--",
    ],
)
def test_anything_else_in_the_mailbox_is_left_alone(source):
    assert bounces.verwerk(source) == 0


def test_the_command_reads_a_maildir_an_mbox_and_stdin(levering, tmp_path, monkeypatch, capsys):
    folder = mailbox.Maildir(tmp_path / "map")
    folder.add(b"Subject: hallo\n\nDag")
    folder.add(report(levering))
    call_command("lees_bounces", str(tmp_path / "map"))
    assert capsys.readouterr().out == "2 mails gelezen, 1 leveringen bijgewerkt.\n"
    assert len(folder) == 2
    box = mailbox.mbox(tmp_path / "bestand")
    box.add(report(levering))
    box.flush()
    call_command("lees_bounces", str(tmp_path / "bestand"))
    assert capsys.readouterr().out == "1 mails gelezen, 0 leveringen bijgewerkt.\n"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(report(levering))))
    call_command("lees_bounces")
    assert capsys.readouterr().out == "1 mails gelezen, 0 leveringen bijgewerkt.\n"
    assert Levering.objects.get().staat == "mislukt"
    for wrong in (tmp_path, tmp_path / "niets"):
        with pytest.raises(CommandError):
            call_command("lees_bounces", str(wrong))
