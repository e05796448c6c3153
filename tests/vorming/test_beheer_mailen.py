"""Mailing the participants of a session: by state, after a look, once."""

import uuid

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from wagtail.models import ModelLogEntry

from post import services as post
from post.models import Bericht, Levering, Onderdrukking
from tests.admin import form_in
from tests.factories import SessieFactory
from tests.test_editor_language import english_in
from tests.vorming.beheer import (
    at,
    main_of,
    said,
    text_of,
)
from tests.vorming.conftest import enrol, mails, one, persoon
from vorming.models import Mededeling
from vorming.services import deelnemer, inschrijven, verplaatsen
from vorming.staten import Staat

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(team_client, klok):
    return team_client


@pytest.fixture
def full(sessie):
    """A session with two people in it, and one who waits."""
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    return sessie


def letter(client, sessie, **values):
    """Return what an editor fills in."""
    data = form_in(client.get(at(sessie, "mailen")), "mail-formulier")
    data = {name: data.getlist(name) for name in data}
    return {
        **data,
        "onderwerp": "Breng je laptop mee",
        "tekst": "We oefenen samen.\n\nTot dan <3",
        **values,
    }


def send(client, sessie, data):
    return client.post(at(sessie, "mailen"), {**data, "verstuur": "1"}, follow=True)


def test_the_mail_is_looked_at_before_it_leaves(team, full):
    page = team.get(at(full, "mailen"))
    choices = [one.get_text(strip=True) for one in main_of(page).select("#id_staten label")]
    assert choices[:3] == ["bevestigd (2)", "plaats aangeboden (0)", "op de wachtlijst (1)"]
    look = team.post(at(full, "mailen"), letter(team, full))
    assert "2 mensen krijgen deze mail" in text_of(look)
    mail = BeautifulSoup(main_of(look).select_one("iframe")["srcdoc"], "html.parser").get_text()
    for part in ("Dag Voornaam", "We oefenen samen.", "Tot dan <3", "Voorbeeldzaal"):
        assert part in mail, part
    assert english_in(look) == []
    assert mails("mededeling") == []
    # Back to the form: everything is still there.
    again = team.post(at(full, "mailen"), {**letter(team, full), "wijzig": "1"})
    assert main_of(again).find(id="id_onderwerp")["value"] == "Breng je laptop mee"
    assert "Tot dan <3" in main_of(again).find(id="id_tekst").text


def test_everybody_in_the_chosen_states_gets_one_with_her_own_link(team, full, vormingsteam):
    answer = send(team, full, letter(team, full, staten=["bevestigd", "wachtlijst"]))
    assert "De mail vertrekt naar 3 mensen." in said(answer)
    assert sorted(mails("mededeling")) == [f"sara{n}@example.org" for n in (1, 2, 3)]
    texts = list(Bericht.objects.filter(soort="vorming/mededeling").values_list("tekst", flat=True))
    lines = {line for text in texts for line in text.splitlines()}
    assert len([line for line in lines if "/mijn-inschrijving/" in line]) == 3
    assert all("Dag Sara" in text and "Tot dan <3" in text for text in texts)
    assert main_of(answer).select_one("dd").get_text() == "3 mensen: bevestigd, op de wachtlijst"
    assert "3 wacht" in text_of(answer)
    line = full.logregels.latest("pk")
    assert (line.actie, line.gebruiker) == ("mail aan deelnemers", vormingsteam)
    (entry,) = ModelLogEntry.objects.for_instance(full).filter(action="vorming.gemaild")
    assert entry.data == {"aantal": 3}
    assert "Breng je laptop mee" in text_of(team.get(at(full)))


def test_a_double_click_sends_once(team, full):
    data = letter(team, full)
    first = send(team, full, data)
    enrol(full, 4)
    second = send(team, full, data)
    assert "Deze mail was al verstuurd." in said(second)
    assert first.redirect_chain == second.redirect_chain
    assert Mededeling.objects.count() == 1
    assert len(mails("mededeling")) == 2
    # The same words in a new form are a new mail.
    send(team, full, letter(team, full))
    assert len(mails("mededeling")) == 4


