"""Sending an issue: one screen that says what happens now, and who did not get it."""

from typing import TYPE_CHECKING, cast

from django.http import Http404
from django.urls import reverse
from django.views import View

from nieuwsbrief.beheer import audit
from nieuwsbrief.beheer.rechten import mag_verzenden, mag_zien
from nieuwsbrief.beheer.verzend_basis import (
    BEGONNEN,
    BRIEF,
    EenBrief,
    aantallen_van,
    ging_mis,
    staat_in_woorden,
    staat_kleur,
    vingerafdruk,
)
from nieuwsbrief.beheer.verzend_stappen import ROND_VERTREK, STAPPEN
from nieuwsbrief.brief.controle import controleer, mag_weg
from nieuwsbrief.models import Verzending
from nieuwsbrief.services import goedkeuren, verzenden, voorbereiden, weigering
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.staten import VERZENDING_KLAAR, VERZENDING_VOORBIJ, VerzendStaat
from post.models import Levering
from post.progress import Voortgang, closed_door
from post.screens.access import may_manage
from post.screens.audit import entries_of
from post.screens.base import AdminScreen
from post.screens.messages import progress_response
from post.states import Staat
from post.words import moment_in_words

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

GETOOND = 200


class VerzendenView(EenBrief, AdminScreen):
    """Where the sending of an issue is, what is wrong with it, and what can be done."""

    template_name = "nieuwsbrief/beheer/verzenden.html"

    def get_page_title(self):
        return f"Verzenden: {self.brief.title}"

    def get_breadcrumbs_items(self):
        return self.kruimels({"url": "", "label": self.brief.title})

    def get_context_data(self, **kwargs):
        verzending, staat = self.verzending, self.staat
        voor_vertrek = staat in ("", VerzendStaat.CONCEPT, *VERZENDING_VOORBIJ)
        versie, waarom_niet = None, ""
        try:
            versie = goedkeuren.versie_van(self.brief)
        except NietMogelijk as reden:
            waarom_niet = str(reden)
        begonnen = staat in BEGONNEN
        nummers = (
            verzending.lijst_nummers
            if verzending and not voor_vertrek
            else [lijst.pk for lijst in goedkeuren.lijsten_van(versie)]
            if versie
            else []
        )
        bericht = verzending.bericht_id if verzending and not voor_vertrek else None
        aantallen = None if begonnen else aantallen_van(self.brief, nummers, bericht)
        voortgang = self.voortgang if begonnen else None
        bevindingen = controleer(versie) if versie and voor_vertrek else []
        return super().get_context_data(
            brief=self.brief,
            verzending=verzending,
            staat=staat,
            staat_in_woorden=staat_in_woorden(staat, verzending, self.voortgang),
            staat_kleur=staat_kleur(staat, self.voortgang),
            wat_nu=wat_nu(self, waarom_niet),
            waarom_niet=waarom_niet,
            bevindingen=bevindingen,
            mag_weg=mag_weg(bevindingen),
            mag_bewerken=self.brief.permissions_for_user(self.request.user).can_edit(),
            nagekeken=versie is not None and voor_vertrek,
            nieuwer=self.brief.has_unpublished_changes,
            mag_mail_zien=bool(versie or (verzending and verzending.bericht)),
            gewijzigd=bool(
                verzending
                and not voor_vertrek
                and self.brief.live_revision_id != verzending.revisie_nr
            ),
            aantallen=aantallen,
            voortgang=voortgang,
            loopt=begonnen and staat not in VERZENDING_KLAAR,
            toestand=vingerafdruk(staat, self.voortgang),
            deur=closed_door(),
            stappen=[stap for stap in STAPPEN.values() if stap.kan(self)],
            verslag=verslag(verzending, voortgang) if verzending and voortgang else [],
            klikken=list(verzending.klikken.order_by("-aantal", "nummer"))
            if verzending and begonnen
            else [],
            mag_namen=mag_zien(cast("AbstractBaseUser", self.request.user)),
            mag_postkamer=may_manage(self.request.user),
            verhaal=entries_of(verzending) if verzending else [],
            **kwargs,
        )


