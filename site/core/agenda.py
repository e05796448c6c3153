"""Deadlines as calendar programs read them (RFC 5545).

A deadline is a whole day: no hour, no time zone, and it blocks nobody's time. A period gives two
days, its first and its last, for a bar of six years across a calendar helps nobody.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vDuration

from core import clock
from core.termijnen import SOON_DAYS, last_days_around, next_last_day, previous_last_day

PRODUCT = "-//Vrije tijd in de netwerkgemeente//Termijnen//NL"
NAMESPACE = "termijnen.vrije-tijd-in-de-netwerkgemeente"
# Versions are counted in seconds from here: the numbers stay small enough for every program.
COUNTING_FROM = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
# An all-day event begins at midnight; the alarms ring at nine in the morning.
MORNING = datetime.timedelta(hours=9)
ALARM_DAYS = (SOON_DAYS, 1)
REFRESH = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Dag:
    """One day in a calendar: `uid` stays the same when the day moves."""

    uid: str
    dag: datetime.date
    titel: str


def days_of(termijn, day: datetime.date, *, only_next: bool = False) -> list[Dag]:
    """Return the days of `termijn` in a calendar, seen from `day`; none where it has no date.

    A yearly deadline gives its latest and its next day, `only_next` leaves out the latest.
    """
    name, kind = termijn.naam, termijn.soort
    if kind == "jaarlijks":
        found = last_days_around(termijn, day)
        if only_next:
            found = found[-1:]
        # The year belongs to the identity: every year is a day of its own.
        return [
            Dag(_uid(termijn, str(last.year)), last, _("Laatste dag: %s") % name) for last in found
        ]
    last = next_last_day(termijn, day) or previous_last_day(termijn, day)
    if last is None:
        return []
    if kind == "ingang":
        return [Dag(_uid(termijn), last, _("Gaat in: %s") % name)]
    found = [Dag(_uid(termijn), last, _("Laatste dag: %s") % name)]
    if kind == "periode" and termijn.begin:
        found.insert(0, Dag(_uid(termijn, "begin"), termijn.begin, _("Begint: %s") % name))
    return found


def _uid(termijn, part=""):
    # The translation of a deadline is a row with a history of its own.
    names = [str(termijn.translation_key), termijn.locale.language_code, part]
    return f"{'-'.join(filter(None, names))}@{NAMESPACE}"


def changed_at(termijn) -> datetime.datetime:
    """Return when this deadline, or the rules that bound it, last changed for readers (UTC)."""
    moments = [termijn.last_published_at]
    if termijn.regelkader_id:
        moments.append(termijn.regelkader.last_published_at)
    known = [moment for moment in moments if moment]
    found = max(known) if known else datetime.datetime.combine(clock.today(), datetime.time.min)
    return found.replace(microsecond=0, tzinfo=found.tzinfo or datetime.UTC).astimezone(
        datetime.UTC
    )


def calendar_of(
    termijnen: Iterable, *, name: str, address_of: Callable, only_next: bool = False
) -> bytes:
    """Return a calendar with the days of `termijnen`; one without a date is left out.

    `address_of` gives the address of the page that tells more about a deadline.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    # The first name is the standard (RFC 7986), the second is what most programs read.
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH).to_ical().decode())
    for termijn in termijnen:
        for entry in days_of(termijn, clock.today(), only_next=only_next):
            calendar.add_component(_event(entry, termijn, address_of(termijn)))
    return calendar.to_ical()


def _event(entry, termijn, address):
    moment = changed_at(termijn)
    event = Event()
    event.add("uid", entry.uid)
    event.add("summary", entry.titel)
    # The end of a whole day is the day after it.
    event.add("dtstart", entry.dag)
    event.add("dtend", entry.dag + datetime.timedelta(days=1))
    # Without a METHOD, the stamp is the moment of the last change: the same file every time.
    event.add("dtstamp", moment)
    event.add("last-modified", moment)
    event.add("sequence", int((moment - COUNTING_FROM).total_seconds()))
    event.add("description", _description(termijn, address))
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    # Some programs ring at once for a day that is over.
    for days in ALARM_DAYS if entry.dag > clock.today() else ():
        event.add_component(_alarm(days, entry.titel))
    return event


def _alarm(days, text):
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", MORNING - datetime.timedelta(days=days))
    return alarm


def _description(termijn, address):
    lines = [termijn.toelichting]
    if termijn.regelkader_id:
        lines.append(" ".join([_("Regels:"), termijn.regelkader.naam]))
    if termijn.bron_id:
        lines.append(" ".join([_("Bron:"), termijn.bron.titel, termijn.bron.url]))
    lines.append(" ".join([_("Meer uitleg:"), address]))
    return "\n".join(filter(None, lines))
