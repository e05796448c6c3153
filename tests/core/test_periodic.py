"""The work of every minute."""

import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError

from core import periodic
from tests.factories import ContentPageFactory, NotitieFactory
from tests.markup import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def jobs(monkeypatch):
    """Start with no jobs at all."""
    found = {}
    monkeypatch.setattr(periodic, "_jobs", found)
    return found


def test_tick_does_every_job(jobs):
    done = []
    periodic.register("een", lambda: done.append("een"))
    periodic.register("twee", lambda: done.append("twee"))
    call_command("tick")
    assert done == ["een", "twee"]


def test_a_job_registered_twice_is_done_once(jobs):
    done = []
    for _ in range(2):
        periodic.register("een", lambda: done.append("een"))
    call_command("tick")
    assert done == ["een"]


def test_a_job_that_fails_is_named_and_does_not_stop_the_others(jobs, caplog):
    done = []

    def broken():
        raise ValueError("stuk")

    periodic.register("kapotte taak", broken)
    periodic.register("goede taak", lambda: done.append("goed"))
    with pytest.raises(CommandError, match="kapotte taak"):
        call_command("tick")
    assert done == ["goed"]
    assert "stuk" in caplog.text


def moment(hour, minute=0):
    return datetime.datetime(2026, 11, 24, hour, minute, tzinfo=datetime.UTC)


def test_a_scheduled_page_goes_live_and_expires():
    with time_machine.travel(moment(10), tick=False) as clock:
        page = ContentPageFactory(live=False, title="Nu nog niet")
        page.go_live_at = moment(11)
        page.expire_at = moment(12)
        page.save_revision(approved_go_live_at=page.go_live_at)
        page.save_revision().publish()
        address = f"/{page.slug}/"
        seen = []
        for time in (moment(10, 59), moment(11, 1), moment(11, 59), moment(12, 1)):
            clock.move_to(time)
            call_command("tick")
            seen.append(ask(address).response.status_code)
        assert seen == [404, 200, 200, 404]


def test_tick_twice_does_nothing_twice():
    page = ContentPageFactory()
    revisions = page.revisions.count()
    call_command("tick")
    call_command("tick")
    page.refresh_from_db()
    assert page.live
    assert page.revisions.count() == revisions


def test_a_notice_needs_no_tick_to_appear(on_day):
    NotitieFactory(titel="Vanaf morgen", begin=datetime.date(2026, 12, 2))
    on_day(datetime.date(2026, 12, 1))
    assert "Vanaf morgen" not in ask("/").visible_text()
    on_day(datetime.date(2026, 12, 2))
    assert "Vanaf morgen" in ask("/").visible_text()
