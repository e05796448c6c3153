"""The models of the trajectories, one module per subject."""

from trajecten.models.gemeente import Gemeente, VroegereGemeente
from trajecten.models.traject import StapPage, TrajectIndexPage, TrajectPage, numbered, steps_of

__all__ = [
    "Gemeente",
    "StapPage",
    "TrajectIndexPage",
    "TrajectPage",
    "VroegereGemeente",
    "numbered",
    "steps_of",
]
