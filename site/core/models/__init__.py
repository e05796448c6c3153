from core.models.base import BasePage
from core.models.media import Afbeelding, Bestand, Rendition
from core.models.poging import Poging
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
    "MenuItem",
    "Notitie",
    "Poging",
    "Regelkader",
    "Rendition",
    "SiteInstellingen",
    "Team",
    "Termijn",
]
