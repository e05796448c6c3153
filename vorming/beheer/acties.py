"""What can be done with one session, in the order in which its screen offers it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser

from vorming.beheer.rechten import mag_uitvoeren


@dataclass(frozen=True)
class Actie:
    """A link on the screen of a session. The address takes the number of the session."""

    label: str
    icon: str
    url_name: str
    mag: Callable[[AbstractBaseUser], bool]


ACTIES: tuple[Actie, ...] = (
    Actie("Lijst downloaden", "download", "vorming_uitvoer_sessie", mag_uitvoeren),
)
