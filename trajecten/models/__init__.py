"""The models of the trajectories, one module per subject."""

from trajecten.models.gemeente import Gemeente, VroegereGemeente
from trajecten.models.rekenhulp import (
    RekenhulpPage,
)
from trajecten.models.termijnen import (
    TermijnenPage,
)
from trajecten.models.traject import (
    StapPage,
    TrajectIndexPage,
    TrajectPage,
    numbered,
    steps_of,
)
from trajecten.models.trekkingsrecht import (
    Trekkingsrecht,
    TrekkingsrechtTabel,
)
from trajecten.models.verzoek import (
    Verzoek,
)
from trajecten.models.verzoek_page import (
    VerzoekPage,
)
from trajecten.models.vraag import (
    VraagIndexPage,
    VraagPage,
    VraagTag,
)
from trajecten.models.wegwijzer import (
    WegwijzerPage,
)

__all__ = [
    "Gemeente",
    "RekenhulpPage",
    "StapPage",
    "TermijnenPage",
    "TrajectIndexPage",
    "TrajectPage",
    "Trekkingsrecht",
    "TrekkingsrechtTabel",
    "Verzoek",
    "VerzoekPage",
    "VraagIndexPage",
    "VraagPage",
    "VraagTag",
    "VroegereGemeente",
    "WegwijzerPage",
    "numbered",
    "steps_of",
]
