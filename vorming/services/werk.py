"""What the clock does: offers that lapse, reminders, thanks. Every job may run late or twice.

Each session is a transaction of its own, and a fault in one keeps no other waiting.
"""

import datetime
import logging
from collections.abc import Callable, Iterable
from functools import partial

from django.db.models import Exists, F, Max, OuterRef, Q, Subquery

from core import clock
from vorming.models import (
    Aanwezig,
    Aanwezigheid,
    Attest,
    AttestStaat,
    Inschrijving,
    Logregel,
    Sessie,
    Sessiedag,
)
from vorming.services import berichten
from vorming.services.basis import GEEN_DAG_MEER, KLOK
from vorming.services.evaluatie import nieuwe_sleutel
from vorming.services.wachtlijst import fill, is_er_werk, lapse
from vorming.slot import met_sessie
from vorming.staten import SessieStaat, Staat

logger = logging.getLogger(__name__)
LOOPT = [SessieStaat.OPEN, SessieStaat.GESLOTEN]
WEEK = datetime.timedelta(days=7)
# Reminders leave on office hours, a week and a day before.
UUR_HERINNERING = 9
# Whoever was reminded late is not reminded of what is past.
LAATSTE_BEDANKING = datetime.timedelta(days=14)


class WerkMislukt(Exception):
    """The work failed in some sessions, and was done in the others; the log says why."""


def _per_sessie(wat: str, work: Iterable[tuple[int, Callable[[], bool]]]) -> int:
    """Do work of sessions, given by the session; return how often something was done.

    Raises WerkMislukt when all had their turn, so that `tick` fails and whoever watches over it
    hears of it.
    """
    done, failed = 0, set()
    for sessie, act in work:
        try:
            done += act()
        except Exception:
            logger.exception("%s van sessie %s is mislukt", wat, sessie)
            failed.add(sessie)
    if failed:
        numbers = ", ".join(str(sessie) for sessie in sorted(failed))
        raise WerkMislukt(f"{wat} is mislukt in sessie {numbers}")
    return done


def move_up() -> int:
    """End offers whose time is up and fill free places; return in how many sessions.

    The net under everything that fills places at once; finds nothing to do when that worked.
    """
    late = set(
        Inschrijving.objects.verlopen_aanbod(clock.now()).values_list("sessie_id", flat=True)
    )
    waiting = Sessie.objects.met_werk().met_stand().select_related("vorming__eigenaar")
    work: dict[int, Callable[[], bool]] = {one.pk: partial(_fill, one) for one in waiting}
    wishes = Sessie.objects.met_workshopwens().values_list("pk", flat=True)
    work |= {pk: partial(_vul, pk) for pk in wishes}
    work |= {pk: partial(_lapse, pk) for pk in late}
    return _per_sessie("Doorschuiven", sorted(work.items()))


def _lapse(sessie):
    return lapse(sessie) > 0


def _fill(sessie):
    # Most minutes nobody can move: then the lock is left alone, and every page stays as it is.
    return is_er_werk(sessie) and _vul(sessie.pk)


def _vul(sessie):
    fill(sessie, door=KLOK)
    return True


def remind() -> int:
    """Queue the reminders that are due; return for how many days one was dealt with.

    Who enrolled after the moment of a reminder has just read all of it, and gets none. A reminder
    whose words are no longer true is passed over, for good.
    """
    now = clock.now()
    coming = Sessiedag.objects.filter(
        begin__gt=now, begin__lte=now + WEEK + datetime.timedelta(days=1), sessie__staat__in=LOOPT
    )
    rows = coming.order_by("begin").values_list("pk", "sessie_id")
    return _per_sessie(
        "Herinneren", [(sessie, partial(_remind_of, pk, sessie, now)) for pk, sessie in rows]
    )


def moment_before(dag: Sessiedag, days: int) -> datetime.datetime:
    """Return nine o'clock in Brussels, so many days before a day."""
    local = dag.begin.astimezone(clock.now().tzinfo) - datetime.timedelta(days=days)
    return local.replace(hour=UUR_HERINNERING, minute=0, second=0, microsecond=0)


def _due(dag, now, is_first):
    """Return whether the reminder of a week and that of a day are due."""
    day_before = moment_before(dag, 1)
    week = is_first and dag.herinnerd_week_op is None and moment_before(dag, 7) <= now < day_before
    return week, dag.herinnerd_dag_op is None and day_before <= now


def _is_true(dag, now, *, week):
    """Return whether a reminder says what is so: "volgende week, over een week", or "morgen".

    A day that was moved, one that became the first, and a tick that was down come past the moment
    of a reminder. A week counts as a week until the end of the next day, but never from Monday on
    for the Sunday of that same week.
    """
    day, today = dag.begin.astimezone(now.tzinfo).date(), now.date()
    left = (day - today).days
    if week:
        return left in (6, 7) and day.isocalendar()[:2] != today.isocalendar()[:2]
    return left == 1


