"""Making mail for a test, and looking at what became of it."""

import datetime
from collections import Counter
from email import message_from_bytes, policy

from post import services
from post.engine import queue as engine_queue
from post.engine.worker import Worker
from post.freezing import freeze_parts
from post.mime import token
from post.models import Bericht, Levering, Tussenstand
from post.services import Ontvanger
from post.states import Beleid, Staat
from post.transports.memory import MemoryTransport

# The states of which the mail room keeps a count.
COUNTED = {
    Staat.VERZONDEN,
    Staat.MISLUKT,
    Staat.ONZEKER,
    Staat.OVERGESLAGEN,
    Staat.GEANNULEERD,
}


def direct(key: str = "toets:1", to: str = "lies@example.org", **changes) -> Levering:
    """Queue one mail to one person."""
    message = services.queue(
        key=key, template="proefmail", to=to, context={"door": "de toetsen"}, **changes
    )
    return Levering.objects.get(bericht=message)


def bulk(
    number: int = 3,
    key: str = "nieuwsbrief:1",
    *,
    policy: Beleid = Beleid.HOOGSTENS_EENS,
    addresses: list[str] | None = None,
    start: bool = True,
    headers: dict[str, str] | None = None,
    text: str = "",
) -> Bericht:
    """Queue a message to many, with a token in its text."""
    name = token("naam")
    message = services.prepare_bulk(
        key=key,
        kind="nieuwsbrief",
        frozen=freeze_parts("Nieuws", f"Dag {name}\n{text}", f'<p lang="nl">Dag {name}</p>'),
        policy=policy,
        headers=headers,
    )
    addresses = addresses or [f"lezer{index}@example.org" for index in range(number)]
    recipients = [Ontvanger(one, gegevens={"naam": one.partition("@")[0]}) for one in addresses]
    services.queue_bulk(message, recipients, start=start)
    message.refresh_from_db()
    return message


def work(*answers, rounds: int = 1, size: int = 4, **options) -> Worker:
    """Let a worker do some rounds; its transport answers with `answers`, then takes everything."""
    worker = Worker(MemoryTransport(answers, size=size), **options)
    for _ in range(rounds):
        worker.round()
    return worker


def finish(*answers, size: int = 4) -> None:
    """Let a worker work until nothing is left to do now."""
    Worker(MemoryTransport(answers, size=size)).run(until_empty=True)


def states() -> Counter:
    """Return how many deliveries are in each state."""
    return Counter(Levering.objects.values_list("staat", flat=True))


def refuse_wrong_counts() -> None:
    """Fail when a kept count differs from the table."""
    real: Counter = Counter()
    for message, state in Levering.objects.values_list("bericht_id", "staat"):
        if state in COUNTED:
            real[message, state] += 1
    kept: Counter = Counter()
    for row in Tussenstand.objects.all():
        kept[row.bericht_id, row.staat] += row.aantal
    assert {key: number for key, number in kept.items() if number} == dict(real)
    for message in Bericht.objects.values_list("pk", flat=True):
        shown = {state: n for state, n in engine_queue.counts_of(message).items() if n}
        assert shown == {state: n for (key, state), n in real.items() if key == message}


def sent() -> list:
    """Return the mails that the memory transport took, as a mail program reads them."""
    return [message_from_bytes(one, policy=policy.default) for one in MemoryTransport.outbox]


def minutes(number: float) -> datetime.timedelta:
    return datetime.timedelta(minutes=number)
