"""Questions that people ask, each with its answer."""

from django.db import models
from django.db.models import Q
from django.forms import CheckboxSelectMultiple
from django.utils.functional import cached_property
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.models import Tag, TaggedItemBase
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from core import memo
from core.blocks import INHOUD
from core.models import BasePage
from core.structured_data import faq_page
from core.typed import words_in
from trajecten.models.traject import StapPage, TrajectPage


class VraagIndexPage(BasePage):
    """All questions, by theme and by word."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["trajecten.VraagPage"]
    max_count_per_parent = 1
    page_description = "Overzicht van veelgestelde vragen. Er is er een per taal."

    inleiding = models.TextField("inleiding", blank=True)
    body = StreamField(INHOUD, verbose_name="inhoud", blank=True)

    inhoud_panels = [FieldPanel("inleiding"), FieldPanel("body")]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "overzicht van vragen"

    @property
    def vragen(self):
        """The published questions in the editors' order, without their text."""
        return memo.remember(("vragen", self.pk), lambda: list(self._questions()))

    def _questions(self):
        questions = VraagPage.objects.child_of(self).live().order_by("path")
        return self.public(questions).defer("body").prefetch_related("tags")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        themes = memo.remember(("themas", self.pk), self._themas)
        theme = next((tag for tag in themes if tag.slug == request.GET.get("thema")), None)
        query, words = words_in(request.GET.get("q", ""))
        found = self.vragen
        if theme:
            found = [question for question in found if theme in question.tags.all()]
        if words:
            matching = self._matching(words)
            found = [question for question in found if question.pk in matching]
        context |= {
            "themas": themes,
            "thema": theme,
            "zoekterm": query,
            "gevonden": found,
            "is_gefilterd": bool(theme or words),
        }
        return context

    def _themas(self):
        questions = self._questions().values("pk")
        found = Tag.objects.filter(trajecten_vraagtag_items__content_object__in=questions)
        return list(found.distinct().order_by("name"))

    def _matching(self, words: str) -> set[int]:
        """Return the ids of the questions that hold all `words`, also as a part of a word."""
        questions = VraagPage.objects.child_of(self).live()
        found = {page.pk for page in questions.search(words, operator="and")}
        parts = Q()
        for word in words.split():
            parts &= Q(title__icontains=word) | Q(antwoord__icontains=word)
        return found | set(questions.filter(parts).values_list("pk", flat=True))

    def structured_data(self, request):
        """Return every question with its answer for machines."""
        return [faq_page(self, self.vragen, request)] if self.pk and self.vragen else []


class VraagTag(TaggedItemBase):
    """A theme on a question."""

    content_object = ParentalKey(
        "trajecten.VraagPage", on_delete=models.CASCADE, related_name="tagged_items"
    )


class VraagForm(WagtailAdminPageForm):
    """The edit form of a question: steps to tick, each under its trajectory."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("stappen"):
            trajectories = {page.path: page.title for page in TrajectPage.objects.all()}
            # A new page has no language yet; its parent has.
            place = self.instance if self.instance.locale_id else self.parent_page
            locale = place.locale_id if place else None
            steps = StapPage.objects.filter(locale=locale).order_by("path")
            field.queryset = steps.defer("body", "resultaat")
            field.label_from_instance = lambda step: (
                f"{trajectories.get(step.path[: -step.steplen], '')}: {step.title}"
            )


class VraagPage(BasePage):
    """One question: its title. The answer comes first, the explanation after it."""

    parent_page_types = ["trajecten.VraagIndexPage"]
    subpage_types = []
    page_description = "Een vraag als titel, het antwoord in de eerste zin, daarna de uitleg."
    vraagt_oordeel = True

    antwoord = models.TextField(
        "antwoord",
        max_length=400,
        help_text="Een of twee zinnen die de vraag meteen beantwoorden. De uitleg komt eronder.",
    )
    body = StreamField(INHOUD, verbose_name="uitleg", blank=True)
    tags = ClusterTaggableManager(through=VraagTag, blank=True, verbose_name="thema's")
    stappen = ParentalManyToManyField(
        StapPage,
        verbose_name="hoort bij stap",
        blank=True,
        related_name="+",
        help_text="De stappen die deze vraag onderaan tonen.",
    )

    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        SynchronizedField("stappen", overridable=False),
    ]

    inhoud_panels = [
        FieldPanel("antwoord"),
        FieldPanel("body"),
        FieldPanel("tags"),
        FieldPanel("stappen", widget=CheckboxSelectMultiple),
    ]
    base_form_class = VraagForm
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("antwoord", boost=2),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "vraag"
        verbose_name_plural = "vragen"

    @cached_property
    def bij_stappen(self) -> list[StapPage]:
        """The published steps that this question belongs to, in the language of the page."""
        return memo.remember(("stappen van vraag", self.pk), self._steps)

    def _steps(self):
        chosen = self.stappen.all()
        keys = [step.translation_key for step in chosen]
        steps = StapPage.objects.live().filter(translation_key__in=keys, locale=self.locale_id)
        return list(self.public(steps).defer("body", "resultaat").order_by("path"))

    def structured_data(self, request):
        """Return the question with its answer for machines."""
        return [faq_page(self, [self], request)] if self.antwoord else []


def questions_of(step: StapPage) -> list[VraagPage]:
    """Return the published questions that belong to a step, in the language of the step."""
    questions = (
        VraagPage.objects.live()
        .filter(stappen__translation_key=step.translation_key, locale=step.locale_id)
        .distinct()
    )
    return list(step.public(questions).defer("body").order_by("path"))
