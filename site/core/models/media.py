"""Pictures and documents that carry what a reader with other senses or tools needs."""

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class Afbeelding(AbstractImage):
    """A picture with its alternative, its maker and the consent of who is on it."""

    decoratief = models.BooleanField(
        "decoratief",
        default=False,
        help_text="Aanvinken als de afbeelding niets vertelt wat niet al in de tekst staat.",
    )
    maker = models.CharField(
        "maker", max_length=120, blank=True, help_text="Wie maakte de foto of tekening?"
    )
    toestemming = models.TextField(
        "toestemming",
        blank=True,
        help_text="Wie staat herkenbaar in beeld, en wanneer en waarvoor gaf die toestemming?",
    )

    admin_form_fields = (
        "title",
        "file",
        "description",
        "decoratief",
        "maker",
        "toestemming",
        "collection",
        "tags",
        *(name for name in Image.admin_form_fields if name.startswith("focal")),
    )

    class Meta(AbstractImage.Meta):
        verbose_name = "afbeelding"
        verbose_name_plural = "afbeeldingen"
        permissions = [("choose_image", "Mag een afbeelding kiezen")]

    def clean(self):
        super().clean()
        if self.decoratief and self.description:
            raise ValidationError(
                {"decoratief": "Kies: een beschrijving, of decoratief. Niet allebei."}
            )
        if not self.decoratief and not self.description:
            raise ValidationError(
                {"description": "Beschrijf wat er te zien is, of vink 'decoratief' aan."}
            )

    @property
    def default_alt_text(self):
        """The alternative text: empty for a decorative picture, never the file name."""
        return "" if self.decoratief else self.description


class Rendition(AbstractRendition):
    """A picture in one size and format."""

    image = models.ForeignKey(Afbeelding, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
        verbose_name = "weergave"
        verbose_name_plural = "weergaven"


class Bestand(AbstractDocument):
    """A file to take along, with what it is for and where the same stands as a page."""

    doel = models.CharField(
        "waarvoor dient het",
        max_length=200,
        blank=True,
        help_text="Een zin, bijvoorbeeld: Om samen met je partners in te vullen.",
    )
    toegankelijke_versie = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name="pagina met dezelfde inhoud",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Wie het bestand niet kan lezen, leest deze pagina.",
    )

    admin_form_fields = (
        "title",
        "file",
        "doel",
        "toegankelijke_versie",
        *(name for name in Document.admin_form_fields if name not in ("title", "file")),
    )

    class Meta(AbstractDocument.Meta):
        verbose_name = "bestand"
        verbose_name_plural = "bestanden"
        permissions = [("choose_document", "Mag een document kiezen")]
