"""The home page, pages of explanation, and inspiration."""

from django.core.paginator import Paginator
from django.db import models
from django.utils.functional import cached_property
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import Tag, TaggedItemBase
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core.blocks import ARTIKEL, INHOUD
from core.models import BasePage, Termijn
from nieuwsbrief.models import NieuwsbriefIndexPage
from trajecten.models import TrajectPage
from vorming.models import VormingIndexPage

ARTICLES_PER_PAGE = 12
LATEST_ARTICLES = 3


class HomePage(BasePage):
    """The front door: which trajectory is yours, what is due, what is new."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "home.ContentPage",
        "home.InspiratieIndexPage",
        "trajecten.TrajectIndexPage",
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
        return list(self.public(TrajectPage.objects.descendant_of(self).live()).order_by("path"))

    @cached_property
    def nieuwste_artikels(self):
        """The latest inspiration of this language."""
        articles = ArtikelPage.objects.descendant_of(self).live().order_by("-datum", "-pk")
        return list(self.public(articles)[:LATEST_ARTICLES])

    @cached_property
    def _overviews(self):
        """The overviews of training and of the newsletter, by model; only what a teaser shows."""
        fields = ("pk", "title", "url_path", "samenvatting")
        rows = self._teasers(VormingIndexPage, fields).union(
            self._teasers(NieuwsbriefIndexPage, fields)
        )
        models_by_name = {
            model.__name__: model for model in (VormingIndexPage, NieuwsbriefIndexPage)
        }
        return {
            name: models_by_name[name](**dict(zip(fields, values, strict=True)))
            for name, *values in rows
        }

    def _teasers(self, model, fields):
        return (
            model.objects.child_of(self)
            .live()
            .order_by()
            .annotate(soort=models.Value(model.__name__))
            .values_list("soort", *fields)
        )

    @property
    def vormingen(self):
        return self._overviews.get("VormingIndexPage")

    @property
    def nieuwsbrief(self):
        return self._overviews.get("NieuwsbriefIndexPage")


class ContentPage(BasePage):
    """A page of explanation."""

    parent_page_types = ["home.HomePage", "home.ContentPage"]
    subpage_types = ["home.ContentPage"]
    page_description = "Uitleg: over ons, contact, privacy, toegankelijkheid."

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
        return list(self.public(ContentPage.objects.child_of(self).live()).order_by("path"))


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
        return self.public(articles).prefetch_related("tags")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        articles = self.artikels()
        context["themas"] = list(
            Tag.objects.filter(home_artikeltag_items__content_object__in=articles.values("pk"))
            .distinct()
            .order_by("name")
        )
        context["thema"] = next(
            (tag for tag in context["themas"] if tag.slug == request.GET.get("thema")), None
        )
        if context["thema"]:
            articles = articles.filter(tags=context["thema"])
        context["artikels"] = Paginator(articles, ARTICLES_PER_PAGE).get_page(
            request.GET.get("pagina")
        )
        return context


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
