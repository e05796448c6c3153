"""What an issue is built from. Every block becomes mail, text and page (nieuwsbrief.brief)."""

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from core.blocks import CitaatBlock, TermijnBlock
from core.rich_text import KORTE_TEKST

GROEP_TEKST = "Tekst"
GROEP_SITE = "Van de site"
GROEP_BEELD = "Beeld en knoppen"


class InleidingBlock(blocks.RichTextBlock):
    """A few sentences of the editors themselves."""

    def __init__(self, **kwargs):
        super().__init__(features=KORTE_TEKST, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = "Inleiding of tekst"
        group = GROEP_TEKST
        description = "Enkele zinnen van de redactie. De aanspreking staat er vanzelf boven."


class VanDeSiteBlock(blocks.StructBlock):
    """A page of the site with its summary, or with other words for this issue."""

    pagina = blocks.PageChooserBlock(label="Pagina")
    titel = blocks.CharBlock(
        max_length=120, required=False, label="Andere titel", help_text="Leeg: die van de pagina."
    )
    tekst = blocks.TextBlock(
        max_length=600,
        required=False,
        label="Andere tekst",
        help_text="Leeg: de samenvatting van de pagina.",
    )

    class Meta:
        icon = "doc-full"
        group = GROEP_SITE
        form_layout = ["pagina", "titel", "tekst"]


class ArtikelBlock(VanDeSiteBlock):
    """Any page of the site."""

    beeld = blocks.BooleanBlock(
        required=False, default=True, label="Met het beeld van de pagina, als ze er een heeft"
    )

    class Meta:
        label = "Artikel of pagina"
        description = "Titel, samenvatting en beeld komen van de pagina. Je mag ze anders zeggen."
        form_layout = ["pagina", "titel", "tekst", "beeld"]


class VormingBlock(VanDeSiteBlock):
    """A course with its coming sessions."""

    pagina = blocks.PageChooserBlock(page_type="vorming.VormingPage", label="Vorming")

    class Meta:
        icon = "group"
        label = "Vorming"
        description = (
            "Een vorming met de data die nog komen. Het aantal vrije plaatsen is dat van het "
            "moment waarop de brief klaargezet wordt."
        )


class VraagBlock(VanDeSiteBlock):
    """A question that the helpdesk answered."""

    pagina = blocks.PageChooserBlock(page_type="trajecten.VraagPage", label="Vraag")

    class Meta:
        icon = "help"
        label = "Vraag van de helpdesk"
        description = "Een vraag uit de lijst met vragen, met het korte antwoord."


class PraktijkBlock(ArtikelBlock):
    """A practice that inspires."""

    pagina = blocks.PageChooserBlock(page_type="home.ArtikelPage", label="Artikel")

    class Meta:
        icon = "pick"
        label = "Praktijk in de kijker"
        description = "Een praktijk uit Inspiratie, groot in beeld."


class NieuwePaginaBlock(blocks.StructBlock):
    """A page that is new or changed, and what changed."""

    pagina = blocks.PageChooserBlock(label="Pagina")
    wat = blocks.CharBlock(
        max_length=200,
        required=False,
        label="Wat is er nieuw",
        help_text="Leeg: de samenvatting van de pagina.",
    )

    class Meta:
        icon = "doc-full"
        label = "Pagina"


# More is another list.
PER_LIJST = 15


class NieuwBlock(blocks.StructBlock):
    """What came or changed on the site since the issue before."""

    titel = blocks.CharBlock(max_length=100, default="Nieuw op de site", label="Titel")
    paginas = blocks.ListBlock(NieuwePaginaBlock(), min_num=1, max_num=PER_LIJST, label="Pagina's")

    class Meta:
        icon = "list-ul"
        label = "Nieuw sinds de vorige brief"
        group = GROEP_SITE
        description = (
            "Een korte lijst. ‘Nieuwe brief’ vult ze in met wat op de site verscheen of wijzigde."
        )


class BeeldBlock(blocks.StructBlock):
    """A picture, with a caption and a link."""

    afbeelding = ImageBlock(label="Afbeelding")
    bijschrift = blocks.CharBlock(max_length=200, required=False, label="Bijschrift")

    class Meta:
        icon = "image"
        label = "Afbeelding"
        group = GROEP_BEELD
        description = "Veel mailprogramma's tonen geen beeld: de brief moet ook zonder kloppen."


class NaarBlock(blocks.StructBlock):
    """Base of what leads to one place: a page of the site or an address elsewhere."""

    pagina = blocks.PageChooserBlock(required=False, label="Pagina van de site")
    adres = blocks.URLBlock(required=False, label="Of een adres elders")
    moet_ergens_heen = True

    def clean(self, value):
        value = super().clean(value)
        both = bool(value.get("pagina")) and bool(value.get("adres"))
        neither = not value.get("pagina") and not value.get("adres")
        if both or (neither and self.moet_ergens_heen):
            words = "Kies een pagina of een adres, niet allebei." if both else ""
            raise blocks.StructBlockValidationError(
                block_errors={
                    "pagina": ValidationError(words or "Kies een pagina of vul een adres in.")
                }
            )
        return value


class KnopBlock(NaarBlock):
    """One thing to do."""

    tekst = blocks.CharBlock(max_length=60, label="Tekst", help_text="Begin met een werkwoord.")

    class Meta:
        icon = "link"
        label = "Knop"
        group = GROEP_BEELD
        description = "Een knop naar een pagina van de site of een adres elders."
        form_layout = ["tekst", "pagina", "adres"]


class PartnerBlock(NaarBlock):
    """News of somebody else in the field."""

    partner = blocks.CharBlock(max_length=100, label="Partner")
    titel = blocks.CharBlock(max_length=120, label="Titel")
    tekst = blocks.RichTextBlock(features=KORTE_TEKST, label="Tekst")
    moet_ergens_heen = False

    class Meta:
        icon = "comment"
        label = "Nieuws van een partner"
        group = GROEP_TEKST
        description = "Een bericht van een andere organisatie, met haar naam erboven."
        form_layout = ["partner", "titel", "tekst", "pagina", "adres"]


class StreepBlock(blocks.StaticBlock):
    """A line between two parts."""

    class Meta:
        icon = "horizontalrule"
        label = "Scheidingslijn"
        group = GROEP_BEELD
        admin_text = "Een lijn tussen twee delen."
        description = "Een lijn tussen twee delen."


class TussenkopBlock(blocks.CharBlock):
    """A heading above a group of blocks."""

    def __init__(self, **kwargs):
        super().__init__(max_length=80, **kwargs)

    class Meta:
        icon = "title"
        label = "Tussenkop"
        group = GROEP_TEKST
        description = "Een kop boven enkele blokken."


BRIEF = [
    ("inleiding", InleidingBlock()),
    ("kop", TussenkopBlock()),
    ("artikel", ArtikelBlock()),
    ("vorming", VormingBlock()),
    ("termijn", TermijnBlock(group=GROEP_SITE)),
    ("vraag", VraagBlock()),
    ("praktijk", PraktijkBlock()),
    ("nieuw", NieuwBlock()),
    ("partner", PartnerBlock()),
    ("citaat", CitaatBlock()),
    ("afbeelding", BeeldBlock()),
    ("knop", KnopBlock()),
    ("streep", StreepBlock()),
]
