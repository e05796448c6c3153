"""Steering a message that is going, and settling deliveries that nobody is sure of."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db import transaction

from core import clock
from post import addresses
from post.engine import queue as engine_queue
from post.models import Bericht, Levering
from post.services.people import empty_deliveries
from post.states import BerichtStaat, Staat

# So many deliveries at once.
CHUNK = 5000

# --- Steering a message --------------------------------------------------------


def pause(message: Bericht, reason: str) -> bool:
    """Stop handing over; takes hold before the next group. Returns False when it was not going."""
    return bool(
        Bericht.objects.filter(pk=message.pk, staat=BerichtStaat.VERZENDEN).update(
            staat=BerichtStaat.GEPAUZEERD, pauze_reden=reason[:300]
        )
    )


def resume(message: Bericht) -> bool:
    """Go on after a pause."""
    return bool(
        Bericht.objects.filter(pk=message.pk, staat=BerichtStaat.GEPAUZEERD).update(
            staat=BerichtStaat.VERZENDEN, pauze_reden=""
        )
    )


def cancel(message: Bericht) -> bool:
    """Stop for good. What left has left; the rest never will. `tick` clears the queue."""
    return bool(
        Bericht.objects.filter(pk=message.pk)
        .exclude(staat=BerichtStaat.GEANNULEERD)
        .update(staat=BerichtStaat.GEANNULEERD)
    )


def clear_cancelled() -> int:
    """Mark what still waits of cancelled messages, a chunk at a time; return how many.

    Of a message that was emptied before it left, the addresses go too: retention does not come
    back to it.
    """
    with transaction.atomic():
        rows = list(
            Levering.objects.filter(staat=Staat.WACHT, bericht__in=_cancelled())
            .select_for_update(skip_locked=True, of=("self",))
            .values_list("pk", "bericht_id", "bericht__geleegd_op")[:CHUNK]
        )
        Levering.objects.filter(pk__in=[row[0] for row in rows]).update(staat=Staat.GEANNULEERD)
        engine_queue.count("", Staat.GEANNULEERD, Counter(row[1] for row in rows))
        empty_deliveries([row[0] for row in rows if row[2]])
    return len(rows)


def _cancelled():
    return Bericht.objects.filter(staat=BerichtStaat.GEANNULEERD).values("pk")


# --- Settling a delivery ---------------------------------------------------------


@transaction.atomic
def send_again(deliveries: Sequence[int]) -> int:
    """Put failed or uncertain deliveries back in the queue, by id; return how many.

    The mail keeps its Message-ID, so that a mailbox that has it already shows one. What belongs
    to a cancelled message stays as it is.
    """
    cancelled = Levering.objects.filter(
        pk__in=deliveries, bericht__staat=BerichtStaat.GEANNULEERD
    ).values_list("pk", flat=True)
    deliveries = list(set(deliveries) - set(cancelled))
    return _settle(deliveries, Staat.WACHT, niet_voor=clock.now(), pogingen=0, werker="")


@transaction.atomic
def mark_as_sent(deliveries: Sequence[int]) -> int:
    """Decide that uncertain deliveries did arrive, by id; return how many."""
    return _settle(deliveries, Staat.VERZONDEN, only=[Staat.ONZEKER], verzonden_op=clock.now())


def _settle(deliveries, state, *, only=(Staat.MISLUKT, Staat.ONZEKER), **changes):
    rows = list(
        Levering.objects.filter(pk__in=deliveries, staat__in=only, bericht__geleegd_op=None)
        .exclude(adres="")
        .select_for_update(of=("self",))
        .values_list("pk", "bericht_id", "staat")
    )
    Levering.objects.filter(pk__in=[pk for pk, _, _ in rows]).update(staat=state, **changes)
    for before in only:
        gone = Counter(message for _, message, staat in rows if staat == before)
        engine_queue.count("", before, {message: -number for message, number in gone.items()})
    if state == Staat.VERZONDEN:
        engine_queue.count("", state, Counter(message for _, message, _ in rows))
    return len(rows)


@transaction.atomic
def renew_values(address: str, kind: str, values: Mapping[str, str]) -> int:
    """Give what waits for an address in messages of a kind other values; return how many.

    Also what a worker took and did not hand over yet: that goes back, and is taken anew.
    """
    rows = list(
        Levering.objects.filter(
            adres_norm=addresses.normalise(address),
            bericht__soort=kind,
            staat__in=[Staat.WACHT, Staat.GENOMEN],
        )
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    for row in rows:
        row.gegevens = {**row.gegevens, **values}
        row.staat, row.werker, row.pacht_tot = Staat.WACHT, "", None
    Levering.objects.bulk_update(rows, ["gegevens", "staat", "werker", "pacht_tot"])
    return len(rows)


@transaction.atomic
def skip(message: Bericht, address: str, reason: str) -> bool:
    """Take one address out of a message, if it did not leave yet."""
    found = Levering.objects.filter(
        bericht=message,
        adres_norm=addresses.normalise(address),
        staat__in=[Staat.WACHT, Staat.GENOMEN],
    ).update(staat=Staat.OVERGESLAGEN, laatste_fout=reason[:500], werker="", pacht_tot=None)
    engine_queue.count("", Staat.OVERGESLAGEN, {message.pk: found})
    return bool(found)
