"""The reads of the shared facts, each on its own."""

from datetime import date

import pytest

from core.models import Notitie, Regelkader
from tests.factories import NotitieFactory, RegelkaderFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("begin", "end", "day", "holds"),
    [
        (date(2027, 1, 1), date(2032, 12, 31), date(2026, 12, 31), False),
        (date(2027, 1, 1), date(2032, 12, 31), date(2027, 1, 1), True),
        (date(2027, 1, 1), date(2032, 12, 31), date(2032, 12, 31), True),
        (date(2027, 1, 1), date(2032, 12, 31), date(2033, 1, 1), False),
        (None, date(2026, 12, 31), date(1990, 1, 1), True),
        (date(2027, 1, 1), None, date(2090, 1, 1), True),
        (None, None, date(2026, 1, 1), True),
    ],
)
def test_rules_hold_from_their_first_to_their_last_day(begin, end, day, holds):
    regelkader = RegelkaderFactory(geldig_van=begin, geldig_tot=end)
    assert regelkader.holds_on(day) is holds
    assert (regelkader in Regelkader.objects.holding_on(day)) is holds


@pytest.mark.parametrize(
    ("begin", "end", "live", "current"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), True, True),
        (date(2026, 11, 25), None, True, False),
        (date(2026, 1, 1), date(2026, 11, 23), True, False),
        (date(2026, 1, 1), None, True, True),
        (date(2026, 1, 1), None, False, False),
    ],
)
def test_current_notices(begin, end, live, current, at_launch):
    notitie = NotitieFactory(begin=begin, einde=end, live=live)
    assert (notitie in Notitie.objects.current()) is current
