"""What people thought of a session, in pictures and in numbers."""

from dataclasses import dataclass

from vorming.beheer.dag_scherm import DagScherm
from vorming.services.evaluatie import SCHAAL, VANAF, Telling, resultaat

# Units of the picture; the screen makes it as wide as there is room.
BREED = 500


@dataclass(frozen=True)
class Deel:
    """The piece of a bar for one score."""

    score: int
    woorden: str
    aantal: int
    x: float
    breedte: float

    @property
    def midden(self) -> float:
        return self.x + self.breedte / 2


def delen_van(telling: Telling) -> list[Deel]:
    """Return the pieces of the bar of one statement, from not agreed to agreed."""
    found, x = [], 0.0
    for score, words in SCHAAL.items():
        number = telling.per_score[score]
        width = BREED * number / telling.aantal if telling.aantal else 0
        found.append(Deel(score, str(words), number, round(x, 1), round(width, 1)))
        x += width
    return found


class EvaluatieView(DagScherm):
    """The answers of a session, from the third on."""

    template_name = "vorming/beheer/evaluatie.html"
    page_title = "Evaluatie"
    header_icon = "comment"

    def get(self, request, *args, **kwargs):
        found = resultaat(self.sessie)
        return self.show(
            resultaat=found,
            staven=[(telling, delen_van(telling)) for telling in found.tellingen],
            schaal=list(SCHAAL.items()),
            vanaf=VANAF,
            breed=BREED,
        )
