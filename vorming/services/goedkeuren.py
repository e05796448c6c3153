"""What editors decide about who asked to come: yes or no."""

from core import clock
from vorming.models import Inschrijving
from vorming.services import berichten
from vorming.services.basis import Door, geef_workshops, lees, overgang, vrije_plaatsen
from vorming.services.inschrijven import TeGroot, volgend_nummer
from vorming.services.wachtlijst import kan_meteen, sessie_van, vul
from vorming.slot import met_sessie
from vorming.staten import Staat


def approve(inschrijving: int, *, door: Door) -> Inschrijving:
    """Accept somebody who asked to come: a place, or else the end of the queue. Twice is once.

    Who comes only together with her is accepted too, as `approve_group` says.
    """
    decided = approve_group(inschrijving, door=door)
    return next(one for one in decided if one.pk == inschrijving)


def approve_group(inschrijving: int, *, door: Door) -> list[Inschrijving]:
    """Accept somebody with who asked to come only together with her; return all of them.

    They get places when there are places for all of them, and wait together otherwise. Raises
    TeGroot when they never fit, and NietMogelijk.
    """
    with met_sessie(sessie_van(inschrijving)) as sessie:
        one = lees(inschrijving, sessie)
        if one.is_actief and one.staat != Staat.AANGEVRAAGD:
            return [one]
        group = _with_who_asks_together(one)
        if len(group) > sessie.capaciteit:
            raise TeGroot(len(group), sessie.capaciteit)
        vul(sessie, door=door)
        free = vrije_plaatsen(sessie)
        if len(group) <= kan_meteen(sessie, clock.now(), len(free)):
            for each in group:
                overgang(each, Staat.BEVESTIGD, door=door, plaats=free.pop(0))
            geef_workshops(group)
            for each in group:
                berichten.bevestigd(each)
        else:
            for each in group:
                overgang(each, Staat.WACHTLIJST, door=door, volgnummer=volgend_nummer(sessie))
            sessie.save(update_fields=["volgnummer_teller"])
            for each in group:
                berichten.wachtlijst(each)
        return group


def _with_who_asks_together(one):
    """Return somebody and her group, in the order of the form, with the locked session."""
    others = Inschrijving.objects.vraagt_samen_met(one).select_related("aanvraag")
    group = sorted([one, *others], key=lambda each: each.regel)
    for each in group:
        each.sessie = one.sessie
    return group


def refuse(inschrijving: int, *, reden: str, door: Door) -> Inschrijving:
    """Refuse somebody who asked to come, with the reason that she reads. Twice is once.

    Who asked to come only together with her goes on without her, as after a cancellation.
    """
    with met_sessie(sessie_van(inschrijving)) as sessie:
        one = lees(inschrijving, sessie)
        if one.staat == Staat.GEWEIGERD:
            return one
        overgang(one, Staat.GEWEIGERD, door=door)
        berichten.geweigerd(one, reden)
        vul(sessie, door=door)
        return one
