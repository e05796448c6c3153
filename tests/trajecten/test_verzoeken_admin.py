"""What the team does with requests in the admin."""

import datetime
import io

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from core.models import SiteInstellingen
from post.models import Bericht
from post.reading import Lezing
from tests.conftest import LAUNCH_DAY
from tests.factories import VerzoekFactory
from tests.markup import visible_text
from tests.test_editor_language import english_in
from trajecten.models import Verzoek, VraagIndexPage, VraagPage
from trajecten.verzoeken import services

pytestmark = pytest.mark.django_db

LIST = "/admin/snippets/trajecten/verzoek/"


@pytest.fixture
def helper(db):
    """Somebody of the helpdesk, who also writes questions."""
    user = User.objects.create_user(
        "helper",
        "helper@example.org",
        "wachtwoord-van-de-toets",
        first_name="Hanne",
        last_name="Team",
    )
    user.groups.add(*Group.objects.filter(name__in=["Helpdesk", "Redacteurs"]))
    return user


@pytest.fixture
def helper_client(client, helper):
    client.force_login(helper)
    return client


def at(verzoek, name=""):
    return f"{LIST}{verzoek.pk}/{name}/" if name else f"{LIST}edit/{verzoek.pk}/"


def buttons(response):
    soup = BeautifulSoup(response.content.decode(), "html.parser")
    return [link.get_text(strip=True) for link in soup.select(".verzoek-knoppen a")]


def actions(verzoek):
    entries = ModelLogEntry.objects.for_instance(verzoek).order_by("pk")
    return [entry.action for entry in entries]


# --- Who may see it --------------------------------------------------------------------


def test_only_who_has_the_permission_sees_requests(client, eindredacteur, helper):
    verzoek = VerzoekFactory()
    addresses = [LIST, at(verzoek), *(at(verzoek, n) for n in ("verkennen", "wissen", "vraag"))]
    client.force_login(eindredacteur)
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert client.post(at(verzoek, "afronden")).status_code in (302, 403)
    assert "Vragen en gesprekken" not in client.get("/admin/").content.decode()
    verzoek.refresh_from_db()
    assert verzoek.staat == "nieuw"
    client.force_login(helper)
    for address in addresses:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("name", ["add", "delete", "copy"])
def test_nobody_adds_copies_or_deletes_a_request_by_hand(name, admin_client):
    verzoek = VerzoekFactory()
    address = f"{LIST}{name}/" if name == "add" else f"{LIST}{name}/{verzoek.pk}/"
    assert admin_client.post(address).status_code in (302, 404)
    assert Verzoek.objects.count() == 1


# --- From new to finished -----------------------------------------------------------------


def test_a_request_travels_from_new_to_finished(helper_client, helper, at_launch):
    verzoek = VerzoekFactory()
    screen = helper_client.get(at(verzoek))
    text = visible_text(BeautifulSoup(screen.content.decode(), "html.parser").body)
    for part in ("Ēva D'Hondt", "OCMW Voorbeeldstad, Herentals", "0470 12 34 56", verzoek.vraag):
        assert part in text
    assert buttons(screen) == [
        "Verkend",
        "Gesprek inplannen",
        "Afgerond",
        "Gaat niet door",
        "Maak hier een vraag van",
    ]
    data = {
        "behandelaar": helper.pk,
        "opvolgen_op": "2026-11-30",
        "notities": "Belt liever 's ochtends.",
    }
    assert helper_client.post(at(verzoek), data).status_code == 302
    assert (
        helper_client.post(at(verzoek, "verkennen"), {"opvolgen_op": "2026-12-04"}).status_code
        == 302
    )
    helper_client.post(at(verzoek, "inplannen"), {"gesprek_op": "2026-12-10 14:00"})
    verzoek.refresh_from_db()
    assert verzoek.staat == "ingepland"
    assert verzoek.opvolgen_op == datetime.date(2026, 12, 10)
    assert (
        "gesprek op donderdag 10 december 2026, 14:00"
        in helper_client.get(at(verzoek)).content.decode()
    )
    helper_client.post(at(verzoek, "afronden"))
    verzoek.refresh_from_db()
    assert (verzoek.staat, verzoek.opvolgen_op) == ("afgerond", None)
    assert (verzoek.behandelaar, verzoek.notities) == (helper, "Belt liever 's ochtends.")
    assert buttons(helper_client.get(at(verzoek))) == ["Opnieuw openen", "Maak hier een vraag van"]
    assert actions(verzoek) == [
        "verzoek.bekeken",
        "verzoek.behandeld",
        "verzoek.verkend",
        "verzoek.ingepland",
        "verzoek.afgerond",
    ]
    history = helper_client.get(f"{LIST}history/{verzoek.pk}/").content.decode()
    for words in ("Rondde het verzoek af", "Plande een gesprek in", "Hanne Team", "notities"):
        assert words in history
    assert "ochtends" not in history


