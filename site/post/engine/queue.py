"""Taking deliveries from the queue, and writing down what became of them.

Every change names the state it expects, so that a worker whose lease was taken over changes
nothing. Functions here run inside the transaction of their caller.
"""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Exists, F, OuterRef

from core import clock
from post.engine import guards
from post.engine.backoff import delay_after
from post.engine.outcome import Afloop, Uitkomst
from post.models import Bericht, Levering, Onderdrukking, Tussenstand
from post.states import Beleid, BerichtStaat, Prioriteit, Staat

LEASE = datetime.timedelta(seconds=60)
REAP_CHUNK = 1000
MAX_ERROR = 500
EMPTIED = "De tekst van deze mail is niet meer bewaard. Annuleer hem, en maak hem opnieuw."


@dataclass(frozen=True, slots=True)
class Genomen:
    """A delivery that this worker holds."""

    pk: int
    bericht_id: int
    adres: str
    naam: str
    domein: str
    gegevens: Mapping[str, str]
    pogingen: int
    # The number that a provider gave an earlier attempt, which then failed after all.
    provider_id: str = ""


FIELDS = ("pk", "bericht_id", "adres", "naam", "domein", "gegevens", "pogingen", "provider_id")


def claim(worker: str, limit: int) -> list[Genomen]:
    """Take up to `limit` deliveries for `worker`: direct mail first, then bulk, oldest first."""
    taken = claim_direct(worker, limit)
    if len(taken) < limit:
        # Only those that have something waiting: a message stays in this state for years.
        messages = Bericht.objects.filter(
            Exists(
                Levering.objects.filter(
                    bericht_id=OuterRef("pk"), staat=Staat.WACHT, niet_voor__lte=clock.now()
                )
            ),
            prioriteit=Prioriteit.BULK,
            staat=BerichtStaat.VERZENDEN,
        )
        for message_id, kind, emptied in messages.order_by("pk").values_list(
            "pk", "soort", "geleegd_op"
        ):
            if emptied:
                # Not one reader after the other skipped, as if all of them asked to be forgotten.
                _pause(message_id, EMPTIED)
                continue
            bulk = _claim_from(
                Levering.objects.filter(bericht_id=message_id), worker, limit - len(taken)
            )
            taken += _judged(worker, message_id, kind, _without_suppressed(bulk))
            if len(taken) >= limit:
                break
    return taken


def claim_direct(worker: str, limit: int) -> list[Genomen]:
    """Take up to `limit` deliveries of mail that somebody is waiting for."""
    return _claim_from(
        Levering.objects.filter(
            Exists(Bericht.objects.filter(pk=OuterRef("bericht_id"), staat=BerichtStaat.VERZENDEN)),
            prioriteit=Prioriteit.DIRECT,
        ),
        worker,
        limit,
    )


def anything_to_send() -> bool:
    """Say whether a worker would find something to take now."""
    return Levering.objects.filter(
        Exists(Bericht.objects.filter(pk=OuterRef("bericht_id"), staat=BerichtStaat.VERZENDEN)),
        staat=Staat.WACHT,
        niet_voor__lte=clock.now(),
    ).exists()


def _claim_from(deliveries, worker, limit):
    now = clock.now()
    rows = list(
        deliveries.filter(staat=Staat.WACHT, niet_voor__lte=now)
        .order_by("niet_voor", "pk")
        .select_for_update(skip_locked=True)
        .values_list(*FIELDS)[:limit]
    )
    found = [Genomen(*row) for row in rows]
    taken = _without_erased(found)
    if taken:
        Levering.objects.filter(pk__in=[one.pk for one in taken], staat=Staat.WACHT).update(
            staat=Staat.GENOMEN, werker=worker, pacht_tot=now + LEASE
        )
    return taken


def _without_erased(found):
    """Skip whoever was erased while a mail was under way that then has to be sent anew."""
    emptied = set(
        Bericht.objects.filter(
            pk__in={one.bericht_id for one in found}, geleegd_op__isnull=False
        ).values_list("pk", flat=True)
    )
    erased = [one for one in found if not one.adres or one.bericht_id in emptied]
    _skip(erased, "Dit adres werd gewist.")
    return [one for one in found if one not in erased] if erased else found


def _skip(deliveries, reason):
    if not deliveries:
        return
    Levering.objects.filter(pk__in=[one.pk for one in deliveries]).update(
        staat=Staat.OVERGESLAGEN, werker="", pacht_tot=None, laatste_fout=reason
    )
    count("", Staat.OVERGESLAGEN, Counter(one.bericht_id for one in deliveries))


