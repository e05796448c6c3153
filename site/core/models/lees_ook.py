"""What else to read, chosen by an editor."""

from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import PageChooserPanel
from wagtail.models import Orderable, Page


class LeesOok(Orderable):
    """A page that an editor puts first in the list "Lees ook" of another."""

    pagina = ParentalKey(Page, on_delete=models.CASCADE, related_name="lees_ook")
    naar = models.ForeignKey(
        Page, verbose_name="pagina", on_delete=models.CASCADE, related_name="+"
    )

    panels = [PageChooserPanel("naar")]

    class Meta(Orderable.Meta):
        verbose_name = "leestip"
        verbose_name_plural = "leestips"

    def __str__(self):
        return str(self.naar)

    def clean(self):
        super().clean()
        if self.naar_id and self.naar_id == self.pagina_id:
            raise ValidationError({"naar": "Kies een andere pagina dan deze zelf."})
