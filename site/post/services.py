"""What the rest of the site asks of the mail room.

A caller hands over a mail inside its own transaction and forgets it: when that transaction fails,
there was no mail; when it succeeds, the mail leaves once.
"""

import datetime
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.utils import parseaddr

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from core import clock
from post import addresses
from post.engine import queue as engine_queue
from post.freezing import Bevroren, freeze
from post.mime import CONTROL, Bijlage, UnsafeHeader, refuse_unsafe
from post.models import Bericht, Gebeurtenis, Levering, Onderdrukking
from post.states import Beleid, BerichtStaat, Prioriteit, Staat

CHUNK = 5000
# A machine that stood still for so long still does what it missed.
CATCH_UP = datetime.timedelta(days=60)
# Headers that the mail room writes itself.
OWN_HEADERS = {
    "from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "reply-to",
    "mime-version", "return-path",
}  # fmt: skip
HEADER_NAME = re.compile("(?!content-)[a-z0-9-]{1,70}", re.IGNORECASE)


@dataclass(frozen=True)
class Ontvanger:
    """Somebody who gets a bulk message, with the values of its tokens."""

    adres: str
    naam: str = ""
    gegevens: Mapping[str, str] = field(default_factory=dict)


class NotAllPrepared(Exception):
    """After preparing, the number of deliveries is not the number of recipients."""


@transaction.atomic
def queue(
    *,
    key: str,
    template: str,
    to: str,
    context: Mapping[str, object],
    name: str = "",
    language: str = "nl",
    sender: str = "",
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
    attachments: Sequence[Bijlage] = (),
    policy: Beleid = Beleid.HOOGSTENS_EENS,
    not_before: datetime.datetime | None = None,
) -> Bericht:
    """Queue one mail to one person, and return its message.

    The same `key` again is the same message: nothing is added. Raises addresses.InvalidAddress
    for an address that cannot get mail, and whatever a faulty template raises.
    """
    address = addresses.check(to)
    known = _known(key)
    if known:
        return known
    frozen = freeze(template, context, language=language, attachments=attachments)
    message, is_new = _store(
        key=key,
        kind=template,
        frozen=frozen,
        language=language,
        sender=sender,
        reply_to=reply_to,
        headers=headers,
        attachments=attachments,
        policy=policy,
        priority=Prioriteit.DIRECT,
        state=BerichtStaat.VERZENDEN,
    )
    if is_new:
        _delivery(message, Ontvanger(adres=address, naam=name), not_before).save(force_insert=True)
    return message


@transaction.atomic
def prepare_bulk(
    *,
    key: str,
    kind: str,
    frozen: Bevroren,
    language: str = "nl",
    sender: str = "",
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
    attachments: Sequence[Bijlage] = (),
    policy: Beleid = Beleid.HOOGSTENS_EENS,
) -> Bericht:
    """Store a frozen message for many, without recipients yet; the same key is the same message."""
    known = _known(key)
    if known:
        return known
    message, _ = _store(
        key=key,
        kind=kind,
        frozen=frozen,
        language=language,
        sender=sender,
        reply_to=reply_to,
        headers=headers,
        attachments=attachments,
        policy=policy,
        priority=Prioriteit.BULK,
        state=BerichtStaat.KLAARZETTEN,
    )
    return message


def _known(key):
    """Return the message of a key, or None."""
    return Bericht.objects.filter(sleutel=key).order_by().first()


def _store(
    *, key, kind, frozen, language, sender, reply_to, headers, attachments, policy, priority, state
):
    sender = _mailbox(sender or settings.DEFAULT_FROM_EMAIL, addresses.for_servers)
    reply_to = _mailbox(reply_to, addresses.check) if reply_to else ""
    extra = dict(headers or {})
    for header, value in extra.items():
        if header.lower() in OWN_HEADERS or not HEADER_NAME.fullmatch(header):
            raise UnsafeHeader(f"De kop {header!r} mag een aanroeper niet zetten.")
        refuse_unsafe(value)
    message = Bericht(
        sleutel=key,
        soort=kind,
        prioriteit=priority,
        beleid=policy,
        staat=state,
        onderwerp=frozen.onderwerp,
        taal=language,
        afzender=sender,
        antwoord_aan=reply_to,
        koppen=extra,
        tekst=frozen.tekst,
        html=frozen.html,
        skelet=frozen.skelet,
        sha256=frozen.sha256,
        bijlagen=[
            {"naam": one.naam, "soort": one.soort, "grootte": len(one.inhoud)}
            for one in attachments
        ],
        aangemaakt_op=clock.now(),
    )
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        # Somebody queued it since it was not known.
        return Bericht.objects.get(sleutel=key), False
    return message, True


