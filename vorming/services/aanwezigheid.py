"""Recording who was there. Two people may record one day at the same time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils import formats

from core import clock
from vorming.models import (
    Aanwezig,
    Aanwezigheid,
    Inschrijving,
    Sessie,
    Sessiedag,
    zonder_accenten,
)
from vorming.services.basis import Door, NietMogelijk, noteer
from vorming.slot import met_sessie
from vorming.staten import Staat

LEEG = ""


@dataclass(frozen=True)
class Wijziging:
    """What somebody saw about a person, and what she made of it. Empty: nothing recorded."""

    was: str
    wordt: str


@dataclass
class Uitslag:
    """What became of a save: how many rows changed, and for whom nothing did.

    `botsingen` are those with whom another editor was first, `weg` those who are no longer on the
    list of the day: cancelled, moved or merged since the screen was opened.
    """

    bewaard: int = 0
    botsingen: list[Inschrijving] = field(default_factory=list)
    weg: list[Inschrijving] = field(default_factory=list)


class DagWeg(NietMogelijk):
    """The day is not in the session any more."""

    def __init__(self):
        super().__init__(
            "Iemand haalde deze dag intussen uit de sessie. Er is niets bewaard. Kies een andere "
            "dag."
        )


def op_de_lijst(sessie: Sessie, dagen: Iterable[Sessiedag]) -> QuerySet[Inschrijving]:
    """Return who is expected on these days, or was recorded there before a colleague took over."""
    recorded = Aanwezigheid.objects.filter(dag__in=dagen).values("inschrijving")
    return (
        Inschrijving.objects.filter(sessie=sessie, geanonimiseerd_op=None)
        .filter(Q(staat=Staat.BEVESTIGD) | Q(pk__in=recorded))
        .select_related("aanvraag")
    )


def op_naam(one: Inschrijving) -> tuple[str, str]:
    """Return the key that sorts people by name, accents and capitals aside."""
    return zonder_accenten(one.naam), zonder_accenten(one.voornaam)


def record(
    dag: int, *, wijzigingen: Mapping[int, Wijziging], rest_aanwezig: bool = False, door: Door
) -> Uitslag:
    """Write down what changed on one day, and leave alone what another editor wrote meanwhile.

    `wijzigingen` is per enrolment; one that changes nothing is passed over. `rest_aanwezig` makes
    everybody present about whom nothing is known yet. Raises NietMogelijk before the day began,
    and DagWeg when there is no such day.
    """
    sessie = Sessiedag.objects.values_list("sessie_id", flat=True).filter(pk=dag).first()
    if sessie is None:
        raise DagWeg
    with met_sessie(sessie) as locked:
        day = locked.dagen.filter(pk=dag).first()
        if day is None:
            raise DagWeg
        if day.begin.astimezone(clock.now().tzinfo).date() > clock.today():
            raise NietMogelijk("Deze dag moet nog komen. Aanduiden wie er is, kan vanaf die dag.")
        known = {row.inschrijving_id: row for row in Aanwezigheid.objects.filter(dag=day)}
        done = Uitslag()
        listed = list(op_de_lijst(locked, [day]).order_by("pk"))
        chosen = {pk for pk, change in wijzigingen.items() if change.was != change.wordt}
        gone = Inschrijving.objects.filter(
            sessie=locked, pk__in=chosen - {one.pk for one in listed}
        )
        done.weg = list(gone.order_by("pk"))
        for one in listed:
            before = known[one.pk].stand if one.pk in known else LEEG
            change = wijzigingen.get(one.pk)
            if change is not None and change.was != change.wordt:
                if before not in (change.was, change.wordt):
                    done.botsingen.append(one)
                    continue
                after = change.wordt
            elif rest_aanwezig and not before:
                after = Aanwezig.AANWEZIG
            else:
                continue
            if after != before:
                _write(locked, day, one, known.get(one.pk), after, door)
                done.bewaard += 1
        return done


def _write(sessie, dag, one, row, stand, door):
    before = row.stand if row else LEEG
    if not stand:
        row.delete()
    else:
        row = row or Aanwezigheid(inschrijving=one, dag=dag)
        row.stand = Aanwezig(stand)
        row.door = door.gebruiker
        row.op = clock.now()
        row.save()
    noteer(
        sessie,
        "aanwezigheid",
        door=door,
        inschrijving=one,
        van=before,
        naar=stand,
        uitleg=formats.date_format(dag.begin, "j F Y"),
    )
