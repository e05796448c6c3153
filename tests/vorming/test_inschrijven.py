"""Enrolling: places, the queue, the same form twice, the same person twice."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction

from core import clock
from tests.factories import SessieFactory, VormingPageFactory, WorkshopFactory
from tests.vorming.conftest import enrol, gegevens, last_mail, mails, one, persoon, states
from vorming.models import Aanvraag, BijzondereNood, Inschrijving, Logregel
from vorming.services import goedkeuren, inschrijven
from vorming.services.basis import NietMogelijk, OngeldigeOvergang, overgang
from vorming.services.inschrijven import Volzet
from vorming.staten import Staat

pytestmark = pytest.mark.django_db


def test_enrol_with_a_free_place_confirms(sessie, klopt):
    aanvraag = enrol(sessie)
    found = one(sessie, 1)
    assert (found.staat, found.plaats, found.aanvraag) == ("bevestigd", 1, aanvraag)
    assert mails("bevestigd") == ["sara1@example.org"]
    assert list(Logregel.objects.values_list("actie", "naar", "rol")) == [
        ("ingeschreven", "bevestigd", "deelnemer")
    ]
    klopt()


def test_enrol_when_full_waits_in_order(sessie, klopt):
    for number in range(1, 6):
        enrol(sessie, number)
    assert states(sessie) == {
        1: "bevestigd",
        2: "bevestigd",
        3: "wachtlijst",
        4: "wachtlijst",
        5: "wachtlijst",
    }
    assert [one(sessie, number).volgnummer for number in (3, 4, 5)] == [1, 2, 3]
    assert "Je staat op plaats 3 in de rij." in last_mail("wachtlijst").tekst
    klopt()


def test_enrol_when_full_without_wanting_to_wait_stores_nothing(sessie):
    enrol(sessie, 1, 2)
    with pytest.raises(Volzet) as caught:
        enrol(sessie, 3, wachtlijst=False)
    assert (caught.value.vrij, caught.value.wachtlijst) == (0, True)
    assert Aanvraag.objects.count() == 1


def test_enrol_a_group_with_too_few_places_says_how_many(sessie):
    enrol(sessie, 1)
    with pytest.raises(Volzet) as caught:
        enrol(sessie, 2, 3, wachtlijst=False)
    assert str(caught.value) == "Er is nog maar 1 plaats."


def test_enrol_a_group_person_by_person_takes_what_is_left(sessie, klopt):
    enrol(sessie, 1)
    enrol(sessie, 2, 3)
    assert states(sessie) == {1: "bevestigd", 2: "bevestigd", 3: "wachtlijst"}
    klopt()


def test_enrol_a_group_together_waits_together_and_lets_others_pass(sessie, klopt):
    enrol(sessie, 1)
    enrol(sessie, 2, 3, samen=True)
    assert states(sessie) == {1: "bevestigd", 2: "wachtlijst", 3: "wachtlijst"}
    # The place that the group cannot use is not kept empty for it.
    enrol(sessie, 4)
    assert states(sessie)[4] == "bevestigd"
    assert Aanvraag.objects.get(samen=True).overgeslagen_op
    klopt()


def test_a_group_that_never_fits_does_not_wait_for_ever(sessie, redacteur_door):
    """Two places: three people who come only together would wait until the session is over."""
    for options in ({}, {"door": redacteur_door}):
        with pytest.raises(inschrijven.TeGroot, match="maar 2 plaatsen"):
            enrol(sessie, 1, 2, 3, samen=True, **options)
    assert not Aanvraag.objects.exists()


def test_enrol_with_a_full_waiting_list_is_refused(db, klok):
    sessie = SessieFactory(capaciteit=1, max_wachtlijst=1)
    enrol(sessie, 1)
    enrol(sessie, 2)
    with pytest.raises(Volzet) as caught:
        enrol(sessie, 3)
    assert not caught.value.wachtlijst


def test_the_same_form_twice_is_one_request(sessie):
    token = uuid.uuid4()
    assert enrol(sessie, 1, token=token) == enrol(sessie, 1, token=token)
    assert Inschrijving.objects.count() == 1
    assert len(mails()) == 1


def test_the_same_person_again_gets_her_link_and_no_second_place(sessie, klopt):
    enrol(sessie, 1)
    again = enrol(sessie, 1)
    assert again.aantal_dubbel == 1
    assert Inschrijving.objects.count() == 1
    assert mails("link-opnieuw") == ["sara1@example.org"]
    enrol(sessie, 1)
    # Not more than one an hour.
    assert len(mails("link-opnieuw")) == 1
    klopt()


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({"e_mail": "SARA1@Example.org"}, True),
        ({"voornaam": "sara1", "naam": "  VOORBEELD "}, True),
        ({"naam": "Voorbééld"}, True),
        ({"e_mail": "sara1+werk@example.org"}, False),
        ({"voornaam": "Samira"}, False),
    ],
)
def test_who_counts_as_the_same_person(sessie, fields, same):
    enrol(sessie, 1)
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(),
        personen=[persoon(1, **fields)],
        wachtlijst=True,
    )
    assert Inschrijving.objects.count() == (1 if same else 2)


def test_the_same_person_twice_in_one_form_is_one(sessie):
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(),
        personen=[persoon(1), persoon(1)],
        wachtlijst=True,
    )
    assert Inschrijving.objects.count() == 1


def test_who_cancelled_may_come_back_at_the_end_of_the_queue(sessie, redacteur_door, klopt):
    from vorming.services import deelnemer

    for number in (1, 2, 3):
        enrol(sessie, number)
    deelnemer.cancel(one(sessie, 3).pk)
    enrol(sessie, 4)
    enrol(sessie, 3)
    assert one(sessie, 3).volgnummer == 3
    klopt()


@pytest.mark.parametrize(
    "fields",
    [
        {"staat": "gesloten"},
        {"staat": "concept"},
        {"sluit_op": datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)},
        {"opent_op": datetime.datetime(2026, 11, 25, tzinfo=datetime.UTC)},
        {"over": -3},
    ],
)
def test_enrol_in_a_session_that_is_not_open_is_refused(db, klok, fields):
    with pytest.raises(NietMogelijk):
        enrol(SessieFactory(**fields))
    assert Aanvraag.objects.count() == 0


def test_an_editor_enrols_somebody_by_phone_after_closing(db, klok, redacteur_door, klopt):
    sessie = SessieFactory(staat="gesloten", capaciteit=1)
    enrol(sessie, 1, door=redacteur_door)
    enrol(sessie, 2, door=redacteur_door)
    assert states(sessie) == {1: "bevestigd", 2: "wachtlijst"}
    assert Aanvraag.objects.first().door == redacteur_door.gebruiker
    klopt()


def test_the_contact_of_others_hears_what_became_of_them(sessie):
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(e_mail="diensthoofd@example.org", voornaam="An"),
        personen=[persoon(1), persoon(2), persoon(3)],
        wachtlijst=True,
    )
    assert mails("aanvraag") == ["diensthoofd@example.org"]
    text = last_mail("aanvraag").tekst
    assert "Sara2 V.: bevestigd" in text
    assert "Sara3 V.: op de wachtlijst" in text


# --- Approval ------------------------------------------------------------------


def test_a_session_with_approval_gives_no_place_by_itself(db, klok, redacteur_door, klopt):
    sessie = SessieFactory(capaciteit=1, goedkeuring=True)
    for number in (1, 2, 3):
        enrol(sessie, number)
    assert set(states(sessie).values()) == {"aangevraagd"}
    goedkeuren.approve(one(sessie, 2).pk, door=redacteur_door)
    goedkeuren.approve(one(sessie, 1).pk, door=redacteur_door)
    goedkeuren.refuse(one(sessie, 3).pk, reden="Volg eerst de basis.", door=redacteur_door)
    assert states(sessie) == {1: "wachtlijst", 2: "bevestigd", 3: "geweigerd"}
    assert "Volg eerst de basis." in last_mail("geweigerd").tekst
    # Two editors on one enrolment: the second changes nothing.
    goedkeuren.refuse(one(sessie, 3).pk, reden="Nog eens.", door=redacteur_door)
    goedkeuren.approve(one(sessie, 2).pk, door=redacteur_door)
    assert len(mails("geweigerd")) == len(mails("bevestigd")) == 1
    klopt()


def test_a_course_that_asks_another_first_asks_approval(db, klok):
    basis = VormingPageFactory()
    sessie = SessieFactory(vorming=VormingPageFactory(vooraf=basis))
    enrol(sessie)
    assert states(sessie) == {1: "aangevraagd"}


def test_refusing_who_has_a_place_is_not_a_step(sessie, redacteur_door):
    enrol(sessie)
    with pytest.raises(OngeldigeOvergang):
        goedkeuren.refuse(one(sessie, 1).pk, reden="", door=redacteur_door)


@pytest.mark.parametrize("einde", ["geannuleerd", "geweigerd", "vervallen", "vervangen"])
@pytest.mark.parametrize("naar", Staat.values)
def test_an_end_stays_an_end(sessie, redacteur_door, einde, naar):
    enrol(sessie)
    found = one(sessie, 1)
    Inschrijving.objects.filter(pk=found.pk).update(staat=einde, plaats=None)
    found.refresh_from_db()
    with pytest.raises(OngeldigeOvergang):
        overgang(found, Staat(naar), door=redacteur_door, plaats=1)


# --- What goes along --------------------------------------------------------------


def test_answers_needs_and_workshops_are_kept_apart(sessie):
    workshop = WorkshopFactory(sessie=sessie, capaciteit=1)
    for number in (1, 2):
        inschrijven.enrol(
            sessie=sessie.pk,
            token=uuid.uuid4(),
            gegevens=gegevens(number),
            personen=[
                persoon(
                    number,
                    voeding="veganistisch",
                    workshops=[workshop.pk],
                    antwoorden=[{"sleutel": "a", "vraag": "Hoelang?", "waarde": "Kort"}],
                )
            ],
            wachtlijst=True,
        )
    assert BijzondereNood.objects.count() == 2
    assert one(sessie, 1).antwoorden[0]["waarde"] == "Kort"
    assert [keuze.plaats for keuze in workshop.keuzes.order_by("pk")] == [1, None]
    assert workshop.naam in last_mail("bevestigd").tekst
    assert "Volzet, kies via de knop iets anders" in last_mail("bevestigd").tekst
    assert "veganistisch" not in str(list(Logregel.objects.values()))
    assert "veganistisch" not in last_mail("bevestigd").tekst


def test_a_workshop_of_another_session_is_not_taken(sessie):
    elsewhere = WorkshopFactory()
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(),
        personen=[persoon(workshops=[elsewhere.pk])],
        wachtlijst=True,
    )
    assert elsewhere.keuzes.count() == 0


# --- What the database itself refuses ----------------------------------------------


def break_rule(sessie, **changes):
    with transaction.atomic():
        Inschrijving.objects.filter(pk=one(sessie, 1).pk).update(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"plaats": 2},
        {"plaats": None},
        {"plaats": 0},
        {"staat": "wachtlijst"},
        {"staat": "wachtlijst", "plaats": None},
        {"staat": "aangeboden"},
        {"staat": "onzin"},
        {"aanbod_tot": datetime.datetime(2026, 11, 25, tzinfo=datetime.UTC)},
        {"sleutel": "sara2@example.org|sara2 voorbeeld"},
    ],
    ids=str,
)
def test_the_database_refuses(sessie, changes):
    enrol(sessie, 1)
    enrol(sessie, 2)
    with pytest.raises(IntegrityError):
        break_rule(sessie, **changes)


def test_the_database_refuses_a_queue_number_twice(sessie):
    for number in range(1, 5):
        enrol(sessie, number)
    with pytest.raises(IntegrityError), transaction.atomic():
        Inschrijving.objects.filter(pk=one(sessie, 4).pk).update(volgnummer=1)


def test_the_database_refuses_a_session_that_makes_no_sense(sessie):
    from vorming.models import Sessie

    for changes in (
        {"sluit_op": sessie.begint_op + datetime.timedelta(days=1)},
        {"eindigt_op": sessie.begint_op},
        {"begint_op": None, "eindigt_op": None},
        {"opent_op": clock.now(), "sluit_op": clock.now()},
        {"prijs": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sessie.objects.filter(pk=sessie.pk).update(**changes)


def test_what_somebody_enrolled_in_cannot_be_deleted(sessie):
    from django.db.models import ProtectedError

    enrol(sessie)
    for target in (sessie, one(sessie, 1).aanvraag, sessie.vorming):
        with pytest.raises(ProtectedError):
            target.delete()


def test_publishing_an_older_draft_of_the_page_leaves_sessions_alone(sessie):
    page = sessie.vorming
    draft = page.save_revision()
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    draft.publish()
    sessie.refresh_from_db()
    assert sessie.volgnummer_teller == 1
    assert states(sessie) == {1: "bevestigd", 2: "bevestigd", 3: "wachtlijst"}
