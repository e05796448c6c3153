"""Approving an issue: a second person says yes to exactly what she saw, and the mail is made."""

from django.db import IntegrityError, transaction

from core import clock
from nieuwsbrief.brief.controle import Bevinding, Ernst, controleer
from nieuwsbrief.brief.render import antwoord_aan, freeze_page, headers_of
from nieuwsbrief.models import Lijst, NieuwsbriefInstellingen, NieuwsbriefPage, Verzending
from nieuwsbrief.services import collegas, klikken, volgen
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.services.collegas import schreef_zelf
from nieuwsbrief.services.verzenden import GEWIJZIGD, GOED, SOORT, TERUG, VRAAG, noteer, zet
from nieuwsbrief.staten import VerzendStaat
from post import services as post


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


@transaction.atomic
def vraag_goedkeuring(*, page: NieuwsbriefPage, door) -> Verzending:
    """Note that an issue is ready for a colleague to look at, and mail who may approve it."""
    page = _op_slot(page)
    verzending = _concept(page, door)
    noteer(verzending, VRAAG, door)
    collegas.vraag(verzending, page, door)
    return verzending


@transaction.atomic
def stuur_terug(*, verzending: Verzending, opmerking: str, door) -> None:
    """Say that an issue is not good yet, and mail its makers why. They ask again.

    Raises NietMogelijk when nobody asks any more.
    """
    zet(
        verzending,
        [VerzendStaat.CONCEPT],
        TERUG,
        door,
        staat=VerzendStaat.GEANNULEERD,
        opmerking=opmerking,
        geeindigd_op=clock.now(),
    )
    if verzending.pagina is not None:
        collegas.antwoord_nee(verzending, verzending.pagina, door)


def _op_slot(page):
    # Of what was cancelled in the mail room a moment ago, another may be made at once.
    volgen.sluit_gestopte(page.pk)
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
    zet(
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
    collegas.antwoord_ja(verzending, page, door)
    return verzending


def _bevries(verzending, versie, lijsten):
    """Make the mail, once, and give it to the mail room without recipients."""
    telt = NieuwsbriefInstellingen.load().klikken_tellen
    try:
        frozen = klikken.freeze_met_teller(verzending, versie) if telt else freeze_page(versie)
    except ValueError as reden:
        raise NietMogelijk(str(reden)) from None
    # Of several lists with their own senders it can have only one; `controle` tells whose.
    eerste = lijsten[0]
    bericht = post.prepare_bulk(
        key=f"nieuwsbrief:verzending:{verzending.pk}",
        kind=SOORT,
        frozen=frozen,
        language=versie.locale.language_code,
        sender=eerste.afzender,
        reply_to=antwoord_aan(eerste),
        headers=headers_of(versie, eerste if len(lijsten) == 1 else None),
    )
    return bericht, telt