def test_people_who_share_a_mailbox_each_get_theirs(team, sessie):
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=inschrijven.Gegevens(
            voornaam="Sara1", naam="Voorbeeld", e_mail="info@example.org", organisatie="Stad"
        ),
        personen=[persoon(1, e_mail="info@example.org"), persoon(2, e_mail="info@example.org")],
        wachtlijst=True,
    )
    send(team, sessie, letter(team, sessie))
    assert mails("mededeling") == ["info@example.org"] * 2


def test_who_left_the_newsletter_still_hears_of_her_own_course(team, full):
    post.suppress("sara1@example.org", Onderdrukking.Reden.UITGESCHREVEN)
    send(team, full, letter(team, full))
    row = Levering.objects.get(bericht__soort="vorming/mededeling", adres="sara1@example.org")
    # Only mail to many is held back.
    assert row.prioriteit == 0


def test_what_is_wrong_is_said_and_everything_typed_stays(team, full):
    data = letter(team, full, onderwerp="", staten=["aangeboden"])
    for button in ({}, {"verstuur": "1"}):
        answer = team.post(at(full, "mailen"), {**data, **button})
        text = text_of(answer)
        assert "Geef de mail een onderwerp." in text
        assert "Er is niemand in wat je koos." in text
        assert "Tot dan <3" in main_of(answer).find(id="id_tekst").text
        assert BeautifulSoup(answer.content, "html.parser").title.text.strip().startswith("Fout: ")
    assert mails("mededeling") == []


def test_without_anybody_there_is_nobody_to_mail(team, sessie):
    assert "Er is niemand om te mailen." in text_of(team.get(at(sessie, "mailen")))


def test_somebody_who_cancelled_gets_no_link_that_does_nothing(team, full):
    deelnemer.cancel(one(full, 1).pk)
    send(team, full, letter(team, full, staten=[Staat.GEANNULEERD.value]))
    (mail,) = Bericht.objects.filter(soort="vorming/mededeling")
    assert "mijn-inschrijving" not in mail.tekst


def test_somebody_who_cancelled_and_came_back_gets_one_mail_as_what_she_is_now(team, full):
    for _ in range(2):
        deelnemer.cancel(one(full, 1).pk)
        enrol(full, 1)
    deelnemer.cancel(one(full, 2).pk)
    page = team.get(at(full, "mailen"))
    choices = [label.get_text(strip=True) for label in main_of(page).select("#id_staten label")]
    # 3 moved up, and 1 once more when 2 left; only 2 is cancelled.
    assert choices[0] == "bevestigd (2)"
    assert choices[-1] == "geannuleerd (1)"
    answer = send(team, full, letter(team, full, staten=["bevestigd", "geannuleerd"]))
    assert "De mail vertrekt naar 3 mensen." in said(answer)
    assert sorted(mails("mededeling")) == [f"sara{n}@example.org" for n in (1, 2, 3)]


def test_somebody_who_cancelled_twice_gets_one_mail(team, full):
    for _ in range(2):
        enrol(full, 3)
        deelnemer.cancel(one(full, 3).pk)
    send(team, full, letter(team, full, staten=["geannuleerd"]))
    assert mails("mededeling") == ["sara3@example.org"]


def test_who_was_moved_is_not_mailed_as_somebody_who_cancelled(team, full, redacteur_door):
    deelnemer.cancel(one(full, 1).pk)
    verplaatsen.move(one(full, 2).pk, SessieFactory(over=40).pk, door=redacteur_door)
    send(team, full, letter(team, full, staten=["geannuleerd"]))
    assert mails("mededeling") == ["sara1@example.org"]


def test_only_who_sees_the_mail_room_gets_the_way_to_it(team, full, vormingsteam):
    answer = send(team, full, letter(team, full))
    assert "Wie in de groep Postbeheer zit" in text_of(answer)
    vormingsteam.groups.add(Group.objects.get(name="Postbeheer"))
    address = answer.redirect_chain[-1][0]
    link = main_of(team.get(address)).select_one("p a")["href"]
    listed = BeautifulSoup(team.get(link).content, "html.parser").select("table.listing tbody tr")
    assert len(listed) == 2
    # A mail of another session is not found here.
    assert team.get(address.replace(f"/{full.pk}/", "/999999/")).status_code == 404


def test_who_may_not_change_enrolments_mails_nobody(client, full, eindredacteur):
    client.force_login(eindredacteur)
    for method in (client.get, client.post):
        assert method(at(full, "mailen")).status_code == 302
    assert "Mail de deelnemers" not in text_of(client.get(at(full)))
