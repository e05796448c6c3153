"""The one clock of the site, in Europe/Brussels.

Everything that asks for the time asks here, so that an editor can preview a page "as of"
a day and a test can freeze one.
"""

import calendar
import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_as_of: ContextVar[datetime.date | None] = ContextVar("as_of", default=None)


def now() -> datetime.datetime:
    """Return the current moment, with the zone Europe/Brussels."""
    moment = timezone.localtime()
    day = _as_of.get()
    if day is not None:
        moment = timezone.make_aware(datetime.datetime.combine(day, moment.time()))
    return moment


def today() -> datetime.date:
    """Return the calendar day in Brussels."""
    return now().date()


def shows_another_day() -> bool:
    """Say whether the clock shows the day of a preview instead of the real one."""
    return _as_of.get() is not None


def months_before(moment: datetime.datetime, number: int) -> datetime.datetime:
    """Return the same day and hour `number` months earlier; the last day of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - number, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last_day))


@contextmanager
def as_of(day: datetime.date | None) -> Iterator[None]:
    """Let the clock show `day` inside the block; None leaves it as it is.

    Only for the thread and the task that asked: another request that is answered at the same
    time keeps the real day.
    """
    if day is None:
        yield
        return
    token = _as_of.set(day)
    try:
        yield
    finally:
        _as_of.reset(token)
