"""What an editor does with the days of a session that people are in, and what comes of it."""

import datetime

import pytest
from django.utils.formats import date_format

from post.models import Bericht
from tests.factories import SessieFactory
from tests.vorming.beheer import at, form_of, said, text_of
from tests.vorming.conftest import enrol, gegevens, last_mail, mails, one, states
from tests.vorming.dag import was_there
from tests.vorming.test_mails import calendars, dag_of, html_text, only_event
from vorming.models import Inschrijving
from vorming.services import deelnemer, nacht, sessies, wachtlijst, werk
from vorming.services.audit import audit
from vorming.services.basis import KLOK, NietMogelijk

pytestmark = pytest.mark.django_db

# The night after the day of these tests.
NACHT = datetime.datetime(2026, 11, 25, 3, 30, tzinfo=datetime.UTC)


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


# --- A date that cannot be meant -----------------------------------------------------------


def days_earlier(dag, number):
    """Return a day, so many days earlier."""
    back = datetime.timedelta(days=number)
    return dag_of(dag, begin=dag.begin - back, einde=dag.einde - back)


def dates_of(sessie):
    return [dag.begin.date().isoformat() for dag in sessie.dagen.all()]


def test_a_day_that_is_still_to_come_does_not_go_to_the_past(team, sessie, klok, klopt):
    enrol(sessie, 1, 2, 3)
    (dag,) = sessie.dagen.all()
    before = dates_of(sessie)
    wrong = f"2025-{dag.begin:%m-%d}"
    data = form_of(team, at(sessie, "wijzigen"), **{"dagen-0-datum": wrong})
    answer = team.post(at(sessie, "wijzigen"), data)
    assert (
        f"Dag 1: {date_format(dag.begin, 'j F')} 2025 is voorbij, en deze dag staat op "
        f"{date_format(dag.begin, 'j F Y')}. "
        "Kijk de datum na, ook het jaar. Gaat de dag niet door? Laat hem dan weg."
    ) in text_of(answer)
    assert dates_of(sessie) == before
    with pytest.raises(NietMogelijk, match="is voorbij"):
        sessies.change(sessie.pk, velden={}, dagen=[days_earlier(dag, 365)], door=KLOK)
    klok.move_to(NACHT)
    nacht.run()
    assert not Inschrijving.objects.exclude(geanonimiseerd_op=None).exists()
    assert mails("gewijzigd") == []
    klopt()


@pytest.mark.parametrize(
    ("earlier", "accepted"), [(-1, True), (2, True), (31, True), (32, False), (365, False)]
)
def test_the_date_of_a_day_that_is_over_may_be_corrected_a_little(
    team, halverwege, earlier, accepted
):
    first, _second = halverwege.dagen.all()
    wanted = first.begin.date() - datetime.timedelta(days=earlier)
    data = form_of(team, at(halverwege, "wijzigen"), **{"dagen-0-datum": wanted.isoformat()})
    answer = team.post(at(halverwege, "wijzigen"), data)
    assert (answer.status_code == 302) is accepted
    assert (dates_of(halverwege)[0] == wanted.isoformat()) is accepted
    if not accepted:
        assert "verbeter je met hoogstens 31 dagen. Kijk het jaar na." in text_of(answer)


def test_a_day_that_was_over_and_moved_by_mistake_goes_back(team, halverwege, klok, klopt):
    before = dates_of(halverwege)[0]

    def put(datum, number="0"):
        data = form_of(team, at(halverwege, "wijzigen"), **{f"dagen-{number}-datum": datum})
        return team.post(at(halverwege, "wijzigen"), data)

    # It comes last now.
    assert put("2027-01-14").status_code == 302
    klok.shift(datetime.timedelta(hours=1))
    assert put("2026-11-26", "1").status_code == 200
    assert put(before, "1").status_code == 302
    assert dates_of(halverwege)[0] == before
    klopt()


def test_a_day_that_is_over_stays_in_a_form_about_something_else(team, halverwege):
    data = form_of(team, at(halverwege, "wijzigen"), **{"dagen-1-tot": "17:00"})
    assert team.post(at(halverwege, "wijzigen"), data).status_code == 302
    assert sorted(mails("gewijzigd")) == ["sara1@example.org", "sara2@example.org"]


# --- Who was forgotten gets no place -------------------------------------------------------


@pytest.fixture
def vergeten(sessie, klok):
    """A session that was moved into the past for a night, before that was refused: 3 is forgotten.

    Two hold the places, two wait, and who waits first is nobody any more.
    """
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    enrol(sessie, 4)
    Inschrijving.objects.filter(pk=one(sessie, 3).pk).update(
        geanonimiseerd_op=sessie.begint_op, e_mail="", naam=""
    )
    return sessie


def test_a_free_place_goes_past_who_was_forgotten(vergeten):
    assert Inschrijving.objects.plaatsen_in_de_rij([vergeten.pk]) == {one(vergeten, 4).pk: 1}
    deelnemer.cancel(one(vergeten, 1).pk)
    assert states(vergeten)[3] == "wachtlijst"
    assert states(vergeten)[4] == "bevestigd"
    deelnemer.cancel(one(vergeten, 2).pk)
    assert werk.move_up() == 0
    assert states(vergeten)[3] == "wachtlijst"
    assert [fault for fault in audit() if "wachten" in fault] == []


def test_an_editor_cannot_give_her_a_place_by_hand_nor_call_her(vergeten, klok, redacteur_door):
    klok.move_to(vergeten.begint_op - datetime.timedelta(hours=20))
    deelnemer.cancel(one(vergeten, 1).pk)
    assert "Sara4" in last_mail("bel-de-volgende").tekst
    with pytest.raises(NietMogelijk, match="gewist"):
        wachtlijst.give_place(one(vergeten, 3).pk, door=redacteur_door)
    wachtlijst.give_place(one(vergeten, 4).pk, door=redacteur_door)


# --- A day of which presence was recorded --------------------------------------------------


def test_a_day_on_which_people_were_there_does_not_come_again(team, halverwege, klopt):
    was_there(halverwege, 1)
    before = dates_of(halverwege)
    data = form_of(team, at(halverwege, "wijzigen"), **{"dagen-0-datum": "2026-12-20"})
    answer = team.post(at(halverwege, "wijzigen"), data)
    first = halverwege.begint_op
    assert f"Op {date_format(first, 'j F Y')} duidde iemand al aan wie er was." in text_of(answer)
    assert dates_of(halverwege) == before
    assert mails("gewijzigd") == []
    # A date that is over may still be put right.
    right = (first - datetime.timedelta(days=1)).date().isoformat()
    data = form_of(team, at(halverwege, "wijzigen"), **{"dagen-0-datum": right})
    assert team.post(at(halverwege, "wijzigen"), data).status_code == 302
    assert dates_of(halverwege)[0] == right
    klopt()
