"""What a mail provider reports afterwards: taken, bounced, complained about.

Anymail checks the signature of the report and hands it over as a signal. An event counts once,
however often the provider sends it.
"""

import logging
from collections.abc import Mapping, Sequence

from anymail.signals import EventType, RejectReason, tracking
from django.db import IntegrityError, transaction

from core import clock
from post import services
from post.engine import queue
from post.models import Gebeurtenis, Levering, Onderdrukking
from post.signals import adres_onbestelbaar, klacht_ontvangen
from post.states import Staat

logger = logging.getLogger(__name__)

METADATA_KEY = "levering"
MAX_TEXT = 500
MAX_DIGITS = 18


def connect() -> None:
    """Listen to the reports."""
    tracking.connect(receive, dispatch_uid="post.webhooks.receive")


def receive(sender, event, esp_name, **kwargs) -> None:
    """Take in one report."""
    delivery = _delivery_of(event)
    key = f"{esp_name}:{event.event_id or f'{event.message_id}:{event.event_type}'}"[:200]
    # Who was erased is not written down anew: what a server answers holds her address.
    is_erased = delivery is not None and not delivery.adres
    text = "" if is_erased else (event.mta_response or event.description or "")[:MAX_TEXT]
    try:
        with transaction.atomic():
            Gebeurtenis.objects.create(
                levering=delivery,
                provider_id=key,
                soort=event.event_type[:40],
                omschrijving=text,
                op=event.timestamp or clock.now(),
            )
            _act_on(event, delivery, text)
    except IntegrityError:
        logger.info("Melding %s was al bekend", key)


def _delivery_of(event):
    """Return the delivery that a report is about, or None."""
    number = str((event.metadata or {}).get(METADATA_KEY, ""))
    if number.isdecimal() and len(number) <= MAX_DIGITS:
        return Levering.objects.filter(pk=int(number)).first()
    if event.message_id:
        return Levering.objects.filter(provider_id=str(event.message_id)).first()
    return None


def _act_on(event, delivery, text):
    match event.event_type:
        case EventType.DELIVERED if delivery:
            settle(
                delivery,
                Staat.VERZONDEN,
                [Staat.BEZIG, Staat.ONZEKER],
                verzonden_op=clock.now(),
                laatste_fout="",
            )
        case EventType.BOUNCED | EventType.REJECTED | EventType.FAILED:
            if delivery:
                settle(
                    delivery,
                    Staat.MISLUKT,
                    [Staat.BEZIG, Staat.VERZONDEN, Staat.ONZEKER],
                    laatste_fout=text,
                )
            if event.recipient and _is_for_good(event):
                services.suppress(event.recipient, Onderdrukking.Reden.ONBESTELBAAR)
                adres_onbestelbaar.send(sender=Levering, adres=event.recipient, reden=text)
        case EventType.COMPLAINED if event.recipient:
            services.suppress(event.recipient, Onderdrukking.Reden.KLACHT)
            klacht_ontvangen.send(sender=Levering, adres=event.recipient)


def _is_for_good(event):
    """Say whether a bounce means that the address never works: a full mailbox does not."""
    if event.reject_reason not in (RejectReason.BOUNCED, RejectReason.INVALID):
        return False
    # Postmark's soft bounce arrives under the same name as its hard one.
    told = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    return told.get("Type") != "SoftBounce"


def settle(delivery: Levering, state: Staat, only: Sequence[Staat], **changes) -> None:
    """Move a delivery from one of the states `only`, and keep the counts right.

    A report may be here before the worker has written down that the mail left.
    """
    for before in only:
        if Levering.objects.filter(pk=delivery.pk, staat=before).update(
            staat=state, pacht_tot=None, **changes
        ):
            if before != Staat.BEZIG:
                queue.count("", before, {delivery.bericht_id: -1})
            queue.count("", state, {delivery.bericht_id: 1})
            return
