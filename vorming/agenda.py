"""Calendars: an invitation per participant and day, and the offer as a feed (RFC 5545, 5546)."""

from collections.abc import Iterable
from datetime import UTC
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from core import clock
from core.models import SiteInstellingen
from post.mime import Bijlage
from vorming.models import Inschrijving, Sessie, Sessiedag
from vorming.staten import SessieStaat

PRODID = "-//Vrije tijd in de netwerkgemeente//Vorming//NL"


def organiser(details: SiteInstellingen | None) -> tuple[str, str]:
    """Return name and address of who invites: an address that somebody reads.

    A calendar program may answer to it, and an update only reaches a calendar with an organiser.
    """
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    if details is None:
        return name or settings.WAGTAIL_SITE_NAME, address
    return (
        details.organisatie or name or settings.WAGTAIL_SITE_NAME,
        details.helpdesk_e_mail or address,
    )


def invitations(
    inschrijving: Inschrijving,
    dagen: Iterable[Sessiedag],
    details: SiteInstellingen | None,
    *,
    method: str = "REQUEST",
) -> list[Bijlage]:
    """Return a calendar part per day, and each once more as a file to open, in the active language.

    One calendar may hold one event only: all events of a REQUEST share one UID.
    """
    found = []
    for dag in dagen:
        content = _invitation(inschrijving, dag, organiser(details), method).to_ical()
        found.append(Bijlage("uitnodiging.ics", content, "text/calendar", method))
        local = dag.begin.astimezone(clock.now().tzinfo)
        found.append(Bijlage(f"vorming-{local:%Y-%m-%d}.ics", content, "application/ics"))
    return found


def own_days(inschrijving: Inschrijving, dagen: Iterable[Sessiedag]) -> bytes:
    """Return all days of a participant in one file, to open by hand.

    With the names of the invitations, so that who did both has every day once.
    """
    return _calendar(_own_event(inschrijving, dag) for dag in dagen).to_ical()


def uid_of(inschrijving: Inschrijving, dag: Sessiedag) -> str:
    """Return the name of a day of a participant in calendars, the same for ever."""
    return f"{inschrijving.uid}-{dag.uid}@{_host()}"


def _host():
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def _invitation(inschrijving, dag, inviter, method):
    sessie = inschrijving.sessie
    event = _own_event(inschrijving, dag)
    name, address = inviter
    organiser_address = vCalAddress(f"mailto:{address}")
    organiser_address.params["CN"] = vText(name)
    event["ORGANIZER"] = organiser_address
    attendee = vCalAddress(f"mailto:{inschrijving.e_mail}")
    attendee.params["CN"] = vText(inschrijving.volledige_naam)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("DECLINED" if method == "CANCEL" else "ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)
    if sessie.online_link and method == "REQUEST":
        event.add("url", sessie.online_link)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    return _calendar([event], method)


def _own_event(inschrijving, dag):
    """Return a day of a participant, with what only who has a place reads."""
    sessie = inschrijving.sessie
    uid = uid_of(inschrijving, dag)
    title = sessie.titel_in(get_language())
    return _event(sessie, dag, uid, inschrijving.ical_seq, title, praktisch=sessie.praktisch)


def _event(sessie, dag, uid, sequence, title, *, praktisch=""):
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", clock.now().astimezone(UTC))
    # In UTC: no table of time zones to get wrong, and every program shows local time.
    event.add("dtstart", dag.begin.astimezone(UTC))
    event.add("dtend", dag.einde.astimezone(UTC))
    event.add("summary", title)
    place = dag.locatie or sessie.waar
    if not place and sessie.is_online:
        place = _("Online")
    if place:
        event.add("location", place)
    # Not the link of the participant: people share their calendars.
    event.add("description", "\n".join(line for line in (dag.uitleg, praktisch) if line))
    return event


def _calendar(events, method=""):
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    return calendar


def feed(sessies: Iterable[Sessie], *, name: str) -> bytes:
    """Return the coming days of the offer as a calendar to follow. Needs `dagen` prefetched."""
    events = []
    for sessie in sessies:
        for dag in sessie.dagen.all():
            event = _event(sessie, dag, f"{dag.uid}@{_host()}", 0, str(sessie))
            event.add("url", sessie.vorming.full_url)
            if sessie.staat == SessieStaat.GEANNULEERD:
                event.add("status", "CANCELLED")
            events.append(event)
    calendar = _calendar(events)
    calendar.add("x-wr-calname", name)
    return calendar.to_ical()
