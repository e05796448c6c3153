"""What is handed to Anymail: one mail, or a batch that the provider fills in per recipient.

A batch is one call with the text once and the values of each recipient beside it. Every provider
has its own way to write an open value; only one that is listed here gets batches.
"""

import hashlib
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.mime.base import MIMEBase

from anymail.message import AnymailMessage

from post.engine.mail import Mail
from post.mime import TOKEN, fill_html, fill_text, header_value
from post.models import Bericht
from post.states import Prioriteit
from post.webhooks import METADATA_KEY

# The same value, escaped for HTML: a provider fills in what it is given, as it is.
ESCAPED = "html_"


@dataclass(frozen=True)
class Batch:
    """How a provider takes a batch: how an open value is written, and how many people at most."""

    field: str
    size: int


BATCHES = {
    # Recipient variables (Mailgun, "Batch sending"): 1000 people a call. Fewer, since after a
    # connection that breaks off all of them are uncertain.
    "anymail.backends.mailgun.EmailBackend": Batch("%recipient.{}%", 100),
}


def grouped(mails: Sequence[Mail], batch: Batch | None) -> Iterator[list[Mail]]:
    """Divide mails into calls, in order: alone, or together where a batch is possible."""
    together: dict[int, list[Mail]] = {}
    for mail in mails:
        if batch is None or not _can_be_in_batch(mail, batch):
            yield [mail]
            continue
        group = together.setdefault(mail.delivery.bericht_id, [])
        group.append(mail)
        if len(group) == batch.size:
            yield together.pop(mail.delivery.bericht_id)
    yield from together.values()


def _can_be_in_batch(mail, batch):
    message = mail.compiled.message
    opening = batch.field.partition("{}")[0]
    # A text that writes an open value by accident would be filled in too.
    return message.prioriteit == Prioriteit.BULK and not any(
        opening in text for text in (message.onderwerp, message.tekst, message.html)
    )


def make(mails: Sequence[Mail], batch: Batch | None) -> AnymailMessage:
    """Return the message of one call; raise ValueError when no mail can be made of a value."""
    if batch is None or not _can_be_in_batch(mails[0], batch):
        (mail,) = mails
        return single(mail)
    return together(mails, batch)


def single(mail: Mail) -> AnymailMessage:
    """Return one mail, with its values filled in."""
    frozen = mail.compiled.message
    values = mail.delivery.gegevens
    message = _message(frozen, fill_text(frozen.tekst, values), fill_html(frozen.html, values))
    message.to = [mail.to_mailbox]
    message.extra_headers = {"Message-ID": mail.message_id, **_headers(mail)}
    message.metadata = {METADATA_KEY: str(mail.delivery.pk)}
    message.sleutel = _key(mail)
    return message


def _key(mail):
    """Return what tells an idempotent provider which mail this is.

    Sent again after a bounce it is another one; so is the mail of a database that was made anew.
    """
    of = [mail.message_id, mail.compiled.message.sha256, mail.delivery.provider_id]
    return hashlib.sha256("\n".join(of).encode()).hexdigest()


def together(mails: Sequence[Mail], batch: Batch) -> AnymailMessage:
    """Return one message for several people, who do not see each other.

    The provider gives every mail a Message-ID of its own.
    """
    frozen = mails[0].compiled.message
    text = TOKEN.sub(lambda match: batch.field.format(match[1]), frozen.tekst)
    rich = TOKEN.sub(lambda match: batch.field.format(ESCAPED + match[1]), frozen.html)
    names = {name for whole in (frozen.tekst, frozen.html) for name in TOKEN.findall(whole)}
    message = _message(frozen, text, rich)
    message.to = [mail.to_mailbox for mail in mails]
    message.merge_data = {
        mail.to: {name: str(mail.delivery.gegevens.get(name, "")) for name in names}
        | {ESCAPED + name: html.escape(str(mail.delivery.gegevens.get(name, ""))) for name in names}
        for mail in mails
    }
    message.merge_headers = {mail.to: _headers(mail) for mail in mails}
    message.merge_metadata = {mail.to: {METADATA_KEY: str(mail.delivery.pk)} for mail in mails}
    return message


def _message(frozen: Bericht, text: str, rich: str) -> AnymailMessage:
    message = AnymailMessage(
        subject=frozen.onderwerp,
        body=text,
        from_email=frozen.afzender,
        reply_to=[frozen.antwoord_aan] if frozen.antwoord_aan else None,
        tags=[frozen.soort],
    )
    message.attach_alternative(rich, "text/html")
    for part in message_from_bytes(bytes(frozen.skelet)).walk():
        is_calendar = part.get_content_type() == "text/calendar"
        if is_calendar or part.get_content_disposition() == "attachment":
            message.attach(_attachment(part))
    return message


def _headers(mail):
    """Return the further headers of a mail; raise UnsafeHeader when a value breaks out of one."""
    values = mail.delivery.gegevens
    filled = {
        name: TOKEN.sub(lambda match: str(values.get(match[1], "")), value)
        for name, value in mail.compiled.message.koppen.items()
    }
    for value in filled.values():
        header_value(value)
    return filled


def _attachment(part):
    """Return a part of the skeleton as the class that Django and Anymail both take."""
    copy = MIMEBase(part.get_content_maintype(), part.get_content_subtype())
    del copy["Content-Type"], copy["MIME-Version"]
    for name, value in part.items():
        copy[name] = value
    copy.set_payload(part.get_payload())
    return copy
