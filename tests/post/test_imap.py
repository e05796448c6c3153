"""Reports in a mailbox elsewhere: each counts once, and the mailbox stays as it is."""

import ssl
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command

from post import bounces, imap
from post.models import Gebeurtenis, Levering, Postbus
from tests.post import imap as servers
from tests.post.test_bounces import levering, report  # noqa: F401 - a fixture
from tests.post.test_smtp import certificate  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

NO_REPORT = b"From: Piet <piet@example.org>\r\nSubject: Vraag\r\n\r\nKan ik nog inschrijven?\r\n"


@pytest.fixture
def box(settings):
    with servers.running() as found:
        settings.POST_BOUNCE_MAILBOX = url(found)
        yield found


def url(box, scheme="imap", password=servers.PASSWORD, folder=""):
    name = quote(servers.NAME, safe="")
    return f"{scheme}://{name}:{quote(password, safe='')}@127.0.0.1:{box.port}/{folder}"


def read(capsys):
    call_command("lees_bounces", "--imap")
    return capsys.readouterr().out


def test_a_report_counts_and_what_is_none_is_left_alone(box, levering, capsys):  # noqa: F811
    box.add(NO_REPORT, report(levering), b"", b"\xff\x00 stuk")
    assert read(capsys) == "4 mails gelezen, 1 leveringen bijgewerkt.\n"
    levering.refresh_from_db()
    assert levering.staat == "mislukt"
    # Looked at, and not touched: what people have not read stays so.
    assert not [one for one in box.commands if "STORE" in one or "SELECT" in one]
    assert all("BODY.PEEK[]" in one for one in box.fetches)


def test_a_mail_is_read_once_and_new_ones_the_next_time(box, levering, capsys):  # noqa: F811
    box.add(report(levering))
    read(capsys)
    assert read(capsys) == "0 mails gelezen, 0 leveringen bijgewerkt.\n"
    assert len(box.fetches) == 1
    # The same report once more, as another mail.
    box.add(report(levering), NO_REPORT)
    assert read(capsys) == "2 mails gelezen, 0 leveringen bijgewerkt.\n"
    assert Gebeurtenis.objects.count() == 1


def test_a_mailbox_that_is_numbered_anew_is_read_again_and_counts_once(box, levering, capsys):  # noqa: F811
    box.add(report(levering))
    read(capsys)
    box.validity += 1
    assert read(capsys) == "1 mails gelezen, 0 leveringen bijgewerkt.\n"
    assert Postbus.objects.get().geldigheid == box.validity
    assert Gebeurtenis.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"adres": "ander@example.org"},
        {"message_id": "<levering.999999@example.org>"},
        {"message_id": "<levering.1@elders.example>"},
        {"code": "4.4.7"},
    ],
)
def test_a_report_that_somebody_made_up_ends_nothing(box, levering, capsys, changes):  # noqa: F811
    box.add(report(levering, **changes))
    assert read(capsys) == "1 mails gelezen, 0 leveringen bijgewerkt.\n"
    levering.refresh_from_db()
    assert levering.staat == "verzonden"


def test_a_wrong_password_is_said_and_never_shown(box, settings):
    box.add(NO_REPORT)
    settings.POST_BOUNCE_MAILBOX = url(box, password="geheim-fout")
    with pytest.raises(CommandError, match="weigert de naam of het wachtwoord") as caught:
        call_command("lees_bounces", "--imap")
    assert "geheim-fout" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert not Postbus.objects.exists()


def test_a_connection_that_breaks_off_goes_on_there(box, levering, capsys):  # noqa: F811
    box.add(NO_REPORT, NO_REPORT, report(levering), NO_REPORT)
    box.break_at = 3
    with pytest.raises(CommandError, match="brak af, na 2 mails"):
        call_command("lees_bounces", "--imap")
    levering.refresh_from_db()
    assert levering.staat == "verzonden"
    box.break_at = 0
    assert read(capsys) == "2 mails gelezen, 1 leveringen bijgewerkt.\n"
    assert len(box.fetches) == 5


