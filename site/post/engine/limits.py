"""How fast mail may leave: a number of mails a minute, a limit per domain, and a breaker.

Mail that leaves faster than a relay or a mailbox provider likes is refused, and a stream of
refusals costs the sender its good name.
"""

import datetime

from django.conf import settings
from django.db.models import F

from core import clock
from post.models import Doorgang

ALL_MAIL = ""
# This many rounds without one accepted mail, and the door closes for a while.
FAULTS_BEFORE_CLOSING = 5
CLOSED_FOR = [datetime.timedelta(minutes=minutes) for minutes in (1, 5, 15)]


def per_minute(name: str) -> int | None:
    """Return how many mails a minute may go through door `name`; None is no limit."""
    if name == ALL_MAIL:
        return settings.POST_MAILS_PER_MINUTE or None
    return settings.POST_DOMAIN_PER_MINUTE.get(name)


def time_for(name: str) -> datetime.timedelta:
    """Return how long door `name` needs for one mail."""
    return datetime.timedelta(seconds=60 / (per_minute(name) or 60))


def take(name: str, wanted: int) -> int:
    """Take permission for up to `wanted` mails; return for how many it was given.

    The row stays locked until the transaction ends, so that workers share one allowance.
    """
    limit = per_minute(name)
    if limit is None or wanted == 0:
        return wanted
    now = clock.now()
    Doorgang.objects.get_or_create(naam=name, defaults={"tegoed": 1, "bijgewerkt_op": now})
    door = Doorgang.objects.select_for_update().get(naam=name)
    # A clock that was set back gives nothing and takes nothing.
    elapsed = max(0.0, (now - door.bijgewerkt_op).total_seconds())
    # At most two seconds' worth is saved up: a pause may not be followed by a burst.
    allowance = min(max(1.0, limit / 30), door.tegoed + elapsed * limit / 60)
    given = min(wanted, int(allowance))
    Doorgang.objects.filter(pk=door.pk).update(tegoed=allowance - given, bijgewerkt_op=now)
    return given


def closed_until() -> datetime.datetime | None:
    """Return until when no mail may leave, or None when the door is open."""
    now = clock.now()
    return (
        # Closed for longer than it ever is: the clock was set back.
        Doorgang.objects.filter(
            naam=ALL_MAIL, dicht_tot__gt=now, dicht_tot__lte=now + CLOSED_FOR[-1]
        )
        .values_list("dicht_tot", flat=True)
        .first()
    )


def note_fault(reason: str) -> None:
    """Count a round in which nothing was accepted; close the door after too many."""
    now = clock.now()
    Doorgang.objects.get_or_create(naam=ALL_MAIL, defaults={"bijgewerkt_op": now})
    Doorgang.objects.filter(naam=ALL_MAIL).update(fouten=F("fouten") + 1, reden=reason[:300])
    faults = Doorgang.objects.values_list("fouten", flat=True).get(naam=ALL_MAIL)
    if faults >= FAULTS_BEFORE_CLOSING:
        times = (faults - FAULTS_BEFORE_CLOSING) // FAULTS_BEFORE_CLOSING
        pause = CLOSED_FOR[min(times, len(CLOSED_FOR) - 1)]
        Doorgang.objects.filter(naam=ALL_MAIL).update(dicht_tot=now + pause)


def note_success() -> None:
    """Forget the faults: the other side takes mail again."""
    Doorgang.objects.filter(naam=ALL_MAIL, fouten__gt=0).update(fouten=0, dicht_tot=None, reden="")


def open_door() -> None:
    """Let mail leave again at once, because a person says so."""
    note_success()
