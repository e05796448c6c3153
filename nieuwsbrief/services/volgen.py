"""Following a sending: what the mail room did, what came back, and whether anybody still looks."""

import datetime
import logging

from django.db import Error, transaction
from django.db.models import Exists, OuterRef

from core import clock
from nieuwsbrief.models import Abonnee, Toestemming, Verzending
from nieuwsbrief.services import redactiepost, uitschrijven, weigering
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.services.verzenden import GESTOPT, GEWEIGERD, KLAAR, STIL, noteer, pauzeer, zet
from nieuwsbrief.staten import VERZENDING_KLAAR, VERZENDING_VOORBIJ, VerzendStaat
from nieuwsbrief.staten import Staat as AbonnementStaat
from post import services as post
from post.bounces import ANTWOORD_BESTAAT_NIET
from post.models import Gebeurtenis, Levering, Onderdrukking
from post.progress import Voortgang, progress_of
from post.states import BerichtStaat, Staat

logger = logging.getLogger(__name__)

# Without a minute of ours for so long, a run asks before it goes on: perhaps this is a backup.
STILTE = datetime.timedelta(hours=1)
STIL_REDEN = (
    "De site lag meer dan een uur stil, of dit is een teruggezette kopie. Ga na wie de brief al "
    "kreeg voor je hervat."
)
# What comes in after a run ended, is counted so long.
NAZORG = datetime.timedelta(days=14)
# So many mailboxes that do not exist are dealt with in one minute; the rest in the next.
PER_MINUUT = 500


VOOR_VERTREK = (
    VerzendStaat.CONCEPT,
    VerzendStaat.GOEDGEKEURD,
    VerzendStaat.GEPLAND,
    VerzendStaat.VOORBEREIDEN,
)


def werkelijke_staat(verzending: Verzending, voortgang: Voortgang | None) -> str:
    """Return the state as it is now; the table follows within a minute.

    The mail room may be paused or cancelled by its own team, and ends by itself.
    """
    if voortgang is None or verzending.staat in VERZENDING_VOORBIJ:
        return verzending.staat
    # Also before anything left: the mail is there since it was approved.
    if voortgang.bericht.staat == BerichtStaat.GEANNULEERD:
        return VerzendStaat.GEANNULEERD
    if verzending.staat in VOOR_VERTREK:
        return verzending.staat
    match voortgang.bericht.staat:
        case BerichtStaat.KLAARZETTEN:
            return verzending.staat
        case BerichtStaat.GEPAUZEERD:
            return VerzendStaat.GEPAUZEERD
    if not voortgang.is_klaar:
        return VerzendStaat.VERZENDEN
    return VerzendStaat.KLAAR_OPEN if voortgang.onzeker else VerzendStaat.KLAAR


def is_stil(verzending: Verzending, nu: datetime.datetime) -> bool:
    """Say whether nobody looked after a run for so long that it has to ask."""
    return verzending.gezien_op is None or nu - verzending.gezien_op > STILTE


def volg() -> None:
    """Write down how far every sending is. Work of `tick`.

    One sending that fails holds up no other; that it failed, is told when all were followed.
    """
    nu = clock.now()
    fouten: list[Exception] = []
    for verzending in _gestopt():
        _apart(fouten, _sluit, verzending)
    lopend = [VerzendStaat.VERZENDEN, VerzendStaat.GEPAUZEERD]
    rijen = list(
        Verzending.objects.filter(staat__in=lopend).select_related("bericht")
        | Verzending.objects.filter(
            staat__in=VERZENDING_KLAAR, geeindigd_op__gte=nu - NAZORG
        ).select_related("bericht")
    )
    for verzending in rijen:
        _apart(fouten, sluit_onbestelbare, verzending)
    voortgangen = progress_of(een.bericht for een in rijen)
    for verzending, voortgang in zip(rijen, voortgangen, strict=True):
        _apart(fouten, _volg, verzending, voortgang, nu)
    if fouten:
        raise fouten[0]


def _apart(fouten, doe, verzending, *rest):
    """Do something with one sending, and keep what goes wrong for later."""
    try:
        doe(verzending, *rest)
    except NietMogelijk as reden:
        # Somebody changed it meanwhile: the next minute sees how it is.
        logger.info("Verzending %s: %s", verzending.pk, reden)
    except Error:
        # A database that is away is so for all of them.
        raise
    except Exception as fout:
        logger.exception("Verzending %s kon niet gevolgd worden", verzending.pk)
        fouten.append(fout)


def _gestopt():
    """Return the sendings of which the mail was cancelled in the mail room, in whatever state."""
    return Verzending.objects.actueel().filter(bericht__staat=BerichtStaat.GEANNULEERD)


