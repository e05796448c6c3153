"""What a participant does herself, with her link. Every function may be asked twice.

`link` is the version of the link that she used: one that was revoked meanwhile does nothing.
"""

import uuid
from collections.abc import Container, Sequence

from django.utils.translation import gettext as _

from core import clock
from post.addresses import InvalidAddress, check
from vorming.models import Inschrijving, Workshop
from vorming.services import berichten
from vorming.services.basis import (
    DEELNEMER,
    Door,
    NietMogelijk,
    Samen,
    geef_workshops,
    lees,
    noteer,
    overgang,
    volgende_regel,
)
from vorming.services.inschrijven import Persoon, rij_van, store_choices, store_needs
from vorming.services.wachtlijst import MET_DE_HAND, sessie_van, vul
from vorming.services.workshops import deel_uit
from vorming.slot import met_sessie
from vorming.staten import Staat


def cancel(
    inschrijving: int,
    *,
    door: Door = DEELNEMER,
    uitleg: str = "",
    reden: str = "",
    link: int | None = None,
) -> Inschrijving:
    """Cancel one enrolment; a place that comes free goes to the next at once.

    A participant may until the deadline of the session, an editor always. `uitleg` stays in the
    log, so it says nothing about a person; `reden` only stands in the mail. Raises NietMogelijk.
    """
    with met_sessie(sessie_van(inschrijving)) as sessie:
        one = lees(inschrijving, sessie, link=link)
        if one.staat != Staat.GEANNULEERD:
            _cancel(one, door=door, uitleg=uitleg, reden=reden)
            vul(sessie, door=door)
        return one


def cancel_together(
    inschrijvingen: Sequence[int], *, door: Door, uitleg: str = "", reden: str = ""
) -> Samen:
    """Cancel several people of one session at one stroke, and only then let others move up.

    One by one, somebody further down would get a place, and a mail about it, a moment before she
    is cancelled herself. Who cannot be cancelled any more is named with the reason; the others go.
    """
    done = Samen()
    with met_sessie(sessie_van(inschrijvingen[0])) as sessie:
        for pk in inschrijvingen:
            one = lees(pk, sessie)
            if one.staat == Staat.GEANNULEERD:
                continue
            try:
                _cancel(one, door=door, uitleg=uitleg, reden=reden)
            except NietMogelijk as reason:
                done.geweigerd[pk] = str(reason)
            else:
                done.gedaan.append(pk)
        vul(sessie, door=door)
    return done


def _cancel(one, *, door, uitleg, reden):
    """End an enrolment and say so. Under the lock; the caller gives the place on."""
    if not door.is_redactie:
        _refuse_late_cancel(one)
    was_confirmed = one.staat == Staat.BEVESTIGD
    one.ical_seq += 1
    overgang(one, Staat.GEANNULEERD, door=door, uitleg=uitleg)
    berichten.geannuleerd(one, was_bevestigd=was_confirmed, zelf=not door.is_redactie, reden=reden)


def kan_annuleren(one: Inschrijving) -> bool:
    """Say whether a participant may cancel now."""
    if not one.is_actief or one.sessie.is_begonnen:
        return False
    last = one.sessie.laatste_annulering
    return one.staat != Staat.BEVESTIGD or last is None or clock.now() <= last


def _refuse_late_cancel(one):
    if one.is_actief and not kan_annuleren(one):
        raise NietMogelijk(_("Zelf annuleren kan niet meer. Neem contact met ons op."))


def kan_vervangen(one: Inschrijving) -> bool:
    """Say whether a participant may send a colleague now."""
    return _in_time_to_swap(one) and not one.sessie.vraagt_goedkeuring


def moet_collega_vragen(one: Inschrijving) -> bool:
    """Say whether a participant has to ask us to send a colleague: an editor decides who comes."""
    return _in_time_to_swap(one) and one.sessie.vraagt_goedkeuring


