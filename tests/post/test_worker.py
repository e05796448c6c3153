"""A worker under faults: of the database, the transport, the clock and the values in a mail."""

import datetime

import pytest
from django.db import OperationalError, transaction

from core import clock
from post import services
from post.engine import queue
from post.engine import worker as worker_module
from post.engine.outcome import Afloop, Uitkomst
from post.engine.worker import Worker
from post.mime import token
from post.models import Bericht, Levering
from post.states import Beleid, Staat
from post.transports import smtp
from post.transports.memory import MemoryTransport
from tests.post.mails import bulk, direct, finish, minutes, refuse_wrong_counts, sent, states, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(worker_module, "DATABASE_AWAY_SECONDS", 0.0)
    monkeypatch.setattr(worker_module, "IDLE_SECONDS", 0.0)
    # A connection that a test runs in may not be closed.
    monkeypatch.setattr(Worker, "_lose_connection", lambda self: None)


def failing(monkeypatch, target, name, *, times=1, fault=OperationalError, afterwards=False):
    """Let a function fail the first `times` times, before or after it did its work."""
    real = getattr(target, name)
    left = [times]

    def function(*args, **kwargs):
        if not left[0]:
            return real(*args, **kwargs)
        if afterwards:
            real(*args, **kwargs)
        left[0] -= 1
        raise fault("disk full")

    monkeypatch.setattr(target, name, function)


# --- The database ---------------------------------------------------------------------


@pytest.mark.parametrize("place", ["record", "claim", "stamp"])
@pytest.mark.parametrize("afterwards", [False, True])
def test_run_database_fails_once_each_mail_leaves_once(monkeypatch, place, afterwards):
    bulk(10)
    worker = Worker(MemoryTransport(size=4))
    worker.round()
    failing(monkeypatch, queue, place, afterwards=afterwards)
    worker.run(until_empty=True)
    assert states() == {Staat.VERZONDEN: 10}
    assert len(sent()) == 10
    refuse_wrong_counts()


def test_run_database_fails_for_long_what_left_is_still_written_down(monkeypatch):
    bulk(10)
    worker = Worker(MemoryTransport(size=4))
    worker.round()
    failing(monkeypatch, queue, "record", times=20)
    worker.run(until_empty=True)
    assert states() == {Staat.VERZONDEN: 10}
    assert len(sent()) == 10


def test_run_database_fails_while_reading_the_message_nothing_uncertain(monkeypatch):
    bulk(3)
    failing(monkeypatch, Bericht.objects, "get")
    finish()
    assert states() == {Staat.VERZONDEN: 3}
    assert len(sent()) == 3
    assert set(Levering.objects.values_list("pogingen", flat=True)) == {1}


def test_run_database_away_at_the_end_left_to_the_reaper(monkeypatch, moving_clock):
    bulk(3)
    worker = Worker(MemoryTransport(size=4))
    worker.round()
    worker.stop()
    failing(monkeypatch, queue, "record", times=5)
    worker.run()
    assert states() == {Staat.BEZIG: 3}
    moving_clock.shift(minutes(2))
    queue.reap()
    assert states() == {Staat.ONZEKER: 3}
    refuse_wrong_counts()


# --- The transport ----------------------------------------------------------------------


def test_round_transport_falls_over_uncertain_and_the_worker_lives(monkeypatch):
    bulk(4)
    worker = Worker(MemoryTransport(size=2))
    failing(monkeypatch, worker.transport, "deliver", fault=RuntimeError)
    worker.run(until_empty=True)
    assert states() == {Staat.ONZEKER: 2, Staat.VERZONDEN: 2}
    refuse_wrong_counts()


def test_round_value_that_breaks_a_header_only_that_mail_fails():
    message = bulk(5, headers={"X-Vrij": token("naam")})
    broken = message.leveringen.order_by("pk")[1]
    Levering.objects.filter(pk=broken.pk).update(gegevens={"naam": "x\r\nBcc: allen@example.org"})
    finish()
    assert states() == {Staat.VERZONDEN: 4, Staat.MISLUKT: 1}
    broken.refresh_from_db()
    assert "kop" in broken.laatste_fout
    assert all(mail["Bcc"] is None for mail in sent())
    refuse_wrong_counts()


def test_round_message_that_cannot_be_sent_fails_and_others_leave():
    Bericht.objects.filter(pk=bulk(2).pk).update(afzender="kapot\r\nBcc: x@example.org")
    direct()
    finish()
    assert states() == {Staat.MISLUKT: 2, Staat.VERZONDEN: 1}


# --- Sleeping and clocks ----------------------------------------------------------------


