"""Enrolling: a request of one to ten people becomes places, or numbers on the waiting list."""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.bijvragen import Antwoorden
from vorming.models import (
    Aanvraag,
    BijzondereNood,
    Inschrijving,
    Logregel,
    Sessie,
    Workshop,
    Workshopkeuze,
    sleutel_van,
)
from vorming.services import berichten
from vorming.services.basis import (
    DEELNEMER,
    Door,
    NietMogelijk,
    geef_workshops,
    vrije_plaatsen,
)
from vorming.services.wachtlijst import kan_meteen, vul
from vorming.slot import met_sessie
from vorming.staten import SessieStaat, Staat

MEESTE_PERSONEN = 10


@dataclass(frozen=True)
class Persoon:
    """Somebody in the form. `antwoorden` are rows of `sleutel`, `vraag` and `waarde`."""

    voornaam: str
    naam: str
    e_mail: str
    functie: str = ""
    antwoorden: Sequence[dict] = ()
    workshops: Sequence[int] = ()
    voeding: str = ""
    toegankelijkheid: str = ""

    @property
    def sleutel(self) -> str:
        return sleutel_van(self.voornaam, self.naam, self.e_mail)


@dataclass(frozen=True)
class Gegevens:
    """Who asks: the contact, the organisation, and where an invoice goes."""

    voornaam: str
    naam: str
    e_mail: str
    organisatie: str = ""
    soort_organisatie: str = ""
    gemeente: str = ""
    telefoon: str = ""
    factuur: dict = field(default_factory=dict)
    privacyversie: str = ""
    taal: str = "nl"


class Volzet(NietMogelijk):
    """There are not enough places. `wachtlijst` says whether the waiting list has room."""

    def __init__(self, vrij: int, *, wachtlijst: bool):
        super().__init__(
            ngettext("Er is nog maar %(vrij)s plaats.", "Er zijn nog maar %(vrij)s plaatsen.", vrij)
            % {"vrij": vrij}
            if vrij
            else _("Intussen zijn alle plaatsen bezet.")
        )
        self.vrij = vrij
        self.wachtlijst = wachtlijst


class TeGroot(NietMogelijk):
    """A group that comes only together, in a session that has fewer places than they are."""

    def __init__(self, mensen: int, plaatsen: int):
        super().__init__(
            ngettext(
                "Deze sessie heeft maar %(plaatsen)s plaats. %(mensen)s mensen kunnen er nooit "
                "samen komen.",
                "Deze sessie heeft maar %(plaatsen)s plaatsen. %(mensen)s mensen kunnen er nooit "
                "samen komen.",
                plaatsen,
            )
            % {"plaatsen": plaatsen, "mensen": mensen}
        )


class Veranderd(NietMogelijk):
    """The session is no longer what somebody read when she filled in the form."""

    def __init__(self):
        super().__init__(
            _(
                "Intussen veranderde er iets aan deze sessie. Kijk de dag, de plaats en de prijs "
                "nog eens na. Je gegevens staan er nog."
            )
        )


def gelezen_van(sessie: Sessie) -> str:
    """Return a mark of what somebody reads of a session before she says yes.

    It stands in the form, so that nobody confirms a day, a place or a price that she never saw.
    """
    days = [
        (dag.begin.timestamp(), dag.einde.timestamp(), dag.locatie) for dag in sessie.dagen.all()
    ]
    price = None if sessie.prijs is None else str(sessie.prijs.normalize())
    read = [sorted(days), sessie.vorm, sessie.waar, price, sessie.prijs_uitleg, sessie.goedkeuring]
    return hashlib.sha256(json.dumps(read).encode()).hexdigest()[:16]