def _mailbox(mailbox, checked):
    """Return `Naam <adres>` with its address as mail servers write it."""
    refuse_unsafe(mailbox)
    address = parseaddr(mailbox)[1]
    return mailbox.replace(address, checked(address)) if address else checked(mailbox)


def _delivery(message, recipient, not_before=None):
    now = clock.now()
    return Levering(
        bericht=message,
        prioriteit=message.prioriteit,
        adres=recipient.adres,
        adres_norm=addresses.normalise(recipient.adres),
        vingerafdruk=addresses.fingerprint(recipient.adres),
        domein=addresses.domain_of(recipient.adres),
        naam=" ".join(CONTROL.sub(" ", recipient.naam).split())[:150],
        gegevens=dict(recipient.gegevens),
        niet_voor=not_before or now,
        aangemaakt_op=now,
    )


def queue_bulk(message: Bericht, recipients: Iterable[Ontvanger], *, start: bool = True) -> int:
    """Add a delivery for every recipient, each address once, and start; return how many there are.

    Works through any number in constant memory and may be repeated after a crash: who is there
    already is not added again. Raises NotAllPrepared when the count at the end is not right, and
    then does not start.
    """
    expected = _Distinct()
    chunk: list[Levering] = []
    for recipient in recipients:
        delivery = _delivery(message, replace(recipient, adres=addresses.check(recipient.adres)))
        expected.add(delivery.adres_norm)
        chunk.append(delivery)
        if len(chunk) == CHUNK:
            _insert(chunk)
            chunk = []
    _insert(chunk)
    found = Levering.objects.filter(bericht=message).count()
    if found != expected.number:
        raise NotAllPrepared(f"Verwacht: {expected.number} leveringen, klaargezet: {found}.")
    Bericht.objects.filter(pk=message.pk).update(aantal_verwacht=found)
    if start:
        Bericht.objects.filter(pk=message.pk, staat=BerichtStaat.KLAARZETTEN).update(
            staat=BerichtStaat.VERZENDEN
        )
    return found


@transaction.atomic
def add_recipients(message: Bericht, recipients: Sequence[Ontvanger]) -> None:
    """Add a part of the recipients to a message, for who keeps the accounts of it herself.

    Part of the transaction of the caller. An address that is there already is not added again.
    """
    _insert(
        [
            _delivery(message, replace(recipient, adres=addresses.check(recipient.adres)))
            for recipient in recipients
        ]
    )


@transaction.atomic
def start_bulk(message: Bericht, expected: int) -> None:
    """Let a message leave to the recipients that were added to it.

    Raises NotAllPrepared when there are not `expected` of them, and then does not start.
    """
    found = Levering.objects.filter(bericht=message).count()
    if found != expected:
        raise NotAllPrepared(f"Verwacht: {expected} leveringen, klaargezet: {found}.")
    Bericht.objects.filter(pk=message.pk, staat=BerichtStaat.KLAARZETTEN).update(
        staat=BerichtStaat.VERZENDEN, aantal_verwacht=found
    )


def reopen(message: Bericht) -> bool:
    """Hold a message that was started, so that more recipients can be added to it."""
    return bool(
        Bericht.objects.filter(
            pk=message.pk, staat=BerichtStaat.VERZENDEN, geleegd_op__isnull=True
        ).update(staat=BerichtStaat.KLAARZETTEN)
    )


class _Distinct:
    """Counts different addresses in eight bytes each."""

    PARTS = 256

    def __init__(self):
        # In parts, so that only a small set of numbers is ever made of them.
        self._parts = [array("q") for _ in range(self.PARTS)]

    def add(self, address: str) -> None:
        number = hash(address)
        self._parts[number % self.PARTS].append(number)

    @property
    def number(self) -> int:
        return sum(len(set(part)) for part in self._parts)


