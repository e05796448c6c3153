"""The log of who saw and who decided what, shown in the site history.

A log entry outlives the address it is about, so it names a delivery by its number only.
"""

import datetime
import uuid
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.log_actions import LogActionRegistry, LogFormatter, log
from wagtail.models import ModelLogEntry

from core import clock
from post.models import Bericht, Levering
from post.states import Prioriteit

BEKEKEN = "post.bekeken"
OPNIEUW = "post.opnieuw"
BESLIST = "post.beslist"
GEPAUZEERD = "post.gepauzeerd"
HERVAT = "post.hervat"
GEANNULEERD = "post.geannuleerd"
GEEXPORTEERD = "post.geexporteerd"
DEUR_OPEN = "post.deur_open"

# Somebody who reloads a page does not look again.
SAME_LOOK = datetime.timedelta(hours=1)


def register(actions: LogActionRegistry) -> None:
    """Give the actions of the mail room their names."""
    actions.register_action(BEKEKEN, "Levering bekeken", "Bekeek de levering, met adres en tekst")
    actions.register_action(OPNIEUW, "Opnieuw versturen", "Zette de mislukte mail opnieuw klaar")
    actions.register_action(BESLIST)(Beslist)
    actions.register_action(GEPAUZEERD, "Bericht gepauzeerd", "Zette het versturen op pauze")
    actions.register_action(HERVAT, "Bericht hervat", "Liet het versturen weer verdergaan")
    actions.register_action(GEANNULEERD, "Bericht geannuleerd", "Stopte het versturen voorgoed")
    actions.register_action(GEEXPORTEERD)(Geexporteerd)
    actions.register_action(
        DEUR_OPEN, "Mail weer laten vertrekken", "Liet de postkamer meteen opnieuw proberen"
    )


class Beslist(LogFormatter):
    """A decision about an uncertain delivery."""

    label = "Beslist over een onzekere levering"

    def format_message(self, log_entry):
        if log_entry.data.get("besluit") == "aangekomen":
            return "Besliste: de mail is aangekomen"
        return "Besliste: de mail wordt opnieuw verstuurd"


class Geexporteerd(LogFormatter):
    """A file with addresses."""

    label = "Leveringen geëxporteerd"

    def format_message(self, log_entry):
        chosen = log_entry.data.get("filter") or "zonder filter"
        return f"Haalde leveringen op als {log_entry.data.get('formaat', '')} ({chosen})"


def title_of(instance: Model) -> str:
    """Return how the log names a delivery or a message: never with an address."""
    if isinstance(instance, Bericht) and instance.prioriteit == Prioriteit.BULK:
        return instance.onderwerp or f"bericht {instance.pk}"
    return f"{instance._meta.verbose_name} {instance.pk}"


def note(instance: Model, action: str, user, **data) -> None:
    """Write down what `user` did with a delivery or a message."""
    log(instance, action, user=user, title=title_of(instance), data=data)


def note_in_general(action: str, user, title: str, **data) -> None:
    """Write down what is about no delivery in particular."""
    log(Levering(pk=0), action, user=user, title=title, data=data)


def note_many(keys: Iterable[int], action: str, user, **data) -> None:
    """Write down one act about many deliveries, an entry for each."""
    together, moment = uuid.uuid4(), clock.now()
    content_type = ContentType.objects.get_for_model(Levering)
    ModelLogEntry.objects.bulk_create(
        [
            ModelLogEntry(
                content_type=content_type,
                object_id=str(key),
                label=f"levering {key}",
                action=action,
                timestamp=moment,
                uuid=together,
                user=user,
                data=data,
            )
            for key in keys
        ]
    )


def note_look(delivery: Levering, user) -> None:
    """Write down that `user` saw the address and the text, once an hour at most."""
    seen = ModelLogEntry.objects.for_instance(delivery).filter(
        action=BEKEKEN, user=user, timestamp__gt=clock.now() - SAME_LOOK
    )
    if not seen.exists():
        note(delivery, BEKEKEN, user)


def entries_of(instance: Model) -> list[ModelLogEntry]:
    """Return what the log says about a delivery or a message, latest first."""
    return list(ModelLogEntry.objects.for_instance(instance).select_related("user")[:100])
