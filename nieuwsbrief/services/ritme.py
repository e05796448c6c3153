"""When the next issue is due, how far it is, and the reminder to the editors."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from core import clock
from nieuwsbrief import maanden
from nieuwsbrief.brief.controle import Bevinding, controleer
from nieuwsbrief.brief.nieuw import volgende_maand
from nieuwsbrief.models import NieuwsbriefIndexPage, NieuwsbriefInstellingen, NieuwsbriefPage
from nieuwsbrief.services.berichten import SOORT
from post import services as post
from post.models import Bericht

HERINNERING = f"{SOORT}herinnering"
DAGEN_VOORAF = 14


@dataclass(frozen=True)
class Volgende:
    """The next issue in the language of the site.

    `brief` is its newest version, None when nobody began; `dag` is when it should leave;
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


def volgende() -> Volgende | None:
    """Return the next issue; None for a site without a newsletter page."""
    found = _volgende()
    if found is None:
        return None
    draft, month, day = found
    if draft is None:
        return Volgende(None, month, day, [])
    newest = draft.get_latest_revision_as_object()
    return Volgende(newest, month, day, controleer(newest))


def _volgende():
    """Return the draft of the next issue or None, its first month, and its day."""
    index = (
        NieuwsbriefIndexPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
        .order_by("path")
        .first()
    )
    if index is None:
        return None
    issues = NieuwsbriefPage.objects.child_of(index).exclude(eerste_maand=None).defer("body")
    last = issues.live().order_by("-eerste_maand", "-nummer").first()
    drafts = issues.not_live().order_by("eerste_maand", "nummer")
    if last is not None:
        drafts = drafts.filter(eerste_maand__gt=last.eerste_maand)
    draft = drafts.first()
    month = draft.eerste_maand if draft else volgende_maand(last)
    return draft, month, month.replace(day=NieuwsbriefInstellingen.load().verschijndag)


def herinner() -> bool:
    """Remind the editors of the next issue from two weeks before its day, once per issue.

    Called by `tick`. Says whether a mail was queued. Nobody is reminded of months that are over.
    """
    to = NieuwsbriefInstellingen.load().redactie_adres
    found = _volgende() if to else None
    if found is None:
        return False
    _draft, month, day = found
    first = day - datetime.timedelta(days=DAGEN_VOORAF)
    if not first <= clock.today() < maanden.plus(month, maanden.PER_BRIEF):
        return False
    return _stuur(to, month)


@transaction.atomic
def _stuur(to, month):
    key = f"nieuwsbrief:herinnering:{month:%Y-%m}"
    if Bericht.objects.filter(sleutel=key).exists():
        return False
    coming = volgende()
    if coming is None:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        post.queue(
            key=key,
            template=HERINNERING,
            to=to,
            context={
                "soort": HERINNERING,
                "volgende": coming,
                "woorden": coming.woorden,
                "link": settings.BASE_URL + beheer_adres(coming.brief),
            },
        )
    return True


def beheer_adres(brief: NieuwsbriefPage | None) -> str:
    """Return where in the admin an editor goes on with the next issue, or begins it."""
    if brief is None:
        return reverse("nieuwsbrief_brieven:nieuw")
    return reverse("wagtailadmin_pages:edit", args=[brief.pk])