def test_a_server_that_is_away_or_silent_is_left_in_time(box, settings, monkeypatch):
    monkeypatch.setattr(imap, "TIMEOUT", 0.2)
    box.hang = True
    with pytest.raises(CommandError, match="lukt niet of brak af"):
        call_command("lees_bounces", "--imap")
    settings.POST_BOUNCE_MAILBOX = url(box).replace(str(box.port), "1")
    with pytest.raises(CommandError, match="lukt niet of brak af"):
        call_command("lees_bounces", "--imap")


def test_thousands_of_mails_in_parts(box, levering, capsys, monkeypatch):  # noqa: F811
    monkeypatch.setattr(imap, "SPAN", 400)
    monkeypatch.setattr(imap, "MOST", 1500)
    box.add(*[NO_REPORT] * 2499, report(levering))
    assert read(capsys) == (
        "1500 mails gelezen, 0 leveringen bijgewerkt. De rest komt de volgende keer.\n"
    )
    assert read(capsys) == "1000 mails gelezen, 1 leveringen bijgewerkt.\n"
    assert len(box.fetches) == 2500
    searches = [one for one in box.commands if one.startswith("UID SEARCH")]
    assert max(len(one) for one in searches) < 40
    # A mailbox that was emptied: only numbers are left.
    box.mails.clear()
    assert read(capsys) == "0 mails gelezen, 0 leveringen bijgewerkt.\n"


def test_a_mail_that_cannot_be_read_does_not_hold_up_the_next(box, levering, capsys, monkeypatch):  # noqa: F811
    real = bounces.verwerk

    def verwerk(source):
        if source == NO_REPORT:
            raise ValueError("stuk")
        return real(source)

    monkeypatch.setattr(bounces, "verwerk", verwerk)
    box.add(NO_REPORT, report(levering))
    assert read(capsys) == "2 mails gelezen, 1 leveringen bijgewerkt.\n"
    assert Levering.objects.get(pk=levering.pk).staat == "mislukt"


def test_a_huge_mail_is_not_fetched_whole(box, levering, capsys):  # noqa: F811
    box.add(report(levering) + b"x" * (bounces.MAX_BYTES + 1000))
    assert read(capsys) == "1 mails gelezen, 1 leveringen bijgewerkt.\n"
    assert f"<0.{bounces.MAX_BYTES}>" in box.fetches[0]


def test_a_folder_that_is_not_there_is_named(box, settings):
    settings.POST_BOUNCE_MAILBOX = url(box, folder="Weg%22%5C")
    with pytest.raises(CommandError, match="bestaat niet in deze mailbox"):
        call_command("lees_bounces", "--imap")


def test_over_tls_and_only_to_a_server_that_somebody_vouches_for(
    levering,  # noqa: F811
    certificate,  # noqa: F811
    settings,
    capsys,
    monkeypatch,
):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with servers.running(context) as safe:
        safe.add(report(levering))
        settings.POST_BOUNCE_MAILBOX = url(safe, scheme="imaps")
        assert read(capsys) == "1 mails gelezen, 1 leveringen bijgewerkt.\n"
        monkeypatch.delenv("SSL_CERT_FILE")
        safe.commands.clear()
        with pytest.raises(CommandError, match="SSLCertVerificationError"):
            call_command("lees_bounces", "--imap")
        assert safe.commands == []


def test_nothing_is_said_in_the_clear_where_tls_was_asked(box, settings):
    for scheme in ("imaps", "imap+tls"):
        settings.POST_BOUNCE_MAILBOX = url(box, scheme=scheme)
        with pytest.raises(CommandError, match="lukt niet of brak af"):
            call_command("lees_bounces", "--imap")
    assert not [one for one in box.commands if "LOGIN" in one]


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "mailbox",
        "https://a:b@example.org",
        "imaps://example.org",
        "imaps://a:b@example.org:poort/",
        "imap://a:b@mail.example.org/INBOX",
    ],
)
def test_what_is_no_mailbox_is_refused(settings, wrong):
    settings.POST_BOUNCE_MAILBOX = wrong
    with pytest.raises(CommandError, match=r"mailbox|Zonder TLS"):
        call_command("lees_bounces", "--imap")
    with pytest.raises(CommandError):
        call_command("lees_bounces", "map", "--imap")
