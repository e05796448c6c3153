"""What a visitor ticked off: kept in the address and nowhere else.

`?k=b7qd,k02m` names the points that are done. A name is made from the id that Wagtail gives a point
once and for all and from the page it stands on: it survives another order, another wording and a
translation, and a copied page gets names of its own. What is no name of a point is left out, so an
old or tampered address still opens the page.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict

PARAMETER = "k"
# Without i, l, o and u: nobody reads them for a number, and no word comes of it. The first is a
# letter, so that a name is never taken for the number of a page (trajecten.diagnosis).
FIRST = "abcdefghjkmnpqrstvwxyz"
REST = "0123456789abcdefghjkmnpqrstvwxyz"
SHORT, LONG = 4, 10
NAME = re.compile(rf"[{FIRST}][{REST}]{{{SHORT - 1}}}(?:[{REST}]{{{LONG - SHORT}}})?")
# More than the longest trajectory has; a longer address is somebody's game.
MOST = 400


@dataclass(frozen=True)
class Punt:
    """One point that can be ticked off: its name in the address, and what it asks."""

    naam: str
    actie: str
    uitleg: str = ""


@dataclass(frozen=True)
class RuwPunt:
    """A point as it is stored, before it has a name: its id on its page."""

    sleutel: str
    actie: str
    uitleg: str = ""


@dataclass(frozen=True)
class Telling:
    """How many of how many points are done."""

    klaar: int
    totaal: int

    @property
    def is_af(self) -> bool:
        return 0 < self.totaal == self.klaar

    @property
    def stops(self) -> list[bool]:
        """One stop per point on the drawn line, the done ones first."""
        return [place < self.klaar for place in range(self.totaal)]


def points_in(body) -> list[RuwPunt]:
    """Return the points of a stream of blocks, in order.

    Only the lists of actions are opened: the facts that other blocks point at cost queries.
    """
    found = []
    for place, raw in enumerate(body.raw_data if body else []):
        if raw["type"] == "acties":
            found += [
                # A list that was stored before Wagtail gave points an id.
                RuwPunt(
                    bound.original_id or bound.value["actie"],
                    bound.value["actie"],
                    bound.value["uitleg"],
                )
                for bound in body[place].value["acties"].bound_blocks
            ]
    return found


def names_of(points: Mapping[str, Iterable[RuwPunt]]) -> dict[str, dict[str, Punt]]:
    """Give every point of a trajectory its name: by page key, then by the id of the point.

    Two points that would have the same short name both get a long one.
    """
    hashes = {
        (page, point.sleutel): _letters(f"{page}/{point.sleutel}")
        for page, raw in points.items()
        for point in raw
    }
    taken = Counter(letters[:SHORT] for letters in hashes.values())
    named: dict[str, dict[str, Punt]] = {}
    for page, raw in points.items():
        named[page] = {}
        for point in raw:
            letters = hashes[page, point.sleutel]
            length = SHORT if taken[letters[:SHORT]] == 1 else LONG
            named[page][point.sleutel] = Punt(letters[:length], point.actie, point.uitleg)
    return named


def _letters(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    number, first = divmod(number, len(FIRST))
    letters = [FIRST[first]]
    for _ in range(LONG - 1):
        number, rest = divmod(number, len(REST))
        letters.append(REST[rest])
    return "".join(letters)


def names_in(query: QueryDict) -> list[str]:
    """Return every value of `?k=`, split at its commas; nothing is checked yet."""
    values = ",".join(query.getlist(PARAMETER)).lower()
    return [value.strip() for value in values.split(",", MOST)[:MOST]]


def ticks_in(query: QueryDict) -> list[str]:
    """Return what can be the name of a point, of whichever trajectory, each once."""
    return list(dict.fromkeys(name for name in names_in(query) if NAME.fullmatch(name)))


def as_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Return an address part in its shortest form: a comma stays a comma."""
    return urlencode([(name, value) for name, value in pairs if value], safe=",")


def shortest(request) -> str | None:
    """Return the short form of an address that a form wrote as k=a&k=b; None when it is short.

    The form of the self-test keeps its own, longer address.
    """
    query = request.META.get("QUERY_STRING", "")
    if "test" in request.GET or not (
        len(request.GET.getlist(PARAMETER)) > 1 or re.search(r"\bk=[^&]*%2C", query, re.IGNORECASE)
    ):
        return None
    others = [pair for pair in parse_qsl(query) if pair[0] != PARAMETER]
    ticks = ",".join(ticks_in(request.GET))
    # An empty k says that nothing is ticked any more; the script reads that (vinkjes.js).
    text = "&".join(part for part in (f"{PARAMETER}={ticks}", as_query(others)) if part)
    return f"{request.path}?{text}"


@dataclass(frozen=True)
class Vinkjes:
    """The points of a trajectory as one visitor sees them.

    `punten` are all points by step and id, in the order of the trajectory; `aan` are the names of
    those that are done; `hier` is the key of the page that is shown, if it is a step.
    """

    punten: dict[str, dict[str, Punt]]
    aan: frozenset[str] = frozenset()
    hier: str = ""
    mee: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def read(cls, punten, query: QueryDict, *, hier="", mee=()) -> "Vinkjes":
        """Take from the address what is ticked and exists."""
        known = {point.naam for points in punten.values() for point in points.values()}
        return cls(punten, frozenset(known.intersection(ticks_in(query))), hier, tuple(mee))

    @property
    def is_eigen(self) -> bool:
        """Whether something of this visitor stands in the address."""
        return bool(self.aan or self.mee)

    def _names(self, pages: Iterable[str]) -> list[str]:
        return [p.naam for page in pages for p in self.punten.get(page, {}).values()]

    @property
    def namen(self) -> str:
        """The ticked names in the order of the trajectory: one state has one address."""
        return ",".join(name for name in self._names(self.punten) if name in self.aan)

    @property
    def elders(self) -> str:
        """The ticked names of the other steps, which the form of this one carries along."""
        others = [page for page in self.punten if page != self.hier]
        return ",".join(name for name in self._names(others) if name in self.aan)

    @property
    def meegeven(self) -> str:
        """What an address of this trajectory takes along: "?k=…" or nothing."""
        text = as_query([(PARAMETER, self.namen), *self.mee])
        return f"?{text}" if text else ""

    def is_aan(self, point: Punt) -> bool:
        return point.naam in self.aan

    def punt(self, key: str) -> Punt | None:
        """Return the point of this step that has an id; None for a list that is not of a step."""
        return self.punten.get(self.hier, {}).get(key)

    def telling_van(self, page: str) -> Telling:
        """Count the points of one step."""
        names = self._names([page])
        return Telling(sum(name in self.aan for name in names), len(names))

    @property
    def telling_hier(self) -> Telling:
        return self.telling_van(self.hier)

    @property
    def telling(self) -> Telling:
        """Count the points of the whole trajectory."""
        names = self._names(self.punten)
        return Telling(len(self.aan), len(names))

    @property
    def open_hier(self) -> list[Punt]:
        """The points of this step that are not done yet."""
        return [p for p in self.punten.get(self.hier, {}).values() if not self.is_aan(p)]
