"""Who may not be mailed, and forgetting what was mailed to whom."""

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from core import clock
from post import addresses
from post.engine import queue as engine_queue
from post.models import Bericht, Gebeurtenis, Levering, Onderdrukking
from post.states import BerichtStaat, Prioriteit, Staat

# So many messages at once.
CHUNK = 5000
# A machine that stood still for so long still does what it missed.
CATCH_UP = datetime.timedelta(days=60)
# Kinds of the mail that tells somebody that she was forgotten.
_last_mails: set[str] = set()


def keep_last_mail(kind: str) -> None:
    """Let a mail of this kind leave although the address was forgotten: it tells her so.

    Whoever registers it empties it afterwards.
    """
    _last_mails.add(kind)


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
    rows = _lock(_but_the_last(wanted))
    _skip_waiting(rows)
    _settle_uncertain(rows)
    empty_deliveries([row[0] for row in rows])
    empty_messages(row[1] for row in rows if row[3] == Prioriteit.DIRECT)
    return len(rows)


@transaction.atomic
def erase(address: str) -> int:
    """Forget an address: empty every delivery to it, and keep only that it may not be mailed.

    Messages to others that came from this person, with the address to answer to, or that name the
    address are emptied too. What still waits is not sent, but for the mail that tells her she was
    forgotten. Returns how many deliveries were emptied.
    """
    suppress(address, Onderdrukking.Reden.GEWIST)
    wanted = addresses.normalise(address)
    rows = _lock(_but_the_last(Levering.objects.filter(adres_norm=wanted)))
    of_person = [
        key
        for key, mailbox in Bericht.objects.exclude(antwoord_aan="")
        .filter(prioriteit=Prioriteit.DIRECT)
        .values_list("pk", "antwoord_aan")
        .iterator()
        if addresses.normalise(parseaddr(mailbox)[1]) == wanted
    ]
    _skip_waiting(rows)
    _settle_uncertain(rows)
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
    ).exclude(soort__in=_last_mails)
    rows = rows.values_list("pk", "tekst")
    return [key for key, text in rows.iterator() if pattern.search(text)]


def _empty_about(keys):
    """Empty messages; who they went to is kept until their time is over."""
    keys = list(keys)
    _skip_waiting(_lock(Levering.objects.filter(bericht__in=keys)))
    empty_messages(keys)


def _but_the_last(deliveries):
    """Leave out a last mail that has not left yet: who is forgotten twice still hears so."""
    under_way = [Staat.WACHT, Staat.GENOMEN, Staat.BEZIG]
    return deliveries.exclude(bericht__soort__in=_last_mails, staat__in=under_way)


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


def _settle_uncertain(rows):
    """Close what nobody can decide any more, once it is not known to whom it went.

    Not what a worker is handing over: that is known soon (`settle_emptied`). One that reports
    after all that it sent an uncertain mail, finds nothing to change.
    """
    uncertain = [row for row in rows if row[2] == Staat.ONZEKER]
    Levering.objects.filter(pk__in=[row[0] for row in uncertain]).update(
        staat=Staat.OVERGESLAGEN, werker="", pacht_tot=None
    )
    per_message = Counter(row[1] for row in uncertain)
    engine_queue.count("", Staat.ONZEKER, {key: -number for key, number in per_message.items()})
    engine_queue.count("", Staat.OVERGESLAGEN, per_message)


@transaction.atomic
def settle_emptied() -> int:
    """Close what became uncertain after its address was forgotten; return how many.

    Such a mail was on its way at that moment. Not what retention emptied: of that the message is
    gone too, and it stays undecided.
    """
    found = Levering.objects.filter(staat=Staat.ONZEKER, adres="", bericht__geleegd_op=None)
    rows = _lock(found)
    _settle_uncertain(rows)
    return len(rows)


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
    undecided. A message that waits for its recipients holds nobody's address, and is what has to
    leave: an issue may be approved long before its day.
    """
    before = clock.now() - datetime.timedelta(days=settings.POST_RETENTION_DAYS)
    busy = Levering.objects.filter(
        Q(staat__in=[Staat.WACHT, Staat.GENOMEN, Staat.BEZIG]) | Q(verzonden_op__gte=before),
        bericht=OuterRef("pk"),
    )
    to_come = Q(staat=BerichtStaat.KLAARZETTEN) & ~Exists(
        Levering.objects.filter(bericht=OuterRef("pk"))
    )
    old = list(
        Bericht.objects.filter(~Exists(busy), aangemaakt_op__lt=before, geleegd_op=None)
        .exclude(to_come)
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