def _without_suppressed(taken):
    """Skip whoever may not get bulk mail any more."""
    if not taken:
        return taken
    suppressed = set(
        Levering.objects.filter(
            pk__in=[one.pk for one in taken],
            vingerafdruk__in=Onderdrukking.objects.values("vingerafdruk"),
        ).values_list("pk", flat=True)
    )
    if not suppressed:
        return taken
    _skip(
        [one for one in taken if one.pk in suppressed],
        "Dit adres mag geen nieuwsbrieven meer krijgen.",
    )
    return [one for one in taken if one.pk not in suppressed]


def _judged(worker, message_id, kind, taken):
    """Do what the app that this message is from says about these deliveries."""
    verdict = guards.judge(kind, message_id, taken)
    if verdict.pauze:
        release(worker, taken)
        _pause(message_id, verdict.pauze)
        return []
    by_reason: dict[str, list[Genomen]] = {}
    going = []
    for one in taken:
        if reason := verdict.overslaan.get(one.pk):
            by_reason.setdefault(reason, []).append(one)
            continue
        if values := verdict.gegevens.get(one.pk):
            Levering.objects.filter(pk=one.pk).update(gegevens=dict(values))
            one = replace(one, gegevens=values)
        going.append(one)
    for reason, skipped in by_reason.items():
        _skip(skipped, reason)
    return going


def _pause(message_id, reason):
    Bericht.objects.filter(pk=message_id, staat=BerichtStaat.VERZENDEN).update(
        staat=BerichtStaat.GEPAUZEERD, pauze_reden=reason[:300]
    )


def stamp(worker: str, deliveries: Collection[Genomen]) -> list[Genomen]:
    """Write down that these are about to be handed over; return those that really may.

    Left out are the ones whose lease ran out and whose message was paused or cancelled since.
    The caller commits before it sends the first byte.
    """
    if not deliveries:
        return []
    now = clock.now()
    keys = [one.pk for one in deliveries]
    stamped = Levering.objects.filter(
        pk__in=keys,
        staat=Staat.GENOMEN,
        werker=worker,
        pacht_tot__gt=now,
        bericht_id__in=Bericht.objects.filter(
            pk__in={one.bericht_id for one in deliveries}, staat=BerichtStaat.VERZENDEN
        ).values("pk"),
    ).update(staat=Staat.BEZIG, pogingen=F("pogingen") + 1, pacht_tot=now + LEASE)
    if stamped == len(keys):
        return list(deliveries)
    held = set(
        Levering.objects.filter(pk__in=keys, staat=Staat.BEZIG, werker=worker).values_list(
            "pk", flat=True
        )
    )
    return [one for one in deliveries if one.pk in held]


def release(worker: str, deliveries: Iterable[Genomen], *, not_before=None) -> None:
    """Put back what was taken and not handed over."""
    Levering.objects.filter(
        pk__in=[one.pk for one in deliveries], staat=Staat.GENOMEN, werker=worker
    ).update(
        staat=Staat.WACHT,
        werker="",
        pacht_tot=None,
        niet_voor=not_before or clock.now(),
    )


def record(worker: str, outcomes: Collection[tuple[Genomen, Uitkomst]]) -> None:
    """Write down how the attempts ended.

    A delivery that the reaper called uncertain meanwhile is settled too: now we do know.
    """
    accepted = [pair for pair in outcomes if pair[1].afloop is Afloop.AANVAARD]
    _record_accepted(worker, [pair for pair in accepted if not pair[1].provider_id])
    for one, outcome in outcomes:
        if outcome.afloop is not Afloop.AANVAARD or outcome.provider_id:
            _record_one(worker, one, outcome)


def _mine(worker):
    return Levering.objects.filter(staat__in=[Staat.BEZIG, Staat.ONZEKER], werker=worker)


def _record_accepted(worker, pairs):
    if not pairs:
        return
    by_message: dict[int, list[int]] = {}
    for one, _ in pairs:
        by_message.setdefault(one.bericht_id, []).append(one.pk)
    for message_id, keys in by_message.items():
        mine = Levering.objects.filter(pk__in=keys, werker=worker)
        changes = {
            "staat": Staat.VERZONDEN,
            "verzonden_op": clock.now(),
            "smtp_code": 250,
            "laatste_fout": "",
            "pacht_tot": None,
        }
        sent = mine.filter(staat=Staat.BEZIG).update(**changes)
        if sent < len(keys):
            settled = mine.filter(staat=Staat.ONZEKER).update(**changes)
            sent += settled
            count(worker, Staat.ONZEKER, {message_id: -settled})
        count(worker, Staat.VERZONDEN, {message_id: sent})


