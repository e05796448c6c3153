"""A new issue: made from the one before, with what is new on the site since."""

import datetime
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Q
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.timezone import localtime
from wagtail.models import Page

from core import clock
from core.models import Termijn, Zoekpagina
from nieuwsbrief import maanden
from nieuwsbrief.blocks import PER_LIJST
from nieuwsbrief.brief.inhoud import gekozen_paginas
from nieuwsbrief.models import Lijst, NieuwsbriefIndexPage, NieuwsbriefPage

MEESTE = 30
AANGEVINKT = 10
# A deadline is worth telling as long before it ends.
TERMIJN_DAGEN = 120
MEESTE_TERMIJNEN = 3
# What stands in every issue as it is. The rest is an empty place for this issue.
VAST = {"kop", "knop", "streep"}
ZONDER_VORIGE = ["inleiding", "praktijk", "vorming", "vraag"]


class AlGemaakt(Exception):
    """Somebody made this issue since the form was shown: a colleague, or the same press twice."""

    def __init__(self, brief: NieuwsbriefPage):
        super().__init__(brief.title)
        self.brief = brief


@dataclass(frozen=True)
class Voorstel:
    """A page that came or changed since the issue before."""

    pk: int
    titel: str
    samenvatting: str
    op: datetime.datetime
    is_nieuw: bool

    @property
    def wat(self) -> str:
        """What an issue says of it, empty for the summary of the page."""
        if self.is_nieuw:
            return ""
        return f"Aangepast op {date_format(localtime(self.op), 'j F')}."


def vorige_van(index: NieuwsbriefIndexPage) -> NieuwsbriefPage | None:
    """Return the newest version of the issue with the highest number, published or not."""
    issues = NieuwsbriefPage.objects.child_of(index).exclude(nummer=None)
    found = issues.order_by("-nummer").first()
    return found.get_latest_revision_as_object() if found else None


def sinds(vorige: NieuwsbriefPage | None) -> datetime.datetime:
    """Return from when something counts as new: when somebody began the issue before.

    What came between that day and the day it left could not be proposed then.
    """
    if vorige is None:
        return clock.now() - datetime.timedelta(days=61)
    first = vorige.revisions.order_by("created_at", "pk").first()
    return first.created_at if first else vorige.first_published_at or clock.now()


def voorstellen(
    index: NieuwsbriefIndexPage, vorige: NieuwsbriefPage | None = None
) -> list[Voorstel]:
    """Return the public pages in the language of `index` that are new or changed, new ones first.

    What stands in the issue before is left out, unless it changed after that one came out. From the
    index of search: title and summary, in one query.
    """
    since = sinds(vorige)
    rows = (
        Zoekpagina.objects.filter(
            locale=index.locale_id,
            pagina__live=True,
            pagina__depth__gt=2,
            pagina__last_published_at__gt=since,
        )
        .exclude(_verteld(vorige))
        .exclude(pagina__in=Page.objects.filter(path__startswith=index.path))
        .order_by("-pagina__last_published_at")
        .values_list(
            "pk",
            "pagina__title",
            "samenvatting",
            "pagina__first_published_at",
            "pagina__last_published_at",
        )[: 2 * MEESTE]
    )
    found = [
        Voorstel(pk, title, summary, last, first is not None and first > since)
        for pk, title, summary, first, last in rows
    ]
    return sorted(found, key=lambda one: not one.is_nieuw)[:MEESTE]


def _verteld(vorige):
    """Return the filter for what readers know from the issue before."""
    if vorige is None:
        return Q(pk__in=[])
    told = Q(pk__in={page.pk for page in gekozen_paginas(vorige.body)})
    out = vorige.first_published_at
    return told & Q(pagina__last_published_at__lte=out) if out else told


def volgende_maand(vorige: NieuwsbriefPage | None) -> datetime.date:
    """Return the first month of the next issue."""
    now = maanden.eerste_dag(clock.today())
    if vorige is None or vorige.eerste_maand is None:
        return now
    following = maanden.plus(vorige.eerste_maand, maanden.PER_BRIEF)
    # After a pause nobody makes the issues that were left out.
    while maanden.plus(following, maanden.PER_BRIEF) <= now:
        following = maanden.plus(following, maanden.PER_BRIEF)
    return following


