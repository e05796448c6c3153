"""The page every page type is made from."""

from http import HTTPMethod

from django.db import models
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils.functional import cached_property
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
)
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index
from wagtail.utils.decorators import cached_classmethod
from wagtail_localize.fields import SynchronizedField

from core import clock, memo, preview
from core.links import remember_links_of
from core.models.snippets import Regelkader, Team, Termijn
from core.pages import Omgeving, omgeving_of


class BasePage(Page):
    """A page with a teaser, an owner, a review date and the rules it holds for.

    Abstract, and not Wagtail's swappable page model: docs/adr/0002.
    """

    class Staat(models.TextChoices):
        ACTUEEL = "actueel", "actueel"
        OVERGANG = "overgang", "overgang"
        ARCHIEF = "archief", "archief"

    samenvatting = models.CharField(
        "samenvatting",
        max_length=200,
        help_text="Een of twee zinnen. Staat in lijsten, zoekresultaten en gedeelde berichten.",
    )
    deelbeeld = models.ForeignKey(
        "core.Afbeelding",
        verbose_name="beeld bij delen",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Verschijnt als iemand de pagina deelt. Zonder keuze: de tekening van de site.",
    )
    eigenaar = models.ForeignKey(
        Team,
        verbose_name="verantwoordelijk team",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Wie zorgt dat deze pagina blijft kloppen?",
    )
    nagekeken_op = models.DateField(
        "nagekeken op",
        null=True,
        blank=True,
        help_text="Alleen aanpassen nadat iemand de hele pagina nakeek.",
    )
    volgend_nazicht = models.DateField("opnieuw nakijken op", null=True, blank=True)
    staat = models.CharField("staat", max_length=10, choices=Staat, default=Staat.ACTUEEL)
    regelkaders = ParentalManyToManyField(
        Regelkader,
        verbose_name="geldt voor",
        blank=True,
        related_name="+",
        help_text="De regels waarvoor deze pagina geldt. Leeg: ze hangt niet van de regels af.",
    )

    override_translatable_fields = [SynchronizedField("regelkaders", overridable=False)]

    # Reading only; a page type that holds a form adds POST.
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]

    # Whether the page asks its readers if it helped.
    vraagt_oordeel = False

    # Whether the page shows what is not content and changes without an editor, such as free places.
    toont_stand = False

    # A page type fills this in; the tabs around it are the same everywhere.
    inhoud_panels = []

    # Read together with the page itself when a visitor asks for it.
    select_related_when_served = ["eigenaar"]

    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            heading="Voor zoekmachines",
        ),
        FieldPanel("deelbeeld"),
        InlinePanel(
            "lees_ook",
            heading="Lees ook",
            label="Pagina",
            max_num=5,
            help_text=(
                "Staan eerst in de lijst onderaan. De site vult aan tot vijf, met pagina's over "
                "dezelfde stap, hetzelfde thema of dezelfde begrippen."
            ),
        ),
    ]
    beheer_panels = [
        FieldPanel("eigenaar"),
        FieldRowPanel(
            [FieldPanel("nagekeken_op"), FieldPanel("volgend_nazicht")], heading="Nazicht"
        ),
        FieldPanel("staat"),
        FieldPanel("regelkaders", widget=CheckboxSelectMultiple),
    ]
    settings_panels = [PublishingPanel()]

    search_fields = [
        *Page.search_fields,
        index.SearchField("samenvatting", boost=2),
        index.FilterField("staat"),
    ]

    class Meta:
        abstract = True

    @cached_classmethod
    def get_edit_handler(cls):
        """Return the tabs of the editor, named after what an editor does there."""
        handler = TabbedInterface(
            [
                ObjectList(
                    [FieldPanel("title"), FieldPanel("samenvatting"), *cls.inhoud_panels],
                    heading="Inhoud",
                ),
                ObjectList(cls._beheer_panels(), heading="Nazicht en regels"),
                ObjectList(cls.promote_panels, heading="Vindbaarheid"),
                ObjectList(cls.settings_panels, heading="Publicatie"),
            ],
            base_form_class=cls.base_form_class,
        )
        return handler.bind_to_model(cls)

    @classmethod
    def _beheer_panels(cls):
        """Return the panels of the second tab, with what readers say where they are asked."""
        # The panel shows rows that refer to pages.
        from core.opinion_screens import OordelenPanel

        return [*cls.beheer_panels, *([OordelenPanel()] if cls.vraagt_oordeel else [])]

    @cached_property
    def omgeving(self) -> Omgeving:
        """The published pages above this one, and its translations."""
        return memo.remember(("omgeving", self.pk), lambda: omgeving_of(self))

    @cached_property
    def some_pages_are_private(self) -> bool:
        """Whether any page of the site is private; `core.routing` reads it with the page."""
        return PageViewRestriction.objects.exists()

    def get_view_restrictions(self):
        """Return who may see this page; one query where no page of the site is private."""
        if not self.some_pages_are_private:
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    def public(self, pages):
        """Leave out of a queryset of pages what only some visitors may see."""
        return pages.public() if self.some_pages_are_private else pages

    @cached_property
    def geldende_regelkaders(self):
        """The rules this page holds for, in its own language."""
        return memo.remember(("regelkaders", self.pk), self._regelkaders)

    def _regelkaders(self):
        chosen: QuerySet | list[Regelkader] = self.regelkaders.all()
        if isinstance(chosen, QuerySet):
            keys = chosen.order_by().values("translation_key")
        else:
            # A preview holds a choice that is not stored yet.
            keys = [regelkader.translation_key for regelkader in chosen]
        return list(
            Regelkader.objects.filter(translation_key__in=keys, locale=self.locale_id, live=True)
        )

    @property
    def lees_ook_paginas(self) -> list[Page]:
        """The pages in the list "Lees ook" below the text."""
        from core.related import related_to

        return memo.remember(("lees ook", self.pk), lambda: related_to(self))

    @property
    def regels_verlopen(self):
        """Whether every set of rules of this page has ended."""
        day = clock.today()
        return bool(self.geldende_regelkaders) and all(
            regelkader.geldig_tot and regelkader.geldig_tot < day
            for regelkader in self.geldende_regelkaders
        )

    @property
    def nazicht_te_laat(self):
        """Whether the day of the next review has passed."""
        return self.volgend_nazicht is not None and self.volgend_nazicht < clock.today()

    def eigen_termijnen(self) -> list[Termijn]:
        """Return the deadlines that this page shows, the most important one first."""
        shown = [getattr(self, "geldende_termijn", None) or getattr(self, "termijn", None)]
        for block in getattr(self, "body", None) or []:
            if block.block_type == "termijn":
                shown.append(block.value.get("termijn"))
        return [termijn for termijn in shown if termijn is not None]

    @property
    def preview_modes(self):
        """The days and the ways in which an editor may look at this page (core.preview)."""
        return preview.MODES

    def serve_preview(self, request, mode_name):
        """Show this page as on the day of the mode, and write it before that day is over."""
        request.voorbeeld = preview.example_of(self, mode_name)
        with clock.as_of(request.voorbeeld.dag):
            response = super().serve_preview(request, mode_name)
            if hasattr(response, "render"):
                response = response.render()
        return response

    def get_context(self, request, *args, **kwargs):
        remember_links_of(self)
        return super().get_context(request, *args, **kwargs)

    def extra_zoekteksten(self) -> list[str]:
        """Return what search finds this page by, besides its own `search_fields`."""
        return []

    def kernfeiten(self) -> list[str]:
        """Return short facts that hold today, for a list elsewhere that shows this page.

        In the active language, the most important first. A page type with dates or places of
        its own tells them here.
        """
        return []

    def answers_from(self, query) -> list[tuple[str, str]]:
        """Return in words what somebody answered on this page, read from its address.

        Pairs of question and answer. A page that asks something tells it here, so that a form can
        take it along.
        """
        return []

    @property
    def meta_beschrijving(self):
        """What search engines and shared messages show."""
        return self.search_description or self.samenvatting
