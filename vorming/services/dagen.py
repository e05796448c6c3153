"""The days of a session: stored, moved and taken away. Under the lock."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from core import clock
from vorming.models import Aanwezigheid, Sessie, Sessiedag
from vorming.services import berichten
from vorming.services.basis import NietMogelijk

# In the log of a session of which the days that were still to come went: it ended at that moment.
GEEN_DAG_MEER = "er komt geen dag meer"


@dataclass(frozen=True)
class Dag:
    """A day as an editor filled it in; `pk` is None for a new one."""

    begin: datetime.datetime
    einde: datetime.datetime
    locatie: str = ""
    uitleg: str = ""
    pk: int | None = None


def dagen_gezien(sessie: Sessie) -> list[Dag]:
    """Return the days as they are, to be compared with what an editor saw."""
    return [
        Dag(begin=dag.begin, einde=dag.einde, locatie=dag.locatie, uitleg=dag.uitleg, pk=dag.pk)
        for dag in sessie.dagen.order_by("pk")
    ]


def change_days(sessie: Sessie, dagen: Sequence[Dag]) -> tuple[set[str], list[Sessiedag]]:
    """Store the days; return what changed about them, and the days that are gone.

    Who is gone is deleted by the caller, after its mails: a calendar must hear of it. Raises
    NietMogelijk for a day on which presence was recorded.
    """
    before = {dag.pk: dag for dag in sessie.dagen.all()}
    changed = set()
    for wanted in dagen:
        dag = before.pop(wanted.pk, None) if wanted.pk else None
        if dag is None:
            dag = Sessiedag(sessie=sessie)
            changed.add("dagen")
        if dag.pk and (dag.begin, dag.einde) != (wanted.begin, wanted.einde):
            changed.add("dagen")
            if _datum(dag.begin) != _datum(wanted.begin):
                # At another hour of the same date, a reminder that left is still true.
                dag.herinnerd_week_op = dag.herinnerd_dag_op = None
        if dag.pk and dag.locatie != wanted.locatie:
            changed.add("dagen")
        dag.begin, dag.einde = wanted.begin, wanted.einde
        dag.locatie, dag.uitleg = wanted.locatie, wanted.uitleg
        dag.full_clean()
        dag.save()
    gone = list(before.values())
    if Aanwezigheid.objects.filter(dag__in=gone).exists():
        raise NietMogelijk(
            "Voor een dag die je weghaalt, is al aangeduid wie er was. Laat die dag staan."
        )
    if gone:
        changed.add("dagen")
    sessie._dagen_gelezen = sorted(
        sessie.dagen.exclude(pk__in=[dag.pk for dag in gone]), key=lambda dag: dag.begin
    )
    return changed, gone


def _datum(moment):
    """Return the date in Brussels."""
    return moment.astimezone(clock.now().tzinfo).date()


def set_span(sessie: Sessie) -> None:
    """Set when a session begins and ends, from its days."""
    days = berichten.dagen_van(sessie)
    sessie.begint_op = min((dag.begin for dag in days), default=None)
    sessie.eindigt_op = max((dag.einde for dag in days), default=None)