def test_round_slept_between_stamp_and_hand_over_offers_nothing(monkeypatch, moving_clock):
    direct()
    worker = Worker(MemoryTransport())
    put_together = worker._put_together

    def slowly(group):
        moving_clock.shift(30)
        return put_together(group)

    monkeypatch.setattr(worker, "_put_together", slowly)
    worker.round()
    assert sent() == []
    monkeypatch.undo()
    worker.round()
    worker.round()
    assert len(sent()) == 1
    assert Levering.objects.get().pogingen == 1


@pytest.mark.parametrize("policy", list(Beleid))
def test_round_slept_after_handing_over_knows_better_than_the_reaper(moving_clock, policy):
    """The worker itself wakes first: what it knows is written down before leases are reaped."""
    bulk(2, policy=policy)
    worker = work()
    moving_clock.shift(minutes(10))
    worker.round()
    finish()
    assert states() == {Staat.VERZONDEN: 2}
    assert len(sent()) == 2


def test_round_slept_with_mail_in_hand_that_others_sent_offers_nothing(moving_clock):
    bulk(8)
    sleeper = work(size=4)
    moving_clock.shift(minutes(10))
    finish()
    sleeper.run(until_empty=True)
    assert len({mail["To"] for mail in sent()}) == len(sent()) == 8
    assert states() == {Staat.VERZONDEN: 8}
    refuse_wrong_counts()


@pytest.mark.parametrize("jump", [datetime.timedelta(hours=3), -datetime.timedelta(hours=3)])
def test_run_clock_jumps_nobody_doubled_or_lost(wall_clock, jump):
    bulk(12)
    one, other = Worker(MemoryTransport(size=2)), Worker(MemoryTransport(size=2))
    one.round()
    other.round()
    wall_clock.shift(jump)
    one.round()
    other.round()
    wall_clock.shift(-jump if jump.total_seconds() < 0 else minutes(2))
    for _ in range(20):
        one.round()
        other.round()
        wall_clock.shift(30)
    assert len({mail["To"] for mail in sent()}) == len(sent()) == 12
    assert states() == {Staat.VERZONDEN: 12}
    refuse_wrong_counts()


def test_lease_longer_than_a_worker_may_need():
    longest = worker_module.HAND_OVER_SECONDS + smtp.ENVELOPE_SECONDS + smtp.DATA_SECONDS
    assert longest < queue.LEASE.total_seconds()
    assert queue.LEASE.total_seconds() / 2 > worker_module.TAKE_ANEW_SECONDS


def test_round_inside_the_transaction_of_another_refused():
    """There a stamp would not be durable: it would be gone with the other's transaction."""
    direct()
    with transaction.atomic(), pytest.raises(RuntimeError):
        Worker(MemoryTransport()).round()
    assert sent() == []


# --- Order and end -----------------------------------------------------------------------


def test_round_direct_mail_overtakes_bulk_that_is_in_hand(moving_clock):
    bulk(40)
    worker = work(size=4)
    direct()
    moving_clock.shift(1.1)
    worker.round()
    assert "Proefmail van de site" in [mail["Subject"] for mail in sent()[4:8]]


def test_run_slow_worker_keeps_what_it_holds(moving_clock):
    bulk(12)
    worker = work(size=2)
    for _ in range(5):
        moving_clock.shift(40)
        queue.reap()
        worker.round()
    assert len(sent()) == 12
    assert Levering.objects.filter(staat=Staat.ONZEKER).count() == 0


def test_run_two_policies_in_one_group_each_mail_once():
    bulk(3, key="n:1", policy=Beleid.MINSTENS_EENS)
    bulk(3, key="n:2")
    finish()
    assert len(sent()) == 6
    refuse_wrong_counts()


def test_worker_without_stamps_writes_down_afterwards():
    """The control of the crash test must be a whole worker in all but the stamp."""
    bulk(10)
    worker = Worker(MemoryTransport(size=4), stamps=False)
    worker.round()
    assert states() == {Staat.GENOMEN: 10}
    worker.run(until_empty=True)
    assert states() == {Staat.VERZONDEN: 10}
    assert len(sent()) == 10
    refuse_wrong_counts()


def test_mail_same_message_id_at_every_attempt(moving_clock):
    delivery = direct()
    finish(Uitkomst(Afloop.ONZEKER, None, "weg"))
    services.send_again([delivery.pk])
    moving_clock.shift(minutes(1))
    finish()
    first, second = sent()
    assert first["Message-ID"] == second["Message-ID"] == delivery.message_id
    assert second["Date"].datetime == clock.now().replace(microsecond=0)
