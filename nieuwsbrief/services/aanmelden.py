"""From a filled in form to a confirmed subscription."""

import datetime
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from core import clock
from nieuwsbrief.models import Abonnee, Abonnement, Lijst, NieuwsbriefInstellingen, Toestemming
from nieuwsbrief.services import berichten
from nieuwsbrief.services.basis import (
    mag_mailen,
    mag_weer,
    noteer,
    op_slot,
    privacyversie,
    taal_of,
    tekst_van,
    word_actief,
)
from nieuwsbrief.services.uitschrijven import neem_afscheid
from nieuwsbrief.staten import GESTOPT, Bron, Soort, Staat
from post import addresses
from post import services as post

# From one network. Colleagues of one town hall share an address on it.
PER_UUR = 20


@transaction.atomic
def aanmelden(*, adres: str, lijsten: Sequence[Lijst], taal: str, bron: Bron = Bron.SITE) -> None:
    """Take in that somebody filled in `adres` for these lists, and mail that address.

    Nothing is sent to it but a mail to confirm: anybody can fill in anybody's address. Whoever
    asks may not learn from the outcome who is known, so there is none. Raises
    addresses.InvalidAddress.
    """
    abonnee = _neem(addresses.check(adres), taal_of(taal))
    privacy = privacyversie()
    rijen = {
        rij.lijst_id: rij
        for rij in abonnee.abonnementen.filter(lijst__in=[lijst.pk for lijst in lijsten])
    }
    wacht = set(_wachtend(abonnee).values_list("lijst_id", flat=True))
    # Whom only the mail room forgot is on the list as before, and gets nothing: she asks anew.
    krijgt_niets = (*GESTOPT, Staat.ACTIEF) if post.is_suppressed(adres) else GESTOPT
    mag = mag_mailen(abonnee)
    for lijst in lijsten:
        rij = rijen.get(lijst.pk)
        if rij is None:
            nieuw = Abonnement(abonnee=abonnee, lijst=lijst, bron=bron, staat=Staat.WACHT)
            nieuw.sinds = clock.now()
            nieuw.save()
        elif rij.staat not in krijgt_niets or (lijst.pk in wacht and not mag):
            continue
        # Who stopped stays so: anybody can fill in her address, and only she begins again.
        tekst = tekst_van(lijst, taal, bron)
        noteer(abonnee, lijst.pk, Soort.GEVRAAGD, bron=bron, tekst=tekst, privacyversie=privacy)
    if not mag:
        return
    # The link in this mail gets all the time there is.
    abonnee.abonnementen.filter(staat=Staat.WACHT).update(sinds=clock.now())
    gevraagd = wachtend(abonnee)
    if gevraagd:
        berichten.bevestig(abonnee, gevraagd)
    else:
        berichten.al_ingeschreven(abonnee)


def _neem(adres, taal):
    """Return who has this address, locked; made when nobody has."""
    while True:
        Abonnee.objects.get_or_create(
            adres_norm=addresses.normalise(adres),
            defaults={
                "adres": adres,
                "domein": addresses.domain_of(adres),
                "taal": taal,
                "aangemaakt_op": clock.now(),
            },
        )
        # She may have been forgotten in between.
        abonnee = op_slot(adres_norm=addresses.normalise(adres))
        if abonnee is not None:
            return abonnee


def _wachtend(abonnee):
    """Return what waits for a yes: what is new to her, and what she left and was asked for again.

    Of a subscription that stopped, or that the mail room stopped, the last thing that happened says
    so: of one that works, nobody asks.
    """
    since = clock.now() - datetime.timedelta(days=NieuwsbriefInstellingen.load().bewaar_onbevestigd)
    laatst = Toestemming.objects.filter(
        abonnee=OuterRef("abonnee"), lijst=OuterRef("lijst")
    ).order_by("-pk")
    asked = Q(soort_laatst=Soort.GEVRAAGD, op_laatst__gte=since)
    return abonnee.abonnementen.annotate(
        soort_laatst=Subquery(laatst.values("soort")[:1]),
        op_laatst=Subquery(laatst.values("op")[:1]),
    ).filter(Q(staat=Staat.WACHT) | Q(staat__in=[*GESTOPT, Staat.ACTIEF]) & asked)


def wachtend(abonnee: Abonnee) -> list[Lijst]:
    """Return the lists that somebody asked for and did not confirm yet."""
    return list(Lijst.objects.filter(pk__in=_wachtend(abonnee).values("lijst_id")))


@transaction.atomic
def bevestigen(*, uid: uuid.UUID) -> list[Lijst]:
    """Confirm what somebody asked for, and welcome her; return the lists that are new to her.

    A second click finds nothing that waits, and does nothing.
    """
    abonnee = op_slot(uid=uid)
    if abonnee is None:
        return []
    nieuw = []
    wacht = _wachtend(abonnee).select_related("lijst").order_by("lijst__volgorde", "lijst__naam")
    rijen = list(wacht)
    if rijen:
        # Before her state changes: the law asks for it, also from who is back within a minute.
        neem_afscheid(abonnee)
    for rij in rijen:
        word_actief(rij)
        gevraagd = (
            Toestemming.objects.filter(abonnee=abonnee, lijst=rij.lijst_id, soort=Soort.GEVRAAGD)
            .order_by("-pk")
            .first()
        )
        noteer(
            abonnee,
            rij.lijst_id,
            Soort.BEVESTIGD,
            bron=Bron.MAIL,
            tekst=gevraagd.tekst if gevraagd else tekst_van(rij.lijst, abonnee.taal),
            privacyversie=gevraagd.privacyversie if gevraagd else privacyversie(),
        )
        nieuw.append(rij.lijst)
    if nieuw:
        # Who answers from her own mailbox may ask for the next mail at once: the limit is for
        # strangers who fill in her address.
        abonnee.mail_op = None
        abonnee.save(update_fields=["mail_op"])
        mag_weer(abonnee, [lijst.pk for lijst in nieuw])
        berichten.welkom(abonnee, nieuw)
    return nieuw
