"""What an editor decides about one person in the admin, and puts right."""

import datetime

import pytest

from tests.factories import SessieFactory
from tests.vorming.conftest import enrol, last_mail, mails, one, states
from tests.vorming.mensen import (
    at,
    buttons,
    said,
    soup,
    stamp,
    take,
    text,
)
from vorming import links
from vorming.models import Inschrijving
from vorming.services import deelnemer, goedkeuren, sessies
from vorming.services.basis import OngeldigeOvergang
from vorming.staten import Staat

pytestmark = pytest.mark.django_db

# --- Decisions -----------------------------------------------------------------------------

KLEIN = [
    "Stuur de link opnieuw",
    "Naam of adres verbeteren",
    "Maak vroegere links ongeldig",
    "Samenvoegen met een andere",
]


def test_only_what_can_be_done_now_is_offered(beheer, klok, redacteur_door):
    sessie = SessieFactory(capaciteit=1, goedkeuring=True, doorschuiven="aanbod")
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    for number in (1, 2, 3):
        goedkeuren.approve(one(sessie, number).pk, door=redacteur_door)
    assert buttons(beheer.get(at(one(sessie, 4))))[:-4] == [
        "Goedkeuren", "Niet aanvaarden", "Naar een andere sessie", "Inschrijving annuleren",
    ]  # fmt: skip
    assert buttons(beheer.get(at(one(sessie, 1)))) == [
        "Vervangen door een collega", "Naar een andere sessie", "Inschrijving annuleren", *KLEIN,
    ]  # fmt: skip
    assert buttons(beheer.get(at(one(sessie, 3))))[:-4] == [
        "Naar een andere sessie", "Inschrijving annuleren",
    ]  # fmt: skip
    deelnemer.cancel(one(sessie, 1).pk)
    assert buttons(beheer.get(at(one(sessie, 1)))) == []
    assert buttons(beheer.get(at(one(sessie, 2))))[:-4] == [
        "Aanvaarden voor deze persoon", "Neemt de plaats niet", "Aanbod intrekken",
        "Naar een andere sessie", "Inschrijving annuleren",
    ]  # fmt: skip
    klok.move_to(sessie.eindigt_op + datetime.timedelta(hours=1))
    assert buttons(beheer.get(at(one(sessie, 4)))) == KLEIN


def test_somebody_is_approved_and_another_refused_with_a_reason(beheer, klok, tine, klopt):
    sessie = SessieFactory(capaciteit=1, goedkeuring=True)
    for number in (1, 2, 3):
        enrol(sessie, number)
    assert said(take(beheer, one(sessie, 1), "goedkeuren")) == [
        "Sara1 Voorbeeld heeft een plaats, en krijgt een mail."
    ]
    assert said(take(beheer, one(sessie, 2), "goedkeuren")) == [
        "Sara2 Voorbeeld staat op de wachtlijst, en krijgt een mail."
    ]
    without = take(beheer, one(sessie, 3), "weigeren", reden="")
    assert without.status_code == 422
    assert "Schrijf waarom" in text(without)
    take(beheer, one(sessie, 3), "weigeren", reden="Volg eerst de <basisvorming>.")
    assert states(sessie) == {1: "bevestigd", 2: "wachtlijst", 3: "geweigerd"}
    assert "Volg eerst de <basisvorming>." in last_mail("geweigerd").tekst
    # What somebody read is not for ever in the log.
    line = one(sessie, 3).logregels.latest("pk")
    assert (line.gebruiker, line.uitleg) == (tine, "")
    klopt()


@pytest.fixture
def together(db, klok, redacteur_door):
    """Return a session of three places, two of them taken, and three who ask to come together."""
    sessie = SessieFactory(capaciteit=3, goedkeuring=True)
    enrol(sessie, 8, 9, door=redacteur_door)
    enrol(sessie, 1, 2, 3, samen=True)
    return sessie


GROUP = [f"sara{number}@example.org" for number in (1, 2, 3)]


def of_group(sessie):
    return [states(sessie)[number] for number in (1, 2, 3)]


def test_a_group_that_does_not_fit_waits_together_after_one_yes(beheer, together, klopt):
    row = one(together, 2)
    asked = text(beheer.get(at(row, "goedkeuren")))
    assert (
        "Ze komt alleen samen met Sara1 Voorbeeld, Sara3 Voorbeeld: je beslist voor de hele groep "
        "van 3. Ze krijgen allemaal een plaats, of ze wachten samen."
    ) in asked
    response = take(beheer, row, "goedkeuren")
    assert said(response) == [
        "Sara2 Voorbeeld staat op de wachtlijst, en krijgt een mail. "
        "Samen met: Sara1 Voorbeeld, Sara3 Voorbeeld."
    ]
    assert of_group(together) == ["wachtlijst"] * 3
    assert [one(together, number).volgnummer for number in (1, 2, 3)] == [1, 2, 3]
    assert mails("wachtlijst") == GROUP
    assert "Je staat op plaats 3 in de rij." in last_mail("wachtlijst").tekst
    # A place for one of them is a place for none.
    take(beheer, one(together, 8), "annuleren", waarom="andere reden")
    assert of_group(together) == ["wachtlijst"] * 3
    take(beheer, one(together, 9), "annuleren", waarom="andere reden")
    assert of_group(together) == ["bevestigd"] * 3
    assert mails("doorgeschoven") == GROUP
    klopt()


