"""When a deadline falls, and how near it is.

Bron for the wording: shared rule of the field that an agency's "before 1 October" and "at the
latest on 1 October" differ by a day; the site therefore always says "tot en met".
"""

import calendar
import datetime
from dataclasses import dataclass
from enum import StrEnum

NEAR_DAYS = 60
SOON_DAYS = 14


class Nabijheid(StrEnum):
    """How near the last day is."""

    GEEN = "geen"
    NIET_BEGONNEN = "niet-begonnen"
    VER = "ver"
    NABIJ = "nabij"
    DICHTBIJ = "dichtbij"
    LAATSTE_DAG = "laatste-dag"
    VOORBIJ = "voorbij"


@dataclass(frozen=True)
class Stand:
    """A deadline seen from one day.

    `laatste_dag` is the last day on which it can still be done, None when there is none.
    `dagen` counts the days until then (0 on the day itself, negative afterwards).
    """

    nabijheid: Nabijheid
    laatste_dag: datetime.date | None
    eerste_dag: datetime.date | None
    dagen: int | None

    @property
    def is_voorbij(self) -> bool:
        return self.nabijheid == Nabijheid.VOORBIJ


def stand_of(termijn, day: datetime.date) -> Stand:
    """Return how `termijn` stands on `day`."""
    last_day = next_last_day(termijn, day) or previous_last_day(termijn, day)
    if last_day is None:
        return Stand(Nabijheid.GEEN, None, None, None)
    first_day = termijn.begin if termijn.soort == "periode" else None
    days = (last_day - day).days
    return Stand(_nabijheid(days, day, first_day), last_day, first_day, days)


def _nabijheid(days, day, first_day):
    if days < 0:
        return Nabijheid.VOORBIJ
    if first_day and day < first_day:
        return Nabijheid.NIET_BEGONNEN
    if days == 0:
        return Nabijheid.LAATSTE_DAG
    if days <= SOON_DAYS:
        return Nabijheid.DICHTBIJ
    if days <= NEAR_DAYS:
        return Nabijheid.NABIJ
    return Nabijheid.VER


def next_last_day(termijn, day: datetime.date) -> datetime.date | None:
    """Return the first last day on or after `day` within the rules, or None."""
    if termijn.soort == "jaarlijks":
        candidates = [_last_day_in(termijn, year) for year in (day.year, day.year + 1)]
    else:
        candidates = [_last_day_in(termijn, termijn.jaar)]
    return next((found for found in candidates if found and found >= day), None)


def previous_last_day(termijn, day: datetime.date) -> datetime.date | None:
    """Return the latest last day before `day` within the rules, or None.

    A yearly deadline whose rules have ended points to its last real occurrence.
    """
    if termijn.soort == "jaarlijks":
        end = termijn.regelkader.geldig_tot if termijn.regelkader_id else None
        start_year = min(day, end).year if end else day.year
        candidates = [_last_day_in(termijn, year) for year in (start_year, start_year - 1)]
    else:
        candidates = [_last_day_in(termijn, termijn.jaar)]
    return next((found for found in candidates if found and found < day), None)


def _last_day_in(termijn, year):
    """Return the last day of `termijn` in `year`, or None outside its rules."""
    named = _named_day(termijn, year)
    if named is None:
        return None
    regelkader = termijn.regelkader if termijn.regelkader_id else None
    # A deadline may fall before its rules start (you apply the year before), never after they end.
    if regelkader and regelkader.geldig_tot and named > regelkader.geldig_tot:
        return None
    return named if termijn.inclusief else named - datetime.timedelta(days=1)


def _named_day(termijn, year):
    if not (termijn.dag and termijn.maand and year):
        return None
    # 29 February of an ordinary year is the 28th: never a later day than the rule names.
    days_in_month = calendar.monthrange(year, termijn.maand)[1]
    return datetime.date(year, termijn.maand, min(termijn.dag, days_in_month))


def validation_errors(termijn) -> dict[str, str]:
    """Return what is wrong with the dates of `termijn`, per field, in Dutch."""
    errors = {}
    if termijn.soort == "jaarlijks":
        if termijn.jaar:
            errors["jaar"] = "Een termijn die elk jaar terugkomt, heeft geen jaar."
    elif termijn.dag and not termijn.jaar:
        errors["jaar"] = "Vul het jaar in."
    if termijn.dag and termijn.maand and termijn.dag > _longest_month(termijn):
        errors["dag"] = "Deze maand heeft niet zoveel dagen."
    if termijn.soort == "periode":
        last = _named_day(termijn, termijn.jaar)
        if not termijn.begin:
            errors["begin"] = "Vul de eerste dag van de periode in."
        elif last and last < termijn.begin:
            errors["begin"] = "De eerste dag ligt na de laatste dag."
    elif termijn.begin:
        errors["begin"] = "Alleen een periode heeft een eerste dag."
    return errors


def _longest_month(termijn):
    # A leap year stands in for "every year".
    return calendar.monthrange(termijn.jaar or 2028, termijn.maand)[1]
