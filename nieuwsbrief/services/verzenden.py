"""From an issue that is live to mails that leave: one function per change of state.

Each change is one UPDATE that names the states it expects, with its line in the log. Whoever comes
second finds that nothing is left to change, and hears so.
"""

import datetime
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from wagtail.log_actions import log

from core import clock
from core.models import SiteInstellingen
from nieuwsbrief.brief.controle import Bevinding, Ernst, controleer
from nieuwsbrief.brief.render import freeze_page, headers_of
from nieuwsbrief.models import (
    Abonnee,
    Abonnement,
    Lijst,
    NieuwsbriefInstellingen,
    NieuwsbriefPage,
    Toestemming,
    Verzending,
)
from nieuwsbrief.services import klikken, uitschrijven
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.staten import VERZENDING_KLAAR, VERZENDING_VOORBIJ, VerzendStaat
from nieuwsbrief.staten import Staat as AbonnementStaat
from post import services as post
from post.models import Gebeurtenis, Levering, Onderdrukking
from post.progress import Voortgang, progress_of
from post.states import BerichtStaat, Staat

# The kind of the message in the mail room.
SOORT = "nieuwsbrief/brief"
VRAAG, GOED, GEPLAND, ONTPLAND = (
    "nieuwsbrief.verzending_gevraagd",
    "nieuwsbrief.verzending_goedgekeurd",
    "nieuwsbrief.verzending_gepland",
    "nieuwsbrief.verzending_niet_gepland",
)
GESTART, GEPAUZEERD, HERVAT, GEANNULEERD, AANGEVULD, GEMIST, STIL, KLAAR = (
    "nieuwsbrief.verzending_gestart",
    "nieuwsbrief.verzending_gepauzeerd",
    "nieuwsbrief.verzending_hervat",
    "nieuwsbrief.verzending_geannuleerd",
    "nieuwsbrief.verzending_aangevuld",
    "nieuwsbrief.verzending_gemist",
    "nieuwsbrief.verzending_stil",
    "nieuwsbrief.verzending_klaar",
)
# Without a minute of ours for so long, a run asks before it goes on: perhaps this is a backup.
STILTE = datetime.timedelta(hours=1)
STIL_REDEN = (
    "De site lag meer dan een uur stil, of dit is een teruggezette kopie. Ga na wie de brief al "
    "kreeg voor je hervat."
)
PAUZE = "Gepauzeerd door de redactie."
# What comes in after a run ended, is counted so long.
NAZORG = datetime.timedelta(days=14)
# So many mailboxes that do not exist are dealt with in one minute; the rest in the next.
PER_MINUUT = 500
GEWIJZIGD = "Er is intussen iets veranderd. Er is niets gebeurd."


def _noteer(verzending, actie, door, **data):
    log(verzending, actie, user=door, title=f"brief: {verzending.onderwerp}", data=data)


def _zet(verzending, van: Collection, actie, door, *, data=None, **velden) -> None:
    """Change the state, if it still is one of `van`; raise NietMogelijk otherwise."""
    rijen = Verzending.objects.filter(pk=verzending.pk, staat__in=van)
    if not rijen.update(**velden):
        raise NietMogelijk(GEWIJZIGD)
    _noteer(verzending, actie, door, **(data or {}))
    verzending.refresh_from_db()


# --- Approving -----------------------------------------------------------------------------


def versie_van(page: NieuwsbriefPage) -> NieuwsbriefPage:
    """Return an issue as it is on the site: what would leave. Raise NietMogelijk if it is not."""
    if not page.live or page.live_revision is None:
        raise NietMogelijk("Publiceer de brief eerst. Alleen wat op de site staat, kan vertrekken.")
    return page.live_revision.as_object()


def lijsten_van(versie: NieuwsbriefPage) -> list[Lijst]:
    """Return the lists that an issue goes to."""
    return [lijst for lijst in versie.lijsten.all() if lijst.actief]


def wat_tegenhoudt(versie: NieuwsbriefPage) -> list[Bevinding]:
    """Return what is so wrong with an issue that it cannot leave."""
    return [een for een in controleer(versie) if een.ernst == Ernst.BLOKKEERT]