@transaction.atomic
def maak(
    index: NieuwsbriefIndexPage, gekozen: list[Voorstel], gebruiker, nummer: int | None = None
) -> NieuwsbriefPage:
    """Make the next issue as a draft below `index`, and return it.

    `nummer` is the number that it would get when the form was shown. Raises AlGemaakt when an issue
    has it by now: of two who press at once, the second is led to what the first one made.
    """
    # Whoever comes second waits, and sees the first one.
    index = NieuwsbriefIndexPage.objects.select_for_update().get(pk=index.pk)
    vorige = vorige_van(index)
    volgend = volgend_nummer(index, vorige)
    if vorige is not None and nummer is not None and nummer < volgend:
        raise AlGemaakt(vorige)
    nummer = volgend
    eerste = volgende_maand(vorige)
    woorden = maanden.in_woorden(eerste)
    page = NieuwsbriefPage(
        title=f"Nieuwsbrief {nummer}: {woorden}",
        slug=slugify(f"{nummer} {woorden}"),
        samenvatting=f"De nieuwsbrief van {woorden}.",
        onderwerp=f"Nieuwsbrief {nummer}: {woorden}",
        nummer=nummer,
        eerste_maand=eerste,
        eigenaar=vorige.eigenaar if vorige else index.eigenaar,
        locale=index.locale,
        live=False,
        has_unpublished_changes=True,
        owner=gebruiker,
    )
    page.body = _inhoud(index, vorige, gekozen)
    index.add_child(instance=page)
    page.lijsten = list(vorige.lijsten.all()) if vorige else list(Lijst.objects.te_kiezen())
    page.save()
    page.save_revision(user=gebruiker, log_action=False)
    return page


def volgend_nummer(index: NieuwsbriefIndexPage, vorige: NieuwsbriefPage | None) -> int:
    """Return a number that no issue has: as published, or in the draft of the one before."""
    issues = NieuwsbriefPage.objects.child_of(index)
    highest = issues.aggregate(hoogste=Max("nummer"))["hoogste"] or 0
    return max(highest, (vorige.nummer or 0) if vorige else 0) + 1


def _inhoud(index, vorige, gekozen) -> list[dict]:
    """Return the body as it is stored: the form of the issue before, filled with what is known."""
    news = _nieuw(gekozen)
    deadlines = [
        _block("termijn", {"termijn": one.pk}) for one in termijnen_binnenkort(index.locale_id)
    ]
    if vorige is None:
        return [_leeg(name) for name in ZONDER_VORIGE] + deadlines + news
    body, done = [], set()
    for raw in vorige.body.raw_data:
        name = raw["type"]
        if name in VAST:
            body.append(_block(name, raw["value"]))
        elif name in ("nieuw", "termijn"):
            # All of them stand where the first one stood.
            body += [] if name in done else news if name == "nieuw" else deadlines
        elif name != "afbeelding":
            body.append(_leeg(name))
        done.add(name)
    body += [] if "termijn" in done else deadlines
    body += [] if "nieuw" in done else news
    return body


def _block(name, value) -> dict:
    return {"type": name, "value": value}


def _leeg(name) -> dict:
    """Return a place for this issue: the kind of block is known, what it says is not."""
    child = NieuwsbriefPage._meta.get_field("body").stream_block.child_blocks[name]
    return _block(name, child.get_prep_value(child.get_default()))


def _nieuw(gekozen) -> list[dict]:
    items = [
        {"type": "item", "id": str(uuid.uuid4()), "value": {"pagina": one.pk, "wat": one.wat}}
        for one in gekozen
    ]
    return [
        _block("nieuw", {"titel": "Nieuw op de site", "paginas": items[begin : begin + PER_LIJST]})
        for begin in range(0, len(items), PER_LIJST)
    ]


def termijnen_binnenkort(locale: int) -> list[Termijn]:
    """Return the deadlines that come soon, the nearest first."""
    live = Termijn.objects.filter(locale=locale, live=True)
    near = [
        one
        for one in live
        if one.stand.laatste_dag
        and not one.stand.is_voorbij
        and one.stand.dagen is not None
        and one.stand.dagen <= TERMIJN_DAGEN
    ]
    return sorted(near, key=lambda one: one.stand.dagen)[:MEESTE_TERMIJNEN]
