"""A worker: takes, stamps, hands over, writes down, and starts again.

One round is one transaction and one group of mails: what became of the previous group and what
is about to leave are committed together, and only then the first byte goes out. So a crash leaves
at most one group in doubt, and that group is in the table by name.
"""

import logging
import os
import socket
import time
import uuid
from collections import deque

from django.db import Error, close_old_connections, connection, transaction

from core import clock
from post.engine import limits, queue
from post.engine.mail import Mail, MessageCache
from post.engine.outcome import Afloop, Uitkomst
from post.engine.queue import Genomen
from post.models import Bericht
from post.transports.base import Transport

logger = logging.getLogger(__name__)

CLAIM = 256
IDLE_SECONDS = 1.0
REAP_SECONDS = 15.0
DATABASE_AWAY_SECONDS = 2.0
# Once stamped, a group is handed over within this time or not at all: a worker that slept
# longer may find its mails given to another.
HAND_OVER_SECONDS = 10.0
# What waits in hand longer than this goes back and is taken anew: who left the list meanwhile, or
# may not be mailed any more, is found at that moment.
TAKE_ANEW_SECONDS = 20.0
# How often mail that somebody is waiting for is looked for while there is bulk mail in hand.
DIRECT_SECONDS = 1.0
# How often a worker looks whether another closed the door.
DOOR_SECONDS = 0.5


def worker_name() -> str:
    """Return a name that no other worker has, also after a restart."""
    return f"{socket.gethostname()[:20]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


