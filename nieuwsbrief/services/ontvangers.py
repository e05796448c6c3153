"""Who an issue is for: the rules by which recipients are chosen, and how many there would be.

Before a decision an editor reads a number, and afterwards another one stands in the report. So
what counts here, counts by the rules of choosing (`voorbereiden`).
"""

from collections.abc import Iterable
from itertools import islice

from django.conf import settings
from django.db.models import Exists, OuterRef

from nieuwsbrief.models import Abonnement, NieuwsbriefPage, Verzending
from nieuwsbrief.services.eens import Anderen
from post import addresses
from post.models import Levering, Onderdrukking
from post.states import Staat

# So many addresses at once.
PER_DEEL = 2000


def taal_van(pagina: NieuwsbriefPage) -> str:
    """Return which readers an issue is for; empty for the Dutch one, which is for all others."""
    taal = pagina.locale.language_code
    return taal if taal != settings.LANGUAGE_CODE else ""


def kan_mail_krijgen(adres: str) -> bool:
    """Say whether a mail server would take this address at all."""
    try:
        addresses.check(adres)
    except addresses.InvalidAddress:
        return False
    return True


def abonnementen(
    pagina: NieuwsbriefPage | None, lijsten: Iterable[int], bericht: int | None = None
):
    """Return the subscriptions by which people would get an issue as mail `bericht`.

    Without who reads another language, or has it from another mail. Who may not be mailed or
    cannot be, is not left out: almost nobody, for whoever may not be mailed was unsubscribed too,
    and only one by one can it be seen.
    """
    rijen = Abonnement.objects.actief().filter(lijst__in=list(lijsten))
    if pagina is None:
        return rijen
    if taal := taal_van(pagina):
        rijen = rijen.filter(abonnee__taal=taal)
    anderen = Anderen(pagina, bericht)
    if anderen.zijn_er:
        rijen = rijen.filter(
            ~Exists(anderen.leveringen().filter(adres_norm=OuterRef("abonnee__adres_norm")))
        )
    return rijen


def wie_ontbreekt(verzending: Verzending) -> tuple[int, int]:
    """Return how many failed and would be tried again, and how many would get it as new readers.

    Not who left since, reads another language, got it in one, or may not be mailed.
    """
    krijgt = abonnementen(verzending.pagina, verzending.lijst_nummers, verzending.bericht_id)
    mislukt = (
        Levering.objects.in_index(verzending.bericht_id, Staat.MISLUKT)
        .filter(Exists(krijgt.filter(abonnee__adres_norm=OuterRef("adres_norm"))))
        .exclude(vingerafdruk__in=Onderdrukking.objects.values("vingerafdruk"))
    )
    heeft = Levering.objects.filter(
        bericht=verzending.bericht_id, adres_norm=OuterRef("abonnee__adres_norm")
    )
    nieuw = krijgt.filter(~Exists(heeft)).values_list("abonnee__adres", flat=True).distinct()
    return mislukt.count(), _te_mailen(nieuw.iterator())


def _te_mailen(adressen: Iterable[str]) -> int:
    """Count the addresses that may be mailed and can be, in parts."""
    aantal, rij = 0, iter(adressen)
    while deel := list(islice(rij, PER_DEEL)):
        codes = {addresses.fingerprint(adres) for adres in deel if kan_mail_krijgen(adres)}
        aantal += len(codes) - Onderdrukking.objects.filter(vingerafdruk__in=codes).count()
    return aantal
