"""The work of every night: forgetting, and looking whether everything is right."""

import logging

from core import clock
from vorming.models import VormingInstellingen
from vorming.services.audit import audit
from vorming.services.privacy import retain

logger = logging.getLogger(__name__)
# In the small hours, when nobody waits for a page.
UUR = 3


class AuditFout(Exception):
    """The audit found something; `tick` reports it."""


def run() -> None:
    """Forget who may be forgotten and check the rest, once a night.

    Raises AuditFout, so that `tick` fails and whoever watches over it hears of it.
    """
    now = clock.now()
    mine = VormingInstellingen.objects.filter(pk=VormingInstellingen.load().pk).exclude(
        laatste_nacht=now.date()
    )
    if now.hour < UUR or not mine.update(laatste_nacht=now.date()):
        return
    done = {name: number for name, number in retain().items() if number}
    if done:
        logger.info("Bewaartermijnen van vorming uitgevoerd: %s", done)
    faults = audit()
    if faults:
        raise AuditFout("; ".join(faults))
