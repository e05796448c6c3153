"""Putting right who is in the list: corrections, links again, and one person who stands twice."""

import datetime
import itertools
import uuid

import pytest

from tests.factories import SessieFactory, WorkshopFactory
from tests.vorming.conftest import enrol, gegevens, last_mail, mails, one, persoon
from tests.vorming.test_mails import calendars, only_event
from vorming import links
from vorming.models import Aanwezigheid, BijzondereNood, Inschrijving, Workshopkeuze
from vorming.services import (
    aanwezigheid,
    attesten,
    deelnemer,
    goedkeuren,
    inschrijven,
    verplaatsen,
    wachtlijst,
    werk,
)
from vorming.services.aanwezigheid import Wijziging
from vorming.services.basis import NietMogelijk
from vorming.services.correctie import correct, resend_link
from vorming.services.samenvoegen import merge
from vorming.staten import Staat

pytestmark = pytest.mark.django_db


def number_of_mails():
    return len(mails())


def fields(row, **changes):
    return {
        "voornaam": row.voornaam,
        "naam": row.naam,
        "e_mail": row.e_mail,
        "functie": row.functie,
        **changes,
    }


# --- Corrections -----------------------------------------------------------------------


def test_a_corrected_address_gets_the_link_and_the_days_and_the_old_link_stops(
    sessie, redacteur_door, klopt
):
    enrol(sessie)
    row = one(sessie, 1)
    old = links.token_of(row)
    correct(row.pk, **fields(row, e_mail="Sara.Goed@example.org"), door=redacteur_door)
    row.refresh_from_db()
    assert (row.e_mail, row.e_mail_norm) == ("Sara.Goed@example.org", "sara.goed@example.org")
    assert row.sleutel == "sara.goed@example.org|sara1 voorbeeld"
    # The contact was the same person.
    assert row.aanvraag.e_mail_norm == "sara.goed@example.org"
    assert mails("gegevens-verbeterd") == ["Sara.Goed@example.org"]
    bericht = last_mail("gegevens-verbeterd")
    assert links.token_of(row) in bericht.tekst
    ((method, calendar),) = calendars(bericht)
    assert (method, only_event(calendar)["SEQUENCE"]) == ("REQUEST", 1)
    with pytest.raises(links.LinkOngeldig):
        links.read(old)
    line = row.logregels.latest("pk")
    assert (line.actie, line.velden, line.gebruiker) == (
        "gegevens verbeterd",
        ["e-mail"],
        redacteur_door.gebruiker,
    )
    klopt()


def test_a_corrected_name_keeps_the_link_and_nothing_changed_is_nothing_done(
    sessie, redacteur_door
):
    enrol(sessie)
    row = one(sessie, 1)
    token = links.token_of(row)
    correct(row.pk, **fields(row), door=redacteur_door)
    assert mails("gegevens-verbeterd") == []
    assert row.logregels.count() == 1
    correct(row.pk, **fields(row, functie="regisseur"), door=redacteur_door)
    assert mails("gegevens-verbeterd") == []
    correct(row.pk, **fields(row, naam="Voorbeelds"), door=redacteur_door)
    assert len(mails("gegevens-verbeterd")) == 1
    assert links.read(token).naam == "Voorbeelds"


def test_a_correction_makes_no_double_and_does_not_touch_an_end(sessie, redacteur_door):
    enrol(sessie, 1, 2)
    row, other = one(sessie, 1), one(sessie, 2)
    with pytest.raises(NietMogelijk, match="Voeg de twee samen"):
        correct(row.pk, **fields(other), door=redacteur_door)
    deelnemer.cancel(row.pk)
    with pytest.raises(NietMogelijk):
        correct(row.pk, **fields(row, naam="Anders"), door=redacteur_door)
    row.refresh_from_db()
    assert row.naam == "Voorbeeld"


def test_a_contact_who_is_somebody_else_stays(sessie, redacteur_door):
    enrol(sessie, 1, 2)
    row = one(sessie, 2)
    correct(row.pk, **fields(row, e_mail="twee@example.org"), door=redacteur_door)
    row.refresh_from_db()
    assert row.aanvraag.e_mail == "sara1@example.org"


