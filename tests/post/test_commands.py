"""The commands, the task and the work of every minute."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django_tasks_db.models import DBTaskResult

from core import periodic
from post import services, upkeep
from post.engine import queue
from post.models import Bericht, Levering
from post.services import steering
from post.states import Staat
from post.tasks import pump
from tests.post.mails import bulk, direct, minutes, refuse_wrong_counts, sent, states

pytestmark = pytest.mark.django_db


def run(*arguments, **options) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture(autouse=True)
def signals_left_alone(monkeypatch):
    """post_worker listens to signals; that may not outlive a test."""
    monkeypatch.setattr("signal.signal", lambda *args: None)


def test_post_test_queues_one_mail_and_worker_sends_it():
    assert "Klaargezet: proefmail:" in run("post_test", "lies@example.org")
    assert "1 mails aangeboden" in run("post_worker", until_empty=True)
    (mail,) = sent()
    assert mail["To"] == "lies@example.org"
    assert mail["Subject"] == "Proefmail van de site"


def test_post_test_twice_is_two_mails():
    for _ in range(2):
        run("post_test", "lies@example.org")
    assert Levering.objects.count() == 2


def test_post_test_invalid_address_says_so_in_dutch():
    with pytest.raises(CommandError, match="geen naam of geen domein"):
        run("post_test", "lies")
    assert not Bericht.objects.exists()


def test_post_worker_stops_after_its_seconds():
    assert "0 mails aangeboden" in run("post_worker", seconds=0.01)


def test_post_worker_nothing_waiting_ends():
    assert "0 mails aangeboden" in run("post_worker", until_empty=True)


def test_pump_sends_what_waits_and_may_be_repeated():
    bulk(5)
    assert pump.call() == 5
    assert pump.call() == 0
    assert len(sent()) == 5
    refuse_wrong_counts()


@pytest.fixture
def database_tasks(settings, monkeypatch):
    """The database as queue of tasks; its worker leaves the connection of the test open."""
    monkeypatch.setattr(
        "django_tasks_db.management.commands.db_worker.close_old_connections", lambda: None
    )
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def test_tick_wakes_a_task_that_sends_what_waits(database_tasks):
    bulk(3)
    for _ in range(2):
        run("tick")
    assert states() == {Staat.WACHT: 3}
    run("db_worker", batch=True, reload=False)
    assert states() == {Staat.VERZONDEN: 3}
    assert len(sent()) == 3
    assert not DBTaskResult.objects.failed().exists()


def test_tick_nothing_waits_no_task(database_tasks):
    services.pause(bulk(1), "even wachten")
    run("tick")
    assert not DBTaskResult.objects.exists()


def test_tick_without_task_workers_leaves_it_to_the_worker():
    bulk(1)
    run("tick")
    assert states() == {Staat.WACHT: 1}


def test_tick_forgets_tasks_that_ended_long_ago(database_tasks, moving_clock):
    bulk(1)
    run("tick")
    run("db_worker", batch=True, reload=False)
    moving_clock.shift(minutes(15 * 24 * 60))
    run("tick")
    assert not DBTaskResult.objects.exists()


def test_tick_reaps_clears_and_empties(moving_clock):
    direct(key="oud", to="oud@example.org")
    pump.call()
    moving_clock.shift(minutes(91 * 24 * 60))
    bulk(2, key="n:1")
    queue.stamp("dood", queue.claim("dood", 2))
    cancelled = bulk(3, key="n:2")
    services.cancel(cancelled)
    moving_clock.shift(minutes(2))
    for _ in range(2):
        run("tick")
    assert states() == {Staat.VERZONDEN: 1, Staat.ONZEKER: 2, Staat.GEANNULEERD: 3}
    assert Bericht.objects.get(sleutel="oud").geleegd_op
    assert not Levering.objects.filter(adres="oud@example.org").exists()
    refuse_wrong_counts()


def test_tick_one_job_fails_the_others_run(moving_clock, monkeypatch):
    monkeypatch.setattr(queue, "reap", lambda: 1 / 0)
    message = bulk(1)
    services.cancel(message)
    with pytest.raises(CommandError, match="post: opruimen"):
        run("tick")
    assert states() == {Staat.GEANNULEERD: 1}


def test_tick_knows_all_jobs_of_the_mail_room():
    assert {name for name in periodic._jobs if name.startswith("post: ")} >= {
        "post: opruimen",
        "post: geannuleerd",
        "post: bewaartermijn",
    }


def test_upkeep_more_than_one_chunk_all_done_in_one_minute(monkeypatch, moving_clock):
    monkeypatch.setattr(steering, "CHUNK", 3)
    monkeypatch.setattr(queue, "REAP_CHUNK", 3)
    services.cancel(bulk(10, key="n:1"))
    bulk(10, key="n:2")
    queue.claim("dood", 20)
    upkeep.clear_cancelled()
    moving_clock.shift(minutes(2))
    upkeep.reap()
    assert states() == {Staat.GEANNULEERD: 10, Staat.WACHT: 10}
