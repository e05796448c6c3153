"""The models of the trajectories, one module per subject."""

from trajecten.models.termijnen import TermijnenPage
from trajecten.models.traject import (
    StapPage,
    TrajectIndexPage,
    TrajectPage,
    numbered,
    steps_of,
)
from trajecten.models.wegwijzer import WegwijzerPage

__all__ = [
    "StapPage",
    "TermijnenPage",
    "TrajectIndexPage",
    "TrajectPage",
    "WegwijzerPage",
    "numbered",
    "steps_of",
]
