"""Many at once, on the real database: nobody gets a seat twice, and the test would notice."""

import os
import sqlite3
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.vorming import menigte

BURSTS = 3


@pytest.fixture
def transactional_db(django_db_setup, django_db_blocker):
    """A database in which a commit is a commit; afterwards the crowd has left it.

    Unlike pytest's own it leaves the rest of the database alone: the launch content stays.
    """
    with django_db_blocker.unblock():
        yield
        if connection.vendor != "sqlite":
            menigte.clean_up()
            connection.close()


@pytest.fixture
def crowd(transactional_db, tmp_path):
    """Return a function that has a crowd do something, on the database of the tests."""
    if connection.vendor == "sqlite":
        # The database of the tests is in memory; processes need a file.
        path = tmp_path / "menigte.sqlite3"
        connection.ensure_connection()
        copy = sqlite3.connect(path)
        connection.connection.backup(copy)
        copy.close()
        url = f"sqlite:///{path}"
    else:
        parts = urlsplit(os.environ["DATABASE_URL"])
        url = parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return lambda wat, **options: menigte.ask(url, wat, **options)


def test_a_storm_on_few_places_sells_none_twice(crowd):
    for result in crowd("storm", keer=BURSTS):
        assert result["uitkomsten"] == {"gelukt": 60}
        assert result["staten"] == {"bevestigd": 10, "wachtlijst": 50}
        assert (result["te_veel"], result["leeg"], result["in_volgorde"]) == (0, 0, True)
        assert result["audit"] == []


def test_a_storm_without_lock_and_seats_oversells(crowd):
    """The negative control: if this does not oversell, the test above proves nothing."""
    results = crowd("storm", keer=BURSTS, lock=False, seats=False)
    assert max(result["te_veel"] for result in results) > 0
    assert any(result["audit"] for result in results)


def test_a_storm_without_lock_is_still_stopped_by_the_numbered_seats(crowd):
    """The second guard: a forgotten lock makes faults, and no seat that is sold twice."""
    results = crowd("storm", keer=BURSTS, lock=False)
    assert [result["te_veel"] for result in results] == [0] * BURSTS
    assert sum(result["uitkomsten"].get("IntegrityError", 0) for result in results) > 0


def test_cancels_and_enrolments_at_once_leave_no_place_empty(crowd):
    for result in crowd("mix", keer=BURSTS):
        assert result["uitkomsten"] == {"gelukt": 32}
        assert (result["te_veel"], result["leeg"], result["dubbel_doorgeschoven"]) == (0, 0, 0)
        assert result["staten"]["bevestigd"] == 10
        assert result["audit"] == []


def test_cancels_and_enrolments_without_lock_go_wrong(crowd):
    """The negative control: doubles, empty places or too many, and the audit says so."""
    results = crowd("mix", keer=BURSTS, lock=False, seats=False)
    assert any(r["te_veel"] or r["leeg"] or r["dubbel_doorgeschoven"] for r in results)
    assert any(result["audit"] for result in results)


def test_one_form_fifty_times_is_one_request_and_one_mail(crowd):
    (result,) = crowd("same_form")
    assert result["uitkomsten"] == {"gelukt": 50}
    assert (result["staten"], result["mails"]) == ({"bevestigd": 1}, 1)
    assert result["audit"] == []


def test_one_person_in_fifty_forms_is_one_place(crowd):
    (result,) = crowd("same_person")
    assert result["uitkomsten"] == {"gelukt": 50}
    # The confirmation, and the link again: once an hour.
    assert result["staten"] == {"bevestigd": 1}
    assert result["mails"] in (2, 3)
    assert result["audit"] == []


def test_an_offer_accepted_refused_and_cancelled_at_once_ends_one_way(crowd):
    (result,) = crowd("offer")
    assert set(result["uitkomsten"]) <= {"gelukt", "OngeldigeOvergang", "NietMogelijk"}
    assert (result["bezet"], result["te_veel"]) == (1, 0)
    assert result["audit"] == []


def test_an_offer_accepted_in_the_second_in_which_it_ends_has_one_owner(crowd):
    (result,) = crowd("offer", vaak=48, loopt_af=True)
    assert set(result["uitkomsten"]) <= {"gelukt", "OngeldigeOvergang", "NietMogelijk"}
    assert result["afloop"] in ("bevestigd", "vervallen")
    # Hers, or offered to the next: never both, and never nobody's.
    assert (result["bezet"], result["te_veel"], result["leeg"]) == (1, 0, 0)
    assert result["audit"] == []


def test_people_moved_both_ways_at_once_do_not_wait_for_each_other_for_ever(crowd):
    (result,) = crowd("cross")
    assert set(result["uitkomsten"]) <= {"gelukt", "NietMogelijk"}
    assert result["audit"] == []


def test_people_of_one_request_in_two_sessions_are_replaced_at_once(crowd):
    for result in crowd("one_request", keer=BURSTS):
        assert result["uitkomsten"] == {"gelukt": 8}
        assert result["audit"] == []


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
def test_people_of_one_request_without_its_lock_get_the_same_line(crowd):
    """The negative control: each session has its own lock, and the request none."""
    results = crowd("one_request", keer=BURSTS, lock=False)
    assert sum(result["uitkomsten"].get("IntegrityError", 0) for result in results) > 0


def test_a_lock_that_is_held_too_long_says_so_and_stores_nothing(crowd):
    (result,) = crowd("busy")
    assert result["gezegd"].startswith("Het is even druk.")
    assert result["bewaard"] == 0
    # Trying again helps.
    assert result["staten"] == {"bevestigd": 1}


def test_a_form_sent_while_another_holds_the_lock_is_kept_and_can_be_sent_again(crowd):
    (result,) = crowd("busy_form")
    assert (result["geweigerd"], result["gezegd"], result["bewaard"]) == (503, True, 0)
    assert result["formulier"] == result["velden"]
    assert result["aanvaard"] == 302
    assert result["staten"] == {"bevestigd": 1}


def test_a_process_killed_in_a_promotion_leaves_nothing_half_done(crowd):
    (result,) = crowd("killed")
    assert result["gedood"] == 9
    # Nothing of it happened: not the cancel, and not the promotion.
    assert result["tussen"]["staten"] == {"bevestigd": 2, "wachtlijst": 4}
    assert result["na"]["staten"] == {"bevestigd": 2, "wachtlijst": 3, "geannuleerd": 1}
    assert result["tussen"]["audit"] == result["na"]["audit"] == []
