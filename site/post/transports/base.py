"""What a transport is."""

from collections.abc import Sequence
from typing import Protocol

from post.engine.mail import Mail
from post.engine.outcome import Uitkomst


class Transport(Protocol):
    """Hands mails to the outside world, a group at a time."""

    # How many mails it can have under way at once: after a crash at most so many are uncertain.
    size: int

    def deliver(self, mails: Sequence[Mail]) -> list[Uitkomst]:
        """Offer the mails, and say of each how it ended, in the same order. Never raises."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
