"""Queueing mails: one to one person, or one to many."""

import datetime
import re
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.utils import parseaddr

from django.conf import settings
from django.db import IntegrityError, transaction

from core import clock
from post import addresses
from post.freezing import Bevroren, freeze
from post.mime import CONTROL, Bijlage, UnsafeHeader, refuse_unsafe
from post.models import Bericht, Levering
from post.states import Beleid, BerichtStaat, Prioriteit

# So many deliveries at once.
CHUNK = 5000
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
    return Bericht.objects.filter(sleutel=key).first()


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

    Raises NotAllPrepared when there are not `expected` of them, or when somebody cancelled it
    meanwhile, and then does not start.
    """
    found = Levering.objects.filter(bericht=message).count()
    if found != expected:
        raise NotAllPrepared(f"Verwacht: {expected} leveringen, klaargezet: {found}.")
    started = Bericht.objects.filter(pk=message.pk, staat=BerichtStaat.KLAARZETTEN).update(
        staat=BerichtStaat.VERZENDEN, aantal_verwacht=found
    )
    if not started:
        raise NotAllPrepared("Het bericht werd intussen in de postkamer gestopt.")


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
