"""One person who stands in a session twice becomes one."""

import datetime
from collections.abc import Collection

from django.utils.translation import gettext as _

from core import clock
from vorming.cijfers import gevouwen
from vorming.models import (
    FACTUUR,
    Aanwezig,
    AttestStaat,
    BijzondereNood,
    Inschrijving,
    Logregel,
    Sessie,
)
from vorming.services import berichten
from vorming.services.basis import (
    SAMENGEVOEGD,
    Door,
    NietMogelijk,
    geef_workshops,
    lees,
    noteer,
    overgang,
    vergrendel,
)
from vorming.services.inschrijven import store_choices, store_needs, volgend_nummer
from vorming.services.wachtlijst import MET_DE_HAND, sessie_van, vul
from vorming.slot import met_sessie
from vorming.staten import Staat, Verder

# From the least to the most that somebody has.
RANG = [Staat.AANGEVRAAGD, Staat.WACHTLIJST, Staat.AANGEBODEN, Staat.BEVESTIGD]


def merge(houden: int, weg: int, *, door: Door) -> Inschrijving:
    """Keep `houden`, end `weg`, and leave the person the best that she had; return what is kept.

    A place, an offer or an earlier number in the queue goes along, so that nothing is lost; a
    second place is free for the next in line. What `houden` did not answer, choose or need is taken
    over from `weg`, and on what days she was there; so is what her request did not tell of the
    invoice and the organisation, unless it speaks for others too. The link of `weg` stops. Who ends
    hears it once, and who is kept only when she has something else now; nobody hears of a session
    that is over. An offer whose time is up is nothing to keep: then the other is kept, whichever
    was asked for, so that she stays in the queue. Returns what is kept; raises NietMogelijk when
    the two are not of one session, when one of them has ended, or when `weg` holds a certificate.
    """
    if houden == weg:
        raise NietMogelijk("Kies twee verschillende inschrijvingen.")
    with met_sessie(sessie_van(houden)) as sessie:
        rows = Inschrijving.objects.filter(pk=weg, sessie=sessie)
        if not rows.exists():
            raise NietMogelijk("De twee inschrijvingen staan niet in dezelfde sessie.")
        keep, gone = lees(houden, sessie), lees(weg, sessie)
        if _is_te_laat(keep) and not _is_te_laat(gone):
            keep, gone = gone, keep
        for one in (keep, gone):
            if not one.is_actief or one.geanonimiseerd_op:
                raise NietMogelijk(
                    _("Deze inschrijving is %(staat)s. Dit kan niet meer.")
                    % {"staat": one.get_staat_display()}
                )
        if gone.attesten.filter(staat=AttestStaat.GELDIG).exists():
            raise NietMogelijk(
                "Wie wegvalt, heeft een attest. Behoud die inschrijving, of trek het attest in."
            )
        before = Staat(keep.staat)
        best = before if _rang(gone) <= _rang(keep) else Staat(gone.staat)
        had_confirmation = gone.staat == Staat.BEVESTIGD
        place, until, number = gone.plaats, gone.aanbod_tot, gone.volgnummer
        # A number stands once in a queue: whoever goes on waiting keeps the earliest. That of an
        # offer whose time is up was used.
        is_earlier = number is not None and number < (keep.volgnummer or number + 1)
        takes_number = best == Staat.WACHTLIJST and is_earlier and not _is_te_laat(gone)
        wishes = _wishes(keep, gone)
        _take_over_answers(keep, gone)
        _take_over_presence(keep, gone)
        taken = _take_over_request(keep, gone)
        gone.ical_seq += 1
        overgang(
            gone,
            Staat.GEANNULEERD,
            door=door,
            uitleg=f"samengevoegd met inschrijving {keep.pk}",
            verder=Verder.SAMENGEVOEGD,
            link_versie=gone.link_versie + 1,
            volgnummer=None if takes_number else number,
        )
        if takes_number:
            keep.volgnummer = number
            keep.save(update_fields=["volgnummer"])
        _improve(sessie, keep, best, place, until, door)
        store_choices(keep, wishes)
        geef_workshops([keep])
        noteer(
            sessie,
            SAMENGEVOEGD,
            door=door,
            inschrijving=keep,
            velden=taken,
            uitleg=_ging_op(gone.pk),
        )
        if not sessie.is_voorbij:
            berichten.samengevoegd(gone, was_bevestigd=had_confirmation, blijft=keep)
            if keep.staat != before:
                _tell(keep)
        vul(sessie, door=door)
        return keep


def merged_since(
    inschrijvingen: Collection[int], *, gebruiker, sinds: datetime.datetime
) -> int | None:
    """Return which of these goes on, when an editor merged them since; None when she did not."""
    line = Logregel.objects.filter(
        inschrijving__in=inschrijvingen,
        actie=SAMENGEVOEGD,
        uitleg__in=[_ging_op(pk) for pk in inschrijvingen],
        gebruiker=gebruiker,
        op__gt=sinds,
    ).first()
    return line.inschrijving_id if line else None


def _ging_op(pk):
    return f"inschrijving {pk} ging op in deze"


def _is_te_laat(one):
    return one.staat == Staat.AANGEBODEN and one.aanbod_tot <= clock.now()


def _rang(one):
    return -1 if _is_te_laat(one) else RANG.index(Staat(one.staat))