def mails_about_the_talk(verzoek):
    return Bericht.objects.filter(sleutel__startswith=f"verzoek-gesprek:{verzoek.zegel}")


def calendar_in(levering):
    (part,) = Lezing(levering).bijlagen
    (event,) = Calendar.from_ical(part.inhoud).walk("VEVENT")
    return event


def test_a_talk_goes_to_the_sender_with_a_file_for_her_calendar(helper_client, at_launch):
    verzoek = VerzoekFactory()
    talk = {"gesprek_op": "2026-12-10 14:00", "duur": "90", "hoe": "We bellen je op", "mail": "on"}
    for _ in range(2):
        helper_client.post(at(verzoek, "inplannen"), talk)
    message = mails_about_the_talk(verzoek).get()
    levering = message.leveringen.get()
    assert levering.adres == verzoek.e_mail
    mail = Lezing(levering)
    assert "donderdag 10 december 2026, om 14.00 uur" in mail.tekst
    assert "We bellen je op" in mail.tekst
    event = calendar_in(levering)
    assert event["DTSTART"].dt == datetime.datetime(2026, 12, 10, 13, tzinfo=datetime.UTC)
    assert event["DURATION"].dt == datetime.timedelta(minutes=90)

    helper_client.post(at(verzoek, "inplannen"), talk | {"gesprek_op": "2026-12-11 10:00"})
    later = mails_about_the_talk(verzoek).exclude(pk=message.pk).get()
    moved = calendar_in(later.leveringen.get())
    assert moved["UID"] == event["UID"]
    assert moved["SEQUENCE"] > event["SEQUENCE"]
    assert "ander moment" in Lezing(later.leveringen.get()).tekst


def test_a_talk_is_not_mailed_when_the_team_does_not_want_it(helper_client, at_launch):
    verzoek = VerzoekFactory()
    helper_client.post(at(verzoek, "inplannen"), {"gesprek_op": "2026-12-10 14:00"})
    verzoek.refresh_from_db()
    assert verzoek.staat == "ingepland"
    assert not mails_about_the_talk(verzoek).exists()


def test_what_was_closed_can_be_opened_again(helper_client):
    verzoek = VerzoekFactory()
    helper_client.post(at(verzoek, "niet-doorgegaan"))
    verzoek.refresh_from_db()
    assert verzoek.staat == "niet-doorgegaan"
    helper_client.post(at(verzoek, "heropenen"))
    verzoek.refresh_from_db()
    assert verzoek.staat == "verkend"
    assert verzoek.is_open


def test_a_step_that_is_no_longer_possible_changes_nothing(helper_client):
    verzoek = VerzoekFactory(staat="afgerond", opvolgen_op=None)
    for name in ("verkennen", "inplannen", "afronden", "niet-doorgegaan"):
        data = {"opvolgen_op": "2099-01-01", "gesprek_op": "2099-01-01 10:00"}
        answer = helper_client.post(at(verzoek, name), data, follow=True)
        assert "Dat kan niet meer" in answer.content.decode()
        answer = helper_client.get(at(verzoek, name), follow=True)
        assert "Dat kan niet meer" in answer.content.decode()
    verzoek.refresh_from_db()
    assert verzoek.staat == "afgerond"
    assert actions(verzoek) == ["verzoek.bekeken"]


