"""Blocks that show or refer to something outside the text."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from core.blocks.doing import example_snippet
from core.rich_text import TEKST

GROEP_BESTANDEN = "Bestanden en bronnen"
GROEP_BEELD = "Beeld en geluid"

YOUTUBE = re.compile(r"^https://(?:www\.youtube\.com/watch\?v=|youtu\.be/)([\w-]{6,20})")
VIMEO = re.compile(r"^https://(?:www\.)?vimeo\.com/(\d{6,12})")


class BronnenBlock(blocks.ListBlock):
    """The sources of what a page says."""

    def __init__(self, **kwargs):
        super().__init__(SnippetChooserBlock("core.Bron", label="Bron"), min_num=1, **kwargs)

    class Meta:
        icon = "link-external"
        label = "Bronnen"
        group = GROEP_BESTANDEN
        description = "Waar de feiten op deze pagina vandaan komen. Staat onderaan."
        template = "blocks/bronnen.html"

    def get_preview_value(self):
        bron = example_snippet("Bron")()
        return self.normalize([bron] if bron else [])


class DownloadBlock(blocks.StructBlock):
    """A file to take along, with its type, size and date."""

    document = DocumentChooserBlock(label="Document")
    uitleg = blocks.CharBlock(
        max_length=200,
        required=False,
        label="Waarvoor",
        help_text="Leeg: de uitleg die bij het document zelf staat.",
    )

    class Meta:
        icon = "download"
        label = "Download"
        group = GROEP_BESTANDEN
        description = "Een bestand uit de documenten. Soort, grootte en datum komen er vanzelf bij."
        template = "blocks/download.html"

    def get_preview_value(self):
        from core.models import Bestand

        return self.to_python({"document": getattr(Bestand.objects.first(), "pk", None)})


class AfbeeldingBlock(blocks.StructBlock):
    """A picture with an alternative text and a caption."""

    afbeelding = ImageBlock(label="Afbeelding")
    bijschrift = blocks.CharBlock(max_length=200, required=False, label="Bijschrift")

    class Meta:
        icon = "image"
        label = "Afbeelding"
        group = GROEP_BEELD
        description = "Een eigen foto of tekening. Geen pagina mag ervan afhangen."
        template = "blocks/afbeelding.html"

    def get_preview_value(self):
        from core.models import Afbeelding

        image = Afbeelding.objects.first()
        return self.to_python(
            {
                "afbeelding": {
                    "image": image.pk,
                    "alt_text": image.default_alt_text,
                    "decorative": image.decoratief,
                }
                if image
                else None,
                "bijschrift": "",
            }
        )


class VideoValue(blocks.StructValue):
    """Where the player of a video lives."""

    @property
    def speler_url(self) -> str:
        """The address of the player without tracking, or '' for an unknown host."""
        url = self.get("url") or ""
        if found := YOUTUBE.match(url):
            return f"{settings.VIDEO_FRAMES[0]}/embed/{found[1]}"
        if found := VIMEO.match(url):
            return f"{settings.VIDEO_FRAMES[1]}/video/{found[1]}?dnt=1"
        return ""

    @property
    def aanbieder(self) -> str:
        """The name of the host of the video."""
        return "Vimeo" if VIMEO.match(self.get("url") or "") else "YouTube"


class VideoBlock(blocks.StructBlock):
    """A video that loads only after a click, with what is said in it."""

    titel = blocks.CharBlock(max_length=150, label="Titel")
    url = blocks.URLBlock(label="Adres", help_text="Een video op YouTube of Vimeo.")
    transcript = blocks.RichTextBlock(
        features=TEKST,
        label="Uitgeschreven tekst",
        help_text="Wat er gezegd en getoond wordt, voor wie niet kan kijken of luisteren.",
    )

    def clean(self, value):
        value = super().clean(value)
        if not value.speler_url:
            raise blocks.StructBlockValidationError(
                block_errors={
                    "url": ValidationError("Geef het adres van een video op YouTube of Vimeo.")
                }
            )
        return value

    class Meta:
        icon = "media"
        label = "Video"
        group = GROEP_BEELD
        description = "Een video met ondertitels. Er wordt pas iets geladen na een klik."
        template = "blocks/video.html"
        value_class = VideoValue
        preview_value = {
            "titel": "Voorbeeldvideo",
            "url": "https://vimeo.com/123456789",
            "transcript": "<p>Hier staat wat er in de video gezegd en getoond wordt.</p>",
        }
