"""Taking from the queue, stamping, writing down: what order, and who may."""

import datetime

import pytest

from core import clock
from post import services
from post.engine import queue
from post.engine.backoff import DELAYS
from post.engine.outcome import Afloop, Uitkomst
from post.models import Bericht, Levering, Onderdrukking
from post.states import Beleid, Staat
from tests.post.mails import bulk, direct, finish, minutes, refuse_wrong_counts, states, work

pytestmark = pytest.mark.django_db

ACCEPTED = Uitkomst(Afloop.AANVAARD, 250)
AFTER_LEASE = queue.LEASE + datetime.timedelta(seconds=1)


def keys(taken) -> list[int]:
    return [one.pk for one in taken]


# --- Taking ---------------------------------------------------------------------


def test_claim_direct_before_bulk_and_oldest_first(moving_clock):
    newsletter = bulk(2, key="n:1")
    moving_clock.shift(1)
    younger = bulk(1, key="n:2")
    moving_clock.shift(1)
    first = direct(key="a")
    moving_clock.shift(1)
    second = direct(key="b", to="jan@example.org")
    expected = [first.pk, second.pk]
    for message in (newsletter, younger):
        expected += message.leveringen.order_by("pk").values_list("pk", flat=True)
    assert keys(queue.claim("w", 10)) == expected


def test_claim_limit_respected_over_direct_and_bulk():
    direct()
    bulk(5)
    assert len(queue.claim("w", 3)) == 3
    assert states() == {Staat.GENOMEN: 3, Staat.WACHT: 3}


def test_claim_again_by_another_worker_takes_only_what_is_left():
    bulk(5)
    first, second = queue.claim("een", 3), queue.claim("twee", 10)
    assert len(first) == 3
    assert len(second) == 2
    assert not set(keys(first)) & set(keys(second))


def test_claim_not_before_its_time(moving_clock):
    direct(not_before=clock.now() + minutes(5))
    assert queue.claim("w", 10) == []
    moving_clock.shift(minutes(5))
    assert len(queue.claim("w", 10)) == 1


def test_claim_suppressed_bulk_skipped_and_said():
    message = bulk(addresses=["weg@example.org", "blijft@example.org"])
    services.suppress("weg@example.org", Onderdrukking.Reden.UITGESCHREVEN)
    assert [one.adres for one in queue.claim("w", 10)] == ["blijft@example.org"]
    skipped = Levering.objects.get(staat=Staat.OVERGESLAGEN)
    assert skipped.laatste_fout
    assert queue.counts_of(message.pk) == {Staat.OVERGESLAGEN: 1}
    refuse_wrong_counts()


def test_claim_all_suppressed_goes_on_with_the_next_message():
    bulk(addresses=["weg@example.org"], key="n:1")
    bulk(addresses=["blijft@example.org"], key="n:2")
    services.suppress("weg@example.org", Onderdrukking.Reden.UITGESCHREVEN)
    assert [one.adres for one in queue.claim("w", 10)] == ["blijft@example.org"]


def test_claim_finished_messages_cost_no_queries(django_assert_max_num_queries):
    for number in range(30):
        bulk(1, key=f"n:{number}")
    finish()
    with django_assert_max_num_queries(4):
        assert queue.claim("w", 10) == []


# --- Stamping -------------------------------------------------------------------


def test_stamp_held_counts_the_attempt_and_renews_the_lease(moving_clock):
    direct()
    taken = queue.claim("w", 1)
    moving_clock.shift(30)
    assert queue.stamp("w", taken) == taken
    delivery = Levering.objects.get()
    assert (delivery.staat, delivery.pogingen) == (Staat.BEZIG, 1)
    assert delivery.pacht_tot == clock.now() + queue.LEASE


def test_stamp_lease_ran_out_refused(moving_clock):
    direct()
    taken = queue.claim("w", 1)
    moving_clock.shift(AFTER_LEASE)
    assert queue.stamp("w", taken) == []
    assert states() == {Staat.GENOMEN: 1}


