"""How an editor sees a page before others do: on another day, under other rules, on paper.

The days come from the facts of the page, never from this file.
"""

import datetime
from dataclasses import dataclass

from django.utils.formats import date_format

from core import clock
from core.models.snippets import Regelkader, Termijn
from core.termijnen import SOON_DAYS

VANDAAG = ""
VOORAF, LAATSTE_DAG, DAG_ERNA = "vooraf", "laatste-dag", "dag-erna"
VOLGENDE_REGELS, AFDRUK = "volgende-regels", "afdruk"

# The first one is what an editor sees without choosing.
MODES = [
    (VANDAAG, "Vandaag"),
    (VOORAF, f"{SOON_DAYS} dagen voor de termijn"),
    (LAATSTE_DAG, "Op de laatste dag van de termijn"),
    (DAG_ERNA, "De dag na de termijn"),
    (VOLGENDE_REGELS, "Onder de volgende regels"),
    (AFDRUK, "Op papier"),
]
DAYS_AFTER = {VOORAF: -SOON_DAYS, LAATSTE_DAG: 0, DAG_ERNA: 1}
DATE = "l j F Y"


@dataclass(frozen=True)
class Voorbeeld:
    """What a preview shows: `dag` is None for today, `uitleg` tells the editor what is special."""

    dag: datetime.date | None = None
    uitleg: str = ""
    is_afdruk: bool = False


def example_of(page, mode: str) -> Voorbeeld:
    """Return what a preview of `page` in `mode` shows; an unknown mode is today."""
    if mode in DAYS_AFTER:
        return _around_deadline(page, mode)
    if mode == VOLGENDE_REGELS:
        return _under_next_rules(page)
    if mode == AFDRUK:
        return Voorbeeld(uitleg="Zo komt de pagina op papier.", is_afdruk=True)
    return Voorbeeld()


def _around_deadline(page, mode):
    termijn = first_with_a_date(page.eigen_termijnen())
    last_day = termijn.stand.laatste_dag if termijn else None
    if termijn is None or last_day is None:
        return Voorbeeld(
            uitleg="Deze pagina toont geen termijn met een datum. Je ziet haar zoals vandaag."
        )
    day = last_day + datetime.timedelta(days=DAYS_AFTER[mode])
    starts = termijn.soort == Termijn.Soort.INGANG
    moment = {
        VOORAF: f"{SOON_DAYS} dagen voor",
        LAATSTE_DAG: "de dag van" if starts else "de laatste dag van",
        DAG_ERNA: "de dag na",
    }[mode]
    return Voorbeeld(
        day,
        f"Zo ziet de pagina eruit op {date_format(day, DATE)}, {moment} ‘{termijn.naam}’.",
    )


def first_with_a_date(termijnen: list[Termijn]) -> Termijn | None:
    """Return the first deadline that still comes, or else the first that has a date at all."""
    dated = [termijn for termijn in termijnen if termijn.live and termijn.stand.laatste_dag]
    coming = [termijn for termijn in dated if not termijn.stand.is_voorbij]
    return next(iter(coming or dated), None)


def _under_next_rules(page):
    rules = next_rules(page)
    if rules is None:
        return Voorbeeld(
            uitleg="Er zijn geen regels die nog moeten ingaan. Je ziet de pagina zoals vandaag."
        )
    day = rules.geldig_van
    return Voorbeeld(
        day,
        f"Zo ziet de pagina eruit op {date_format(day, DATE)}, de eerste dag van ‘{rules.naam}’.",
    )


def next_rules(page) -> Regelkader | None:
    """Return the rules that start next: those of the page first, or else those of the site."""
    day = clock.today()
    own = [rules for rules in page.geldende_regelkaders if rules.geldig_van]
    coming = sorted(
        (rules for rules in own if rules.geldig_van > day), key=lambda rules: rules.geldig_van
    )
    if coming:
        return coming[0]
    return (
        Regelkader.objects.filter(locale=page.locale_id, live=True, geldig_van__gt=day)
        .order_by("geldig_van")
        .first()
    )
