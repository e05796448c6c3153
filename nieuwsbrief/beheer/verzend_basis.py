"""What the screens about the sending of one issue have in common."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from nieuwsbrief.beheer.rechten import AlleenMet, mag_verzenden
from nieuwsbrief.models import Abonnement, Lijst, NieuwsbriefPage, Verzending
from nieuwsbrief.services import ontvangers, volgen
from nieuwsbrief.services.eens import Anderen
from nieuwsbrief.staten import VERZENDING_KLAAR, VERZENDING_VOORBIJ, VerzendStaat
from post.progress import Voortgang, closed_door, progress_with_speed

INDEX = "nieuwsbrief_verzenden:index"
BRIEF = "nieuwsbrief_verzenden:brief"
BEGONNEN = (
    VerzendStaat.VOORBEREIDEN,
    VerzendStaat.VERZENDEN,
    VerzendStaat.GEPAUZEERD,
    *VERZENDING_KLAAR,
)


class EenBrief(AlleenMet):
    """A view about the sending of one issue."""

    mag = staticmethod(mag_verzenden)

    @cached_property
    def brief(self) -> NieuwsbriefPage:
        return get_object_or_404(
            NieuwsbriefPage.objects.select_related("live_revision__user"), pk=self.kwargs["pk"]
        )

    @cached_property
    def verzending(self) -> Verzending | None:
        """The sending that counts, or else the last one that was stopped."""
        rijen = list(
            Verzending.objects.van_brief(self.kwargs["pk"]).select_related(
                "bericht", "gemaakt_door", "goedgekeurd_door"
            )
        )
        telt = [rij for rij in rijen if rij.staat not in VERZENDING_VOORBIJ]
        return next(iter(telt or rijen), None)

    @property
    def de_verzending(self) -> Verzending:
        """The sending, where there has to be one."""
        if self.verzending is None:
            raise Http404
        return self.verzending

    @cached_property
    def voortgang(self) -> Voortgang | None:
        if self.verzending is None or self.verzending.bericht is None:
            return None
        return progress_with_speed(self.verzending.bericht)

    @cached_property
    def staat(self) -> str:
        """Where it is now; empty when nobody asked to send it yet."""
        if self.verzending is None:
            return ""
        return volgen.werkelijke_staat(self.verzending, self.voortgang)

    @cached_property
    def niemand_kreeg(self) -> bool:
        """Whether the sending goes on or ended, and every mail until now was refused."""
        return self.voortgang is not None and self.voortgang.alles_geweigerd

    breadcrumbs_items: list

    def kruimels(self, *laatste):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(INDEX), "label": "Verzenden"},
            *laatste,
        ]


def ging_mis(staat: str, voortgang: Voortgang | None) -> bool:
    """Say whether a sending ended with every mail refused."""
    return staat == VerzendStaat.KLAAR and voortgang is not None and voortgang.alles_geweigerd


def staat_in_woorden(
    staat: str, verzending: Verzending | None, voortgang: Voortgang | None = None
) -> str:
    """Return how the screens call where an issue is."""
    if ging_mis(staat, voortgang):
        return "niemand kreeg de brief"
    if verzending is not None and verzending.is_teruggestuurd:
        return "teruggestuurd"
    return str(VerzendStaat(staat).label) if staat else "nog niet klaargezet"


def staat_kleur(staat: str, voortgang: Voortgang | None) -> str:
    """Return the state as the name of a look; what nobody got looks as failed as it is."""
    if ging_mis(staat, voortgang):
        return VerzendStaat.MISLUKT
    return staat or "geen"


def vingerafdruk(staat: str, voortgang: Voortgang | None) -> str:
    """Return what, when it changes, makes the buttons on the page out of date."""
    klaar = voortgang is not None and voortgang.is_klaar
    return f"{staat}-{klaar}-{'dicht' if closed_door() else 'open'}".lower()


@dataclass(frozen=True)
class Aantallen:
    """Who gets an issue: how many are on each list, and how many would get it, each once.

    `toelichting` says why that may be less than who is on the lists.
    """

    per_lijst: list[tuple[str, int]]
    samen: int
    toelichting: list[str]


def aantallen_van(brief: NieuwsbriefPage, nummers: list[int], bericht: int | None) -> Aantallen:
    """Return who would get an issue that leaves now to these lists, as mail `bericht`."""
    rijen = Abonnement.objects.actief()
    lijsten = Lijst.objects.filter(pk__in=nummers).in_bulk()
    toelichting = []
    if ontvangers.taal_van(brief):
        toelichting.append("Een vertaling gaat alleen naar wie die taal koos.")
    if Anderen(brief, bericht).zijn_er:
        toelichting.append("Wie deze brief al kreeg of nog krijgt, telt niet mee.")
    krijgt = ontvangers.abonnementen(brief, nummers, bericht)
    return Aantallen(
        [(lijsten[nr].naam, rijen.filter(lijst=nr).count()) for nr in nummers if nr in lijsten],
        krijgt.values("abonnee").distinct().count(),
        toelichting,
    )
