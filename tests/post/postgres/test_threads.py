"""The same key from two sides at the same moment."""

import threading

import pytest
from django.db import connection, transaction

from post import services
from post.models import Bericht, Levering
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
    message = bulk(addresses=["lezer0@example.org"], start=False)
    readers = [services.Ontvanger(f"lezer{number}@example.org") for number in range(500)]
    faults = at_once(
        lambda: services.queue_bulk(message, readers),
        lambda: services.queue_bulk(message, reversed(readers)),
    )
    # One may find that the other is not ready; nobody is doubled, and once more settles it.
    assert all(isinstance(fault, services.NotAllPrepared) for fault in faults)
    assert services.queue_bulk(message, readers) == 500
