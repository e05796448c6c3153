"""Who waits moves up: after every cause, in order, and never with an offer that ends at night."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import clock
from tests.factories import SessieFactory, WorkshopFactory
from tests.vorming.conftest import DINSDAG, enrol, last_mail, mails, one, persoon, states
from vorming import doorschuiven
from vorming.models import Inschrijving, Logregel, Sessie, Sessiedag
from vorming.services import deelnemer, inschrijven, privacy, sessies, verplaatsen, wachtlijst, werk
from vorming.services.basis import KLOK, NietMogelijk, OngeldigeOvergang

pytestmark = pytest.mark.django_db
BRUSSEL = ZoneInfo("Europe/Brussels")


def filled(number=5, **fields):
    """Return a session of two places with people waiting."""
    sessie = SessieFactory(**{"capaciteit": 2, **fields})
    for person in range(1, number + 1):
        enrol(sessie, person)
    return sessie


def cancel_one(sessie, door):
    deelnemer.cancel(one(sessie, 1).pk)


def swap_does_not_free(sessie, door):
    deelnemer.swap(one(sessie, 1).pk, persoon=persoon(9))
    deelnemer.cancel(one(sessie, 9).pk)


def editor_cancels(sessie, door):
    deelnemer.cancel(one(sessie, 1).pk, door=door)


def larger_room(sessie, door):
    sessies.set_capacity(sessie.pk, 3, door=door)


def somebody_is_erased(sessie, door):
    privacy.erase("sara1@example.org", door=door)


def somebody_is_moved(sessie, door):
    verplaatsen.move(one(sessie, 1).pk, SessieFactory().pk, door=door)


CAUSES = [
    cancel_one,
    swap_does_not_free,
    editor_cancels,
    larger_room,
    somebody_is_erased,
    somebody_is_moved,
]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_a_place_that_comes_free_goes_to_the_first_at_once(klok, redacteur_door, klopt, cause):
    sessie = filled()
    cause(sessie, redacteur_door)
    assert one(sessie, 3).staat == "bevestigd"
    assert one(sessie, 4).staat == "wachtlijst"
    assert mails("doorgeschoven") == ["sara3@example.org"]
    klopt()


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_a_place_that_comes_free_is_offered_where_the_session_says_so(
    klok, redacteur_door, klopt, cause
):
    sessie = filled(doorschuiven="aanbod")
    cause(sessie, redacteur_door)
    assert one(sessie, 3).staat == "aangeboden"
    assert one(sessie, 3).aanbod_tot == DINSDAG + datetime.timedelta(hours=48)
    assert mails("aangeboden") == ["sara3@example.org"]
    klopt()


def test_an_offer_accepted_is_a_place_twice_is_once(klok, klopt):
    sessie = filled(doorschuiven="aanbod")
    cancel_one(sessie, None)
    offered = one(sessie, 3)
    wachtlijst.accept(offered.pk)
    wachtlijst.accept(offered.pk)
    assert one(sessie, 3).staat == "bevestigd"
    assert mails("bevestigd").count("sara3@example.org") == 1
    klopt()


def test_an_offer_refused_goes_on_twice_is_once(klok, klopt):
    sessie = filled(doorschuiven="aanbod")
    cancel_one(sessie, None)
    wachtlijst.decline(one(sessie, 3).pk)
    wachtlijst.decline(one(sessie, 3).pk)
    assert states(sessie)[3] == "vervallen"
    assert one(sessie, 4).staat == "aangeboden"
    assert mails("vervallen") == ["sara3@example.org"]
    klopt()


def test_an_offer_that_nobody_answers_lapses_and_goes_on(klok, klopt):
    sessie = filled(doorschuiven="aanbod")
    cancel_one(sessie, None)
    klok.shift(datetime.timedelta(hours=48, seconds=-1))
    werk.move_up()
    assert one(sessie, 3).staat == "aangeboden"
    klok.shift(1)
    # Accepting in the same second comes too late.
    with pytest.raises(NietMogelijk, match="voorbij"):
        wachtlijst.accept(one(sessie, 3).pk)
    werk.move_up()
    werk.move_up()
    assert one(sessie, 3).staat == "vervallen"
    assert one(sessie, 4).staat == "aangeboden"
    assert mails("aangeboden") == ["sara3@example.org", "sara4@example.org"]
    with pytest.raises(OngeldigeOvergang):
        wachtlijst.accept(one(sessie, 3).pk)
    klopt()


def test_tick_fills_what_was_left_empty(klok, klopt):
    """The net: a place that no cause filled, as after a change by hand in the database."""
    sessie = filled(3)
    Inschrijving.objects.filter(pk=one(sessie, 1).pk).update(staat="geannuleerd", plaats=None)
    werk.move_up()
    assert one(sessie, 3).staat == "bevestigd"
    assert werk.move_up() == 0


def test_a_group_that_fits_moves_up_together(klok, redacteur_door, klopt):
    sessie = SessieFactory(capaciteit=3)
    enrol(sessie, 1, 2, 7)
    enrol(sessie, 3, 4, 5, samen=True)
    enrol(sessie, 6)
    sessies.set_capacity(sessie.pk, 5, door=redacteur_door)
    # Two places: not enough for three, so the next person goes first.
    assert [states(sessie)[number] for number in (3, 4, 5, 6)] == [
        "wachtlijst",
        "wachtlijst",
        "wachtlijst",
        "bevestigd",
    ]
    sessies.set_capacity(sessie.pk, 7, door=redacteur_door)
    assert set(states(sessie).values()) == {"bevestigd"}
    assert Logregel.objects.filter(actie="groep overgeslagen").count() == 1
    klopt()


def test_no_promotion_below_a_lowered_capacity(klok, redacteur_door, klopt):
    sessie = SessieFactory(capaciteit=4)
    for number in range(1, 6):
        enrol(sessie, number)
    sessies.set_capacity(sessie.pk, 2, door=redacteur_door)
    assert list(states(sessie).values()).count("bevestigd") == 4
    klopt()
    deelnemer.cancel(one(sessie, 1).pk)
    deelnemer.cancel(one(sessie, 2).pk)
    assert states(sessie)[5] == "wachtlijst"
    klopt()
    deelnemer.cancel(one(sessie, 3).pk)
    assert one(sessie, 5).staat == "bevestigd"
    assert one(sessie, 5).plaats <= 2
    klopt()


def test_the_last_day_people_are_phoned_instead(klok, redacteur_door, klopt):
    sessie = filled(over=2)
    klok.move_to(sessie.begint_op - datetime.timedelta(hours=23))
    cancel_one(sessie, None)
    assert one(sessie, 3).staat == "wachtlijst"
    assert len(mails("bel-de-volgende")) == 1
    assert "Sara3 Voorbeeld" in last_mail("bel-de-volgende").tekst
    werk.move_up()
    assert len(mails("bel-de-volgende")) == 1
    # Nobody new goes before who waits.
    enrol(sessie, 8)
    assert states(sessie)[8] == "wachtlijst"
    klopt()
    # The first did not pick up the phone.
    wachtlijst.give_place(one(sessie, 4).pk, door=redacteur_door)
    assert one(sessie, 4).staat == "bevestigd"
    with pytest.raises(NietMogelijk):
        wachtlijst.give_place(one(sessie, 3).pk, door=redacteur_door)
    klopt()


def test_an_editor_gives_no_place_while_the_list_moves_by_itself(klok, redacteur_door):
    sessie = filled(3)
    with pytest.raises(NietMogelijk):
        wachtlijst.give_place(one(sessie, 3).pk, door=redacteur_door)


def test_a_workshop_follows_the_place(klok, klopt):
    sessie = SessieFactory(capaciteit=1)
    workshop = WorkshopFactory(sessie=sessie, capaciteit=1)
    for number in (1, 2):
        aanvraag = enrol(sessie, number)
        found = aanvraag.inschrijvingen.get()
        inschrijven.store_choices(found, [workshop.pk])
        inschrijven.geef_workshops([found])
    deelnemer.cancel(one(sessie, 1).pk)
    keuze = workshop.keuzes.get(plaats__isnull=False)
    assert keuze.inschrijving == one(sessie, 2)
    klopt()


def test_the_order_is_that_of_the_queue_and_not_of_the_rows(klok, redacteur_door, klopt):
    sessie = filled(6)
    sessies.set_capacity(sessie.pk, 5, door=redacteur_door)
    assert [one(sessie, number).staat for number in (3, 4, 5, 6)] == [
        "bevestigd",
        "bevestigd",
        "bevestigd",
        "wachtlijst",
    ]
    klopt()


# --- The end of an offer -----------------------------------------------------------


def at(day, hour, minute=0):
    return datetime.datetime(2026, 11, day, hour, minute, tzinfo=BRUSSEL)


def of_session(begin, **fields):
    return Sessie(begint_op=begin, eindigt_op=begin + datetime.timedelta(hours=6), **fields)


@pytest.mark.parametrize(
    ("now", "begin", "expected"),
    [
        # 48 hours, when that is by day.
        (at(2, 10), at(30, 9), at(4, 10)),
        # In the evening: noon of the next day.
        (at(2, 20), at(30, 9), at(5, 12)),
        # In the weekend: noon on Monday.
        (at(5, 10), at(30, 9), at(9, 12)),
        (at(6, 17), at(30, 9), at(9, 12)),
        # Half the time that is left.
        (at(2, 10), at(5, 10), at(3, 18)),
        # Noon on Monday is too late: Friday at six.
        (at(5, 10), at(9, 9), at(6, 18)),
        # The last day: no offer any more.
        (at(2, 10), at(3, 9), None),
        # Friday evening for Monday: nobody could answer.
        (at(6, 17), at(9, 9), None),
    ],
)
def test_until_when_an_offer_holds(now, begin, expected):
    assert doorschuiven.aanbod_einde(of_session(begin), now) == expected


def test_an_offer_ends_before_enrolment_closes():
    sessie = of_session(at(30, 9), sluit_op=at(3, 15))
    assert doorschuiven.aanbod_einde(sessie, at(2, 10)) == at(3, 15)


@given(
    now=st.datetimes(
        datetime.datetime(2026, 1, 1), datetime.datetime(2027, 12, 31), timezones=st.just(BRUSSEL)
    ),
    left=st.timedeltas(datetime.timedelta(hours=-5), datetime.timedelta(days=40)),
    closes=st.none() | st.timedeltas(datetime.timedelta(hours=-50), datetime.timedelta(days=40)),
)
@settings(deadline=None, max_examples=400, derandomize=True, database=None)
def test_an_offer_never_ends_at_night_or_in_the_weekend(now, left, closes):
    begin = now + left
    sessie = of_session(begin, sluit_op=min(begin, now + closes) if closes is not None else None)
    end = doorschuiven.aanbod_einde(sessie, now)
    if end is None:
        return
    local = end.astimezone(BRUSSEL)
    assert local.weekday() < 5
    assert datetime.time(9) <= local.time() <= datetime.time(18)
    assert now + doorschuiven.KORTSTE_AANBOD <= end < begin
    # Night and weekend may add to the 48 hours, never more than from Friday to Monday noon.
    assert end - now <= datetime.timedelta(hours=48 + 90)


def test_a_summer_time_change_does_not_move_an_offer_to_the_night(klok):
    # 25 October 2026: clocks go back.
    now = datetime.datetime(2026, 10, 23, 12, 0, tzinfo=BRUSSEL)
    end = doorschuiven.aanbod_einde(of_session(at(20, 9)), now)
    assert end.astimezone(BRUSSEL) == datetime.datetime(2026, 10, 26, 12, 0, tzinfo=BRUSSEL)


# --- Growth ---------------------------------------------------------------------------


def test_tick_costs_nothing_where_there_is_nothing_to_do(klok, django_assert_max_num_queries):
    filled(4)
    with django_assert_max_num_queries(6):
        werk.move_up()


def test_vul_may_be_repeated(klok):
    from vorming.slot import met_sessie

    sessie = filled()
    with met_sessie(sessie.pk) as locked:
        assert wachtlijst.vul(locked, door=KLOK) == []
    assert Sessiedag.objects.count() == 1
    assert clock.now()