def schreef_zelf(page: NieuwsbriefPage, gebruiker) -> bool:
    """Say whether somebody wrote the version that would leave, and so may not approve it."""
    schreef = page.live_revision is not None and page.live_revision.user_id == gebruiker.pk
    return schreef and not NieuwsbriefInstellingen.load().alleen_goedkeuren


@transaction.atomic
def vraag_goedkeuring(*, page: NieuwsbriefPage, door) -> Verzending:
    """Note that an issue is ready for a colleague to look at."""
    verzending = _concept(_op_slot(page), door)
    _noteer(verzending, VRAAG, door)
    return verzending


def _op_slot(page):
    return NieuwsbriefPage.objects.select_for_update(of=("self",)).get(pk=page.pk)


def _concept(page, door):
    versie = versie_van(page)
    lijsten = lijsten_van(versie)
    try:
        with transaction.atomic():
            return Verzending.objects.create(
                pagina=page,
                pagina_nr=page.pk,
                revisie_nr=page.live_revision_id,
                onderwerp=versie.onderwerp,
                lijsten=[{"nr": lijst.pk, "naam": lijst.naam} for lijst in lijsten],
                gemaakt_door=door,
                gemaakt_op=clock.now(),
            )
    except IntegrityError:
        raise NietMogelijk("Voor deze brief loopt er al een verzending.") from None


@transaction.atomic
def keur_goed(*, page: NieuwsbriefPage, revisie_nr: int, door) -> Verzending:
    """Approve the version that `door` saw, and freeze it: from now on nothing changes this mail.

    Raises NietMogelijk for another version than the one on the site, for who wrote it, and for an
    issue with something wrong that stops it.
    """
    page = _op_slot(page)
    versie = versie_van(page)
    if page.live_revision_id != revisie_nr:
        raise NietMogelijk("De brief is intussen gewijzigd. Bekijk hem opnieuw en keur dan goed.")
    if schreef_zelf(page, door):
        raise NietMogelijk("Jij schreef deze versie. Laat een collega ze goedkeuren.")
    if tegen := wat_tegenhoudt(versie):
        raise NietMogelijk(f"{tegen[0].uitleg} {tegen[0].wat_te_doen}")
    lijsten = lijsten_van(versie)
    if not lijsten:
        raise NietMogelijk("De brief gaat naar geen enkele lijst die in gebruik is.")
    verzending = Verzending.objects.van_brief(page.pk).actueel().first() or _concept(page, door)
    if verzending.staat != VerzendStaat.CONCEPT:
        raise NietMogelijk(GEWIJZIGD)
    bericht, telt = _bevries(verzending, versie, lijsten)
    _zet(
        verzending,
        [VerzendStaat.CONCEPT],
        GOED,
        door,
        data={"sha256": bericht.sha256, "versie": revisie_nr},
        staat=VerzendStaat.GOEDGEKEURD,
        revisie_nr=revisie_nr,
        bericht=bericht,
        sha256=bericht.sha256,
        onderwerp=bericht.onderwerp,
        lijsten=[{"nr": lijst.pk, "naam": lijst.naam} for lijst in lijsten],
        telt_klikken=telt,
        goedgekeurd_door=door,
        goedgekeurd_op=clock.now(),
    )
    return verzending


def _bevries(verzending, versie, lijsten):
    """Make the mail, once, and give it to the mail room without recipients."""
    telt = NieuwsbriefInstellingen.load().klikken_tellen
    try:
        frozen = klikken.freeze_met_teller(verzending, versie) if telt else freeze_page(versie)
    except ValueError as reden:
        raise NietMogelijk(str(reden)) from None
    eerste = lijsten[0]
    instellingen = SiteInstellingen.objects.first()
    bericht = post.prepare_bulk(
        key=f"nieuwsbrief:verzending:{verzending.pk}",
        kind=SOORT,
        frozen=frozen,
        language=versie.locale.language_code,
        sender=eerste.afzender,
        reply_to=eerste.antwoord_adres or (instellingen.helpdesk_e_mail if instellingen else ""),
        headers=headers_of(versie, eerste if len(lijsten) == 1 else None),
    )
    return bericht, telt


# --- Planning and starting ---------------------------------------------------------------------