def _remind_of(pk, sessie, now):
    first = Sessiedag.objects.filter(sessie=sessie).order_by("begin").values_list("pk", flat=True)
    dag = Sessiedag.objects.filter(pk=pk).first()
    # An editor may take a day away at any moment.
    if dag is None or not any(_due(dag, now, first[0] == pk)):
        return False
    with met_sessie(sessie) as locked:
        dag = locked.dagen.filter(pk=pk).first()
        if dag is None:
            return False
        week, day = _due(dag, now, first[0] == pk)
        if (week or day) and _is_true(dag, now, week=week):
            _queue_reminders(dag, locked, week=week)
        if week:
            dag.herinnerd_week_op = now
        if day:
            dag.herinnerd_dag_op = now
        dag.save(update_fields=["herinnerd_week_op", "herinnerd_dag_op"])
    return True


def _queue_reminders(dag, sessie, *, week):
    rows = Inschrijving.objects.filter(
        sessie=sessie,
        staat=Staat.BEVESTIGD,
        bevestigd_op__lte=moment_before(dag, 7 if week else 1),
    )
    for one in rows.select_related("aanvraag").order_by("pk"):
        one.sessie = sessie
        berichten.herinnering(one, dag, week=week)


def thank() -> int:
    """Thank who was there, the morning after the last day; return for how many sessions.

    Where an editor took the last days away, that is the morning after she did so: who just read
    that a day does not go on is not thanked for it in the next minute, and a mistake can be undone.
    """
    now = clock.now()
    ended = (
        Sessie.objects.filter(
            Q(bedankt_op=None) | Q(bedankt_op__lt=F("eindigt_op")),
            staat__in=LOOPT,
            eindigt_op__lt=now,
        )
        .annotate(ingekort_op=_shortened())
        .filter(_is_recent(now))
    )
    rows = ended.order_by("pk").values_list("pk", "eindigt_op", "ingekort_op")
    return _per_sessie(
        "Bedanken",
        [(pk, partial(_thank_of, pk, max(end, cut or end), now)) for pk, end, cut in rows],
    )


def _shortened():
    """Return when the days of a session that were still to come went, if ever they did."""
    lines = Logregel.objects.filter(sessie=OuterRef("pk"), uitleg=GEEN_DAG_MEER)
    moments = lines.order_by().values("sessie").annotate(laatst=Max("op")).values("laatst")
    return Subquery(moments)


def _is_recent(now):
    """Select what ended so short ago that thanks still make sense. Needs `_shortened`."""
    since = now - LAATSTE_BEDANKING
    return Q(eindigt_op__gt=since) | Q(ingekort_op__gt=since)


def _thank_of(pk, end, now):
    local = end.astimezone(now.tzinfo) + datetime.timedelta(days=1)
    if now < local.replace(hour=UUR_HERINNERING, minute=0, second=0, microsecond=0):
        return False
    with met_sessie(pk) as locked:
        if not _is_to_be_thanked(locked):
            return False
        attests = {
            one.inschrijving_id: one
            for one in Attest.objects.filter(inschrijving__sessie=locked, staat=AttestStaat.GELDIG)
        }
        for one in _who_came(locked).select_related("aanvraag").order_by("pk"):
            one.sessie = locked
            berichten.bedankt(one, sleutel=nieuwe_sleutel(locked), attest=attests.get(one.pk))
        locked.bedankt_op = now
        locked.save(update_fields=["bedankt_op"])
    return True


def _is_to_be_thanked(sessie):
    """Say whether nobody was thanked since the last day: thanks before it were for another date."""
    return sessie.bedankt_op is None or sessie.bedankt_op < sessie.eindigt_op


def _who_came(sessie):
    """Return who has a place and an address, but for who was recorded and never as present."""
    rows = Aanwezigheid.objects.filter(inschrijving=OuterRef("pk"))
    return Inschrijving.objects.exclude(e_mail="").filter(
        ~Exists(rows) | Exists(rows.filter(stand=Aanwezig.AANWEZIG)),
        sessie=sessie,
        staat=Staat.BEVESTIGD,
    )


def wordt_nog_bedankt(one: Inschrijving) -> bool:
    """Say whether the thanks to somebody who was there are still to leave."""
    sessie = one.sessie
    return (
        sessie.staat in LOOPT
        and one.staat == Staat.BEVESTIGD
        and sessie.eindigt_op is not None
        and _is_to_be_thanked(sessie)
        and _ended_recently(sessie)
    )


def _ended_recently(sessie):
    now = clock.now()
    return (
        sessie.eindigt_op > now - LAATSTE_BEDANKING
        or Sessie.objects.annotate(ingekort_op=_shortened())
        .filter(_is_recent(now), pk=sessie.pk)
        .exists()
    )
