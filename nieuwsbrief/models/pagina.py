"""The page about the newsletter."""

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

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