def enrol(
    *,
    sessie: int,
    token: uuid.UUID,
    gegevens: Gegevens,
    personen: Sequence[Persoon],
    wachtlijst: bool,
    samen: bool = False,
    gelezen: str = "",
    antwoorden: Antwoorden | None = None,
    door: Door = DEELNEMER,
) -> Aanvraag:
    """Enrol people in a session, and return the request.

    The same `token` again is the same request: a second click changes nothing. `wachtlijst` says
    whether who gets no place wants to wait; if not, Volzet is raised and nothing is stored. `samen`
    says that they come together or not at all; TeGroot is raised when they never fit. Somebody who
    is in already is not added: she gets her link again by mail. `gelezen` is the mark of
    `gelezen_van` that stood in the form; `antwoorden` on the questions of other apps are for the
    contact, and never stop an enrolment. Raises Veranderd when the session has another mark by now,
    NietMogelijk when enrolment is closed, and EvenDruk when it is too busy.
    """
    if not 1 <= len(personen) <= MEESTE_PERSONEN:
        raise ValueError("Een aanvraag is voor een tot tien mensen.")
    with met_sessie(sessie) as locked:
        known = Aanvraag.objects.filter(formuliertoken=token).first()
        if known:
            return known
        _refuse_closed(locked, door)
        if gelezen and gelezen != gelezen_van(locked):
            raise Veranderd
        free = _free_after_queue(locked, door)
        already = _already_in(locked, personen)
        new = _without_doubles(personen, already)
        # The answer may not tell who is in already: it is the one for people who are all new.
        named = new if door.is_redactie else _without_doubles(personen, ())
        if samen and len(named) > locked.capaciteit:
            raise TeGroot(len(named), locked.capaciteit)
        told = _states(locked, len(named), free, wachtlijst=wachtlijst, samen=samen, door=door)
        states = _states(locked, len(new), free, wachtlijst=wachtlijst, samen=samen, door=door)
        aanvraag = Aanvraag.objects.create(
            formuliertoken=token,
            sessie=locked,
            voornaam=gegevens.voornaam,
            naam=gegevens.naam,
            e_mail=gegevens.e_mail,
            telefoon=gegevens.telefoon,
            organisatie=gegevens.organisatie,
            soort_organisatie=gegevens.soort_organisatie,
            gemeente=gegevens.gemeente,
            **gegevens.factuur,
            privacyversie=gegevens.privacyversie,
            taal=gegevens.taal,
            samen=samen and len(new) > 1,
            aantal_dubbel=len(personen) - len(new),
            gezegd=dict(Counter(told)),
            door=door.gebruiker,
        )
        made = _rows(locked, aanvraag, new, states, free, door)
        for persoon, one in zip(new, made, strict=True):
            berichten.na_inschrijven(one, koos_workshops=bool(persoon.workshops))
        for one in already.values():
            one.sessie = locked
            berichten.link_opnieuw(one)
        berichten.aan_contact(aanvraag, list(zip(named, told, strict=True)))
        if antwoorden is not None:
            antwoorden.voer_uit(e_mail=aanvraag.e_mail, taal=aanvraag.taal)
        return aanvraag


def _refuse_closed(sessie, door):
    if sessie.staat == SessieStaat.GEANNULEERD:
        raise NietMogelijk(_("Deze sessie gaat niet door."))
    if sessie.begint_op is None or sessie.is_voorbij:
        raise NietMogelijk(_("Deze sessie is voorbij of heeft nog geen datum."))
    if sessie.staat == SessieStaat.CONCEPT and door.is_redactie:
        # Her link would lead nowhere, and nobody would tell her of a change.
        raise NietMogelijk("Deze sessie is nog een concept. Open de inschrijving eerst.")
    if door.is_redactie:
        return
    now = clock.now()
    if sessie.staat != SessieStaat.OPEN or sessie.laatste_inschrijving < now:
        raise NietMogelijk(_("Inschrijven kan niet meer voor deze sessie."))
    if sessie.opent_op and sessie.opent_op > now:
        raise NietMogelijk(_("Inschrijven kan nog niet voor deze sessie."))


def _free_after_queue(sessie, door):
    """Return the free places that are left when who waits had her turn."""
    free = vrije_plaatsen(sessie)
    if free and (sessie.bewust_bezet is not None or _somebody_waits(sessie)):
        vul(sessie, door=door)
        return vrije_plaatsen(sessie)
    return free


def _somebody_waits(sessie):
    return Inschrijving.objects.wachtrij().filter(sessie=sessie).exists()


def _already_in(sessie, personen):
    """Return who of the form has an active enrolment, by key."""
    rows = Inschrijving.objects.actief().filter(
        sessie=sessie, sleutel__in={persoon.sleutel for persoon in personen}
    )
    if not rows.exists():
        return {}
    return {row.sleutel: row for row in rows.select_related("aanvraag")}


def _without_doubles(personen, already):
    new: dict[str, Persoon] = {}
    for persoon in personen:
        if persoon.sleutel not in already:
            new.setdefault(persoon.sleutel, persoon)
    return list(new.values())


