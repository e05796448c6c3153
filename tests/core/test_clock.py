import datetime

import time_machine

from core import clock


def test_today_just_after_midnight_in_brussels_is_the_new_day():
    # 22:30 UTC on 30 June is 00:30 on 1 July in Brussels.
    with time_machine.travel(
        datetime.datetime(2026, 6, 30, 22, 30, tzinfo=datetime.UTC), tick=False
    ):
        assert clock.today() == datetime.date(2026, 7, 1)


def test_today_in_winter_is_one_hour_ahead_of_utc():
    with time_machine.travel(
        datetime.datetime(2026, 12, 31, 22, 30, tzinfo=datetime.UTC), tick=False
    ):
        assert clock.today() == datetime.date(2026, 12, 31)
    with time_machine.travel(
        datetime.datetime(2026, 12, 31, 23, 30, tzinfo=datetime.UTC), tick=False
    ):
        assert clock.today() == datetime.date(2027, 1, 1)


def test_as_of_shows_another_day_and_then_the_real_one_again():
    with time_machine.travel(datetime.datetime(2026, 11, 24, 10, tzinfo=datetime.UTC), tick=False):
        with clock.as_of(datetime.date(2027, 1, 1)):
            assert clock.today() == datetime.date(2027, 1, 1)
            assert clock.now().utcoffset() == datetime.timedelta(hours=1)
        assert clock.today() == datetime.date(2026, 11, 24)


def test_as_of_none_leaves_the_clock_alone():
    moment = datetime.datetime(2026, 11, 24, 10, tzinfo=datetime.UTC)
    with time_machine.travel(moment, tick=False), clock.as_of(None):
        assert clock.today() == datetime.date(2026, 11, 24)


def test_as_of_ends_when_the_block_fails():
    with time_machine.travel(datetime.datetime(2026, 11, 24, 10, tzinfo=datetime.UTC), tick=False):
        try:
            with clock.as_of(datetime.date(2027, 1, 1)):
                raise ValueError
        except ValueError:
            pass
        assert clock.today() == datetime.date(2026, 11, 24)
