"""The page of the route chooser."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.http import urlencode
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core.blocks import INHOUD
from core.models import BasePage, Termijn
from trajecten.wegwijzer import Route, describe, walk
from trajecten.wegwijzer_blocks import WegwijzerBlock, faults_of, route_of


class WegwijzerPage(BasePage):
    """Which trajectory is mine: a few questions, and an outcome that says why."""

    parent_page_types = ["trajecten.TrajectIndexPage"]
    subpage_types = []
    max_count_per_parent = 1
    page_description = (
        "Vragen die naar het juiste traject leiden, ook als iets niet meer kan. "
        "Er is er een per taal."
    )

    inleiding = models.TextField("inleiding", blank=True)
    onderdelen = StreamField(WegwijzerBlock(), verbose_name="vragen en uitkomsten")
    body = StreamField(
        INHOUD,
        verbose_name="inhoud",
        blank=True,
        help_text="Staat onder de eerste vraag.",
    )

    inhoud_panels = [
        FieldPanel("inleiding"),
        HelpPanel(
            "De bovenste vraag is het begin. Elk antwoord leidt met een code naar een vraag of een "
            "uitkomst. Publiceren lukt pas als elke weg bij een uitkomst eindigt."
        ),
        FieldPanel("onderdelen"),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("onderdelen"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "wegwijzer"

    @cached_property
    def route(self) -> Route:
        """The questions, answers and outcomes of this page."""
        return route_of(self.onderdelen.raw_data)

    def uitkomst(self, code: str):
        """Return what is shown at the outcome `code`: the value of its block, None without."""
        for part in self.onderdelen:
            if part.block_type == "uitkomst" and part.value.get("code") == code:
                return part.value
        return None

    def answers_from(self, query) -> list[tuple[str, str]]:
        """Return the questions and answers that an address carried along, in words."""
        return describe(self, query)

    def eigen_termijnen(self) -> list[Termijn]:
        """Return the deadlines of the outcomes and of the text."""
        outcomes = [part.value for part in self.onderdelen if part.block_type == "uitkomst"]
        found = [value.get("termijn") for value in outcomes]
        return [*(termijn for termijn in found if termijn), *super().eigen_termijnen()]

    def save(self, clean=True, **kwargs):
        """Store the page; raise ValidationError before a chooser with faults goes live.

        The editor's form refuses it with the same words. This stops what has no form: a
        translation, a scheduled version, a command.
        """
        if clean and self.live and (faults := faults_of(self.onderdelen.raw_data)):
            raise ValidationError({"onderdelen": faults})
        super().save(clean=clean, **kwargs)

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        trip = context["tocht"] = walk(self.route, request.GET)
        if trip.uitkomst:
            context["uitkomst"] = self.uitkomst(trip.uitkomst)
            context["meegegeven"] = urlencode(
                {
                    "van": self.get_url(request=request) or request.path,
                    "antwoorden": trip.antwoorden,
                }
            )
        return context
