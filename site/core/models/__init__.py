from core.models.base import BasePage
from core.models.lees_ook import LeesOok
from core.models.media import Afbeelding, Bestand, Rendition
from core.models.oordeel import Oordeel, with_opinions
from core.models.poging import Poging
from core.models.search import (
    Synoniemgroep,
    Woordvorm,
    Zoekpagina,
    Zoekplaats,
    Zoekwoord,
    ZoekZonderResultaat,
)
from core.models.settings import MenuItem, SiteInstellingen
from core.models.snippets import Begrip, Bron, Notitie, Regelkader, Team, Termijn
from core.models.version import Inhoudsversie

__all__ = [
    "Afbeelding",
    "BasePage",
    "Begrip",
    "Bestand",
    "Bron",
    "Inhoudsversie",
    "LeesOok",
    "MenuItem",
    "Notitie",
    "Oordeel",
    "Poging",
    "Regelkader",
    "Rendition",
    "SiteInstellingen",
    "Synoniemgroep",
    "Team",
    "Termijn",
    "Woordvorm",
    "ZoekZonderResultaat",
    "Zoekpagina",
    "Zoekplaats",
    "Zoekwoord",
    "with_opinions",
]
