"""Giving every reader of an issue a delivery in the mail room.

Part by part, in the order of the subscribers. A part, its place and its accounts are one
transaction: after a crash it goes on where it was, and two who prepare one issue take turns. Two
who prepare it in two languages do not: the guard sees to it that nobody gets both (eens).
"""

import time
from collections import Counter

from django.db import transaction

from core import clock
from nieuwsbrief import links
from nieuwsbrief.brief.render import UITSCHRIJVEN, values_of
from nieuwsbrief.models import Abonnee, Abonnement, Lijst, Verzending
from nieuwsbrief.services import redactiepost, verzenden, volgen
from nieuwsbrief.services.eens import Anderen
from nieuwsbrief.services.ontvangers import kan_mail_krijgen, taal_van
from nieuwsbrief.staten import VerzendStaat
from post import addresses
from post import services as post
from post.models import Levering, Onderdrukking
from post.services import NotAllPrepared, Ontvanger

PER_DEEL = 2000
TICK_SECONDEN = 45.0
# In the request that starts it: enough for a few thousand people. The rest is for `tick`.
METEEN_SECONDEN = 2.0
# Why a candidate gets no delivery.
ONDERDRUKT, ONGELDIG, KREEG_AL, TAAL = "onderdrukt", "ongeldig", "kreeg_al", "taal"
REDENEN = {
    ONDERDRUKT: "mag geen nieuwsbrieven meer krijgen",
    ONGELDIG: "heeft een adres dat geen mail kan krijgen",
    KREEG_AL: "kreeg of krijgt deze brief al, bij een andere verzending of in een andere taal",
    TAAL: "leest in een andere taal",
}


def bereid_alles_voor() -> None:
    """Go on with every issue that is being prepared. Work of `tick`."""
    wie = Verzending.objects.filter(staat=VerzendStaat.VOORBEREIDEN)
    for pk in wie.order_by("pk").values_list("pk", flat=True):
        bereid_voor(pk, TICK_SECONDEN)


def bereid_voor(pk: int, seconden: float = METEEN_SECONDEN) -> None:
    """Prepare for so many seconds, or until it is done. May be called again, and by two at once."""
    einde = time.monotonic() + seconden
    while time.monotonic() < einde and _deel(pk):
        pass


@transaction.atomic
def _deel(pk) -> bool:
    """Prepare one part; return whether there may be more."""
    verzending = (
        Verzending.objects.select_for_update(of=("self",))
        .select_related("bericht", "pagina__locale")
        .filter(pk=pk, staat=VerzendStaat.VOORBEREIDEN)
        .first()
    )
    if verzending is None:
        return False
    nu = clock.now()
    if volgen.is_stil(verzending, nu):
        verzenden.pauzeer(
            verzending=verzending,
            door=None,
            reden=volgen.STIL_REDEN,
            actie=verzenden.STIL,
        )
        return False
    if verzending.pagina is None:
        _mislukt(verzending, "De pagina van de brief is verwijderd.")
        return False
    krijgt = _volgende(verzending)
    if not krijgt:
        _begin(verzending)
        return False
    ontvangers, uitgesloten, kandidaten = _kies(verzending, krijgt)
    post.add_recipients(verzending.bericht, ontvangers)
    Verzending.objects.filter(pk=pk).update(
        voorbereid_tot=max(krijgt),
        kandidaten=verzending.kandidaten + kandidaten,
        leveringen=verzending.leveringen + len(ontvangers),
        uitgesloten=dict(Counter(verzending.uitgesloten) + uitgesloten),
        gezien_op=nu,
    )
    return True


