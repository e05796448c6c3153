"""Certificates: who gets one, issuing, replacing and revoking them."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from django.db.models import QuerySet

from core import clock
from post import addresses
from vorming.models import (
    Aanwezig,
    Aanwezigheid,
    Attest,
    AttestStaat,
    Inschrijving,
    Sessie,
    zonder_accenten,
)
from vorming.models import Sessiedag as Dag
from vorming.services import berichten
from vorming.services.aanwezigheid import op_de_lijst, op_naam
from vorming.services.basis import Door, NietMogelijk, noteer
from vorming.services.dagen import Dag as NieuweDag
from vorming.services.wachtlijst import sessie_van
from vorming.services.werk import wordt_nog_bedankt
from vorming.slot import met_sessie

KWARTIER = Decimal("0.25")
APOSTROFS = dict.fromkeys(map(ord, "'’‘ʼ`´"))


def uren_van(dagen: Iterable[Dag | NieuweDag]) -> Decimal:
    """Return how long days last together, in hours."""
    seconds = sum((dag.einde - dag.begin).total_seconds() for dag in dagen)
    return Decimal(seconds) / 3600


@dataclass
class Kandidaat:
    """Somebody with a place, what she attended, and the certificate that she has."""

    inschrijving: Inschrijving
    sessie: Sessie
    alle_dagen: Sequence[Dag]
    erbij: list[Dag] = field(default_factory=list)
    niet_ingevuld: int = 0
    attest: Attest | None = None

    @property
    def haalt_regel(self) -> bool:
        """Whether she was there often enough for the rule of the session."""
        return bool(self.erbij) and len(self.erbij) >= nodig(self.sessie, len(self.alle_dagen))

    @cached_property
    def uren(self) -> Decimal:
        """The hours for her certificate, to a quarter: her share of those of the session."""
        own = uren_van(self.erbij)
        whole = uren_van(self.alle_dagen)
        if self.sessie.attest_uren is not None and whole:
            own = self.sessie.attest_uren * own / whole
        quarters = (own / KWARTIER).quantize(Decimal(1), ROUND_HALF_UP)
        return max(Decimal(1), quarters) * KWARTIER

    @property
    def is_anders(self) -> bool:
        """Whether her certificate says something else than we know now."""
        return self.attest is not None and (
            self.attest.naam != self.inschrijving.volledige_naam
            or self.attest.dagen != _begins(self.erbij)
            or self.attest.uren != self.uren
        )


def nodig(sessie: Sessie, aantal_dagen: int) -> int:
    """Return on how many days somebody must have been present."""
    return min(sessie.attest_dagen or aantal_dagen, aantal_dagen)


def regel_van(eerder: Sessie, dagen: Sequence[NieuweDag]) -> dict[str, object]:
    """Return what of the rule of an earlier session also holds for a new one with these days.

    So many of three days says nothing about five, and hours that somebody counted for a longer day
    would stand on certificates as a mistake: the rule then starts as that of any session.
    """
    rule: dict[str, object] = {}
    before = list(eerder.dagen.all())
    if len(dagen) == len(before):
        rule["attest_dagen"] = eerder.attest_dagen
        if uren_van(dagen) == uren_van(before):
            rule["attest_uren"] = eerder.attest_uren
    return rule


def _begins(dagen):
    return [dag.begin.astimezone(clock.now().tzinfo).isoformat() for dag in dagen]


def kandidaten(sessie: Sessie, rows: QuerySet[Inschrijving] | None = None) -> list[Kandidaat]:
    """Return everybody with a place or a recorded presence, by name. Few queries for any number."""
    days = list(sessie.dagen.order_by("begin"))
    if rows is None:
        rows = op_de_lijst(sessie, days)
    people = {one.pk: one for one in rows.select_related("aanvraag")}
    found = {pk: Kandidaat(one, sessie, days) for pk, one in people.items()}
    stands = {
        (row.inschrijving_id, row.dag_id): row.stand
        for row in Aanwezigheid.objects.filter(inschrijving__in=people)
    }
    for pk, one in found.items():
        one.erbij = [dag for dag in days if stands.get((pk, dag.pk)) == Aanwezig.AANWEZIG]
        one.niet_ingevuld = sum((pk, dag.pk) not in stands for dag in days)
    for attest in Attest.objects.filter(inschrijving__in=people, staat=AttestStaat.GELDIG):
        found[attest.inschrijving_id].attest = attest
    return sorted(found.values(), key=lambda one: op_naam(one.inschrijving))


def issue(sessie: int, *, inschrijving: int | None = None, door: Door) -> list[Attest]:
    """Give a certificate to everybody, or to one, who meets the rule and has none; return them.

    Twice is once. Raises NietMogelijk before the end of the session, and for one person who was
    not there often enough.
    """
    with met_sessie(sessie) as locked:
        if not locked.is_voorbij:
            raise NietMogelijk("Attesten maken kan zodra de laatste dag voorbij is.")
        rows = None
        if inschrijving is not None:
            rows = Inschrijving.objects.filter(
                pk=inschrijving, sessie=locked, geanonimiseerd_op=None
            )
        found = kandidaten(locked, rows)
        if inschrijving is not None and not any(one.haalt_regel for one in found):
            raise NietMogelijk("Deze persoon was er niet vaak genoeg voor een attest.")
        return [_make(one, door=door) for one in found if one.haalt_regel and one.attest is None]


def _make(one: Kandidaat, *, vervangt: Attest | None = None, door: Door) -> Attest:
    person = one.inschrijving
    person.sessie = one.sessie
    attest = Attest(
        inschrijving=person,
        vervangt=vervangt,
        naam=person.volledige_naam,
        vorming=_title(one.sessie, person.aanvraag.taal),
        dagen=_begins(one.erbij),
        uren=one.uren,
        taal=person.aanvraag.taal,
        adres_hash=addresses.fingerprint(person.e_mail),
        door=door.gebruiker,
    )
    attest.hash = attest.bereken_hash()
    attest.save(force_insert=True)
    noteer(one.sessie, "attest gemaakt", door=door, inschrijving=person, uitleg=attest.nummer)
    # The thanks that are still to leave tell of it. Who came in without an address gets it by hand.
    if person.e_mail and not wordt_nog_bedankt(person):
        berichten.attest(person, attest)
    return attest


def _title(sessie, language):
    """Return what a course is called in the language of who followed it."""
    return sessie.vorming.in_taal(language).title


def reissue(attest: int, *, door: Door) -> Attest:
    """Replace a certificate by one with what we know now; the old number says so for ever.

    Raises NietMogelijk when nothing is different, or when she no longer meets the rule.
    """
    old = Attest.objects.get(pk=attest)
    with met_sessie(sessie_van(old.inschrijving_id)) as locked:
        rows = Inschrijving.objects.filter(pk=old.inschrijving_id, geanonimiseerd_op=None)
        found = [one for one in kandidaten(locked, rows) if one.attest == old]
        if not found:
            raise NietMogelijk("Dit attest is niet meer geldig. Er is niets gebeurd.")
        one = found[0]
        if not one.is_anders:
            raise NietMogelijk("Op het attest staat al wat we weten. Er is niets gebeurd.")
        if not one.haalt_regel:
            raise NietMogelijk(
                "Deze persoon was er niet vaak genoeg. Trek het attest in als dat klopt."
            )
        _end(one.attest, AttestStaat.VERVANGEN, "")
        return _make(one, vervangt=one.attest, door=door)


def revoke(attest: int, *, reden: str, door: Door) -> None:
    """Say that a certificate holds no more. Who asks for its number reads that."""
    found = Attest.objects.select_related("inschrijving").get(pk=attest)
    with met_sessie(sessie_van(found.inschrijving_id)) as locked:
        found.refresh_from_db(fields=["staat"])
        if not found.is_geldig:
            raise NietMogelijk("Dit attest is niet meer geldig. Er is niets gebeurd.")
        _end(found, AttestStaat.INGETROKKEN, reden)
        noteer(
            locked,
            "attest ingetrokken",
            door=door,
            inschrijving=found.inschrijving,
            uitleg=found.nummer,
        )


def _end(attest, staat, reden):
    attest.staat = staat
    attest.beeindigd_op = clock.now()
    attest.reden = reden
    attest.save(update_fields=["staat", "beeindigd_op", "reden"])


def geldig_van(inschrijving: Inschrijving) -> Attest | None:
    """Return the certificate of an enrolment that holds today."""
    return Attest.objects.filter(inschrijving=inschrijving, staat=AttestStaat.GELDIG).first()


def zelfde_naam(attest: Attest, typed: str) -> bool:
    """Say whether a typed name is that on a certificate.

    Accents, capitals and order do not count, nor do apostrophes and dashes: a keyboard has others
    than print.
    """
    return _parts(attest.naam) == _parts(typed)


def _parts(naam):
    # Before the accents go: that turns ´ into a space.
    plain = zonder_accenten(naam.translate(APOSTROFS))
    return sorted("".join(" " if unicodedata.category(c) == "Pd" else c for c in plain).split())
