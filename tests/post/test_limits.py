"""How fast mail may leave, and the door that closes when nobody takes mail."""

import datetime

import pytest

from post import services
from post.engine import limits
from post.engine import worker as worker_module
from post.engine.outcome import Afloop, Uitkomst
from post.engine.worker import Worker
from post.models import Doorgang
from post.states import Staat
from post.transports.memory import MemoryTransport
from tests.post.mails import bulk, direct, finish, minutes, refuse_wrong_counts, sent, states

pytestmark = pytest.mark.django_db

LATER = Uitkomst(Afloop.TIJDELIJK, 451, "451 te druk")
AWAY = Uitkomst(Afloop.NIET_AANGEBODEN, None, "Geen verbinding")
LOST = Uitkomst(Afloop.ONZEKER, None, "weg")
REFUSED = Uitkomst(Afloop.GEWEIGERD, 550, "550 onbekend")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(worker_module, "IDLE_SECONDS", 0.0)


def minutes_of_work(clock, worker, number, *, step=0.5):
    """Let a worker do a round every `step` seconds; return how many mails left each minute."""
    figures = []
    for _ in range(number):
        before = len(sent())
        for _ in range(int(60 / step)):
            worker.round()
            clock.shift(step)
        figures.append(len(sent()) - before)
    return figures


# --- Mails a minute -----------------------------------------------------------------


def test_rate_of_all_mail_held_minute_after_minute(moving_clock, settings):
    settings.POST_MAILS_PER_MINUTE = 30
    bulk(100)
    assert minutes_of_work(moving_clock, Worker(MemoryTransport()), 2) == [30, 30]
    refuse_wrong_counts()


def test_rate_shared_by_all_workers(moving_clock, settings):
    settings.POST_MAILS_PER_MINUTE = 30
    bulk(100)
    workers = [Worker(MemoryTransport(size=2)) for _ in range(3)]
    for _ in range(60):
        for worker in workers:
            worker.round()
        moving_clock.shift(1)
    assert len(sent()) <= 31


def test_rate_after_an_hour_of_rest_no_burst(moving_clock, settings):
    settings.POST_MAILS_PER_MINUTE = 60
    bulk(50, key="n:1")
    minutes_of_work(moving_clock, Worker(MemoryTransport()), 1)
    moving_clock.shift(datetime.timedelta(hours=1))
    bulk(100, key="n:2")
    before = len(sent())
    for _ in range(10):
        Worker(MemoryTransport(size=50)).round()
    assert len(sent()) - before == 2


def test_rate_none_means_no_limit(settings):
    settings.POST_MAILS_PER_MINUTE = 0
    assert limits.take(limits.ALL_MAIL, 1000) == 1000
    assert not Doorgang.objects.exists()


def test_rate_clock_set_back_gives_and_takes_nothing(moving_clock, settings):
    settings.POST_MAILS_PER_MINUTE = 60
    assert limits.take(limits.ALL_MAIL, 5) == 1
    moving_clock.shift(-datetime.timedelta(hours=1))
    assert limits.take(limits.ALL_MAIL, 5) == 0
    moving_clock.shift(1)
    assert limits.take(limits.ALL_MAIL, 5) == 1


def test_rate_run_until_empty_waits_for_its_turn(moving_clock, settings, monkeypatch):
    settings.POST_MAILS_PER_MINUTE = 60
    bulk(5)
    monkeypatch.setattr(worker_module.time, "sleep", lambda seconds: moving_clock.shift(1))
    finish()
    assert states() == {Staat.VERZONDEN: 5}


# --- Mails a minute to one domain ------------------------------------------------------


def test_domain_rate_held_and_others_pass(moving_clock, settings):
    settings.POST_DOMAIN_PER_MINUTE = {"traag.example": 6}
    slow = [f"lezer{n}@traag.example" for n in range(20)]
    bulk(addresses=slow + [f"lezer{n}@vlot.example" for n in range(20)])
    minutes_of_work(moving_clock, Worker(MemoryTransport()), 1)
    to = [mail["To"].rpartition("@")[2] for mail in sent()]
    assert to.count("vlot.example") == 20
    assert to.count("traag.example") == 6
    refuse_wrong_counts()


def test_domain_rate_all_leave_in_the_end_once(moving_clock, settings):
    settings.POST_DOMAIN_PER_MINUTE = {"traag.example": 6}
    bulk(addresses=[f"lezer{n}@traag.example" for n in range(12)])
    minutes_of_work(moving_clock, Worker(MemoryTransport()), 3, step=2)
    assert len({mail["To"] for mail in sent()}) == len(sent()) == 12


# --- The door --------------------------------------------------------------------------


def rounds(*answers):
    """One mail a round, each with an answer."""
    worker = Worker(MemoryTransport(answers, size=1))
    for _ in answers:
        worker.round()
    return worker


@pytest.mark.parametrize("fault", [LATER, AWAY, LOST])
def test_door_five_rounds_without_acceptance_closes_and_says_why(moving_clock, fault):
    bulk(10)
    worker = rounds(*[fault] * 4)
    assert limits.closed_until() is None
    worker.transport._answers = [fault]
    worker.round()
    assert limits.closed_until() == limits.clock.now() + minutes(1)
    assert Doorgang.objects.get(naam="").reden == fault.tekst
    assert worker.round() == 0
    before = len(sent())
    Worker(MemoryTransport()).round()
    assert len(sent()) == before


def test_door_relay_that_loses_every_mail_does_not_get_the_whole_list(moving_clock):
    bulk(100)
    worker = Worker(MemoryTransport([LOST] * 100, size=4))
    for _ in range(50):
        worker.round()
    assert states()[Staat.ONZEKER] <= 24


def test_door_refused_recipients_do_not_close_it(moving_clock):
    bulk(10)
    rounds(*[REFUSED] * 8)
    assert limits.closed_until() is None


def test_door_one_acceptance_forgets_the_faults(moving_clock):
    bulk(20)
    rounds(LATER, LATER, LATER, LATER, Uitkomst(Afloop.AANVAARD, 250), LATER, LATER)
    assert limits.closed_until() is None
    assert Doorgang.objects.get(naam="").fouten == 2


def test_door_opens_by_itself_and_all_leaves(moving_clock):
    bulk(8)
    worker = rounds(*[AWAY] * 5)
    assert worker.round() == 0
    worker.run(until_empty=True, seconds=0)
    moving_clock.shift(61)
    finish()
    assert states() == {Staat.VERZONDEN: 8}
    assert Doorgang.objects.get(naam="").dicht_tot is None


def test_door_that_keeps_failing_stays_closed_longer(moving_clock):
    waits = []
    for _ in range(16):
        limits.note_fault("weg")
        waits.append(limits.closed_until() and limits.closed_until() - limits.clock.now())
    assert waits == [None] * 4 + [minutes(1)] * 5 + [minutes(5)] * 5 + [minutes(15)] * 2


def test_door_opened_by_a_person_mail_leaves_at_once(moving_clock):
    direct()
    for _ in range(5):
        limits.note_fault("weg")
    finish()
    assert sent() == []
    limits.open_door()
    finish()
    assert len(sent()) == 1


def test_door_closed_clock_set_back_not_closed_for_ever(moving_clock):
    for _ in range(20):
        limits.note_fault("weg")
    moving_clock.shift(-datetime.timedelta(days=1))
    assert limits.closed_until() is None


def test_door_closed_pause_and_cancel_still_hold(moving_clock):
    message = bulk(3)
    for _ in range(5):
        limits.note_fault("weg")
    services.cancel(message)
    moving_clock.shift(61)
    finish()
    assert sent() == []
