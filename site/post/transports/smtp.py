"""Our own SMTP client: many connections at once, in one thread.

Connecting, encryption and signing in are left to smtplib. Sending is done in phases over all
connections together, so that the delay of a relay is waited for once per group and not once per
mail, and so that it is always known how far each mail was: RFC 5321 makes the server responsible
for a mail from its answer to the end of the data, and not before.
"""

import contextlib
import smtplib
import socket
import ssl
import time
from collections.abc import Sequence

from django.conf import settings

from post.engine.mail import Mail
from post.engine.outcome import Afloop, Uitkomst

# A group has so long for connecting and agreeing on the envelopes, and so long for the mails
# themselves. Together well under the lease of a delivery (worker.HAND_OVER_SECONDS comes first):
# a worker must have all its answers before its lease runs out, also from relays that hang.
ENVELOPE_SECONDS = 20
DATA_SECONDS = 20
QUIT_SECONDS = 2
# Less than this left is too little to begin with another connection.
CONNECT_SECONDS = 5
IDLE_SECONDS = 30
SEND_BUFFER = 256 * 1024

LOST = (OSError, smtplib.SMTPException, EOFError)
# "I am closing this connection" (RFC 5321 3.8): says nothing about a mail.
CLOSING = 421
# "Sign in first" (RFC 4954 6): our settings, not this mail. A person mends it, and nothing is lost.
NOT_SIGNED_IN = {530, 534, 535, 538}


class Line:
    """One connection to the relay."""

    def __init__(self, deadline: float):
        options = {
            "timeout": _left(deadline),
            "local_hostname": settings.POST_MESSAGE_ID_DOMAIN,
        }
        if settings.EMAIL_USE_SSL:
            client = smtplib.SMTP_SSL(
                settings.EMAIL_HOST,
                settings.EMAIL_PORT,
                context=ssl.create_default_context(),
                **options,
            )
        else:
            client = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, **options)
        try:
            if settings.EMAIL_USE_TLS:
                client.starttls(context=ssl.create_default_context())
            client.ehlo_or_helo_if_needed()
            if settings.EMAIL_HOST_USER:
                client.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        except LOST:
            client.close()
            raise
        self._client = client
        self._socket: socket.socket = client.sock
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pipelining = client.has_extn("pipelining")
        self.used = False
        self.is_open = True
        self.last_used = time.monotonic()

    def write(self, data: bytes, deadline: float) -> None:
        self._socket.settimeout(_left(deadline))
        self._socket.sendall(data)

    def answer(self, deadline: float) -> tuple[int, str]:
        """Read one answer; raise one of LOST when the line is gone or time is up."""
        self._socket.settimeout(_left(deadline))
        code, text = self._client.getreply()
        if code == -1:
            raise EOFError("de verbinding werd verbroken")
        return code, text.decode("utf-8", "replace")

    def close(self) -> None:
        self.is_open = False
        with contextlib.suppress(*LOST):
            self._client.close()

    def quit(self) -> None:
        self.is_open = False
        with contextlib.suppress(*LOST):
            self._socket.settimeout(QUIT_SECONDS)
            self._client.quit()


def _left(deadline: float) -> float:
    """Return the seconds that are left; never zero, which would be: do not wait at all."""
    return max(0.05, deadline - time.monotonic())


class Attempt:
    """One mail on one line."""

    def __init__(self, mail: Mail, line: Line):
        self.mail = mail
        self.line = line
        self.outcome: Uitkomst | None = None
        self.refusal: tuple[int, str] | None = None
        self.may_send_data = False
        self.anything_heard = False

    def lost(self, fault: BaseException, afloop: Afloop = Afloop.TIJDELIJK) -> None:
        """The line is gone."""
        self.line.close()
        self.outcome = Uitkomst(afloop, None, f"Verbinding verbroken: {fault}"[:300])

    @property
    def can_be_tried_anew(self) -> bool:
        """A line that was used before may have been closed by the relay, as relays do."""
        return (
            self.outcome is not None
            and self.outcome.code in (None, CLOSING)
            and self.line.used
            and not self.anything_heard
        )


def refused(code: int, text: str) -> Uitkomst:
    """Return the end of a mail that the server does not want."""
    if code in NOT_SIGNED_IN:
        return Uitkomst(Afloop.NIET_AANGEBODEN, code, f"{code} {text}"[:300])
    afloop = Afloop.GEWEIGERD if 500 <= code < 600 else Afloop.TIJDELIJK
    return Uitkomst(afloop, code, f"{code} {text}"[:300])


