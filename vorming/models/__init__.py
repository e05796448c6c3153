"""The models of the training offer, one module per subject."""

from vorming.models.inschrijving import (
    Aanvraag,
    BijzondereNood,
    Inschrijving,
    Logregel,
    Workshopkeuze,
    sleutel_van,
)
from vorming.models.instellingen import VormingInstellingen
from vorming.models.mededeling import Mededeling
from vorming.models.pagina import VormingIndexPage, VormingPage
from vorming.models.sessie import Sessie, Sessiedag, Workshop

__all__ = [
    "Aanvraag",
    "BijzondereNood",
    "Inschrijving",
    "Logregel",
    "Mededeling",
    "Sessie",
    "Sessiedag",
    "VormingIndexPage",
    "VormingInstellingen",
    "VormingPage",
    "Workshop",
    "Workshopkeuze",
    "sleutel_van",
]
