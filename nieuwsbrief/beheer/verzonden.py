"""All issues with where they are, and the last ones beside each other as a drawing and a table."""

from dataclasses import dataclass

from django.db.models import Q

from nieuwsbrief.beheer.rechten import AlleenMet, mag_verzenden
from nieuwsbrief.beheer.verzend_basis import ging_mis, staat_in_woorden, staat_kleur
from nieuwsbrief.models import NieuwsbriefPage, Verzending
from nieuwsbrief.services.volgen import werkelijke_staat
from nieuwsbrief.staten import VERZENDING_KLAAR, VERZENDING_VOORBIJ
from post.progress import Voortgang, progress_of
from post.screens.base import AdminScreen
from post.words import number_in_words

GETOOND = 30
GETEKEND = 8
# The drawing, in units of its own; its lines and colours are in css/post-beheer.css.
HOOGTE, KOLOM, BALK, ONDER, BOVEN = 140, 80, 44, 34, 22


@dataclass(frozen=True)
class Rij:
    """An issue with its sending that counts, if there is one, and those that were stopped before.

    Of one that was stopped, some mails had left. The next sending skips those readers, so that
    only all together say who has the issue. What failed earlier was offered again by the next.
    """

    brief: NieuwsbriefPage
    verzending: Verzending | None
    voortgang: Voortgang | None
    vroeger: tuple[tuple[Verzending, Voortgang], ...] = ()

    @property
    def staat(self) -> str:
        return werkelijke_staat(self.verzending, self.voortgang) if self.verzending else ""

    @property
    def staat_in_woorden(self) -> str:
        return staat_in_woorden(self.staat, self.verzending, self.voortgang)

    @property
    def staat_kleur(self) -> str:
        return staat_kleur(self.staat, self.voortgang)

    @property
    def verzonden(self) -> int:
        return sum(een.verzonden for een in self._voortgangen)

    @property
    def mislukt(self) -> int:
        return self.voortgang.mislukt if self.voortgang else 0

    @property
    def onzeker(self) -> int:
        return sum(een.onzeker for een in self._voortgangen)

    @property
    def teruggestuurd(self) -> int:
        return sum(een.teruggestuurd for een in self._verzendingen)

    @property
    def uitgeschreven(self) -> int:
        return sum(een.uitgeschreven for een in self._verzendingen)

    @property
    def is_begonnen(self) -> bool:
        """Whether any of its sendings was started, so that there are numbers."""
        return any(een.gestart_op for een in self._verzendingen)

    @property
    def _voortgangen(self):
        return [
            *([self.voortgang] if self.voortgang else []),
            *(voortgang for _een, voortgang in self.vroeger),
        ]

    @property
    def _verzendingen(self):
        return [
            *([self.verzending] if self.verzending else []),
            *(een for een, _voortgang in self.vroeger),
        ]

    @property
    def is_verzonden(self) -> bool:
        return self.staat in VERZENDING_KLAAR

    @property
    def niemand_kreeg(self) -> bool:
        """Whether it ended with every mail refused."""
        return ging_mis(self.staat, self.voortgang)


@dataclass(frozen=True)
class Kolom:
    """One issue in the drawing: where its bar stands, and what is written at it."""

    x: int
    y: int
    hoogte: int
    midden: int
    naam: str
    getal: str


def rijen(welke: Q | None = None) -> list[Rij]:
    """Return the latest issues, or the latest of `welke`, in a fixed number of queries."""
    brieven = list(
        NieuwsbriefPage.objects.filter(welke or Q(), alias_of=None)
        .defer("body")
        .order_by("-eerste_maand", "-nummer", "-pk")[:GETOOND]
    )
    per_brief: dict[int, list[Verzending]] = {}
    gevonden = Verzending.objects.filter(pagina_nr__in=[een.pk for een in brieven])
    # The one that counts comes last.
    for een in sorted(
        gevonden.select_related("bericht"),
        key=lambda een: (een.staat not in VERZENDING_VOORBIJ, een.pk),
    ):
        per_brief.setdefault(een.pagina_nr, []).append(een)
    berichten = [een.bericht for rij in per_brief.values() for een in rij if een.bericht]
    voortgang = {een.bericht.pk: een for een in progress_of(berichten)}
    found = []
    for brief in brieven:
        *vroeger, verzending = per_brief.get(brief.pk) or [None]
        found.append(
            Rij(
                brief,
                verzending,
                voortgang.get(verzending.bericht_id) if verzending else None,
                tuple(
                    (een, voortgang[een.bericht_id])
                    for een in vroeger
                    if een and een.bericht_id in voortgang
                ),
            )
        )
    return found


def tekening(verzonden: list[Rij]) -> dict | None:
    """Return the drawing of how many got the last issues, oldest first; None for fewer than two."""
    getekend = verzonden[:GETEKEND][::-1]
    if len(getekend) < 2:
        return None
    meeste = max(1, *(rij.verzonden for rij in getekend))
    kolommen = []
    for plaats, rij in enumerate(getekend):
        hoogte = round(rij.verzonden / meeste * HOOGTE)
        x = plaats * KOLOM + (KOLOM - BALK) // 2
        kolommen.append(
            Kolom(
                x,
                BOVEN + HOOGTE - hoogte,
                hoogte,
                plaats * KOLOM + KOLOM // 2,
                f"nr. {rij.brief.nummer}" if rij.brief.nummer else rij.brief.title[:10],
                number_in_words(rij.verzonden),
            )
        )
    return {
        "kolommen": kolommen,
        "breedte": len(getekend) * KOLOM,
        "hoogte": BOVEN + HOOGTE + ONDER,
        "lijn": BOVEN + HOOGTE,
        "naam_y": BOVEN + HOOGTE + 22,
    }


class VerzondenView(AlleenMet, AdminScreen):
    """The issues."""

    mag = staticmethod(mag_verzenden)
    template_name = "nieuwsbrief/beheer/verzonden.html"
    page_title = "Verzenden"

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs):
        gevonden = rijen()
        verzonden = [rij for rij in gevonden if rij.is_verzonden]
        return super().get_context_data(
            rijen=gevonden,
            verzonden=verzonden,
            tekening=tekening(verzonden),
            getoond=GETOOND,
            **kwargs,
        )
