"""The page about the newsletter."""

from itertools import groupby

from django.db import models
from django.utils.functional import cached_property
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core import memo
from core.blocks import INHOUD
from core.models import BasePage


class NieuwsbriefIndexPage(BasePage):
    """What the newsletter brings, and how to get it."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["nieuwsbrief.NieuwsbriefPage"]
    max_count_per_parent = 1
    page_description = "De pagina over de nieuwsbrief. Er is er een per taal."

    inleiding = models.TextField("inleiding", blank=True)
    body = StreamField(INHOUD, verbose_name="inhoud", blank=True)

    inhoud_panels = [FieldPanel("inleiding"), FieldPanel("body")]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "overzicht van nieuwsbrieven"

    @cached_property
    def jaren(self) -> list[tuple[int, list]]:
        """The published issues, the newest first, by year."""
        from nieuwsbrief.models.brief import NieuwsbriefPage

        if self.pk is None or not self.path:
            return []
        issues = self.public(NieuwsbriefPage.objects.child_of(self)).archief()
        found = memo.remember(("brieven", self.pk), lambda: list(issues.defer("body")))
        return [(year, list(some)) for year, some in groupby(found, key=_year)]


def _year(issue) -> int:
    return issue.eerste_maand.year if issue.eerste_maand else issue.first_published_at.year
