"""What the tests of the mail room share: a moved clock, and tests for PostgreSQL alone."""

import datetime
import time
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings

from post.models import Bericht, Doorgang, Gebeurtenis, Levering, Onderdrukking, Tussenstand
from post.transports.memory import MemoryTransport

START = datetime.datetime(2026, 11, 24, 10, 0, tzinfo=datetime.UTC)

IS_POSTGRES = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
# Several processes on one database, and a database that is restarted: `make check` runs the whole
# suite on both, so that these are always run, and nothing is reported as skipped.
collect_ignore_glob = [] if IS_POSTGRES else ["postgres/*"]


@pytest.fixture(autouse=True)
def empty_outbox():
    """Begin without mail of an earlier test."""
    MemoryTransport.outbox.clear()


@pytest.fixture
def wall_clock():
    """Stop the clock on the wall at START; `shift` moves it, as somebody who sets it does."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def moving_clock(wall_clock, monkeypatch):
    """Stop all clocks of a worker at START; `shift` lets time go by."""
    monkeypatch.setattr(
        "post.engine.worker.time", SimpleNamespace(monotonic=time.time, sleep=time.sleep)
    )
    return wall_clock


def empty_mail_room() -> None:
    """Remove every row of the mail room."""
    for model in (Gebeurtenis, Tussenstand, Levering, Bericht, Onderdrukking, Doorgang):
        model.objects.all().delete()


@pytest.fixture
def wait_until():
    """Return a function that waits until something is so, and fails when it never is."""

    def wait(condition, seconds: float = 60.0):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "het gebeurde niet"
            time.sleep(0.01)

    return wait
