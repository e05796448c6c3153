"""The log of who looked at people. It names an enrolment by its number: it outlives the name."""

import datetime
import uuid
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from wagtail.log_actions import LogActionRegistry, log
from wagtail.models import ModelLogEntry

from core import clock
from vorming.models import Inschrijving

BEKEKEN = "vorming.persoon_bekeken"
NODEN_BEKEKEN = "vorming.noden_bekeken"
IN_BULK = "vorming.in_bulk"

# Somebody who reloads a page does not look again.
ZELFDE_BLIK = datetime.timedelta(hours=1)


def register(actions: LogActionRegistry) -> None:
    """Give every action its name."""
    actions.register_action(
        BEKEKEN, "Inschrijving bekeken", "Bekeek de inschrijving, met naam en adres"
    )
    actions.register_action(
        NODEN_BEKEKEN,
        "Voeding en toegankelijkheid bekeken",
        "Bekeek wat de deelnemer eet en nodig heeft",
    )
    actions.register_action(
        IN_BULK, "Inschrijving in een groep behandeld", "Behandelde de inschrijving in een groep"
    )


def naam_van(inschrijving: Inschrijving) -> str:
    """Return how the log calls an enrolment: never with a name."""
    return f"inschrijving {inschrijving.pk}"


def noteer_blik(inschrijving: Inschrijving, gebruiker, actie: str = BEKEKEN) -> None:
    """Write down that somebody saw a person, once an hour at most."""
    seen = ModelLogEntry.objects.for_instance(inschrijving).filter(
        action=actie, user=gebruiker, timestamp__gt=clock.now() - ZELFDE_BLIK
    )
    if not seen.exists():
        log(inschrijving, actie, user=gebruiker, title=naam_van(inschrijving))


def noteer_groep(pks: Iterable[int], gebruiker, wat: str) -> None:
    """Write down one act about many people, an entry for each."""
    _noteer_velen(pks, gebruiker, IN_BULK, {"wat": wat})


def noteer_noden(pks: Iterable[int], gebruiker) -> None:
    """Write down that somebody saw in one list what these people need, an entry for each.

    Whoever asks who knows of her health or belief, finds it with her enrolment.
    """
    _noteer_velen(pks, gebruiker, NODEN_BEKEKEN, {"wat": "in een lijst"})


def _noteer_velen(pks, gebruiker, actie, data):
    together, moment = uuid.uuid4(), clock.now()
    content_type = ContentType.objects.get_for_model(Inschrijving)
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=content_type,
            object_id=str(pk),
            label=f"inschrijving {pk}",
            action=actie,
            timestamp=moment,
            uuid=together,
            user=gebruiker,
            data=data,
        )
        for pk in pks
    )


def blikken(inschrijving: Inschrijving) -> list[ModelLogEntry]:
    """Return who looked at a person, latest first."""
    rows = ModelLogEntry.objects.for_instance(inschrijving).filter(
        action__in=[BEKEKEN, NODEN_BEKEKEN]
    )
    return list(rows.select_related("user").order_by("-timestamp", "-pk")[:50])
