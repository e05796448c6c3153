"""Nobody learns from our answers who is enrolled: not by words, not by what it takes."""

import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.public_forms import SEAL, Seal
from nieuwsbrief import views as brief_views
from nieuwsbrief.models import Lijst
from post.models import Levering
from tests.factories import SessieFactory
from tests.nieuwsbrief.conftest import abonneer
from tests.vorming.bezoeker import colleague, form_data, own, send, text
from tests.vorming.conftest import enrol, last_mail, mails, one, states
from vorming.models import Aanvraag
from vorming.services.basis import redactie
from vorming.views import eigen

pytestmark = pytest.mark.django_db


def seal(purpose):
    return Seal(Seal.new().key, clock.now() - datetime.timedelta(minutes=1)).write(purpose)


def core_of(response):
    """Return the title and what a confirmation says, without names of courses."""
    soup = BeautifulSoup(response.content.decode(), "html.parser")
    title, main = soup.select("h1")[0], soup.select(".hoofd")[0]
    return title.get_text(strip=True), " ".join(main.get_text(" ").split())


# --- After enrolling ---------------------------------------------------------------------


@pytest.mark.parametrize("known", [(1,), (2,), (1, 2)])
@pytest.mark.parametrize("full", [False, True], ids=["plaats", "wachtlijst"])
@pytest.mark.parametrize("approval", [False, True], ids=["meteen", "na goedkeuring"])
def test_the_confirmation_is_the_same_for_who_is_in_already(client, klok, known, full, approval):
    answers = []
    for before in (known, tuple(number + 10 for number in known)):
        sessie = SessieFactory(capaciteit=len(known) if full else 9, goedkeuring=approval)
        enrol(sessie, *before)
        data = {"aantal": "1", "wachtlijst": "1", **colleague(1, 2)}
        done = send(client, sessie, **data)
        assert done.status_code == 302
        answers.append(core_of(client.get(done["Location"])))
    assert answers[0] == answers[1]
    assert "2 personen" in answers[0][1]


CONTACT = {"voornaam": "An", "e_mail": "an@example.org"}


@pytest.mark.parametrize("zelf", ["ja", "nee"])
@pytest.mark.parametrize("known", [(1,), (2,), (1, 2)])
@pytest.mark.parametrize(
    ("left", "approval"),
    [(0, False), (1, False), (5, False), (5, True)],
    ids=["vol", "nog een plaats", "plaats", "na goedkeuring"],
)
def test_the_mail_to_who_asked_is_the_same_for_who_is_in_already(
    client, klok, zelf, known, left, approval
):
    found = []
    for before in (known, tuple(number + 10 for number in known)):
        sessie = SessieFactory(naam="proef", capaciteit=len(known) + left, goedkeuring=approval)
        enrol(sessie, *before, door=redactie(None))
        others = {**colleague(1, 1), **colleague(2, 2)}
        send(client, sessie, **CONTACT, zelf=zelf, wachtlijst="1", aantal="2", **others)
        mail = last_mail("aanvraag")
        found.append((mails("aanvraag").count("an@example.org"), mail.onderwerp, mail.tekst))
        Levering.objects.all().delete()
    assert found[0] == found[1]
    assert found[0][0] == 1
    for number in (1, 2):
        assert f"- Sara{number} V.: " in found[0][2]


def test_the_mail_to_who_asked_comes_when_all_the_others_were_in_already(client, klok):
    sessie = SessieFactory()
    enrol(sessie, 1)
    data = form_data(**CONTACT, zelf="nee", aantal="1", **colleague(1, 1), actie="bevestigen")
    for _ in range(2):
        assert client.post(reverse("inschrijven", args=[sessie.pk]), data).status_code == 302
    assert mails("aanvraag") == ["an@example.org"]
    assert "- Sara1 V.: bevestigd" in last_mail("aanvraag").tekst
    # Who is told about herself alone, has her own mail.
    send(client, sessie)
    assert len(mails("aanvraag")) == 1


def test_one_person_reads_her_own_state(client, klok):
    sessie = SessieFactory(capaciteit=1)
    done = send(client, sessie)
    title, words = core_of(client.get(done["Location"]))
    assert title == "Je hebt een plaats"
    assert "1 persoon heeft een plaats." in words
    done = send(client, sessie, wachtlijst="1", **{**colleague(1, 2), "aantal": "1", "zelf": "nee"})
    title, words = core_of(client.get(done["Location"]))
    assert title == "Je staat op de wachtlijst"
    assert "1 persoon staat op de wachtlijst." in words
    assert "Sara2" not in words


def test_the_answer_is_kept_as_numbers_and_no_names(client, klok):
    sessie = SessieFactory(capaciteit=1)
    enrol(sessie, 1)
    send(client, sessie, wachtlijst="1", aantal="1", **colleague(1, 2))
    assert Aanvraag.objects.latest("pk").gezegd == {"wachtlijst": 2}
    assert Aanvraag.objects.latest("pk").aantal_dubbel == 1


# --- Sending a colleague -----------------------------------------------------------------


def give_to(client, sessie, number, **changes):
    data = {
        "voornaam": f"SARA{number}",
        "naam": "Voorbeeld",
        "e_mail": f"sara{number}@example.org",
        **changes,
    }
    return client.post(own(sessie, 1, "collega"), {SEAL: seal("collega"), **data})