def _in_time_to_swap(one):
    last = one.sessie.laatste_vervanging
    return (
        one.staat == Staat.BEVESTIGD
        and not one.sessie.is_begonnen
        and (last is None or clock.now() <= last)
    )


def merk_van(zegel: uuid.UUID, persoon: Persoon) -> uuid.UUID:
    """Return what tells that a form is the one that gave a place to this colleague."""
    return uuid.uuid5(zegel, persoon.sleutel)


def swap(
    inschrijving: int,
    *,
    persoon: Persoon,
    merk: uuid.UUID | None = None,
    door: Door = DEELNEMER,
    link: int | None = None,
) -> Inschrijving:
    """Let a colleague take over a confirmed place; return her enrolment.

    The old link stops at once; `merk` is kept, so that a second click on the same form can be told
    from somebody who tries that link. A participant may not learn who is in already: for a
    colleague who is, what she sees and gets is the same. Raises NietMogelijk when it is too late,
    when an editor decides who comes, and for an editor when the colleague is in already.
    """
    with met_sessie(sessie_van(inschrijving)) as sessie:
        one = lees(inschrijving, sessie)
        if one.staat == Staat.VERVANGEN and one.opvolger.sleutel == persoon.sleutel:
            # A second click: the first one has revoked the link of both.
            return one.opvolger
        one = lees(inschrijving, sessie, link=link)
        if not door.is_redactie and moet_collega_vragen(one):
            raise NietMogelijk(
                _(
                    "In deze vorming beslissen wij wie meedoet. Wil je een collega sturen? Vraag "
                    "het ons."
                )
            )
        if one.staat == Staat.BEVESTIGD and not door.is_redactie and not kan_vervangen(one):
            raise NietMogelijk(_("Een collega sturen kan niet meer. Neem contact met ons op."))
        known = (
            Inschrijving.objects.actief()
            .select_related("aanvraag")
            .filter(sessie=sessie, sleutel=persoon.sleutel)
            .first()
        )
        if known and known.pk == one.pk:
            raise NietMogelijk(_("Dat ben je zelf. Vul in wie er in jouw plaats komt."))
        if known and door.is_redactie:
            raise NietMogelijk(_("Deze collega kan je plaats niet overnemen. Vraag het ons."))
        if known and one.staat == Staat.BEVESTIGD:
            return _hand_to_known(one, known, persoon, sessie, door, merk)
        place = one.plaats
        wishes = list(one.workshopkeuzes.values_list("workshop_id", flat=True))
        overgang(
            one,
            Staat.VERVANGEN,
            door=door,
            link_versie=one.link_versie + 1,
            ical_seq=one.ical_seq + 1,
            doorgegeven_met=merk,
        )
        new = rij_van(
            persoon,
            sessie=sessie,
            aanvraag=one.aanvraag,
            regel=volgende_regel(one.aanvraag_id),
            staat=Staat.BEVESTIGD,
            bevestigd_op=clock.now(),
            plaats=place,
            vervangt=one,
        )
        new.save(force_insert=True)
        # The colleague gets the workshops too; what somebody needs is her own.
        store_choices(new, wishes)
        geef_workshops([new])
        noteer(sessie, "ingeschreven", door=door, inschrijving=new, naar=new.staat)
        berichten.vervangen(one, new)
        return new


def _hand_to_known(one, known, persoon, sessie, door, merk):
    """Give a place to a colleague who is in already, and return her enrolment.

    Who waits gets the place. Who has one keeps it and gets her link again, and the place goes to
    who waits. Names are those that were typed: how she wrote hers, is not for others.
    """
    place = one.plaats
    overgang(
        one,
        Staat.GEANNULEERD,
        door=door,
        uitleg="gaf de plaats aan iemand die al ingeschreven was",
        link_versie=one.link_versie + 1,
        ical_seq=one.ical_seq + 1,
        doorgegeven_met=merk,
    )
    berichten.plaats_doorgegeven(one, f"{persoon.voornaam} {persoon.naam}")
    known.sessie = sessie
    if known.staat == Staat.BEVESTIGD:
        berichten.link_opnieuw(known)
    else:
        # Who was offered a place keeps that one.
        overgang(
            known,
            Staat.BEVESTIGD,
            door=door,
            uitleg=MET_DE_HAND,
            plaats=place if known.plaats is None else None,
        )
        geef_workshops([known])
        berichten.overgenomen(known, one)
    vul(sessie, door=door)
    return known


