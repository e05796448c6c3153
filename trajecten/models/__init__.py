"""The models of the trajectories, one module per subject."""

from trajecten.models.gemeente import Gemeente, VroegereGemeente
from trajecten.models.traject import StapPage, TrajectIndexPage, TrajectPage, numbered, steps_of
from trajecten.models.verzoek import Verzoek
from trajecten.models.verzoek_page import VerzoekPage
from trajecten.models.vraag import VraagIndexPage, VraagPage, VraagTag

__all__ = [
    "Gemeente",
    "StapPage",
    "TrajectIndexPage",
    "TrajectPage",
    "Verzoek",
    "VerzoekPage",
    "VraagIndexPage",
    "VraagPage",
    "VraagTag",
    "VroegereGemeente",
    "numbered",
    "steps_of",
]