def test_a_question_is_not_planned_and_a_past_day_is_no_next_step(helper_client, at_launch):
    verzoek = VerzoekFactory(soort="helpdesk")
    assert "Gesprek inplannen" not in buttons(helper_client.get(at(verzoek)))
    answer = helper_client.post(at(verzoek, "verkennen"), {"opvolgen_op": "2026-11-23"})
    assert "Kies vandaag of een dag die nog komt." in answer.content.decode()
    verzoek.refresh_from_db()
    assert verzoek.staat == "nieuw"


def test_an_emptied_request_can_only_be_looked_at(helper_client, helper):
    verzoek = VerzoekFactory()
    services.erase(verzoek.e_mail)
    screen = helper_client.get(at(verzoek))
    assert "is leeggemaakt" in screen.content.decode()
    assert buttons(screen) == []
    with pytest.raises(services.VerkeerdeStaat):
        services.reopen(verzoek=verzoek, user=helper)


def test_erasing_a_person_is_asked_first(helper_client):
    verzoek = VerzoekFactory()
    assert "kan niet ongedaan" in helper_client.get(at(verzoek, "wissen")).content.decode()
    verzoek.refresh_from_db()
    assert verzoek.naam
    helper_client.post(at(verzoek, "wissen"))
    verzoek.refresh_from_db()
    assert verzoek.naam == verzoek.e_mail == ""


# --- List, file, first page ------------------------------------------------------------------


def test_the_list_is_filtered_and_searched(helper_client, helper, at_launch):
    VerzoekFactory(naam="Alma", soort="helpdesk", staat="nieuw")
    VerzoekFactory(naam="Bruno", soort="coaching", staat="afgerond", behandelaar=helper)
    VerzoekFactory(naam="Cas", staat="verkend", opvolgen_op=datetime.date(2026, 11, 23))

    def shown(query):
        text = helper_client.get(f"{LIST}?{query}").content.decode()
        return [name for name in ("Alma", "Bruno", "Cas") if name in text]

    assert shown("") == ["Alma", "Bruno", "Cas"]
    assert shown("soort=helpdesk") == ["Alma"]
    assert shown("staat=afgerond") == ["Bruno"]
    assert shown("open=true") == ["Alma", "Cas"]
    assert shown("open=false") == ["Bruno"]
    assert shown("te_laat=true") == ["Cas"]
    assert shown(f"behandelaar={helper.pk}") == ["Bruno"]
    assert shown("gemeente=13011") == ["Alma", "Bruno", "Cas"]
    assert shown("q=bruno") == ["Bruno"]
    assert shown("q=Herentals") == ["Alma", "Bruno", "Cas"]
    assert "te laat" in helper_client.get(LIST).content.decode()


def test_the_list_costs_as_many_queries_with_20_requests_as_with_one(helper_client, helper):
    VerzoekFactory(behandelaar=helper)
    helper_client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        helper_client.get(LIST)
    for _ in range(20):
        VerzoekFactory(behandelaar=helper)
    with CaptureQueriesContext(connection) as twenty:
        helper_client.get(LIST)
    assert len(twenty) <= len(one)


def test_the_file_holds_nothing_that_says_who_asked(helper_client):
    verzoek = VerzoekFactory(naam="=HYPERLINK(1)", organisatie="@SUM(1)", vraag="+1")
    text = b"".join(helper_client.get(f"{LIST}?export=csv")).decode()
    assert verzoek.kenmerk in text
    assert "Coachingsgesprek" in text
    for part in ("HYPERLINK", "SUM", "+1", verzoek.e_mail, verzoek.telefoon):
        assert part not in text
    book = load_workbook(io.BytesIO(b"".join(helper_client.get(f"{LIST}?export=xlsx"))))
    assert verzoek.kenmerk in [cell.value for cell in book.active["A"]]


