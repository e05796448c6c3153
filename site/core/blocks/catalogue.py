"""Which blocks a page family offers, and why not the others."""

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

LEZEN = [
    ("tekst", TekstBlock()),
    ("kop", KopBlock()),
    ("in_het_kort", InHetKortBlock()),
]
BIJLAGEN = [
    ("download", DownloadBlock()),
    ("bronnen", BronnenBlock()),
]
BEELD = [
    ("afbeelding", AfbeeldingBlock()),
    ("video", VideoBlock()),
]

# A page of explanation: everything.
INHOUD = [
    *LEZEN,
    ("citaat", CitaatBlock()),
    ("acties", ActiesBlock()),
    ("let_op", LetOpBlock()),
    ("termijn", TermijnBlock()),
    ("wie_doet_wat", WieDoetWatBlock()),
    ("contact", ContactBlock()),
    *BIJLAGEN,
    *BEELD,
]

# A step is there to be done: no quotes, no pictures that push the actions down, and no
# contact block, for every step ends with the contact panel.
STAP = [
    *LEZEN,
    ("acties", AfvinklijstBlock()),
    ("let_op", LetOpBlock()),
    ("termijn", TermijnBlock()),
    ("wie_doet_wat", WieDoetWatBlock()),
    *BIJLAGEN,
    ("video", VideoBlock()),
]

# The overview of a trajectory prepares for its steps: no actions of its own.
GIDS = [
    *LEZEN,
    ("let_op", LetOpBlock()),
    ("termijn", TermijnBlock()),
    ("wie_doet_wat", WieDoetWatBlock()),
    ("contact", ContactBlock()),
    *BIJLAGEN,
    ("video", VideoBlock()),
]

# An article tells, and may end with something to try: no deadlines and no table of roles.
ARTIKEL = [
    *LEZEN,
    ("citaat", CitaatBlock()),
    ("acties", ActiesBlock()),
    ("let_op", LetOpBlock()),
    ("contact", ContactBlock()),
    *BIJLAGEN,
    *BEELD,
]
