"""The log of who saw and changed subscribers. It outlives addresses, so it never holds one."""

import datetime

from wagtail.log_actions import LogActionRegistry, LogFormatter, log
from wagtail.models import ModelLogEntry

from core import clock
from nieuwsbrief.models import Abonnee

BEKEKEN = "nieuwsbrief.bekeken"
UITGESCHREVEN = "nieuwsbrief.uitgeschreven"
LINK = "nieuwsbrief.link"
LINK_VERNIEUWD = "nieuwsbrief.link_vernieuwd"
GEWIST = "nieuwsbrief.gewist"
GEEXPORTEERD = "nieuwsbrief.geexporteerd"
INGEVOERD = "nieuwsbrief.ingevoerd"

# Somebody who reloads a page does not look again.
SAME_LOOK = datetime.timedelta(hours=1)


def register(actions: LogActionRegistry) -> None:
    """Give every action its name."""
    actions.register_action(BEKEKEN, "Abonnee bekeken", "Bekeek de abonnee, met adres")
    actions.register_action(UITGESCHREVEN, "Abonnee uitgeschreven", "Schreef de abonnee uit")
    actions.register_action(LINK, "Link gestuurd", "Mailde de link naar de keuzes")
    actions.register_action(
        LINK_VERNIEUWD, "Link vernieuwd", "Mailde een nieuwe link; de oude werken niet meer"
    )
    actions.register_action(GEWIST, "Abonnee gewist", "Wiste alles van een adres, op vraag")
    actions.register_action(GEEXPORTEERD)(Geexporteerd)
    actions.register_action(INGEVOERD)(Ingevoerd)


class Geexporteerd(LogFormatter):
    """A file with addresses."""

    label = "Abonnees geëxporteerd"

    def format_message(self, log_entry):
        chosen = log_entry.data.get("filter") or "zonder filter"
        return f"Haalde abonnees op als CSV-bestand ({chosen})"


class Ingevoerd(LogFormatter):
    """A file that was brought in."""

    label = "Lijst ingevoerd"

    def format_message(self, log_entry):
        return f"Schreef {log_entry.data.get('aantal', 0)} mensen in uit een bestand"


def note(abonnee: Abonnee, action: str, user, **data) -> None:
    """Write down what `user` did with a subscriber, by number only."""
    log(abonnee, action, user=user, title=f"abonnee {abonnee.pk}", data=data)


def note_in_general(action: str, user, **data) -> None:
    """Write down what is about no subscriber in particular."""
    log(Abonnee(pk=0), action, user=user, title="abonnees", data=data)


def note_look(abonnee: Abonnee, user) -> None:
    """Write down that `user` saw somebody, once an hour at most."""
    seen = ModelLogEntry.objects.for_instance(abonnee).filter(
        action=BEKEKEN, user=user, timestamp__gt=clock.now() - SAME_LOOK
    )
    if not seen.exists():
        note(abonnee, BEKEKEN, user)
