"""A reminder says what is so: a week is a week, tomorrow is tomorrow, and a date is said once."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from tests.factories import SessieFactory
from tests.vorming.beheer import at, form_of
from tests.vorming.conftest import enrol, last_mail, mails, one, states
from vorming.models import Sessiedag
from vorming.services import deelnemer

pytestmark = pytest.mark.django_db
BRUSSEL = ZoneInfo("Europe/Brussels")


@pytest.fixture
def december(klok):
    """Return a function that moves the clock to a moment in December, in Brussels."""

    def move(day, hour, minute=0):
        klok.move_to(datetime.datetime(2026, 12, day, hour, minute, tzinfo=BRUSSEL))

    return move


@pytest.fixture
def redactie(client, vormingsteam):
    """Return a function with which an editor changes a session on its screen, today."""

    def change(sessie, **values):
        # The clock moves further than somebody stays signed in.
        client.force_login(vormingsteam)
        address = at(sessie, "wijzigen")
        assert client.post(address, form_of(client, address, **values)).status_code == 302

    return change


def reminders():
    """Let the clock do its work, twice; return how many reminders left of a week and of a day."""
    call_command("tick")
    call_command("tick")
    return len(mails("herinnering-week")), len(mails("herinnering-dag"))


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        ((17, 8, 59), (0, 0)),
        ((17, 9), (1, 0)),
        # A tick that is hours late, or a night.
        ((17, 23, 59), (1, 0)),
        ((18, 22), (1, 0)),
        ((19, 0, 5), (0, 0)),
        ((23, 8, 59), (0, 0)),
        ((23, 9), (0, 1)),
        ((23, 23, 59), (0, 1)),
        ((24, 0, 1), (0, 0)),
        ((24, 9), (0, 0)),
    ],
)
def test_a_first_tick_at_any_moment_says_nothing_that_is_not_so(sessie, december, moment, left):
    """The day is Thursday 24 December, at half past nine."""
    enrol(sessie)
    december(*moment)
    assert reminders() == left


@pytest.mark.parametrize(
    ("over", "moment", "left"),
    [
        # Sunday 27 December: from Monday on that is no longer next week.
        (33, (20, 9), 1),
        (33, (20, 23, 59), 1),
        (33, (21, 0, 5), 0),
        # Monday 28 December, seen a week before and on Tuesday.
        (34, (21, 9), 1),
        (34, (22, 9), 1),
        # Sunday 3 January, in the last week of the old year.
        (40, (27, 9), 1),
        (40, (28, 9), 0),
    ],
)
def test_next_week_is_never_this_week(klok, december, over, moment, left):
    enrol(SessieFactory(over=over))
    december(*moment)
    assert reminders() == (left, 0)


def test_another_hour_in_the_last_week_brings_no_second_week(sessie, december, redactie):
    enrol(sessie)
    december(17, 9)
    assert reminders() == (1, 0)
    december(21, 14)
    redactie(sessie, **{"dagen-0-van": "10:00"})
    assert mails("gewijzigd") == ["sara1@example.org"]
    assert reminders() == (1, 0)
    december(23, 9)
    assert reminders() == (1, 1)
    assert "10.00" in last_mail("herinnering-dag").tekst


@pytest.mark.parametrize(("day", "left"), [(17, (1, 0)), (23, (1, 1))])
def test_another_hour_after_a_reminder_of_this_morning_brings_no_second_one(
    sessie, december, redactie, day, left
):
    """The words would be true, but she has just read of the new hour."""
    enrol(sessie)
    december(17, 9)
    reminders()
    december(day, 9)
    assert reminders() == left
    december(day, 15)
    redactie(sessie, **{"dagen-0-van": "10:00"})
    assert reminders() == left


def test_another_hour_on_the_day_itself_brings_no_tomorrow(sessie, december, redactie):
    enrol(sessie)
    december(23, 9)
    assert reminders() == (0, 1)
    december(24, 7, 30)
    redactie(sessie, **{"dagen-0-van": "10:30"})
    assert reminders() == (0, 1)


@pytest.mark.parametrize(
    ("date", "tomorrow"), [("2026-12-23", (22, 9)), ("2026-12-26", (25, 9)), ("2026-12-22", None)]
)
def test_another_date_in_the_last_week_brings_only_what_is_true(
    sessie, december, redactie, date, tomorrow
):
    enrol(sessie)
    december(17, 9)
    reminders()
    december(21, 14)
    redactie(sessie, **{"dagen-0-datum": date})
    if tomorrow is None:
        # Tomorrow it is, and she had not heard so.
        assert reminders() == (1, 1)
        return
    assert reminders() == (1, 0)
    december(*tomorrow)
    assert reminders() == (1, 1)


def test_a_day_two_weeks_later_brings_both_again(sessie, klok, december, redactie):
    enrol(sessie)
    december(17, 9)
    reminders()
    december(23, 9)
    assert reminders() == (1, 1)
    redactie(sessie, **{"dagen-0-datum": "2027-01-07"})
    assert reminders() == (1, 1)
    december(31, 9)
    assert reminders() == (2, 1)
    klok.move_to(datetime.datetime(2027, 1, 6, 9, tzinfo=BRUSSEL))
    assert reminders() == (2, 2)


@pytest.mark.parametrize(("second", "left"), [(26, (1, 0)), (28, (2, 0))])
def test_the_day_that_becomes_the_first_is_next_week_or_nothing(
    sessie, december, redactie, second, left
):
    begin = datetime.datetime(2026, 12, second, 9, 30, tzinfo=BRUSSEL)
    end = begin + datetime.timedelta(hours=6)
    Sessiedag.objects.create(sessie=sessie, begin=begin, einde=end)
    enrol(sessie)
    december(17, 9)
    assert reminders() == (1, 0)
    december(22, 8)
    redactie(sessie, **{"dagen-0-DELETE": "on"})
    assert reminders() == left
    december(second - 1, 9)
    assert reminders() == (left[0], 1)


def test_who_has_a_place_since_the_week_reminder_gets_the_one_of_the_day(
    sessie, december, redactie
):
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    december(17, 9)
    reminders()
    december(20, 12)
    deelnemer.cancel(one(sessie, 1).pk)
    assert states(sessie)[3] == "bevestigd"
    december(21, 14)
    redactie(sessie, **{"dagen-0-van": "10:00"})
    december(23, 9)
    assert reminders() == (2, 2)
    assert mails("herinnering-dag") == ["sara2@example.org", "sara3@example.org"]