def _states(sessie, number, free, *, wachtlijst, samen, door):
    """Return the state that each new person gets, in order."""
    if sessie.vraagt_goedkeuring and not door.is_redactie:
        return [Staat.AANGEVRAAGD] * number
    may = kan_meteen(sessie, clock.now(), len(free))
    placed = 0 if samen and may < number else min(may, number)
    waiting = number - placed
    if waiting:
        has_room = _room_in_queue(sessie, waiting) or door.is_redactie
        if not (wachtlijst and has_room):
            raise Volzet(may, wachtlijst=has_room)
    return [Staat.BEVESTIGD] * placed + [Staat.WACHTLIJST] * waiting


def _room_in_queue(sessie, number):
    if sessie.max_wachtlijst is None:
        return True
    waiting = Inschrijving.objects.wachtrij().filter(sessie=sessie).count()
    return waiting + number <= sessie.max_wachtlijst


def rij_van(wie: Persoon | Inschrijving, **velden) -> Inschrijving:
    """Return an enrolment, not stored yet, of somebody new or of who is enrolled elsewhere.

    Her name, address, work and answers come along; `velden` says what she enrols for, and where in
    which request she stands.
    """
    return Inschrijving(
        voornaam=wie.voornaam,
        naam=wie.naam,
        e_mail=wie.e_mail,
        functie=wie.functie,
        sleutel=wie.sleutel,
        antwoorden=list(wie.antwoorden),
        **velden,
    )


def _rows(sessie, aanvraag, personen, states, free, door):
    """Store the new people with their places, answers, wishes and needs."""
    now = clock.now()
    made = []
    for number, (persoon, staat) in enumerate(zip(personen, states, strict=True), start=1):
        one = rij_van(persoon, sessie=sessie, aanvraag=aanvraag, regel=number, staat=staat)
        if staat == Staat.BEVESTIGD:
            one.plaats = free.pop(0)
            one.bevestigd_op = now
        elif staat == Staat.WACHTLIJST:
            one.volgnummer = volgend_nummer(sessie)
        one.save(force_insert=True)
        made.append(one)
        # Most people choose and need nothing: then there is nothing to look up either.
        if persoon.workshops:
            store_choices(one, persoon.workshops)
        if persoon.voeding or persoon.toegankelijkheid:
            store_needs(one, persoon.voeding, persoon.toegankelijkheid)
    if Staat.WACHTLIJST in states:
        sessie.save(update_fields=["volgnummer_teller"])
    if any(persoon.workshops for persoon in personen):
        geef_workshops(made)
    Logregel.objects.bulk_create(
        Logregel(
            sessie=sessie,
            inschrijving=one,
            actie="ingeschreven",
            naar=one.staat,
            rol=door.rol,
            gebruiker=door.gebruiker,
        )
        for one in made
    )
    return made


def volgend_nummer(sessie: Sessie) -> int:
    """Hand out the next number of the queue. Under the lock; the caller saves the session."""
    sessie.volgnummer_teller += 1
    return sessie.volgnummer_teller


def store_choices(inschrijving: Inschrijving, workshops: Sequence[int]) -> bool:
    """Store the workshops somebody wishes, one per round; return whether that is a change."""
    wanted = {
        workshop.ronde: workshop
        for workshop in Workshop.objects.filter(pk__in=workshops, sessie=inschrijving.sessie_id)
    }
    before = {keuze.ronde: keuze for keuze in inschrijving.workshopkeuzes.all()}
    changed = False
    for ronde, keuze in before.items():
        if ronde not in wanted or wanted[ronde].pk != keuze.workshop_id:
            keuze.delete()
            changed = True
    for ronde, workshop in wanted.items():
        if ronde not in before or before[ronde].workshop_id != workshop.pk:
            Workshopkeuze.objects.create(inschrijving=inschrijving, workshop=workshop, ronde=ronde)
            changed = True
    return changed


def store_needs(inschrijving: Inschrijving, voeding: str, toegankelijkheid: str) -> bool:
    """Store what somebody needs, or nothing; return whether that is a change."""
    before = BijzondereNood.objects.filter(inschrijving=inschrijving).first()
    if not (voeding or toegankelijkheid):
        if before:
            before.delete()
        return before is not None
    if before and (before.voeding, before.toegankelijkheid) == (voeding, toegankelijkheid):
        return False
    BijzondereNood.objects.update_or_create(
        inschrijving=inschrijving,
        defaults={"voeding": voeding, "toegankelijkheid": toegankelijkheid},
    )
    return True
