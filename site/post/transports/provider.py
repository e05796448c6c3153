"""Mail through a provider, with django-anymail.

The provider is chosen by Anymail's own settings. Every mail carries the id of its delivery as
metadata, so that what the provider reports afterwards finds its way back.
"""

import time
from collections.abc import Sequence
from email import message_from_bytes
from email.mime.base import MIMEBase

import requests
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from anymail.message import AnymailMessage
from django.conf import settings
from django.core.mail import get_connection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from post.engine.mail import Mail
from post.engine.outcome import Afloop, Uitkomst
from post.mime import TOKEN, fill_html, fill_text
from post.webhooks import METADATA_KEY

# The answer of a provider that is too busy or broken: worth another try.
TRY_LATER = {408, 425, 429}
# Our account or our settings, not this mail: nothing may be used up while a person mends it.
NOT_THE_MAIL = {401, 402, 403, 404, 405, 407}
# Something between the provider and us gave up waiting; the provider may have the mail.
IN_BETWEEN = {502, 504}
# With the time that the last call may take (Anymail waits 30 seconds), under the lease.
GROUP_SECONDS = 15


class ProviderTransport:
    """Hands mails to the API of a provider over one session."""

    def __init__(self, size: int | None = None):
        self.size = size or settings.POST_CONNECTIONS
        self._backend = get_connection(fail_silently=False)

    def deliver(self, mails: Sequence[Mail]) -> list[Uitkomst]:
        until = time.monotonic() + GROUP_SECONDS
        return [
            self._deliver_one(mail)
            if time.monotonic() < until
            else Uitkomst(Afloop.NIET_AANGEBODEN, None, "De provider antwoordt traag.")
            for mail in mails
        ]

    def close(self) -> None:
        self._backend.close()

    def _deliver_one(self, mail):
        try:
            message = as_anymail(mail)
        except (ValueError, TypeError) as fault:
            # It never left; trying again changes nothing.
            return Uitkomst(Afloop.GEWEIGERD, None, str(fault)[:300])
        try:
            self._backend.send_messages([message])
        except AnymailRecipientsRefused as fault:
            return Uitkomst(Afloop.GEWEIGERD, None, str(fault)[:300])
        except AnymailAPIError as fault:
            return outcome_of(fault)
        except AnymailError as fault:
            # Not something this provider can send: trying again changes nothing.
            return Uitkomst(Afloop.GEWEIGERD, None, str(fault)[:300])
        number = message.anymail_status.message_id
        return Uitkomst(
            Afloop.AANVAARD, None, provider_id="" if number is None else str(number)[:200]
        )


def outcome_of(fault: AnymailAPIError) -> Uitkomst:
    """Return what a failed call means for the mail in it."""
    status = fault.status_code
    text = str(fault)[:300]
    if status in NOT_THE_MAIL or (status is None and never_connected(fault)):
        return Uitkomst(Afloop.NIET_AANGEBODEN, status, text)
    if status is None or status < 400 or status in IN_BETWEEN:
        # The connection broke, or the answer was garbled: the provider may have the mail, or not.
        return Uitkomst(Afloop.ONZEKER, status, text)
    if status in TRY_LATER or status >= 500:
        return Uitkomst(Afloop.TIJDELIJK, status, text)
    return Uitkomst(Afloop.GEWEIGERD, status, text)


def never_connected(fault: BaseException) -> bool:
    """Say whether a call failed before there was a connection."""
    reason = getattr(next(iter(getattr(fault.__cause__, "args", ())), None), "reason", None)
    return isinstance(fault.__cause__, requests.ConnectTimeout) or isinstance(
        reason, NewConnectionError | ConnectTimeoutError
    )


def as_anymail(mail: Mail) -> AnymailMessage:
    """Return a mail as Anymail takes it, with its values filled in."""
    frozen = mail.compiled.message
    values = mail.delivery.gegevens
    message = AnymailMessage(
        subject=frozen.onderwerp,
        body=fill_text(frozen.tekst, values),
        from_email=frozen.afzender,
        to=[mail.to_mailbox],
        reply_to=[frozen.antwoord_aan] if frozen.antwoord_aan else None,
        headers={
            "Message-ID": mail.message_id,
            **{
                name: TOKEN.sub(lambda match: str(values.get(match[1], "")), value)
                for name, value in frozen.koppen.items()
            },
        },
        metadata={METADATA_KEY: str(mail.delivery.pk)},
        tags=[frozen.soort],
    )
    message.attach_alternative(fill_html(frozen.html, values), "text/html")
    for part in message_from_bytes(bytes(frozen.skelet)).walk():
        is_calendar = part.get_content_type() == "text/calendar"
        if is_calendar or part.get_content_disposition() == "attachment":
            message.attach(_attachment(part))
    return message


def _attachment(part):
    """Return a part of the skeleton as the class that Django and Anymail both take."""
    copy = MIMEBase(part.get_content_maintype(), part.get_content_subtype())
    del copy["Content-Type"], copy["MIME-Version"]
    for name, value in part.items():
        copy[name] = value
    copy.set_payload(part.get_payload())
    return copy
