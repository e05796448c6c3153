"""A mail room with something in it, filled the way the site does: queued, and sent by a worker."""

import datetime
import itertools

from django.urls import reverse

from core import clock
from post import services
from post.engine.outcome import Afloop, Uitkomst
from post.engine.worker import Worker
from post.freezing import freeze_parts
from post.models import Bericht, Doorgang, Levering, Tussenstand
from post.services import Ontvanger
from post.states import Staat
from post.transports.memory import MemoryTransport

AANVAARD = Uitkomst(Afloop.AANVAARD, 250)
GEWEIGERD = Uitkomst(Afloop.GEWEIGERD, 550, "5.1.1 Mailbox onbekend")
ONZEKER = Uitkomst(Afloop.ONZEKER, None, "De verbinding brak af.")
TIJDELIJK = Uitkomst(Afloop.TIJDELIJK, 451, "Probeer het later")
ENDS = {
    Staat.VERZONDEN: AANVAARD,
    Staat.MISLUKT: GEWEIGERD,
    Staat.ONZEKER: ONZEKER,
}
_numbers = itertools.count(1)


def send(*answers: Uitkomst) -> None:
    """Let a worker send what waits; it gets these answers, in this order."""
    Worker(MemoryTransport(answers, size=1)).run(until_empty=True)


def one(state: Staat = Staat.WACHT, *, to: str = "", name: str = "", **more) -> Levering:
    """Return a delivery of a message to one person, in a state."""
    number = next(_numbers)
    message = services.queue(
        key=f"proef:{number}",
        template="proefmail",
        to=to or f"mens{number}@example.org",
        name=name,
        context={"door": "de toets"},
        **more,
    )
    if state != Staat.WACHT:
        send(ENDS[state])
    delivery = message.leveringen.get()
    assert delivery.staat == state
    return delivery


def newsletter(
    recipients: int = 3, *, subject: str = "Nieuwsbrief", answers=(), start: bool = True
) -> Bericht:
    """Return a message to many, of which the first ones got `answers`."""
    number = next(_numbers)
    message = services.prepare_bulk(
        key=f"nieuwsbrief:{number}",
        kind="nieuwsbrief",
        frozen=freeze_parts(subject, "Dag ⟦naam⟧\n", "<p>Dag ⟦naam⟧</p>"),
    )
    services.queue_bulk(
        message,
        [
            Ontvanger(f"lezer{i}.{number}@example.org", f"Lezer {i}", {"naam": f"Lezer {i}"})
            for i in range(recipients)
        ],
        start=start,
    )
    if answers:
        worker = Worker(MemoryTransport(answers, size=1))
        for _ in answers:
            worker.round()
        # What was answered is written down, what is in hand goes back.
        worker.stop()
        worker.run()
    message.refresh_from_db()
    return message


def states_of(message: Bericht) -> list[str]:
    """Return the states of the deliveries of a message, in the order of their numbers."""
    return list(message.leveringen.order_by("pk").values_list("staat", flat=True))


def state_of(delivery: Levering) -> str:
    """Return the state of a delivery as the database has it."""
    return Levering.objects.values_list("staat", flat=True).get(pk=delivery.pk)


def close_the_door(reason: str = "Verbinding geweigerd") -> Doorgang:
    """Let the mail room stand still for five minutes."""
    now = clock.now()
    values = {
        "bijgewerkt_op": now,
        "dicht_tot": now + datetime.timedelta(minutes=5),
        "reden": reason,
        "fouten": 5,
    }
    return Doorgang.objects.update_or_create(naam="", defaults=values)[0]


def everything() -> list[list[tuple]]:
    """Return all rows of the mail room, to see whether something changed."""
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (Bericht, Levering, Tussenstand, Doorgang)
    ]


# --- Addresses of the screens ---------------------------------------------------------

LEVERINGEN = "/admin/post/leveringen/"
BERICHTEN = "/admin/post/berichten/"


def page_of(item: Levering | Bericht, name: str = "inspect") -> str:
    """Return the address of a screen about a delivery or a message."""
    space = "post_leveringen" if isinstance(item, Levering) else "post_berichten"
    return reverse(f"{space}:{name}", args=[item.pk])


def bulk(action: str, query: str) -> str:
    """Return the address of a bulk action, as Wagtail's script makes it."""
    return f"/admin/bulk/post/levering/{action}/?{query}&next=/admin/post/leveringen/"


def screens(delivery: Levering, message: Bericht) -> list[str]:
    """Return every address that can be looked at."""
    return [
        LEVERINGEN,
        f"{LEVERINGEN}lijst/",
        f"{LEVERINGEN}export/?formaat=csv",
        f"{LEVERINGEN}export/?formaat=xlsx",
        *(page_of(delivery, name) for name in ("inspect", "mail", "opnieuw", "aangekomen")),
        page_of(delivery, "toch_opnieuw"),
        BERICHTEN,
        f"{BERICHTEN}lijst/",
        *(page_of(message, name) for name in ("inspect", "voortgang")),
        *(page_of(message, name) for name in ("pauzeren", "hervatten", "annuleren")),
        bulk("opnieuw", "id=all"),
        bulk("aangekomen", f"id={delivery.pk}"),
    ]
