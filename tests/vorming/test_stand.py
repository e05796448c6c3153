"""Places are not content: they show at once, and taking one makes no page forget what it knew."""

import datetime

import pytest
from django.db import connection

from core import memo
from core.models import SiteInstellingen
from post.models import Bericht
from tests.factories import ContentPageFactory, SessieFactory, VormingPageFactory
from tests.markup import Antwoord, ask
from tests.vorming.bezoeker import send, text
from tests.vorming.conftest import enrol, one, states
from vorming.models import Sessie, VormingInstellingen
from vorming.services import deelnemer

pytestmark = pytest.mark.django_db


def content_version():
    with connection.cursor() as cursor:
        cursor.execute(memo.READ)
        return dict(cursor.fetchall())


def offers(client, page):
    """Return what machines read of the places of a course, from what the site remembers."""
    answer = Antwoord(page.get_url(), client.get(page.get_url()), [], [])
    (course,) = [item for item in answer.json_ld if item["@type"] == "Course"]
    return [one["offers"]["availability"] for one in course["hasCourseInstance"]]


def test_the_last_place_is_gone_for_machines_at_once(client, klok):
    page = VormingPageFactory()
    sessie = SessieFactory(vorming=page, capaciteit=1, prijs=0)
    assert offers(client, page) == ["https://schema.org/InStock"]
    enrol(sessie, 1)
    assert offers(client, page) == ["https://schema.org/SoldOut"]


def passed_over(**fields):
    """Return a full session with a full waiting list: three who come only together."""
    sessie = SessieFactory(
        vorming=VormingPageFactory(), capaciteit=3, max_wachtlijst=3, prijs=0, **fields
    )
    for number in (1, 2, 3):
        enrol(sessie, number)
    enrol(sessie, 4, 5, 6, samen=True)
    return sessie


SEVENTH = {"voornaam": "Sara7", "e_mail": "sara7@example.org"}


def test_a_place_that_a_group_cannot_use_is_there_for_somebody_else(client, klok, klopt):
    sessie = passed_over()
    page = sessie.vorming
    assert "Volzet" in ask(page.get_url()).visible_text()
    deelnemer.cancel(one(sessie, 1).pk)
    assert "Bijna volzet : nog 1 plaats" in ask(page.get_url()).visible_text()
    assert offers(client, page) == ["https://schema.org/InStock"]
    assert "Schrijf je in" in text(client.get(f"/inschrijven/{sessie.pk}/"))
    assert send(client, sessie, **SEVENTH).status_code == 302
    assert states(sessie)[7] == "bevestigd"
    assert [states(sessie)[number] for number in (4, 5, 6)] == ["wachtlijst"] * 3
    assert "Volzet" in ask(page.get_url()).visible_text()
    klopt()


def test_a_group_without_a_limit_on_the_list_hides_no_place_either(client, klok):
    sessie = passed_over()
    Sessie.objects.filter(pk=sessie.pk).update(max_wachtlijst=None)
    deelnemer.cancel(one(sessie, 1).pk)
    assert "Bijna volzet : nog 1 plaats" in ask(sessie.vorming.get_url()).visible_text()


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (24 * 60 - 10, "Ook de wachtlijst is vol."),
        # By then her form is more than a day old.
        (20 * 60, "Volzet. Dit vulde je in; we hebben er niets van bewaard."),
    ],
)
def test_a_place_for_whom_the_editors_phone_is_not_promised_to_others(
    client, klok, klopt, minutes, words
):
    sessie = passed_over(over=2)
    klok.move_to(sessie.begint_op - datetime.timedelta(minutes=minutes))
    deelnemer.cancel(one(sessie, 1).pk)
    page = ask(sessie.vorming.get_url()).visible_text()
    assert "Volzet" in page
    assert "nog 1 plaats" not in page
    refused = send(client, sessie, **SEVENTH)
    assert refused.status_code == 409
    assert words in text(refused)
    assert "sara7@example.org" in text(refused)
    assert 7 not in states(sessie)
    klopt()


def test_a_crowd_that_enrols_makes_no_page_forget_its_menu(klok):
    sessie = SessieFactory(capaciteit=2)
    before = content_version()
    for number in (1, 2, 3):
        enrol(sessie, number)
    assert content_version() == before


def test_another_privacy_statement_is_shown_at_once(client, klok):
    address = f"/inschrijven/{SessieFactory().pk}/"
    pages = [ContentPageFactory(title=title) for title in ("Jouw gegevens", "Onze belofte")]
    for page in pages:
        chosen = VormingInstellingen.load()
        chosen.privacypagina = page
        chosen.save()
        assert page.title in client.get(address).content.decode()
    page.unpublish()
    assert page.title not in client.get(address).content.decode()


def test_a_mail_has_the_address_of_the_settings_as_they_are_now(client, klok):
    sessie = SessieFactory(capaciteit=5)
    for address in ("een@example.org", "twee@example.org"):
        details = SiteInstellingen.objects.get()
        details.helpdesk_e_mail = address
        details.save()
        assert send(client, sessie, e_mail=f"sara-{address}").status_code == 302
        assert Bericht.objects.latest("pk").antwoord_aan == address