def test_the_first_page_says_what_is_late_and_what_is_missing(helper_client, at_launch):
    assert "Er staat geen enkel verzoek open." in helper_client.get("/admin/").content.decode()
    late = VerzoekFactory(opvolgen_op=datetime.date(2026, 11, 20))
    VerzoekFactory(opvolgen_op=datetime.date(2026, 11, 24))
    page = helper_client.get("/admin/").content.decode()
    assert "1 te laat" in page
    assert "2 open" in page
    assert str(late) in page
    assert "nog niemand behandelt dit" in page
    assert "naar niemand gemaild" not in page
    SiteInstellingen.objects.update(helpdesk_e_mail="")
    assert "naar niemand gemaild" in helper_client.get("/admin/").content.decode()


def test_looking_is_written_down_once_an_hour(helper_client):
    verzoek = VerzoekFactory()
    for minutes in (0, 20, 70):
        with time_machine.travel(LAUNCH_DAY + datetime.timedelta(minutes=minutes), tick=False):
            helper_client.get(at(verzoek))
    assert actions(verzoek) == ["verzoek.bekeken"] * 2


# --- A question for everybody -------------------------------------------------------------------


def test_a_request_becomes_a_draft_question_without_who_asked_it(helper_client, helper):
    verzoek = VerzoekFactory(
        naam="Ēva D'Hondt",
        organisatie="OCMW Voorbeeldstad",
        vraag=(
            "Dag, ik ben Ēva D'Hondt van OCMW Voorbeeldstad. Mag Ēva (eva@example.org, "
            "0470 12 34 56) lidgeld betalen? Alvast bedankt."
        ),
    )
    asked = helper_client.get(at(verzoek, "vraag"))
    soup = BeautifulSoup(asked.content.decode(), "html.parser")
    suggestion = soup.find(id="id_titel")["value"]
    assert suggestion == "Mag [weggelaten] ([weggelaten], [weggelaten]) lidgeld betalen?"
    answer = helper_client.post(at(verzoek, "vraag"), {"titel": "Mag je lidgeld betalen?"})
    page = VraagPage.objects.get(title="Mag je lidgeld betalen?")
    assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert not page.live
    assert page.get_parent().specific == VraagIndexPage.objects.get(locale__language_code="nl")
    assert page.latest_revision.user == helper
    stored = f"{vars(page)} {page.latest_revision.content}"
    for part in ("Ēva", "Voorbeeldstad", "example.org", "0470", verzoek.kenmerk):
        assert part not in stored
    assert helper_client.get(answer["Location"]).status_code == 200
    again = helper_client.post(at(verzoek, "vraag"), {"titel": "Mag je lidgeld betalen?"})
    assert again.status_code == 302


def test_who_may_not_write_pages_makes_no_question(client):
    user = User.objects.create_user("enkel", "enkel@example.org", "wachtwoord-van-de-toets")
    user.groups.add(Group.objects.get(name="Helpdesk"))
    client.force_login(user)
    verzoek = VerzoekFactory()
    assert "Maak hier een vraag van" not in buttons(client.get(at(verzoek)))
    assert client.post(at(verzoek, "vraag"), {"titel": "Toch?"}).status_code in (302, 403)
    assert not VraagPage.objects.filter(title="Toch?").exists()


# --- Language -------------------------------------------------------------------------------------


def test_every_screen_of_requests_is_dutch(helper_client):
    verzoek = VerzoekFactory()
    names = ["verkennen", "inplannen", "afronden", "niet-doorgegaan", "wissen", "vraag"]
    addresses = [
        LIST,
        at(verzoek),
        f"{LIST}history/{verzoek.pk}/",
        *(at(verzoek, n) for n in names),
    ]
    for address in addresses:
        assert english_in(helper_client.get(address)) == [], address
    bad = helper_client.post(at(verzoek, "inplannen"), {"gesprek_op": "ooit"})
    assert bad.status_code == 200
    assert english_in(bad) == []
