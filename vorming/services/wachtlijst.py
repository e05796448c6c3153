"""Who waits gets the place that is free: in order, at once, and never too late to plan for."""

import datetime

from django.utils.translation import gettext as _

from core import clock
from vorming.doorschuiven import aanbod_einde, schuift_door
from vorming.models import Aanvraag, Inschrijving, Sessie
from vorming.services import berichten
from vorming.services.basis import (
    DEELNEMER,
    KLOK,
    Door,
    NietMogelijk,
    geef_workshops,
    lees,
    noteer,
    overgang,
    vrije_plaatsen,
)
from vorming.services.workshops import deel_uit
from vorming.slot import met_sessie
from vorming.staten import Doorschuiven, SessieStaat, Staat

# In the log of whoever got her place out of the order of the queue: by an editor.
MET_DE_HAND = "met de hand"


def groepen(waiting: list[Inschrijving]) -> list[list[Inschrijving]]:
    """Return who waits in order, in groups that move up together: mostly of one person."""
    found: list[list[Inschrijving]] = []
    together: dict[int, list[Inschrijving]] = {}
    for one in waiting:
        if not one.aanvraag.samen:
            found.append([one])
        elif one.aanvraag_id in together:
            together[one.aanvraag_id].append(one)
        else:
            together[one.aanvraag_id] = [one]
            found.append(together[one.aanvraag_id])
    return found


def vul(sessie: Sessie, *, door: Door = KLOK) -> list[Inschrijving]:
    """Give free places to who waits, in order; return who moved up. Under the lock.

    May be repeated. A group that only comes together and does not fit is passed over, and keeps its
    place in line. Places in workshops that came free go along, to who has a place and wished them.
    """
    moved = _schuif_door(sessie, door)
    deel_uit(sessie, stil=moved)
    for one in moved:
        berichten.na_doorschuiven(one)
    return moved


def _schuif_door(sessie, door):
    free = vrije_plaatsen(sessie)
    if sessie.bewust_bezet is not None and free:
        sessie.bewust_bezet = None
        sessie.save(update_fields=["bewust_bezet"])
    if not free:
        return []
    waiting = _wie_wacht(sessie)
    if not waiting:
        return []
    now = clock.now()
    if not schuift_door(sessie, now):
        if sessie.staat in (SessieStaat.OPEN, SessieStaat.GESLOTEN) and not sessie.is_begonnen:
            berichten.bel_de_volgende(sessie, waiting[0], len(free))
        return []
    fitting, passed = _verdeel(waiting, len(free))
    for group in passed:
        _pass_over(sessie, group[0].aanvraag)
    moved = [one for group in fitting for one in group]
    for one in moved:
        one.sessie = sessie
        _move_up(one, free.pop(0), now, door)
    return moved


def _verdeel(waiting: list[Inschrijving], vrij: int):
    """Return the groups that get so many free places, in order, and those that are passed over."""
    fitting: list[list[Inschrijving]] = []
    passed: list[list[Inschrijving]] = []
    for group in groepen(waiting):
        if not vrij:
            break
        if len(group) > vrij:
            passed.append(group)
        else:
            vrij -= len(group)
            fitting.append(group)
    return fitting, passed


def zou_doorschuiven(sessie: Sessie, vrij: int) -> int:
    """Return how many people would move up now if so many places were free. Changes nothing."""
    if vrij <= 0 or not schuift_door(sessie, clock.now()):
        return 0
    fitting, _passed = _verdeel(_wie_wacht(sessie), vrij)
    return sum(len(group) for group in fitting)


def is_er_werk(sessie: Sessie) -> bool:
    """Say whether `vul` would do anything now, without the lock. Needs `met_stand`."""
    if not sessie.vrij:
        return False
    waiting = _wie_wacht(sessie)
    if not waiting:
        return False
    if not schuift_door(sessie, clock.now()):
        return not sessie.is_begonnen and berichten.moet_bellen(sessie, waiting[0])
    fitting, passed = _verdeel(waiting, sessie.vrij)
    return bool(fitting) or any(group[0].aanvraag.overgeslagen_op is None for group in passed)


def _wie_wacht(sessie):
    return list(Inschrijving.objects.wachtrij().filter(sessie=sessie).select_related("aanvraag"))


def _move_up(one, place, now, door):
    if one.sessie.doorschuiven == Doorschuiven.AANBOD:
        end = aanbod_einde(one.sessie, now)
        overgang(one, Staat.AANGEBODEN, door=door, plaats=place, aanbod_tot=end)
    else:
        overgang(one, Staat.BEVESTIGD, door=door, plaats=place)


