"""Delivery reports in a mailbox elsewhere: read over IMAP, each mail once, the mailbox untouched.

How far reading came is kept in our database and not as a flag: people may open the mailbox too,
and mails that are no report stay unread for them.
"""

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.db import DatabaseError

from post import bounces
from post.models import Postbus

logger = logging.getLogger(__name__)

# Well under the minute of `cron`, so that a server that hangs is left in time. In seconds.
TIMEOUT = 20
# How many numbers one search spans: an answer stays short, however full the mailbox is.
SPAN = 5000
# In one run. What is left comes the next time.
MOST = 5000
PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class MailboxFout(Exception):
    """The mailbox cannot be read. The text says why, in Dutch, and holds no password."""


@dataclass(frozen=True)
class Adres:
    """Where a mailbox is, and who reads it."""

    schema: str
    host: str
    poort: int
    naam: str
    wachtwoord: str
    map: str

    @classmethod
    def lees(cls, url: str) -> "Adres":
        """Read `imaps://naam:wachtwoord@host:993/INBOX`; raise MailboxFout for anything else.

        `imap+tls` begins in the clear and turns safe before anybody signs in. `imap` stays in the
        clear, and so never leaves this machine.
        """
        try:
            parts = urlsplit(url)
            poort = parts.port
        except ValueError:
            raise MailboxFout("Dit is geen adres van een mailbox.") from None
        if parts.scheme not in PORTS or not parts.hostname or not parts.username:
            raise MailboxFout(
                "Een mailbox schrijf je als imaps://naam:wachtwoord@host/INBOX, met in naam en "
                "wachtwoord %40 voor een @."
            )
        if parts.scheme == "imap" and parts.hostname not in LOOPBACK:
            raise MailboxFout("Zonder TLS lezen we alleen op deze machine zelf. Gebruik imaps://.")
        return cls(
            parts.scheme,
            parts.hostname,
            poort or PORTS[parts.scheme],
            unquote(parts.username),
            unquote(parts.password or ""),
            unquote(parts.path.lstrip("/")) or "INBOX",
        )

    @property
    def sleutel(self) -> str:
        """Which mailbox this is, without its password."""
        return f"{self.naam}@{self.host}:{self.poort}/{self.map}"[:300]


@dataclass
class Stand:
    """How many mails were read in a run, and how many deliveries they settled."""

    gelezen: int = 0
    bijgewerkt: int = 0
    # Whether there are more, for the next run.
    meer: bool = False


def lees(url: str, *, context: ssl.SSLContext | None = None) -> Stand:
    """Take in what came since the last run; raise MailboxFout.

    A run that breaks off keeps what it read: the next one goes on there.
    """
    adres, stand = Adres.lees(url), Stand()
    try:
        with _verbonden(adres, context) as server:
            postbus, tot = _open(server, adres)
            for uid in _nieuwe(server, postbus.uid, tot):
                if stand.gelezen >= MOST:
                    stand.meer = True
                    break
                source = _haal(server, uid)
                if source is not None:
                    stand.gelezen += 1
                    stand.bijgewerkt += _verwerk(source, uid)
                Postbus.objects.filter(pk=postbus.pk, uid__lt=uid).update(uid=uid)
            else:
                Postbus.objects.filter(pk=postbus.pk, uid__lt=tot).update(uid=tot)
    except (imaplib.IMAP4.abort, OSError) as fault:
        raise MailboxFout(
            f"De verbinding met {adres.host} lukt niet of brak af, na {stand.gelezen} mails. De "
            f"volgende keer gaat het daar verder. ({type(fault).__name__})"
        ) from None
    except imaplib.IMAP4.error as fault:
        raise MailboxFout(f"De mailserver {adres.host} antwoordt niet zoals het hoort.") from fault
    return stand


@contextmanager
def _verbonden(adres: Adres, context) -> Iterator[imaplib.IMAP4]:
    context = context or ssl.create_default_context()
    server: imaplib.IMAP4
    if adres.schema == "imaps":
        server = imaplib.IMAP4_SSL(adres.host, adres.poort, ssl_context=context, timeout=TIMEOUT)
    else:
        server = imaplib.IMAP4(adres.host, adres.poort, timeout=TIMEOUT)
    try:
        if adres.schema == "imap+tls":
            server.starttls(ssl_context=context)
        try:
            server.login(adres.naam, adres.wachtwoord)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            # The answer of the server may repeat what it was given.
            raise MailboxFout(
                f"De mailserver {adres.host} weigert de naam of het wachtwoord."
            ) from None
        yield server
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()


def _open(server, adres) -> tuple[Postbus, int]:
    """Look into a folder without changing it; return where reading was, and the last number."""
    quoted = adres.map.replace("\\", "\\\\").replace('"', '\\"')
    answer, _ = server.select(f'"{quoted}"', readonly=True)
    if answer != "OK":
        raise MailboxFout(f"De map {adres.map} bestaat niet in deze mailbox.")
    geldig, volgende = (_getal(server, name) for name in ("UIDVALIDITY", "UIDNEXT"))
    if not geldig or not volgende:
        raise MailboxFout(f"De mailserver {adres.host} nummert zijn mails niet.")
    postbus, _ = Postbus.objects.get_or_create(
        naam=adres.sleutel, defaults={"geldigheid": geldig, "uid": 0}
    )
    if postbus.geldigheid != geldig:
        # Numbered anew: from the beginning. What was taken in already counts once.
        postbus.geldigheid, postbus.uid = geldig, 0
        postbus.save()
    return postbus, volgende - 1


def _getal(server, name) -> int:
    _, found = server.response(name)
    value = found[0] if found else None
    return int(value) if value and value.isdigit() else 0


def _nieuwe(server, vanaf: int, tot: int) -> Iterator[int]:
    """Yield the numbers of the mails after `vanaf`, in order."""
    for begin in range(vanaf + 1, tot + 1, SPAN):
        einde = min(begin + SPAN - 1, tot)
        answer, data = server.uid("SEARCH", f"UID {begin}:{einde}")
        if answer != "OK":
            raise imaplib.IMAP4.error("SEARCH")
        words = b" ".join(part for part in data if part).split()
        yield from sorted(int(word) for word in words if word.isdigit())


def _haal(server, uid: int) -> bytes | None:
    """Return the beginning of a mail, as much as a report can be; None when it is gone."""
    answer, data = server.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{bounces.MAX_BYTES}>)")
    if answer != "OK":
        raise imaplib.IMAP4.error("FETCH")
    for part in data:
        if isinstance(part, tuple) and re.search(rb"BODY\[\]", part[0]):
            return part[1]
    return None


def _verwerk(source: bytes, uid: int) -> int:
    """Take in one mail. One that cannot be read does not hold up the ones after it."""
    try:
        return bounces.verwerk(source)
    except DatabaseError:
        # That says nothing about the mail: it is read again.
        raise
    except Exception:
        logger.exception("Mail %s in de mailbox kan niet gelezen worden", uid)
        return 0
