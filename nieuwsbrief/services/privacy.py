"""What we have on somebody, and forgetting her: because she asks, and by the calendar."""

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from core import clock
from nieuwsbrief.models import (
    Abonnee,
    Abonnement,
    Invoer,
    Lijst,
    NieuwsbriefInstellingen,
    Toestemming,
    Uitschrijving,
)
from nieuwsbrief.services import berichten
from nieuwsbrief.services.basis import onthoud_uitschrijving, op_slot
from nieuwsbrief.staten import GESTOPT, Soort, Staat
from post import addresses
from post import services as post
from post.models import Levering, Onderdrukking
from post.states import FINISHED
from post.states import Staat as LeveringStaat

PER_KEER = 1000
# Long enough to see that the mail arrived.
LAATSTE_MAIL = datetime.timedelta(days=1)


def find(adres: str) -> dict[str, list]:
    """Return everything we hold about an address, for who asks what we have of her."""
    norm, wie = addresses.normalise(adres), addresses.fingerprint(adres)
    return {
        "abonnees": list(Abonnee.objects.filter(adres_norm=norm)),
        "abonnementen": list(
            Abonnement.objects.filter(abonnee__adres_norm=norm)
            .select_related("lijst")
            .order_by("lijst__volgorde", "pk")
        ),
        "toestemmingen": list(
            Toestemming.objects.filter(abonnee__adres_norm=norm).select_related("lijst")
        ),
        "uitschrijvingen": list(
            Uitschrijving.objects.filter(vingerafdruk=wie).select_related("lijst")
        ),
        "onderdrukkingen": list(Onderdrukking.objects.filter(vingerafdruk=wie)),
        "ingevoerd": [
            invoer
            for invoer in Invoer.objects.all()
            if any(addresses.normalise(regel["adres"]) == norm for regel in invoer.regels)
        ],
        "mails": list(
            Levering.objects.filter(
                adres_norm=norm, bericht__soort__startswith=berichten.SOORT
            ).select_related("bericht")
        ),
    }


@transaction.atomic
def erase(adres: str, *, bericht: bool = True) -> bool:
    """Forget an address in the newsletter; return whether it was known.

    What stays is a code that tells when it comes back that it wants no newsletter. What somebody
    asked of us elsewhere, such as a course, is not touched. With `bericht` she gets a last mail
    that says so; a day later that one is emptied too.
    """
    abonnee = op_slot(adres_norm=addresses.normalise(adres))
    onthoud_uitschrijving(adres, list(Lijst.objects.values_list("pk", flat=True)))
    post.suppress(adres, Onderdrukking.Reden.GEWIST)
    post.erase_kind(adres, berichten.SOORT)
    _vergeet_in_bestanden(adres)
    if abonnee is None:
        return False
    post.erase_about([str(abonnee.uid)])
    if bericht:
        berichten.gewist(abonnee)
    abonnee.delete()
    return True


def _vergeet_in_bestanden(adres):
    norm = addresses.normalise(adres)
    for invoer in Invoer.objects.select_for_update():
        blijft = [regel for regel in invoer.regels if addresses.normalise(regel["adres"]) != norm]
        if len(blijft) < len(invoer.regels):
            invoer.regels = blijft
            invoer.save(update_fields=["regels"])


def retain() -> dict[str, int]:
    """Do what the periods of the settings ask; return per kind how many. Work of `tick`."""
    nu, perioden = clock.now(), NieuwsbriefInstellingen.load()

    def voor(dagen):
        return nu - datetime.timedelta(days=dagen)

    oude_invoer = Invoer.objects.filter(aangemaakt_op__lt=voor(perioden.bewaar_invoer))
    return {
        "niet bevestigd": _vergeet_onbevestigd(voor(perioden.bewaar_onbevestigd)),
        "uitgeschreven": _vergeet_gestopt(voor(perioden.bewaar_gestopt)),
        "ingevoerde bestanden": oude_invoer.delete()[0],
        "laatste mails": _leeg_laatste_mails(nu - LAATSTE_MAIL),
    }


def _vergeet_onbevestigd(voor):
    wie = [
        pk
        for oud in (_wachtte_te_lang(voor), _kwam_nooit_aan(voor))
        for pk in oud.order_by("sinds").values_list("abonnee_id", flat=True)[:PER_KEER]
    ]
    for pk in dict.fromkeys(wie):
        with transaction.atomic():
            abonnee = op_slot(pk=pk)
            if abonnee is None:
                continue
            verlopen = _wachtte_te_lang(voor).filter(abonnee=abonnee)
            # Who was on the list before, and asked again without confirming, stays who left.
            verlopen.exclude(bevestigd_op=None).update(staat=Staat.WEG)
            for rijen in (verlopen, _kwam_nooit_aan(voor).filter(abonnee=abonnee)):
                lijsten = list(rijen.values_list("lijst_id", flat=True))
                Abonnement.objects.filter(abonnee=abonnee, lijst__in=lijsten).delete()
                Toestemming.objects.filter(abonnee=abonnee, lijst__in=lijsten).delete()
            _weg_als_leeg(abonnee)
    return len(wie)


def _wachtte_te_lang(voor):
    return Abonnement.objects.filter(staat=Staat.WACHT, sinds__lt=voor)


def _kwam_nooit_aan(voor):
    """Return the sign-ups of which even the mail to confirm found no mailbox.

    Not of who asked again since: she has the time that the new mail says.
    """
    asked = Toestemming.objects.filter(
        abonnee=OuterRef("abonnee"), lijst=OuterRef("lijst"), soort=Soort.GEVRAAGD, op__gte=voor
    )
    return Abonnement.objects.filter(
        ~Exists(asked), staat=Staat.ONBESTELBAAR, bevestigd_op=None, sinds__lt=voor
    )


def _weg_als_leeg(abonnee):
    if not abonnee.abonnementen.exists():
        post.erase_kind(abonnee.adres, berichten.SOORT)
        abonnee.delete()


def _vergeet_gestopt(voor):
    recent = Abonnement.objects.filter(abonnee=OuterRef("abonnee_id")).exclude(
        staat__in=GESTOPT, sinds__lt=voor
    )
    oud = Abonnement.objects.filter(~Exists(recent), staat__in=GESTOPT, sinds__lt=voor)
    wie = list(oud.order_by("sinds").values_list("abonnee_id", flat=True)[:PER_KEER])
    for pk in dict.fromkeys(wie):
        with transaction.atomic():
            abonnee = op_slot(pk=pk)
            if abonnee is None or Abonnement.objects.filter(abonnee=pk).exclude(
                staat__in=GESTOPT, sinds__lt=voor
            ):
                continue
            lijsten = list(abonnee.abonnementen.values_list("lijst_id", flat=True))
            onthoud_uitschrijving(abonnee.adres, lijsten)
            post.erase_kind(abonnee.adres, berichten.SOORT)
            abonnee.delete()
    return len(set(wie))


def _leeg_laatste_mails(voor):
    over = Levering.objects.filter(
        bericht__soort=berichten.GEWIST,
        # Nobody sends it again, whether it arrived or not.
        staat__in=[*FINISHED, LeveringStaat.ONZEKER],
        aangemaakt_op__lt=voor,
    ).exclude(adres="")
    rijen = list(over.values_list("pk", "bericht_id")[:PER_KEER])
    if rijen:
        with transaction.atomic():
            post.empty_deliveries([pk for pk, _ in rijen])
            post.empty_messages([bericht for _, bericht in rijen])
    return len(rijen)
