"""What an editor does with the days of a session that people are in, and what comes of it."""

import datetime

import pytest

from post.models import Bericht
from tests.factories import SessieFactory
from tests.vorming.beheer import at, form_of, said, text_of
from tests.vorming.conftest import enrol, gegevens, last_mail, mails
from tests.vorming.test_mails import calendars, dag_of, html_text, only_event
from vorming.services import sessies, werk
from vorming.services.basis import KLOK

pytestmark = pytest.mark.django_db


@pytest.fixture
def halverwege(team, vormingsteam, klok):
    """A session of two days of which the first is over; one person is in and one waits."""
    sessie = SessieFactory(dagen=2, over=3, capaciteit=1)
    enrol(sessie, 1)
    enrol(sessie, 2, gegevens=gegevens(2, taal="fr"))
    klok.move_to(sessie.begint_op + datetime.timedelta(days=2))
    team.force_login(vormingsteam)
    return sessie


# --- The last day that was still to come is left out ---------------------------------------


def test_who_is_in_or_waits_hears_that_the_day_still_to_come_is_gone(team, halverwege, klopt):
    first, second = halverwege.dagen.all()
    page = team.get(at(halverwege, "wijzigen"))
    assert "of laat je een dag weg? Dan krijgen de 2 mensen" in text_of(page)
    data = form_of(team, at(halverwege, "wijzigen"), **{"dagen-1-DELETE": "on"})
    answer = team.post(at(halverwege, "wijzigen"), data, follow=True)
    assert "2 mensen horen het met een mail." in said(answer)
    assert sorted(mails("gewijzigd")) == ["sara1@example.org", "sara2@example.org"]
    hers = Bericht.objects.get(soort="vorming/gewijzigd", leveringen__adres="sara1@example.org")
    for body in (hers.tekst, html_text(hers)):
        assert "Dit gaat niet meer door:" in body
        assert f"{second.begin.day} december 2026, van" in body
        assert "Er komt geen dag meer: deze vorming is afgelopen." in body
        assert "Je agenda past zich aan met de bijlage." in body
        assert "Naar je inschrijving" in body
        assert "Kun je zo niet komen?" not in body
    ((method, calendar),) = calendars(hers)
    assert method == "CANCEL"
    assert str(second.uid) in str(only_event(calendar)["UID"])
    waits = last_mail("gewijzigd")
    assert "cette formation est terminée" in waits.tekst
    assert "agenda" not in waits.tekst
    assert calendars(waits) == []
    halverwege.refresh_from_db()
    assert halverwege.eindigt_op == first.einde
    klopt()


def test_thanks_come_the_morning_after_the_day_was_left_out(halverwege, klok):
    first, _second = halverwege.dagen.all()
    sessies.change(halverwege.pk, velden={}, dagen=[dag_of(first)], door=KLOK)
    werk.thank()
    assert mails("bedankt") == []
    klok.shift(datetime.timedelta(days=1))
    werk.thank()
    werk.thank()
    assert mails("bedankt") == ["sara1@example.org"]


def test_thanks_also_come_when_the_first_day_was_long_ago(klok):
    sessie = SessieFactory(dagen=4, over=3)
    enrol(sessie, 1)
    first, *_others = sessie.dagen.all()
    klok.move_to(first.begin + datetime.timedelta(days=20))
    sessies.change(sessie.pk, velden={}, dagen=[dag_of(first)], door=KLOK)
    klok.shift(datetime.timedelta(days=1))
    werk.thank()
    assert mails("bedankt") == ["sara1@example.org"]


def test_a_day_that_comes_back_the_same_day_costs_nobody_her_thanks(halverwege, klok):
    first, second = halverwege.dagen.all()
    sessies.change(halverwege.pk, velden={}, dagen=[dag_of(first)], door=KLOK)
    back = [dag_of(first), dag_of(second, pk=None)]
    sessies.change(halverwege.pk, velden={}, dagen=back, door=KLOK)
    klok.shift(datetime.timedelta(days=1))
    werk.thank()
    assert mails("bedankt") == []
    klok.move_to(second.einde + datetime.timedelta(hours=20))
    werk.thank()
    assert mails("bedankt") == ["sara1@example.org"]


def test_nobody_hears_of_a_session_that_was_over_already(halverwege, klok):
    first, second = halverwege.dagen.all()
    klok.move_to(second.einde + datetime.timedelta(days=1))
    sessies.change(halverwege.pk, velden={}, dagen=[dag_of(first)], door=KLOK)
    assert mails("gewijzigd") == []