def change(
    inschrijving: int,
    *,
    functie: str,
    antwoorden: Sequence[dict],
    workshops: Sequence[int] | None,
    voeding: str,
    toegankelijkheid: str,
    volzet: Container[int] | None = None,
    door: Door = DEELNEMER,
    link: int | None = None,
) -> Inschrijving:
    """Change answers, workshops and needs until the session begins.

    `volzet` are the workshops of which she read that they are full; None does not ask. Raises
    NietMogelijk, and changes nothing, when she chose another that is full by now: what she has in
    that round would go to somebody else, for a wish.
    """
    with met_sessie(sessie_van(inschrijving)) as sessie:
        one = lees(inschrijving, sessie, link=link)
        if not one.is_actief or (sessie.is_begonnen and not door.is_redactie):
            raise NietMogelijk(_("Wijzigen kan niet meer."))
        if workshops is not None and volzet is not None:
            _refuse_filled_up(one, workshops, volzet)
        fields = set()
        if one.functie != functie:
            fields.add("functie")
        if list(one.antwoorden) != list(antwoorden):
            fields.add("antwoorden")
        one.functie, one.antwoorden = functie, list(antwoorden)
        one.save(update_fields=["functie", "antwoorden"])
        if workshops is not None and store_choices(one, workshops):
            fields.add("workshops")
            # What she left may be what another wished.
            deel_uit(sessie, stil=[one])
        if store_needs(one, voeding, toegankelijkheid):
            # That somebody has needs is itself a need to keep: the log is read by more people.
            fields.add("antwoorden")
        if fields:
            noteer(sessie, "antwoorden gewijzigd", door=door, inschrijving=one, velden=fields)
            berichten.antwoorden_gewijzigd(one, one.logregels.count())
        return one


def _refuse_filled_up(one, workshops, volzet):
    """Raise NietMogelijk for a new choice that is full, of which she did not read so."""
    before = set(one.workshopkeuzes.values_list("workshop_id", flat=True))
    new = [pk for pk in workshops if pk not in before and pk not in volzet]
    for workshop in Workshop.objects.filter(pk__in=new, sessie=one.sessie_id).met_stand():
        if not workshop.vrij:
            raise NietMogelijk(
                _(
                    "Intussen is “%(workshop)s” volzet. Er is nog niets veranderd. Kies iets "
                    "anders. Bewaar je toch deze keuze, dan wacht je op een plaats, en een plaats "
                    "die je al had in een andere workshop op dat moment geef je op."
                )
                % {"workshop": workshop.naam}
            )


def resend_links(sessie: int, adres: str) -> int:
    """Mail everybody active in a session at an address her link again; return how many.

    Never shown on screen: whoever asks may not learn who is enrolled.
    """
    try:
        adres = check(adres).lower()
    except InvalidAddress:
        return 0
    with met_sessie(sessie) as locked:
        rows = list(
            Inschrijving.objects.actief()
            .filter(sessie=locked, e_mail_norm=adres)
            .select_related("aanvraag")
        )
        for one in rows:
            one.sessie = locked
            berichten.link_opnieuw(one)
        return len(rows)


def revoke_link(inschrijving: int, *, door: Door) -> Inschrijving:
    """Make every link that was sent stop, and mail a new one: a link leaked."""
    with met_sessie(sessie_van(inschrijving)) as sessie:
        one = lees(inschrijving, sessie)
        one.link_versie += 1
        one.save(update_fields=["link_versie"])
        noteer(sessie, "link ingetrokken", door=door, inschrijving=one)
        berichten.link_opnieuw(one)
        return one
