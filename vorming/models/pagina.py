"""What the training offer is: pages with words. When and where stands in sessions."""

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.search import index

from core.blocks import INHOUD
from core.models import BasePage
from core.rich_text import KORTE_TEKST
from vorming.blocks import VRAGEN


class VormingIndexPage(BasePage):
    """The training offer."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["vorming.VormingPage"]
    max_count_per_parent = 1
    page_description = "Het vormingsaanbod. Er is er een per taal."

    inleiding = models.TextField("inleiding", blank=True)
    body = StreamField(INHOUD, verbose_name="inhoud", blank=True)

    inhoud_panels = [FieldPanel("inleiding"), FieldPanel("body")]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "overzicht van vormingen"


class VormingPage(BasePage):
    """A course, a network day or an exchange meeting: what it is about and for whom."""

    class Niveau(models.TextChoices):
        BASIS = "basis", _("basis")
        VERDIEPEND = "verdiepend", _("verdiepend")
        UITWISSELING = "uitwisseling", _("uitwisseling")

    parent_page_types = ["vorming.VormingIndexPage"]
    subpage_types = []
    page_description = "Een vorming, netwerkdag of uitwisseling. Data staan bij de sessies."

    niveau = models.CharField("niveau", max_length=12, choices=Niveau)
    inleiding = models.TextField("inleiding", blank=True)
    doelgroep = RichTextField("voor wie", features=KORTE_TEKST, blank=True)
    leerdoelen = RichTextField("wat je leert", features=KORTE_TEKST, blank=True)
    programma = RichTextField("programma", features=KORTE_TEKST, blank=True)
    praktisch = RichTextField("praktisch", features=KORTE_TEKST, blank=True)
    lesgevers = RichTextField("wie geeft de vorming", features=KORTE_TEKST, blank=True)
    afspraken = RichTextField("afspraken bij annuleren", features=KORTE_TEKST, blank=True)
    vooraf = models.ForeignKey(
        "self",
        verbose_name="eerst deze vorming",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Dan keurt de redactie elke inschrijving goed.",
    )
    vraag_noden = models.BooleanField(
        "vraag naar voeding en toegankelijkheid",
        default=True,
        help_text="Altijd vrij in te vullen. We wissen het kort na de laatste dag.",
    )
    vragen = StreamField(
        VRAGEN,
        verbose_name="vragen in het formulier",
        blank=True,
        help_text="Vraag alleen wat je nodig hebt. Elke deelnemer beantwoordt ze.",
    )
    verwant = StreamField(
        [("pagina", blocks.PageChooserBlock(label="Pagina"))],
        verbose_name="hoort bij",
        blank=True,
        help_text="Stappen en pagina's die bij deze vorming passen.",
    )
    body = StreamField(INHOUD, verbose_name="inhoud", blank=True)

    inhoud_panels = [
        FieldPanel("niveau"),
        FieldPanel("inleiding"),
        FieldPanel("doelgroep"),
        FieldPanel("leerdoelen"),
        FieldPanel("programma"),
        FieldPanel("praktisch"),
        FieldPanel("lesgevers"),
        FieldPanel("body"),
        FieldPanel("verwant"),
        MultiFieldPanel(
            [
                PageChooserPanel("vooraf", "vorming.VormingPage"),
                FieldPanel("vraag_noden"),
                FieldPanel("vragen"),
                FieldPanel("afspraken"),
            ],
            heading="Inschrijven",
        ),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("doelgroep"),
        index.SearchField("leerdoelen"),
        index.SearchField("programma"),
        index.SearchField("praktisch"),
        index.SearchField("body"),
        index.FilterField("niveau"),
    ]

    select_related_when_served = [*BasePage.select_related_when_served, "vooraf"]

    class Meta:
        verbose_name = "vorming"
        verbose_name_plural = "vormingen"

    @cached_property
    def lees_ook(self):
        """The published pages that go with this one."""
        return [
            block.value for block in self.verwant if block.value is not None and block.value.live
        ]