def test_stamp_taken_over_by_another_refused(moving_clock):
    direct()
    taken = queue.claim("een", 1)
    moving_clock.shift(AFTER_LEASE)
    queue.reap()
    assert keys(queue.claim("twee", 1)) == keys(taken)
    assert queue.stamp("een", taken) == []
    assert queue.stamp("twee", taken) == taken


@pytest.mark.parametrize("stop", [lambda one: services.pause(one, "x"), services.cancel])
def test_stamp_message_stopped_meanwhile_refused_and_released(stop):
    message = bulk(2)
    taken = queue.claim("w", 2)
    stop(message)
    assert queue.stamp("w", taken) == []
    queue.release("w", taken)
    assert states() == {Staat.WACHT: 2}


def test_stamp_some_stopped_only_the_others_may():
    stopped, going = bulk(1, key="n:1"), bulk(1, key="n:2")
    taken = queue.claim("w", 2)
    services.pause(stopped, "x")
    assert [one.bericht_id for one in queue.stamp("w", taken)] == [going.pk]


def test_stamp_twice_by_the_same_worker_after_an_unheard_commit_allowed():
    direct()
    taken = queue.claim("w", 1)
    assert queue.stamp("w", taken) == queue.stamp("w", taken) == taken
    assert Levering.objects.get().pogingen == 1


def test_release_of_what_another_holds_does_nothing():
    direct()
    taken = queue.claim("een", 1)
    queue.release("twee", taken)
    assert states() == {Staat.GENOMEN: 1}


# --- Writing down ----------------------------------------------------------------


def taken_and_stamped(worker="w"):
    taken = queue.claim(worker, 10)
    return queue.stamp(worker, taken)


@pytest.mark.parametrize(
    ("outcome", "state", "attempts"),
    [
        (ACCEPTED, Staat.VERZONDEN, 1),
        (Uitkomst(Afloop.AANVAARD, None, provider_id="abc"), Staat.VERZONDEN, 1),
        (Uitkomst(Afloop.TIJDELIJK, 451, "451 later"), Staat.WACHT, 1),
        (Uitkomst(Afloop.GEWEIGERD, 550, "550 onbekend"), Staat.MISLUKT, 1),
        (Uitkomst(Afloop.ONZEKER, None, "weg"), Staat.ONZEKER, 1),
        (Uitkomst(Afloop.NIET_AANGEBODEN, None, "geen lijn"), Staat.WACHT, 0),
    ],
)
def test_record_each_outcome_its_state_code_and_words(outcome, state, attempts):
    direct()
    (one,) = taken_and_stamped()
    queue.record("w", [(one, outcome)])
    delivery = Levering.objects.get()
    assert (delivery.staat, delivery.pogingen) == (state, attempts)
    assert delivery.smtp_code == outcome.code
    assert delivery.provider_id == outcome.provider_id
    assert delivery.laatste_fout == ("" if state == Staat.VERZONDEN else outcome.tekst)
    assert (delivery.verzonden_op is not None) == (state == Staat.VERZONDEN)
    assert delivery.pacht_tot is None
    refuse_wrong_counts()


def test_record_twice_counts_once():
    direct()
    (one,) = taken_and_stamped()
    for _ in range(2):
        queue.record("w", [(one, ACCEPTED)])
    refuse_wrong_counts()


