"""Reading the mail room, however full it is.

A table of deliveries grows to millions of rows. So nothing here counts, sorts or searches all of
it: a list is read from the end, a part of a word is looked for among the latest, and a day is
found by halving, for numbers are given out in the order of time.
"""

import datetime
import re
from collections.abc import Collection, Iterable
from typing import cast

from django.db import connections, models
from django.db.models import Exists, OuterRef, Q, Subquery, Sum

from post import addresses
from post.states import BerichtStaat, Prioriteit, Staat

# A part of an address or a subject is looked for among this many of the latest rows.
RECENT = 50_000
# A kind with more messages than this has messages to one person each.
FEW = 100
# Rows that are made at the same time may get their numbers in another order.
DISORDER = datetime.timedelta(hours=1)
KINDS = """
    WITH RECURSIVE soorten(soort) AS (
        SELECT min(soort) FROM post_bericht
        UNION ALL
        SELECT (SELECT min(volgende.soort) FROM post_bericht volgende
                WHERE volgende.soort > soorten.soort)
        FROM soorten WHERE soorten.soort IS NOT NULL
    )
    SELECT soort FROM soorten WHERE soort IS NOT NULL
"""
WHOLE_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}")


class NumberedQuerySet(models.QuerySet):
    """Rows whose primary key grows with `aangemaakt_op`."""

    def recent(self):
        """Return only what is among the latest rows of the table."""
        newest = self._all().order_by("-pk").values_list("pk", flat=True).first() or 0
        return self.filter(pk__gt=newest - RECENT)

    def made_between(self, start: datetime.datetime | None, stop: datetime.datetime | None):
        """Return what was made from `start` up to and including `stop`; None is no limit."""
        rows = self
        if start:
            rows = rows.filter(
                aangemaakt_op__gte=start, pk__gte=self._first_since(start, -DISORDER)
            )
        if stop:
            rows = rows.filter(aangemaakt_op__lte=stop, pk__lt=self._first_since(stop, DISORDER))
        return rows

    def _all(self):
        """Return every row of the table."""
        return type(self)(self.model, using=self.db)

    def _first_since(self, moment, slack):
        """Return the first primary key made since a moment, found by halving."""
        moment += slack
        numbers = self._all().values_list("pk", flat=True)
        low = numbers.order_by("pk").first() or 0
        high = (numbers.order_by("-pk").first() or 0) + 1
        while low < high:
            middle = (low + high) // 2
            row = (
                self._all()
                .filter(pk__gte=middle)
                .order_by("pk")
                .values_list("pk", "aangemaakt_op")
                .first()
            )
            if row and row[1] < moment:
                low = row[0] + 1
            else:
                high = middle
        return low


class BerichtQuerySet(NumberedQuerySet):
    """Messages."""

    def for_list(self):
        """Leave out the texts: a list does not show them, and they are large."""
        return self.defer("tekst", "html", "skelet", "koppen", "bijlagen")

    def search(self, text: str):
        """Return the recent messages with `text` in the subject or the key."""
        return self.recent().filter(Q(onderwerp__icontains=text) | Q(sleutel__icontains=text))

    def bulk(self):
        """Return the messages to many."""
        return self.filter(prioriteit=Prioriteit.BULK)

    def kinds(self) -> list[str]:
        """Return all kinds of message there are, jumping from one to the next in the index."""
        with connections[self.db].cursor() as cursor:
            cursor.execute(KINDS)
            return [kind for (kind,) in cursor.fetchall()]


class TussenstandQuerySet(models.QuerySet):
    """Counts per worker."""

    def totals(self, messages: Iterable[int]) -> dict[int, dict[str, int]]:
        """Return per message how many deliveries are in each end state, in one query."""
        found: dict[int, dict[str, int]] = {}
        rows = (
            self.filter(bericht_id__in=list(messages))
            .order_by()
            .values_list("bericht_id", "staat")
            .annotate(totaal=Sum("aantal"))
        )
        for message, state, number in rows:
            found.setdefault(message, {})[state] = number
        return found