def test_a_group_that_fits_gets_its_places_after_one_yes(beheer, together, redacteur_door, klopt):
    sessies.set_capacity(together.pk, 5, door=redacteur_door)
    already = len(mails("bevestigd"))
    response = take(beheer, one(together, 1), "goedkeuren")
    assert said(response) == [
        "Sara1 Voorbeeld heeft een plaats, en krijgt een mail. "
        "Samen met: Sara2 Voorbeeld, Sara3 Voorbeeld."
    ]
    assert of_group(together) == ["bevestigd"] * 3
    assert mails("bevestigd")[already:] == GROUP
    assert mails("wachtlijst") == []
    klopt()


def test_a_group_that_can_never_fit_any_more_is_not_left_waiting(
    beheer, together, redacteur_door, klopt
):
    sessies.set_capacity(together.pk, 2, door=redacteur_door)
    response = take(beheer, one(together, 1), "goedkeuren")
    assert said(response) == [
        "Deze sessie heeft maar 2 plaatsen. 3 mensen kunnen er nooit samen komen."
    ]
    assert of_group(together) == ["aangevraagd"] * 3
    assert mails("wachtlijst") == []
    klopt()


def test_who_is_refused_leaves_the_others_of_her_group_to_be_decided(beheer, together, klopt):
    row = one(together, 3)
    asked = text(beheer.get(at(row, "weigeren")))
    assert "Zij gaan zonder haar verder: over hen beslis je apart." in asked
    take(beheer, row, "weigeren", reden="Volg eerst de basis.")
    assert of_group(together) == ["aangevraagd", "aangevraagd", "geweigerd"]
    take(beheer, one(together, 9), "annuleren", waarom="andere reden")
    take(beheer, one(together, 1), "goedkeuren")
    assert of_group(together) == ["bevestigd", "bevestigd", "geweigerd"]
    assert mails("geweigerd") == GROUP[2:]
    klopt()


def test_who_of_a_group_cancelled_meanwhile_lets_nobody_in(together, redacteur_door, klopt):
    deelnemer.cancel(one(together, 2).pk)
    with pytest.raises(OngeldigeOvergang):
        goedkeuren.approve(one(together, 2).pk, door=redacteur_door)
    assert of_group(together) == ["aangevraagd", "geannuleerd", "aangevraagd"]
    klopt()


def test_who_was_offered_a_place_meanwhile_answers_herself(db, klok, redacteur_door, klopt):
    sessie = SessieFactory(capaciteit=2, doorschuiven="aanbod")
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    deelnemer.cancel(one(sessie, 1).pk)
    sessies.set_capacity(sessie.pk, 5, door=redacteur_door)
    goedkeuren.approve(one(sessie, 3).pk, door=redacteur_door)
    assert states(sessie) == {1: "geannuleerd", 2: "bevestigd", 3: "aangeboden"}
    klopt()


def test_an_editor_cancels_after_the_deadline_and_the_next_moves_up(beheer, sessie, klok, klopt):
    sessie.annuleren_tot = sessie.begint_op - datetime.timedelta(days=10)
    sessie.save()
    for number in (1, 2, 3):
        enrol(sessie, number)
    klok.move_to(sessie.begint_op - datetime.timedelta(days=5))
    row = one(sessie, 1)
    asked = beheer.get(at(row, "annuleren"))
    assert "Er wacht 1 persoon. De plaats gaat meteen naar de volgende in de rij." in text(asked)
    response = take(
        beheer, row, "annuleren", waarom="op vraag van de organisatie", reden="Tot later!"
    )
    assert said(response) == [
        "Sara1 Voorbeeld: geannuleerd. De deelnemer krijgt een mail.",
        "Doorgeschoven van de wachtlijst: Sara3 Voorbeeld.",
    ]
    assert states(sessie) == {1: "geannuleerd", 2: "bevestigd", 3: "bevestigd"}
    assert "Tot later!" in last_mail("geannuleerd").tekst
    assert row.logregels.latest("pk").uitleg == "op vraag van de organisatie"
    klopt()