def swapped(client, klok, in_already, capacity=3):
    """Return the answer to sending colleague 2, and the mail to who sent her."""
    sessie = SessieFactory(capaciteit=capacity)
    enrol(sessie, 1)
    if in_already:
        enrol(sessie, 2)
    old = own(sessie, 1)
    answer = give_to(client, sessie, 2)
    assert answer.status_code == 200
    assert client.get(old).status_code == 404, "the old link stops"
    mail = Levering.objects.filter(adres="sara1@example.org").latest("pk").bericht
    words = re.sub(r"\b\S*/\S*\b", "", mail.tekst)
    kinds = [soort.removeprefix("vorming/") for soort in [mail.soort]]
    return sessie, core_of(answer), (kinds, mail.onderwerp.partition(":")[0], words.split("\n")[2])


@pytest.mark.parametrize("capacity", [1, 3], ids=["wacht", "heeft een plaats"])
def test_sending_a_colleague_is_the_same_when_she_is_in_already(client, klok, klopt, capacity):
    _, page, mail = swapped(client, klok, in_already=False, capacity=capacity)
    sessie, known_page, known_mail = swapped(client, klok, in_already=True, capacity=capacity)
    assert page == known_page
    assert mail == known_mail
    assert states(sessie)[2] == "bevestigd"
    klopt()


def test_who_waits_gets_the_place_that_a_colleague_gives_her(client, klok, klopt):
    sessie = SessieFactory(capaciteit=1)
    enrol(sessie, 1)
    enrol(sessie, 3)
    enrol(sessie, 2)
    give_to(client, sessie, 2)
    assert states(sessie) == {1: "geannuleerd", 2: "bevestigd", 3: "wachtlijst"}
    assert one(sessie, 2).plaats == 1
    assert "Je komt in de plaats van Sara1 Voorbeeld" in last_mail("overgenomen").tekst
    klopt()


def test_a_place_for_who_has_one_goes_to_who_waits(client, klok, klopt):
    sessie = SessieFactory(capaciteit=2)
    for number in (1, 2, 3):
        enrol(sessie, number)
    give_to(client, sessie, 2)
    assert states(sessie) == {1: "geannuleerd", 2: "bevestigd", 3: "bevestigd"}
    assert mails("link-opnieuw") == ["sara2@example.org"]
    klopt()


def test_who_was_offered_a_place_keeps_that_one(client, klok, klopt):
    sessie = SessieFactory(capaciteit=2, doorschuiven="aanbod")
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    client.post(own(sessie, 2, "annuleren"))
    assert one(sessie, 3).staat == "aangeboden"
    give_to(client, sessie, 3)
    assert states(sessie) == {
        1: "geannuleerd", 2: "geannuleerd", 3: "bevestigd", 4: "aangeboden"
    }  # fmt: skip
    klopt()


def test_one_cannot_send_oneself(client, klok):
    sessie = SessieFactory()
    enrol(sessie, 1)
    answer = give_to(client, sessie, 1)
    assert answer.status_code == 409
    assert "Dat ben je zelf." in text(answer)
    assert states(sessie) == {1: "bevestigd"}


# --- A lost link ---------------------------------------------------------------------------


def ask(view, data, **route):
    """Return the answer and what it took before it left; what comes after is not done yet."""
    request = RequestFactory().post("/", data)
    with CaptureQueriesContext(
        connection,
    ) as taken:
        response = view(request, **route)
    return response, [shape_of(query["sql"]) for query in taken.captured_queries]


def leave(answer):
    """Do what is done when an answer has left; the connection stays that of the test."""
    request_finished.disconnect(close_old_connections)
    try:
        answer.close()
    finally:
        request_finished.connect(close_old_connections)


def shape_of(sql):
    """Return a query without what differs from visitor to visitor."""
    return re.sub(r"'[^']*'|\d+", "?", sql)


def test_a_lost_link_takes_the_same_whoever_is_known(klok):
    sessie = SessieFactory(capaciteit=9)
    enrol(sessie, 1, 2)
    answers = []
    for address in ("warm@example.org", "sara1@example.org", "niet1@example.org"):
        data = {SEAL: seal("link"), "e_mail": address}
        answers.append(ask(eigen.link_opnieuw, data, sessie=sessie.pk))
    (_, _), (known, known_queries), (unknown, unknown_queries) = answers
    assert known_queries == unknown_queries
    assert known.content == unknown.content
    assert not mails("link-opnieuw")
    for answer in (known, unknown):
        leave(answer)
    assert mails("link-opnieuw") == ["sara1@example.org"]


def test_a_lost_link_to_the_newsletter_takes_the_same_too(klok):
    abonneer("lien@example.org", Lijst.objects.get(slug="netwerkgemeente"))
    klok.shift(datetime.timedelta(hours=1))
    before = Levering.objects.count()
    answers = []
    for address in ("warm@example.org", "lien@example.org", "niet@example.org"):
        data = {SEAL: seal("nieuwsbrief-link"), "e_mail": address}
        answers.append(ask(brief_views.link_view, data))
    (_, _), (known, known_queries), (unknown, unknown_queries) = answers
    assert known_queries == unknown_queries
    assert known.content == unknown.content
    assert Levering.objects.count() == before
    for answer in (known, unknown):
        leave(answer)
    assert Levering.objects.count() == before + 1


def test_what_goes_wrong_after_an_answer_is_for_who_looks_after_the_site(
    client, klok, monkeypatch, caplog
):
    def broken(*args):
        raise ValueError("stuk")

    monkeypatch.setattr("vorming.services.deelnemer.resend_links", broken)
    data = {SEAL: seal("link"), "e_mail": "sara1@example.org"}
    answer = client.post(reverse("link_opnieuw", args=[SessieFactory().pk]), data)
    assert "Kijk in je mailbox" in text(answer)
    assert "Werk na een antwoord is mislukt" in caplog.text
    assert "sara1@example.org" not in caplog.text