def test_a_link_is_sent_again_once_an_hour_and_at_once_after_it_was_revoked(sessie, redacteur_door):
    enrol(sessie)
    row = one(sessie, 1)
    resend_link(row.pk, door=redacteur_door)
    resend_link(row.pk, door=redacteur_door)
    assert mails("link-opnieuw") == ["sara1@example.org"]
    row = deelnemer.revoke_link(row.pk, door=redacteur_door)
    assert len(mails("link-opnieuw")) == 2
    assert links.token_of(row) in last_mail("link-opnieuw").tekst
    deelnemer.cancel(row.pk)
    with pytest.raises(NietMogelijk):
        resend_link(row.pk, door=redacteur_door)


def test_an_offer_can_be_taken_back(db, klok, redacteur_door, klopt):
    sessie = SessieFactory(capaciteit=1, doorschuiven="aanbod")
    for number in (1, 2, 3):
        enrol(sessie, number)
    deelnemer.cancel(one(sessie, 1).pk)
    wachtlijst.withdraw(one(sessie, 2).pk, door=redacteur_door)
    wachtlijst.withdraw(one(sessie, 2).pk, door=redacteur_door)
    assert one(sessie, 2).staat == Staat.VERVALLEN
    assert one(sessie, 3).staat == Staat.AANGEBODEN
    assert mails("vervallen") == ["sara2@example.org"]
    assert "aanbod intrekken" in last_mail("vervallen").tekst
    assert "geen antwoord" not in last_mail("vervallen").tekst
    klopt()


# --- One person who stands twice -------------------------------------------------------


def test_the_place_goes_to_who_is_kept_and_the_next_moves_up_for_a_second_one(
    sessie, redacteur_door, klopt
):
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    # 1 and 2 have a place, 3 and 4 wait; 1 and 3 are one person.
    before = number_of_mails()
    kept = merge(one(sessie, 3).pk, one(sessie, 1).pk, door=redacteur_door)
    assert (kept.staat, kept.plaats) == (Staat.BEVESTIGD, 1)
    assert one(sessie, 1).staat == Staat.GEANNULEERD
    assert one(sessie, 4).staat == Staat.WACHTLIJST
    assert mails()[before:] == ["sara1@example.org", "sara3@example.org"]
    assert mails("samengevoegd") == ["sara1@example.org"]
    ((method, _),) = calendars(last_mail("samengevoegd"))
    assert method == "CANCEL"
    assert mails("bevestigd")[-1] == "sara3@example.org"
    klopt()
    # Two places: one comes free, and the next in line has it.
    kept = merge(one(sessie, 2).pk, one(sessie, 3).pk, door=redacteur_door)
    assert (kept.staat, kept.plaats) == (Staat.BEVESTIGD, 2)
    assert one(sessie, 4).staat == Staat.BEVESTIGD
    klopt()


def test_the_earliest_number_in_the_queue_is_kept(sessie, redacteur_door, klopt):
    for number in (1, 2, 3, 4, 5):
        enrol(sessie, number)
    merge(one(sessie, 5).pk, one(sessie, 3).pk, door=redacteur_door)
    assert one(sessie, 5).volgnummer == 1
    assert mails("samengevoegd") == ["sara3@example.org"]
    klopt()
    deelnemer.cancel(one(sessie, 1).pk)
    assert one(sessie, 5).staat == Staat.BEVESTIGD
    klopt()


@pytest.fixture
def too_late(db, klok):
    """Return a session in which an offer to 2 is over that no minute ended yet; 3 and 4 wait."""
    sessie = SessieFactory(capaciteit=1, doorschuiven="aanbod")
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    deelnemer.cancel(one(sessie, 1).pk)
    klok.shift(datetime.timedelta(hours=49))
    assert one(sessie, 2).staat == Staat.AANGEBODEN
    return sessie


@pytest.mark.parametrize(("keep", "gone"), [(4, 2), (2, 4)])
def test_an_offer_that_is_over_takes_nobody_out_of_the_queue(
    keep, gone, too_late, redacteur_door, klopt
):
    kept = merge(one(too_late, keep).pk, one(too_late, gone).pk, door=redacteur_door)
    assert kept == one(too_late, 4)
    assert one(too_late, 2).staat == Staat.GEANNULEERD
    # The place goes to the first in line, and she waits on behind her.
    assert one(too_late, 3).staat == Staat.AANGEBODEN
    assert kept.staat == Staat.WACHTLIJST
    werk.move_up()
    assert one(too_late, 4).staat == Staat.WACHTLIJST
    wachtlijst.decline(one(too_late, 3).pk)
    assert one(too_late, 4).staat == Staat.AANGEBODEN
    klopt()