def test_an_offer_is_answered_by_phone_or_taken_back(beheer, klok, klopt):
    sessie = SessieFactory(capaciteit=1, doorschuiven="aanbod")
    for number in (1, 2, 3, 4, 5):
        enrol(sessie, number)
    deelnemer.cancel(one(sessie, 1).pk)
    take(beheer, one(sessie, 2), "afwijzen")
    take(beheer, one(sessie, 3), "aanbod-intrekken")
    take(beheer, one(sessie, 4), "aanvaarden")
    assert states(sessie) == {
        1: "geannuleerd", 2: "vervallen", 3: "vervallen", 4: "bevestigd", 5: "wachtlijst",
    }  # fmt: skip
    assert mails("vervallen") == ["sara2@example.org", "sara3@example.org"]
    klopt()


def test_an_offer_that_is_over_cannot_be_accepted_for_somebody(beheer, klok):
    sessie = SessieFactory(capaciteit=1, doorschuiven="aanbod")
    for number in (1, 2):
        enrol(sessie, number)
    deelnemer.cancel(one(sessie, 1).pk)
    row = one(sessie, 2)
    seen = stamp(beheer, row, "aanvaarden")
    klok.move_to(row.aanbod_tot + datetime.timedelta(seconds=1))
    response = take(beheer, row, "aanvaarden", stempel=seen)
    assert "Daarom is er niets gebeurd" in said(response)[0]
    assert one(sessie, 2).staat == Staat.AANGEBODEN


def test_the_last_day_an_editor_gives_the_place_to_who_she_phoned(beheer, sessie, klok, klopt):
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    assert "Geef de plaats" not in buttons(beheer.get(at(one(sessie, 3))))
    klok.move_to(sessie.begint_op - datetime.timedelta(hours=20))
    # Nobody left yet: there is nothing to give.
    assert "Geef de plaats" not in buttons(beheer.get(at(one(sessie, 3))))
    gone = take(beheer, one(sessie, 1), "annuleren", waarom="andere reden")
    assert "Doorgeschoven" not in text(gone)
    assert "Geef de plaats" in buttons(beheer.get(at(one(sessie, 3))))
    assert (
        "wacht nog, de sessie begint binnen 24 uur" in text(beheer.get(at(one(sessie, 3)))).lower()
    )
    question = text(beheer.get(at(one(sessie, 4), "plaats-geven")))
    assert "in de rij staan nog voor haar: Sara3 Voorbeeld" in question
    take(beheer, one(sessie, 4), "plaats-geven")
    assert states(sessie)[4] == "bevestigd"
    assert mails("doorgeschoven") == ["sara4@example.org"]
    klopt()


def test_links_are_sent_again_and_revoked(beheer, sessie):
    enrol(sessie)
    row = one(sessie, 1)
    token = links.token_of(row)
    take(beheer, row, "link-opnieuw")
    assert token in last_mail("link-opnieuw").tekst
    take(beheer, row, "nieuwe-link")
    row.refresh_from_db()
    assert row.link_versie == 2
    assert links.token_of(row) in last_mail("link-opnieuw").tekst


def test_a_colleague_comes_in_the_place_of_somebody(beheer, sessie, klopt):
    enrol(sessie, 1, 2)
    row = one(sessie, 1)
    data = {"voornaam": "Ayşe", "naam": "Nieuw", "e_mail": "geen adres", "functie": ""}
    wrong = take(beheer, row, "collega", **data)
    assert wrong.status_code == 422
    assert soup(wrong).select_one("input[name=voornaam]")["value"] == "Ayşe"
    double = take(
        beheer, row, "collega", voornaam="Sara2", naam="Voorbeeld", e_mail="sara2@example.org"
    )
    assert double.status_code == 409
    assert "Deze collega kan je plaats niet overnemen" in text(double)
    response = take(beheer, row, "collega", **{**data, "e_mail": "ayse@example.org"})
    assert "Ayşe Nieuw komt in de plaats" in said(response)[0]
    new = Inschrijving.objects.get(e_mail="ayse@example.org")
    assert (new.staat, new.plaats, new.vervangt) == (Staat.BEVESTIGD, 1, row)
    assert response.redirect_chain[-1][0] == at(new)
    assert "Sara1 Voorbeeld" in text(response)
    assert "Ayşe Nieuw" in text(beheer.get(at(row)))
    klopt()


