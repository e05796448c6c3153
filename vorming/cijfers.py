"""The figures of a year: what was given, who came, from where.

They count rows that stay when people are forgotten (state, organisation, municipality, presence),
so that the figures of a year are the same before and after.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractYear

from core import clock, gemeenten
from vorming.models import Inschrijving, Sessie
from vorming.models.aanwezigheid import Aanwezig
from vorming.staten import SessieStaat, SoortOrganisatie, Staat

MAANDEN = 12
GEEN_LETTER = re.compile(r"[^a-z0-9]+")
NIET_INGEVULD = "niet ingevuld"


def gevouwen(naam: str) -> str:
    """Return what two spellings of one name have in common: no capitals, accents or hyphens."""
    plain = unicodedata.normalize("NFKD", naam.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return GEEN_LETTER.sub(" ", letters).strip()


@dataclass
class Namen:
    """Numbers per name; spellings of one name count together, under the most used of them."""

    _aantal: Counter = field(default_factory=Counter)
    _spelling: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))

    def tel(self, naam: str, aantal: int) -> None:
        key = gevouwen(naam)
        self._aantal[key] += aantal
        self._spelling[key][naam.strip()] += aantal

    @property
    def aantal(self) -> int:
        """How many different names there are; what was left open is none."""
        return sum(1 for key in self._aantal if key)

    def van(self, naam: str) -> int:
        """Return the number of a name, in whatever spelling."""
        return self._aantal[gevouwen("" if naam == NIET_INGEVULD else naam)]

    def meeste(self) -> list[tuple[str, int]]:
        """Return name and number, the highest first; what was left open comes last."""
        rows = sorted(self._aantal.items(), key=lambda row: (not row[0], -row[1], row[0]))
        return [(self._naam(key), number) for key, number in rows]

    def _naam(self, key):
        if not key:
            return NIET_INGEVULD
        spellings = self._spelling[key]
        return min(spellings, key=lambda one: (-spellings[one], one))


@dataclass(frozen=True)
class SessieCijfers:
    """One session: how many places, who took them."""

    sessie: Sessie
    deelnames: int
    niet_gekomen: int
    zonder_plaats: int

    @property
    def bezetting(self) -> int | None:
        """How much of the places was taken, in percent."""
        return procent(self.deelnames, self.sessie.capaciteit)


@dataclass
class Groep:
    """Sessions of one course together."""

    naam: str
    sessies: int = 0
    plaatsen: int = 0
    deelnames: int = 0
    niet_gekomen: int = 0
    zonder_plaats: int = 0

    @property
    def bezetting(self) -> int | None:
        return procent(self.deelnames, self.plaatsen)


def procent(deel: int, geheel: int) -> int | None:
    """Return a part in percent, rounded; None of nothing."""
    return round(100 * deel / geheel) if geheel else None


class Jaarcijfers:
    """The figures of the sessions that begin in one year, with Brussels' clock.

    A participation is a confirmed place in a session that went on. Drafts do not count.
    """

    def __init__(self, jaar: int):
        self.jaar = jaar

    @cached_property
    def _alle(self) -> list[Sessie]:
        found = Sessie.objects.zichtbaar().filter(begint_op__year=self.jaar)
        return list(found.select_related("vorming").order_by("begint_op", "pk"))

    @property
    def _doorgegaan(self) -> list[Sessie]:
        return [one for one in self._alle if one.staat != SessieStaat.GEANNULEERD]

    @cached_property
    def _rijen(self) -> QuerySet:
        return Inschrijving.objects.filter(
            sessie__begint_op__year=self.jaar,
            sessie__staat__in=[SessieStaat.OPEN, SessieStaat.GESLOTEN],
        ).order_by()

    @cached_property
    def _per_sessie(self) -> dict[int, dict[str, int]]:
        """Per session: participations, cancelled, replaced, waited, and who waited in vain."""
        # Who was merged or moved counts as the enrolment in which she goes on.
        ended_here = Q(verder="")
        waited = ended_here & Q(volgnummer__isnull=False)
        rows = self._rijen.values("sessie").annotate(
            deelnames=Count("pk", filter=Q(staat=Staat.BEVESTIGD)),
            geannuleerd=Count("pk", filter=ended_here & Q(staat=Staat.GEANNULEERD)),
            vervangen=Count("pk", filter=Q(staat=Staat.VERVANGEN)),
            gewacht=Count("pk", filter=waited),
            zonder_plaats=Count("pk", filter=waited & Q(bevestigd_op=None)),
        )
        return {row.pop("sessie"): row for row in rows}

    @cached_property
    def _aanwezig(self) -> dict[int, Counter]:
        """Per session, of whom somebody recorded something: came, excused, or did not come."""
        rows = (
            self._rijen.filter(staat=Staat.BEVESTIGD)
            .annotate(
                wel=Count("aanwezigheden", filter=Q(aanwezigheden__stand=Aanwezig.AANWEZIG)),
                niet=Count("aanwezigheden", filter=Q(aanwezigheden__stand=Aanwezig.AFWEZIG)),
                excuus=Count("aanwezigheden", filter=Q(aanwezigheden__stand=Aanwezig.EXCUUS)),
            )
            .filter(Q(wel__gt=0) | Q(niet__gt=0) | Q(excuus__gt=0))
            .values_list("sessie", "wel", "niet")
        )
        found: dict[int, Counter] = defaultdict(Counter)
        for sessie, came, missed in rows.iterator():
            found[sessie]["gekomen" if came else "niet" if missed else "verontschuldigd"] += 1
        return found

    def _som(self, naam: str) -> int:
        return sum(row[naam] for row in self._per_sessie.values())

    def _som_aanwezig(self, naam: str) -> int:
        return sum(counted[naam] for counted in self._aanwezig.values())

    # --- One number each -------------------------------------------------------------

    @property
    def vormingen(self) -> int:
        return len({one.vorming.translation_key for one in self._doorgegaan})

    @property
    def sessies(self) -> int:
        return len(self._doorgegaan)

    @property
    def sessies_geannuleerd(self) -> int:
        return len(self._alle) - len(self._doorgegaan)

    @property
    def plaatsen(self) -> int:
        return sum(one.capaciteit for one in self._doorgegaan)

    @property
    def deelnames(self) -> int:
        return self._som("deelnames")

    @property
    def bezetting(self) -> int | None:
        return procent(self.deelnames, self.plaatsen)

    @property
    def organisaties(self) -> int:
        return self._herkomst["organisatie"].aantal

    @property
    def gemeenten(self) -> int:
        return self._herkomst["gemeente"].aantal

    @property
    def aangeduid(self) -> int:
        """Of how many participations somebody recorded who was there."""
        return sum(sum(counted.values()) for counted in self._aanwezig.values())

    @property
    def niet_gekomen(self) -> int:
        """Who was there no day at all, without excuse."""
        return self._som_aanwezig("niet")

    @property
    def verontschuldigd(self) -> int:
        return self._som_aanwezig("verontschuldigd")

    @property
    def gewacht(self) -> int:
        """Who was ever on a waiting list."""
        return self._som("gewacht")

    @property
    def zonder_plaats(self) -> int:
        """Who was on a waiting list and never got a place."""
        return self._som("zonder_plaats")

    @property
    def geannuleerd(self) -> int:
        return self._som("geannuleerd")

    @property
    def vervangen(self) -> int:
        return self._som("vervangen")

    # --- Lists -----------------------------------------------------------------------

    @cached_property
    def per_sessie(self) -> list[SessieCijfers]:
        """Every session that went on, in the order of the year."""
        return [
            SessieCijfers(
                one,
                self._per_sessie.get(one.pk, {}).get("deelnames", 0),
                self._aanwezig[one.pk]["niet"] if one.pk in self._aanwezig else 0,
                self._per_sessie.get(one.pk, {}).get("zonder_plaats", 0),
            )
            for one in self._doorgegaan
        ]

    @cached_property
    def per_vorming(self) -> list[Groep]:
        """Every course, whatever the language of its page, by name."""
        found: dict = {}
        for row in self.per_sessie:
            page = row.sessie.vorming
            group = found.setdefault(page.translation_key, Groep(page.title))
            group.sessies += 1
            group.plaatsen += row.sessie.capaciteit
            group.deelnames += row.deelnames
            group.niet_gekomen += row.niet_gekomen
            group.zonder_plaats += row.zonder_plaats
        return sorted(found.values(), key=lambda group: group.naam.casefold())

    @cached_property
    def per_maand(self) -> list[int]:
        """Participations in the sessions that begin in each month, from January."""
        found = [0] * MAANDEN
        for row in self.per_sessie:
            local = row.sessie.begint_op.astimezone(clock.now().tzinfo)
            found[local.month - 1] += row.deelnames
        return found

    @cached_property
    def _herkomst(self) -> dict[str, Namen]:
        found = {
            "gemeente": Namen(),
            "organisatie": Namen(),
            "soort": Namen(),
        }
        gids = gemeenten.gids()
        rows = self._rijen.filter(staat=Staat.BEVESTIGD).values_list(
            "aanvraag__gemeente", "aanvraag__organisatie", "aanvraag__soort_organisatie"
        )
        for gemeente, organisatie, soort, number in rows.annotate(aantal=Count("pk")).iterator():
            found["gemeente"].tel(gids.van_vandaag(gemeente), number)
            found["organisatie"].tel(organisatie, number)
            found["soort"].tel(str(SoortOrganisatie(soort).label) if soort else "", number)
        return found

    @property
    def per_gemeente(self) -> Namen:
        return self._herkomst["gemeente"]

    @property
    def per_soort(self) -> Namen:
        return self._herkomst["soort"]

    @property
    def per_organisatie(self) -> Namen:
        return self._herkomst["organisatie"]


def jaren() -> list[int]:
    """Return the years in which a session begins, the latest first."""
    rows: Iterable[int] = (
        Sessie.objects.zichtbaar()
        .filter(begint_op__isnull=False)
        .order_by()
        .annotate(jaar=ExtractYear("begint_op"))
        .values_list("jaar", flat=True)
        .distinct()
    )
    return sorted(rows, reverse=True)