def _pass_over(sessie: Sessie, aanvraag: Aanvraag) -> None:
    if aanvraag.overgeslagen_op is None:
        aanvraag.overgeslagen_op = clock.now()
        aanvraag.save(update_fields=["overgeslagen_op"])
        noteer(sessie, "groep overgeslagen", door=KLOK, uitleg=f"aanvraag {aanvraag.pk}")


def kan_meteen(sessie: Sessie, now: datetime.datetime, free: int) -> int:
    """Return how many of the `free` places new people may have now. Under the lock.

    Where the list moves by itself, whoever still waits beside a free place is a group that does not
    fit; where it has stopped, an editor is calling people and nobody goes before them.
    """
    if not free or schuift_door(sessie, now):
        return free
    somebody_waits = Inschrijving.objects.wachtrij().filter(sessie=sessie).exists()
    return 0 if somebody_waits else free


# --- What people do with an offer ------------------------------------------------------


def accept(inschrijving: int, *, door: Door = DEELNEMER, link: int | None = None) -> Inschrijving:
    """Take the place that was offered, by the id of the enrolment. Twice is once.

    `link` is the version of the link that she used. Raises NietMogelijk when the time is up: the
    place is somebody else's.
    """
    with met_sessie(sessie_van(inschrijving)) as sessie:
        one = lees(inschrijving, sessie, link=link)
        if one.staat == Staat.BEVESTIGD:
            return one
        if one.staat == Staat.AANGEBODEN and one.aanbod_tot <= clock.now():
            raise NietMogelijk(_("De tijd om te antwoorden is voorbij. De plaats ging verder."))
        if sessie.is_begonnen:
            raise NietMogelijk(_("De sessie is al begonnen."))
        overgang(one, Staat.BEVESTIGD, door=door)
        berichten.bevestigd(one)
        return one


def decline(inschrijving: int, *, door: Door = DEELNEMER, link: int | None = None) -> Inschrijving:
    """Say no to an offer; the place goes to the next. Twice is once."""
    with met_sessie(sessie_van(inschrijving)) as sessie:
        one = lees(inschrijving, sessie, link=link)
        if one.staat == Staat.VERVALLEN:
            return one
        overgang(one, Staat.VERVALLEN, door=door)
        berichten.vervallen(one, zelf=True)
        vul(sessie, door=door)
        return one


def withdraw(inschrijving: int, *, door: Door) -> Inschrijving:
    """Take an offer back, by an editor; the place goes to the next. Twice is once."""
    with met_sessie(sessie_van(inschrijving)) as sessie:
        one = lees(inschrijving, sessie)
        if one.staat == Staat.VERVALLEN:
            return one
        overgang(one, Staat.VERVALLEN, door=door, uitleg="aanbod ingetrokken")
        berichten.vervallen(one, zelf=False, ingetrokken=True)
        vul(sessie, door=door)
        return one


def give_place(inschrijving: int, *, door: Door) -> Inschrijving:
    """Give somebody who waits a free place by hand: an editor phoned her.

    Only once the list no longer moves by itself; raises NietMogelijk otherwise.
    """
    with met_sessie(sessie_van(inschrijving)) as sessie:
        one = lees(inschrijving, sessie)
        if one.staat == Staat.BEVESTIGD:
            return one
        if schuift_door(sessie, clock.now()):
            raise NietMogelijk(
                "De wachtlijst schuift nog vanzelf door. Daarna geef je zelf een plaats."
            )
        if sessie.is_voorbij:
            raise NietMogelijk("De sessie is voorbij.")
        free = vrije_plaatsen(sessie)
        if not free:
            raise NietMogelijk("Er is geen vrije plaats.")
        overgang(one, Staat.BEVESTIGD, door=door, plaats=free[0], uitleg=MET_DE_HAND)
        geef_workshops([one])
        berichten.doorgeschoven(one)
        return one


def fill(sessie: int, *, door: Door) -> list[Inschrijving]:
    """Give the free places of a session to who waits, under its lock; return who moved up."""
    with met_sessie(sessie) as locked:
        return vul(locked, door=door)


def lapse(sessie: int) -> int:
    """End the offers of a session whose time is up, and offer on; return how many ended."""
    with met_sessie(sessie) as locked:
        late = list(
            Inschrijving.objects.verlopen_aanbod(clock.now())
            .filter(sessie=locked)
            .select_related("aanvraag")
            .order_by("aanbod_tot", "volgnummer")
        )
        for one in late:
            one.sessie = locked
            overgang(one, Staat.VERVALLEN, door=KLOK)
            berichten.vervallen(one, zelf=False)
        vul(locked)
        return len(late)


def sessie_van(inschrijving: int) -> int:
    """Return the session of an enrolment. It never changes: so it is read before the lock."""
    return Inschrijving.objects.values_list("sessie_id", flat=True).get(pk=inschrijving)
