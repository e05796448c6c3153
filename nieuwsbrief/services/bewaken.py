"""What the newsletter says about its mails just before they leave (post.engine.guards)."""

from collections.abc import Sequence

from core import clock
from nieuwsbrief.models import Abonnee, Abonnement, Verzending
from nieuwsbrief.services import volgen, weigering
from nieuwsbrief.services.eens import Anderen
from nieuwsbrief.services.voorbereiden import Waarden
from nieuwsbrief.staten import VERZENDING_KLAAR
from post import addresses
from post.engine.guards import Oordeel
from post.engine.queue import Genomen

UITGESCHREVEN = "Schreef zich uit voor deze mail aan de beurt was."
KREEG_AL = "Kreeg of krijgt deze brief al, bij een andere verzending of in een andere taal."


def oordeel(bericht: int, genomen: Sequence[Genomen]) -> Oordeel:
    """Skip who left since the recipients were chosen, or got the issue in another way.

    In a fixed number of queries for any number of mails.

    Who left one list and stays on the other, gets the issue because of that one, with its link.
    """
    verzending = Verzending.objects.select_related("pagina").filter(bericht=bericht).first()
    if verzending is None or verzending.pagina is None:
        return Oordeel(pauze="De brief is verwijderd.")
    # Of what ended long ago, the mail room may still send some again.
    if verzending.staat not in VERZENDING_KLAAR:
        if volgen.is_stil(verzending, clock.now()):
            return Oordeel(pauze=volgen.STIL_REDEN)
        # Not one after the other until the whole list is refused.
        if reden := weigering.houdt_tegen(bericht):
            return Oordeel(pauze=reden)
    waarden = Waarden(verzending)
    van_adres = {addresses.normalise(een.adres): een for een in genomen}
    heeft: dict[int, list[int]] = {}
    mensen: dict[str, Abonnee] = {}
    rijen = Abonnement.objects.actief().filter(
        lijst__in=waarden.lijsten, abonnee__adres_norm__in=van_adres
    )
    for rij in rijen.select_related("abonnee"):
        heeft.setdefault(rij.abonnee_id, []).append(rij.lijst_id)
        mensen[rij.abonnee.adres_norm] = rij.abonnee
    overslaan = dict.fromkeys(Anderen(verzending.pagina, bericht).gaan_voor(genomen), KREEG_AL)
    gegevens = {}
    for adres, een in van_adres.items():
        if een.pk in overslaan:
            continue
        abonnee = mensen.get(adres)
        if abonnee is None:
            overslaan[een.pk] = UITGESCHREVEN
            continue
        namen = {waarden.lijsten[nr].naam for nr in heeft[abonnee.pk]}
        if een.gegevens.get("lijst") not in namen:
            gegevens[een.pk] = waarden(abonnee, heeft[abonnee.pk])
    return Oordeel(overslaan=overslaan, gegevens=gegevens)
