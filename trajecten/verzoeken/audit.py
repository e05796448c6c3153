"""The log of who saw a request and what became of it. It never holds what the request says."""

import datetime

from wagtail.log_actions import LogActionRegistry, LogFormatter, log
from wagtail.models import ModelLogEntry

from core import clock

ONTVANGEN = "verzoek.ontvangen"
BEKEKEN = "verzoek.bekeken"
BEHANDELD = "verzoek.behandeld"
VERKEND = "verzoek.verkend"
INGEPLAND = "verzoek.ingepland"
AFGEROND = "verzoek.afgerond"
NIET_DOORGEGAAN = "verzoek.niet_doorgegaan"
HEROPEND = "verzoek.heropend"
VRAAG_GEMAAKT = "verzoek.vraag_gemaakt"
GEANONIMISEERD = "verzoek.geanonimiseerd"

# Somebody who reloads a page does not look again.
SAME_LOOK = datetime.timedelta(hours=1)


def register(actions: LogActionRegistry) -> None:
    """Give every action its name."""
    actions.register_action(ONTVANGEN, "Verzoek ontvangen", "Het verzoek kwam binnen via de site")
    actions.register_action(BEKEKEN, "Verzoek bekeken", "Bekeek het verzoek, met naam en vraag")
    actions.register_action(BEHANDELD)(Behandeld)
    actions.register_action(VERKEND, "Verzoek verkend", "Nam contact op en verkende de vraag")
    actions.register_action(INGEPLAND, "Gesprek ingepland", "Plande een gesprek in")
    actions.register_action(AFGEROND, "Verzoek afgerond", "Rondde het verzoek af")
    actions.register_action(
        NIET_DOORGEGAAN, "Verzoek niet doorgegaan", "Sloot het verzoek af: het gaat niet door"
    )
    actions.register_action(HEROPEND, "Verzoek heropend", "Opende het verzoek opnieuw")
    actions.register_action(
        VRAAG_GEMAAKT, "Vraag gemaakt van een verzoek", "Maakte er een vraagpagina van"
    )
    actions.register_action(
        GEANONIMISEERD, "Verzoek geanonimiseerd", "Alles wat zegt wie het vroeg, werd gewist"
    )


class Behandeld(LogFormatter):
    """Person in charge, next day or notes changed."""

    label = "Verzoek bijgewerkt"

    def format_message(self, log_entry):
        fields = log_entry.data.get("velden") or []
        return f"Paste aan: {', '.join(fields)}" if fields else "Paste niets aan"


def note(verzoek, action: str, user=None, **data) -> None:
    """Write down what happened to a request."""
    log(verzoek, action, user=user, data=data)


def note_look(verzoek, user) -> None:
    """Write down that `user` saw a request, once an hour at most."""
    seen = ModelLogEntry.objects.for_instance(verzoek).filter(
        action=BEKEKEN, user=user, timestamp__gt=clock.now() - SAME_LOOK
    )
    if not seen.exists():
        note(verzoek, BEKEKEN, user)


def times(verzoek, action: str) -> int:
    """Return how many times something was done to a request."""
    return ModelLogEntry.objects.for_instance(verzoek).filter(action=action).count()