def test_a_place_got_by_merging_after_the_end_is_no_fault(sessie, klok, redacteur_door, klopt):
    for number in (1, 2, 3):
        enrol(sessie, number)
    klok.move_to(sessie.eindigt_op + datetime.timedelta(hours=2))
    kept = merge(one(sessie, 3).pk, one(sessie, 1).pk, door=redacteur_door)
    assert kept.staat == Staat.BEVESTIGD
    klopt()


def test_a_number_taken_over_from_a_group_that_was_passed_over_is_no_fault(
    sessie, redacteur_door, klopt
):
    enrol(sessie, 1)
    enrol(sessie, 2)
    enrol(sessie, 3, 4, samen=True)
    enrol(sessie, 5)
    enrol(sessie, 6)
    deelnemer.cancel(one(sessie, 1).pk)
    assert one(sessie, 5).staat == Staat.BEVESTIGD
    merge(one(sessie, 6).pk, one(sessie, 3).pk, door=redacteur_door)
    deelnemer.cancel(one(sessie, 2).pk)
    assert one(sessie, 6).staat == Staat.BEVESTIGD
    klopt()


RUNGS = ["aangevraagd", "wachtlijst", "aangeboden", "bevestigd"]


@pytest.fixture
def all_states(db, klok, redacteur_door):
    """Return a session with people in every active state, by state: two of each."""
    sessie = SessieFactory(capaciteit=4, goedkeuring=True, doorschuiven="aanbod")
    for number in range(1, 10):
        enrol(sessie, number)
    for number in range(1, 8):
        goedkeuren.approve(one(sessie, number).pk, door=redacteur_door)
    # 1-4 have a place, 5-7 wait, 8 and 9 asked. Two leave: 5 and 6 are offered their places.
    for number in (3, 4):
        deelnemer.cancel(one(sessie, number).pk)
    enrol(sessie, 10)
    goedkeuren.approve(one(sessie, 10).pk, door=redacteur_door)
    return sessie, {
        "bevestigd": (1, 2),
        "aangeboden": (5, 6),
        "wachtlijst": (7, 10),
        "aangevraagd": (8, 9),
    }


@pytest.mark.parametrize(("kept", "gone"), list(itertools.product(RUNGS, RUNGS)))
def test_whatever_the_two_had_the_person_keeps_the_best_of_it(
    kept, gone, all_states, redacteur_door, klopt
):
    sessie, people = all_states
    klopt()
    keep = one(sessie, people[kept][0])
    drop = one(sessie, people[gone][1])
    assert (keep.staat, drop.staat) == (kept, gone)
    before = number_of_mails()
    result = merge(keep.pk, drop.pk, door=redacteur_door)
    assert result.staat == max(kept, gone, key=RUNGS.index)
    told = mails()[before:]
    assert told.count(drop.e_mail) == 1
    assert told.count(keep.e_mail) == (1 if result.staat != kept else 0)
    drop.refresh_from_db()
    assert drop.staat == Staat.GEANNULEERD
    assert drop.logregels.latest("pk").uitleg == f"samengevoegd met inschrijving {keep.pk}"
    assert keep.logregels.latest("pk").actie == "samengevoegd"
    with pytest.raises(NietMogelijk):
        merge(keep.pk, drop.pk, door=redacteur_door)
    assert len(mails("samengevoegd")) == 1
    klopt()


def test_answers_workshops_and_needs_are_taken_over_where_there_were_none(
    sessie, redacteur_door, klopt
):
    choice = WorkshopFactory(sessie=sessie, capaciteit=1)
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(1),
        personen=[
            persoon(
                1,
                antwoorden=[{"sleutel": "a", "vraag": "A?", "waarde": "ja"}],
                workshops=[choice.pk],
                voeding="geen noten",
            )
        ],
        wachtlijst=True,
    )
    enrol(sessie, 2)
    kept = merge(one(sessie, 2).pk, one(sessie, 1).pk, door=redacteur_door)
    assert [answer["waarde"] for answer in kept.antwoorden] == ["ja"]
    assert kept.bijzondere_nood.voeding == "geen noten"
    assert BijzondereNood.objects.count() == 1
    assert Workshopkeuze.objects.get(inschrijving=kept).plaats == 1
    klopt()


