"""The edges: drafts, courses off the site, days that move, people who are forgotten."""

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from post.models import Levering
from tests.factories import SessieFactory, WorkshopFactory
from tests.vorming.beheer import (
    at,
    form_of,
)
from tests.vorming.conftest import enrol, gegevens, mails, one, persoon, states
from vorming import links
from vorming.models import Aanvraag, Inschrijving, Sessie, Workshop
from vorming.services import deelnemer, inschrijven, privacy, sessies, verplaatsen, wachtlijst, werk
from vorming.services.basis import NietMogelijk
from vorming.services.dagen import Dag
from vorming.services.samenvoegen import merge
from vorming.staten import Toestand

pytestmark = pytest.mark.django_db


# --- Drafts, and courses that are off the site -------------------------------------------


def test_nobody_is_enrolled_in_or_moved_to_a_draft(sessie, redacteur_door):
    draft = SessieFactory(staat="concept")
    with pytest.raises(NietMogelijk, match="nog een concept"):
        enrol(draft, 1, door=redacteur_door)
    with pytest.raises(NietMogelijk):
        enrol(draft, 1)
    enrol(sessie, 1)
    with pytest.raises(NietMogelijk, match="nog een concept"):
        verplaatsen.move(one(sessie, 1).pk, draft.pk, door=redacteur_door)
    assert states(sessie) == {1: "bevestigd"}
    assert not draft.inschrijvingen.exists()
    assert not draft.aanvragen.exists()


def test_a_draft_to_which_somebody_was_moved_is_not_thrown_away(sessie, redacteur_door):
    """Her request stays with the session in which she asked."""
    other = SessieFactory()
    enrol(sessie, 1)
    verplaatsen.move(one(sessie, 1).pk, other.pk, door=redacteur_door)
    Sessie.objects.filter(pk=other.pk).update(staat="concept")
    with pytest.raises(NietMogelijk, match="concept zonder inschrijvingen"):
        sessies.remove(other.pk)
    assert states(other) == {1: "bevestigd"}


@pytest.fixture
def off_the_site(sessie):
    """A session with one person in it, of a course that was taken off the site since."""
    aanvraag = enrol(sessie, 1)
    sessie.vorming.unpublish()
    return sessie, aanvraag


def test_a_course_off_the_site_takes_nobody_new(off_the_site, client):
    sessie, _aanvraag = off_the_site
    assert client.get(reverse("inschrijven", args=[sessie.pk])).status_code == 404


@pytest.mark.parametrize(
    "name", ["mijn_inschrijving", "annuleren", "collega", "wijzigen", "mijn_agenda"]
)
def test_a_course_off_the_site_keeps_the_links_of_who_is_in_it(off_the_site, client, name):
    sessie, _aanvraag = off_the_site
    address = reverse(name, args=[links.token_of(one(sessie, 1))])
    assert client.get(address).status_code == 200


def test_a_course_off_the_site_still_says_what_became_of_a_request(off_the_site, client):
    _sessie, aanvraag = off_the_site
    address = reverse("inschrijving_klaar", args=[aanvraag.formuliertoken])
    assert client.get(address).status_code == 200


def test_who_is_in_a_course_off_the_site_can_cancel(off_the_site, client):
    sessie, _aanvraag = off_the_site
    client.post(reverse("annuleren", args=[links.token_of(one(sessie, 1))]))
    assert states(sessie) == {1: "geannuleerd"}


# --- Days and workshops that change --------------------------------------------------------


def test_two_workshops_change_names_in_one_form(team_client, sessie):
    first = WorkshopFactory(sessie=sessie, naam="Praten")
    second = WorkshopFactory(sessie=sessie, naam="Luisteren")
    address = at(sessie, "wijzigen")
    before = form_of(team_client, address)
    names = {before[f"workshops-{number}-naam"] for number in (0, 1)}
    assert names == {"Praten", "Luisteren"}
    data = before | {
        "workshops-0-naam": before["workshops-1-naam"],
        "workshops-1-naam": before["workshops-0-naam"],
    }
    assert team_client.post(address, data).status_code == 302
    assert dict(Workshop.objects.values_list("pk", "naam")) == {
        first.pk: "Luisteren",
        second.pk: "Praten",
    }


@pytest.mark.parametrize("staat", ["open", "gesloten"])
def test_the_last_day_of_a_session_with_people_stays(sessie, redacteur_door, staat):
    enrol(sessie, 1)
    sessies.set_state(sessie.pk, staat, door=redacteur_door)
    with pytest.raises((NietMogelijk, ValidationError)):
        sessies.change(sessie.pk, velden={}, dagen=[], door=redacteur_door)
    sessie.refresh_from_db()
    assert sessie.dagen.count() == 1
    assert sessie.begint_op is not None
    assert mails("gewijzigd") == []


def test_an_offer_ends_where_the_session_now_begins_and_she_reads_it(
    db, klok, redacteur_door, klopt
):
    sessie = SessieFactory(capaciteit=1, doorschuiven="aanbod")
    for number in (1, 2, 3):
        enrol(sessie, number)
    deelnemer.cancel(one(sessie, 1).pk)
    dag = sessie.dagen.get()
    end = one(sessie, 2).aanbod_tot
    begin = end - datetime.timedelta(hours=20)
    moved = Dag(begin=begin, einde=begin + datetime.timedelta(hours=6), pk=dag.pk)
    sessies.change(sessie.pk, velden={}, dagen=[moved], door=redacteur_door)
    assert one(sessie, 2).aanbod_tot == begin
    assert mails("gewijzigd") == ["sara2@example.org", "sara3@example.org"]
    told = Levering.objects.get(
        adres="sara2@example.org", bericht__soort="vorming/gewijzigd"
    ).bericht.tekst
    assert "Antwoord met de knop voor woensdag 25 november om 14.00 uur." in told
    assert "Je agenda past zich aan" not in told
    klok.move_to(begin)
    with pytest.raises(NietMogelijk):
        wachtlijst.accept(one(sessie, 2).pk)
    werk.move_up()
    assert one(sessie, 2).staat == "vervallen"
    klopt()


