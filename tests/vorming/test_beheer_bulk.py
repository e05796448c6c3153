"""Treating many people at once touches those on the screen, and nobody else."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from tests.factories import SessieFactory
from tests.test_editor_language import english_in
from tests.vorming.conftest import enrol, gegevens, mails, one, persoon, states
from tests.vorming.mensen import (
    LIJST,
    RECHTEN,
    maak_redacteur,
    said,
    soup,
    text,
)
from vorming.models import Inschrijving, Logregel
from vorming.services import deelnemer
from vorming.staten import Staat

pytestmark = pytest.mark.django_db

CANCEL = {"waarom": "andere reden", "reden": ""}


@pytest.fixture
def beheer(client, klok, settings):
    settings.SESSION_COOKIE_AGE = 10**8
    client.force_login(maak_redacteur())
    return client


def address(action, query):
    return f"/admin/bulk/vorming/inschrijving/{action}/?{query}&next={LIJST}"


def confirm(client, action, query, **data):
    """Ask as the list does, and say yes to what the question shows."""
    question = client.get(address(action, query))
    assert question.status_code == 200
    assert english_in(question) == []
    return client.post(address(action, query), {**hidden_in(question), **data}, follow=True)


def hidden_in(question):
    """Return what the question sends along: what it is about."""
    found = soup(question).select(".mens-vraag form input[type=hidden]")
    return {one["name"]: one["value"] for one in found if one["name"] != "csrfmiddlewaretoken"}


def keys_of(*rows):
    return " ".join(str(row.pk) for row in rows)


def everybody():
    return dict(Inschrijving.objects.order_by("pk").values_list("voornaam", "staat"))


@pytest.fixture
def two_sessions(db, klok):
    """Two sessions of three people who asked to come; 1-3 in the one, 4-6 in the other."""
    first, second = SessieFactory(goedkeuring=True), SessieFactory(goedkeuring=True)
    for number in (1, 2, 3):
        enrol(first, number)
    for number in (4, 5, 6):
        enrol(second, number)
    return first, second


def test_everybody_in_a_filtered_list_is_nobody_outside_it(beheer, two_sessions, klopt):
    """Wagtail asks for `all`: these must be the rows of the filter, not of the table."""
    first, second = two_sessions
    query = f"id=all&sessie={first.pk}"
    question = beheer.get(address("annuleren", query))
    assert "3 personen" in text(question)
    assert f"{first}, 24 december 2026: 3" in text(question)
    assert str(second) not in text(question)
    response = confirm(beheer, "annuleren", query, **CANCEL)
    assert said(response) == ["Geannuleerd: 3 personen."]
    assert set(states(first).values()) == {"geannuleerd"}
    assert set(states(second).values()) == {"aangevraagd"}
    klopt()


@pytest.mark.parametrize(
    ("query", "touched"),
    [
        ("staat=wachtlijst", {7}),
        ("q=sara5", {5}),
        ("organisatie=ocmw", {8}),
        ("aandacht=goedkeuren", {1, 2, 3, 4, 5, 6}),
        ("staat=aangevraagd&q=sara2", {2}),
    ],
)
def test_every_filter_and_the_search_box_hold_for_everybody_in_the_list(
    query, touched, beheer, two_sessions
):
    full = SessieFactory(capaciteit=1)
    enrol(full, 8, gegevens=gegevens(8, organisatie="OCMW Voorbeeldstad"))
    enrol(full, 7)
    confirm(beheer, "annuleren", f"id=all&{query}", **CANCEL)
    gone = {name for name, state in everybody().items() if state == "geannuleerd"}
    assert gone == {f"Sara{number}" for number in touched}


@pytest.mark.parametrize(
    "query",
    [
        "id=all",
        "id=all&sessie=",
        "id=all&q=%20",
        # A filter that does not exist (any more) chooses nobody, not everybody.
        "id=all&sessie=999999",
        "id=all&staat=bestaat-niet",
        "id=all&aandacht=x",
        "id=all&q=%00",
        "",
        "id=x",
        "id=99999999999999999999",
    ],
)
def test_without_a_filter_that_holds_nobody_is_touched(query, beheer, two_sessions):
    before = everybody()
    sent = len(mails())
    for action in ("goedkeuren", "link-opnieuw", "verplaatsen", "annuleren"):
        question = beheer.get(address(action, query))
        assert question.status_code == 200
        assert soup(question).select_one("form[method=post]") is None
        data = {"wie": keys_of(*Inschrijving.objects.all()), "naar": two_sessions[0].pk, **CANCEL}
        beheer.post(address(action, query), data)
    assert everybody() == before
    assert len(mails()) == sent
    assert "Er staat geen filter aan." in text(beheer.get(address("annuleren", "id=all")))


def test_the_chosen_rows_are_approved_in_the_order_in_which_they_asked(beheer, klok, klopt):
    sessie = SessieFactory(capaciteit=2, goedkeuring=True)
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    rows = [one(sessie, number).pk for number in (4, 2, 1)]
    response = confirm(beheer, "goedkeuren", "&".join(f"id={pk}" for pk in rows))
    assert said(response) == ["Goedgekeurd: 3 personen."]
    assert states(sessie) == {1: "bevestigd", 2: "bevestigd", 3: "aangevraagd", 4: "wachtlijst"}
    # Once more: there is nobody left to approve.
    question = beheer.get(address("goedkeuren", f"id={rows[0]}"))
    assert "niemand voor wie dit kan" in text(question)
    klopt()


@pytest.mark.parametrize(("room", "became"), [(3, "wachtlijst"), (5, "bevestigd")])
@pytest.mark.parametrize("chosen", [(1, 2, 3), (2,)], ids=["all", "one of them"])
def test_a_group_that_comes_only_together_is_approved_as_one(
    beheer, klok, redacteur_door, klopt, chosen, room, became
):
    sessie = SessieFactory(capaciteit=room, goedkeuring=True)
    enrol(sessie, 8, 9, door=redacteur_door)
    enrol(sessie, 1, 2, 3, samen=True)
    query = "&".join(f"id={one(sessie, number).pk}" for number in chosen)
    asked = text(beheer.get(address("goedkeuren", query)))
    others = "Je beslist ook voor: Sara1 Voorbeeld, Sara3 Voorbeeld."
    assert (others in asked) == (chosen == (2,))
    response = confirm(beheer, "goedkeuren", query)
    assert said(response) == ["Goedgekeurd: 3 personen."]
    assert [states(sessie)[number] for number in (1, 2, 3)] == [became] * 3
    assert mails(became)[-3:] == [f"sara{number}@example.org" for number in (1, 2, 3)]
    entries = ModelLogEntry.objects.filter(action="vorming.in_bulk")
    assert len({entry.object_id for entry in entries}) == len(entries) == 3
    klopt()


def test_more_people_of_groups_than_are_named_are_not_kept_silent(beheer, klok, monkeypatch):
    monkeypatch.setattr("vorming.beheer.bulk.VOORBEELDEN", 1)
    sessie = SessieFactory(goedkeuring=True)
    enrol(sessie, 1, 2, 3, samen=True)
    asked = text(beheer.get(address("goedkeuren", f"id={one(sessie, 2).pk}")))
    assert "Je beslist ook voor: Sara1 Voorbeeld, en nog anderen." in asked


def test_cancelling_a_whole_session_gives_nobody_a_place_for_a_moment(beheer, klok, klopt):
    sessie = SessieFactory(capaciteit=2)
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    confirm(beheer, "annuleren", f"id=all&sessie={sessie.pk}", **CANCEL)
    assert set(states(sessie).values()) == {"geannuleerd"}
    assert mails("doorgeschoven") == []
    assert len(mails("geannuleerd")) == 4
    klopt()


def test_a_group_that_shrinks_while_it_is_cancelled_gets_no_place_in_between(beheer, klok, klopt):
    """Three places, one free: the first of the two goes, and then the other would fit alone."""
    sessie = SessieFactory(capaciteit=3)
    enrol(sessie, 1)
    enrol(sessie, 2)
    enrol(sessie, 3, 4, samen=True)
    rows = "&".join(f"id={one(sessie, number).pk}" for number in (3, 4))
    response = confirm(beheer, "annuleren", rows, **CANCEL)
    assert said(response) == ["Geannuleerd: 2 personen."]
    assert [states(sessie)[number] for number in (3, 4)] == ["geannuleerd"] * 2
    assert mails("doorgeschoven") == []
    klopt()


def test_who_stays_moves_up_once_when_all_the_chosen_are_gone(beheer, klok, klopt):
    sessie = SessieFactory(capaciteit=2)
    for number in (1, 2, 3):
        enrol(sessie, number)
    enrol(sessie, 4, 5, samen=True)
    rows = "&".join(f"id={one(sessie, number).pk}" for number in (1, 2, 3))
    confirm(beheer, "annuleren", rows, **CANCEL)
    # One by one the first place would pass the group, and nobody would be told to wait.
    assert [states(sessie)[number] for number in (4, 5)] == ["bevestigd"] * 2
    assert mails("doorgeschoven") == ["sara4@example.org", "sara5@example.org"]
    assert not Logregel.objects.filter(actie="groep overgeslagen").exists()
    klopt()


def test_one_who_cannot_be_cancelled_any_more_does_not_keep_the_others(
    beheer, klok, redacteur_door, klopt
):
    sessie = SessieFactory(capaciteit=2)
    enrol(sessie, 1)
    enrol(sessie, 2)
    swapped = one(sessie, 1)
    deelnemer.swap(swapped.pk, persoon=persoon(9))
    done = deelnemer.cancel_together([swapped.pk, one(sessie, 2).pk], door=redacteur_door)
    assert done.gedaan == [one(sessie, 2).pk]
    assert "vervangen" in done.geweigerd[swapped.pk]
    assert states(sessie) == {1: "vervangen", 2: "geannuleerd", 9: "bevestigd"}
    klopt()


def test_moving_people_keeps_their_order_and_lets_the_others_move_up(beheer, klok, klopt):
    sessie = SessieFactory(capaciteit=2)
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    other = SessieFactory(capaciteit=2)
    rows = "&".join(f"id={one(sessie, number).pk}" for number in (3, 2, 1))
    response = confirm(beheer, "verplaatsen", rows, naar=other.pk)
    assert said(response) == ["Verplaatst: 3 personen."]
    assert states(other) == {1: "bevestigd", 2: "bevestigd", 3: "wachtlijst"}
    # Only who stayed moved up; who went heard nothing about a place here.
    assert states(sessie)[4] == "bevestigd"
    assert mails("doorgeschoven") == ["sara4@example.org"]
    assert len(mails("verplaatst")) == 3
    klopt()


def test_a_group_that_is_moved_stays_together(beheer, klok, klopt):
    """One place is free there: one by one the first would have it, and the others would wait."""
    sessie = SessieFactory(capaciteit=5)
    enrol(sessie, 1, 2, 3, samen=True)
    enrol(sessie, 4)
    other = SessieFactory(capaciteit=3)
    enrol(other, 7, 8)
    rows = "&".join(f"id={one(sessie, number).pk}" for number in (1, 2, 3, 4))
    confirm(beheer, "verplaatsen", rows, naar=other.pk)
    assert states(other) == {
        7: "bevestigd",
        8: "bevestigd",
        1: "wachtlijst",
        2: "wachtlijst",
        3: "wachtlijst",
        4: "bevestigd",
    }
    klopt()


def test_a_group_that_never_fits_there_stays_and_the_others_go(beheer, klok, klopt):
    sessie = SessieFactory(capaciteit=5)
    enrol(sessie, 1, 2, 3, samen=True)
    enrol(sessie, 4)
    other = SessieFactory(capaciteit=2)
    rows = "&".join(f"id={one(sessie, number).pk}" for number in (1, 2, 3, 4))
    response = confirm(beheer, "verplaatsen", rows, naar=other.pk)
    assert said(response)[0] == "Verplaatst: 1 persoon."
    assert "Bij 3 personen kon het niet" in said(response)[1]
    assert "Die sessie heeft maar 2 plaatsen." in said(response)[1]
    assert states(other) == {4: "bevestigd"}
    assert states(sessie) == {1: "bevestigd", 2: "bevestigd", 3: "bevestigd", 4: "geannuleerd"}
    klopt()


def test_who_of_a_group_was_not_chosen_to_move_is_named(beheer, klok):
    sessie = SessieFactory(capaciteit=5)
    enrol(sessie, 1, 2, 3, samen=True)
    enrol(sessie, 4, 5)
    chosen = "&".join(f"id={one(sessie, number).pk}" for number in (1, 4))
    asked = text(beheer.get(address("verplaatsen", chosen)))
    assert "Hier blijven: Sara2 Voorbeeld, Sara3 Voorbeeld." in asked
    everybody = "&".join(f"id={one(sessie, number).pk}" for number in (1, 2, 3))
    assert "Hier blij" not in text(beheer.get(address("verplaatsen", everybody)))


def test_a_move_that_cannot_be_is_told_and_the_others_go(beheer, klok, klopt):
    sessie, other = SessieFactory(), SessieFactory()
    enrol(sessie, 1)
    enrol(sessie, 2)
    enrol(other, 1)
    rows = f"id={one(sessie, 1).pk}&id={one(sessie, 2).pk}"
    response = confirm(beheer, "verplaatsen", rows, naar=other.pk)
    assert said(response) == [
        "Verplaatst: 1 persoon.",
        "Bij 1 persoon kon het niet, daar veranderde niets. Deze persoon staat al in die sessie.",
    ]
    assert states(sessie) == {1: "bevestigd", 2: "geannuleerd"}
    assert states(other) == {1: "bevestigd", 2: "bevestigd"}
    klopt()


def test_links_are_sent_to_who_takes_part_or_waits(beheer, klok):
    sessie = SessieFactory(capaciteit=1)
    for number in (1, 2, 3):
        enrol(sessie, number)
    deelnemer.cancel(one(sessie, 3).pk)
    question = beheer.get(address("link-opnieuw", f"id=all&sessie={sessie.pk}"))
    assert "2 personen" in text(question)
    assert "Voor 1 van de gekozen mensen kan dit niet." in text(question)
    confirm(beheer, "link-opnieuw", f"id=all&sessie={sessie.pk}")
    assert mails("link-opnieuw") == ["sara1@example.org", "sara2@example.org"]


def test_who_came_after_the_question_is_not_touched_by_the_answer(beheer, klok):
    sessie = SessieFactory()
    enrol(sessie, 1)
    where = address("annuleren", f"id=all&sessie={sessie.pk}")
    asked = hidden_in(beheer.get(where))
    enrol(sessie, 2)
    response = beheer.post(where, {**asked, **CANCEL})
    assert "Intussen zijn er mensen bij gekomen." in text(response)
    assert "2 personen" in text(response)
    assert set(states(sessie).values()) == {"bevestigd"}
    # Now she read of both.
    beheer.post(where, {**hidden_in(response), **CANCEL})
    assert set(states(sessie).values()) == {"geannuleerd"}


def test_who_came_while_another_left_is_not_touched_though_the_number_is_the_same(beheer, klok):
    sessie = SessieFactory()
    enrol(sessie, 1)
    enrol(sessie, 2)
    where = address("annuleren", f"id=all&sessie={sessie.pk}")
    asked = hidden_in(beheer.get(where))
    deelnemer.cancel(one(sessie, 1).pk)
    enrol(sessie, 3)
    response = beheer.post(where, {**asked, **CANCEL})
    assert "Intussen zijn er mensen bij gekomen." in text(response)
    assert "Sara3 Voorbeeld" in text(response)
    assert states(sessie) == {1: "geannuleerd", 2: "bevestigd", 3: "bevestigd"}


def test_who_only_left_meanwhile_holds_nothing_up_and_an_open_page_of_before_asks_anew(
    beheer, klok
):
    sessie = SessieFactory()
    for number in (1, 2, 3):
        enrol(sessie, number)
    where = address("annuleren", f"id=all&sessie={sessie.pk}")
    asked = hidden_in(beheer.get(where))
    deelnemer.cancel(one(sessie, 1).pk)
    assert "mensen bij gekomen" in text(beheer.post(where, {"aantal": 3, **CANCEL}))
    assert states(sessie)[2] == "bevestigd"
    response = beheer.post(where, {**asked, **CANCEL}, follow=True)
    assert said(response) == ["Geannuleerd: 2 personen."]


def test_what_the_question_sends_along_costs_no_more_for_more_people(
    beheer, klok, django_assert_max_num_queries
):
    sessie = SessieFactory(capaciteit=500)
    where = address("annuleren", f"id=all&sessie={sessie.pk}")
    enrol(sessie, 1)
    beheer.get(where)
    with CaptureQueriesContext(connection) as few:
        beheer.get(where)
    enrol(sessie, *range(2, 12))
    enrol(sessie, *range(12, 20))
    with django_assert_max_num_queries(len(few)):
        question = beheer.get(where)
    assert hidden_in(question)["wie"].count(" ") == 18


def test_a_reason_is_asked_and_what_was_filled_in_stays(beheer, klok):
    sessie = SessieFactory()
    enrol(sessie, 1)
    query = f"id={one(sessie, 1).pk}"
    response = beheer.post(
        address("annuleren", query), {"wie": keys_of(one(sessie, 1)), "reden": "Tot dan."}
    )
    assert "Kies waarom." in text(response)
    assert soup(response).select_one("textarea").get_text(strip=True) == "Tot dan."
    assert states(sessie) == {1: "bevestigd"}


def test_what_is_over_is_not_cancelled(beheer, klok):
    sessie = SessieFactory()
    enrol(sessie, 1)
    klok.move_to(sessie.eindigt_op + datetime.timedelta(hours=1))
    confirm(beheer, "annuleren", f"id=all&sessie={sessie.pk}", **CANCEL)
    assert states(sessie) == {1: "bevestigd"}


def test_more_people_than_a_session_has_is_refused(beheer, klok, monkeypatch):
    monkeypatch.setattr("vorming.beheer.bulk.MEEST", 1)
    sessie = SessieFactory()
    enrol(sessie, 1, 2)
    query = f"id=all&sessie={sessie.pk}"
    assert "Meer dan 1 in een keer kan niet." in text(beheer.get(address("annuleren", query)))
    everyone = keys_of(one(sessie, 1), one(sessie, 2))
    beheer.post(address("annuleren", query), {"wie": everyone, **CANCEL})
    assert set(states(sessie).values()) == {"bevestigd"}


def test_only_who_may_change_enrolments_treats_many(client, klok):
    sessie = SessieFactory()
    enrol(sessie, 1)
    query = f"id={one(sessie, 1).pk}"
    client.force_login(maak_redacteur("kijker", RECHTEN[:1]))
    assert "data-bulk-action-button" not in client.get(LIJST).content.decode()
    for action in ("goedkeuren", "link-opnieuw", "verplaatsen", "annuleren"):
        data = {"wie": keys_of(one(sessie, 1)), "naar": sessie.pk, **CANCEL}
        client.post(address(action, query), data)
    assert states(sessie) == {1: "bevestigd"}
    assert mails("link-opnieuw") == []


def test_an_act_about_many_is_written_down_for_each_without_a_name(beheer, klok):
    sessie = SessieFactory()
    enrol(sessie, 1, 2)
    confirm(beheer, "annuleren", f"id=all&sessie={sessie.pk}", **CANCEL)
    entries = list(ModelLogEntry.objects.filter(action="vorming.in_bulk"))
    assert len({entry.object_id for entry in entries}) == len(entries) == 2
    assert len({entry.uuid for entry in entries}) == 1
    assert {entry.data["wat"] for entry in entries} == {"annuleren"}
    assert "Sara" not in "".join(entry.label for entry in entries)
    assert Inschrijving.objects.filter(staat=Staat.GEANNULEERD).count() == 2