def _volgende(verzending) -> dict[int, list[int]]:
    """Return the next subscribers with their lists: who was on one when the sending began."""
    krijgt: dict[int, list[int]] = {}
    # Each list from its own index. The first of both together are among the first of each.
    for lijst in verzending.lijst_nummers:
        rijen = Abonnement.objects.actief().filter(
            lijst=lijst, abonnee__gt=verzending.voorbereid_tot, sinds__lte=verzending.gestart_op
        )
        wie = rijen.order_by("abonnee_id").values_list("abonnee_id", flat=True)[:PER_DEEL]
        for abonnee in wie:
            krijgt.setdefault(abonnee, []).append(lijst)
    return dict(sorted(krijgt.items())[:PER_DEEL])


def _kies(verzending, krijgt) -> tuple[list[Ontvanger], Counter, int]:
    """Return who gets a delivery, how many do not and why, and how many candidates there were."""
    mensen = list(Abonnee.objects.filter(pk__in=krijgt).order_by("pk"))
    adressen = {een.adres_norm for een in mensen}
    bekend = set(
        Levering.objects.filter(bericht=verzending.bericht_id, adres_norm__in=adressen).values_list(
            "adres_norm", flat=True
        )
    )
    eerder = Anderen(verzending.pagina, verzending.bericht_id).van(adressen)
    codes = {een.pk: addresses.fingerprint(een.adres) for een in mensen}
    onderdrukt = set(
        Onderdrukking.objects.filter(vingerafdruk__in=codes.values()).values_list(
            "vingerafdruk", flat=True
        )
    )
    # A translation goes to who reads that language; the Dutch issue to everybody else.
    vertaling = taal_van(verzending.pagina)
    maak = Waarden(verzending)
    ontvangers, uitgesloten = [], Counter()
    nieuw = [een for een in mensen if een.adres_norm not in bekend]
    for een in nieuw:
        if codes[een.pk] in onderdrukt:
            uitgesloten[ONDERDRUKT] += 1
        elif vertaling and een.taal != vertaling:
            uitgesloten[TAAL] += 1
        elif een.adres_norm in eerder:
            uitgesloten[KREEG_AL] += 1
        elif not kan_mail_krijgen(een.adres):
            uitgesloten[ONGELDIG] += 1
        else:
            ontvangers.append(Ontvanger(een.adres, een.naam, maak(een, krijgt[een.pk])))
    return ontvangers, uitgesloten, len(nieuw)


class Waarden:
    """Makes the values of the tokens for one reader after the other."""

    def __init__(self, verzending: Verzending):
        self._verzending = verzending
        self._pagina = verzending.pagina
        self.lijsten = {
            lijst.pk: lijst for lijst in Lijst.objects.filter(pk__in=verzending.lijst_nummers)
        }

    def __call__(self, abonnee: Abonnee, lijsten: list[int]) -> dict[str, str]:
        """Return the values. Of her lists, the first of the issue is why she gets it."""
        eerste = next(nr for nr in self._verzending.lijst_nummers if nr in lijsten)
        return {
            **values_of(abonnee, self._pagina, self.lijsten[eerste]),
            UITSCHRIJVEN: links.uitschrijf_link(abonnee, eerste, self._verzending.pk),
        }


def _begin(verzending):
    """Check the accounts, and let it leave; what does not add up does not leave."""
    klopt = verzending.kandidaten == verzending.leveringen + verzending.aantal_uitgesloten
    try:
        if not klopt:
            raise NotAllPrepared("De ontvangers kloppen niet met de uitgesloten adressen.")
        post.start_bulk(verzending.bericht, verzending.leveringen)
    except NotAllPrepared as reden:
        _mislukt(verzending, str(reden))
        return
    Verzending.objects.filter(pk=verzending.pk).update(
        staat=VerzendStaat.VERZENDEN, gezien_op=clock.now()
    )


def _mislukt(verzending, reden):
    post.cancel(verzending.bericht)
    Verzending.objects.filter(pk=verzending.pk).update(
        staat=VerzendStaat.MISLUKT, fout=reden[:300], geeindigd_op=clock.now()
    )
    verzenden.noteer(verzending, verzenden.MISLUKT, None, reden=reden[:300])
    redactiepost.meld(verzending, redactiepost.MISLUKT, reden=reden)
