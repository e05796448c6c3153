"""From a filled in form to a confirmed subscription."""

import uuid
from collections.abc import Sequence

from django.db import transaction

from core import clock
from nieuwsbrief.models import Abonnee, Abonnement, Lijst, Toestemming
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
from nieuwsbrief.staten import GESTOPT, Bron, Soort, Staat
from post import addresses

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
    for lijst in lijsten:
        rij = rijen.get(lijst.pk)
        if rij is not None and rij.staat not in GESTOPT:
            continue
        if rij is None:
            rij = Abonnement(abonnee=abonnee, lijst=lijst, bron=bron)
        rij.staat, rij.sinds, rij.afscheid = Staat.WACHT, clock.now(), False
        rij.save()
        tekst = tekst_van(lijst, taal, bron)
        noteer(abonnee, lijst.pk, Soort.GEVRAAGD, bron=bron, tekst=tekst, privacyversie=privacy)
    if not mag_mailen(abonnee):
        return
    wacht = abonnee.abonnementen.filter(staat=Staat.WACHT)
    # The link in this mail gets all the time there is.
    if wacht.update(sinds=clock.now()):
        berichten.bevestig(abonnee, _lijsten_van(wacht))
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


def _lijsten_van(abonnementen):
    return list(Lijst.objects.filter(pk__in=abonnementen.values("lijst_id")))


def wachtend(abonnee: Abonnee) -> list[Lijst]:
    """Return the lists that somebody asked for and did not confirm yet."""
    return _lijsten_van(abonnee.abonnementen.filter(staat=Staat.WACHT))


@transaction.atomic
def bevestigen(*, uid: uuid.UUID) -> list[Lijst]:
    """Confirm what somebody asked for, and welcome her; return the lists that are new to her.

    A second click finds nothing that waits, and does nothing.
    """
    abonnee = op_slot(uid=uid)
    if abonnee is None:
        return []
    nieuw = []
    wacht = abonnee.abonnementen.filter(staat=Staat.WACHT).select_related("lijst")
    for rij in wacht.order_by("lijst__volgorde", "lijst__naam"):
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
        mag_weer(abonnee, [lijst.pk for lijst in nieuw])
        berichten.welkom(abonnee, nieuw)
    return nieuw
