"""What can be done with one session, in the order in which its screen offers it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser

from vorming.beheer.rechten import (
    mag_inschrijvingen,
    mag_personen_zien,
    mag_sessies,
    mag_uitvoeren,
)


@dataclass(frozen=True)
class Actie:
    """A link on the screen of a session. The address takes the number of the session."""

    label: str
    icon: str
    url_name: str
    mag: Callable[[AbstractBaseUser], bool]


ACTIES: tuple[Actie, ...] = (
    Actie("Wie komt er?", "user", "vorming_inschrijvingen:van_sessie", mag_personen_zien),
    Actie(
        "Iemand inschrijven",
        "plus",
        "vorming_inschrijvingen:inschrijven",
        mag_inschrijvingen,
    ),
    Actie("Mail de deelnemers", "mail", "vorming_sessies:mailen", mag_inschrijvingen),
    Actie("Tekenlijst en naamkaartjes", "clipboard-list", "vorming_lijsten", mag_uitvoeren),
    Actie("Aanwezigheid", "check", "vorming_aanwezigheid", mag_inschrijvingen),
    Actie("Attesten", "doc-full-inverse", "vorming_attesten", mag_inschrijvingen),
    Actie("Evaluatie", "comment", "vorming_evaluatie", mag_sessies),
    Actie("Lijst downloaden", "download", "vorming_uitvoer_sessie", mag_uitvoeren),
)
