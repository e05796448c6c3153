"""The bytes of a mail: made once per message, filled in per recipient.

A newsletter goes to thousands; building a mail anew for each costs more than sending it. So a
message is frozen as a skeleton in which only a few values are open. An open value is written in a
template as a token, and stands in the skeleton between two control characters that can occur
nowhere else in it. Soft line breaks around every token keep the encoding whole whatever the value.
"""

import binascii
import datetime
import html as html_module
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr

TOKEN = re.compile("⟦([a-z_]+)⟧")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
MARK = re.compile(rb"\x01([TH]):([a-z_]+)\x01")
DOT_AT_START = re.compile(rb"(?m)^\.")
# RFC 5322 2.1.1 leaves 998 octets; the rest of a header line needs some.
MAX_HEADER_VALUE = 900
# Where the body of a part comes. The library writes the structure: it would take a long mail apart
# line by line, and copy it once for every level.
PLACE = re.compile(rb"\x02(\d+)\x02")


class UnsafeHeader(ValueError):
    """A value that would end its header and start another."""


def token(name: str) -> str:
    """Return the token for a value that differs per recipient, to be used in a template."""
    return f"⟦{name}⟧"


def fill_text(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with the values of its tokens."""
    return TOKEN.sub(lambda match: str(values.get(match[1], "")), text)


def fill_html(html: str, values: Mapping[str, str]) -> str:
    """Return `html` with the values of its tokens, escaped."""
    return TOKEN.sub(lambda match: html_module.escape(str(values.get(match[1], ""))), html)


@dataclass(frozen=True)
class Bijlage:
    """Something that goes along. `methode` is the METHOD of a calendar part (RFC 6047)."""

    naam: str
    inhoud: bytes
    soort: str = "application/octet-stream"
    methode: str = ""

    @property
    def is_calendar(self) -> bool:
        return self.soort == "text/calendar"


def build_skeleton(text: str, html: str, attachments: Sequence[Bijlage] = ()) -> bytes:
    """Return the MIME part of a mail with its tokens as marks; no header of a recipient.

    A calendar goes among the alternatives, where mail programs offer "accept", and all the
    other attachments behind the text.
    """
    bodies: list[bytes] = []
    root = MIMEMultipart("alternative")
    root.attach(_text_part(text, "plain", b"T", bodies))
    root.attach(_text_part(html, "html", b"H", bodies))
    for attachment in attachments:
        if attachment.is_calendar:
            root.attach(_calendar_part(attachment, bodies))
    files = [attachment for attachment in attachments if not attachment.is_calendar]
    if files:
        mixed = MIMEMultipart("mixed")
        mixed.attach(root)
        for attachment in files:
            mixed.attach(_file_part(attachment, bodies))
        root = mixed
    structure = root.as_bytes(policy=SMTP)
    return PLACE.sub(lambda match: bodies[int(match[1])].replace(b"\n", b"\r\n"), structure)


def _put(part, body, bodies):
    """Give a part its encoded body, of lines that end in a line feed."""
    part.set_payload(f"\x02{len(bodies)}\x02")
    bodies.append(body)
    return part


def _text_part(text, subtype, kind, bodies):
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    part["Content-Transfer-Encoding"] = "quoted-printable"
    return _put(part, _encode_with_marks(text, kind), bodies)


def _calendar_part(attachment, bodies):
    part = MIMENonMultipart(
        "text", "calendar", charset="utf-8", method=attachment.methode or "REQUEST"
    )
    part["Content-Transfer-Encoding"] = "base64"
    return _put(part, _base64(attachment.inhoud), bodies)


def _file_part(attachment, bodies):
    main, _, sub = attachment.soort.partition("/")
    part = MIMEBase(main, sub or "octet-stream")
    part["Content-Transfer-Encoding"] = "base64"
    # A name comes from people, and stands in a header.
    name = " ".join(CONTROL.sub(" ", attachment.naam).split())
    part.add_header("Content-Disposition", "attachment", filename=name)
    return _put(part, _base64(attachment.inhoud), bodies)


def _base64(content):
    """Encode in lines of 76 characters."""
    encoded = binascii.b2a_base64(content, newline=False)
    return b"\n".join(encoded[i : i + 76] for i in range(0, len(encoded), 76))


def _encode_with_marks(text, kind):
    pieces = TOKEN.split(text)
    encoded = [_quoted(pieces[0])]
    for name, following in zip(pieces[1::2], pieces[2::2], strict=True):
        encoded += [b"=\n", b"\x01", kind, b":", name.encode(), b"\x01", b"=\n", _quoted(following)]
    return b"".join(encoded)


def _quoted(text):
    """Encode as quoted-printable, in lines of at most 76 characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Half a character is shown as a question mark; it may not stop a mail.
    return binascii.b2a_qp(text.encode("utf-8", "replace"), istext=True)


def _quoted_value(text, *, for_wire):
    """Encode a value that stands on lines of its own."""
    encoded = _quoted(text)
    if for_wire:
        encoded = DOT_AT_START.sub(b"..", encoded)
    return encoded.replace(b"\n", b"\r\n")


class Skelet:
    """A skeleton, taken apart once so that filling it in is only joining bytes."""

    def __init__(self, skeleton: bytes):
        # Dots at the start of a line are doubled on the wire (RFC 5321 4.5.2).
        self._plain = MARK.split(skeleton)
        self._stuffed = MARK.split(DOT_AT_START.sub(b"..", skeleton))

    @property
    def names(self) -> set[str]:
        """The names of the open values."""
        return {name.decode() for name in self._plain[2::3]}

    def fill(self, values: Mapping[str, str], *, for_wire: bool = False) -> bytes:
        """Return the body with its values; a value that is not given is empty."""
        pieces = self._stuffed if for_wire else self._plain
        if len(pieces) == 1:
            return pieces[0]
        filled = [pieces[0]]
        for kind, name, following in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            value = str(values.get(name.decode(), ""))
            if kind == b"H":
                value = html_module.escape(value)
            filled += [_quoted_value(value, for_wire=for_wire), following]
        return b"".join(filled)


def refuse_unsafe(text: str) -> None:
    """Raise UnsafeHeader when `text` in a header would start another header."""
    if CONTROL.search(text):
        raise UnsafeHeader("Een kop van een mail kan niet over meer dan een regel gaan.")
    if len(text) > MAX_HEADER_VALUE:
        raise UnsafeHeader("Een kop van een mail is te lang.")


def header_value(text: str) -> str:
    """Return `text` as the value of a header; raise UnsafeHeader when it would break out."""
    refuse_unsafe(text)
    if text.isascii():
        return text
    return Header(text, "utf-8", maxlinelen=70).encode(linesep="\r\n")


def address_value(address: str, name: str = "") -> str:
    """Return a mailbox with its name as a header wants it."""
    name = " ".join(name.split())
    if not name:
        return address
    if name.isascii():
        return header_value(formataddr((name, address)))
    return f"{Header(name, 'utf-8', maxlinelen=60).encode(linesep=chr(13) + chr(10))} <{address}>"


def mailbox_value(mailbox: str) -> str:
    """Return `Naam <adres>` as a header wants it."""
    refuse_unsafe(mailbox)
    name, address = parseaddr(mailbox)
    return address_value(address, name)


def common_headers(
    *, subject: str, sender: str, reply_to: str, extra: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the headers that every recipient of a message gets."""
    headers = [("From", mailbox_value(sender)), ("Subject", header_value(subject))]
    if reply_to:
        headers.append(("Reply-To", mailbox_value(reply_to)))
    for name, value in extra.items():
        # A value with a token is checked when it is filled in.
        headers.append((name, value if TOKEN.search(value) else header_value(value)))
    return headers


def header_block(
    common: Sequence[tuple[str, str]],
    *,
    to: str,
    message_id: str,
    moment: datetime.datetime,
    values: Mapping[str, str],
) -> bytes:
    """Return the headers of one mail, up to the MIME part."""
    lines = [f"To: {to}", f"Message-ID: {message_id}", f"Date: {format_datetime(moment)}"]
    for name, value in common:
        if "⟦" in value:
            value = header_value(TOKEN.sub(lambda match: str(values.get(match[1], "")), value))
        lines.append(f"{name}: {value}")
    return ("\r\n".join(lines) + "\r\n").encode("ascii")