class LeveringQuerySet(NumberedQuerySet):
    """Deliveries."""

    def for_list(self):
        """Fetch what a list shows, and of the message not its texts."""
        return self.select_related("bericht").only(
            "adres",
            "naam",
            "staat",
            "laatste_fout",
            "smtp_code",
            "pogingen",
            "verzonden_op",
            "aangemaakt_op",
            "bericht__onderwerp",
            "bericht__sleutel",
            "bericht__soort",
            "bericht__prioriteit",
            "bericht__staat",
            "bericht__geleegd_op",
        )

    def of_message(self, message: int, states: Collection[str] = ()):
        """Return the deliveries of a message, in some or all states, latest first.

        With the bounds between which they stand: without those, a database that walks from the
        end may first pass the millions of later messages.
        """
        low, high = self.bounds_of(message, states)
        rows = self.filter(bericht=message, pk__gte=low, pk__lte=high)
        return rows.filter(staat__in=states) if states else rows

    def of_kind(self, kind: str):
        """Return the deliveries of the messages of one kind.

        A kind has few messages to many, or many messages to one. Of few, a database should know
        which they are; of many, after which number there are no more.
        """
        from post.models import Bericht

        latest = list(
            Bericht.objects.filter(soort=kind)
            .order_by("-aangemaakt_op")
            .values_list("pk", flat=True)[: FEW + 1]
        )
        low, high = self._bounds(latest, Staat.values)
        if len(latest) > FEW:
            return self.filter(bericht__soort=kind, pk__lte=high)
        return self.filter(bericht__in=latest, pk__gte=low, pk__lte=high)

    def bounds_of(self, message: int, states: Collection[str] = ()) -> tuple[int, int]:
        """Return the first and the last primary key of a message; (0, 0) when there are none."""
        return self._bounds([message], states or Staat.values)

    def _bounds(self, messages, states):
        from post.models import Bericht

        ends = [
            Subquery(self._all().in_index(OuterRef("pk"), state, sign).values("pk")[:1])
            for state in states
            for sign in ("", "-")
        ]
        rows = Bericht._base_manager.filter(pk__in=messages).values_list(*ends)
        keys = [key for row in rows for key in row if key is not None]
        return (min(keys), max(keys)) if keys else (0, 0)

    def in_index(self, message, state: str, sign: str = "-"):
        """Return the deliveries of a message in a state, in the order of the index on those.

        Written with a range of one state, so that no database thinks it wiser to walk through
        all deliveries until it meets some of this message.
        """
        return self.filter(bericht_id=message, staat__gte=state, staat__lte=state).order_by(
            f"{sign}staat", f"{sign}pk"
        )

    def search(self, text: str, *, before: int | None = None):
        """Return what has `text` in address, name or subject.

        A whole address is found everywhere; a part only among the latest, or among the latest
        up to and including number `before`.
        """
        text = addresses.normalise(text)
        if WHOLE_ADDRESS.fullmatch(text):
            return self.filter(adres_norm=text)
        rows = self.recent() if before is None else self.filter(pk__gt=before - RECENT)
        return cast("LeveringQuerySet", rows).filter(
            Q(adres_norm__contains=text)
            | Q(naam__icontains=text)
            | Q(bericht__onderwerp__icontains=text)
        )

    def attention(self):
        """Return what asks for a person: failed or uncertain."""
        return self.filter(staat__in=[Staat.MISLUKT, Staat.ONZEKER])

    def open_to_decision(self):
        """Return the failed and uncertain ones about which something can still be decided.

        Not what was emptied, and not what belongs to a message that was cancelled.
        """
        from post.models import Bericht

        return (
            self.attention()
            .exclude(adres="")
            .filter(
                Exists(
                    Bericht.objects.filter(pk=OuterRef("bericht_id"), geleegd_op=None).exclude(
                        staat=BerichtStaat.GEANNULEERD
                    )
                )
            )
        )
