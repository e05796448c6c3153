"""How far a message is, and whether mail leaves at all.

Read from the counts that the workers keep, never by counting deliveries.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery

from core import clock
from post.engine.limits import ALL_MAIL
from post.models import Bericht, Doorgang, Levering, Tussenstand
from post.states import BerichtStaat, Prioriteit, Staat
from post.words import duration_in_words, number_in_words

# The speed is that of the last minute, judged by at most so many deliveries.
SPEED_OVER = datetime.timedelta(minutes=1)
SPEED_SAMPLE = 500
# Mail that waits longer than this makes us ask whether a worker runs.
PATIENCE = datetime.timedelta(minutes=5)
ATTENTION_DAYS = 7
ATTENTION_SAMPLE = 1000
BULK_SHOWN = 5


@dataclass(frozen=True)
class Voortgang:
    """How many deliveries of a message are where. `totaal` is None while it is being prepared."""

    bericht: Bericht
    tellingen: Mapping[str, int] = field(default_factory=dict)
    per_minuut: float | None = None

    @property
    def totaal(self) -> int | None:
        if self.bericht.prioriteit == Prioriteit.DIRECT:
            return 1
        return self.bericht.aantal_verwacht

    @property
    def verzonden(self) -> int:
        return self._number(Staat.VERZONDEN)

    @property
    def mislukt(self) -> int:
        return self._number(Staat.MISLUKT)

    @property
    def onzeker(self) -> int:
        return self._number(Staat.ONZEKER)

    @property
    def overgeslagen(self) -> int:
        return self._number(Staat.OVERGESLAGEN)

    @property
    def geannuleerd(self) -> int:
        return self._number(Staat.GEANNULEERD)

    def _number(self, state):
        return max(0, self.tellingen.get(state, 0))

    @property
    def afgehandeld(self) -> int:
        """What is no longer under way, well or badly ended."""
        return self.verzonden + self.mislukt + self.onzeker + self.overgeslagen + self.geannuleerd

    @property
    def alles_geweigerd(self) -> bool:
        """Mails were offered, and nobody has one, nor perhaps has one."""
        return self.verzonden == self.onzeker == 0 < self.mislukt

    @property
    def rest(self) -> int:
        return max(0, (self.totaal or 0) - self.afgehandeld)

    @property
    def is_klaar(self) -> bool:
        """Nothing will happen any more of itself."""
        if self.bericht.staat == BerichtStaat.GEANNULEERD:
            return True
        return (
            self.bericht.staat == BerichtStaat.VERZENDEN
            and self.totaal is not None
            and self.rest == 0
        )

    @property
    def procent(self) -> int:
        return min(100, self.afgehandeld * 100 // self.totaal) if self.totaal else 0

    @property
    def staat_in_woorden(self) -> str:
        if self.bericht.staat == BerichtStaat.VERZENDEN and self.is_klaar:
            return "klaar, met open vragen" if self.onzeker else "klaar"
        return self.bericht.get_staat_display()

    @property
    def soort_staat(self) -> str:
        """The state as the name of a look."""
        if self.bericht.staat == BerichtStaat.VERZENDEN and self.is_klaar:
            return "onzeker" if self.onzeker else "verzonden"
        return self.bericht.staat

    @property
    def tekst(self) -> str:
        if self.totaal is None:
            return "De ontvangers worden klaargezet."
        return (
            f"{number_in_words(self.afgehandeld)} van {number_in_words(self.totaal)} "
            f"afgehandeld ({self.procent} %)"
        )

    @property
    def tempo(self) -> str:
        """Speed and time left, in words."""
        if self.is_klaar or self.totaal is None:
            return ""
        if self.bericht.staat == BerichtStaat.GEPAUZEERD:
            return "Het versturen staat op pauze."
        if not self.per_minuut:
            return "In de laatste minuut vertrok er geen mail."
        speed = number_in_words(max(1, round(self.per_minuut)))
        left = duration_in_words(self.rest / self.per_minuut)
        return f"Ongeveer {speed} mails per minuut. Nog {left}."

    @property
    def cijfers(self) -> list[tuple[str, str, int]]:
        """The counts with their names; a count that is always there also when it is nothing."""
        figures = [
            ("verzonden", "verzonden", self.verzonden),
            ("mislukt", "mislukt", self.mislukt),
            ("onzeker", "onzeker", self.onzeker),
            ("overgeslagen", "overgeslagen", self.overgeslagen),
        ]
        if self.bericht.staat == BerichtStaat.GEANNULEERD:
            figures.append(("geannuleerd", "geannuleerd", self.geannuleerd))
        return [*figures, ("rest", "nog te gaan", self.rest)]


def progress_of(messages: Iterable[Bericht]) -> list[Voortgang]:
    """Return how far messages are, in one query."""
    messages = list(messages)
    totals = Tussenstand.objects.totals(message.pk for message in messages)
    return [Voortgang(message, totals.get(message.pk, {})) for message in messages]


def progress_with_speed(message: Bericht) -> Voortgang:
    """Return how far one message is and how fast it goes."""
    totals = Tussenstand.objects.totals([message.pk])
    return Voortgang(message, totals.get(message.pk, {}), speed_of(message))


def speed_of(message: Bericht) -> float | None:
    """Return how many mails of a message left per minute lately; None when none did.

    Deliveries leave in the order of their numbers, so the last sent ones have the highest.
    """
    now = clock.now()
    moments = Levering.objects.in_index(message.pk, Staat.VERZONDEN).values_list(
        "verzonden_op", flat=True
    )[:SPEED_SAMPLE]
    fresh = [moment for moment in moments if now - SPEED_OVER < moment <= now]
    if not fresh:
        return None
    seconds = max(1.0, (now - min(fresh)).total_seconds())
    return len(fresh) * 60 / seconds


@dataclass(frozen=True)
class Toestand:
    """Whether mail leaves, at a glance."""

    deur: Doorgang | None
    wacht_sinds: datetime.datetime | None
    bezig: list[Voortgang]
    mislukt: int
    onzeker: int

    @property
    def is_goed(self) -> bool:
        return not (self.deur or self.wacht_sinds)


def closed_door() -> Doorgang | None:
    """Return the door of all mail when it is closed."""
    return Doorgang.objects.filter(naam=ALL_MAIL, dicht_tot__gt=clock.now()).first()


def current_state() -> Toestand:
    """Return whether mail leaves and what asks for attention, in a fixed number of queries."""
    under_way = [progress for progress in progress_of(_latest_bulk()) if not progress.is_klaar]
    since = clock.now() - datetime.timedelta(days=ATTENTION_DAYS)
    states = [
        state
        for state, made in Levering.objects.attention()
        .order_by("-pk")
        .values_list("staat", "aangemaakt_op")[:ATTENTION_SAMPLE]
        if made >= since
    ]
    return Toestand(
        deur=closed_door(),
        wacht_sinds=_waiting_since(under_way),
        bezig=under_way,
        mislukt=states.count(Staat.MISLUKT),
        onzeker=states.count(Staat.ONZEKER),
    )


def _late_deliveries():
    """Return what should have left by now, the one that waits longest first."""
    late = clock.now() - PATIENCE
    return Levering.objects.filter(staat=Staat.WACHT, niet_voor__lt=late).order_by("niet_voor")


def _latest_bulk():
    """Return the latest messages to many, each with when it last moved and what is late."""
    last_sent = Levering.objects.in_index(OuterRef("pk"), Staat.VERZONDEN)
    late = _late_deliveries().filter(bericht=OuterRef("pk"))
    return (
        Bericht.objects.for_list()
        .bulk()
        .filter(staat=BerichtStaat.VERZENDEN)
        .annotate(
            laatst=Subquery(last_sent.values("verzonden_op")[:1]),
            wacht_sinds=Subquery(late.values("niet_voor")[:1]),
        )
        .order_by("-pk")[:BULK_SHOWN]
    )


def _waiting_since(under_way):
    """Return since when mail has been waiting that should have left; None when all is well."""
    direct = _late_deliveries().filter(
        prioriteit=Prioriteit.DIRECT, bericht__staat=BerichtStaat.VERZENDEN
    )
    moments = list(direct.values_list("niet_voor", flat=True)[:1])
    still = clock.now() - SPEED_OVER
    for message in (progress.bericht for progress in under_way):
        # Of a large message, most wait their turn: that is only odd when nothing leaves.
        if message.wacht_sinds and (message.laatst is None or message.laatst < still):
            moments.append(message.wacht_sinds)
    return min(moments, default=None)
