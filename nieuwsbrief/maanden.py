"""The two months that an issue is about."""

import datetime

from django.utils.formats import date_format

PER_BRIEF = 2


def eerste_dag(dag: datetime.date) -> datetime.date:
    """Return the first day of the month of `dag`."""
    return dag.replace(day=1)


def plus(maand: datetime.date, aantal: int) -> datetime.date:
    """Return the first day of the month that is `aantal` months later, or earlier."""
    number = maand.year * 12 + maand.month - 1 + aantal
    return datetime.date(number // 12, number % 12 + 1, 1)


def in_woorden(eerste: datetime.date) -> str:
    """Return the two months in the active language: november – december 2026."""
    tweede = plus(eerste, PER_BRIEF - 1)
    if tweede.year != eerste.year:
        return f"{date_format(eerste, 'F Y')} – {date_format(tweede, 'F Y')}"
    return f"{date_format(eerste, 'F')} – {date_format(tweede, 'F Y')}"
