"""What editors put right about one person: how she is called, her address, her link."""

from django.utils.translation import gettext as _

from vorming.links import is_too_old
from vorming.models import Inschrijving, sleutel_van
from vorming.services import berichten
from vorming.services.basis import Door, NietMogelijk, lees, noteer
from vorming.services.wachtlijst import sessie_van
from vorming.slot import met_sessie


def correct(
    inschrijving: int, *, voornaam: str, naam: str, e_mail: str, functie: str, door: Door
) -> Inschrijving:
    """Correct the name, the address or the function of somebody who takes part or waits.

    Another address raises the version of the link: what was sent to the old one stops at once.
    Whoever is corrected gets one mail, at the address that holds now; the days go along for her
    calendar. Nothing changed is nothing done. Raises NietMogelijk when the enrolment has ended, or
    when somebody with that name and address is in already.
    """
    with met_sessie(sessie_van(inschrijving)) as sessie:
        one = lees(inschrijving, sessie)
        if not one.is_actief or one.geanonimiseerd_op:
            raise NietMogelijk(_("Verbeteren kan niet meer."))
        wanted = {"voornaam": voornaam, "naam": naam, "e_mail": e_mail, "functie": functie}
        changed = {name for name, value in wanted.items() if getattr(one, name) != value}
        if not changed:
            return one
        key = sleutel_van(voornaam, naam, e_mail)
        others = Inschrijving.objects.actief().filter(sessie=sessie, sleutel=key)
        if others.exclude(pk=one.pk).exists():
            raise NietMogelijk(
                "Iemand met die naam en dat adres staat al in deze sessie. Voeg de twee samen."
            )
        _correct_contact(one, voornaam, naam, e_mail)
        old_address = one.e_mail_norm
        for name, value in wanted.items():
            setattr(one, name, value)
        one.sleutel = key
        one.ical_seq += 1
        # Normalised by saving.
        one.save()
        if one.e_mail_norm != old_address:
            one.link_versie += 1
            one.save(update_fields=["link_versie"])
        noteer(
            sessie,
            "gegevens verbeterd",
            door=door,
            inschrijving=one,
            velden={name.replace("_", "-") for name in changed},
        )
        if changed - {"functie"} and not is_too_old(one):
            berichten.gegevens_verbeterd(one)
        return one


def _correct_contact(one, voornaam, naam, e_mail):
    """Correct the contact too, when that is the same person."""
    aanvraag = one.aanvraag
    contact = sleutel_van(aanvraag.voornaam, aanvraag.naam, aanvraag.e_mail)
    if contact == one.sleutel:
        aanvraag.voornaam, aanvraag.naam, aanvraag.e_mail = voornaam, naam, e_mail
        aanvraag.save(update_fields=["voornaam", "naam", "e_mail", "e_mail_norm"])


def resend_link(inschrijving: int, *, door: Door) -> Inschrijving:
    """Mail somebody her link again, because she asked an editor; at most once an hour.

    Raises NietMogelijk when the link would not work: the enrolment ended, or is long ago.
    """
    with met_sessie(sessie_van(inschrijving)) as sessie:
        one = lees(inschrijving, sessie)
        if not one.is_actief or one.geanonimiseerd_op or is_too_old(one):
            raise NietMogelijk("De link van deze inschrijving werkt niet meer.")
        noteer(sessie, "link opnieuw gestuurd", door=door, inschrijving=one)
        berichten.link_opnieuw(one)
        return one
