"""What another app says about a mail to many, just before it leaves."""

import pytest

from post.engine import guards, queue
from post.engine.guards import Oordeel
from post.models import Bericht, Levering
from post.states import BerichtStaat
from tests.post.mails import bulk, direct, finish, refuse_wrong_counts, sent, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def guard(monkeypatch):
    """Return a function that sets the guard of the messages of these tests."""

    def put(answer):
        monkeypatch.setitem(guards._guards, "nieuwsbrief", answer)

    return put


def test_who_may_not_get_it_is_skipped_with_the_reason(guard):
    message = bulk(3)
    first = message.leveringen.earliest("pk")
    guard(lambda key, taken: Oordeel(overslaan={first.pk: "Ging weg."}))
    finish()
    assert states() == {"overgeslagen": 1, "verzonden": 2}
    first.refresh_from_db()
    assert (first.laatste_fout, first.werker) == ("Ging weg.", "")
    refuse_wrong_counts()


def test_other_values_go_into_the_mail_and_stay(guard):
    message = bulk(1)
    guard(lambda key, taken: Oordeel(gegevens={taken[0].pk: {"naam": "Anders"}}))
    finish()
    assert "Dag Anders" in sent()[0].get_body(["plain"]).get_content()
    assert message.leveringen.get().gegevens == {"naam": "Anders"}


def test_a_message_that_has_to_wait_is_paused_and_nothing_leaves(guard):
    message = bulk(3)
    guard(lambda key, taken: Oordeel(pauze="Vraag het eerst."))
    finish()
    message.refresh_from_db()
    assert (message.staat, message.pauze_reden) == (BerichtStaat.GEPAUZEERD, "Vraag het eerst.")
    assert states() == {"wacht": 3}


def test_a_guard_that_fails_stops_its_message_and_not_the_worker(guard):
    message = bulk(2)
    direct()

    def fall(key, taken):
        raise RuntimeError("kapot")

    guard(fall)
    finish()
    message.refresh_from_db()
    assert message.staat == BerichtStaat.GEPAUZEERD
    assert states() == {"wacht": 2, "verzonden": 1}


def test_asked_only_about_its_own_kind(guard):
    asked = []
    guard(lambda key, taken: asked.append((key, len(taken))) or Oordeel())
    direct()
    message = bulk(2)
    other = bulk(2, key="ander:1")
    Bericht.objects.filter(pk=other.pk).update(soort="anders")
    queue.claim("w", 10)
    assert asked == [(message.pk, 2)]
    assert set(Levering.objects.values_list("staat", flat=True)) == {"genomen"}
