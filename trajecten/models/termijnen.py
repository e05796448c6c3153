"""The page of all deadlines."""

import datetime
from dataclasses import dataclass, field
from itertools import groupby

from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core import memo
from core.blocks import INHOUD
from core.models import BasePage, Termijn


@dataclass(frozen=True)
class Kalender:
    """All deadlines seen from one day.

    `nu` holds now; `maanden` pairs the first day of a month with what falls in it, soonest first;
    `zonder_datum` has no date (yet); `voorbij` is over, latest first.
    """

    nu: list[Termijn] = field(default_factory=list)
    maanden: list[tuple[datetime.date, list[Termijn]]] = field(default_factory=list)
    zonder_datum: list[Termijn] = field(default_factory=list)
    voorbij: list[Termijn] = field(default_factory=list)


def kalender_of(termijnen) -> Kalender:
    """Sort deadlines as they stand today."""
    now, coming, without, over = [], [], [], []
    for termijn in termijnen:
        stand = termijn.stand
        if stand.laatste_dag is None:
            without.append(termijn)
        elif stand.geldt_nu:
            now.append((stand.laatste_dag, termijn))
        elif stand.is_voorbij:
            over.append((stand.laatste_dag, termijn))
        else:
            coming.append((stand.eerstvolgende_dag, termijn))
    months = groupby(_by_day(coming), key=lambda pair: pair[0].replace(day=1))
    return Kalender(
        nu=[termijn for _day, termijn in _by_day(now)],
        maanden=[(month, [termijn for _day, termijn in pairs]) for month, pairs in months],
        zonder_datum=sorted(without, key=lambda termijn: termijn.naam),
        voorbij=[termijn for _day, termijn in reversed(_by_day(over))],
    )


def _by_day(pairs):
    return sorted(pairs, key=lambda pair: (pair[0], pair[1].naam))


class TermijnenPage(BasePage):
    """Every deadline of the site, by month; those that are over apart."""

    parent_page_types = ["trajecten.TrajectIndexPage"]
    subpage_types = []
    max_count_per_parent = 1
    page_description = (
        "Alle termijnen onder elkaar, met hun stand en een agenda om te volgen. "
        "Er is er een per taal."
    )

    inleiding = models.TextField("inleiding", blank=True)
    body = StreamField(INHOUD, verbose_name="inhoud", blank=True)

    inhoud_panels = [FieldPanel("inleiding"), FieldPanel("body")]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "termijnenpagina"

    @classmethod
    def address_here(cls, request) -> str:
        """Return the whole address of this page in the language of the request.

        Where that language has none, the one in the source language; the site itself where there
        is none at all.
        """
        return memo.remember(
            ("termijnenpagina", request.get_host(), request.scheme, request.LANGUAGE_CODE),
            lambda: cls._look_up(request),
        )

    @classmethod
    def _look_up(cls, request):
        found = {
            page.locale.language_code: page
            for page in cls.objects.live().public().select_related("locale")
        }
        page = found.get(request.LANGUAGE_CODE) or found.get("nl")
        address = page.get_full_url(request) if page else None
        return address or request.build_absolute_uri("/")

    @cached_property
    def termijnen(self) -> list[Termijn]:
        """The published deadlines in the language of this page."""
        found = Termijn.objects.filter(live=True, locale=self.locale_id)
        return memo.remember(("termijnen", self.locale_id), lambda: list(found))

    @property
    def kalender(self) -> Kalender:
        return kalender_of(self.termijnen)

    def eigen_termijnen(self):
        """Return the deadlines in the order in which they stand on the page."""
        calendar = self.kalender
        coming = [termijn for _month, items in calendar.maanden for termijn in items]
        return [*coming, *calendar.nu, *calendar.voorbij]

    def structured_data(self, request) -> list[dict]:
        """Describe the list as data that can be fetched, and not as events (docs/adr/0012)."""
        if not any(termijn.stand.laatste_dag for termijn in self.termijnen):
            return []
        return [
            {
                "@type": "DataFeed",
                "name": self.title,
                "description": self.meta_beschrijving,
                "url": self.get_full_url(request),
                "distribution": {
                    "@type": "DataDownload",
                    "encodingFormat": "text/calendar",
                    "contentUrl": request.build_absolute_uri(reverse("termijnen_agenda")),
                },
            }
        ]

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["kalender"] = self.kalender
        context["agenda_adres"] = request.build_absolute_uri(reverse("termijnen_agenda"))
        return context