def _record_one(worker, one, outcome):
    """Write down one end that is not plain acceptance."""
    changes = _changes(one, outcome)
    before = list(_mine(worker).filter(pk=one.pk).values_list("staat", flat=True))
    if not before:
        return
    if not Levering.objects.filter(pk=one.pk, staat=before[0], werker=worker).update(**changes):
        return
    if before[0] == Staat.ONZEKER:
        count(worker, Staat.ONZEKER, {one.bericht_id: -1})
    if changes["staat"] in (Staat.VERZONDEN, Staat.MISLUKT, Staat.ONZEKER):
        count(worker, changes["staat"], {one.bericht_id: 1})


def _changes(one: Genomen, outcome: Uitkomst) -> dict[str, object]:
    now = clock.now()
    error = outcome.tekst[:MAX_ERROR]
    changes: dict[str, object] = {
        "smtp_code": outcome.code,
        "laatste_fout": error,
        "pacht_tot": None,
    }
    match outcome.afloop:
        case Afloop.AANVAARD:
            return changes | {
                "staat": Staat.VERZONDEN,
                "verzonden_op": now,
                "laatste_fout": "",
                "provider_id": outcome.provider_id,
            }
        case Afloop.GEWEIGERD:
            return changes | {"staat": Staat.MISLUKT}
        case Afloop.ONZEKER:
            return changes | {"staat": Staat.ONZEKER}
        case Afloop.NIET_AANGEBODEN:
            # Not an attempt: a relay that is away for a day may not use them up.
            return changes | {
                "staat": Staat.WACHT,
                "werker": "",
                "niet_voor": now,
                "pogingen": one.pogingen,
            }
        case _:
            delay = delay_after(one.pogingen + 1)
            if delay is None:
                return changes | {"staat": Staat.MISLUKT}
            return changes | {"staat": Staat.WACHT, "werker": "", "niet_voor": now + delay}


def reap() -> int:
    """Free what was held by workers that are gone; return how many deliveries changed.

    What was only taken goes back to the queue. What was about to be handed over may have left:
    it becomes uncertain, or goes back under the same Message-ID where the message says so.
    """
    now = clock.now()
    expired = list(
        Levering.objects.filter(staat__in=[Staat.GENOMEN, Staat.BEZIG], pacht_tot__lt=now)
        .select_for_update(skip_locked=True)
        .values_list("pk", "staat", "bericht_id")[:REAP_CHUNK]
    )
    again = set(
        Bericht.objects.filter(
            pk__in={message_id for _, _, message_id in expired}, beleid=Beleid.MINSTENS_EENS
        ).values_list("pk", flat=True)
    )
    back = [
        pk for pk, state, message_id in expired if state == Staat.GENOMEN or message_id in again
    ]
    Levering.objects.filter(pk__in=back).update(
        staat=Staat.WACHT, werker="", pacht_tot=None, niet_voor=now
    )
    uncertain = [
        (pk, message_id)
        for pk, state, message_id in expired
        if state == Staat.BEZIG and message_id not in again
    ]
    # The name of the worker stays: if it lives after all, it can tell how it ended.
    Levering.objects.filter(pk__in=[pk for pk, _ in uncertain]).update(
        staat=Staat.ONZEKER,
        pacht_tot=None,
        laatste_fout="De verwerking brak af terwijl de mail werd aangeboden.",
    )
    count("", Staat.ONZEKER, Counter(message_id for _, message_id in uncertain))
    return len(expired)


UPSERT = """
    INSERT INTO post_tussenstand (bericht_id, werker, staat, aantal) VALUES {rows}
    ON CONFLICT (bericht_id, werker, staat)
    DO UPDATE SET aantal = post_tussenstand.aantal + excluded.aantal
"""
# SQLite takes a limited number of values in one statement.
COUNTS_AT_ONCE = 100


def count(worker: str, state: Staat, changes: Mapping[int, int]) -> None:
    """Add to the counts of messages in one state."""
    # In one order for all workers, so that two do not wait for each other.
    rows = [(key, worker, str(state), change) for key, change in sorted(changes.items()) if change]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), COUNTS_AT_ONCE):
            some = rows[start : start + COUNTS_AT_ONCE]
            statement = UPSERT.format(rows=", ".join(["(%s, %s, %s, %s)"] * len(some)))
            cursor.execute(statement, [value for row in some for value in row])


def counts_of(message_id: int) -> dict[str, int]:
    """Return how many deliveries of a message are in each end state."""
    totals: Counter = Counter()
    for state, number in Tussenstand.objects.filter(bericht_id=message_id).values_list(
        "staat", "aantal"
    ):
        totals[state] += number
    return dict(totals)
