"""The page that works out the own contribution."""

from django.db import models
from django.utils.functional import cached_property
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core import clock
from core.blocks import INHOUD
from core.models import BasePage, Regelkader
from trajecten.models.traject import TrajectPage
from trajecten.models.trekkingsrecht import TrekkingsrechtTabel
from trajecten.rekenhulp_form import RekenForm


class RekenhulpPage(BasePage):
    """The calculator. The rules it offers are those it holds for ("geldt voor")."""

    parent_page_types = ["trajecten.TrajectIndexPage"]
    subpage_types = []
    max_count_per_parent = 1
    page_description = "Rekenhulp voor de eigen inbreng. Kies onder 'geldt voor' de regels."

    inleiding = models.TextField("inleiding", blank=True)
    body = StreamField(INHOUD, verbose_name="inhoud", blank=True)

    inhoud_panels = [FieldPanel("inleiding"), FieldPanel("body")]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "rekenhulp"
        verbose_name_plural = "rekenhulpen"

    @cached_property
    def regels(self) -> list[Regelkader]:
        """The rules to choose from, the ones that hold today first."""
        chosen = self.geldende_regelkaders or list(
            Regelkader.objects.filter(locale=self.locale_id, live=True)
        )
        day = clock.today()
        # sorted is stable: within both groups the order of the rules themselves stays.
        return sorted(chosen, key=lambda regelkader: not regelkader.holds_on(day))

    @cached_property
    def tabellen(self) -> dict:
        """The table of amounts in use for each of the rules, by their translation key."""
        return TrekkingsrechtTabel.objects.in_use_for(self.regels)

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        form = RekenForm.from_query(self, request.GET)
        context["formulier"] = form
        context["uitkomst"] = form.uitkomst if form.is_bound and form.is_valid() else None
        context["is_van_bezoeker"] = form.is_bound
        context["trajecten"] = self._trajectories() if context["uitkomst"] else []
        return context

    def _trajectories(self):
        """Return the trajectories whose dossier can take the outcome along."""
        return list(self.public(TrajectPage.objects.sibling_of(self).live()).order_by("path"))
