"""What can be done with one session, in the order in which its screen offers it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser

from vorming.beheer import rechten


@dataclass(frozen=True)
class Actie:
    """A link on the screen of a session. The address takes the number of the session."""

    label: str
    icon: str
    url_name: str
    mag: Callable[[AbstractBaseUser], bool]


ACTIES: tuple[Actie, ...] = (
    Actie("Wie komt er?", "user", "vorming_inschrijvingen:van_sessie", rechten.mag_personen_zien),
    Actie(
        "Iemand inschrijven",
        "plus",
        "vorming_inschrijvingen:inschrijven",
        rechten.mag_inschrijvingen,
    ),
    Actie("Tekenlijst en naamkaartjes", "clipboard-list", "vorming_lijsten", rechten.mag_uitvoeren),
    Actie("Aanwezigheid", "check", "vorming_aanwezigheid", rechten.mag_inschrijvingen),
    Actie("Attesten", "doc-full-inverse", "vorming_attesten", rechten.mag_inschrijvingen),
    Actie("Evaluatie", "comment", "vorming_evaluatie", rechten.mag_sessies),
    Actie("Lijst downloaden", "download", "vorming_uitvoer_sessie", rechten.mag_uitvoeren),
)
