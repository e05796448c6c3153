"""The log of who looked at, or took along, what is known about the people of a session."""

import datetime

from wagtail.log_actions import LogActionRegistry, log
from wagtail.models import ModelLogEntry

from core import clock
from vorming.models import Sessie

AANWEZIGHEID_BEKEKEN = "vorming.aanwezigheid_bekeken"
ATTESTEN_BEKEKEN = "vorming.attesten_bekeken"
TEKENLIJST_GEMAAKT = "vorming.tekenlijst_gemaakt"
NAAMKAARTJES_GEMAAKT = "vorming.naamkaartjes_gemaakt"

# Somebody who reloads a page does not look again.
SAME_LOOK = datetime.timedelta(hours=1)


def register(actions: LogActionRegistry) -> None:
    """Give every action its name."""
    actions.register_action(
        AANWEZIGHEID_BEKEKEN, "Aanwezigheid bekeken", "Bekeek wie er die dag verwacht werd"
    )
    actions.register_action(ATTESTEN_BEKEKEN, "Attesten bekeken", "Bekeek de attesten, met namen")
    actions.register_action(
        TEKENLIJST_GEMAAKT, "Tekenlijst gemaakt", "Maakte een tekenlijst met namen en organisaties"
    )
    actions.register_action(NAAMKAARTJES_GEMAAKT, "Naamkaartjes gemaakt", "Maakte naamkaartjes")


def note(sessie: Sessie, action: str, user) -> None:
    """Write down that somebody took a list along."""
    log(sessie, action, user=user)


def note_look(sessie: Sessie, action: str, user) -> None:
    """Write down that somebody looked, once an hour at most."""
    seen = ModelLogEntry.objects.for_instance(sessie).filter(
        action=action, user=user, timestamp__gt=clock.now() - SAME_LOOK
    )
    if not seen.exists():
        note(sessie, action, user)
