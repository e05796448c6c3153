"""What editors decide about who asked to come: yes or no."""

from core import clock
from vorming.models import Inschrijving
from vorming.services import berichten
from vorming.services.basis import Door, geef_workshops, lees, overgang, vrije_plaatsen
from vorming.services.inschrijven import volgend_nummer
from vorming.services.wachtlijst import kan_meteen, sessie_van, vul
from vorming.slot import met_sessie
from vorming.staten import Staat


def approve(inschrijving: int, *, door: Door) -> Inschrijving:
    """Accept somebody who asked to come: a place, or else the end of the queue. Twice is once."""
    with met_sessie(sessie_van(inschrijving)) as sessie:
        one = lees(inschrijving, sessie)
        if one.staat in (Staat.BEVESTIGD, Staat.WACHTLIJST):
            return one
        vul(sessie, door=door)
        free = vrije_plaatsen(sessie)
        if kan_meteen(sessie, clock.now(), len(free)):
            overgang(one, Staat.BEVESTIGD, door=door, plaats=free[0])
            geef_workshops([one])
            berichten.bevestigd(one)
        else:
            overgang(one, Staat.WACHTLIJST, door=door, volgnummer=volgend_nummer(sessie))
            sessie.save(update_fields=["volgnummer_teller"])
            berichten.wachtlijst(one)
        return one


def refuse(inschrijving: int, *, reden: str, door: Door) -> Inschrijving:
    """Refuse somebody who asked to come, with the reason that she reads. Twice is once."""
    with met_sessie(sessie_van(inschrijving)) as sessie:
        one = lees(inschrijving, sessie)
        if one.staat == Staat.GEWEIGERD:
            return one
        overgang(one, Staat.GEWEIGERD, door=door)
        berichten.geweigerd(one, reden)
        vul(sessie, door=door)
        return one
