"""The newsletter: its page, its lists, who subscribed, and what was sent."""

from nieuwsbrief.models.abonnee import Abonnee, Abonnement, Toestemming, Uitschrijving
from nieuwsbrief.models.brief import NieuwsbriefPage, Testadres
from nieuwsbrief.models.instellingen import NieuwsbriefInstellingen
from nieuwsbrief.models.invoer import Invoer
from nieuwsbrief.models.lijst import Lijst
from nieuwsbrief.models.pagina import NieuwsbriefIndexPage
from nieuwsbrief.models.verzending import Klik, Verzending

__all__ = [
    "Abonnee",
    "Abonnement",
    "Invoer",
    "Klik",
    "Lijst",
    "NieuwsbriefIndexPage",
    "NieuwsbriefInstellingen",
    "NieuwsbriefPage",
    "Testadres",
    "Toestemming",
    "Uitschrijving",
    "Verzending",
]
