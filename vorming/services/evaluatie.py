"""Asking what people thought, and counting it, without knowing who said what."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.scrub import without_contact_details
from vorming.models import Evaluatie, Evaluatiesleutel, Sessie, VormingPage

# Fewer answers than this say who gave them.
VANAF = 3
STELLINGEN = {
    "nuttig": _("Wat ik leerde, kan ik gebruiken in mijn werk."),
    "duidelijk": _("De uitleg was duidelijk."),
    "uitwisseling": _("Er was genoeg tijd om vragen te stellen en met anderen te praten."),
    "praktisch": _("Alles was goed geregeld, van de inschrijving tot de dag zelf."),
    "aanraden": _("Ik zou deze vorming aanraden aan een collega."),
}
SCHAAL = {
    1: _("Helemaal niet akkoord"),
    2: _("Niet akkoord"),
    3: _("Tussen de twee"),
    4: _("Akkoord"),
    5: _("Helemaal akkoord"),
}


class SleutelGebruikt(Exception):
    """Somebody answered with this token already."""


class SleutelOngeldig(Exception):
    """Not a token of ours, or one whose time is up."""


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()


def nieuwe_sleutel(sessie: Sessie) -> str:
    """Return a token for one answer about a session. Nothing that is kept leads back to it."""
    token = secrets.token_urlsafe(16)
    Evaluatiesleutel.objects.create(hash=_hash(token), sessie=sessie)
    return token


def read(token: str) -> Evaluatiesleutel:
    """Return a token that was not spent. Raises SleutelGebruikt and SleutelOngeldig."""
    found = (
        Evaluatiesleutel.objects.select_related("sessie__vorming__locale")
        .filter(hash=_hash(token))
        .first()
    )
    if found is None:
        raise SleutelOngeldig
    if found.gebruikt:
        raise SleutelGebruikt(found.sessie)
    return found


@transaction.atomic
def answer(
    token: str,
    *,
    scores: Mapping[str, int],
    antwoorden: Sequence[tuple[str, str]],
    opmerking: str,
) -> None:
    """Keep one answer and spend its token. Raises SleutelGebruikt when it was sent twice at once.

    Addresses and numbers go out of what people wrote.
    """
    key = read(token)
    # One statement decides who was first.
    mine = Evaluatiesleutel.objects.filter(pk=key.pk, gebruikt=False).update(gebruikt=True)
    if not mine:
        raise SleutelGebruikt(key.sessie)
    Evaluatie.objects.create(
        sessie=key.sessie,
        scores={
            code: score for code, score in scores.items() if code in STELLINGEN and score in SCHAAL
        },
        antwoorden=[
            {"vraag": question, "waarde": without_contact_details(text)}
            for question, text in antwoorden
            if text
        ],
        opmerking=without_contact_details(opmerking),
    )


def eigen_vragen(page: VormingPage) -> list[str]:
    """Return the questions that the editors of a course added, each once."""
    lines = (line.strip() for line in page.evaluatievragen.splitlines())
    return list(dict.fromkeys(line for line in lines if line))


@dataclass(frozen=True)
class Telling:
    """How often each score was given to one statement."""

    stelling: str
    per_score: Mapping[int, int]

    @property
    def aantal(self) -> int:
        return sum(self.per_score.values())

    @property
    def gemiddelde(self) -> float | None:
        """The mean from 1 to 5; None when nobody answered."""
        if not self.aantal:
            return None
        return sum(score * number for score, number in self.per_score.items()) / self.aantal


@dataclass(frozen=True)
class Resultaat:
    """What a session was thought of. Below `VANAF` answers there is only their number."""

    aantal: int
    gevraagd: int
    tellingen: Sequence[Telling] = ()
    eigen: Sequence[tuple[str, Sequence[str]]] = ()
    opmerkingen: Sequence[str] = ()

    @property
    def is_te_zien(self) -> bool:
        return self.aantal >= VANAF


def resultaat(sessie: Sessie) -> Resultaat:
    """Return what people said about a session, when enough of them did."""
    rows = list(Evaluatie.objects.filter(sessie=sessie))
    asked = Evaluatiesleutel.objects.filter(sessie=sessie).count()
    if len(rows) < VANAF:
        return Resultaat(aantal=len(rows), gevraagd=asked)
    counts = [
        Telling(
            str(words),
            {score: Counter(row.scores.get(code) for row in rows)[score] for score in SCHAAL},
        )
        for code, words in STELLINGEN.items()
    ]
    own: dict[str, list[str]] = {}
    for row in rows:
        for one in row.antwoorden:
            own.setdefault(one["vraag"], []).append(one["waarde"])
    # By the letter: the order of one answer says nothing about the order of another.
    return Resultaat(
        aantal=len(rows),
        gevraagd=asked,
        tellingen=counts,
        eigen=[(question, sorted(texts)) for question, texts in own.items()],
        opmerkingen=sorted(row.opmerking for row in rows if row.opmerking),
    )
