"""The log of who saw who waits for a session, and who mailed its participants."""

import datetime

from wagtail.log_actions import LogActionRegistry, log
from wagtail.models import ModelLogEntry

from core import clock
from vorming.models import Sessie

WACHTRIJ_BEKEKEN = "vorming.wachtrij_bekeken"
GEMAILD = "vorming.gemaild"
# Somebody who reloads a page does not look again.
ZELFDE_BLIK = datetime.timedelta(hours=1)


def register(actions: LogActionRegistry) -> None:
    """Give the actions their names."""
    actions.register_action(
        WACHTRIJ_BEKEKEN, "Wachtlijst bekeken", "Bekeek wie de volgende op de wachtlijst is"
    )
    actions.register_action(GEMAILD, "Deelnemers gemaild", "Mailde de deelnemers van de sessie")


def noteer_blik(sessie: Sessie, gebruiker) -> None:
    """Write down that somebody saw who waits, once an hour at most."""
    seen = ModelLogEntry.objects.for_instance(sessie).filter(
        action=WACHTRIJ_BEKEKEN, user=gebruiker, timestamp__gt=clock.now() - ZELFDE_BLIK
    )
    if not seen.exists():
        log(sessie, WACHTRIJ_BEKEKEN, user=gebruiker)


def noteer_mail(sessie: Sessie, gebruiker, aantal: int) -> None:
    """Write down that somebody mailed participants."""
    log(sessie, GEMAILD, user=gebruiker, data={"aantal": aantal})
