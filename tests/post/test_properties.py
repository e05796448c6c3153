"""Random faults in any order: whatever happens, nobody gets a mail twice and nobody is lost."""

import datetime
from unittest import mock

import time_machine
from django.db import OperationalError
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from post import services, upkeep
from post.engine import queue
from post.engine import worker as worker_module
from post.engine.outcome import Afloop, Uitkomst
from post.engine.worker import Worker
from post.models import Bericht, Levering
from post.states import ALLOWED, Beleid, Staat
from tests.post.conftest import START, empty_mail_room
from tests.post.mails import bulk, direct, refuse_wrong_counts

READERS = 8
OUTCOMES = [
    Uitkomst(Afloop.AANVAARD, 250),
    Uitkomst(Afloop.TIJDELIJK, 451, "451 later"),
    Uitkomst(Afloop.GEWEIGERD, 550, "550 nee"),
    Uitkomst(Afloop.ONZEKER, None, "weg"),
    Uitkomst(Afloop.NIET_AANGEBODEN, None, "geen lijn"),
]


class Killed(BaseException):
    """What `kill -9` is to a worker: nothing after it runs."""


class Relay:
    """A relay that writes down whom it took a mail for, and does what it is told."""

    size = 3

    def __init__(self, machine):
        self.machine = machine

    def deliver(self, mails):
        outcomes = []
        for mail in mails:
            outcome = self.machine.next_outcome()
            if outcome is None:
                raise Killed
            # Of an uncertain mail nobody knows; here the relay has it.
            if outcome.afloop in (Afloop.AANVAARD, Afloop.ONZEKER):
                self.machine.took(mail.delivery.pk)
            outcomes.append(outcome)
        return outcomes

    def close(self):
        pass


