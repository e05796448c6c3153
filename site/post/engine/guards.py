"""What another app has to say about mails to many, just before they leave.

The mail room knows no newsletter. Whoever does, registers a guard for a kind of message: it is
asked about every group that a worker takes, inside the transaction in which it takes them.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import Error

if TYPE_CHECKING:
    from post.engine.queue import Genomen

logger = logging.getLogger(__name__)

FAULT = "De controle vlak voor het vertrek mislukte. Vraag de beheerder om het na te kijken."


@dataclass(frozen=True)
class Oordeel:
    """What a guard says, by number of the delivery. What it does not name, leaves as it is.

    `overslaan` gives the reason for who may not get it any more, `gegevens` other values for the
    tokens. With `pauze` nothing of the message leaves until a person says so. Reasons in Dutch.
    """

    overslaan: Mapping[int, str] = field(default_factory=dict)
    gegevens: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    pauze: str = ""


Guard = Callable[[int, Sequence["Genomen"]], Oordeel]
_guards: dict[str, Guard] = {}


def register(kind: str, guard: Guard) -> None:
    """Have `guard` asked about messages of a kind; the same kind again replaces it."""
    _guards[kind] = guard


def judge(kind: str, message: int, deliveries: Sequence["Genomen"]) -> Oordeel:
    """Return what the guard of a kind says; one that fails stops the message, not the worker."""
    guard = _guards.get(kind)
    if guard is None or not deliveries:
        return Oordeel()
    try:
        return guard(message, deliveries)
    except Error:
        raise
    except Exception:
        logger.exception("De controle van %s mislukte", kind)
        return Oordeel(pauze=FAULT)