@pytest.mark.parametrize("outcome", [ACCEPTED, Uitkomst(Afloop.GEWEIGERD, 550, "550")])
def test_record_by_a_worker_that_lost_its_lease_changes_nothing(moving_clock, outcome):
    direct(policy=Beleid.MINSTENS_EENS)
    (one,) = taken_and_stamped("een")
    moving_clock.shift(AFTER_LEASE)
    queue.reap()
    taken_and_stamped("twee")
    queue.record("een", [(one, outcome)])
    assert states() == {Staat.BEZIG: 1}
    refuse_wrong_counts()


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (ACCEPTED, Staat.VERZONDEN),
        (Uitkomst(Afloop.GEWEIGERD, 550, "550"), Staat.MISLUKT),
        (Uitkomst(Afloop.TIJDELIJK, 451, "451"), Staat.WACHT),
        (Uitkomst(Afloop.NIET_AANGEBODEN, None, ""), Staat.WACHT),
        (Uitkomst(Afloop.ONZEKER, None, "weg"), Staat.ONZEKER),
    ],
)
def test_record_late_news_settles_what_was_called_uncertain(moving_clock, outcome, state):
    direct()
    (one,) = taken_and_stamped()
    moving_clock.shift(AFTER_LEASE)
    queue.reap()
    assert states() == {Staat.ONZEKER: 1}
    queue.record("w", [(one, outcome)])
    assert states() == {state: 1}
    refuse_wrong_counts()


def test_record_late_news_after_a_person_decided_changes_nothing(moving_clock):
    direct()
    (one,) = taken_and_stamped()
    moving_clock.shift(AFTER_LEASE)
    queue.reap()
    services.send_again([one.pk])
    queue.record("w", [(one, ACCEPTED)])
    assert states() == {Staat.WACHT: 1}
    refuse_wrong_counts()


def test_record_long_words_of_a_server_cut():
    direct()
    (one,) = taken_and_stamped()
    queue.record("w", [(one, Uitkomst(Afloop.GEWEIGERD, 550, "x" * 2000))])
    assert len(Levering.objects.get().laatste_fout) == 500


def test_backoff_refused_for_now_1_5_30_120_360_minutes_then_failed(moving_clock):
    direct()
    answer = Uitkomst(Afloop.TIJDELIJK, 451, "451 later")
    for attempt, wait in enumerate([1, 5, 30, 120, 360], 1):
        work(answer, rounds=2)
        delivery = Levering.objects.get()
        assert (delivery.staat, delivery.pogingen) == (Staat.WACHT, attempt)
        assert delivery.niet_voor == clock.now() + minutes(wait)
        moving_clock.shift(minutes(wait) - datetime.timedelta(seconds=1))
        assert queue.claim("w", 1) == []
        moving_clock.shift(1)
    work(answer, rounds=2)
    assert states() == {Staat.MISLUKT: 1}
    assert Levering.objects.get().pogingen == len(DELAYS) + 1
    refuse_wrong_counts()


# --- Reaping ------------------------------------------------------------------------


@pytest.mark.parametrize("policy", list(Beleid))
def test_reap_only_taken_back_to_the_queue(moving_clock, policy):
    bulk(2, policy=policy)
    queue.claim("w", 2)
    moving_clock.shift(AFTER_LEASE)
    assert queue.reap() == 2
    assert states() == {Staat.WACHT: 2}
    refuse_wrong_counts()


@pytest.mark.parametrize(
    ("policy", "state"),
    [(Beleid.HOOGSTENS_EENS, Staat.ONZEKER), (Beleid.MINSTENS_EENS, Staat.WACHT)],
)
def test_reap_stamped_uncertain_or_again_as_the_message_says(moving_clock, policy, state):
    bulk(2, policy=policy)
    taken_and_stamped()
    moving_clock.shift(AFTER_LEASE)
    queue.reap()
    assert states() == {state: 2}
    refuse_wrong_counts()


def test_reap_within_the_lease_nothing(moving_clock):
    bulk(2)
    taken_and_stamped()
    moving_clock.shift(queue.LEASE - datetime.timedelta(seconds=1))
    assert queue.reap() == 0


def test_reap_mixed_policies_each_its_own(moving_clock):
    once, again = bulk(1, key="n:1"), bulk(1, key="n:2", policy=Beleid.MINSTENS_EENS)
    taken_and_stamped()
    moving_clock.shift(AFTER_LEASE)
    queue.reap()
    assert once.leveringen.get().staat == Staat.ONZEKER
    assert again.leveringen.get().staat == Staat.WACHT
    refuse_wrong_counts()


def test_counts_of_message_without_deliveries_empty():
    assert queue.counts_of(Bericht().pk or 0) == {}
