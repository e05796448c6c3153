"""When the next issue is due, how far it is, and the reminder to the editors."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from core import clock
from nieuwsbrief import maanden
from nieuwsbrief.brief.controle import Bevinding, controleer
from nieuwsbrief.brief.nieuw import volgende_maand
from nieuwsbrief.models import (
    NieuwsbriefIndexPage,
    NieuwsbriefInstellingen,
    NieuwsbriefPage,
    Verzending,
)
from nieuwsbrief.services import redactiepost
from nieuwsbrief.services.berichten import SOORT
from nieuwsbrief.staten import VERZENDING_KLAAR, VerzendStaat

HERINNERING = f"{SOORT}herinnering"
DAGEN_VOORAF = 14
# Nobody has to do anything for these.
GAAT_VANZELF = (VerzendStaat.GEPLAND, VerzendStaat.VOORBEREIDEN, VerzendStaat.VERZENDEN)


@dataclass(frozen=True)
class Volgende:
    """The next issue in the language of the site: the first one of which the sending is not over.

    `brief` is what would leave, None when nobody began; `dag` is when it should leave;
    `bevindingen` is what it still misses.
    """

    brief: NieuwsbriefPage | None
    eerste_maand: datetime.date
    dag: datetime.date
    bevindingen: list[Bevinding]

    @property
    def woorden(self) -> str:
        return maanden.in_woorden(self.eerste_maand)

    @property
    def dagen(self) -> int:
        """Days until it should leave; negative when it is late."""
        return (self.dag - clock.today()).days

    @property
    def blokkeert(self) -> list[Bevinding]:
        return [one for one in self.bevindingen if one.blokkeert]

    @property
    def is_op_de_site(self) -> bool:
        """Whether it is published: what it waits for is its sending."""
        return self.brief is not None and self.brief.live


def volgende() -> Volgende | None:
    """Return the next issue; None for a site without a newsletter page."""
    found = _volgende()
    if found is None:
        return None
    page, month, day, sending = found
    if page is None:
        return Volgende(None, month, day, [])
    if sending is not None and sending.bericht_id:
        # The mail is fixed: whatever the page says now, leaves no more.
        return Volgende(page, month, day, [])
    live = page.live_revision if page.live else None
    newest = live.as_object() if live else page.get_latest_revision_as_object()
    return Volgende(newest, month, day, controleer(newest))


def niet_voorbij() -> Q:
    """Return which issues are about months that are not over: those can still leave in time."""
    this = maanden.eerste_dag(clock.today())
    return Q(eerste_maand__gt=maanden.plus(this, -maanden.PER_BRIEF))


def _volgende():
    """Return the next issue or None, its first month, its day, and its sending or None.

    Only a sending that ended makes an issue done. What was published without, counts as done when
    its months are over: an archive from before this site was never sent by it.
    """
    index = (
        NieuwsbriefIndexPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
        .order_by("path")
        .first()
    )
    if index is None:
        return None
    issues = NieuwsbriefPage.objects.child_of(index).exclude(eerste_maand=None).defer("body")
    sendings = Verzending.objects.actueel()
    ended = sendings.filter(staat__in=VERZENDING_KLAAR).values("pagina_nr")
    is_done = Q(pk__in=ended) | (
        Q(live=True) & ~niet_voorbij() & ~Q(pk__in=sendings.values("pagina_nr"))
    )
    last = issues.filter(is_done).order_by("-eerste_maand", "-nummer").first()
    coming = issues.exclude(is_done).order_by("eerste_maand", "nummer")
    if last is not None:
        coming = coming.filter(eerste_maand__gt=last.eerste_maand)
    page = coming.first()
    month = page.eerste_maand if page else volgende_maand(last)
    sending = sendings.van_brief(page.pk).first() if page else None
    return page, month, month.replace(day=NieuwsbriefInstellingen.load().verschijndag), sending


def herinner() -> bool:
    """Remind the editors of the next issue from two weeks before its day, once per issue.

    Called by `tick`. Says whether a mail was queued. Nobody is reminded of months that are over,
    nor of an issue that leaves by itself.
    """
    found = _volgende()
    if found is None:
        return False
    _page, month, day, sending = found
    if sending is not None and sending.staat in GAAT_VANZELF:
        return False
    first = day - datetime.timedelta(days=DAGEN_VOORAF)
    if not first <= clock.today() < maanden.plus(month, maanden.PER_BRIEF):
        return False
    return redactiepost.schrijf(
        sleutel=f"nieuwsbrief:herinnering:{month:%Y-%m}", soort=HERINNERING, context=_woorden
    )


def _woorden():
    coming = volgende()
    return {
        "volgende": coming,
        "woorden": coming.woorden if coming else "",
        "link": settings.BASE_URL + beheer_adres(coming.brief if coming else None),
    }


def beheer_adres(brief: NieuwsbriefPage | None) -> str:
    """Return where in the admin an editor goes on with the next issue, or begins it."""
    if brief is None:
        return reverse("nieuwsbrief_brieven:nieuw")
    if brief.live:
        return reverse("nieuwsbrief_verzenden:brief", args=[brief.pk])
    return reverse("wagtailadmin_pages:edit", args=[brief.pk])
