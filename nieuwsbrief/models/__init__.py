"""The newsletter: its page, its lists, and who subscribed."""

from nieuwsbrief.models.abonnee import Abonnee, Abonnement, Toestemming, Uitschrijving
from nieuwsbrief.models.brief import NieuwsbriefPage, Testadres
from nieuwsbrief.models.instellingen import NieuwsbriefInstellingen
from nieuwsbrief.models.invoer import Invoer
from nieuwsbrief.models.lijst import Lijst
from nieuwsbrief.models.pagina import NieuwsbriefIndexPage

__all__ = [
    "Abonnee",
    "Abonnement",
    "Invoer",
    "Lijst",
    "NieuwsbriefIndexPage",
    "NieuwsbriefInstellingen",
    "NieuwsbriefPage",
    "Testadres",
    "Toestemming",
    "Uitschrijving",
]