def test_two_rows_of_a_session_that_is_over_are_merged_in_silence(sessie, klok, redacteur_door):
    enrol(sessie, 1)
    enrol(sessie, 2)
    klok.move_to(sessie.eindigt_op.replace(hour=23))
    before = number_of_mails()
    merge(one(sessie, 1).pk, one(sessie, 2).pk, door=redacteur_door)
    assert number_of_mails() == before
    assert one(sessie, 2).staat == Staat.GEANNULEERD
    assert one(sessie, 1).staat == Staat.BEVESTIGD


def test_only_two_active_rows_of_one_session_can_be_merged(sessie, redacteur_door):
    enrol(sessie, 1)
    enrol(sessie, 2)
    other = SessieFactory()
    enrol(other, 3)
    with pytest.raises(NietMogelijk, match="dezelfde sessie"):
        merge(one(sessie, 1).pk, one(other, 3).pk, door=redacteur_door)
    with pytest.raises(NietMogelijk, match="twee verschillende"):
        merge(one(sessie, 1).pk, one(sessie, 1).pk, door=redacteur_door)
    deelnemer.cancel(one(sessie, 2).pk)
    with pytest.raises(NietMogelijk, match="geannuleerd"):
        merge(one(sessie, 1).pk, one(sessie, 2).pk, door=redacteur_door)
    assert Inschrijving.objects.get(pk=one(sessie, 1).pk).staat == Staat.BEVESTIGD


def test_a_move_and_a_merge_leave_both_sessions_right(sessie, redacteur_door, klopt):
    other = SessieFactory(capaciteit=1)
    enrol(other, 1)
    enrol(sessie, 2)
    moved = verplaatsen.move(one(sessie, 2).pk, other.pk, door=redacteur_door)
    assert moved.staat == Staat.WACHTLIJST
    kept = merge(moved.pk, one(other, 1).pk, door=redacteur_door)
    assert (kept.staat, kept.plaats) == (Staat.BEVESTIGD, 1)
    klopt()


def test_who_was_there_as_one_of_the_two_was_there(sessie, klok, redacteur_door):
    enrol(sessie, 1)
    enrol(sessie, 2)
    klok.move_to(sessie.eindigt_op)
    (dag,) = sessie.dagen.all()
    keep, gone = one(sessie, 1), one(sessie, 2)
    here = {
        keep.pk: Wijziging(was="", wordt="afwezig"),
        gone.pk: Wijziging(was="", wordt="aanwezig"),
    }
    aanwezigheid.record(dag.pk, wijzigingen=here, door=redacteur_door)
    merge(keep.pk, gone.pk, door=redacteur_door)
    rows = Aanwezigheid.objects.values_list("inschrijving", "stand")
    assert list(rows) == [(keep.pk, "aanwezig")]


def test_a_presence_that_only_the_other_has_goes_along(sessie, klok, redacteur_door):
    enrol(sessie, 1)
    enrol(sessie, 2)
    klok.move_to(sessie.eindigt_op)
    (dag,) = sessie.dagen.all()
    keep, gone = one(sessie, 1), one(sessie, 2)
    here = {gone.pk: Wijziging(was="", wordt="excuus")}
    aanwezigheid.record(dag.pk, wijzigingen=here, door=redacteur_door)
    merge(keep.pk, gone.pk, door=redacteur_door)
    rows = Aanwezigheid.objects.values_list("inschrijving", "stand")
    assert list(rows) == [(keep.pk, "excuus")]


def test_who_holds_a_certificate_is_kept(sessie, klok, redacteur_door):
    enrol(sessie, 1)
    enrol(sessie, 2)
    klok.move_to(sessie.eindigt_op)
    (dag,) = sessie.dagen.all()
    keep, gone = one(sessie, 1), one(sessie, 2)
    here = {gone.pk: Wijziging(was="", wordt="aanwezig")}
    aanwezigheid.record(dag.pk, wijzigingen=here, door=redacteur_door)
    klok.shift(datetime.timedelta(hours=1))
    attesten.issue(sessie.pk, door=redacteur_door)
    with pytest.raises(NietMogelijk, match="attest"):
        merge(keep.pk, gone.pk, door=redacteur_door)
    kept = merge(gone.pk, keep.pk, door=redacteur_door)
    assert kept.attesten.count() == 1
