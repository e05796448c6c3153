"""From an approved issue to mails that leave: one function per change of state.

Each change is one UPDATE that names the states it expects, with its line in the log. Whoever comes
second finds that nothing is left to change, and hears so.
"""

import datetime
from collections.abc import Collection

from django.db import transaction
from wagtail.log_actions import log

from core import clock
from nieuwsbrief.models import (
    Lijst,
    NieuwsbriefInstellingen,
    NieuwsbriefPage,
    Verzending,
)
from nieuwsbrief.services import redactiepost, weigering
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.staten import VERZENDING_KLAAR, VERZENDING_VOORBIJ, VerzendStaat
from post import services as post
from post.models import Levering
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
MISLUKT = "nieuwsbrief.verzending_mislukt"
GEWEIGERD = "nieuwsbrief.verzending_geweigerd"
GESTOPT = "nieuwsbrief.verzending_gestopt"
TERUG = "nieuwsbrief.verzending_teruggestuurd"
PAUZE = "Gepauzeerd door de redactie."
GEWIJZIGD = "Er is intussen iets veranderd. Er is niets gebeurd."


def noteer(verzending: Verzending, actie: str, door, **data) -> None:
    """Write down what happened to a sending, and by whom: None for the site itself."""
    log(verzending, actie, user=door, title=f"brief: {verzending.onderwerp}", data=data)


def zet(
    verzending: Verzending, van: Collection[str], actie: str, door, *, data=None, **velden
) -> None:
    """Change the state, if it still is one of `van`; raise NietMogelijk otherwise."""
    rijen = Verzending.objects.filter(pk=verzending.pk, staat__in=van)
    if not rijen.update(**velden):
        raise NietMogelijk(GEWIJZIGD)
    noteer(verzending, actie, door, **(data or {}))
    verzending.refresh_from_db()


# --- Planning and starting ---------------------------------------------------------------------


def wat_belet(verzending: Verzending) -> str:
    """Return why an approved issue may not leave now, and what to do; empty when it may.

    The mail is frozen, but it leads to the page on the site, and it is for the readers of lists.
    Both may have changed since a colleague approved it.
    """
    op_de_site = NieuwsbriefPage.objects.filter(pk=verzending.pagina_id).live()
    if not op_de_site.exists():
        return "De pagina van de brief staat niet op de site. Publiceer ze opnieuw."
    if not op_de_site.public().exists():
        return "De pagina van de brief is niet voor iedereen. Haal de beperking van de pagina weg."
    in_gebruik = set(
        Lijst.objects.filter(pk__in=verzending.lijst_nummers, actief=True).values_list(
            "pk", flat=True
        )
    )
    for lijst in verzending.lijsten:
        if lijst["nr"] not in in_gebruik:
            return (
                f"De lijst ‘{lijst['naam']}’ is niet meer in gebruik. Zet de lijst weer aan, of "
                "stop deze verzending, kies andere lijsten en laat de brief opnieuw goedkeuren."
            )
    return ""


def eis_dat_het_mag(verzending: Verzending) -> None:
    """Raise NietMogelijk when an approved issue may not leave now."""
    if reden := wat_belet(verzending):
        raise NietMogelijk(f"{reden} Er vertrekt niets.")


@transaction.atomic
def plan(*, verzending: Verzending, moment: datetime.datetime, door) -> None:
    """Have an approved issue leave at a moment to come."""
    if moment <= clock.now():
        raise NietMogelijk("Dat moment is voorbij. Kies een later moment, of verstuur nu.")
    eis_dat_het_mag(verzending)
    zet(
        verzending,
        [VerzendStaat.GOEDGEKEURD, VerzendStaat.GEPLAND],
        GEPLAND,
        door,
        data={"moment": moment.isoformat()},
        staat=VerzendStaat.GEPLAND,
        gepland_op=moment,
        gemist_op=None,
        fout="",
        respijt=NieuwsbriefInstellingen.load().respijt,
    )