class MailRoomMachine(RuleBasedStateMachine):
    """Workers, people and time do what they like."""

    def __init__(self):
        super().__init__()
        self.traveller = time_machine.travel(START, tick=False)
        self.clock = self.traveller.start()
        self.real_monotonic = worker_module.time
        worker_module.time = FakeTime(self)
        self.elapsed = 0.0
        self.script: list[Uitkomst | None] = []
        self.copies: dict[int, int] = {}
        self.resent: dict[int, int] = {}
        self.seen: dict[int, str] = {}
        self.workers: dict[int, Worker] = {}
        self.everybody: set[int] = set()

    def teardown(self):
        worker_module.time = self.real_monotonic
        self.traveller.stop()
        empty_mail_room()

    # --- What the relay does -------------------------------------------------------

    def next_outcome(self):
        return self.script.pop(0) if self.script else OUTCOMES[0]

    def took(self, delivery):
        self.copies[delivery] = self.copies.get(delivery, 0) + 1

    # --- What happens ---------------------------------------------------------------

    @initialize()
    def queue_mail(self):
        bulk(READERS, key="n:1")
        bulk(READERS // 2, key="n:2", policy=Beleid.MINSTENS_EENS)
        direct(key="d:1")
        self.everybody = set(Levering.objects.values_list("pk", flat=True))
        self.seen = dict(Levering.objects.values_list("pk", "staat"))

    def worker(self, number):
        if number not in self.workers:
            self.workers[number] = Worker(Relay(self), name=f"werker-{number}-{self.elapsed}")
        return self.workers[number]

    @rule(number=st.integers(0, 2), script=st.lists(st.sampled_from(OUTCOMES), max_size=3))
    def round(self, number, script):
        self.script = list(script)
        self.worker(number).round()

    @rule(number=st.integers(0, 2), after=st.integers(0, 2))
    def kill_while_offering(self, number, after):
        """Kill a worker when the relay has taken some of its group."""
        self.script = [OUTCOMES[0]] * after + [None]
        try:
            self.worker(number).round()
        except Killed:
            del self.workers[number]

    @rule(number=st.integers(0, 2))
    def kill(self, number):
        self.workers.pop(number, None)

    @rule(number=st.integers(0, 2))
    def kill_between_commit_and_offering(self, number):
        self.worker(number)._next_group()
        del self.workers[number]

    @rule(number=st.integers(0, 2))
    def stop_and_start(self, number):
        worker = self.workers.pop(number, None)
        if worker:
            worker.stop()
            worker.run()

    @rule(number=st.integers(0, 2))
    def transaction_lost(self, number):
        """The database goes away before a commit."""
        worker = self.worker(number)
        with mock.patch.object(queue, "stamp", side_effect=OperationalError("weg")):
            try:
                worker.round()
            except OperationalError:
                return

    @rule(number=st.integers(0, 2))
    def commit_unheard(self, number):
        """The database commits, and goes away before it says so."""
        worker = self.worker(number)
        write_and_take = worker._write_and_take

        def committed():
            write_and_take()
            raise OperationalError("weg")

        worker._write_and_take = committed
        try:
            worker.round()
        except OperationalError:
            pass
        finally:
            del worker._write_and_take

    @rule(seconds=st.sampled_from([1, 21, 61, 400, 7200]))
    def time_passes(self, seconds):
        self.clock.shift(seconds)
        self.elapsed += seconds

    @rule(hours=st.sampled_from([-2, 2]))
    def clock_is_set(self, hours):
        self.clock.shift(datetime.timedelta(hours=hours))

    @rule()
    def tick(self):
        upkeep.reap()
        upkeep.clear_cancelled()

    @rule(key=st.sampled_from(["n:1", "n:2", "d:1"]))
    def pause(self, key):
        services.pause(Bericht.objects.get(sleutel=key), "even")

    @rule(key=st.sampled_from(["n:1", "n:2", "d:1"]))
    def resume(self, key):
        services.resume(Bericht.objects.get(sleutel=key))

    @rule()
    def cancel_one(self):
        services.cancel(Bericht.objects.get(sleutel="n:2"))

    @rule()
    def person_sends_again(self):
        """The only way in which a mail may leave twice: because a person says so."""
        pick = list(
            Levering.objects.filter(staat__in=[Staat.ONZEKER, Staat.MISLUKT])
            .order_by("pk")
            .values_list("pk", flat=True)[:1]
        )
        services.send_again(pick)
        for key in pick:
            self.resent[key] = self.resent.get(key, 0) + 1
            # A person who decides on an uncertain mail is the judge; late news does not count.

    @rule()
    def person_says_it_arrived(self):
        pick = Levering.objects.filter(staat=Staat.ONZEKER).order_by("pk").values_list("pk")[:1]
        services.mark_as_sent([key for (key,) in pick])

    @rule()
    def reader_leaves(self):
        services.skip(Bericht.objects.get(sleutel="n:1"), "lezer0@example.org", "weg")

    # --- What always holds -------------------------------------------------------------

    @invariant()
    def nobody_lost(self):
        assert set(Levering.objects.values_list("pk", flat=True)) == self.everybody

    @invariant()
    def at_most_once(self):
        once = Levering.objects.filter(bericht__beleid=Beleid.HOOGSTENS_EENS)
        for key in once.values_list("pk", flat=True):
            assert self.copies.get(key, 0) <= 1 + self.resent.get(key, 0)

    @invariant()
    def sent_means_taken_or_said_so(self):
        """What stands as failed or waiting was not taken, unless somebody decided or may double."""
        for key in Levering.objects.filter(
            bericht__beleid=Beleid.HOOGSTENS_EENS, staat__in=[Staat.WACHT, Staat.GENOMEN]
        ).values_list("pk", flat=True):
            assert self.copies.get(key, 0) <= self.resent.get(key, 0)

    @invariant()
    def only_allowed_changes(self):
        """Every state is reached from the one seen before by allowed steps."""
        now = dict(Levering.objects.values_list("pk", "staat"))
        for key, state in now.items():
            before = self.seen.get(key, state)
            assert state == before or state in reachable(before), (before, state)
        self.seen = now

    @invariant()
    def counts_are_the_table(self):
        refuse_wrong_counts()

    @invariant()
    def leases_have_an_owner(self):
        assert not Levering.objects.filter(
            staat__in=[Staat.GENOMEN, Staat.BEZIG], werker=""
        ).exists()


class FakeTime:
    """The time of a worker goes on when the machine says so, and never backwards."""

    def __init__(self, machine):
        self.machine = machine

    def monotonic(self):
        return self.machine.elapsed

    def sleep(self, seconds):
        self.machine.elapsed += seconds


def reachable(state: str) -> set[Staat]:
    """Return the states that allowed steps lead to: one rule may take several."""
    found, todo = set(), [Staat(state)]
    while todo:
        for step in ALLOWED[todo.pop()]:
            if step not in found:
                found.add(step)
                todo.append(step)
    return found


class TestMailRoom(TestCase, MailRoomMachine.TestCase):
    settings = hypothesis_settings(
        max_examples=40,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        # A run of thirty steps can be read as it is; making it shorter takes minutes.
        phases=[Phase.generate],
    )
