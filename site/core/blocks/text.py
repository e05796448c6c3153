"""Blocks to read."""

from collections.abc import Iterable, Iterator
from itertools import chain, count
from typing import Any

from django.utils.text import slugify
from wagtail import blocks

from core.rich_text import TEKST

GROEP_TEKST = "Tekst"


def anchor(heading: str) -> str:
    """Return the anchor of a heading: never one that the page around it uses itself."""
    return f"kop-{slugify(heading)}"


def with_anchors(body: Iterable) -> Iterator[tuple[Any, str]]:
    """Yield the blocks of a stream, each with its anchor; empty for what is no heading.

    A heading that comes again gets a number: a link leads to the one that was meant.
    """
    taken = {""}
    for block in body:
        name = ""
        if block.block_type == "kop":
            first = anchor(block.value)
            names = chain([first], (f"{first}-{number}" for number in count(2)))
            name = next(name for name in names if name not in taken)
            taken.add(name)
        yield block, name


class TekstBlock(blocks.RichTextBlock):
    """Paragraphs, lists and sub-headings."""

    def __init__(self, **kwargs):
        super().__init__(features=TEKST, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = "Tekst"
        group = GROEP_TEKST
        description = "Gewone tekst. Houd alinea's kort: een gedachte per alinea."
        template = "blocks/tekst.html"
        preview_value = (
            "<p>Nodig je partners uit voor een eerste gesprek. Vraag wat zij al doen, "
            "en wat hen tegenhoudt.</p><ul><li>Luister eerst.</li><li>Beloof nog niets.</li></ul>"
        )


class KopBlock(blocks.CharBlock):
    """A heading of the second level, which can be linked to."""

    def __init__(self, **kwargs):
        super().__init__(max_length=100, **kwargs)

    def get_context(self, value, parent_context=None):
        return {
            **super().get_context(value, parent_context=parent_context),
            "anker": (parent_context or {}).get("anker") or anchor(value),
        }

    class Meta:
        icon = "title"
        label = "Tussenkop"
        group = GROEP_TEKST
        description = "Zegt wat er volgt. Schrijf bij een stap een actie, bij uitleg een vraag."
        template = "blocks/kop.html"
        preview_value = "Spreek af wie wat doet"


class InHetKortBlock(blocks.ListBlock):
    """The few things a hurried reader must know."""

    def __init__(self, **kwargs):
        super().__init__(
            blocks.CharBlock(max_length=200, label="Zin"), min_num=1, max_num=5, **kwargs
        )

    class Meta:
        icon = "list-ul"
        label = "In het kort"
        group = GROEP_TEKST
        description = "Twee tot vijf korte zinnen bovenaan. Wie alleen dit leest, weet genoeg."
        template = "blocks/in_het_kort.html"
        preview_value = ["Je begint met twee of drie partners.", "Je spreekt af wie trekt."]


class CitaatBlock(blocks.StructBlock):
    """What somebody said, and who."""

    tekst = blocks.TextBlock(label="Citaat")
    wie = blocks.CharBlock(max_length=100, label="Wie zegt het")
    rol = blocks.CharBlock(max_length=150, required=False, label="Functie of organisatie")

    class Meta:
        icon = "openquote"
        label = "Citaat"
        group = GROEP_TEKST
        description = "Alleen woorden die iemand echt zei en wil laten publiceren."
        template = "blocks/citaat.html"
        preview_value = {
            "tekst": "We begonnen met drie mensen rond een tafel.",
            "wie": "Voorbeeldpersoon",
            "rol": "netwerkregisseur (voorbeeld)",
        }