def test_a_session_that_runs_is_not_open(sessie, klok, client):
    def shown():
        return Sessie.objects.met_stand().get(pk=sessie.pk)

    klok.move_to(sessie.begint_op)
    assert shown().kan_inschrijven
    klok.shift(datetime.timedelta(minutes=1))
    assert shown().toestand == Toestand.GESLOTEN
    assert not shown().kan_inschrijven
    answer = client.get(reverse("inschrijven", args=[sessie.pk]))
    assert "<form" not in answer.content.decode().partition("<main")[2].partition("</main")[0]


# --- One person of many ---------------------------------------------------------------------


def test_who_is_joined_with_another_keeps_the_workshop_that_one_had_a_place_in(
    db, klok, redacteur_door, klopt
):
    sessie = SessieFactory(capaciteit=9)
    seat = WorkshopFactory(sessie=sessie, capaciteit=1)
    wish = WorkshopFactory(sessie=sessie, capaciteit=1)
    for number, workshop in ((1, wish), (2, seat), (3, seat), (4, wish)):
        inschrijven.enrol(
            sessie=sessie.pk,
            token=uuid.uuid4(),
            gegevens=gegevens(number),
            personen=[persoon(number, workshops=[workshop.pk])],
            wachtlijst=True,
        )
    # 4 only wished; 2, who is the same person, holds the place. 3 waits for it.
    kept = merge(one(sessie, 4).pk, one(sessie, 2).pk, door=redacteur_door)
    (keuze,) = kept.workshopkeuzes.all()
    assert (keuze.workshop, keuze.plaats) == (seat, 1)
    assert not one(sessie, 3).workshopkeuzes.filter(plaats__isnull=False).exists()
    klopt()


def test_erasing_goes_on_when_one_enrolment_changes_meanwhile(
    db, klok, redacteur_door, monkeypatch, klopt
):
    first, second = SessieFactory(), SessieFactory()
    for sessie in (first, second):
        enrol(sessie, 1)
    swapped = one(first, 1).pk
    cancel = deelnemer.cancel_together
    pending = [swapped]

    def meanwhile(keys, **options):
        if pending:
            deelnemer.swap(pending.pop(), persoon=persoon(9))
        return cancel(keys, **options)

    monkeypatch.setattr(deelnemer, "cancel_together", meanwhile)
    privacy.erase("sara1@example.org", door=redacteur_door)
    assert pending == []
    rows = Inschrijving.objects.filter(pk__in=[swapped, second.inschrijvingen.get().pk])
    assert sorted(rows.values_list("staat", flat=True)) == ["geannuleerd", "vervangen"]
    assert not rows.exclude(e_mail="").exists()
    # Who took over is somebody else.
    assert one(first, 9).e_mail == "sara9@example.org"
    klopt()


def test_a_phone_number_is_kept_for_the_later_session_to_which_she_was_moved(
    db, klok, redacteur_door
):
    sessie, later = SessieFactory(over=10), SessieFactory(over=60)
    enrol(sessie, 1, gegevens=gegevens(1, telefoon="0470 00 00 00"))
    enrol(sessie, 2, gegevens=gegevens(2, telefoon="0470 11 11 11"))
    verplaatsen.move(one(sessie, 1).pk, later.pk, door=redacteur_door)
    klok.move_to(sessie.eindigt_op + datetime.timedelta(days=31))
    assert privacy.retain()["telefoonnummers"] == 1
    assert one(later, 1).aanvraag.telefoon == "0470 00 00 00"
    assert one(sessie, 2).aanvraag.telefoon == ""
    klok.move_to(later.eindigt_op + datetime.timedelta(days=31))
    assert privacy.retain()["telefoonnummers"] == 1
    assert not Aanvraag.objects.exclude(telefoon="").exists()


def everybody_hears_it_does_not_go_on(sessie, klok, door):
    sessies.cancel(sessie.pk, reden="Ziek.", door=door)
    return "gaat-niet-door"


def everybody_hears_of_another_place(sessie, klok, door):
    sessies.change(sessie.pk, velden={"locatie": "Elders"}, dagen=None, door=door)
    return "gewijzigd"


def everybody_is_reminded(sessie, klok, door):
    klok.move_to(sessie.begint_op - datetime.timedelta(hours=20))
    werk.remind()
    return "herinnering-dag"


@pytest.mark.parametrize(
    "cause",
    [
        everybody_hears_it_does_not_go_on,
        everybody_hears_of_another_place,
        everybody_is_reminded,
    ],
    ids=lambda cause: cause.__name__,
)
def test_one_without_an_address_does_not_hold_up_the_mails_of_the_others(
    db, klok, redacteur_door, cause
):
    sessie = SessieFactory()
    enrol(sessie, 1, 2, 3)
    Inschrijving.objects.filter(voornaam="Sara1").update(e_mail="", e_mail_norm="")
    kind = cause(sessie, klok, redacteur_door)
    assert mails(kind) == ["sara2@example.org", "sara3@example.org"]