def wat_nu(view: EenBrief, waarom_niet: str) -> str:
    """Return in one or two sentences what happens now, and who has to do something."""
    staat = view.staat
    if staat in ("", *VERZENDING_VOORBIJ) and waarom_niet:
        return waarom_niet
    gestopt = "De vorige verzending is gestopt. " if staat in VERZENDING_VOORBIJ else ""
    if view.verzending and view.verzending.is_teruggestuurd:
        gestopt = "Een collega stuurde de brief terug. "
    if staat in ("", VerzendStaat.CONCEPT, *VERZENDING_VOORBIJ):
        if goedkeuren.schreef_zelf(view.brief, view.request.user):
            return gestopt + (
                "Jij schreef de laatste versie. Een collega kijkt ze na en keurt ze goed."
            )
        return gestopt + "Bekijk de mail. Klopt alles? Keur hem dan goed. Er vertrekt nog niets."
    verzending = view.de_verzending
    if staat in ROND_VERTREK:
        return _voor_vertrek(verzending, staat)
    if staat == VerzendStaat.GEPAUZEERD:
        bericht = verzending.bericht
        reden = (bericht.pauze_reden if bericht else "") or verzending.fout
        return f"Er vertrekt niets tot iemand hervat. {reden}".strip()
    if ging_mis(staat, view.voortgang) and verzending.bericht:
        return f"Niemand kreeg de brief. {weigering.reden(verzending.bericht)}"
    return WAT_NU.get(VerzendStaat(staat), "")


def _voor_vertrek(verzending, staat):
    """Return what an approved issue waits for, and what keeps it from leaving."""
    belet = verzenden.wat_belet(verzending)
    if staat == VerzendStaat.GEPLAND:
        moment = moment_in_words(verzending.gepland_op)
        if belet:
            return f"De brief is gepland op {moment}, maar zo kan hij niet vertrekken. {belet}"
        return f"De brief vertrekt vanzelf op {moment}."
    if not verzending.gemist_op:
        if belet:
            return f"De mail ligt vast, maar zo kan hij niet vertrekken. {belet}"
        return "De mail ligt vast. Kies wanneer hij vertrekt."
    waarom = "dat kon niet" if verzending.fout else "de site vond dat te laat"
    return (
        f"Deze brief moest vertrekken op {moment_in_words(verzending.gemist_op)}, maar {waarom}. "
        f"Er is niets vertrokken. {belet or 'Verstuur hem nu, of plan hem opnieuw.'}"
    )


WAT_NU = {
    VerzendStaat.VOORBEREIDEN: "De ontvangers worden klaargezet. Daarna vertrekt de brief.",
    VerzendStaat.VERZENDEN: "De brief vertrekt nu. Je mag deze bladzijde sluiten.",
    VerzendStaat.KLAAR: "De brief is verzonden.",
    VerzendStaat.KLAAR_OPEN: (
        "De brief is verzonden, maar van enkele mails weten we niet of ze aankwamen. Beslis "
        "erover, of laat ze zo: dan krijgt niemand de brief dubbel."
    ),
}


def verslag(verzending: Verzending, voortgang: Voortgang) -> list[tuple[str, int]]:
    """Return the figures of an issue with their names."""
    return [
        ("mensen op deze lijsten bij het begin", verzending.kandidaten),
        *(
            (f"niet klaargezet: {voorbereiden.REDENEN.get(reden, reden)}", aantal)
            for reden, aantal in sorted(verzending.uitgesloten.items())
        ),
        ("verzonden", voortgang.verzonden),
        ("mislukt", voortgang.mislukt),
        ("onzeker", voortgang.onzeker),
        ("overgeslagen", voortgang.overgeslagen),
        ("teruggestuurd door de mailbox", verzending.teruggestuurd),
        ("uitgeschreven via deze brief", verzending.uitgeschreven),
    ]


class VoortgangView(EenBrief, View):
    """How far it is, for the script of the screen."""

    def get(self, request, *args, **kwargs):
        voortgang = self.voortgang
        if voortgang is None:
            raise Http404
        return progress_response(voortgang, vingerafdruk(self.staat, voortgang))


class WieNietView(EenBrief, AdminScreen):
    """Who did not get it, by name. Whoever looks sees addresses, and that is logged."""

    template_name = "nieuwsbrief/beheer/verzenden_wie.html"
    page_title = "Wie kreeg de brief niet?"

    @staticmethod
    def mag(gebruiker):
        return mag_verzenden(gebruiker) and mag_zien(gebruiker)

    def get_breadcrumbs_items(self):
        return self.kruimels(
            {"url": reverse(BRIEF, args=[self.brief.pk]), "label": self.brief.title},
            {"url": "", "label": self.page_title},
        )

    def get(self, request, *args, **kwargs):
        if self.verzending is not None:
            audit.note_verzending(self.verzending, audit.ONTVANGERS, request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        bericht = self.verzending.bericht_id if self.verzending else None
        return super().get_context_data(
            brief=self.brief,
            bericht=bericht,
            groepen=[
                (staat, list(Levering.objects.in_index(bericht, staat)[:GETOOND]))
                for staat in (Staat.ONZEKER, Staat.MISLUKT, Staat.OVERGESLAGEN)
            ]
            if bericht
            else [],
            uitgesloten=[
                (voorbereiden.REDENEN.get(reden, reden), aantal)
                for reden, aantal in sorted(self.verzending.uitgesloten.items())
            ]
            if self.verzending
            else [],
            getoond=GETOOND,
            mag_postkamer=may_manage(self.request.user),
            **kwargs,
        )
