"""What a participant does with her link: cancel, send a colleague, change, ask the link again."""

import datetime

import pytest

from tests.factories import SessieFactory, WorkshopFactory
from tests.vorming.conftest import enrol, last_mail, mails, one, persoon, states
from vorming import links
from vorming.models import BijzondereNood, Inschrijving, Logregel
from vorming.services import deelnemer
from vorming.services.basis import NietMogelijk, OngeldigeOvergang

pytestmark = pytest.mark.django_db


def test_cancel_twice_is_once(sessie, klopt):
    enrol(sessie)
    for _ in range(2):
        deelnemer.cancel(one(sessie, 1).pk)
    assert states(sessie) == {1: "geannuleerd"}
    assert len(mails("geannuleerd")) == 1
    klopt()


def test_cancel_after_the_deadline_only_by_an_editor(db, klok, redacteur_door):
    sessie = SessieFactory(annuleren_tot=klok_time(klok, days=3))
    enrol(sessie, 1)
    klok.shift(datetime.timedelta(days=3, seconds=1))
    with pytest.raises(NietMogelijk, match="niet meer"):
        deelnemer.cancel(one(sessie, 1).pk)
    deelnemer.cancel(one(sessie, 1).pk, door=redacteur_door)
    assert states(sessie) == {1: "geannuleerd"}


def test_who_waits_may_leave_after_the_deadline(db, klok):
    sessie = SessieFactory(capaciteit=1, annuleren_tot=klok_time(klok, days=3))
    enrol(sessie, 1)
    enrol(sessie, 2)
    klok.shift(datetime.timedelta(days=4))
    deelnemer.cancel(one(sessie, 2).pk)
    assert states(sessie)[2] == "geannuleerd"


def klok_time(klok, **delta):
    from core import clock

    return clock.now() + datetime.timedelta(**delta)


def test_a_colleague_takes_over_the_place(sessie, klopt):
    workshop = WorkshopFactory(sessie=sessie)
    enrol(sessie, 1)
    old = one(sessie, 1)
    deelnemer.change(
        old.pk,
        functie="regisseur",
        antwoorden=[],
        workshops=[workshop.pk],
        voeding="zonder noten",
        toegankelijkheid="",
    )
    token = links.token_of(old)
    new = deelnemer.swap(old.pk, persoon=persoon(2))
    assert states(sessie) == {1: "vervangen", 2: "bevestigd"}
    assert (new.plaats, new.vervangt, new.aanvraag) == (1, old, old.aanvraag)
    assert [keuze.plaats for keuze in new.workshopkeuzes.all()] == [1]
    # What somebody needs is her own.
    assert not BijzondereNood.objects.filter(inschrijving=new).exists()
    with pytest.raises(links.LinkOngeldig):
        links.read(token)
    assert links.read(links.token_of(new)) == new
    assert mails("vervangen") == ["sara1@example.org"]
    assert mails("overgenomen") == ["sara2@example.org"]
    # Twice is once.
    assert deelnemer.swap(old.pk, persoon=persoon(2)) == new
    assert len(mails("overgenomen")) == 1
    klopt()


def test_a_swap_with_somebody_who_is_in_is_refused(sessie, redacteur_door):
    enrol(sessie, 1, 2)
    with pytest.raises(NietMogelijk):
        deelnemer.swap(one(sessie, 1).pk, persoon=persoon(2), door=redacteur_door)
    assert states(sessie) == {1: "bevestigd", 2: "bevestigd"}


def test_a_swap_from_the_waiting_list_is_not_a_step(sessie):
    enrol(sessie, 1, 2, 3)
    with pytest.raises(OngeldigeOvergang):
        deelnemer.swap(one(sessie, 3).pk, persoon=persoon(4))


def test_a_swap_after_the_deadline_is_refused(db, klok):
    sessie = SessieFactory(vervangen_tot=klok_time(klok, days=1))
    enrol(sessie, 1)
    klok.shift(datetime.timedelta(days=2))
    with pytest.raises(NietMogelijk):
        deelnemer.swap(one(sessie, 1).pk, persoon=persoon(2))


