"""The work of every minute: one session that fails keeps no other waiting."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import SessieFactory
from tests.vorming.conftest import enrol, last_mail, mails, one
from vorming.models import Inschrijving, Logregel
from vorming.services import berichten, deelnemer, sessies, wachtlijst, werk

pytestmark = pytest.mark.django_db


def a_place_is_left_empty(klok):
    found = []
    for first in (1, 4):
        sessie = SessieFactory(capaciteit=1)
        enrol(sessie, first)
        enrol(sessie, first + 1)
        Inschrijving.objects.filter(pk=one(sessie, first).pk).update(
            staat="geannuleerd", plaats=None
        )
        found.append(sessie)
    return found, "doorgeschoven", ["sara2@example.org", "sara5@example.org"]


def an_offer_is_over(klok):
    found = []
    for first in (1, 4):
        sessie = SessieFactory(capaciteit=1, doorschuiven="aanbod")
        enrol(sessie, first)
        enrol(sessie, first + 1)
        deelnemer.cancel(one(sessie, first).pk)
        found.append(sessie)
    klok.shift(datetime.timedelta(hours=49))
    return found, "vervallen", ["sara2@example.org", "sara5@example.org"]


def a_reminder_is_due(klok):
    found = [SessieFactory(), SessieFactory()]
    for number, sessie in enumerate(found, start=1):
        enrol(sessie, number)
    klok.move_to(found[0].begint_op - datetime.timedelta(hours=20))
    return found, "herinnering-dag", ["sara1@example.org", "sara2@example.org"]


def thanks_are_due(klok):
    found = [SessieFactory(), SessieFactory()]
    for number, sessie in enumerate(found, start=1):
        enrol(sessie, number)
    klok.move_to(found[0].eindigt_op + datetime.timedelta(hours=20))
    return found, "bedankt", ["sara1@example.org", "sara2@example.org"]


@pytest.mark.parametrize(
    ("work", "job"),
    [
        (a_place_is_left_empty, "wachtlijst"),
        (an_offer_is_over, "wachtlijst"),
        (a_reminder_is_due, "herinneringen"),
        (thanks_are_due, "bedanken"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_session_that_fails_keeps_no_other_waiting_and_tick_says_so(
    db, klok, monkeypatch, caplog, work, job
):
    (broken, _whole), kind, people = work(klok)
    context = berichten._context

    def fails_for_one(soort, one, knop):
        if one.sessie_id == broken.pk:
            raise RuntimeError("een mail die niet te maken is")
        return context(soort, one, knop)

    with monkeypatch.context() as patch:
        patch.setattr(berichten, "_context", fails_for_one)
        with pytest.raises(CommandError, match=f"vorming: {job}"):
            call_command("tick")
    assert mails(kind) == people[1:]
    assert f"sessie {broken.pk} is mislukt" in caplog.text
    # Nothing of the one was half done: the next minute does it.
    call_command("tick")
    assert sorted(mails(kind)) == people


# --- A minute in which nothing can move ------------------------------------------------


def a_group_that_does_not_fit(klok):
    sessie = SessieFactory(capaciteit=3)
    enrol(sessie, 1)
    enrol(sessie, 2)
    enrol(sessie, 3, 4, samen=True)


def a_full_session(klok):
    sessie = SessieFactory(capaciteit=1)
    for number in (1, 2, 3):
        enrol(sessie, number)


def the_last_day(klok):
    sessie = SessieFactory(capaciteit=1, over=2)
    for number in (1, 2, 3):
        enrol(sessie, number)
    klok.move_to(sessie.begint_op - datetime.timedelta(hours=23))
    deelnemer.cancel(one(sessie, 1).pk)


@pytest.mark.parametrize(
    "standing",
    [a_group_that_does_not_fit, a_full_session, the_last_day],
    ids=lambda value: value.__name__,
)
def test_a_minute_in_which_nothing_can_move_only_reads(db, klok, standing):
    standing(klok)
    # Once: a group that is passed over is written down.
    werk.move_up()
    lines, queued = Logregel.objects.count(), len(mails())
    with CaptureQueriesContext(connection) as queries:
        assert werk.move_up() == 0
    assert [one["sql"] for one in queries if not one["sql"].startswith("SELECT")] == []
    assert len(queries) <= 6
    assert (Logregel.objects.count(), len(mails())) == (lines, queued)


def test_a_group_that_does_not_fit_is_written_down_in_the_next_minute(db, klok):
    a_group_that_does_not_fit(klok)
    werk.move_up()
    assert Logregel.objects.filter(actie="groep overgeslagen").count() == 1


def test_the_editors_hear_of_every_place_that_comes_free_on_the_last_day(db, klok, redacteur_door):
    sessie = SessieFactory(capaciteit=1)
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    klok.move_to(sessie.begint_op - datetime.timedelta(hours=20))

    def told():
        """Let some minutes pass; return how many mails there are."""
        for _ in range(3):
            werk.move_up()
            klok.shift(60)
        return len(mails("bel-de-volgende"))

    deelnemer.cancel(one(sessie, 1).pk)
    assert told() == 1
    # The first did not pick up the phone.
    wachtlijst.give_place(one(sessie, 3).pk, door=redacteur_door)
    assert told() == 1
    klok.shift(datetime.timedelta(hours=3))
    deelnemer.cancel(one(sessie, 3).pk, door=redacteur_door)
    assert told() == 2
    assert "Sara2 Voorbeeld" in last_mail("bel-de-volgende").tekst
    sessies.set_capacity(sessie.pk, 2, door=redacteur_door)
    assert told() == 3
    # Fewer places free none.
    sessies.set_capacity(sessie.pk, 1, door=redacteur_door)
    assert told() == 3


def test_the_editors_who_were_told_to_phone_one_person_hear_of_the_next(db, klok):
    the_last_day(klok)
    assert len(mails("bel-de-volgende")) == 1
    Inschrijving.objects.filter(voornaam="Sara2").update(staat="geannuleerd")
    assert werk.move_up() == 1
    assert len(mails("bel-de-volgende")) == 2