class Worker:
    """Moves deliveries until it is told to stop."""

    def __init__(self, transport: Transport, *, name: str | None = None, stamps: bool = True):
        self.name = name or worker_name()
        self.transport = transport
        # Switched off only to prove that the test of crashes would notice.
        self._stamps = stamps
        self._cache = MessageCache()
        self._in_hand: deque[Genomen] = deque()
        self._taken_at = 0.0
        self._looked_at = 0.0
        self._closed = True  # until somebody has looked
        self._door_seen_at = 0.0
        self._unrecorded: list[tuple[Genomen, Uitkomst]] = []
        self._reaped_at = 0.0
        self._stopping = False

    def stop(self) -> None:
        """Finish the group that is under way, give the rest back, and end."""
        self._stopping = True

    def run(self, seconds: float | None = None, *, until_empty: bool = False) -> int:
        """Work for `seconds`, or until there is nothing left, or until stopped.

        Returns how many mails were offered. A database that is away is waited for.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        offered = 0
        while not self._stopping and (deadline is None or time.monotonic() < deadline):
            try:
                done = self.round()
            except Error:
                logger.exception("De databank antwoordt niet; de werker probeert zo opnieuw")
                self._lose_connection()
                time.sleep(DATABASE_AWAY_SECONDS)
                continue
            offered += done
            if not done and until_empty and not self._in_hand:
                break
            if not done:
                if not connection.in_atomic_block:
                    close_old_connections()
                time.sleep(IDLE_SECONDS)
        self._finish()
        return offered

    def round(self) -> int:
        """Do one round; return how many mails were offered."""
        stamped_at = time.monotonic()
        group = self._next_group()
        if not group:
            return 0
        # Until they are handed over nothing has happened to them, whatever goes wrong here.
        self._unrecorded = [
            (one, Uitkomst(Afloop.NIET_AANGEBODEN, None, "De werker stond te lang stil."))
            for one in group
        ]
        mails, unusable = self._put_together(group)
        if time.monotonic() - stamped_at > HAND_OVER_SECONDS:
            return len(group)
        self._unrecorded = unusable
        outcomes = self._hand_over(mails)
        self._unrecorded += [
            (mail.delivery, outcome) for mail, outcome in zip(mails, outcomes, strict=True)
        ]
        self._watch_the_door(outcomes)
        return len(group)

    def _put_together(self, group):
        """Make the mails, and set apart those of which no mail can be made."""
        mails, unusable = [], []
        for one in group:
            try:
                mail = Mail(one, self._cache.get(one.bericht_id))
                mail.check()
                mails.append(mail)
            except (ValueError, Bericht.DoesNotExist) as fault:
                # Trying again changes nothing; it may not keep the others from leaving.
                unusable.append((one, Uitkomst(Afloop.GEWEIGERD, None, str(fault)[:300])))
        return mails, unusable

    def _hand_over(self, mails):
        try:
            return self.transport.deliver(mails) if mails else []
        except Exception:
            logger.exception("Het transport viel om terwijl het mails aanbood")
            fault = "Het versturen brak af; of de mail vertrok is niet bekend."
            return [Uitkomst(Afloop.ONZEKER, None, fault)] * len(mails)

    # Durable: inside the transaction of another nothing would be written down before it leaves.
    @transaction.atomic(durable=True)
    def _write_and_take(self) -> list[Genomen]:
        self._write_down()
        # After writing down: what ran out of time meanwhile is known now.
        self._reap_now_and_then()
        if self._stopping:
            return []
        if self._door_is_closed():
            return []
        self._take()
        allowed = limits.take(limits.ALL_MAIL, min(self.transport.size, len(self._in_hand)))
        group = [self._in_hand.popleft() for _ in range(allowed)]
        group = self._within_domain_limits(group)
        if not self._stamps:
            return group
        stamped = queue.stamp(self.name, group)
        if len(stamped) < len(group):
            # Paused or cancelled meanwhile: all back to the queue, where that is respected.
            held = {one.pk for one in stamped}
            queue.release(self.name, [one for one in group if one.pk not in held])
            queue.release(self.name, self._in_hand)
            self._in_hand.clear()
        return stamped

    def _door_is_closed(self):
        """Look at the door now and then: asking for every group costs more than it says."""
        now = time.monotonic()
        if self._closed or now - self._door_seen_at > DOOR_SECONDS:
            self._closed = limits.closed_until() is not None
            self._door_seen_at = now
        return self._closed

    def _write_down(self):
        if not self._stamps:
            # As if nobody stamped: only afterwards it is written down that it left.
            queue.stamp(self.name, [one for one, _ in self._unrecorded])
        queue.record(self.name, self._unrecorded)

    def _take(self):
        """See to it that there is something in hand, direct mail before bulk."""
        now = time.monotonic()
        if self._in_hand and now - self._taken_at > TAKE_ANEW_SECONDS:
            queue.release(self.name, self._in_hand)
            self._in_hand.clear()
        if not self._in_hand:
            self._in_hand.extend(queue.claim(self.name, max(CLAIM, self.transport.size)))
            self._taken_at = self._looked_at = now
            return
        if now - self._looked_at > DIRECT_SECONDS:
            self._in_hand.extendleft(reversed(queue.claim_direct(self.name, self.transport.size)))
            self._looked_at = now

    def _next_group(self) -> list[Genomen]:
        in_hand = list(self._in_hand)
        try:
            group = self._write_and_take()
        except Error:
            # Nothing was committed: what was in hand before still is, and what was sent is still
            # to be written down.
            self._in_hand = deque(in_hand)
            raise
        self._unrecorded = []
        return group

    def _within_domain_limits(self, group):
        """Put back what its own domain may not get yet."""
        allowed = []
        by_domain: dict[str, list[Genomen]] = {}
        for one in group:
            if limits.per_minute(one.domein) is None:
                allowed.append(one)
            else:
                by_domain.setdefault(one.domein, []).append(one)
        for domain, waiting in sorted(by_domain.items()):
            given = limits.take(domain, len(waiting))
            allowed += waiting[:given]
            queue.release(
                self.name, waiting[given:], not_before=clock.now() + limits.time_for(domain)
            )
        return allowed

    def _watch_the_door(self, outcomes):
        """Close the door when nothing is accepted any more, open it when something is."""
        if any(outcome.afloop is Afloop.AANVAARD for outcome in outcomes):
            if self._faults_noted:
                limits.note_success()
                self._faults_noted = False
            return
        # Uncertain counts too: a relay that breaks off after each mail may not get them all.
        faults = [outcome for outcome in outcomes if outcome.afloop is not Afloop.GEWEIGERD]
        if faults:
            limits.note_fault(faults[0].tekst)
            self._faults_noted = True
            self._closed = limits.closed_until() is not None
            if all(outcome.afloop is Afloop.NIET_AANGEBODEN for outcome in faults):
                time.sleep(IDLE_SECONDS)

    # At the start nobody knows whether an earlier worker noted faults.
    _faults_noted = True

    def _reap_now_and_then(self):
        if time.monotonic() - self._reaped_at < REAP_SECONDS:
            return
        self._reaped_at = time.monotonic()
        queue.reap()

    def _finish(self):
        """Write down what is known and give back what was not handed over."""
        try:
            with transaction.atomic():
                self._write_down()
                queue.release(self.name, self._in_hand)
        except Error:
            logger.exception("De werker kon zijn werk niet afsluiten; de opruimer doet het")
        self._unrecorded = []
        self._in_hand.clear()
        self.transport.close()

    def _lose_connection(self):
        try:
            connection.close()
        except Error:
            logger.warning("De verbinding met de databank was al weg")
