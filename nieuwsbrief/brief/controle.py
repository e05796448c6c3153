"""What is still wrong with an issue, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class Ernst(StrEnum):
    """Whether an issue may leave like this."""

    BLOKKEERT = "blokkeert"
    WAARSCHUWT = "waarschuwt"


@dataclass(frozen=True)
class Bevinding:
    """One thing that is wrong: what, and what an editor does about it. In Dutch."""

    ernst: Ernst
    uitleg: str
    wat_te_doen: str


def controleer(page: models.Model) -> list[Bevinding]:
    """Return what is wrong with an issue, what stops it first."""
    found = []
    if not page.lijsten.exists():
        found.append(
            Bevinding(
                Ernst.BLOKKEERT,
                "De brief gaat naar geen enkele lijst.",
                "Kies bij ‘naar welke lijsten’ minstens een lijst.",
            )
        )
    return found
