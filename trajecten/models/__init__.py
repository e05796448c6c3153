"""The models of the trajectories, one module per subject."""

from trajecten.models.gemeente import Gemeente, VroegereGemeente
from trajecten.models.rekenhulp import RekenhulpPage
from trajecten.models.traject import StapPage, TrajectIndexPage, TrajectPage, numbered, steps_of
from trajecten.models.trekkingsrecht import Trekkingsrecht, TrekkingsrechtTabel

__all__ = [
    "Gemeente",
    "RekenhulpPage",
    "StapPage",
    "TrajectIndexPage",
    "TrajectPage",
    "Trekkingsrecht",
    "TrekkingsrechtTabel",
    "VroegereGemeente",
    "numbered",
    "steps_of",
]
