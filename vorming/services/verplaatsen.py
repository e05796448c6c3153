"""People who go to another session, by an editor: one, several, or a group that stays together."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from core import clock
from vorming.models import BijzondereNood, Inschrijving, Sessie
from vorming.services import berichten
from vorming.services.basis import (
    Door,
    NietMogelijk,
    Samen,
    lees,
    noteer,
    overgang,
    vergrendel,
    volgende_regel,
    vrije_plaatsen,
)
from vorming.services.inschrijven import rij_van, volgend_nummer
from vorming.services.wachtlijst import groepen, kan_meteen, sessie_van, vul
from vorming.slot import met_sessie
from vorming.staten import SessieStaat, Staat, Verder


@dataclass
class Verplaatst(Samen):
    """What became of a move, with the new enrolments in the same order."""

    nieuw: list[Inschrijving] = field(default_factory=list)


def move(inschrijving: int, naar: int, *, door: Door) -> Inschrijving:
    """Move one person to another session; return the new enrolment.

    A place when there is one and nobody waits for it, the end of that queue otherwise. Her old
    place goes to the next at once. Who asked to come only together stays behind without her, as a
    smaller group. Raises NietMogelijk.
    """
    return _one_of(move_together([inschrijving], naar, door=door))


def move_group(inschrijving: int, naar: int, *, door: Door) -> Inschrijving:
    """Move somebody with everybody who comes only together with her; return her new enrolment.

    They get places when there are places for all of them, and wait together otherwise. All go or
    nobody does. Raises NietMogelijk.
    """
    with transaction.atomic():
        one = Inschrijving.objects.select_related("aanvraag").get(pk=inschrijving)
        with met_sessie(one.sessie_id, naar):
            # Under the lock: somebody of the group may just have cancelled.
            others = Inschrijving.objects.groep_van(one).exclude(pk=one.pk)
            keys = [one.pk, *others.order_by("pk").values_list("pk", flat=True)]
            done = move_together(keys, naar, door=door)
        moved = _one_of(done)
        if done.geweigerd:
            raise NietMogelijk(
                "Iemand van de groep staat al in die sessie. Verplaats dan alleen de anderen."
            )
        return moved


def _one_of(done):
    if not done.nieuw:
        raise NietMogelijk(next(iter(done.geweigerd.values())))
    return done.nieuw[0]


def move_together(inschrijvingen: Sequence[int], naar: int, *, door: Door) -> Verplaatst:
    """Move people of one session to another at one stroke, in this order.

    The places they leave are given on once all have gone: else who waits would get a place, and a
    mail about it, a moment before she is moved herself. Of people who come only together, those
    who go get places when there are places for all of them, and wait together otherwise. Who
    cannot go is named with the reason; the others do. Raises NietMogelijk when nobody can.
    """
    van = sessie_van(inschrijvingen[0])
    if van == naar:
        raise NietMogelijk("Deze persoon staat al in die sessie.")
    with met_sessie(van, naar) as old:
        target = Sessie.objects.select_related("vorming").get(pk=naar)
        _refuse_closed(target)
        done = Verplaatst()
        going: list[Inschrijving] = []
        had_place = set()
        leaving = [lees(pk, old) for pk in inschrijvingen]
        too_many = _who_never_fits(leaving, target)
        for one in leaving:
            pk = one.pk
            if pk in too_many:
                done.geweigerd[pk] = _too_small(target)
                continue
            was_confirmed = one.staat == Staat.BEVESTIGD
            try:
                _leave(one, target, door)
            except NietMogelijk as reason:
                done.geweigerd[pk] = str(reason)
                continue
            going.append(one)
            if was_confirmed:
                had_place.add(pk)
        # Who waits there goes before who comes.
        vul(target, door=door)
        vergrendel(one.aanvraag_id for one in going)
        for group in groepen(going):
            for one, new in zip(group, _arrive(group, target, door), strict=True):
                done.gedaan.append(one.pk)
                done.nieuw.append(new)
                berichten.verplaatst(one, was_bevestigd=one.pk in had_place, nieuw=new)
                berichten.na_inschrijven(new)
        vul(old, door=door)
        return done


def _refuse_closed(target):
    if target.staat == SessieStaat.GEANNULEERD or target.is_voorbij:
        raise NietMogelijk("Die sessie gaat niet door of is voorbij.")
    if target.staat == SessieStaat.CONCEPT:
        raise NietMogelijk("Die sessie is nog een concept. Open de inschrijving eerst.")


def _who_never_fits(leaving, target):
    """Return who comes only together with more people than there are places at all."""
    groups = groepen(leaving)
    return {one.pk for group in groups if len(group) > target.capaciteit for one in group}


def _too_small(target):
    number = target.capaciteit
    places = "1 plaats" if number == 1 else f"{number} plaatsen"
    return f"Die sessie heeft maar {places}. Deze groep kan daar nooit samen komen."


def _leave(one, target, door):
    if one.geanonimiseerd_op:
        raise NietMogelijk("De gegevens van deze persoon zijn gewist. Ze gaat nergens heen.")
    if Inschrijving.objects.actief().filter(sessie=target, sleutel=one.sleutel).exists():
        raise NietMogelijk("Deze persoon staat al in die sessie.")
    overgang(
        one,
        Staat.GEANNULEERD,
        door=door,
        uitleg=f"verplaatst naar sessie {target.pk}",
        verder=Verder.VERPLAATST,
        ical_seq=one.ical_seq + 1,
        link_versie=one.link_versie + 1,
    )


def _arrive(group, target, door):
    """Store people in the session they go to: all with a place, or all waiting."""
    now = clock.now()
    free = vrije_plaatsen(target)
    has_room = len(group) <= kan_meteen(target, now, len(free))
    made = []
    for one in group:
        new = rij_van(
            one,
            sessie=target,
            aanvraag=one.aanvraag,
            regel=volgende_regel(one.aanvraag_id),
            staat=Staat.BEVESTIGD if has_room else Staat.WACHTLIJST,
            plaats=free.pop(0) if has_room else None,
            bevestigd_op=now if has_room else None,
            volgnummer=None if has_room else volgend_nummer(target),
        )
        new.save(force_insert=True)
        BijzondereNood.objects.filter(inschrijving=one).update(inschrijving=new)
        noteer(target, "ingeschreven", door=door, inschrijving=new, naar=new.staat)
        made.append(new)
    if not has_room:
        target.save(update_fields=["volgnummer_teller"])
    return made
