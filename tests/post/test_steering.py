"""Pause, resume, cancel and skip take hold before the next group."""

import pytest

from post import services
from post.engine.worker import Worker
from post.models import Bericht, Levering
from post.states import BerichtStaat, Staat
from post.transports.memory import MemoryTransport
from tests.post.mails import bulk, direct, finish, refuse_wrong_counts, sent, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def half_way():
    """A message of twelve, of which a worker has offered four and holds the others."""
    message = bulk(12)
    worker = Worker(MemoryTransport(size=4))
    worker.round()
    return message, worker


def test_pause_half_way_nothing_more_leaves_and_nothing_is_held(half_way):
    message, worker = half_way
    assert services.pause(message, "Fout in de titel")
    assert worker.round() == 0
    assert len(sent()) == 4
    assert states() == {Staat.VERZONDEN: 4, Staat.WACHT: 8}
    message.refresh_from_db()
    assert message.pauze_reden == "Fout in de titel"


def test_resume_the_rest_leaves_once(half_way):
    message, worker = half_way
    services.pause(message, "even")
    worker.round()
    assert services.resume(message)
    finish()
    assert len({mail["To"] for mail in sent()}) == len(sent()) == 12
    refuse_wrong_counts()


def test_pause_other_mail_goes_on_at_once(half_way):
    message, worker = half_way
    services.pause(message, "even")
    direct()
    worker.round()
    worker.round()
    assert sent()[-1]["Subject"] == "Proefmail van de site"


def test_cancel_half_way_the_rest_never_leaves(half_way):
    message, worker = half_way
    assert services.cancel(message)
    worker.run(until_empty=True)
    services.clear_cancelled()
    assert states() == {Staat.VERZONDEN: 4, Staat.GEANNULEERD: 8}
    refuse_wrong_counts()
    assert not services.resume(message)
    finish()
    assert len(sent()) == 4


def test_cancel_held_by_a_dead_worker_cleared_after_its_lease(moving_clock, half_way):
    message, _ = half_way
    services.cancel(message)
    services.clear_cancelled()
    assert Levering.objects.filter(staat=Staat.GENOMEN).count() == 8
    from post import upkeep

    moving_clock.shift(3600)
    upkeep.reap()
    upkeep.clear_cancelled()
    assert Levering.objects.filter(staat=Staat.GEANNULEERD).count() == 8
    refuse_wrong_counts()


@pytest.mark.parametrize("state", [BerichtStaat.GEPAUZEERD, BerichtStaat.GEANNULEERD])
def test_pause_what_is_not_going_says_no(state):
    message = bulk(1)
    Bericht.objects.update(staat=state)
    assert not services.pause(message, "x")


def test_resume_and_cancel_what_is_not_so_says_no():
    message = bulk(1)
    assert not services.resume(message)
    assert services.cancel(message)
    assert not services.cancel(message)


def test_skip_held_by_a_worker_does_not_leave(half_way):
    message, worker = half_way
    taken = message.leveringen.filter(staat=Staat.GENOMEN).first()
    assert services.skip(message, taken.adres.upper(), "Schreef zich uit")
    worker.run(until_empty=True)
    assert states() == {Staat.VERZONDEN: 11, Staat.OVERGESLAGEN: 1}
    assert taken.adres not in [mail["To"] for mail in sent()]
    refuse_wrong_counts()


def test_skip_what_left_says_no(half_way):
    message, _ = half_way
    gone = sent()[0]["To"]
    assert not services.skip(message, gone, "te laat")
    refuse_wrong_counts()


def test_stop_half_way_gives_back_what_was_not_offered(half_way):
    _, worker = half_way
    worker.stop()
    worker.run()
    assert states() == {Staat.VERZONDEN: 4, Staat.WACHT: 8}
    assert not Levering.objects.exclude(werker="").filter(staat=Staat.WACHT).exists()
