"""Transports that send nothing: for tests and for the example site."""

from collections.abc import Sequence

from post.engine.mail import Mail
from post.engine.outcome import Afloop, Uitkomst


class DemoTransport:
    """Takes every mail and lets none leave; what was taken can be read at /post/."""

    size = 16

    def deliver(self, mails: Sequence[Mail]) -> list[Uitkomst]:
        return [Uitkomst(Afloop.AANVAARD, 250, "Voorbeeldsite: niets verstuurd") for _ in mails]

    def close(self) -> None:
        pass


class MemoryTransport(DemoTransport):
    """Keeps what it was given, and answers as a test tells it to."""

    outbox: list[bytes] = []

    def __init__(self, answers: Sequence[Uitkomst] = (), size: int = 4):
        self.size = size
        self._answers = list(answers)

    def deliver(self, mails: Sequence[Mail]) -> list[Uitkomst]:
        outcomes = []
        for mail in mails:
            outcome = self._answers.pop(0) if self._answers else Uitkomst(Afloop.AANVAARD, 250)
            if outcome.afloop in (Afloop.AANVAARD, Afloop.ONZEKER):
                self.outbox.append(mail.as_bytes())
            outcomes.append(outcome)
        return outcomes
