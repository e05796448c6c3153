"""Everybody reads of a course in her own language, in mails and in her calendar."""

from email import message_from_bytes

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from icalendar import Calendar
from wagtail.models import Locale

from tests.factories import SessieFactory
from tests.vorming.bezoeker import own, send
from tests.vorming.conftest import enrol, gegevens, last_mail, mails, one
from vorming.services import deelnemer, verplaatsen, werk

pytestmark = pytest.mark.django_db

FRANS = "Formation de base"


@pytest.fixture
def online(db, klok):
    """An online session with a name of its own."""
    return SessieFactory(naam="voorjaar", vorm="online", locatie="", adres="", gemeente="")


@pytest.fixture
def vertaald(online):
    """That session, with a published French page of its course."""
    french = Locale.objects.get(language_code="fr")
    page = online.vorming.copy_for_translation(french, copy_parents=True)
    page.title = FRANS
    page.save_revision().publish()
    return online


def enrol_in(language, sessie, number):
    """Enrol somebody with the form in her language."""
    with translation.override(language):
        send(Client(), sessie, voornaam=f"Sara{number}", e_mail=f"sara{number}@example.org")


def events(kind):
    """Return the days in the calendar parts of the newest mail of a kind."""
    message = message_from_bytes(bytes(last_mail(kind).skelet))
    return [
        event
        for part in message.walk()
        if part.get_content_type() == "text/calendar"
        for event in Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    ]


def assert_speaks_of(kind, title, address):
    """Assert that a mail names and links one page of the course everywhere."""
    bericht = last_mail(kind)
    assert bericht.onderwerp.endswith(f": {title}")
    assert {title, address} <= set(bericht.tekst.splitlines())
    soup = BeautifulSoup(bericht.html, "html.parser")
    assert [heading.get_text() for heading in soup.select("h2")] == [title]
    assert address in [link["href"] for link in soup.select("a[href]")]


def test_who_enrols_in_french_reads_of_the_french_page(vertaald):
    enrol_in("fr", vertaald, 1)
    page = vertaald.vorming.get_translation(Locale.objects.get(language_code="fr"))
    assert "/fr/" in page.full_url
    assert_speaks_of("bevestigd", f"{FRANS}, voorjaar", page.full_url)
    (event,) = events("bevestigd")
    assert str(event["SUMMARY"]) == f"{FRANS}, voorjaar"


def test_who_enrols_in_dutch_for_the_same_session_reads_of_the_dutch_page(vertaald):
    enrol_in("fr", vertaald, 1)
    enrol_in("nl", vertaald, 2)
    assert_speaks_of("bevestigd", str(vertaald), vertaald.vorming.full_url)
    (event,) = events("bevestigd")
    assert str(event["SUMMARY"]) == str(vertaald)


def test_without_a_published_translation_a_course_has_its_own_name(vertaald):
    page = vertaald.vorming.get_translation(Locale.objects.get(language_code="fr"))
    page.unpublish()
    enrol_in("fr", vertaald, 1)
    assert_speaks_of("bevestigd", str(vertaald), vertaald.vorming.full_url)
    (event,) = events("bevestigd")
    assert str(event["SUMMARY"]) == str(vertaald)


def test_who_causes_a_mail_does_not_choose_the_language_of_the_calendar_in_it(vertaald):
    enrol_in("fr", vertaald, 1)
    with translation.override("nl"):
        deelnemer.cancel(one(vertaald, 1).pk)
    (event,) = events("geannuleerd")
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (f"{FRANS}, voorjaar", "En ligne")


def test_the_calendar_file_of_her_page_has_the_words_of_her_invitation(vertaald, client):
    enrol_in("fr", vertaald, 1)
    with translation.override("fr"):
        address = own(vertaald, 1, "mijn_agenda")
    (event,) = Calendar.from_ical(client.get(address).content).walk("VEVENT")
    assert str(event["SUMMARY"]) == f"{FRANS}, voorjaar"


def test_who_fills_in_the_form_and_who_is_moved_read_it_in_their_language(vertaald, redacteur_door):
    enrol(vertaald, 2, gegevens=gegevens(1, taal="fr"))
    assert last_mail("aanvraag").onderwerp.endswith(f": {FRANS}, voorjaar")
    later = SessieFactory(vorming=vertaald.vorming, naam="najaar")
    verplaatsen.move(one(vertaald, 2).pk, later.pk, door=redacteur_door)
    assert f"{FRANS}, najaar." in last_mail("verplaatst").tekst


def test_the_editors_are_told_to_phone_in_dutch(vertaald, klok):
    type(vertaald).objects.filter(pk=vertaald.pk).update(capaciteit=1)
    enrol_in("fr", vertaald, 1)
    enrol(vertaald, 2, gegevens=gegevens(2, taal="fr"))
    klok.move_to(vertaald.begint_op.replace(hour=1))
    deelnemer.cancel(one(vertaald, 1).pk)
    assert last_mail("bel-de-volgende").onderwerp.endswith(f": {vertaald}")


def test_a_mail_to_many_looks_for_the_translation_once(vertaald, klok):
    for number in range(4):
        enrol(vertaald, number, gegevens=gegevens(number, taal="fr"))
    klok.move_to(werk.moment_before(vertaald.dagen.get(), 1))
    with CaptureQueriesContext(connection) as queries:
        werk.remind()
    assert len(mails("herinnering-dag")) == 4
    assert FRANS in last_mail("herinnering-dag").onderwerp
    searches = [query["sql"] for query in queries if '"translation_key" =' in query["sql"]]
    looked = [sql for sql in searches if "vorming_vormingpage" in sql]
    assert len(looked) == 1
