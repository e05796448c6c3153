"""The home page, pages of explanation, and inspiration."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import Tag, TaggedItemBase
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core import memo
from core.blocks import ARTIKEL, INHOUD
from core.models import BasePage, Begrip, Termijn
from core.pages import teasers
from nieuwsbrief.models import NieuwsbriefIndexPage
from trajecten.models import (
    TermijnenPage,
    TrajectPage,
    VerzoekPage,
    WegwijzerPage,
)
from vorming.models import VormingIndexPage

ARTICLES_PER_PAGE = 12
LATEST_ARTICLES = 3


class HomePage(BasePage):
    """The front door: which trajectory is yours, what is due, what is new."""

    parent_page_types = ["wagtailcore.Page"]
    max_count = len(settings.LANGUAGES)
    subpage_types = [
        "home.BegrippenPage",
        "home.ContentPage",
        "home.InspiratieIndexPage",
        "trajecten.TrajectIndexPage",
        "trajecten.VraagIndexPage",
        "vorming.VormingIndexPage",
        "nieuwsbrief.NieuwsbriefIndexPage",
    ]
    page_description = "De voorpagina. Er is er een per taal."

    inleiding = models.TextField("inleiding")
    keuze_kop = models.CharField(
        "titel boven de trajecten",
        max_length=100,
        help_text="Bijvoorbeeld: Welk traject is het jouwe?",
    )
    termijn = models.ForeignKey(
        Termijn,
        verbose_name="termijn in de kijker",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    body = StreamField(INHOUD, verbose_name="inhoud", blank=True)

    inhoud_panels = [
        FieldPanel("inleiding"),
        FieldPanel("keuze_kop"),
        FieldPanel("termijn"),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "voorpagina"

    select_related_when_served = [
        *BasePage.select_related_when_served,
        "termijn__regelkader",
        "termijn__bron",
    ]

    @cached_property
    def trajecten(self):
        """The published trajectories of this language."""
        found = self.public(TrajectPage.objects.descendant_of(self).live()).order_by("path")
        return memo.remember(("trajecten", self.pk), lambda: list(found))

    @cached_property
    def nieuwste_artikels(self):
        """The latest inspiration of this language."""
        articles = ArtikelPage.objects.descendant_of(self).live().order_by("-datum", "-pk")
        found = self.public(articles).defer("body")[:LATEST_ARTICLES]
        return memo.remember(("nieuwste artikels", self.pk), lambda: list(found))

    @cached_property
    def _overviews(self):
        """The published pages of this language that the front door leads to, by model."""
        return memo.remember(("overzichten", self.pk), self._read_overviews)

    def _read_overviews(self):
        here = Q(live=True, path__startswith=self.path)
        found = teasers(
            here, [VormingIndexPage, NieuwsbriefIndexPage, WegwijzerPage, TermijnenPage]
        )
        return {type(page): page for page in found}

    @property
    def wegwijzer(self):
        """The published route chooser of this language, None without."""
        return self._overviews.get(WegwijzerPage)

    @property
    def termijnenpagina(self):
        """The published page of all deadlines of this language, None without."""
        return self._overviews.get(TermijnenPage)

    @property
    def vormingen(self):
        return self._overviews.get(VormingIndexPage)

    @property
    def nieuwsbrief(self):
        return self._overviews.get(NieuwsbriefIndexPage)


class ContentPage(BasePage):
    """A page of explanation."""

    parent_page_types = ["home.HomePage", "home.ContentPage"]
    subpage_types = ["home.ContentPage", "trajecten.VerzoekPage"]
    page_description = "Uitleg: over ons, contact, privacy, toegankelijkheid."
    vraagt_oordeel = True

    inleiding = models.TextField("inleiding", blank=True)
    body = StreamField(INHOUD, verbose_name="inhoud", blank=True)

    inhoud_panels = [FieldPanel("inleiding"), FieldPanel("body")]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "uitlegpagina"
        verbose_name_plural = "uitlegpagina's"

    @cached_property
    def onderliggende(self):
        """The published pages below this one."""
        found = (
            self.public(ContentPage.objects.child_of(self).live()).defer("body").order_by("path")
        )
        return memo.remember(("onderliggende", self.pk), lambda: list(found))

    @cached_property
    def formulieren(self):
        """The published forms below this page."""
        if not self.numchild:
            return []
        found = (
            self.public(VerzoekPage.objects.child_of(self).live()).defer("body").order_by("path")
        )
        return memo.remember(("formulieren", self.pk), lambda: list(found))


class BegrippenPage(BasePage):
    """All terms of the glossary, explained."""

    parent_page_types = ["home.HomePage"]
    subpage_types = []
    max_count_per_parent = 1
    page_description = "De woordenlijst: alle begrippen met hun uitleg. Er is er een per taal."

    inleiding = models.TextField("inleiding", blank=True)
    body = StreamField(INHOUD, verbose_name="inhoud", blank=True)

    inhoud_panels = [
        HelpPanel("De begrippen zelf pas je aan bij Gegevens, Begrippen."),
        FieldPanel("inleiding"),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "woordenlijst"

    @cached_property
    def begrippen(self):
        """The terms of this language in alphabetical order, each with its source."""
        return memo.remember(("begrippen op een rij", self.pk), lambda: list(self._terms()))

    def _terms(self):
        return Begrip.objects.in_order_of(self.locale_id)

    def extra_zoekteksten(self):
        # The index is written while the terms change: from the database, not from memory.
        return [f"{begrip.term}: {begrip.uitleg} {begrip.andere_namen}" for begrip in self._terms()]


class InspiratieIndexPage(BasePage):
    """All articles, newest first, by theme."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.ArtikelPage"]
    max_count_per_parent = 1
    page_description = "Overzicht van inspirerende praktijken en onderzoek. Er is er een per taal."

    inleiding = models.TextField("inleiding", blank=True)
    body = StreamField(INHOUD, verbose_name="inhoud", blank=True)

    inhoud_panels = [FieldPanel("inleiding"), FieldPanel("body")]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "overzicht van inspiratie"

    def artikels(self):
        """Return the published articles, newest first."""
        articles = ArtikelPage.objects.child_of(self).live().order_by("-datum", "-pk")
        return self.public(articles).defer("body").prefetch_related("tags")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        themes = memo.remember(("themas", self.pk), self._themas)
        theme = next((tag for tag in themes if tag.slug == request.GET.get("thema")), None)
        context["themas"] = themes
        context["thema"] = theme
        context["artikels"] = self._leaf(theme, request.GET.get("pagina"))
        return context

    def _themas(self):
        """The themes of the published articles."""
        articles = self.artikels().values("pk")
        found = Tag.objects.filter(home_artikeltag_items__content_object__in=articles)
        return list(found.distinct().order_by("name"))

    def _leaf(self, theme, number):
        """Return one leaf of the list; a number that is not there gives the nearest leaf."""
        key = (self.pk, theme.slug if theme else "")
        articles = self.artikels()
        if theme:
            articles = articles.filter(tags=theme)
        paginator = Paginator(articles, ARTICLES_PER_PAGE)
        paginator.count = memo.remember(("aantal artikels", *key), articles.count)
        leaf = paginator.get_page(number)
        leaf.object_list = memo.remember(
            ("artikels", *key, leaf.number), lambda: list(leaf.object_list)
        )
        return leaf


class ArtikelTag(TaggedItemBase):
    """A theme on an article."""

    content_object = ParentalKey(
        "home.ArtikelPage", on_delete=models.CASCADE, related_name="tagged_items"
    )


class ArtikelPage(BasePage):
    """Inspiration: a practice, a study, a story."""

    parent_page_types = ["home.InspiratieIndexPage"]
    subpage_types = []
    page_description = "Een praktijk, een onderzoek of een verhaal dat netwerken op ideeën brengt."
    vraagt_oordeel = True

    datum = models.DateField("datum", null=True)
    inleiding = models.TextField("inleiding")
    body = StreamField(ARTIKEL, verbose_name="inhoud", blank=True)
    tags = ClusterTaggableManager(through=ArtikelTag, blank=True, verbose_name="thema's")

    inhoud_panels = [
        FieldPanel("datum"),
        FieldPanel("inleiding"),
        FieldPanel("body"),
        FieldPanel("tags"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("body"),
        index.FilterField("datum"),
    ]

    class Meta:
        verbose_name = "artikel"
        verbose_name_plural = "artikels"
