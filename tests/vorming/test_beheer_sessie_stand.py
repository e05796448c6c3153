"""How an editor opens, resizes and cancels a session in the admin."""

import pytest

from tests.factories import SessieFactory, WorkshopFactory
from tests.vorming.beheer import LIJST, at, course, form_of, main_of, on_the_last_day, said, text_of
from tests.vorming.conftest import enrol, last_mail, mails, states
from vorming.models import Sessie
from vorming.services import sessies
from vorming.services.basis import KLOK
from vorming.slot import EvenDruk

pytestmark = pytest.mark.django_db

# --- State ---------------------------------------------------------------------------------


def test_a_session_opens_closes_and_becomes_a_draft_again(team, klok):
    sessie = SessieFactory(staat="concept")
    assert "Open de inschrijving" in str(main_of(team.get(at(sessie))))
    for wanted, words in (
        ("open", "De inschrijving is open."),
        ("gesloten", "De inschrijving is gesloten."),
        ("concept", "weer een concept"),
    ):
        answer = team.post(at(sessie, "staat"), {"naar": wanted}, follow=True)
        assert words in said(answer)
        sessie.refresh_from_db()
        assert sessie.staat == wanted
    assert team.get(at(sessie, "staat")).status_code == 405


def test_what_cannot_be_opened_says_why(team, sessie):
    draft = Sessie.objects.create(vorming=course(), capaciteit=3)
    answer = team.post(at(draft, "staat"), {"naar": "open"}, follow=True)
    assert "Zet er eerst een dag bij." in said(answer)
    enrol(sessie, 1)
    answer = team.post(at(sessie, "staat"), {"naar": "concept"}, follow=True)
    assert "Er zijn inschrijvingen" in said(answer)
    assert team.post(at(sessie, "staat"), {"naar": "geannuleerd"}).url == at(sessie)
    sessie.refresh_from_db()
    assert (sessie.staat, Sessie.objects.get(pk=draft.pk).staat) == ("open", "concept")


# --- Number of places ----------------------------------------------------------------------


def effect(client, sessie, number):
    answer = client.get(at(sessie, "plaatsen"), {"capaciteit": number})
    return [item.get_text() for item in main_of(answer).select(".sessie-gevolg li")]


def test_more_places_name_who_moves_up_and_then_they_do(team, sessie, klopt):
    enrol(sessie, 1, 2)
    for number in (3, 4, 5):
        enrol(sessie, number)
    assert effect(team, sessie, 4) == [
        "2 mensen van de wachtlijst krijgen een plaats, en daarover een mail.",
        "De sessie is dan volzet.",
    ]
    assert effect(team, sessie, 7) == [
        "3 mensen van de wachtlijst krijgen een plaats, en daarover een mail.",
        "Er zijn dan nog 2 vrij.",
    ]
    assert states(sessie)[3] == "wachtlijst"
    answer = team.post(at(sessie, "plaatsen"), {"capaciteit": "4", "gezien": "2"}, follow=True)
    assert "Er zijn nu 4 plaatsen. 2 mensen van de wachtlijst kregen een plaats." in said(answer)
    assert list(states(sessie).values()) == ["bevestigd"] * 4 + ["wachtlijst"]
    klopt()


def test_fewer_places_take_nobody_s_place(team, klok, klopt):
    sessie = SessieFactory(capaciteit=5)
    enrol(sessie, 1, 2, 3, 4)
    assert effect(team, sessie, 2) == [
        "Er zijn 4 plaatsen bezet. Niemand verliest een plaats.",
        "De eerste 2 plaatsen die vrijkomen, worden niet opnieuw gegeven.",
    ]
    team.post(at(sessie, "plaatsen"), {"capaciteit": "2", "gezien": "5"})
    assert set(states(sessie).values()) == {"bevestigd"}
    assert "Er zijn 4 plaatsen bezet van 2" in text_of(team.get(at(sessie)))
    klopt()


def test_a_group_that_does_not_fit_is_not_promised_a_place(team, sessie):
    enrol(sessie, 1, 2)
    group = enrol(sessie, 3, 4)
    type(group).objects.filter(pk=group.pk).update(samen=True)
    enrol(sessie, 5)
    assert effect(team, sessie, 3)[0].startswith("1 persoon van de wachtlijst krijgt een plaats")


