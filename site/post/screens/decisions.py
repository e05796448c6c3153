"""What a person decides about deliveries, with the log of it, in one transaction."""

from collections.abc import Sequence
from enum import Enum

from django.db import transaction

from post import services
from post.models import Levering
from post.screens import audit
from post.states import Staat


class Besluit(Enum):
    """What becomes of a failed or uncertain delivery."""

    OPNIEUW = "opnieuw"
    AANGEKOMEN = "aangekomen"


@transaction.atomic
def decide(keys: Sequence[int], besluit: Besluit, *, states: Sequence[Staat], user) -> int:
    """Carry out `besluit` for the deliveries that are still in one of `states`; return how many.

    What changed meanwhile, was emptied or belongs to a cancelled message is left alone.
    """
    rows = dict(
        Levering.objects.open_to_decision()
        .filter(pk__in=keys, staat__in=states)
        .order_by("pk")
        .select_for_update()
        .values_list("pk", "staat")
    )
    if not rows:
        return 0
    failed = [pk for pk, state in rows.items() if state == Staat.MISLUKT]
    uncertain = [pk for pk, state in rows.items() if state == Staat.ONZEKER]
    if besluit is Besluit.OPNIEUW:
        number = services.send_again([*failed, *uncertain])
        audit.note_many(failed, audit.OPNIEUW, user)
    else:
        number = services.mark_as_sent(uncertain)
    audit.note_many(uncertain, audit.BESLIST, user, besluit=besluit.value)
    return number
