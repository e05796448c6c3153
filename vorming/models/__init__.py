"""The models of the training offer, one module per subject."""

from vorming.models.aanwezigheid import Aanwezig, Aanwezigheid
from vorming.models.attest import Attest, AttestStaat, lees_nummer
from vorming.models.evaluatie import Evaluatie, Evaluatiesleutel
from vorming.models.inschrijving import (
    FACTUUR,
    Aanvraag,
    BijzondereNood,
    Inschrijving,
    Logregel,
    Workshopkeuze,
    sleutel_van,
    zonder_accenten,
)
from vorming.models.instellingen import VormingInstellingen
from vorming.models.mededeling import Mededeling
from vorming.models.pagina import VormingIndexPage, VormingPage
from vorming.models.sessie import Sessie, Sessiedag, Workshop

__all__ = [
    "FACTUUR",
    "Aanvraag",
    "Aanwezig",
    "Aanwezigheid",
    "Attest",
    "AttestStaat",
    "BijzondereNood",
    "Evaluatie",
    "Evaluatiesleutel",
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
    "lees_nummer",
    "sleutel_van",
    "zonder_accenten",
]