def test_on_the_last_day_the_effect_is_that_the_editor_phones(
    team,
    sessie,
    klok,
    vormingsteam,
):
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    on_the_last_day(team, vormingsteam, sessie, klok)
    assert "De wachtlijst schuift niet meer vanzelf door" in effect(team, sessie, 3)[0]


def test_two_editors_on_the_number_of_places_do_not_undo_each_other(team, sessie):
    sessies.set_capacity(sessie.pk, 9, door=KLOK)
    answer = team.post(at(sessie, "plaatsen"), {"capaciteit": "3", "gezien": "2"}, follow=True)
    assert "Iemand anders veranderde het aantal plaatsen intussen naar 9" in said(answer)
    sessie.refresh_from_db()
    assert sessie.capaciteit == 9


def test_a_number_that_is_none_is_refused(team, sessie):
    for wrong, words in (
        ("0", "minstens 1 plaats"),
        ("veel", "Vul een getal in."),
        ("", "hoeveel"),
    ):
        assert words in text_of(team.get(at(sessie, "plaatsen"), {"capaciteit": wrong}))
        assert words in text_of(team.post(at(sessie, "plaatsen"), {"capaciteit": wrong}))
    sessie.refresh_from_db()
    assert sessie.capaciteit == 2


# --- Cancelling ----------------------------------------------------------------------------


def test_a_session_is_cancelled_and_everybody_hears_it_once(team, sessie, klopt):
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    page = team.get(at(sessie, "annuleren"))
    assert "3 mensen krijgen meteen één mail" in text_of(page)
    assert "en mail 3 mensen" in main_of(page).select_one("button").get_text()
    refused = team.post(at(sessie, "annuleren"), {"reden": " "})
    assert "Schrijf waarom" in text_of(refused)
    assert mails("gaat-niet-door") == []
    for words in ("3 mensen krijgen een mail.", "Niemand kreeg een tweede mail."):
        answer = team.post(at(sessie, "annuleren"), {"reden": "De lesgever is ziek."}, follow=True)
        assert words in said(answer)
    assert sorted(mails("gaat-niet-door")) == [f"sara{n}@example.org" for n in (1, 2, 3)]
    assert "De lesgever is ziek." in last_mail("gaat-niet-door").tekst
    klopt()


def test_when_it_is_busy_the_reason_of_a_cancel_is_kept(team, sessie, monkeypatch):
    enrol(sessie, 1)

    def busy(*args, **kwargs):
        raise EvenDruk

    monkeypatch.setattr("vorming.services.sessies.cancel", busy)
    answer = team.post(at(sessie, "annuleren"), {"reden": "De lesgever is ziek."})
    assert "Het is even druk." in said(answer)
    assert "De lesgever is ziek." in main_of(answer).select_one("textarea").get_text()
    assert mails("gaat-niet-door") == []


def test_a_cancelled_session_changes_no_more(team, sessie):
    data = form_of(team, at(sessie, "wijzigen"), naam="anders")
    sessies.cancel(sessie.pk, reden="Ziek.", door=KLOK)
    assert "Deze sessie is geannuleerd" in text_of(team.post(at(sessie, "wijzigen"), data))
    assert team.get(at(sessie, "wijzigen")).url == at(sessie)
    buttons = [one.get_text(strip=True) for one in main_of(team.get(at(sessie))).select(".button")]
    assert buttons == ["Maak een nieuwe naar deze"]


def test_only_a_draft_that_nobody_enrolled_in_is_thrown_away(team, sessie):
    draft = SessieFactory(staat="concept")
    WorkshopFactory(sessie=draft)
    assert "Ja, verwijder het concept" in text_of(team.get(at(draft, "verwijderen")))
    assert team.post(at(draft, "verwijderen")).url == LIJST
    assert not Sessie.objects.filter(pk=draft.pk).exists()
    enrol(sessie, 1)
    answer = team.post(at(sessie, "verwijderen"), follow=True)
    assert "Alleen een concept zonder inschrijvingen kan weg." in said(answer)
    assert Sessie.objects.filter(pk=sessie.pk).exists()
