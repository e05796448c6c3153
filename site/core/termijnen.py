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

    `laatste_dag` is the last day on which it can still be done, None when there is none; for
    something that starts to hold it is the day on which it starts. `eerste_dag` is the first day
    of a period. `dagen` counts the days until `laatste_dag` (0 on the day itself, negative
    afterwards). `geldt_nu` says that a period runs, or that what started to hold still holds;
    `gold_tot` is the last day of what started to hold and holds no more.
    """

    nabijheid: Nabijheid
    laatste_dag: datetime.date | None
    eerste_dag: datetime.date | None
    dagen: int | None
    geldt_nu: bool = False
    gold_tot: datetime.date | None = None

    @property
    def is_voorbij(self) -> bool:
        return self.nabijheid == Nabijheid.VOORBIJ

    @property
    def eerstvolgende_dag(self) -> datetime.date | None:
        """The day that counts first: the first day of a coming period, or else the last day."""
        return self.eerste_dag if self.nabijheid == Nabijheid.NIET_BEGONNEN else self.laatste_dag


def stand_of(termijn, day: datetime.date) -> Stand:
    """Return how `termijn` stands on `day`."""
    last_day = next_last_day(termijn, day) or previous_last_day(termijn, day)
    if last_day is None:
        return Stand(Nabijheid.GEEN, None, None, None)
    first_day = termijn.begin if termijn.soort == "periode" else None
    days = (last_day - day).days
    nearness = _nabijheid(days, day, first_day)
    if termijn.soort == "ingang":
        end = _end_of_rules(termijn)
        is_over = days < 0 and end is not None and end < day
        return Stand(
            nearness,
            last_day,
            None,
            days,
            geldt_nu=days <= 0 and not is_over,
            gold_tot=end if is_over else None,
        )
    runs = first_day is not None and first_day <= day <= last_day
    return Stand(nearness, last_day, first_day, days, geldt_nu=runs)


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
        first = max(day.year, _first_year(termijn))
        candidates = [_last_day_in(termijn, year) for year in (first, first + 1)]
    else:
        candidates = [_last_day_in(termijn, termijn.jaar)]
    return next((found for found in candidates if found and found >= day), None)


def previous_last_day(termijn, day: datetime.date) -> datetime.date | None:
    """Return the latest last day before `day` within the rules, or None.

    A yearly deadline whose rules have ended points to its last real occurrence.
    """
    if termijn.soort == "jaarlijks":
        end = _end_of_rules(termijn)
        year = min(day, end).year if end else day.year
        # "Before 1 January" of the next year is the last day of this one.
        candidates = [_last_day_in(termijn, named) for named in (year + 1, year, year - 1)]
    else:
        candidates = [_last_day_in(termijn, termijn.jaar)]
    return next((found for found in candidates if found and found < day), None)


def last_days_around(termijn, day: datetime.date) -> list[datetime.date]:
    """Return the last days that a calendar shows: of a yearly deadline the latest and the next."""
    found = [previous_last_day(termijn, day), next_last_day(termijn, day)]
    return [last_day for last_day in found if last_day is not None]


def _last_day_in(termijn, year):
    """Return the last day of `termijn` in `year`, or None outside its rules."""
    named = _named_day(termijn, year)
    if named is None:
        return None
    last_day = named if termijn.inclusief else named - datetime.timedelta(days=1)
    # A deadline may fall before its rules start (you apply the year before), never after they end.
    end = _end_of_rules(termijn)
    if end and last_day > end:
        return None
    return None if last_day.year < _first_year(termijn) else last_day


def _end_of_rules(termijn):
    return termijn.regelkader.geldig_tot if termijn.regelkader_id else None


def _first_year(termijn):
    """Return the first year in which a yearly deadline falls: the one before its rules start."""
    rules = termijn.regelkader if termijn.regelkader_id else None
    if termijn.soort != "jaarlijks" or rules is None or rules.geldig_van is None:
        return 0
    return rules.geldig_van.year - 1


def _named_day(termijn, year):
    if not (termijn.dag and termijn.maand and year):
        return None
    # 29 February of an ordinary year is the 28th: never a later day than the rule names.
    days_in_month = calendar.monthrange(year, termijn.maand)[1]
    return datetime.date(year, termijn.maand, min(termijn.dag, days_in_month))


def validation_errors(termijn) -> dict[str, str]:
    """Return what is wrong with the dates of `termijn`, per field, in Dutch.

    No date at all is right: what nobody confirmed stays empty.
    """
    errors = {}
    is_yearly, is_period = termijn.soort == "jaarlijks", termijn.soort == "periode"
    is_begun = bool(termijn.dag or termijn.maand or termijn.jaar or termijn.begin)
    if is_begun and not termijn.dag:
        errors["dag"] = "Vul ook de dag in."
    if is_begun and not termijn.maand:
        errors["maand"] = "Vul ook de maand in."
    if is_yearly and termijn.jaar:
        errors["jaar"] = "Een termijn die elk jaar terugkomt, heeft geen jaar."
    if is_begun and not is_yearly and not termijn.jaar:
        errors["jaar"] = "Vul het jaar in."
    if termijn.dag and termijn.maand and termijn.dag > _longest_month(termijn):
        errors["dag"] = "Deze maand heeft niet zoveel dagen."
    last = _named_day(termijn, termijn.jaar)
    if is_period and is_begun and not termijn.begin:
        errors["begin"] = "Vul de eerste dag van de periode in."
    if is_period and last and termijn.begin and last < termijn.begin:
        errors["begin"] = "De eerste dag ligt na de laatste dag."
    if termijn.begin and not is_period:
        errors["begin"] = "Alleen een periode heeft een eerste dag."
    if termijn.soort == "ingang" and not termijn.inclusief:
        errors["inclusief"] = "De dag waarop iets ingaat, telt altijd zelf mee."
    return errors


def _longest_month(termijn):
    # A leap year stands in for "every year".
    return calendar.monthrange(termijn.jaar or 2028, termijn.maand)[1]
