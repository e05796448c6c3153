"""What a transport says about one mail."""

from dataclasses import dataclass
from enum import Enum, auto


class Afloop(Enum):
    """How an attempt ended."""

    # The other side took the mail.
    AANVAARD = auto()
    # Provably not taken, and worth another try.
    TIJDELIJK = auto()
    # Refused for good.
    GEWEIGERD = auto()
    # The connection was lost after the last byte: nobody can know.
    ONZEKER = auto()
    # Not offered at all, for example because there was no connection.
    NIET_AANGEBODEN = auto()


@dataclass(frozen=True)
class Uitkomst:
    """The end of one attempt, with the words of the server."""

    afloop: Afloop
    code: int | None = None
    tekst: str = ""
    provider_id: str = ""
