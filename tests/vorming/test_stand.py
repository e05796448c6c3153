"""Places are not content: they show at once, and taking one makes no page forget what it knew."""

import pytest
from django.db import connection

from core import memo
from core.models import SiteInstellingen
from post.models import Bericht
from tests.factories import ContentPageFactory, SessieFactory, VormingPageFactory
from tests.markup import Antwoord
from tests.vorming.bezoeker import send
from tests.vorming.conftest import enrol
from vorming.models import VormingInstellingen

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
