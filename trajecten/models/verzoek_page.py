"""The page of a form: a question to the helpdesk, or the request for a talk."""

from http import HTTPMethod

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core.blocks import INHOUD
from core.models import BasePage
from trajecten.models.verzoek import Soort


class VerzoekPage(BasePage):
    """A form for one kind of request, with the words of the editors around it."""

    parent_page_types = ["home.ContentPage"]
    subpage_types = []
    page_description = (
        "Formulier voor een vraag aan de helpdesk of voor een gesprek. Van elke soort is er een."
    )
    allowed_http_methods = [*BasePage.allowed_http_methods, HTTPMethod.POST]

    soort = models.CharField("soort", max_length=12, choices=Soort)
    inleiding = models.TextField("inleiding", blank=True)
    vervolg = models.TextField(
        "wat er daarna gebeurt",
        help_text=(
            "Een stap per regel. Staat bij het formulier, op de bevestiging en in de mail. Beloof "
            "alleen wat jullie waarmaken."
        ),
    )
    body = StreamField(INHOUD, verbose_name="inhoud onder het formulier", blank=True)

    inhoud_panels = [
        FieldPanel("soort"),
        FieldPanel("inleiding"),
        FieldPanel("vervolg"),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("inleiding"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "formulier voor een verzoek"
        verbose_name_plural = "formulieren voor een verzoek"

    @property
    def stappen(self) -> list[str]:
        """What happens next, one step each."""
        return [line.strip() for line in self.vervolg.splitlines() if line.strip()]

    def clean(self):
        super().clean()
        twins = VerzoekPage.objects.filter(soort=self.soort, locale=self.locale_id)
        if self.soort and twins.exclude(pk=self.pk).exists():
            raise ValidationError({"soort": "Van deze soort is er al een formulier in deze taal."})

    def serve(self, request, *args, **kwargs):
        """Show the form, the answers to look at, or the confirmation; store what is sent."""
        # The desk finds pages by address, so it stands on all models.
        from trajecten.verzoeken import desk

        return desk.serve(self, request)

    def get_preview_context(self, request, mode_name):
        """Return what the page shows to somebody who opens it."""
        from trajecten.verzoeken import desk

        return desk.opened(self, request)
