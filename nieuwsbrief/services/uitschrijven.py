"""The end of a subscription: by the person, by an editor, or by what a mail server says."""

import logging
import uuid

from django.db import transaction

from core import clock
from nieuwsbrief.models import Abonnee, Abonnement, Lijst
from nieuwsbrief.services import berichten
from nieuwsbrief.services.basis import noteer, onthoud_uitschrijving, op_slot
from nieuwsbrief.staten import Bron, Soort, Staat
from post import addresses

logger = logging.getLogger(__name__)

LOOPT = (Staat.ACTIEF, Staat.WACHT)
# So many acknowledgements in one minute; the rest follow in the next.
PER_KEER = 500


class AfscheidMislukt(Exception):
    """Some of who left could not be told so."""


@transaction.atomic
def vertrek(
    *, lijst: int, bron: Bron, gebruiker=None, verzending_nr: int | None = None, **wie: uuid.UUID
) -> bool:
    """End one subscription; return whether there was one to end. May be repeated.

    `wie` is her `uid`, or the `adres_code` of a link. `verzending_nr` is the issue in which she
    found the link, as the link says.
    The acknowledgement that the law asks for (domain: 11.2) is noted with it, and `tick` sends it:
    mail providers wait for the answer to this.
    """
    abonnee = op_slot(**wie)
    if abonnee is None:
        return False
    ended = Abonnement.objects.filter(abonnee=abonnee, lijst=lijst, staat__in=LOOPT).update(
        staat=Staat.WEG, sinds=clock.now(), afscheid=True
    )
    if ended:
        noteer(
            abonnee,
            lijst,
            Soort.INGETROKKEN,
            bron=bron,
            gebruiker=gebruiker,
            verzending_nr=verzending_nr,
        )
        onthoud_uitschrijving(abonnee.adres, [lijst])
    return bool(ended)


def vertrek_overal(*, uid: uuid.UUID, bron: Bron, gebruiker=None) -> int:
    """End every subscription of a person; return how many."""
    lijsten = Abonnement.objects.filter(abonnee__uid=uid, staat__in=LOOPT)
    with transaction.atomic():
        return sum(
            vertrek(uid=uid, lijst=pk, bron=bron, gebruiker=gebruiker)
            for pk in list(lijsten.values_list("lijst_id", flat=True))
        )


def stuur_afscheid() -> int:
    """Acknowledge that people left, one mail per person; return how many. Work of `tick`.

    A mail that cannot be made holds up nobody else's. Raises AfscheidMislukt when all had their
    turn, so that `tick` fails and whoever watches over it hears of it; the next one tries again.
    """
    wie = Abonnement.objects.filter(afscheid=True).order_by("abonnee_id")
    sent, failed = 0, []
    for pk in list(wie.values_list("abonnee_id", flat=True).distinct()[:PER_KEER]):
        try:
            with transaction.atomic():
                abonnee = op_slot(pk=pk)
                sent += abonnee is not None and neem_afscheid(abonnee)
        except Exception:
            logger.exception("Het afscheid van abonnee %s kon niet vertrekken", pk)
            failed.append(str(pk))
    if failed:
        raise AfscheidMislukt(f"Het afscheid van abonnee {', '.join(failed)} is mislukt")
    return sent


def neem_afscheid(abonnee: Abonnee) -> bool:
    """Acknowledge what somebody left and was not told of yet; return whether there was anything.

    Under her lock, and before anything else happens to these subscriptions: it always leaves.
    """
    rijen = Abonnement.objects.filter(abonnee=abonnee, afscheid=True)
    weg = list(rijen.select_related("lijst").order_by("lijst__volgorde", "lijst__naam"))
    if weg:
        berichten.afscheid(abonnee, weg)
        rijen.update(afscheid=False)
    return bool(weg)


@transaction.atomic
def stop(adres: str, staat: Staat) -> None:
    """End every subscription of an address that does not exist, or that complained about a mail.

    The rules of newsletter.md: one permanent refusal or one complaint is enough, for all lists.
    Nothing is mailed to tell so.
    """
    abonnee = op_slot(adres_norm=addresses.normalise(adres))
    if abonnee is None:
        return
    rijen = Abonnement.objects.filter(abonnee=abonnee, staat__in=LOOPT)
    lijsten = list(rijen.values_list("lijst_id", flat=True))
    rijen.update(staat=staat, sinds=clock.now())
    for pk in lijsten:
        noteer(abonnee, pk, Soort.GESTOPT, bron=Bron.POST)
    if staat == Staat.KLACHT:
        onthoud_uitschrijving(abonnee.adres, lijsten)


def bij_onbestelbaar(sender, adres, **kwargs) -> None:
    """Hear from the mail room that a mailbox does not exist."""
    stop(adres, Staat.ONBESTELBAAR)


def bij_klacht(sender, adres, **kwargs) -> None:
    """Hear from the mail room that somebody called a mail of ours unwanted."""
    stop(adres, Staat.KLACHT)


def loopt(lijst: Lijst | None, **wie: uuid.UUID) -> bool:
    """Say whether somebody has a subscription to end."""
    rijen = Abonnement.objects.filter(lijst=lijst, staat__in=LOOPT)
    return rijen.filter(abonnee__in=Abonnee.objects.filter(**wie)).exists()
