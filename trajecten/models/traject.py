"""The three trajectories and their steps."""

from itertools import groupby

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.search import index

from core import memo
from core.blocks import GIDS, INHOUD, STAP
from core.models import BasePage, Termijn
from core.pages import teasers
from core.rich_text import KORTE_TEKST
from trajecten import diagnosis
from trajecten.models.vinkjes import DossierMixin, VinkjesMixin
from trajecten.vinkjes import names_of, points_in


def steps_of(traject):
    """Return the published steps of a trajectory in the editors' order, without their text."""
    return StapPage.objects.child_of(traject).live().defer("body", "resultaat").order_by("path")


def numbered(steps):
    """Return `steps` as a list in which each knows its number, from 1."""
    steps = list(steps)
    for number, step in enumerate(steps, start=1):
        step.nummer = number
    return steps


class TrajectIndexPage(BasePage):
    """The overview: which of the three lines is yours."""

    parent_page_types = ["home.HomePage"]
    subpage_types = [
        "trajecten.TrajectPage",
        "trajecten.WegwijzerPage",
        "trajecten.TermijnenPage",
        "trajecten.RekenhulpPage",
    ]
    max_count_per_parent = 1
    page_description = "Overzicht van de drie trajecten. Er is er een per taal."

    inleiding = models.TextField("inleiding", blank=True)
    body = StreamField(INHOUD, verbose_name="inhoud", blank=True)

    inhoud_panels = [FieldPanel("inleiding"), FieldPanel("body")]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "overzicht van trajecten"

    @cached_property
    def trajecten(self):
        """The published trajectories, in the editors' order."""
        return list(self.public(TrajectPage.objects.child_of(self).live()).order_by("path"))

    @cached_property
    def _guides(self):
        """The published route chooser and page of deadlines, by model name."""
        return memo.remember(("wegwijzers", self.pk), self._read_guides)

    def _read_guides(self):
        models = [apps.get_model("trajecten", name) for name in ("WegwijzerPage", "TermijnenPage")]
        found = teasers(Q(live=True, path__startswith=self.path), models)
        return {page._meta.object_name: page for page in found}

    @property
    def wegwijzer(self):
        """The published route chooser, None without."""
        return self._guides.get("WegwijzerPage")

    @property
    def termijnenpagina(self):
        """The published page of all deadlines, None without."""
        return self._guides.get("TermijnenPage")


class TrajectPage(VinkjesMixin, DossierMixin, BasePage):
    """A trajectory: a guide of steps, tasks or modules.

    Three patterns for three kinds of work (docs/adr/0004): opstart is done in order, start in
    any order, doorstart begins with a diagnosis.
    """

    class Soort(models.TextChoices):
        OPSTART = "opstart", _("opstart")
        START = "start", _("start")
        DOORSTART = "doorstart", _("doorstart")

    parent_page_types = ["trajecten.TrajectIndexPage"]
    subpage_types = ["trajecten.StapPage"]
    page_description = (
        "Gids voor gemeenten: opstart (stappen op volgorde), start (taken in groepen) of "
        "doorstart (modules na een zelftest)."
    )
    vraagt_oordeel = True

    soort = models.CharField("soort", max_length=10, choices=Soort)
    voor_wie = models.CharField(
        "voor wie",
        max_length=120,
        help_text=(
            "Een vraag of zin waarin de lezer zich herkent. Staat op de kaart van dit traject."
        ),
    )
    inleiding = models.TextField("inleiding")
    resultaat = RichTextField("wat je op het einde hebt", features=KORTE_TEKST, blank=True)
    termijn = models.ForeignKey(
        Termijn,
        verbose_name="termijn",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Staat ook bij elke stap, behalve waar een stap een eigen termijn heeft.",
    )
    diagnose_inleiding = models.TextField(
        "inleiding bij de zelftest", blank=True, help_text="Alleen bij doorstart."
    )
    body = StreamField(GIDS, verbose_name="inhoud", blank=True)

    inhoud_panels = [
        FieldPanel("soort"),
        FieldPanel("voor_wie"),
        FieldPanel("inleiding"),
        FieldPanel("resultaat"),
        FieldPanel("termijn"),
        FieldPanel("diagnose_inleiding"),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("voor_wie"),
        index.SearchField("inleiding"),
        index.SearchField("resultaat"),
        index.SearchField("body"),
    ]

    select_related_when_served = [
        *BasePage.select_related_when_served,
        "termijn__regelkader",
        "termijn__bron",
    ]

    class Meta:
        verbose_name = "traject"
        verbose_name_plural = "trajecten"

    @cached_property
    def stappen(self):
        """The published steps in order, each with its number."""
        return memo.remember(("stappen", self.pk), lambda: numbered(self.public(steps_of(self))))

    @property
    def stappen_met_tekst(self):
        """The published steps in order with all that editors wrote; read anew each time."""
        return self.public(StapPage.objects.child_of(self).live()).order_by("path")

    @cached_property
    def ruwe_punten(self):
        """The points of every published step as they are stored, by key of the step."""
        return memo.remember(
            ("punten", self.pk),
            lambda: {step.sleutel: points_in(step.body) for step in self.stappen_met_tekst},
        )

    def named_points(self):
        return names_of(self.ruwe_punten)

    @cached_property
    def groepen(self):
        """The steps under the name of their group, in order of appearance."""
        return [
            (name, list(steps))
            for name, steps in groupby(self.stappen, key=lambda step: step.groep)
        ]

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["traject"] = self
        if self.soort == self.Soort.DOORSTART:
            context["diagnose"] = diagnosis.from_query(self.stappen, request.GET)
        if self.pk:
            context["vinkjes"] = self.vinkjes_in(request)
        return context

    def answers_from(self, query):
        """Return what somebody recognised in the self-test."""
        if self.soort != self.Soort.DOORSTART:
            return []
        modules = diagnosis.from_query(self.stappen, query).modules
        return [(str(_("Wat herken je?")), step.herken_je) for step in modules]


