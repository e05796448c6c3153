"""The same key from two sides at the same moment."""

import datetime
import threading
import time

import pytest
from django.db import connection, transaction

from core import clock
from post import services
from post.engine import limits
from post.engine import queue as engine_queue
from post.models import Bericht, Doorgang, Levering
from tests.post.mails import bulk


def at_once(*functions):
    """Run functions in threads of their own, each with its own connection; return their faults."""
    faults = []

    def run(function):
        try:
            function()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return faults


def queue(to):
    return services.queue(
        key="bevestiging:1", template="proefmail", to=to, context={"door": "de toetsen"}
    )


def test_queue_same_key_from_threads_at_once_one_mail(transactional_db):
    barrier = threading.Barrier(4)

    def one(number):
        def function():
            barrier.wait(30)
            queue(f"lies{number}@example.org")

        return function

    assert at_once(*[one(number) for number in range(4)]) == []
    assert Bericht.objects.count() == Levering.objects.count() == 1


@pytest.mark.parametrize("first_fails", [True, False])
def test_queue_same_key_while_the_first_is_not_committed_waits_for_it(
    transactional_db, first_fails
):
    queued, second_begins = threading.Event(), threading.Event()

    def first():
        with transaction.atomic():
            queue("eerste@example.org")
            queued.set()
            second_begins.wait(30)
            if first_fails:
                raise ZeroDivisionError

    def second():
        queued.wait(30)
        second_begins.set()
        queue("tweede@example.org")

    faults = at_once(first, second)
    assert [type(fault) for fault in faults] == ([ZeroDivisionError] if first_fails else [])
    expected = "tweede@example.org" if first_fails else "eerste@example.org"
    assert Levering.objects.get().adres == expected


def test_queue_bulk_from_two_sides_at_once_everybody_once(transactional_db):
    message = bulk(addresses=["lezer0000@example.org"], start=False)
    readers = [services.Ontvanger(f"lezer{number:04}@example.org") for number in range(3000)]
    barrier = threading.Barrier(2)

    def prepare(order):
        barrier.wait(30)
        services.queue_bulk(message, order)

    faults = at_once(lambda: prepare(readers), lambda: prepare(readers[::-1]))
    # One may find that the other is not ready; nobody is doubled, and once more settles it.
    assert all(isinstance(fault, services.NotAllPrepared) for fault in faults)
    assert services.queue_bulk(message, readers) == 3000


def test_claim_while_another_is_claiming_takes_others_without_waiting(transactional_db):
    bulk(6)
    claimed, may_commit = threading.Event(), threading.Event()
    taken = {}

    def first():
        with transaction.atomic():
            taken["een"] = engine_queue.claim("een", 3)
            claimed.set()
            may_commit.wait(30)

    def second():
        claimed.wait(30)
        with transaction.atomic(), connection.cursor() as cursor:
            # Whoever waits for a lock fails, instead of making the test slow.
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            taken["twee"] = engine_queue.claim("twee", 6)
        may_commit.set()

    assert at_once(first, second) == []
    assert len(taken["een"]) == len(taken["twee"]) == 3
    assert not {one.pk for one in taken["een"]} & {one.pk for one in taken["twee"]}


def test_rate_taken_by_two_at_once_shared(transactional_db, settings):
    settings.POST_MAILS_PER_MINUTE = 60
    with transaction.atomic():
        limits.take(limits.ALL_MAIL, 1)
    # Two mails saved up.
    Doorgang.objects.update(tegoed=2, bijgewerkt_op=clock.now() + datetime.timedelta(minutes=5))
    taken, begun = {}, threading.Event()

    def first():
        with transaction.atomic():
            taken["een"] = limits.take(limits.ALL_MAIL, 2)
            begun.set()
            # Time for the other to read what is not committed yet.
            time.sleep(0.5)

    def second():
        begun.wait(30)
        with transaction.atomic():
            taken["twee"] = limits.take(limits.ALL_MAIL, 2)

    assert at_once(first, second) == []
    assert taken == {"een": 2, "twee": 0}
