"""Blocks that editors build pages from. A page family takes a small catalogue of them."""

from core.blocks.catalogue import ARTIKEL, GIDS, INHOUD, STAP
from core.blocks.doing import (
    ActiesBlock,
    AfvinklijstBlock,
    ContactBlock,
    LetOpBlock,
    TermijnBlock,
    WieDoetWatBlock,
)
from core.blocks.files import AfbeeldingBlock, BronnenBlock, DownloadBlock, VideoBlock
from core.blocks.text import CitaatBlock, InHetKortBlock, KopBlock, TekstBlock

__all__ = [
    "ARTIKEL",
    "GIDS",
    "INHOUD",
    "STAP",
    "ActiesBlock",
    "AfbeeldingBlock",
    "AfvinklijstBlock",
    "BronnenBlock",
    "CitaatBlock",
    "ContactBlock",
    "DownloadBlock",
    "InHetKortBlock",
    "KopBlock",
    "LetOpBlock",
    "TekstBlock",
    "TermijnBlock",
    "VideoBlock",
    "WieDoetWatBlock",
]
