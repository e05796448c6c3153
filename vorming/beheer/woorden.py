"""How the screens call sessions, places and people."""

import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats

from vorming.models import Inschrijving, Sessie
from vorming.staten import Staat

GEWIST = "(gewist)"


def dag_in_woorden(moment: datetime.datetime | None, vorm: str = "j F Y") -> str:
    """Return a day in Brussels, or nothing."""
    if moment is None:
        return ""
    return formats.date_format(moment.astimezone(ZoneInfo(settings.TIME_ZONE)), vorm)


def sessie_in_woorden(sessie: Sessie) -> str:
    """Return course, name and first day: enough to tell two sessions apart."""
    return f"{sessie}, {dag_in_woorden(sessie.begint_op) or 'nog zonder dag'}"


def vrij_in_woorden(sessie: Sessie) -> str:
    """Return how much room there is. Needs SessieQuerySet.met_tellingen."""
    if sessie.wachtend:
        waiting = "1 wacht" if sessie.wachtend == 1 else f"{sessie.wachtend} wachten"
        return f"volzet, {waiting}" if not sessie.vrij else f"{sessie.vrij} vrij, {waiting}"
    if not sessie.vrij:
        return "volzet"
    return f"nog {sessie.vrij} {'plaats' if sessie.vrij == 1 else 'plaatsen'}"


def naam_van(inschrijving: Inschrijving) -> str:
    """Return the name of somebody, also when it was emptied."""
    return inschrijving.volledige_naam or GEWIST


def plaats_in_woorden(inschrijving: Inschrijving, rang: int | None) -> str:
    """Return the place somebody holds, or her place in the queue."""
    if inschrijving.staat == Staat.WACHTLIJST and rang:
        return f"{rang}e in de rij"
    return f"plaats {inschrijving.plaats}" if inschrijving.plaats else ""
