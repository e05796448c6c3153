"""Two editors, two clicks, or a participant who is quicker: nobody undoes another."""

import pytest

from tests.factories import SessieFactory
from tests.test_editor_language import english_in
from tests.vorming.conftest import enrol, mails, one, states
from tests.vorming.mensen import (
    at,
    maak_redacteur,
    said,
    soup,
    stamp,
    take,
    text,
)
from vorming.models import Inschrijving
from vorming.services import deelnemer

pytestmark = pytest.mark.django_db

# --- Two editors, two clicks -----------------------------------------------------------------


def test_two_editors_on_one_enrolment(client, klok):
    """The second reads that something changed, and changes nothing."""
    sessie = SessieFactory(goedkeuring=True)
    enrol(sessie)
    row = one(sessie, 1)
    first, second = maak_redacteur("tine"), maak_redacteur("bram")
    client.force_login(second)
    refuse = stamp(client, row, "weigeren")
    cancel = stamp(client, row, "annuleren")
    client.force_login(first)
    take(client, row, "goedkeuren")
    client.force_login(second)
    sent = len(mails())
    for name, seen, data in (
        ("weigeren", refuse, {"reden": "Sorry."}),
        # Legal in the new state too; but not what this editor looked at.
        ("annuleren", cancel, {"waarom": "andere reden"}),
        ("goedkeuren", refuse, {}),
    ):
        response = take(client, row, name, stempel=seen, **data)
        assert said(response) == [
            "Er is intussen iets veranderd aan deze inschrijving. Daarom is er niets gebeurd. "
            "Kijk wat er nu staat, en kies opnieuw."
        ], name
    assert states(sessie) == {1: "bevestigd"}
    assert len(mails()) == sent
    assert row.logregels.count() == 2
    # A screen that can no longer be used is not shown either.
    assert client.get(at(row, "weigeren")).status_code == 302


def test_the_participant_is_quicker_than_the_editor(beheer, sessie):
    enrol(sessie)
    row = one(sessie, 1)
    seen = stamp(beheer, row, "collega")
    deelnemer.cancel(row.pk)
    data = {"voornaam": "A", "naam": "B", "e_mail": "ab@example.org", "stempel": seen}
    response = take(beheer, row, "collega", **data)
    assert "Daarom is er niets gebeurd" in said(response)[0]
    assert Inschrijving.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("annuleren", {"waarom": "andere reden"}),
        ("nieuwe-link", {}),
        ("link-opnieuw", {}),
        ("collega", {"voornaam": "A", "naam": "B", "e_mail": "ab@example.org"}),
        ("verbeteren", {"voornaam": "A", "naam": "B", "e_mail": "ab@example.org"}),
    ],
)
def test_a_double_click_is_one_click(name, data, beheer, sessie, klopt):
    enrol(sessie, 1)
    enrol(sessie, 2)
    row = one(sessie, 1)
    seen = stamp(beheer, row, name)
    beheer.post(at(row, name), {**data, "stempel": seen})
    sent, lines = len(mails()), row.logregels.count()
    response = beheer.post(at(row, name), {**data, "stempel": seen}, follow=True)
    assert len(mails()) == sent
    assert not any("iets veranderd" in message for message in said(response))
    if name != "link-opnieuw":
        assert row.logregels.count() == lines
    klopt()


def test_a_request_without_what_was_seen_does_nothing(beheer, sessie):
    enrol(sessie)
    row = one(sessie, 1)
    beheer.post(at(row, "annuleren"), {"waarom": "andere reden"})
    assert states(sessie) == {1: "bevestigd"}


def test_a_look_at_a_question_changes_nothing(beheer, sessie):
    enrol(sessie)
    row = one(sessie, 1)
    lines = row.logregels.count()
    for name in ("annuleren", "nieuwe-link", "link-opnieuw", "verplaatsen", "samenvoegen"):
        response = beheer.get(at(row, name))
        assert response.status_code == 200
        assert english_in(response) == [], name
    assert row.logregels.count() == lines
    assert states(sessie) == {1: "bevestigd"}


def test_when_it_is_busy_what_was_filled_in_stays(beheer, sessie, monkeypatch):
    from vorming.slot import EvenDruk

    enrol(sessie)
    row = one(sessie, 1)
    seen = stamp(beheer, row, "annuleren")

    def busy(*args, **kwargs):
        raise EvenDruk

    monkeypatch.setattr("vorming.beheer.stappen.met_sessie", busy)
    response = take(beheer, row, "annuleren", stempel=seen, waarom="andere reden", reden="Tot dan")
    assert response.status_code == 503
    assert "Het is even druk" in text(response)
    assert soup(response).select_one("textarea[name=reden]").get_text(strip=True) == "Tot dan"
    monkeypatch.undo()
    take(beheer, row, "annuleren", stempel=seen, waarom="andere reden")
    assert states(sessie) == {1: "geannuleerd"}