def _insert(chunk):
    if chunk:
        # In one order for all, so that two who prepare at once do not wait for each other.
        chunk.sort(key=lambda delivery: delivery.adres_norm)
        with transaction.atomic():
            Levering.objects.bulk_create(chunk, ignore_conflicts=True)


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
    """Mark what still waits of cancelled messages, a chunk at a time; return how many."""
    with transaction.atomic():
        rows = list(
            Levering.objects.filter(staat=Staat.WACHT, bericht__in=_cancelled())
            .select_for_update(skip_locked=True)
            .values_list("pk", "bericht_id")[:CHUNK]
        )
        Levering.objects.filter(pk__in=[pk for pk, _ in rows]).update(staat=Staat.GEANNULEERD)
        engine_queue.count("", Staat.GEANNULEERD, Counter(message for _, message in rows))
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
def skip(message: Bericht, address: str, reason: str) -> bool:
    """Take one address out of a message, if it did not leave yet."""
    found = Levering.objects.filter(
        bericht=message,
        adres_norm=addresses.normalise(address),
        staat__in=[Staat.WACHT, Staat.GENOMEN],
    ).update(staat=Staat.OVERGESLAGEN, laatste_fout=reason[:500], werker="", pacht_tot=None)
    engine_queue.count("", Staat.OVERGESLAGEN, {message.pk: found})
    return bool(found)


# --- People ------------------------------------------------------------------------


def suppress(address: str, reason: Onderdrukking.Reden) -> None:
    """Never send bulk mail to this address again."""
    Onderdrukking.objects.get_or_create(
        vingerafdruk=addresses.fingerprint(address),
        defaults={"reden": reason, "sinds": clock.now()},
    )


def is_suppressed(address: str) -> bool:
    """Say whether this address may not get bulk mail."""
    return Onderdrukking.objects.filter(vingerafdruk=addresses.fingerprint(address)).exists()


def allow_again(address: str) -> None:
    """Let bulk mail go to this address again, because its owner asked for it anew.

    Only after she answered a mail: nobody else may decide this for her.
    """
    Onderdrukking.objects.filter(vingerafdruk=addresses.fingerprint(address)).delete()


@transaction.atomic
def erase_kind(address: str, prefix: str) -> int:
    """Forget an address in the messages of which the kind begins with `prefix`.

    What else it gets, such as the mails of a course, goes on. What still waits of these is not
    sent. Returns how many deliveries were emptied.
    """
    wanted = Levering.objects.filter(
        adres_norm=addresses.normalise(address), bericht__soort__startswith=prefix
    )
    rows = _lock(wanted)
    _skip_waiting(rows)
    empty_deliveries([row[0] for row in rows])
    empty_messages(row[1] for row in rows if row[3] == Prioriteit.DIRECT)
    return len(rows)


@transaction.atomic
def erase(address: str) -> int:
    """Forget an address: empty every delivery to it, and keep only that it may not be mailed.

    Messages to others that came from this person, with the address to answer to, or that name the
    address are emptied too. What still waits is not sent. Returns how many deliveries were emptied.
    """
    suppress(address, Onderdrukking.Reden.GEWIST)
    wanted = addresses.normalise(address)
    rows = _lock(Levering.objects.filter(adres_norm=wanted))
    of_person = [
        key
        for key, mailbox in Bericht.objects.exclude(antwoord_aan="")
        .filter(prioriteit=Prioriteit.DIRECT)
        .values_list("pk", "antwoord_aan")
        .iterator()
        if addresses.normalise(parseaddr(mailbox)[1]) == wanted
    ]
    _skip_waiting(rows)
    empty_deliveries([row[0] for row in rows])
    # A message to one person says who it was for.
    empty_messages([row[1] for row in rows if row[3] == Prioriteit.DIRECT])
    _empty_about([*of_person, *_that_name(address.strip())])
    return len(rows)


