"""Mail through a provider, with django-anymail.

The provider is chosen by Anymail's own settings. Every mail carries the id of its delivery as
metadata, so that what the provider reports afterwards finds its way back. A call to a provider
takes long and does little: many are under way at once, each over a session of its own.
"""

import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import requests
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from anymail.message import AnymailMessage
from django.conf import settings
from django.core.mail import get_connection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from post.engine.mail import Mail
from post.engine.outcome import Afloop, Uitkomst
from post.transports import envelopes, idempotent

logger = logging.getLogger(__name__)

# The answer of a provider that is too busy or broken: worth another try.
TRY_LATER = {408, 425, 429}
# Our account or our settings, not this mail: nothing may be used up while a person mends it.
NOT_THE_MAIL = {401, 402, 403, 404, 405, 407}
# Something between the provider and us gave up waiting; the provider may have the mail.
IN_BETWEEN = {502, 504}
# With the time that the last call may take (Anymail waits 30 seconds), under the lease.
GROUP_SECONDS = 15
# What Anymail says of a recipient that the provider did not take.
NOT_TAKEN = {"invalid", "rejected", "failed"}


class ProviderTransport:
    """Hands mails to the API of a provider.

    One call per mail, `POST_CONNECTIONS` at once; or, with a provider that fills in the values of
    each recipient itself, one call for a batch of a newsletter.
    """

    def __init__(self, size: int | None = None):
        self._calls = size or settings.POST_CONNECTIONS
        self._batch = envelopes.BATCHES.get(settings.EMAIL_BACKEND)
        self._idempotent = settings.EMAIL_BACKEND in idempotent.BACKENDS
        self.size = max(self._calls, self._batch.size if self._batch else 0)
        self._pool = ThreadPoolExecutor(self._calls, thread_name_prefix="provider")
        self._own = threading.local()
        self._sessions: list = []

    def deliver(self, mails: Sequence[Mail]) -> list[Uitkomst]:
        until = time.monotonic() + GROUP_SECONDS
        outcomes: dict[int, Uitkomst] = {}
        under_way = []
        for group in envelopes.grouped(mails, self._batch):
            try:
                message = envelopes.make(group, self._batch)
            except (ValueError, TypeError) as fault:
                # It never left; trying again changes nothing.
                refused = Uitkomst(Afloop.GEWEIGERD, None, str(fault)[:300])
                outcomes |= {mail.delivery.pk: refused for mail in group}
                continue
            under_way.append((group, self._pool.submit(self._call, message, until)))
        for group, call in under_way:
            answers = call.result()
            outcomes |= {mail.delivery.pk: answers(mail) for mail in group}
        return [outcomes[mail.delivery.pk] for mail in mails]

    def close(self) -> None:
        self._pool.shutdown()
        for session in self._sessions:
            session.close()

    def _session(self):
        if not hasattr(self._own, "backend"):
            name = idempotent.BACKENDS.get(settings.EMAIL_BACKEND, settings.EMAIL_BACKEND)
            self._own.backend = get_connection(name, fail_silently=False)
            self._own.backend.open()
            self._sessions.append(self._own.backend)
        return self._own.backend

    def _call(self, message: AnymailMessage, until: float):
        """Make one call; return a function that says of each mail in it how it ended."""
        if time.monotonic() >= until:
            late = Uitkomst(Afloop.NIET_AANGEBODEN, None, "De provider antwoordt traag.")
            return lambda _: late
        try:
            self._session().send_messages([message])
        except AnymailRecipientsRefused as fault:
            text = str(fault)
            return lambda _: Uitkomst(Afloop.GEWEIGERD, None, text[:300])
        except AnymailAPIError as fault:
            outcome = outcome_of(fault, repeatable=self._idempotent)
            return lambda _: outcome
        except AnymailError as fault:
            # Not something this provider can send: trying again changes nothing.
            text = str(fault)
            return lambda _: Uitkomst(Afloop.GEWEIGERD, None, text[:300])
        except Exception as fault:
            logger.exception("Een oproep bij de provider viel om")
            text = f"Het versturen brak af: {fault}"
            return lambda _: Uitkomst(Afloop.ONZEKER, None, text[:300])
        return lambda mail: _answer_about(mail, message.anymail_status)


def _answer_about(mail, status):
    """Return what an accepted call said about one of its recipients."""
    found = status.recipients.get(mail.to)
    number = found.message_id if found else status.message_id
    if found and found.status in NOT_TAKEN:
        return Uitkomst(Afloop.GEWEIGERD, None, "De provider weigerde dit adres.")
    return Uitkomst(Afloop.AANVAARD, None, provider_id="" if number is None else str(number)[:200])


def outcome_of(fault: AnymailAPIError, *, repeatable: bool = False) -> Uitkomst:
    """Return what a failed call means for the mails in it.

    `repeatable` is for a provider that takes a key and does the same call once: then what nobody
    knows is simply tried again.
    """
    status = fault.status_code
    text = str(fault)[:300]
    if status in NOT_THE_MAIL or (status is None and never_connected(fault)):
        return Uitkomst(Afloop.NIET_AANGEBODEN, status, text)
    if status is None or status < 400 or status in IN_BETWEEN:
        # The connection broke, or the answer was garbled: the provider may have the mail, or not.
        return Uitkomst(Afloop.TIJDELIJK if repeatable else Afloop.ONZEKER, status, text)
    if status in TRY_LATER or status >= 500 or (repeatable and status == idempotent.BUSY):
        return Uitkomst(Afloop.TIJDELIJK, status, text)
    return Uitkomst(Afloop.GEWEIGERD, status, text)


def never_connected(fault: BaseException) -> bool:
    """Say whether a call failed before there was a connection."""
    reason = getattr(next(iter(getattr(fault.__cause__, "args", ())), None), "reason", None)
    return isinstance(fault.__cause__, requests.ConnectTimeout) or isinstance(
        reason, NewConnectionError | ConnectTimeoutError
    )