@transaction.atomic
def plan(*, verzending: Verzending, moment: datetime.datetime, door) -> None:
    """Have an approved issue leave at a moment to come."""
    if moment <= clock.now():
        raise NietMogelijk("Dat moment is voorbij. Kies een later moment, of verstuur nu.")
    _zet(
        verzending,
        [VerzendStaat.GOEDGEKEURD, VerzendStaat.GEPLAND],
        GEPLAND,
        door,
        data={"moment": moment.isoformat()},
        staat=VerzendStaat.GEPLAND,
        gepland_op=moment,
        gemist_op=None,
        respijt=NieuwsbriefInstellingen.load().respijt,
    )


@transaction.atomic
def ontplan(*, verzending: Verzending, door) -> None:
    """Take a plan back; the approval stays."""
    _zet(
        verzending,
        [VerzendStaat.GEPLAND],
        ONTPLAND,
        door,
        staat=VerzendStaat.GOEDGEKEURD,
        gepland_op=None,
    )


def start(*, verzending: Verzending, door, van=None) -> None:
    """Begin: the recipients are those of this moment. Once, whoever presses at the same time."""
    with transaction.atomic():
        nu = clock.now()
        _zet(
            verzending,
            van or [VerzendStaat.GOEDGEKEURD, VerzendStaat.GEPLAND],
            GESTART,
            door,
            staat=VerzendStaat.VOORBEREIDEN,
            gestart_op=nu,
            gezien_op=nu,
            gemist_op=None,
            # By hand is not by the plan.
            **({} if door is None else {"gepland_op": None}),
        )


def start_geplande() -> int:
    """Start what is due, each once; return how many. Work of `tick`.

    What is found later than its grace does not leave: somebody is asked. So nothing leaves after a
    night of standstill, a leap of the clock, or from a copy of last month.
    """
    nu, begonnen = clock.now(), 0
    rijen = Verzending.objects.filter(staat=VerzendStaat.GEPLAND, gepland_op__lte=nu)
    for verzending in rijen.order_by("gepland_op"):
        te_laat = nu - verzending.gepland_op > datetime.timedelta(minutes=verzending.respijt)
        try:
            if te_laat:
                _mis(verzending)
            else:
                start(verzending=verzending, door=None, van=[VerzendStaat.GEPLAND])
                begonnen += 1
        except NietMogelijk:
            # Another machine was first.
            continue
    return begonnen


@transaction.atomic
def _mis(verzending):
    _zet(
        verzending,
        [VerzendStaat.GEPLAND],
        GEMIST,
        None,
        staat=VerzendStaat.GOEDGEKEURD,
        gemist_op=verzending.gepland_op,
        gepland_op=None,
    )


# --- Steering ----------------------------------------------------------------------------------


@transaction.atomic
def pauzeer(*, verzending: Verzending, door, reden: str = PAUZE, actie: str = GEPAUZEERD) -> None:
    """Let nothing leave until somebody resumes; takes hold before the next group."""
    _zet(
        verzending,
        [VerzendStaat.VOORBEREIDEN, VerzendStaat.VERZENDEN],
        actie,
        door,
        staat=VerzendStaat.GEPAUZEERD,
        fout=reden,
    )
    post.pause(verzending.bericht, reden)


@transaction.atomic
def hervat(*, verzending: Verzending, door) -> None:
    """Go on after a pause."""
    verzending.bericht.refresh_from_db()
    klaargezet = verzending.bericht.staat != BerichtStaat.KLAARZETTEN
    _zet(
        verzending,
        # The mail room may have paused it just now.
        [VerzendStaat.GEPAUZEERD, VerzendStaat.VERZENDEN],
        HERVAT,
        door,
        staat=VerzendStaat.VERZENDEN if klaargezet else VerzendStaat.VOORBEREIDEN,
        fout="",
        gezien_op=clock.now(),
    )
    post.resume(verzending.bericht)


@transaction.atomic
def annuleer(*, verzending: Verzending, door) -> None:
    """Stop for good. What left has left. Another sending skips who got it already."""
    _zet(
        verzending,
        set(VerzendStaat) - {*VERZENDING_VOORBIJ, *VERZENDING_KLAAR},
        GEANNULEERD,
        door,
        staat=VerzendStaat.GEANNULEERD,
        geeindigd_op=clock.now(),
    )
    if verzending.bericht:
        post.cancel(verzending.bericht)


