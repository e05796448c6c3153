"""The days of a session: stored, moved and taken away. Under the lock."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from core import clock
from vorming.models import Aanwezigheid, Sessie, Sessiedag
from vorming.services import berichten
from vorming.services.basis import VOORBIJ_VERZET, Door, NietMogelijk, noteer

# So far somebody may correct the date of a day that is over. Further is a year that was mistyped,
# and the night would forget people whom nobody is done with.
VERSTE_VERBETERING = datetime.timedelta(days=31)


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


def change_days(
    sessie: Sessie, dagen: Sequence[Dag], *, door: Door
) -> tuple[set[str], list[Sessiedag]]:
    """Store the days; return what changed about them, and the days that are gone.

    Who is gone is deleted by the caller, after its mails: a calendar must hear of it. Raises
    NietMogelijk for a day on which presence was recorded, and for a date that cannot be meant.
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
                _check_date(dag, wanted, door)
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


def _check_date(dag, wanted, door):
    """Refuse a date that cannot be meant; write down that a day that is over is to come again."""
    was, becomes = _datum(dag.begin), _datum(wanted.begin)
    fault = fout_in_datum(was, becomes, terug=kan_terug_naar(dag.sessie))
    if fault:
        raise NietMogelijk(fault)
    _refuse_present_tomorrow(dag, wanted)
    if was < clock.today() <= becomes:
        noteer(dag.sessie, VOORBIJ_VERZET, door=door, van=was.isoformat(), naar=becomes.isoformat())


def kan_terug_naar(sessie: Sessie) -> set[datetime.date]:
    """Return the dates that are over on which this session had a day, until somebody moved it.

    Who did so by mistake can undo it: what happened on that date did happen.
    """
    lines = sessie.logregels.filter(actie=VOORBIJ_VERZET).values_list("van", flat=True)
    return {datetime.date.fromisoformat(date) for date in lines}


def _refuse_present_tomorrow(dag, wanted):
    """Refuse to move a day of which presence was recorded to one still to come."""
    if _datum(wanted.begin) <= clock.today():
        return
    if Aanwezigheid.objects.filter(dag=dag).exists():
        raise NietMogelijk(
            f"Op {_in_woorden(_datum(dag.begin))} duidde iemand al aan wie er was. Die dag kan "
            f"niet naar {_in_woorden(_datum(wanted.begin))}, want dan moet hij nog komen. Kijk de "
            "datum na. "
            "Komt er een dag bij? Kies dan “Nog een dag”."
        )


def fout_in_datum(
    was: datetime.date | None, wordt: datetime.date, *, terug: Collection[datetime.date] = ()
) -> str:
    """Return why a day that was on `was` cannot be on `wordt`, in words; empty when it can.

    A new day, without `was`, and one still to come stay out of the past: with a year mistyped the
    session would be over, and that same night its people forgotten. What is over may be corrected,
    and goes back (`terug`) to where it was.
    """
    if wordt >= clock.today() or wordt == was or (was and wordt in terug):
        return ""
    if was is None:
        return "Deze dag is voorbij. Kies vandaag of een dag die nog komt."
    if was >= clock.today():
        return (
            f"{_in_woorden(wordt)} is voorbij, en deze dag staat op {_in_woorden(was)}. Kijk de "
            "datum na, ook het jaar. Gaat de dag niet door? Laat hem dan weg."
        )
    if abs(was - wordt) > VERSTE_VERBETERING:
        return (
            f"Deze dag stond op {_in_woorden(was)}. De datum van een dag die voorbij is, verbeter "
            f"je met hoogstens {VERSTE_VERBETERING.days} dagen. Kijk het jaar na."
        )
    return ""


def _in_woorden(dag):
    return date_format(dag, "j F Y")


def _datum(moment):
    """Return the date in Brussels."""
    return moment.astimezone(clock.now().tzinfo).date()


def set_span(sessie: Sessie) -> None:
    """Set when a session begins and ends, from its days."""
    days = berichten.dagen_van(sessie)
    sessie.begint_op = min((dag.begin for dag in days), default=None)
    sessie.eindigt_op = max((dag.einde for dag in days), default=None)