class SmtpTransport:
    """Delivers groups of mails over up to `size` lines that stay open between groups."""

    def __init__(self, size: int | None = None):
        self.size = size or settings.POST_CONNECTIONS
        self._free: list[Line] = []

    def deliver(self, mails: Sequence[Mail]) -> list[Uitkomst]:
        deadline = time.monotonic() + ENVELOPE_SECONDS
        outcomes = self._deliver(mails, deadline)
        anew = [index for index, outcome in enumerate(outcomes) if outcome is None]
        if anew:
            # The idle lines were stale: once more, over fresh ones.
            self.close()
            again = self._deliver([mails[index] for index in anew], deadline)
            for index, outcome in zip(anew, again, strict=True):
                outcomes[index] = outcome or Uitkomst(
                    Afloop.TIJDELIJK, None, "Verbinding verbroken"
                )
        return [outcome for outcome in outcomes if outcome is not None]

    def close(self) -> None:
        for line in self._free:
            line.quit()
        self._free.clear()

    def _deliver(self, mails, deadline) -> list[Uitkomst | None]:
        """Offer the mails; None for one whose line turned out to be closed long ago."""
        outcomes: list[Uitkomst | None] = []
        attempts: list[Attempt | None] = []
        fault = None
        for mail in mails:
            line = None
            if fault is None:
                try:
                    line = self._line(deadline)
                except LOST as error:
                    fault = error
            attempts.append(Attempt(mail, line) if line else None)
        under_way = [attempt for attempt in attempts if attempt]
        offer_envelopes(under_way, deadline)
        send_data(under_way, time.monotonic() + DATA_SECONDS)
        for attempt in attempts:
            if attempt is None:
                outcomes.append(
                    Uitkomst(Afloop.NIET_AANGEBODEN, None, f"Geen verbinding: {fault}"[:300])
                )
                continue
            self._keep_or_drop(attempt)
            outcomes.append(None if attempt.can_be_tried_anew else attempt.outcome)
        return outcomes

    def _line(self, deadline) -> Line:
        while self._free:
            line = self._free.pop()
            if time.monotonic() - line.last_used < IDLE_SECONDS:
                return line
            line.quit()
        if deadline - time.monotonic() < CONNECT_SECONDS:
            raise TimeoutError("verbinding maken duurt te lang")
        return Line(deadline)

    def _keep_or_drop(self, attempt):
        outcome = attempt.outcome
        if outcome is None or outcome.code is None or outcome.code == CLOSING:
            attempt.line.close()
        if not attempt.line.is_open:
            return
        attempt.line.used = True
        attempt.line.last_used = time.monotonic()
        self._free.append(attempt.line)


def offer_envelopes(attempts: Sequence[Attempt], deadline: float) -> None:
    """Send sender, recipient and DATA; in one go to a server that takes them so (RFC 2920)."""
    pipelined = [attempt for attempt in attempts if attempt.line.pipelining]
    _exchange(pipelined, _commands, 3, deadline)
    one_by_one = [attempt for attempt in attempts if not attempt.line.pipelining]
    for index in range(3):
        waiting = [one for one in one_by_one if one.outcome is None and one.refusal is None]
        _exchange(waiting, lambda mail, index=index: [_commands(mail)[index]], 1, deadline)
    for attempt in attempts:
        if attempt.outcome is None and attempt.refusal is not None:
            _withdraw(attempt, deadline)
        elif attempt.outcome is None and not attempt.may_send_data:
            attempt.lost(EOFError("de server zei niet dat de mail mocht komen"))


def _commands(mail):
    return [
        f"MAIL FROM:<{mail.envelope_from}>\r\n".encode("ascii"),
        f"RCPT TO:<{mail.to}>\r\n".encode("ascii"),
        b"DATA\r\n",
    ]


def _exchange(attempts, commands, count, deadline):
    for attempt in attempts:
        try:
            attempt.line.write(b"".join(commands(attempt.mail)), deadline)
        except LOST as fault:
            attempt.lost(fault)
    for attempt in attempts:
        if attempt.outcome is None:
            _hear(attempt, count, deadline)


def _hear(attempt, count, deadline):
    """Read the answers to the envelope; 354 is the word to go on."""
    for _ in range(count):
        try:
            code, text = attempt.line.answer(deadline)
        except LOST as fault:
            attempt.lost(fault)
            return
        if code == CLOSING:
            attempt.outcome = refused(code, text)
            return
        attempt.anything_heard = True
        if code == 354:
            attempt.may_send_data = True
        elif code >= 400 and attempt.refusal is None:
            attempt.refusal = (code, text)


def _withdraw(attempt, deadline):
    """Leave the line ready for the next mail after a refusal."""
    try:
        # A server may take DATA although it refused the only recipient: then an empty mail ends it.
        attempt.line.write(b".\r\n" if attempt.may_send_data else b"RSET\r\n", deadline)
        attempt.line.answer(deadline)
    except LOST:
        attempt.line.close()
    attempt.outcome = refused(*attempt.refusal)


def send_data(attempts: Sequence[Attempt], deadline: float) -> None:
    """Send the mails themselves, and read who took them."""
    ready = [attempt for attempt in attempts if attempt.outcome is None]
    for attempt in ready:
        try:
            attempt.line.write(attempt.mail.wire(), deadline)
        except LOST as fault:
            # The closing dot is the last byte; it cannot have arrived.
            attempt.lost(fault)
    for attempt in ready:
        if attempt.outcome is not None:
            continue
        try:
            code, text = attempt.line.answer(deadline)
        except LOST as fault:
            attempt.lost(fault, Afloop.ONZEKER)
            continue
        attempt.outcome = (
            Uitkomst(Afloop.AANVAARD, code) if 200 <= code < 300 else refused(code, text)
        )
