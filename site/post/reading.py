"""A delivery as its recipient gets it: text, page, headers, source and attachments."""

from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from functools import cached_property
from typing import cast

from django.http import HttpResponse

from post.engine.mail import Compiled
from post.mime import address_value, fill_html, fill_text, header_block
from post.models import Levering

# A mail may show itself and nothing more: no script, no form, nothing from another place. The
# styles of a mail stand in the mail.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox"
)


@dataclass(frozen=True)
class Deel:
    """Something that went along with a mail."""

    naam: str
    soort: str
    inhoud: bytes

    @property
    def grootte(self) -> int:
        return len(self.inhoud)


class Lezing:
    """A delivery with its message, filled in for this recipient."""

    def __init__(self, delivery: Levering):
        self.levering = delivery
        self.bericht = delivery.bericht

    @property
    def is_geleegd(self) -> bool:
        """The period of retention is over, or somebody asked to be forgotten."""
        return not self.levering.adres or self.bericht.geleegd_op is not None

    @property
    def onderwerp(self) -> str:
        return self.bericht.onderwerp

    @property
    def tekst(self) -> str:
        return fill_text(self.bericht.tekst, self.levering.gegevens)

    @property
    def html(self) -> str:
        return fill_html(self.bericht.html, self.levering.gegevens)

    @cached_property
    def bron(self) -> bytes:
        """The mail as a mailbox stores it."""
        if self.is_geleegd:
            return b""
        moment = self.levering.verzonden_op or self.levering.aangemaakt_op
        compiled = Compiled(self.bericht)
        headers = header_block(
            compiled.common,
            to=address_value(self.levering.adres, self.levering.naam),
            message_id=self.levering.message_id,
            moment=moment,
            values=self.levering.gegevens,
        )
        return headers + compiled.skelet.fill(self.levering.gegevens)

    @cached_property
    def _message(self):
        return cast("EmailMessage", message_from_bytes(self.bron, policy=default))

    @property
    def koppen(self) -> list[tuple[str, str]]:
        """The headers, with accents as people read them."""
        return [(name, str(make_header(decode_header(value)))) for name, value in self._raw()]

    def _raw(self):
        return [(name, " ".join(str(value).split())) for name, value in self._message.items()]

    @cached_property
    def bijlagen(self) -> list[Deel]:
        """What went along: everything that is not the text itself."""
        names = [one["naam"] for one in self.bericht.bijlagen if one["soort"] == "text/calendar"]
        found = []
        for part in self._message.walk():
            kind = part.get_content_type()
            if part.is_multipart() or (
                kind in ("text/plain", "text/html") and not part.get_filename()
            ):
                continue
            name = part.get_filename() or (names.pop(0) if names else "bijlage")
            found.append(Deel(name, kind, cast("bytes", part.get_payload(decode=True))))
        return found


def mail_response(html: str) -> HttpResponse:
    """Return the HTML of a mail, harmless: to be shown in a frame."""
    response = HttpResponse(html)
    response["Content-Security-Policy"] = MAIL_POLICY
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response