def _improve(sessie: Sessie, keep, best, place, until, door):
    """Give who is kept the better state, with the place or the number that comes with it."""
    if RANG.index(best) <= RANG.index(Staat(keep.staat)):
        return
    if best == Staat.WACHTLIJST:
        overgang(keep, Staat.WACHTLIJST, door=door)
    elif best == Staat.AANGEBODEN and keep.staat == Staat.AANGEVRAAGD:
        # An offer is for who waits: this one waited as her other half.
        overgang(keep, Staat.WACHTLIJST, door=door, volgnummer=volgend_nummer(sessie))
        sessie.save(update_fields=["volgnummer_teller"])
    if best == Staat.AANGEBODEN:
        overgang(
            keep,
            Staat.AANGEBODEN,
            door=door,
            plaats=place,
            aanbod_tot=until,
            uitleg=MET_DE_HAND,
        )
    elif best == Staat.BEVESTIGD:
        # Who was offered a place keeps that one; the other comes free.
        own = keep.plaats or place
        overgang(keep, Staat.BEVESTIGD, door=door, plaats=own, uitleg=MET_DE_HAND)


def _wishes(keep, gone) -> list[int]:
    """Return the workshops of both, one per round.

    A place goes before a wish; otherwise the choice of who is kept goes first.
    """
    found = {}
    for one, has_place in ((gone, False), (keep, False), (gone, True), (keep, True)):
        chosen = one.workshopkeuzes.filter(plaats__isnull=not has_place)
        found |= dict(chosen.values_list("ronde", "workshop_id"))
    return list(found.values())


def _take_over_answers(keep, gone):
    known = {answer["sleutel"] for answer in keep.antwoorden}
    keep.antwoorden = [
        *keep.antwoorden,
        *(answer for answer in gone.antwoorden if answer["sleutel"] not in known),
    ]
    keep.functie = keep.functie or gone.functie
    keep.save(update_fields=["antwoorden", "functie"])
    needs = {one.inschrijving_id: one for one in _needs(keep, gone)}
    if gone.pk in needs:
        own, other = needs.get(keep.pk), needs[gone.pk]
        store_needs(
            keep,
            _both(own.voeding if own else "", other.voeding),
            _both(own.toegankelijkheid if own else "", other.toegankelijkheid),
        )
        other.delete()


def _take_over_request(keep, gone) -> list[str]:
    """Fill in what only the other request tells of invoice and organisation; return what it was.

    An invoice goes as a whole: that of one organisation with the order of another is of nobody.
    """
    if keep.aanvraag_id == gone.aanvraag_id:
        return []
    vergrendel([keep.aanvraag_id, gone.aanvraag_id])
    # Read before the lock: somebody may have corrected or emptied them since.
    own, other = keep.aanvraag, gone.aanvraag
    own.refresh_from_db()
    other.refresh_from_db()
    if not _speaks_for(own, other, keep):
        return []
    names = [
        name
        for name in ("telefoon", "gemeente", "soort_organisatie")
        if getattr(other, name) and not getattr(own, name)
    ]
    has_invoice = other.heeft_factuur and not own.heeft_factuur
    fields = [*names, *FACTUUR] if has_invoice else names
    for name in fields:
        setattr(own, name, getattr(other, name))
    own.save(update_fields=fields)
    words = [name.replace("_", " ") for name in names]
    return [*words, "factuur"] if has_invoice else words


def _speaks_for(own, other, keep) -> bool:
    """Say whether what stands in the other request may stand in this one.

    Colleagues of another organisation in the same request would get an invoice that is not theirs.
    """
    if own.e_mail_norm and own.e_mail_norm == other.e_mail_norm:
        return True
    if gevouwen(own.organisatie) and gevouwen(own.organisatie) == gevouwen(other.organisatie):
        return True
    colleagues = Inschrijving.objects.actief().filter(aanvraag=own)
    return not colleagues.exclude(sleutel=keep.sleutel).exists()


def _both(own: str, other: str) -> str:
    """Return two needs as one: leaving one out could hurt somebody."""
    texts = list(dict.fromkeys(text for text in (own, other) if text))
    found = "; ".join(texts)
    if len(found) > (BijzondereNood._meta.get_field("voeding").max_length or 0):
        raise NietMogelijk(
            "Samen zijn de gegevens over voeding of toegankelijkheid te lang. Kort ze eerst in."
        )
    return found


def _take_over_presence(keep, gone):
    """Keep for every day the best that was recorded: whoever was there once was there."""
    known = {row.dag_id: row for row in keep.aanwezigheden.all()}
    for row in gone.aanwezigheden.all():
        own = known.get(row.dag_id)
        if own is None:
            row.inschrijving = keep
            row.save(update_fields=["inschrijving"])
            continue
        if row.stand == Aanwezig.AANWEZIG and own.stand != row.stand:
            own.stand, own.door, own.op = row.stand, row.door, row.op
            own.save(update_fields=["stand", "door", "op"])
        row.delete()


def _needs(*inschrijvingen):
    return BijzondereNood.objects.filter(inschrijving__in=inschrijvingen)


def _tell(one):
    """Say once what somebody has now."""
    if one.staat == Staat.BEVESTIGD:
        berichten.bevestigd(one)
    elif one.staat == Staat.AANGEBODEN:
        berichten.aangeboden(one)
    elif one.staat == Staat.WACHTLIJST:
        berichten.wachtlijst(one)
