"""What a participant does with her link: look, change, cancel, answer, send a colleague."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from core.public_forms import SEAL, Seal
from tests.factories import SessieFactory, VormingPageFactory, WorkshopFactory
from tests.markup import ask, assert_sound
from tests.vorming.bezoeker import form_data, own, sealed, text
from tests.vorming.conftest import DINSDAG, enrol, last_mail, mails, one, persoon, states
from tests.vorming.mensen import take
from vorming import links
from vorming.models import Aanvraag, Inschrijving, VormingPage
from vorming.services import deelnemer, goedkeuren, wachtlijst

pytestmark = pytest.mark.django_db

# --- With a link ------------------------------------------------------------------


LINK_PAGES = ["mijn_inschrijving", "annuleren", "collega", "wijzigen", "mijn_agenda"]


@pytest.mark.parametrize("name", LINK_PAGES)
def test_looking_changes_nothing(sessie, client, name):
    """A mail scanner opens every link, again and again."""
    enrol(sessie, 1, 2, 3)
    before = list(Inschrijving.objects.order_by("pk").values())
    for number in (1, 3):
        response = client.get(own(sessie, number, name))
        assert response.status_code in (200, 404)
        if response.status_code == 200:
            assert response["Referrer-Policy"] == "no-referrer"
            assert response["Cache-Control"] == "private, no-store"
            assert "noindex" in response["X-Robots-Tag"]
    assert list(Inschrijving.objects.order_by("pk").values()) == before
    assert len(mails()) == 4


def test_cancel_with_the_link(sessie, client, klopt):
    enrol(sessie, 1, 2, 3)
    asked = client.get(own(sessie, 1, "annuleren"))
    assert "Je inschrijving annuleren?" in text(asked)
    for _ in range(2):
        done = client.post(own(sessie, 1, "annuleren"), follow=True)
        assert "Je inschrijving is geannuleerd" in text(done)
    assert states(sessie) == {1: "geannuleerd", 2: "bevestigd", 3: "bevestigd"}
    assert len(mails("geannuleerd")) == 1
    klopt()


def test_leave_the_waiting_list_with_the_link(sessie, client):
    enrol(sessie, 1, 2, 3)
    assert "Je bent de eerste in de rij." in text(client.get(own(sessie, 3)))
    client.post(own(sessie, 3, "annuleren"))
    assert states(sessie)[3] == "geannuleerd"


def test_cancel_too_late_says_whom_to_call(klok, client):
    sessie = SessieFactory(annuleren_tot=DINSDAG + datetime.timedelta(days=1))
    enrol(sessie, 1)
    klok.shift(datetime.timedelta(days=2))
    assert "Zelf annuleren kan niet meer." in text(client.get(own(sessie, 1)))
    response = client.post(own(sessie, 1, "annuleren"))
    assert response.status_code == 409
    assert "Zelf annuleren kan niet meer. Neem contact met ons op." in text(response)
    assert states(sessie) == {1: "bevestigd"}


def offered(klok):
    sessie = SessieFactory(capaciteit=1, doorschuiven="aanbod")
    enrol(sessie, 1)
    enrol(sessie, 2)
    enrol(sessie, 3)
    deelnemer.cancel(one(sessie, 1).pk)
    return sessie


def test_accept_an_offer_with_the_link(klok, client, klopt):
    sessie = offered(klok)
    assert "We houden ze vrij tot donderdag 26 november om 10.00 uur." in text(
        client.get(own(sessie, 2))
    )
    for _ in range(2):
        done = client.post(own(sessie, 2), {"actie": "aanvaarden"}, follow=True)
        assert "Je hebt een plaats" in text(done)
    assert states(sessie)[2] == "bevestigd"
    klopt()


def test_refuse_an_offer_with_the_link(klok, client, klopt):
    sessie = offered(klok)
    done = client.post(own(sessie, 2), {"actie": "weigeren"}, follow=True)
    assert "De plaats ging naar iemand anders" in text(done)
    assert one(sessie, 3).staat == "aangeboden"
    late = client.post(own(sessie, 2), {"actie": "aanvaarden"})
    assert late.status_code == 409
    klopt()


def test_an_offer_whose_time_is_up_shows_no_button(klok, client):
    sessie = offered(klok)
    address = own(sessie, 2)
    klok.shift(datetime.timedelta(hours=49))
    shown = text(client.get(address))
    assert "De tijd om te antwoorden is voorbij." in shown
    assert 'value="aanvaarden"' not in shown


@pytest.mark.parametrize("asks", ["approval", "another course first"])
def test_where_an_editor_decides_who_comes_a_colleague_is_asked_for(
    klok, client, beheer, redacteur_door, asks
):
    """Also by a form that was open before, and for a colleague who was refused or waits for it."""
    sessie = SessieFactory(goedkeuring=asks == "approval", vorming=VormingPageFactory())
    if asks != "approval":
        VormingPage.objects.filter(pk=sessie.vorming_id).update(vooraf=VormingPageFactory())
    for number in (1, 2, 3):
        enrol(sessie, number)
    goedkeuren.approve(one(sessie, 1).pk, door=redacteur_door)
    goedkeuren.refuse(one(sessie, 2).pk, door=redacteur_door, reden="")
    before = states(sessie)
    assert before == {1: "bevestigd", 2: "geweigerd", 3: "aangevraagd"}
    words = "In deze vorming beslissen wij wie meedoet. Wil je een collega sturen? Vraag het ons"
    for name in ("mijn_inschrijving", "annuleren", "collega"):
        shown = text(client.get(own(sessie, 1, name)))
        assert words in shown
        assert "collega/" not in shown
        assert "We helpen je graag." in shown
    assert "Vraag het ons eerst." in last_mail("bevestigd").tekst
    for number in (2, 3):
        data = {name: getattr(persoon(number), name) for name in ("voornaam", "naam", "e_mail")}
        late = client.post(own(sessie, 1, "collega"), sealed("collega", **data))
        assert late.status_code == 409
        assert words in text(late)
    assert states(sessie) == before
    # An editor decides, so she may.
    take(beheer, one(sessie, 1), "collega", **{**data, "voornaam": "Sara4", "e_mail": "s@ex.org"})
    assert states(sessie) == before | {1: "vervangen", 4: "bevestigd"}


def test_send_a_colleague_with_the_link(sessie, client, klopt):
    enrol(sessie, 1)
    old = own(sessie, 1)
    with time_machine.travel(DINSDAG - datetime.timedelta(minutes=1), tick=False):
        seal = Seal.new().write("collega")
    data = {SEAL: seal, "voornaam": "Sara2", "naam": "Voorbeeld", "e_mail": "sara2@example.org"}
    wrong = client.post(own(sessie, 1, "collega"), {**data, "e_mail": ""})
    assert wrong.status_code == 422
    assert "Vul het e-mailadres van je collega in." in text(wrong)
    done = client.post(own(sessie, 1, "collega"), data)
    assert "Je collega neemt je plaats over" in text(done)
    assert states(sessie) == {1: "vervangen", 2: "bevestigd"}
    # The old link is dead, for looking as well as for changing.
    assert client.get(old).status_code == 404
    assert client.post(old + "annuleren/").status_code == 404
    assert "Deze link werkt niet meer" in text(client.get(old))
    assert one(sessie, 2).staat == "bevestigd"
    klopt()


@pytest.fixture
def revoked_in_flight(monkeypatch, redacteur_door):
    """Let an editor revoke every link, just after it was read and before anything is done."""
    read = links.read

    def read_and_revoke(token):
        found = read(token)
        deelnemer.revoke_link(found.pk, door=redacteur_door)
        return found

    monkeypatch.setattr(links, "read", read_and_revoke)


SARA_9 = {"voornaam": "Sara9", "naam": "Voorbeeld", "e_mail": "sara9@example.org"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("annuleren", {}),
        ("collega", sealed("collega", **SARA_9)),
        ("wijzigen", sealed("wijzigen", functie="indringer")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_link_that_is_revoked_in_flight_does_nothing(
    sessie, client, revoked_in_flight, name, data
):
    enrol(sessie, 1)
    response = client.post(own(sessie, 1, name), data)
    assert response.status_code == 404
    assert "Deze link werkt niet meer" in text(response)
    assert states(sessie) == {1: "bevestigd"}
    assert one(sessie, 1).functie == ""
    assert mails() == ["sara1@example.org"] * 2
    assert len(mails("link-opnieuw")) == 1


@pytest.mark.parametrize("answer", ["aanvaarden", "weigeren"])
def test_an_offer_is_not_answered_with_a_link_that_is_revoked_in_flight(
    klok, client, redacteur_door, monkeypatch, request, answer
):
    sessie = offered(klok)
    address = own(sessie, 2)
    request.getfixturevalue("revoked_in_flight")
    response = client.post(address, {"actie": answer})
    assert response.status_code == 404
    assert states(sessie)[2] == "aangeboden"


@pytest.mark.parametrize("known", [False, True], ids=["new", "who waits"])
def test_the_same_form_twice_shows_the_same_and_the_old_link_is_dead_for_all_else(
    klok, client, known
):
    sessie = SessieFactory(capaciteit=1)
    enrol(sessie, 1)
    if known:
        enrol(sessie, 9)
    address, old = own(sessie, 1, "collega"), own(sessie, 1)
    data = sealed("collega", **SARA_9)
    first, second = client.post(address, data), client.post(address, data)
    assert (first.status_code, second.status_code) == (200, 200)
    for response in (first, second):
        assert "Je collega neemt je plaats over" in text(response)
        assert "Sara9 Voorbeeld krijgt een mail op sara9@example.org." in text(response)
    assert one(sessie, 9).staat == "bevestigd"
    assert len(mails("overgenomen")) == 1
    # Another form, or another name in this one, is not hers.
    for other in (sealed("collega", **SARA_9), {**data, "voornaam": "Sara8"}):
        assert client.post(address, other).status_code == 404
    assert client.get(address).status_code == client.get(old).status_code == 404
    assert client.post(own_of(old, "wijzigen"), data).status_code == 404
    assert client.post(own_of(old, "annuleren"), data).status_code == 404
    assert one(sessie, 9).staat == "bevestigd"


def own_of(address, name):
    return f"{address}{name}/"


def test_a_second_click_that_crosses_the_first_shows_the_same(sessie, client, monkeypatch):
    """It had read the link before the first had the lock; the colleague was in already."""
    enrol(sessie, 1)
    enrol(sessie, 9)
    address, data = own(sessie, 1, "collega"), sealed("collega", **SARA_9)
    real = deelnemer.swap

    def swap_twice(*args, **kwargs):
        real(*args, **kwargs)
        return real(*args, **kwargs)

    monkeypatch.setattr(deelnemer, "swap", swap_twice)
    response = client.post(address, data)
    assert response.status_code == 200
    assert "Je collega neemt je plaats over" in text(response)
    assert states(sessie) == {1: "geannuleerd", 9: "bevestigd"}


def test_a_second_click_on_the_colleague_is_no_dead_link(sessie):
    """Both clicks read the link before one of them revoked it."""
    enrol(sessie, 1)
    seen = one(sessie, 1)
    first = deelnemer.swap(seen.pk, persoon=persoon(2), link=seen.link_versie)
    assert deelnemer.swap(seen.pk, persoon=persoon(2), link=seen.link_versie) == first


def test_change_answers_with_the_link(sessie, client):
    workshop = WorkshopFactory(sessie=sessie)
    enrol(sessie, 1)
    with time_machine.travel(DINSDAG - datetime.timedelta(minutes=1), tick=False):
        seal = Seal.new().write("wijzigen")
    data = {SEAL: seal, "functie": "regisseur", "voeding": "vegan", "ronde_0": str(workshop.pk)}
    done = client.post(own(sessie, 1, "wijzigen"), data, follow=True)
    assert "We bewaarden wat je veranderde." in text(done)
    assert workshop.keuzes.get().plaats == 1
    again = text(client.get(own(sessie, 1, "wijzigen")))
    assert 'value="vegan"' in again
    # Needs stand in their form, and nowhere else.
    assert "vegan" not in text(client.get(own(sessie, 1)))


def test_the_days_as_a_file(klok, client):
    sessie = SessieFactory(capaciteit=2, praktisch="Breng je laptop mee.")
    enrol(sessie, 1, 2, 3)
    response = client.get(own(sessie, 1, "mijn_agenda"))
    assert response["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in response.content
    assert b"Breng je laptop mee." in response.content
    assert client.get(own(sessie, 3, "mijn_agenda")).status_code == 404


def test_the_online_link_is_shown_to_who_has_a_place_only(klok, client):
    sessie = SessieFactory(capaciteit=1, vorm="online", online_link="https://meet.example.org/abc")
    enrol(sessie, 1)
    enrol(sessie, 2)
    assert "meet.example.org" in text(client.get(own(sessie, 1)))
    assert "meet.example.org" not in text(client.get(own(sessie, 2)))
    public = client.get(reverse("inschrijven", args=[sessie.pk]))
    assert "meet.example.org" not in text(public)


def test_who_has_a_place_reads_that_the_online_link_follows(klok, client):
    sessie = SessieFactory(capaciteit=1, vorm="online")
    enrol(sessie, 1)
    enrol(sessie, 2)
    promise = "Online: je krijgt de link per mail, voor de sessie begint."
    assert promise in text(client.get(own(sessie, 1)))
    assert promise not in text(client.get(own(sessie, 2)))
    klok.move_to(sessie.begint_op)
    assert promise not in text(client.get(own(sessie, 1)))


def test_ask_the_link_again_says_the_same_to_everybody(sessie, client):
    enrol(sessie, 1)
    address = reverse("link_opnieuw", args=[sessie.pk])
    with time_machine.travel(DINSDAG - datetime.timedelta(minutes=1), tick=False):
        seal = Seal.new().write("link")
    answers = [
        text(client.post(address, {SEAL: seal, "e_mail": adres}))
        for adres in ("sara1@example.org", "niemand@example.org")
    ]
    assert answers[0] == answers[1]
    assert mails("link-opnieuw") == ["sara1@example.org"]
    assert links.token_of(one(sessie, 1)) in last_mail("link-opnieuw").tekst


def test_the_pages_of_a_link_are_sound(klok):
    sessie = offered(klok)
    enrol(sessie, 4)
    pages = {
        name: ask(address)
        for name, address in {
            "formulier": reverse("inschrijven", args=[sessie.pk]),
            "link": reverse("link_opnieuw", args=[sessie.pk]),
            "aangeboden": own(sessie, 2),
            "wacht": own(sessie, 3),
            "geannuleerd": own(sessie, 1),
            "annuleren": own(sessie, 2, "annuleren"),
            "wijzigen": own(sessie, 2, "wijzigen"),
        }.items()
    }
    wachtlijst.accept(one(sessie, 2).pk)
    pages["bevestigd"] = ask(own(sessie, 2))
    pages["collega"] = ask(own(sessie, 2, "collega"))
    assert_sound(pages)


def test_in_another_language_the_form_speaks_it(sessie, client):
    response = client.get(f"/en/inschrijven/{sessie.pk}/")
    assert response.status_code == 200
    assert 'lang="en"' in text(response)
    data = {**form_data(), "actie": "bevestigen"}
    done = client.post(f"/en/inschrijven/{sessie.pk}/", data)
    assert done["Location"].startswith("/en/inschrijven/klaar/")
    assert Aanvraag.objects.get().taal == "en"
