"""Until when the waiting list moves by itself, and until when somebody may answer an offer.

By the clock and the words of a session alone: a page reads it, and the services act on it.
"""

import datetime
from typing import TYPE_CHECKING

from core import clock
from vorming.staten import Doorschuiven, SessieStaat

# The model of a session knows this module.
if TYPE_CHECKING:
    from vorming.models import Sessie

# The last day before the start, people are phoned: a mail would be read too late.
STOP_VOOR_BEGIN = datetime.timedelta(hours=24)
LANGSTE_AANBOD = datetime.timedelta(hours=48)
KORTSTE_AANBOD = datetime.timedelta(hours=4)
OPEN_UUR, SLUIT_UUR, MIDDAG = 9, 18, 12
ZATERDAG = 5


def aanbod_einde(sessie: "Sessie", now: datetime.datetime) -> datetime.datetime | None:
    """Return until when an offer made now holds; None when there is no decent time left.

    At most 48 hours and half the time until the start, never past the end of enrolment, and never
    ending at night or in the weekend: somebody must be able to ask and to decide.
    """
    stop = sessie.begint_op - STOP_VOOR_BEGIN
    if now >= stop:
        return None
    limits = [now + LANGSTE_AANBOD, now + (sessie.begint_op - now) / 2]
    # In its last hours the end of enrolment no longer counts: who waits has asked already.
    if sessie.sluit_op and sessie.sluit_op >= now + KORTSTE_AANBOD:
        limits.append(sessie.sluit_op)
        stop = min(stop, sessie.sluit_op)
    # In Brussels' time: hours and weekends are those of the people.
    wanted = min(limits).astimezone(clock.now().tzinfo)
    for end in (wanted, _later(wanted), _sooner(wanted)):
        if _is_decent(end) and now + KORTSTE_AANBOD <= end <= max(stop, wanted):
            return end
    return None


def _is_decent(moment):
    on_workday = moment.weekday() < ZATERDAG
    minutes = moment.hour * 60 + moment.minute
    return on_workday and OPEN_UUR * 60 <= minutes <= SLUIT_UUR * 60


def _later(moment):
    """Return noon of the first working day whose noon is still to come."""
    found = moment.replace(hour=MIDDAG, minute=0, second=0, microsecond=0)
    while found < moment or found.weekday() >= ZATERDAG:
        found += datetime.timedelta(days=1)
    return found


def _sooner(moment):
    """Return the end of the last working day that is over."""
    found = moment.replace(hour=SLUIT_UUR, minute=0, second=0, microsecond=0)
    while found > moment or found.weekday() >= ZATERDAG:
        found -= datetime.timedelta(days=1)
    return found


def schuift_door(sessie: "Sessie", now: datetime.datetime) -> bool:
    """Say whether free places go to the waiting list by themselves now."""
    if sessie.staat not in (SessieStaat.OPEN, SessieStaat.GESLOTEN) or sessie.begint_op is None:
        return False
    if sessie.doorschuiven == Doorschuiven.AANBOD:
        return aanbod_einde(sessie, now) is not None
    return now < sessie.begint_op - STOP_VOOR_BEGIN