class StapPage(VinkjesMixin, BasePage):
    """One step, task or module of a trajectory."""

    parent_page_types = ["trajecten.TrajectPage"]
    subpage_types = []
    page_description = "Een stap (opstart), taak (start) of module (doorstart) met een eigen adres."
    vraagt_oordeel = True

    groep = models.CharField(
        "groep",
        max_length=80,
        blank=True,
        help_text=(
            "Alleen bij start: taken met dezelfde groep staan samen. Bijvoorbeeld: Eerste weken."
        ),
    )
    herken_je = models.CharField(
        "herken je dit?",
        max_length=160,
        blank=True,
        help_text=(
            "Alleen bij doorstart: een zin die de lezer kan aankruisen, bijvoorbeeld: We "
            "komen nog zelden samen."
        ),
    )
    inleiding = models.TextField("inleiding", blank=True)
    resultaat = RichTextField("wat je na deze stap hebt", features=KORTE_TEKST, blank=True)
    termijn = models.ForeignKey(
        Termijn,
        verbose_name="eigen termijn",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Leeg: de termijn van het traject.",
    )
    body = StreamField(STAP, verbose_name="inhoud", blank=True)

    inhoud_panels = [
        FieldPanel("groep"),
        FieldPanel("herken_je"),
        FieldPanel("inleiding"),
        FieldPanel("resultaat"),
        FieldPanel("termijn"),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("herken_je"),
        index.SearchField("inleiding"),
        index.SearchField("resultaat"),
        index.SearchField("body"),
    ]

    select_related_when_served = TrajectPage.select_related_when_served

    # Set by TrajectPage.stappen.
    nummer = None

    class Meta:
        verbose_name = "stap"
        verbose_name_plural = "stappen"

    @cached_property
    def traject(self) -> TrajectPage:
        """The trajectory of this step, which knows all its steps."""
        return memo.remember(("traject van", self.pk), self._traject)

    def _traject(self):
        found = (
            TrajectPage.objects.parent_of(self)
            .select_related("termijn__regelkader", "termijn__bron")
            .get()
        )
        found.some_pages_are_private = self.some_pages_are_private
        return found

    @cached_property
    def stappen(self):
        """The published steps of this trajectory in order, each with its number."""
        return self.traject.stappen

    @cached_property
    def _place(self):
        """The index of this step among the published steps, None for a draft."""
        return next((i for i, step in enumerate(self.stappen) if step.pk == self.pk), None)

    @property
    def volgnummer(self):
        """The number of this step, from 1; None for a draft."""
        return None if self._place is None else self._place + 1

    @property
    def vorige(self):
        return self.stappen[self._place - 1] if self._place else None

    @property
    def volgende(self):
        if self._place is None or self._place + 1 >= len(self.stappen):
            return None
        return self.stappen[self._place + 1]

    @cached_property
    def vragen(self):
        """The published questions that belong to this step."""
        # A question knows its steps, so its module stands on this one.
        from trajecten.models.vraag import questions_of

        return memo.remember(("vragen bij", self.pk), lambda: questions_of(self))

    @property
    def geldende_termijn(self):
        """The deadline of this step, or else of its trajectory."""
        found = self.termijn or self.traject.termijn
        return found if found and found.live else None

    def named_points(self):
        # What is shown may be a preview of what is not stored yet.
        return names_of({**self.traject.ruwe_punten, self.sleutel: points_in(self.body)})

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["traject"] = self.traject
        context["vinkjes"] = self.vinkjes_in(request)
        return context