def test_change_writes_down_which_fields_and_never_what(sessie):
    enrol(sessie)
    deelnemer.change(
        one(sessie, 1).pk,
        functie="netwerkregisseur",
        antwoorden=[],
        workshops=None,
        voeding="glutenvrij",
        toegankelijkheid="",
    )
    line = Logregel.objects.get(actie="antwoorden gewijzigd")
    assert line.velden == ["antwoorden", "functie"]
    assert "glutenvrij" not in str(list(Logregel.objects.values()))
    assert len(mails("antwoorden-gewijzigd")) == 1


def test_change_of_nothing_sends_nothing(sessie):
    enrol(sessie)
    deelnemer.change(
        one(sessie, 1).pk,
        functie="",
        antwoorden=[],
        workshops=None,
        voeding="",
        toegankelijkheid="",
    )
    assert mails("antwoorden-gewijzigd") == []


def test_change_after_the_start_is_refused(sessie, klok):
    enrol(sessie)
    klok.move_to(sessie.begint_op)
    with pytest.raises(NietMogelijk):
        deelnemer.change(
            one(sessie, 1).pk,
            functie="x",
            antwoorden=[],
            workshops=None,
            voeding="",
            toegankelijkheid="",
        )


def test_a_lost_link_is_mailed_to_who_is_in_and_to_nobody_else(sessie):
    enrol(sessie, 1)
    assert deelnemer.resend_links(sessie.pk, "SARA1@example.org") == 1
    assert deelnemer.resend_links(sessie.pk, "wie@example.org") == 0
    assert deelnemer.resend_links(sessie.pk, "geen adres") == 0
    assert mails("link-opnieuw") == ["sara1@example.org"]


def test_two_people_of_one_mailbox_each_get_a_mail(sessie, klopt):
    import uuid

    from tests.vorming.conftest import gegevens
    from vorming.services import inschrijven

    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(e_mail="info@example.org"),
        personen=[persoon(1, e_mail="info@example.org"), persoon(2, e_mail="info@example.org")],
        wachtlijst=True,
    )
    assert mails("bevestigd") == ["info@example.org"] * 2
    assert mails("aanvraag") == []
    klopt()


# --- The link --------------------------------------------------------------------


def test_a_link_that_was_tampered_with_or_revoked_holds_no_more(sessie, redacteur_door):
    enrol(sessie, 1, 2)
    first, second = one(sessie, 1), one(sessie, 2)
    token = links.token_of(first)
    assert links.read(token) == first
    name, version, signature = token.split(".")
    other = links.token_of(second).split(".")[0]
    for wrong in (
        token[:-1],
        f"{other}.{version}.{signature}",
        f"{name}.2.{signature}",
        f"{name}.{version}",
        "",
        "a.b.c",
    ):
        with pytest.raises(links.LinkOngeldig):
            links.read(wrong)
    deelnemer.revoke_link(first.pk, door=redacteur_door)
    with pytest.raises(links.LinkOngeldig):
        links.read(token)
    assert links.token_of(one(sessie, 1)) in last_mail("link-opnieuw").tekst


def test_a_link_survives_a_new_key_while_the_old_one_is_accepted(sessie, settings):
    enrol(sessie)
    settings.LINK_KEYS = ["oud"]
    token = links.token_of(one(sessie, 1))
    settings.LINK_KEYS = ["nieuw", "oud"]
    assert links.read(token)
    settings.LINK_KEYS = ["nieuw"]
    with pytest.raises(links.LinkOngeldig):
        links.read(token)


def test_a_link_stops_a_month_after_the_session(sessie, klok):
    enrol(sessie)
    token = links.token_of(one(sessie, 1))
    klok.move_to(sessie.eindigt_op + datetime.timedelta(days=30))
    assert links.read(token)
    klok.shift(1)
    with pytest.raises(links.LinkOngeldig):
        links.read(token)


def test_every_mail_holds_the_same_link_until_it_is_revoked(sessie):
    enrol(sessie)
    deelnemer.resend_links(sessie.pk, "sara1@example.org")
    link = links.link_of(Inschrijving.objects.select_related("aanvraag").get())
    assert link in last_mail("bevestigd").tekst
    assert link in last_mail("link-opnieuw").tekst
