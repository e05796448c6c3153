"""Everything that the site holds about one person: "what do you have on me", and "erase me".

An app that knows people registers its part in `AppConfig.ready`. One screen
(`core.personal_screens`) asks all parts, so that nobody who asks is half answered.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.base_user import AbstractBaseUser

# What stands in one row: a label, and words to read.
Rij = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Rubriek:
    """Rows of one kind, such as enrolments."""

    titel: str
    rijen: list[Rij] = field(default_factory=list)
    # What this reader may not see, or what is good to know.
    uitleg: str = ""

    @property
    def has_something(self) -> bool:
        return bool(self.rijen or self.uitleg)


@dataclass(frozen=True)
class Deel:
    """What one app holds about people.

    `zoek` returns what it has about an e-mail address, as far as the user may see it, and writes
    down that the user looked where the app keeps such a log. `wis` forgets the address and returns
    how many rows that was. Both may be asked about an address that is not there.
    """

    naam: str
    zoek: Callable[[str, AbstractBaseUser], list[Rubriek]]
    wis: Callable[[str, AbstractBaseUser], int]
    verdwijnt: str
    blijft: str
    # None: for whoever may see one of the other parts.
    mag: Callable[[AbstractBaseUser], bool] | None = None
    # It mails her that she is forgotten, so it comes last: else that mail would be forgotten too.
    schrijft_laatste_mail: bool = False


_delen: dict[str, Deel] = {}


def register(deel: Deel) -> None:
    """Add the part of an app; the same name again replaces it."""
    _delen[deel.naam] = deel


def delen() -> list[Deel]:
    """Return every part, in the order of registration; what all may see comes last."""
    return sorted(_delen.values(), key=lambda deel: deel.mag is None)


def op_volgorde_van_wissen(gekozen: Iterable[Deel]) -> list[Deel]:
    """Return parts in the order in which they have to forget somebody."""
    return sorted(gekozen, key=lambda deel: deel.schrijft_laatste_mail)


def mag_iets(gebruiker: AbstractBaseUser) -> bool:
    """Say whether somebody may see what the site holds about people, or a part of it."""
    return gebruiker.is_active and any(deel.mag(gebruiker) for deel in delen() if deel.mag)


def mag(deel: Deel, gebruiker: AbstractBaseUser) -> bool:
    """Say whether somebody may see and erase what one part holds."""
    return mag_iets(gebruiker) if deel.mag is None else deel.mag(gebruiker)
