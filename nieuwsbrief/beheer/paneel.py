"""On the first page of the admin: the next issue, and where every sending is."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from wagtail.admin.ui.components import Component

from core import clock
from nieuwsbrief.beheer.brieven import te_maken_onder
from nieuwsbrief.beheer.rechten import mag_verzenden
from nieuwsbrief.beheer.verzend_basis import BRIEF
from nieuwsbrief.beheer.verzonden import Rij, rijen
from nieuwsbrief.models import Verzending
from nieuwsbrief.services.redactiepost import geadresseerden
from nieuwsbrief.services.ritme import beheer_adres, niet_voorbij, volgende
from nieuwsbrief.services.volgen import NAZORG
from nieuwsbrief.staten import VERZENDING_KLAAR, VerzendStaat
from post.words import moment_in_words

MEESTE = 5


@dataclass(frozen=True)
class Regel:
    """An issue on its way: where its sending is, and the screen to go on; empty for who may not."""

    titel: str
    woorden: str
    adres: str


def onderweg(gebruiker) -> list[Regel]:
    """Return the issues that are published or being sent, and of which the sending is not over."""
    stuk = Verzending.objects.filter(
        Q(staat=VerzendStaat.KLAAR_OPEN) | Q(staat=VerzendStaat.KLAAR) & ~Q(fout=""),
        geeindigd_op__gte=clock.now() - NAZORG,
    )
    loopt = Verzending.objects.actueel().exclude(staat__in=VERZENDING_KLAAR)
    klaar = Verzending.objects.filter(staat__in=VERZENDING_KLAAR)
    gevonden = rijen(
        Q(pk__in=loopt.values("pagina_nr"))
        | Q(pk__in=stuk.values("pagina_nr"))
        | Q(live=True) & niet_voorbij() & ~Q(pk__in=klaar.values("pagina_nr"))
    )
    return [
        Regel(rij.brief.title, in_woorden(rij), _adres(rij.brief, gebruiker))
        for rij in gevonden
        # Somebody may have decided the last question a moment ago.
        if rij.staat != VerzendStaat.KLAAR or rij.niemand_kreeg
    ]


def _adres(brief, gebruiker):
    if mag_verzenden(gebruiker):
        return reverse(BRIEF, args=[brief.pk])
    if brief.permissions_for_user(gebruiker).can_edit():
        return reverse("wagtailadmin_pages:edit", args=[brief.pk])
    return ""


def in_woorden(rij: Rij) -> str:
    """Return in one line where the sending of an issue is."""
    verzending = rij.verzending
    if verzending is None:
        return "gepubliceerd, maar nog niet goedgekeurd"
    match rij.staat:
        case VerzendStaat.CONCEPT:
            return "gepubliceerd, wacht op goedkeuring"
        case VerzendStaat.GOEDGEKEURD if verzending.gemist_op:
            return f"gemist: moest vertrekken op {moment_in_words(verzending.gemist_op)}"
        case VerzendStaat.GOEDGEKEURD:
            return "goedgekeurd, maar nog niet gepland"
        case VerzendStaat.GEPLAND:
            return f"gepland op {moment_in_words(verzending.gepland_op)}"
        case VerzendStaat.VOORBEREIDEN | VerzendStaat.VERZENDEN:
            return "wordt verzonden"
        case VerzendStaat.GEPAUZEERD:
            bericht = verzending.bericht
            reden = (bericht.pauze_reden if bericht else "") or verzending.fout
            return f"gepauzeerd. {reden}".strip()
        case VerzendStaat.MISLUKT:
            return f"mislukt. {verzending.fout}".strip()
        case VerzendStaat.KLAAR if rij.niemand_kreeg:
            return f"niemand kreeg de brief. {verzending.fout}".strip()
        case VerzendStaat.KLAAR_OPEN:
            return "verzonden, met open vragen"
    return "de vorige verzending is gestopt, en nog niet opnieuw goedgekeurd"


class VolgendeBriefPanel(Component):
    """When the next issue is due, how far it is, and what it misses; for who makes or sends it."""

    name = "volgende_brief"
    order = 240
    template_name = "nieuwsbrief/beheer/volgende_brief.html"

    def get_context_data(self, parent_context: Any = None):
        user = parent_context["request"].user
        coming = volgende()
        blocking = coming.blokkeert if coming else []
        return {
            "volgende": coming,
            "onderweg": onderweg(user),
            "mag_maken": bool(te_maken_onder(user)),
            "mag_verzenden": mag_verzenden(user),
            "adres": beheer_adres(coming.brief if coming else None),
            "niemand_herinnerd": not geadresseerden().adressen,
            "mag_instellen": user.has_perm("nieuwsbrief.change_nieuwsbriefinstellingen"),
            "moet": blocking[:MEESTE],
            "meer": max(0, len(blocking) - MEESTE),
        }

    def render_html(self, parent_context=None):
        user = parent_context["request"].user if parent_context else None
        if user is None or not (te_maken_onder(user) or mag_verzenden(user)):
            return ""
        return super().render_html(parent_context)
