"""What somebody changes with the link to her own choices."""

import uuid
from collections.abc import Collection

from django.db import transaction

from core import clock
from nieuwsbrief.brief.render import VOORKEUREN
from nieuwsbrief.links import voorkeuren_link
from nieuwsbrief.models import Abonnee, Abonnement, Lijst
from nieuwsbrief.services import berichten, privacy, verzenden
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
from nieuwsbrief.services.uitschrijven import neem_afscheid, vertrek
from nieuwsbrief.staten import Bron, Soort, Staat
from post import addresses
from post import services as post


def te_kiezen(abonnee: Abonnee) -> list[Lijst]:
    """Return what somebody can choose from: what the site offers, and what she has already."""
    heeft = abonnee.abonnementen.actief().values("lijst_id")
    return list(Lijst.objects.te_kiezen() | Lijst.objects.filter(pk__in=heeft))


@transaction.atomic
def kies(*, uid: uuid.UUID, lijsten: Collection[int], naam: str, taal: str) -> bool:
    """Keep exactly these lists, and the name and language; return False when she is gone.

    Her own link proves that she reads this mailbox: no second confirmation is asked.
    """
    abonnee = op_slot(uid=uid)
    if abonnee is None:
        return False
    abonnee.naam, abonnee.taal = naam, taal_of(taal)
    abonnee.save(update_fields=["naam", "taal"])
    keuze = te_kiezen(abonnee)
    rijen = {rij.lijst_id: rij for rij in abonnee.abonnementen.all()}
    nieuw = []
    for lijst in keuze:
        rij = rijen.get(lijst.pk)
        heeft = rij is not None and rij.staat == Staat.ACTIEF
        if lijst.pk in lijsten and not heeft:
            neem_afscheid(abonnee)
            rij = rij or Abonnement(abonnee=abonnee, lijst=lijst, bron=Bron.VOORKEUREN)
            word_actief(rij)
            noteer(
                abonnee,
                lijst.pk,
                Soort.GEKOZEN,
                bron=Bron.VOORKEUREN,
                tekst=tekst_van(lijst, abonnee.taal),
                privacyversie=privacyversie(),
            )
            nieuw.append(lijst.pk)
        elif lijst.pk not in lijsten and heeft:
            vertrek(uid=uid, lijst=lijst.pk, bron=Bron.VOORKEUREN)
    if nieuw:
        mag_weer(abonnee, nieuw)
    return True


@transaction.atomic
def vraag_link(*, adres: str) -> None:
    """Mail the link to her choices to whoever has this address, if anybody. There is no outcome."""
    abonnee = op_slot(adres_norm=addresses.normalise(adres))
    if abonnee is not None and mag_mailen(abonnee):
        if abonnee.abonnementen.exclude(staat=Staat.WACHT).exists():
            berichten.link(abonnee)
        else:
            # Nobody answered from this mailbox yet: first the button.
            berichten.bevestig(abonnee, list(Lijst.objects.filter(abonnementen__abonnee=abonnee)))


@transaction.atomic
def stuur_link(*, abonnee: int, vernieuw: bool = False) -> bool:
    """Mail the link because the team was asked to; return False when the person is gone.

    With `vernieuw` every earlier link to her choices stops working; an issue that still waits for
    her leaves with the new one.
    """
    gevonden = op_slot(pk=abonnee)
    if gevonden is None:
        return False
    if vernieuw:
        gevonden.link_versie += 1
        gevonden.save(update_fields=["link_versie"])
        nieuw = {VOORKEUREN: voorkeuren_link(gevonden)}
        post.renew_values(gevonden.adres, verzenden.SOORT, nieuw)
    berichten.link(gevonden)
    return True


@transaction.atomic
def stuur_gegevens(*, uid: uuid.UUID) -> None:
    """Mail somebody everything that we keep about her, at most once a minute."""
    abonnee = op_slot(uid=uid)
    if abonnee is not None:
        bewaard = privacy.find(abonnee.adres)
        berichten.gegevens(abonnee, bewaard, f"{clock.now():%Y%m%d%H%M}")