@transaction.atomic
def sluit_gestopte(pagina_nr: int) -> None:
    """End the sending of an issue now, if its mail was cancelled in the mail room."""
    for verzending in _gestopt().filter(pagina_nr=pagina_nr):
        _sluit(verzending)


@transaction.atomic
def _sluit(verzending):
    zet(
        verzending,
        [verzending.staat],
        GESTOPT,
        None,
        staat=VerzendStaat.GEANNULEERD,
        geeindigd_op=clock.now(),
        **tellingen(verzending),
    )
    redactiepost.meld(verzending, redactiepost.GESTOPT)


def sluit_onbestelbare(verzending: Verzending) -> None:
    """End the subscriptions of who has no mailbox, as the mail server said when it refused.

    The same rule as for what a mailbox reports later (post.bounces). A full mailbox, or a server
    that does not want our mail, ends nothing. Neither does a refusal from before she subscribed:
    who answered a mail from that mailbox since, has one.
    """
    rijen = Levering.objects.in_index(verzending.bericht_id, Staat.MISLUKT).filter(
        Exists(
            Abonnee.objects.filter(
                adres_norm=OuterRef("adres_norm"),
                abonnementen__staat=AbonnementStaat.ACTIEF,
                abonnementen__sinds__lte=verzending.gestart_op,
            )
        ),
        # What came back after a server took the mail, was judged when it came.
        smtp_code__gte=500,
        laatste_fout__regex=ANTWOORD_BESTAAT_NIET,
    )
    for adres in list(rijen.values_list("adres", flat=True)[:PER_MINUUT]):
        post.suppress(adres, Onderdrukking.Reden.ONBESTELBAAR)
        uitschrijven.stop(adres, AbonnementStaat.ONBESTELBAAR)


@transaction.atomic
def _volg(verzending, voortgang, nu):
    van, naar = verzending.staat, werkelijke_staat(verzending, voortgang)
    if naar == VerzendStaat.VERZENDEN and van in VERZENDING_KLAAR:
        # Somebody sends some of them again in the mail room.
        verzending.gezien_op = nu
    if naar == VerzendStaat.VERZENDEN and is_stil(verzending, nu):
        pauzeer(verzending=verzending, door=None, reden=STIL_REDEN, actie=STIL)
        return
    if naar == VerzendStaat.GEANNULEERD:
        # Since a moment: the next minute ends it.
        return
    velden = {"staat": naar, "gezien_op": nu, **tellingen(verzending)}
    if naar in VERZENDING_KLAAR:
        # Also of an older pause nothing stays: at the end this only says that nobody got it.
        geweigerd = weigering.reden(verzending.bericht) if voortgang.alles_geweigerd else ""
        velden["fout"] = geweigerd[:300]
        if van not in VERZENDING_KLAAR:
            velden["geeindigd_op"] = nu
    if naar == VerzendStaat.GEPAUZEERD:
        velden["fout"] = voortgang.bericht.pauze_reden or verzending.fout
    if not Verzending.objects.filter(pk=verzending.pk, staat=van).update(**velden) or naar == van:
        return
    if naar in VERZENDING_KLAAR and van not in VERZENDING_KLAAR:
        _meld_einde(verzending, voortgang, velden["fout"])
    if naar == VerzendStaat.GEPAUZEERD:
        # The mail room did it, or somebody who works there: not an editor on our screen.
        redactiepost.meld(verzending, redactiepost.PAUZE, reden=str(velden["fout"]))


def _meld_einde(verzending, voortgang, geweigerd):
    noteer(
        verzending,
        GEWEIGERD if geweigerd else KLAAR,
        None,
        onzeker=voortgang.onzeker,
        mislukt=voortgang.mislukt,
    )
    if geweigerd:
        redactiepost.meld(verzending, redactiepost.MISLUKT, reden=geweigerd)
    elif voortgang.onzeker:
        redactiepost.meld(verzending, redactiepost.OPEN, onzeker=voortgang.onzeker)


def tellingen(verzending: Verzending) -> dict[str, int]:
    """Return what came back of an issue; never less than before, for people are forgotten."""
    terug = (
        Gebeurtenis.objects.filter(
            levering__bericht=verzending.bericht_id, soort__in=["bounced", "rejected", "failed"]
        )
        .values("levering")
        .distinct()
        .count()
    )
    weg = Toestemming.objects.filter(verzending_nr=verzending.pk).count()
    return {
        "teruggestuurd": max(terug, verzending.teruggestuurd),
        "uitgeschreven": max(weg, verzending.uitgeschreven),
    }
