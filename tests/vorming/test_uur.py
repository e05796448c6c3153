"""Around both changes of summer time, everybody reads the same hour everywhere."""

import datetime
import re
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import SessieFactory
from tests.vorming.bestanden import columns_of, someone
from tests.vorming.conftest import enrol, last_mail, mails, one
from vorming import links
from vorming.services import sessies, werk

pytestmark = pytest.mark.django_db
BRUSSEL = ZoneInfo("Europe/Brussels")
# The Saturday before, the Sunday itself, and the Monday after the clock goes forward, and back.
DAGEN = [
    datetime.date(2027, 3, 27),
    datetime.date(2027, 3, 28),
    datetime.date(2027, 3, 29),
    datetime.date(2027, 10, 30),
    datetime.date(2027, 10, 31),
    datetime.date(2027, 11, 1),
]


def on_day(day, redacteur_door):
    """Return a session from 9.30 to 16 on a day in Brussels, with one participant."""
    sessie = SessieFactory(over=20)
    begin, end = (
        datetime.datetime.combine(day, hour, tzinfo=BRUSSEL)
        for hour in (datetime.time(9, 30), datetime.time(16))
    )
    dag = sessie.dagen.get()
    sessies.change(
        sessie.pk,
        velden={},
        dagen=[sessies.Dag(begin=begin, einde=end, pk=dag.pk)],
        door=redacteur_door,
    )
    enrol(sessie, 1)
    sessie.refresh_from_db()
    return sessie


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize("day", DAGEN, ids=str)
def test_page_mail_calendar_and_files_say_half_past_nine(day, klok, redacteur_door):
    sessie = on_day(day, redacteur_door)
    enrolment = one(sessie, 1)
    visitor = Client()
    pages = [
        sessie.vorming.get_url(),
        reverse("inschrijven", args=[sessie.pk]),
        links.link_of(enrolment).removeprefix("http://testserver"),
    ]
    for page in pages:
        assert "9.30" in words(visitor.get(page)), page
        assert "8.30" not in words(visitor.get(page)), page
    mail = last_mail("bevestigd")
    assert "9.30" in mail.tekst
    assert "9.30" in mail.html
    feed = visitor.get(reverse("vorming_agenda")).content
    own = visitor.get(reverse("mijn_agenda", args=[links.token_of(enrolment)])).content
    for calendar in (feed, own):
        starts = [
            event["DTSTART"].dt.astimezone(BRUSSEL)
            for event in icalendar.Calendar.from_ical(calendar).walk("VEVENT")
        ]
        assert datetime.datetime.combine(day, datetime.time(9, 30), tzinfo=BRUSSEL) in starts
    editor = someone("vorming.exporteer_inschrijvingen")
    choice = {"wat": "personen", "sessie": sessie.pk}
    (row,) = columns_of(editor.post(reverse("vorming_uitvoer"), {**choice, "formaat": "csv"}))
    assert row["Begint op"] == f"{day:%d/%m/%Y} 09:30"
    (row,) = columns_of(editor.post(reverse("vorming_uitvoer"), {**choice, "formaat": "xlsx"}))
    assert row["Begint op"] == datetime.datetime.combine(day, datetime.time(9, 30))


@pytest.mark.parametrize("day", DAGEN, ids=str)
def test_a_reminder_leaves_at_nine_the_day_before(day, klok, redacteur_door):
    on_day(day, redacteur_door)
    nine = datetime.datetime.combine(
        day - datetime.timedelta(days=1), datetime.time(9), tzinfo=BRUSSEL
    )
    klok.move_to(nine - datetime.timedelta(minutes=1))
    werk.remind()
    sent = len(mails("herinnering-dag"))
    klok.move_to(nine)
    werk.remind()
    assert (sent, len(mails("herinnering-dag"))) == (0, 1)
    assert "9.30" in last_mail("herinnering-dag").tekst