@transaction.atomic
def ontplan(*, verzending: Verzending, door) -> None:
    """Take a plan back; the approval stays."""
    zet(
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
        eis_dat_het_mag(verzending)
        zet(
            verzending,
            van or [VerzendStaat.GOEDGEKEURD, VerzendStaat.GEPLAND],
            GESTART,
            door,
            staat=VerzendStaat.VOORBEREIDEN,
            gestart_op=nu,
            gezien_op=nu,
            gemist_op=None,
            fout="",
            # By hand is not by the plan.
            **({} if door is None else {"gepland_op": None}),
        )


def start_geplande() -> int:
    """Start what is due, each once; return how many. Work of `tick`.

    What is found later than its grace does not leave: somebody is asked. So nothing leaves after a
    night of standstill, a leap of the clock, or from a copy of last month. Neither does what was
    taken off the site since.
    """
    nu, begonnen = clock.now(), 0
    rijen = Verzending.objects.filter(staat=VerzendStaat.GEPLAND, gepland_op__lte=nu)
    # What was cancelled in the mail room is ended by `volg`.
    rijen = rijen.exclude(bericht__staat=BerichtStaat.GEANNULEERD)
    for verzending in rijen.order_by("gepland_op"):
        te_laat = nu - verzending.gepland_op > datetime.timedelta(minutes=verzending.respijt)
        try:
            if te_laat:
                _mis(verzending)
            elif reden := wat_belet(verzending):
                _mis(verzending, reden)
            else:
                start(verzending=verzending, door=None, van=[VerzendStaat.GEPLAND])
                begonnen += 1
        except NietMogelijk:
            # Another machine was first.
            continue
    return begonnen


@transaction.atomic
def _mis(verzending, reden=""):
    zet(
        verzending,
        [VerzendStaat.GEPLAND],
        GEMIST,
        None,
        staat=VerzendStaat.GOEDGEKEURD,
        gemist_op=verzending.gepland_op,
        gepland_op=None,
        fout=reden[:300],
    )
    redactiepost.meld(verzending, redactiepost.GEMIST, reden=reden)


# --- Steering ----------------------------------------------------------------------------------


@transaction.atomic
def pauzeer(*, verzending: Verzending, door, reden: str = PAUZE, actie: str = GEPAUZEERD) -> None:
    """Let nothing leave until somebody resumes; takes hold before the next group.

    Without `door` the site does it by itself, and the editors get a mail. Then also of what is
    on pause here already, and was resumed in the mail room since nobody looked.
    """
    van = [VerzendStaat.VOORBEREIDEN, VerzendStaat.VERZENDEN]
    zet(
        verzending,
        van if door else [*van, VerzendStaat.GEPAUZEERD],
        actie,
        door,
        staat=VerzendStaat.GEPAUZEERD,
        fout=reden,
    )
    post.pause(verzending.bericht, reden)
    if door is None:
        redactiepost.meld(verzending, redactiepost.PAUZE, reden=reden)


@transaction.atomic
def hervat(*, verzending: Verzending, door) -> None:
    """Go on after a pause.

    When the mail server refused all until now, those are offered again too: whoever resumes says
    that it was mended, and the site should look at the answers anew.
    """
    verzending.bericht.refresh_from_db()
    klaargezet = verzending.bericht.staat != BerichtStaat.KLAARZETTEN
    zet(
        verzending,
        # The mail room may have paused it just now.
        [VerzendStaat.GEPAUZEERD, VerzendStaat.VERZENDEN],
        HERVAT,
        door,
        staat=VerzendStaat.VERZENDEN if klaargezet else VerzendStaat.VOORBEREIDEN,
        fout="",
        gezien_op=clock.now(),
    )
    if weigering.niemand_kreeg(verzending):
        _mislukte_opnieuw(verzending)
    post.resume(verzending.bericht)


@transaction.atomic
def annuleer(*, verzending: Verzending, door) -> None:
    """Stop for good. What left has left. Another sending skips who got it already.

    A run that ended with every mail refused can be stopped too: its mail is frozen, with the
    sender that was refused, and only a new sending has another.
    """
    van = set(VerzendStaat) - {*VERZENDING_VOORBIJ, *VERZENDING_KLAAR}
    if weigering.niemand_kreeg(verzending):
        van.add(VerzendStaat.KLAAR)
    zet(
        verzending,
        van,
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
    eis_dat_het_mag(verzending)
    zet(
        verzending,
        VERZENDING_KLAAR,
        AANGEVULD,
        door,
        staat=VerzendStaat.VOORBEREIDEN,
        gestart_op=nu,
        gezien_op=nu,
        geeindigd_op=None,
        voorbereid_tot=0,
        fout="",
    )
    if not post.reopen(verzending.bericht):
        raise NietMogelijk("De mail zelf is niet meer bewaard. Maak een nieuwe brief.")
    _mislukte_opnieuw(verzending)
    bestaat = Levering.objects.filter(bericht=verzending.bericht).count()
    Verzending.objects.filter(pk=verzending.pk).update(
        kandidaten=bestaat, leveringen=bestaat, uitgesloten={}
    )


def _mislukte_opnieuw(verzending):
    mislukt = Levering.objects.in_index(verzending.bericht_id, Staat.MISLUKT)
    post.send_again(list(mislukt.values_list("pk", flat=True)))
