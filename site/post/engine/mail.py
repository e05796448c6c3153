"""A delivery put together with its message: one mail, ready for a transport."""

from collections import OrderedDict
from email.utils import parseaddr
from functools import cached_property

from core import clock
from post.engine.queue import Genomen
from post.mime import Skelet, address_value, common_headers, header_block
from post.models import Bericht, message_id_of


class Compiled:
    """A message taken apart once, however many recipients it has."""

    def __init__(self, message: Bericht):
        self.message = message
        self.skelet = Skelet(bytes(message.skelet))
        self.common = common_headers(
            subject=message.onderwerp,
            sender=message.afzender,
            reply_to=message.antwoord_aan,
            extra=message.koppen,
        )
        self.envelope_from = parseaddr(message.afzender)[1]


class MessageCache:
    """The messages that a worker is busy with; a fixed number, so that its memory stays flat."""

    SIZE = 64

    def __init__(self):
        self._compiled: OrderedDict[int, Compiled] = OrderedDict()

    def get(self, pk: int) -> Compiled:
        """Return a message, read and taken apart at most once while it stays in use."""
        if pk not in self._compiled:
            self._compiled[pk] = Compiled(Bericht.objects.get(pk=pk))
            if len(self._compiled) > self.SIZE:
                self._compiled.popitem(last=False)
        self._compiled.move_to_end(pk)
        return self._compiled[pk]


class Mail:
    """One mail to one person."""

    def __init__(self, delivery: Genomen, compiled: Compiled):
        self.delivery = delivery
        self.compiled = compiled

    @property
    def envelope_from(self) -> str:
        return self.compiled.envelope_from

    @property
    def to(self) -> str:
        return self.delivery.adres

    @property
    def to_mailbox(self) -> str:
        """The recipient with name, as a person writes it: a provider encodes it itself."""
        name = self.delivery.naam.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{name}" <{self.delivery.adres}>' if name else self.delivery.adres

    @property
    def message_id(self) -> str:
        return message_id_of(self.delivery.pk)

    @cached_property
    def headers(self) -> bytes:
        """The headers of this mail; the same at every attempt but for the date."""
        return header_block(
            self.compiled.common,
            to=address_value(self.delivery.adres, self.delivery.naam),
            message_id=self.message_id,
            moment=clock.now(),
            values=self.delivery.gegevens,
        )

    def check(self) -> None:
        """Raise ValueError when no mail can be made of this, because of a value in a header."""
        _ = self.headers

    def wire(self) -> bytes:
        """Return the whole mail as it goes over the line, the closing dot included."""
        body = self.compiled.skelet.fill(self.delivery.gegevens, for_wire=True)
        end = b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"
        return self.headers + body + end

    def as_bytes(self) -> bytes:
        """Return the mail as a mailbox stores it."""
        return self.headers + self.compiled.skelet.fill(self.delivery.gegevens)
