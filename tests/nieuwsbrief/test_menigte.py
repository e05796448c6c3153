"""Many at once at one address, on the real database; and the test would notice without the lock."""

import pytest

from tests.nieuwsbrief import menigte


@pytest.fixture
def crowd(echte_databank):
    """Return a function that has a crowd do something, on a database with real commits."""
    return lambda wat, **options: menigte.ask(echte_databank, wat, **options)


def test_fifty_forms_with_one_address_are_one_person_and_one_mail(crowd):
    found = crowd("vijftig")
    assert found["uitkomsten"] == {"gelukt": 50}, found["fouten"]
    assert found["abonnees"] == 1
    assert found["staten"] == ["wacht", "wacht"]
    assert found["soorten"] == ["gevraagd", "gevraagd"]
    assert found["mails"] == {"nieuwsbrief/bevestig": 1}


def test_many_clicks_confirm_once(crowd):
    found = crowd("klikken")
    assert found["uitkomsten"] == {"gelukt": 16}, found["fouten"]
    assert found["staten"] == ["actief", "actief"]
    assert found["soorten"] == ["bevestigd", "bevestigd", "gevraagd", "gevraagd"]
    assert found["mails"] == {"nieuwsbrief/bevestig": 1, "nieuwsbrief/welkom": 1}


def test_leaving_while_everything_is_erased_leaves_nothing(crowd):
    found = crowd("wissen")
    assert set(found["uitkomsten"]) <= {"gelukt"}, found["fouten"]
    assert found["abonnees"] == 0
    assert found["staten"] == found["soorten"] == []
    assert found["uitschrijvingen"] == 2
    # Nothing that she wanted gone; at most the last word.
    assert set(found["mails"]) <= {"nieuwsbrief/gewist"}


def test_without_the_lock_the_crowd_doubles(crowd):
    """The negative control: if this is right too, the tests above prove nothing."""
    for _ in range(5):
        found = crowd("vijftig", slot=False)
        wrong = [*found["uitkomsten"]] != ["gelukt"] or len(found["soorten"]) > 2
        if wrong or found["mails"] != {"nieuwsbrief/bevestig": 1}:
            return
    pytest.fail("fifty at once without a lock went right five times")