def test_a_name_or_an_address_is_corrected(beheer, sessie, klopt):
    enrol(sessie, 1, 2)
    row = one(sessie, 1)
    screen = beheer.get(at(row, "verbeteren"))
    assert soup(screen).select_one("input[name=e_mail]")["value"] == "sara1@example.org"
    data = {"voornaam": "Sara", "naam": "Goed", "e_mail": "sara.goed@example.org", "functie": "x"}
    take(beheer, row, "verbeteren", **data)
    row.refresh_from_db()
    assert (row.volledige_naam, row.e_mail, row.link_versie) == (
        "Sara Goed",
        "sara.goed@example.org",
        2,
    )
    # Both the old mails and the new ones are still on the screen.
    table = soup(beheer.get(at(row))).select_one("section[aria-labelledby=mails]").get_text()
    assert "Bevestigd" in table
    assert "Gegevens verbeterd" in table
    double = {"voornaam": "Sara2", "naam": "Voorbeeld", "e_mail": "sara2@example.org"}
    response = take(beheer, row, "verbeteren", **double)
    assert response.status_code == 409
    assert "Voeg de twee samen" in text(response)
    klopt()


def test_somebody_goes_to_another_session(beheer, sessie, klopt):
    for number in (1, 2, 3):
        enrol(sessie, number)
    other = SessieFactory(capaciteit=5)
    draft = SessieFactory(staat="geannuleerd")
    row = one(sessie, 1)
    choices = [
        option["value"]
        for option in soup(beheer.get(at(row, "verplaatsen"))).select("select[name=naar] option")
    ]
    assert choices == ["", str(other.pk)]
    assert take(beheer, row, "verplaatsen", naar=draft.pk).status_code == 422
    response = take(beheer, row, "verplaatsen", naar=other.pk)
    assert said(response)[0] == "Sara1 Voorbeeld heeft een plaats, en krijgt een mail."
    assert said(response)[1] == "Doorgeschoven van de wachtlijst: Sara3 Voorbeeld."
    assert one(other, 1).staat == Staat.BEVESTIGD
    assert states(sessie) == {1: "geannuleerd", 2: "bevestigd", 3: "bevestigd"}
    klopt()


@pytest.fixture
def group(db, klok):
    """Return a session in which three people wait who come only together."""
    sessie = SessieFactory(capaciteit=3)
    enrol(sessie, 9, 10, 11)
    enrol(sessie, 1, 2, 3, samen=True)
    return sessie


@pytest.mark.parametrize(
    ("room", "became"),
    [
        (5, {1: "bevestigd", 2: "bevestigd", 3: "bevestigd"}),
        # Nobody of them gets a place that is no use to her alone.
        (4, {1: "wachtlijst", 2: "wachtlijst", 3: "wachtlijst"}),
    ],
)
def test_a_group_goes_to_another_session_together(room, became, beheer, group, klopt):
    other = SessieFactory(capaciteit=room)
    enrol(other, 7, 8)
    row = one(group, 2)
    asked = text(beheer.get(at(row, "verplaatsen")))
    assert "De hele groep: Sara2 Voorbeeld, Sara1 Voorbeeld, Sara3 Voorbeeld" in asked
    assert "Alleen Sara2 Voorbeeld. Hier blijven: Sara1 Voorbeeld, Sara3 Voorbeeld" in asked
    response = take(beheer, row, "verplaatsen", naar=other.pk, wie="allen")
    assert "Samen met: Sara1 Voorbeeld, Sara3 Voorbeeld." in said(response)[0]
    assert {number: states(other)[number] for number in (1, 2, 3)} == became
    assert len(mails("verplaatst")) == 3
    klopt()


def test_one_of_a_group_goes_alone_when_the_editor_says_so(beheer, group, klopt):
    other = SessieFactory(capaciteit=1)
    row = one(group, 1)
    assert take(beheer, row, "verplaatsen", naar=other.pk).status_code == 422
    response = take(beheer, row, "verplaatsen", naar=other.pk, wie="alleen")
    assert said(response)[0] == "Sara1 Voorbeeld heeft een plaats, en krijgt een mail."
    assert states(other) == {1: "bevestigd"}
    assert [states(group)[n] for n in (1, 2, 3)] == ["geannuleerd", "wachtlijst", "wachtlijst"]
    klopt()


def test_a_group_does_not_wait_for_a_session_in_which_it_never_fits(beheer, group, klopt):
    small = SessieFactory(capaciteit=2)
    response = take(beheer, one(group, 1), "verplaatsen", naar=small.pk, wie="allen")
    assert response.status_code == 409
    assert "Die sessie heeft maar 2 plaatsen." in text(response)
    assert states(small) == {}
    assert mails("verplaatst") == []
    klopt()


def test_a_group_of_which_one_is_there_already_is_not_torn_apart(beheer, group, klopt):
    other = SessieFactory(capaciteit=9)
    enrol(other, 3)
    response = take(beheer, one(group, 1), "verplaatsen", naar=other.pk, wie="allen")
    assert response.status_code == 409
    assert "Iemand van de groep staat al in die sessie." in text(response)
    assert states(other) == {3: "bevestigd"}
    assert [states(group)[number] for number in (1, 2, 3)] == ["wachtlijst"] * 3
    assert mails("verplaatst") == []
    klopt()