@transaction.atomic
def naar_ontbrekenden(*, verzending: Verzending, door) -> None:
    """Send a finished issue to who has nothing yet: who failed, and who subscribed since.

    What is uncertain is not sent again: perhaps she has it.
    """
    nu = clock.now()
    _zet(
        verzending,
        VERZENDING_KLAAR,
        AANGEVULD,
        door,
        staat=VerzendStaat.VOORBEREIDEN,
        gestart_op=nu,
        gezien_op=nu,
        geeindigd_op=None,
        voorbereid_tot=0,
    )
    if not post.reopen(verzending.bericht):
        raise NietMogelijk("De mail zelf is niet meer bewaard. Maak een nieuwe brief.")
    mislukt = Levering.objects.in_index(verzending.bericht_id, Staat.MISLUKT)
    post.send_again(list(mislukt.values_list("pk", flat=True)))
    bestaat = Levering.objects.filter(bericht=verzending.bericht).count()
    Verzending.objects.filter(pk=verzending.pk).update(
        kandidaten=bestaat, leveringen=bestaat, uitgesloten={}
    )


def wie_ontbreekt(verzending: Verzending) -> tuple[int, int]:
    """Return how many failed, and how many are on the lists now and were never a recipient."""
    mislukt = Levering.objects.in_index(verzending.bericht_id, Staat.MISLUKT).count()
    heeft = Levering.objects.filter(
        bericht=verzending.bericht_id, adres_norm=OuterRef("abonnee__adres_norm")
    )
    nieuw = (
        Abonnement.objects.actief()
        .filter(~Exists(heeft), lijst__in=verzending.lijst_nummers)
        .values("abonnee")
        .distinct()
        .count()
    )
    return mislukt, nieuw


# --- Following ---------------------------------------------------------------------------------


def werkelijke_staat(verzending: Verzending, voortgang: Voortgang | None) -> str:
    """Return the state as it is now; the table follows within a minute.

    The mail room may be paused or cancelled by its own team, and ends by itself.
    """
    if voortgang is None or verzending.staat in (
        VerzendStaat.CONCEPT,
        VerzendStaat.GOEDGEKEURD,
        VerzendStaat.GEPLAND,
        VerzendStaat.VOORBEREIDEN,
        *VERZENDING_VOORBIJ,
    ):
        return verzending.staat
    match voortgang.bericht.staat:
        case BerichtStaat.GEANNULEERD:
            return VerzendStaat.GEANNULEERD
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
    """Write down how far every sending is. Work of `tick`."""
    nu = clock.now()
    lopend = [VerzendStaat.VERZENDEN, VerzendStaat.GEPAUZEERD]
    rijen = list(
        Verzending.objects.filter(staat__in=lopend).select_related("bericht")
        | Verzending.objects.filter(
            staat__in=VERZENDING_KLAAR, geeindigd_op__gte=nu - NAZORG
        ).select_related("bericht")
    )
    for verzending in rijen:
        sluit_onbestelbare(verzending)
    voortgangen = progress_of(een.bericht for een in rijen)
    for verzending, voortgang in zip(rijen, voortgangen, strict=True):
        _volg(verzending, voortgang, nu)


def sluit_onbestelbare(verzending: Verzending) -> None:
    """End the subscriptions of who has no mailbox, as the mail server said when it refused.

    The same rule as for what a provider or a mailbox reports later. A full mailbox, or a server
    that does not want our mail, ends nothing.
    """
    rijen = Levering.objects.in_index(verzending.bericht_id, Staat.MISLUKT).filter(
        Exists(
            Abonnee.objects.filter(
                adres_norm=OuterRef("adres_norm"), abonnementen__staat=AbonnementStaat.ACTIEF
            )
        ),
        smtp_code=550,
        laatste_fout__contains="5.1.1",
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
    velden = {"staat": naar, "gezien_op": nu, **tellingen(verzending)}
    if naar in VERZENDING_KLAAR and van not in VERZENDING_KLAAR:
        velden["geeindigd_op"] = nu
    if naar == VerzendStaat.GEPAUZEERD:
        velden["fout"] = voortgang.bericht.pauze_reden or verzending.fout
    if Verzending.objects.filter(pk=verzending.pk, staat=van).update(**velden) and (
        naar in VERZENDING_KLAAR and van not in VERZENDING_KLAAR
    ):
        _noteer(verzending, KLAAR, None, onzeker=voortgang.onzeker, mislukt=voortgang.mislukt)


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