@transaction.atomic
def erase_about(names: Iterable[str], *, words: Iterable[str] = (), kinds: Sequence[str] = ()):
    """Empty mails to one person that were about somebody, whoever they went to.

    `names` are what stands for her in the keys of messages, such as the identifier of an enrolment.
    A message of one of `kinds` is also hers when its text holds one of `words`, such as her name.
    That there was a mail, to whom, when and what became of it stays, until POST_RETENTION_DAYS.
    What still waits is not sent.
    """
    direct = Bericht.objects.filter(prioriteit=Prioriteit.DIRECT, geleegd_op=None)
    found: set[int] = set()
    for name in filter(None, names):
        found.update(direct.filter(sleutel__contains=name).values_list("pk", flat=True))
    if kinds:
        for word in filter(None, words):
            told = direct.filter(soort__in=kinds, tekst__icontains=word)
            found.update(told.values_list("pk", flat=True))
    _empty_about(found)


def _that_name(address):
    """Return the messages to one person in whose text an address stands."""
    pattern = re.compile(rf"(?<![\w.+-]){re.escape(address)}(?!\w|-|\.\w)", re.IGNORECASE)
    rows = Bericht.objects.filter(
        prioriteit=Prioriteit.DIRECT, geleegd_op=None, tekst__icontains=address
    ).values_list("pk", "tekst")
    return [key for key, text in rows.iterator() if pattern.search(text)]


def _empty_about(keys):
    """Empty messages; who they went to is kept until their time is over."""
    keys = list(keys)
    _skip_waiting(_lock(Levering.objects.filter(bericht__in=keys)))
    empty_messages(keys)


def _lock(deliveries):
    return list(
        deliveries.order_by("pk")
        .select_for_update(of=("self",))
        .values_list("pk", "bericht_id", "staat", "prioriteit")
    )


def _skip_waiting(rows):
    waiting = [row for row in rows if row[2] in (Staat.WACHT, Staat.GENOMEN)]
    Levering.objects.filter(pk__in=[row[0] for row in waiting]).update(
        staat=Staat.OVERGESLAGEN, werker="", pacht_tot=None
    )
    engine_queue.count("", Staat.OVERGESLAGEN, Counter(row[1] for row in waiting))


def empty_deliveries(keys: Sequence[int]) -> None:
    """Remove what says who a delivery was for; its state and its message stay."""
    _empty(Levering.objects.filter(pk__in=keys))


def _empty(deliveries):
    Gebeurtenis.objects.filter(levering__in=deliveries.values("pk")).delete()
    deliveries.update(
        adres="",
        # Still one row per message and address.
        adres_norm=Concat(Value("gewist-"), Cast(F("pk"), CharField())),
        naam="",
        gegevens={},
        vingerafdruk="",
        domein="",
        laatste_fout="",
    )


def empty_messages(keys: Iterable[int]) -> None:
    """Remove what a message said; its key, kind and counts stay."""
    Bericht.objects.filter(pk__in=set(keys)).update(
        onderwerp="",
        tekst="",
        html="",
        skelet=b"",
        koppen={},
        antwoord_aan="",
        bijlagen=[],
        geleegd_op=clock.now(),
    )


def retain(limit: int = CHUNK) -> int:
    """Empty what ended longer ago than POST_RETENTION_DAYS; return how many messages.

    An uncertain delivery keeps nobody's address: what nobody decided in all that time stays
    undecided.
    """
    before = clock.now() - datetime.timedelta(days=settings.POST_RETENTION_DAYS)
    busy = Levering.objects.filter(
        Q(staat__in=[Staat.WACHT, Staat.GENOMEN, Staat.BEZIG]) | Q(verzonden_op__gte=before),
        bericht=OuterRef("pk"),
    )
    old = list(
        Bericht.objects.filter(~Exists(busy), aangemaakt_op__lt=before, geleegd_op=None)
        .order_by("pk")
        .values_list("pk", flat=True)[:limit]
    )
    # What a provider told about a mail that is not ours, or not any more.
    Gebeurtenis.objects.filter(levering=None, op__lt=before).delete()
    for key in old:
        with transaction.atomic():
            _empty(Levering.objects.filter(bericht=key))
            empty_messages([key])
    # Of what was emptied before its time, to whom it went.
    early = Bericht.objects.filter(
        prioriteit=Prioriteit.DIRECT,
        geleegd_op__isnull=False,
        aangemaakt_op__range=(before - CATCH_UP, before),
    ).exclude(Exists(busy))
    left = Levering.objects.filter(bericht__in=early).exclude(adres="")
    empty_deliveries(list(left.values_list("pk", flat=True)[:limit]))
    return len(old)
