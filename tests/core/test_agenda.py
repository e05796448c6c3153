"""Deadlines in a calendar program: one file per deadline, and one feed."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from core.models import Termijn
from tests.factories import RegelkaderFactory, TermijnFactory
from tests.markup import ask
from trajecten.models import TermijnenPage

pytestmark = pytest.mark.django_db
FEED = "/agenda/termijnen.ics"


def address_of(termijn):
    # An answer in French leaves that language on.
    with translation.override("nl"):
        return reverse("termijn_agenda", args=[termijn.translation_key])


def read(address, **headers):
    answer = Client().get(address, headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content)


def events_in(address):
    return list(read(address).walk("VEVENT"))


def event_of(termijn):
    (event,) = events_in(address_of(termijn))
    return event


@pytest.fixture
def termijn(at_launch):
    found = TermijnFactory(naam="Nota indienen", dag=1, maand=4, jaar=2027)
    found.save_revision().publish()
    return found


def test_a_deadline_is_a_whole_day_with_its_end_on_the_next(termijn):
    event = event_of(termijn)
    assert event["SUMMARY"] == "Laatste dag: Nota indienen"
    assert event["DTSTART"].params["VALUE"] == event["DTEND"].params["VALUE"] == "DATE"
    assert event["DTSTART"].dt == datetime.date(2027, 4, 1)
    assert event["DTEND"].dt == datetime.date(2027, 4, 2)
    assert event["TRANSP"] == "TRANSPARENT"
    assert termijn.toelichting in event["DESCRIPTION"]
    assert termijn.bron.url in event["DESCRIPTION"]
    assert event["URL"].endswith(f"/trajecten/termijnen/#{termijn.anker}")
    page = ask("/trajecten/termijnen/")
    assert termijn.anker in page.ids


def test_a_deadline_that_is_not_inclusive_stands_on_the_day_before(termijn):
    termijn.inclusief = False
    termijn.save_revision().publish()
    assert event_of(termijn)["DTSTART"].dt == datetime.date(2027, 3, 31)


def test_two_alarms_ring_in_the_morning_two_weeks_and_a_day_before(termijn):
    event = event_of(termijn)
    start = datetime.datetime(2027, 4, 1)
    moments = [start + alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]
    assert moments == [datetime.datetime(2027, 3, 18, 9), datetime.datetime(2027, 3, 31, 9)]
    assert {alarm["ACTION"] for alarm in event.walk("VALARM")} == {"DISPLAY"}


def test_a_day_that_is_over_rings_no_alarm(termijn, on_day):
    on_day(datetime.date(2027, 4, 2))
    assert event_of(termijn).walk("VALARM") == []


def test_a_changed_deadline_keeps_its_identity_and_counts_up(termijn, on_day):
    before = event_of(termijn)
    on_day(datetime.date(2026, 11, 30))
    termijn.dag = 15
    termijn.save_revision().publish()
    after = event_of(termijn)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt
    assert after["DTSTART"].dt == datetime.date(2027, 4, 15)


def test_a_renamed_deadline_keeps_its_identity(termijn):
    before = event_of(termijn)
    termijn.naam = "Heel anders"
    termijn.save_revision().publish()
    assert event_of(termijn)["UID"] == before["UID"]


def test_changed_rules_count_as_a_change(termijn, on_day):
    rules = RegelkaderFactory()
    termijn.regelkader = rules
    termijn.save_revision().publish()
    before = event_of(termijn)
    on_day(datetime.date(2026, 12, 24))
    rules.save_revision().publish()
    assert event_of(termijn)["SEQUENCE"] > before["SEQUENCE"]


def test_a_yearly_deadline_gives_the_next_one_and_the_feed_also_the_last(at_launch):
    yearly = TermijnFactory(naam="Jaarlijks iets", soort="jaarlijks", dag=1, maand=10, jaar=None)
    assert event_of(yearly)["DTSTART"].dt == datetime.date(2027, 10, 1)
    found = [event for event in events_in(FEED) if "Jaarlijks iets" in event["SUMMARY"]]
    assert [event["DTSTART"].dt.year for event in found] == [2026, 2027]
    assert len({event["UID"] for event in found}) == 2


def test_a_yearly_deadline_stops_with_its_rules(on_day):
    on_day(datetime.date(2027, 5, 5))
    rules = RegelkaderFactory(geldig_van=None, geldig_tot=datetime.date(2026, 12, 31))
    yearly = TermijnFactory(soort="jaarlijks", dag=1, maand=10, jaar=None, regelkader=rules)
    assert event_of(yearly)["DTSTART"].dt == datetime.date(2026, 10, 1)


def test_29_february_falls_on_the_28th_in_an_ordinary_year(at_launch):
    yearly = TermijnFactory(soort="jaarlijks", dag=29, maand=2, jaar=None)
    event = event_of(yearly)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (
        datetime.date(2027, 2, 28),
        datetime.date(2027, 3, 1),
    )


def test_a_period_is_its_first_and_its_last_day(at_launch):
    period = TermijnFactory(
        naam="Indienen", soort="periode", begin=datetime.date(2027, 3, 1), dag=31, maand=3
    )
    found = events_in(address_of(period))
    assert [(event["SUMMARY"], event["DTSTART"].dt) for event in found] == [
        ("Begint: Indienen", datetime.date(2027, 3, 1)),
        ("Laatste dag: Indienen", datetime.date(2027, 3, 31)),
    ]
    assert len({event["UID"] for event in found}) == 2


def test_something_that_starts_is_not_called_a_last_day(at_launch):
    start = TermijnFactory(naam="Nieuwe regels", soort="ingang", dag=1, maand=1, jaar=2027)
    assert event_of(start)["SUMMARY"] == "Gaat in: Nieuwe regels"


def test_the_feed_holds_every_published_deadline_of_its_language(at_launch):
    TermijnFactory(naam="Niet gepubliceerd", live=False)
    for prefix, language in (("", "nl"), ("/fr", "fr"), ("/en", "en")):
        expected = {
            termijn.naam
            for termijn in Termijn.objects.filter(live=True, locale__language_code=language)
            if termijn.stand.laatste_dag
        }
        names = {event["SUMMARY"].split(": ", 1)[1] for event in events_in(prefix + FEED)}
        assert names == expected
        assert names


def test_a_deadline_without_date_breaks_nothing(at_launch):
    rules = RegelkaderFactory(geldig_tot=datetime.date(2026, 1, 1), geldig_van=None)
    without = [
        TermijnFactory(naam="Zonder datum", dag=None, maand=None, jaar=None),
        TermijnFactory(naam="Buiten de regels", regelkader=rules),
        TermijnFactory(naam="Zonder bron", bron=None),
    ]
    names = [event["SUMMARY"] for event in events_in(FEED)]
    assert not [name for name in names if "Zonder datum" in name or "Buiten" in name]
    assert "Laatste dag: Zonder bron" in names
    answers = [Client().get(address_of(termijn)).status_code for termijn in without]
    assert answers == [404, 404, 200]
    assert ask("/trajecten/termijnen/").response.status_code == 200


def test_a_feed_without_any_deadline_is_still_a_calendar(at_launch):
    Termijn.objects.all().delete()
    assert events_in(FEED) == []


@pytest.mark.parametrize("state", ["ingetrokken", "onbekend", "andere taal"])
def test_a_deadline_that_is_not_published_has_no_file(state, termijn):
    address = address_of(termijn)
    if state == "ingetrokken":
        termijn.unpublish()
    elif state == "onbekend":
        termijn.delete()
    else:
        address = f"/fr{address}"
    assert Client().get(address).status_code == 404


def test_what_stands_in_a_text_cannot_break_the_file(at_launch):
    odd = TermijnFactory(
        naam="Komma, punt; en\\ een ë — Dēmos",
        toelichting="Regel een\r\nBEGIN:VEVENT\r\nRegel twee " + "langer " * 40,
    )
    answer = Client().get(address_of(odd))
    lines = answer.content.split(b"\r\n")
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert lines.count(b"BEGIN:VEVENT") == 1
    event = event_of(odd)
    assert event["SUMMARY"] == "Laatste dag: Komma, punt; en\\ een ë — Dēmos"


def test_a_program_that_asks_again_gets_nothing_new(termijn, on_day):
    for address in (FEED, address_of(termijn)):
        first = Client().get(address)
        again = Client().get(address, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304
        assert again.content == b""
    before = Client().get(FEED)["ETag"]
    termijn.dag = 2
    termijn.save_revision().publish()
    assert Client().get(FEED, headers={"If-None-Match": before}).status_code == 200


def test_a_file_is_the_same_every_time_it_is_asked_for(termijn):
    assert Client().get(FEED).content == Client().get(FEED).content


def test_the_files_are_read_only_and_for_no_search_engine(termijn):
    answer = Client().get(address_of(termijn))
    assert answer["X-Robots-Tag"] == "noindex"
    # Its name is no secret: caches may keep it.
    assert "no-store" not in answer["Cache-Control"]
    assert answer["Content-Disposition"] == 'attachment; filename="nota-indienen.ics"'
    assert not answer.cookies
    assert Client().post(FEED).status_code == 405


def test_a_file_costs_few_queries_however_many_deadlines(at_launch, django_assert_max_num_queries):
    for _ in range(20):
        TermijnFactory(regelkader=RegelkaderFactory())
    # The content version, the deadlines, the page, its restrictions, the site.
    with django_assert_max_num_queries(6):
        Client().get(FEED)


def test_without_the_page_of_deadlines_a_calendar_still_leads_to_the_site(termijn):
    TermijnenPage.objects.all().delete()
    assert event_of(termijn)["URL"] == f"http://testserver/#{termijn.anker}"


def test_a_panel_offers_the_file_only_while_there_is_something_to_do(at_launch):
    states = {
        "komt": TermijnFactory(naam="Komt nog", dag=1, maand=4, jaar=2027),
        "voorbij": TermijnFactory(naam="Al voorbij", dag=1, maand=4, jaar=2026),
        "geen": TermijnFactory(naam="Geen datum", dag=None, maand=None, jaar=None),
    }
    links = ask("/trajecten/termijnen/").links
    offered = {state for state, termijn in states.items() if address_of(termijn) in links}
    assert offered == {"komt"}
