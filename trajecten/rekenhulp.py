"""The own contribution: reading an amount as people write it, and the sum.

The factor and the length of a period are no constants here: they come from the Regelkader that the
visitor chooses, each with its source.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.models import Regelkader

# More than anybody subsidises here; whoever types more, typed too much.
DIGITS = 9
LONGEST = 40

# Whatever people write around a number: the euro, spaces of every kind, ",-" for no cents.
AROUND = re.compile(r"€|eur(o|os)?\b|[\s'’]|,(-|–|—)+$", re.IGNORECASE)
PLAIN = re.compile(r"[0-9]+(?:,[0-9]{1,2})?")
WITH_POINTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]{1,2})?")
POINT_FOR_CENTS = re.compile(r"[0-9]+\.[0-9]{1,2}")
ENGLISH = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]{1,2}")
COMMA_AND_THREE = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")


class Aanvrager(models.TextChoices):
    """Who applies: the rules have a factor for each."""

    GEMEENTE = "gemeente", gettext_lazy("Een gemeente, of gemeenten samen")
    VGC = "vgc", gettext_lazy("De Vlaamse Gemeenschapscommissie (VGC)")


class GeenBedrag(ValueError):
    """An amount that cannot be read; the message is for the visitor."""


def read_amount(text: str) -> Decimal:
    """Return the amount in euro that `text` means, exact to the cent.

    Reads "1250", "1.250", "1 250,50", "€ 1.234,56" and "1234.56". Raises GeenBedrag with a kind
    sentence for anything else, also where a comma and a point could be meant in two ways.
    """
    plain = AROUND.sub("", text[: LONGEST * 2].strip())
    if not plain:
        raise GeenBedrag(_("Vul het bedrag van de subsidie in, bijvoorbeeld 1.250 of 1.250,50."))
    if plain[0] in "-–−" and plain[1:2].isdigit():
        raise GeenBedrag(_("Het bedrag ligt onder nul. Vul het in zonder minteken."))
    amount = _number(plain)
    if amount == 0:
        raise GeenBedrag(_("Vul een bedrag in dat groter is dan nul."))
    if amount >= 10**DIGITS:
        raise GeenBedrag(
            _("Dit bedrag is te groot voor deze subsidie. Kijk na of er geen cijfer te veel staat.")
        )
    return amount


def _number(plain: str) -> Decimal:
    if PLAIN.fullmatch(plain) or WITH_POINTS.fullmatch(plain):
        return Decimal(plain.replace(".", "").replace(",", "."))
    if POINT_FOR_CENTS.fullmatch(plain):
        return Decimal(plain)
    if ENGLISH.fullmatch(plain):
        meant = plain.replace(",", " ").replace(".", ",").replace(" ", ".")
        raise GeenBedrag(
            _(
                "De punt en de komma staan omgekeerd. Bedoel je %(bedrag)s? Vul dat dan in: "
                "een punt voor de duizendtallen, een komma voor de centen."
            )
            % {"bedrag": meant}
        )
    if COMMA_AND_THREE.fullmatch(plain):
        raise GeenBedrag(
            _(
                "We weten niet of je de komma voor de centen of voor de duizendtallen bedoelt. "
                "Schrijf %(duizend)s of %(centen)s."
            )
            % {
                "duizend": plain.replace(",", "."),
                "centen": plain.replace(",", "", plain.count(",") - 1)[:-1],
            }
        )
    raise GeenBedrag(
        _("Dit lezen we niet als een bedrag. Vul alleen cijfers in, bijvoorbeeld 1.250,50.")
    )


@dataclass(frozen=True)
class Uitkomst:
    """What the rules ask of somebody who gets `subsidie` euro a year.

    `factor` is None where the rules name none: then `is_verplicht` is False where we know that
    nothing is compulsory, and None where we do not know. `jaren` is None where the length of a
    period is not known.
    """

    regelkader: Regelkader
    aanvrager: Aanvrager
    subsidie: Decimal
    factor: int | None
    is_verplicht: bool | None
    jaren: int | None

    @property
    def inbreng(self) -> Decimal:
        """The own contribution per year; nothing where none is compulsory."""
        return self.subsidie * (self.factor or 0)

    @property
    def totaal(self) -> Decimal:
        """Subsidy and own contribution together, per year."""
        return self.subsidie + self.inbreng

    @property
    def keer_subsidie(self) -> int:
        """How many times the subsidy the total is."""
        return (self.factor or 0) + 1

    @property
    def regels_voorbij(self) -> bool:
        """Whether these rules hold no longer."""
        return bool(self.regelkader.geldig_tot and self.regelkader.geldig_tot < clock.today())

    @property
    def regels_nog_niet(self) -> bool:
        """Whether these rules hold only later."""
        return bool(self.regelkader.geldig_van and self.regelkader.geldig_van > clock.today())

    def _period(self, amount: Decimal) -> Decimal | None:
        return amount * self.jaren if self.jaren else None

    @property
    def subsidie_periode(self) -> Decimal | None:
        return self._period(self.subsidie)

    @property
    def inbreng_periode(self) -> Decimal | None:
        return self._period(self.inbreng)

    @property
    def totaal_periode(self) -> Decimal | None:
        return self._period(self.totaal)


def work_out(regelkader: Regelkader, aanvrager: Aanvrager, subsidie: Decimal) -> Uitkomst:
    """Apply the factor and the period of a set of rules to a subsidy per year.

    Bron: the Regelkader itself names it (`regelkader.bron`).
    """
    factor = getattr(regelkader, f"factor_{aanvrager.value}")
    without = getattr(regelkader, f"zonder_factor_{aanvrager.value}")
    compulsory: bool | None = True
    if not factor:
        compulsory = None if without == Regelkader.ZonderFactor.ONBEKEND else False
    return Uitkomst(
        regelkader=regelkader,
        aanvrager=aanvrager,
        subsidie=subsidie,
        factor=factor or None,
        is_verplicht=compulsory,
        jaren=getattr(regelkader, f"jaren_{aanvrager.value}"),
    )
