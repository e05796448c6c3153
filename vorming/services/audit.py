"""What constraints cannot say: checked every night, after every load test, and by hand."""

import datetime
from collections import Counter

from django.db.models import F

from core import clock
from post.models import Bericht
from vorming.doorschuiven import schuift_door
from vorming.models import (
    BijzondereNood,
    Inschrijving,
    Logregel,
    Sessie,
    VormingInstellingen,
    Workshop,
)
from vorming.services import audit_dag
from vorming.services.basis import SAMENGEVOEGD
from vorming.services.berichten import key_of
from vorming.services.privacy import retain
from vorming.services.wachtlijst import MET_DE_HAND, groepen
from vorming.slot import EvenDruk, met_sessie
from vorming.staten import HOUDT_PLAATS, SessieStaat, Staat

CONFIRMATIONS = ("bevestigd", "doorgeschoven", "overgenomen")
# `tick` gets so long to do its work before its absence is a fault.
UITSTEL = datetime.timedelta(hours=1)
# What may be forgotten since this night waits for the next one.
UITSTEL_NACHT = datetime.timedelta(hours=26)


def audit() -> list[str]:
    """Return everything that is wrong, in Dutch, without names; an empty list when all is well."""
    found: list[str] = []
    now = clock.now()
    for pk in Sessie.objects.order_by("pk").values_list("pk", flat=True):
        found += [f"sessie {pk}: {fault}" for fault in _sure_faults_of(pk)]
    found += _mail_faults(now)
    found += _privacy_faults()
    found += audit_dag.faults()
    return found


def _sure_faults_of(pk):
    """Return what is wrong in a session: what seems so while people enrol, is read once more."""
    found = list(_faults_of(pk))
    if not found:
        return []
    try:
        with met_sessie(pk):
            return list(_faults_of(pk))
    except EvenDruk:
        return ["te druk om na te kijken"]


def _faults_of(pk):
    now = clock.now()
    sessie = Sessie.objects.met_tellingen().select_related("vorming").get(pk=pk)
    allowed = max(sessie.capaciteit, sessie.bewust_bezet or 0)
    if sessie.bezet > allowed:
        yield f"{sessie.bezet} plaatsen bezet van {sessie.capaciteit}"
    rows = list(
        Inschrijving.objects.filter(sessie=sessie).select_related("aanvraag").order_by("volgnummer")
    )
    waiting = [
        row for row in rows if row.staat == Staat.WACHTLIJST and row.geanonimiseerd_op is None
    ]
    free = sessie.capaciteit - sessie.bezet
    if free > 0 and waiting and schuift_door(sessie, now):
        fits = [group for group in groepen(waiting) if len(group) <= free]
        if fits:
            yield f"{free} plaatsen vrij terwijl {len(waiting)} mensen wachten"
    if sessie.staat == SessieStaat.GEANNULEERD and any(row.is_actief for row in rows):
        yield "geannuleerd, maar er zijn nog inschrijvingen"
    numbers = [row.volgnummer for row in rows if row.volgnummer is not None]
    if numbers and max(numbers) > sessie.volgnummer_teller:
        yield "de teller van de wachtlijst loopt achter"
    yield from _order_faults(sessie)
    yield from _workshop_faults(sessie)


def _order_faults(sessie):
    """Check that people moved up in the order of the queue, single persons among themselves."""
    moved = (
        Logregel.objects.filter(
            sessie=sessie,
            actie="staat",
            van=Staat.WACHTLIJST,
            naar__in=HOUDT_PLAATS,
            inschrijving__aanvraag__samen=False,
        )
        .exclude(uitleg=MET_DE_HAND)
        # Who took over the number of her other half moved up by that.
        .exclude(
            inschrijving__in=Logregel.objects.filter(sessie=sessie, actie=SAMENGEVOEGD).values(
                "inschrijving"
            )
        )
        .order_by("pk")
        .values_list("inschrijving__volgnummer", flat=True)
    )
    numbers = list(moved)
    if numbers != sorted(numbers):
        yield "niet in volgorde doorgeschoven"


def _workshop_faults(sessie):
    for workshop in Workshop.objects.filter(sessie=sessie):
        held = workshop.keuzes.filter(plaats__isnull=False)
        if held.count() > workshop.capaciteit:
            yield f"workshop {workshop.pk}: {held.count()} van {workshop.capaciteit} plaatsen bezet"
        if held.exclude(inschrijving__staat__in=HOUDT_PLAATS).exists():
            yield f"workshop {workshop.pk}: een plaats bij iemand zonder plaats in de sessie"
    if Sessie.objects.met_workshopwens().filter(pk=sessie.pk).exists():
        yield "een plaats in een workshop vrij terwijl iemand ze wil"


def _mail_faults(now):
    """Check that everybody who is confirmed has exactly one confirmation."""
    # Who was merged after the last day hears nothing of a session that is over.
    confirmed = list(
        Inschrijving.objects.filter(staat=Staat.BEVESTIGD, geanonimiseerd_op=None)
        .exclude(bevestigd_op__gte=F("sessie__eindigt_op"))
        .only("uid", "sessie_id")
        .order_by("pk")
    )
    wanted = {key_of(soort, one): one for one in confirmed for soort in CONFIRMATIONS}
    counts: Counter[int] = Counter()
    keys = list(wanted)
    for start in range(0, len(keys), 500):
        found = Bericht.objects.filter(sleutel__in=keys[start : start + 500])
        counts.update(wanted[key].pk for key in found.values_list("sleutel", flat=True))
    for one in confirmed:
        if counts[one.pk] != 1:
            yield f"inschrijving {one.pk}: {counts[one.pk]} bevestigingen in plaats van 1"
    late = Inschrijving.objects.verlopen_aanbod(now - UITSTEL).count()
    if late:
        yield f"{late} aanbiedingen zijn te lang voorbij (draait tick?)"


def _privacy_faults():
    due = retain(dry_run=True, op=clock.now() - UITSTEL_NACHT)
    late = {name: number for name, number in due.items() if number}
    for name, number in late.items():
        yield f"{number} {name} langer bewaard dan afgesproken (draait tick?)"
    if BijzondereNood.objects.filter(inschrijving__geanonimiseerd_op__isnull=False).exists():
        yield "een bijzondere nood bij iemand die gewist is"
    if VormingInstellingen.load().privacypagina_id is None and Inschrijving.objects.exists():
        yield "er is geen pagina met de privacyverklaring ingesteld"
