"""The models of the trajectories, one module per subject."""

from trajecten.models.traject import StapPage, TrajectIndexPage, TrajectPage, numbered, steps_of

__all__ = ["StapPage", "TrajectIndexPage", "TrajectPage", "numbered", "steps_of"]
