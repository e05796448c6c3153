"""A talk as calendar programs read it (RFC 5545)."""

import datetime
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from core import clock
from post.mime import Bijlage
from trajecten.models import Verzoek

PRODUCT = "-//Vrije tijd in de netwerkgemeente//Gesprekken//NL"


def talk_of(
    verzoek: Verzoek, *, hoe: str, duur: datetime.timedelta | None, volgnummer: int
) -> Bijlage:
    """Return the talk as a file to open; a higher `volgnummer` takes the place of a lower one."""
    event = Event()
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    event.add("uid", f"gesprek-{verzoek.zegel}@{host}")
    event.add("sequence", volgnummer)
    event.add("dtstamp", clock.now().astimezone(datetime.UTC))
    event.add("dtstart", verzoek.gesprek_op.astimezone(datetime.UTC))
    if duur:
        event.add("duration", duur)
    event.add("summary", f"{verzoek.get_soort_display()}, {verzoek.kenmerk}")
    if hoe:
        event.add("location", hoe)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return Bijlage("gesprek.ics", calendar.to_ical(), "application/ics")
