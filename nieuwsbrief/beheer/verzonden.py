"""All issues with where they are, and the last ones beside each other as a drawing and a table."""

from dataclasses import dataclass

from django.db.models import Q

from nieuwsbrief.beheer.rechten import AlleenMet, mag_verzenden
from nieuwsbrief.beheer.verzend_basis import staat_in_woorden, staat_kleur
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
    """An issue with its sending, if there is one."""

    brief: NieuwsbriefPage
    verzending: Verzending | None
    voortgang: Voortgang | None

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
        return self.voortgang.verzonden if self.voortgang else 0

    @property
    def is_verzonden(self) -> bool:
        return self.staat in VERZENDING_KLAAR

    @property
    def niemand_kreeg(self) -> bool:
        """Whether it ended with every mail refused."""
        return self.is_verzonden and self.voortgang is not None and self.voortgang.alles_geweigerd


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
    verzendingen: dict[int, Verzending] = {}
    gevonden = Verzending.objects.filter(pagina_nr__in=[een.pk for een in brieven])
    # The one that counts comes last, so that it stays.
    for een in sorted(
        gevonden.select_related("bericht"),
        key=lambda een: (een.staat not in VERZENDING_VOORBIJ, een.pk),
    ):
        verzendingen[een.pagina_nr] = een
    berichten = [een.bericht for een in verzendingen.values() if een.bericht]
    voortgang = {een.bericht.pk: een for een in progress_of(berichten)}
    found = []
    for brief in brieven:
        verzending = verzendingen.get(brief.pk)
        bericht = verzending.bericht_id if verzending else None
        found.append(Rij(brief, verzending, voortgang.get(bericht)))
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
