"""A planned issue leaves on its minute, or asks."""

import datetime

import pytest

from core import clock, periodic
from nieuwsbrief.services import verzenden, voorbereiden
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.staten import VerzendStaat
from post.models import Bericht
from post.states import BerichtStaat
from tests.nieuwsbrief.verzend import verstuurd, ververs, werk, zet_klaar

pytestmark = pytest.mark.django_db


def om(uur, minuut=0):
    return clock.now().replace(hour=uur, minute=minuut)


def test_a_plan_leaves_on_its_minute_and_once(goed, bert, klok):
    verzenden.plan(verzending=goed, moment=om(14), door=bert)
    periodic.run_all()
    assert ververs(goed).staat == VerzendStaat.GEPLAND
    klok.move_to(om(14, 1))
    assert periodic.run_all() == []
    assert periodic.run_all() == []
    werk()
    assert ververs(goed).staat == VerzendStaat.KLAAR
    assert len(verstuurd()) == 3


@pytest.mark.parametrize("later", [{"minutes": 31}, {"hours": 9}, {"days": 40}])
def test_a_plan_found_too_late_asks(goed, bert, klok, later):
    """A night of standstill, a clock that leaps, a copy of last month that is put back."""
    verzenden.plan(verzending=goed, moment=om(14), door=bert)
    klok.move_to(om(14) + datetime.timedelta(**later))
    periodic.run_all()
    werk()
    assert (ververs(goed).staat, verstuurd()) == (VerzendStaat.GOEDGEKEURD, [])
    assert goed.gemist_op == om(14).replace(year=2026, month=11, day=24)
    verzenden.start(verzending=goed, door=bert)
    voorbereiden.bereid_alles_voor()
    werk()
    assert len(verstuurd()) == 3


def test_a_clock_that_goes_back_does_not_send_again(goed, bert, klok):
    verzenden.plan(verzending=goed, moment=om(14), door=bert)
    klok.move_to(om(14, 1))
    periodic.run_all()
    werk()
    klok.move_to(om(13, 59))
    periodic.run_all()
    klok.move_to(om(14, 1))
    periodic.run_all()
    werk()
    assert len(verstuurd()) == 3


def test_a_copy_of_a_run_that_is_put_back_asks_before_it_sends(goed, bert, klok):
    zet_klaar(goed, bert)
    klok.shift(datetime.timedelta(hours=5))
    # The worker is there before the first minute of ours.
    werk()
    assert verstuurd() == []
    assert ververs(goed).staat == VerzendStaat.GEPAUZEERD
    assert Bericht.objects.get(pk=goed.bericht_id).staat == BerichtStaat.GEPAUZEERD
    assert "kopie" in goed.fout
    verzenden.hervat(verzending=goed, door=bert)
    werk()
    assert len(verstuurd()) == 3


def test_a_plan_can_be_moved_and_taken_back(goed, bert, klok):
    with pytest.raises(NietMogelijk, match="voorbij"):
        verzenden.plan(verzending=goed, moment=om(9), door=bert)
    verzenden.plan(verzending=goed, moment=om(14), door=bert)
    verzenden.plan(verzending=goed, moment=om(16), door=bert)
    klok.move_to(om(14, 1))
    periodic.run_all()
    assert ververs(goed).staat == VerzendStaat.GEPLAND
    verzenden.ontplan(verzending=goed, door=bert)
    klok.move_to(om(16, 1))
    periodic.run_all()
    assert ververs(goed).staat == VerzendStaat.GOEDGEKEURD
