"""Every kind of mail: complete in words, honest in its calendar parts."""

import datetime
import uuid
from email import message_from_bytes

import pytest
from bs4 import BeautifulSoup
from django.utils import translation
from icalendar import Calendar

from core import clock
from core.models import SiteInstellingen
from tests.factories import SessieFactory, WorkshopFactory
from tests.mailprogrammas import needed_but_dropped
from tests.markup import visible_text
from tests.vorming.conftest import enrol, gegevens, last_mail, mails, one, persoon
from vorming.models import Inschrijving
from vorming.services import (
    deelnemer,
    goedkeuren,
    inschrijven,
    sessies,
    verplaatsen,
    wachtlijst,
    werk,
)
from vorming.services.sessies import Dag

pytestmark = pytest.mark.django_db


def calendars(bericht):
    """Return the calendar parts of a mail: method of the part, and what stands in it."""
    message = message_from_bytes(bytes(bericht.skelet))
    return [
        (part.get_param("method"), Calendar.from_ical(part.get_payload(decode=True)))
        for part in message.walk()
        if part.get_content_type() == "text/calendar"
    ]


def files(bericht):
    message = message_from_bytes(bytes(bericht.skelet))
    return [
        part.get_payload(decode=True)
        for part in message.walk()
        if part.get_content_type() == "application/ics"
    ]


def html_text(bericht):
    return visible_text(BeautifulSoup(bericht.html, "html.parser"))


def only_event(calendar):
    (event,) = calendar.walk("VEVENT")
    return event


def dag_of(dag, **changes):
    values = {"begin": dag.begin, "einde": dag.einde, "pk": dag.pk, **changes}
    return Dag(**values)


def test_the_confirmation_invites_for_every_day_apart(db, klok):
    sessie = SessieFactory(dagen=3, praktisch="Breng je laptop mee.")
    enrol(sessie)
    bericht = last_mail("bevestigd")
    parts = calendars(bericht)
    assert [method for method, _ in parts] == ["REQUEST"] * 3
    days = list(sessie.dagen.all())
    uids = set()
    for (_, calendar), dag in zip(parts, days, strict=True):
        assert calendar["METHOD"] == "REQUEST"
        event = only_event(calendar)
        uids.add(str(event["UID"]))
        assert event["SEQUENCE"] == 0
        assert event["STATUS"] == "CONFIRMED"
        assert event.decoded("DTSTART") == dag.begin
        assert event.decoded("DTEND") == dag.einde
        assert str(event["SUMMARY"]) == str(sessie)
        assert str(event["LOCATION"]) == "Voorbeeldzaal, Voorbeeldstraat 1, Voorbeeldgem"
        assert event["DESCRIPTION"] == "Breng je laptop mee."
        assert str(event["ATTENDEE"]) == "mailto:sara1@example.org"
        assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
        helpdesk = SiteInstellingen.objects.get().helpdesk_e_mail
        assert str(event["ORGANIZER"]) == f"mailto:{helpdesk}"
        # People share their calendars: the link of the participant is not for others.
        assert "mijn-inschrijving" not in calendar.to_ical().decode()
    assert len(uids) == 3
    assert [Calendar.from_ical(one).to_ical() for one in files(bericht)] == [
        calendar.to_ical() for _, calendar in parts
    ]


def test_a_day_that_moves_keeps_its_name_and_raises_its_sequence(db, klok, redacteur_door):
    sessie = SessieFactory(dagen=2)
    enrol(sessie)
    before = {str(only_event(calendar)["UID"]) for _, calendar in calendars(last_mail("bevestigd"))}
    first, second = sessie.dagen.all()
    later = dag_of(second, begin=second.begin + datetime.timedelta(hours=1))
    sessies.change(sessie.pk, velden={}, dagen=[dag_of(first), later], door=redacteur_door)
    bericht = last_mail("gewijzigd")
    assert "- de dag of het uur" in bericht.tekst
    events = [only_event(calendar) for _, calendar in calendars(bericht)]
    assert {str(event["UID"]) for event in events} == before
    assert {event["SEQUENCE"] for event in events} == {1}
    assert events[1].decoded("DTSTART") == later.begin


def test_a_day_that_goes_is_taken_out_of_the_calendar_in_the_same_mail(db, klok, redacteur_door):
    sessie = SessieFactory(dagen=2)
    enrol(sessie)
    first, second = sessie.dagen.all()
    sessies.change(sessie.pk, velden={}, dagen=[dag_of(first)], door=redacteur_door)
    parts = calendars(last_mail("gewijzigd"))
    assert [method for method, _ in parts] == ["REQUEST", "CANCEL"]
    gone = only_event(parts[1][1])
    assert parts[1][1]["METHOD"] == "CANCEL"
    assert str(second.uid) in str(gone["UID"])
    assert (gone["STATUS"], gone["SEQUENCE"]) == ("CANCELLED", 1)
    sessie.refresh_from_db()
    assert sessie.eindigt_op == first.einde


def test_a_change_that_nobody_notices_mails_nobody(sessie, redacteur_door):
    enrol(sessie)
    sessies.change(
        sessie.pk, velden={"prijs_uitleg": "met broodjes"}, dagen=None, door=redacteur_door
    )
    assert mails("gewijzigd") == []
    sessies.change(sessie.pk, velden={"locatie": "Andere zaal"}, dagen=None, door=redacteur_door)
    sessies.change(sessie.pk, velden={"locatie": "Andere zaal"}, dagen=None, door=redacteur_door)
    assert mails("gewijzigd") == ["sara1@example.org"]
    assert "Andere zaal" in last_mail("gewijzigd").tekst


def test_a_cancel_takes_the_days_out_of_the_calendar(sessie):
    enrol(sessie)
    uid = str(only_event(calendars(last_mail("bevestigd"))[0][1])["UID"])
    deelnemer.cancel(one(sessie, 1).pk)
    ((method, calendar),) = calendars(last_mail("geannuleerd"))
    event = only_event(calendar)
    assert method == calendar["METHOD"] == "CANCEL"
    assert (event["STATUS"], event["SEQUENCE"], str(event["UID"])) == ("CANCELLED", 1, uid)


def test_who_only_waited_has_nothing_in_her_calendar_to_cancel(sessie):
    enrol(sessie, 1, 2, 3)
    deelnemer.cancel(one(sessie, 3).pk)
    assert calendars(last_mail("geannuleerd")) == calendars(last_mail("wachtlijst")) == []


def test_a_swap_cancels_for_the_one_and_invites_the_other(sessie):
    enrol(sessie, 1)
    deelnemer.swap(one(sessie, 1).pk, persoon=persoon(2))
    ((old, gone),) = calendars(last_mail("vervangen"))
    ((new, invited),) = calendars(last_mail("overgenomen"))
    assert (old, new) == ("CANCEL", "REQUEST")
    assert only_event(gone)["UID"] != only_event(invited)["UID"]


def test_a_session_that_is_cancelled_tells_everybody_once(sessie, redacteur_door, klopt):
    enrol(sessie, 1, 2, 3)
    for _ in range(2):
        sessies.cancel(sessie.pk, reden="De lesgever is ziek.", door=redacteur_door)
    assert mails("gaat-niet-door") == [f"sara{number}@example.org" for number in (1, 2, 3)]
    assert mails("doorgeschoven") == []
    first = one(sessie, 1)
    from post.models import Bericht

    confirmed = Bericht.objects.get(sleutel=f"vorming:gaat-niet-door:{first.uid}")
    assert calendars(confirmed)[0][0] == "CANCEL"
    assert "De lesgever is ziek." in confirmed.tekst
    klopt()


def test_the_online_link_is_only_for_who_has_a_place(db, klok):
    sessie = SessieFactory(
        capaciteit=1,
        vorm="online",
        online_link="https://meet.example.org/geheim",
        goedkeuring=False,
    )
    enrol(sessie, 1)
    enrol(sessie, 2)
    assert "meet.example.org/geheim" in last_mail("bevestigd").tekst
    waiting = last_mail("wachtlijst")
    assert "meet.example.org" not in waiting.tekst + waiting.html
    assert "je krijgt de link zodra je een plaats hebt" in waiting.tekst


@pytest.mark.parametrize(
    ("taal", "promise"),
    [
        ("nl", "je krijgt de link per mail, voor de sessie begint."),
        ("fr", "vous recevrez le lien par e-mail, avant le début de la session."),
        ("en", "you will get the link by email, before the session begins."),
    ],
)
def test_who_has_a_place_before_there_is_a_link_reads_that_it_follows_and_gets_it(
    klok, redacteur_door, taal, promise
):
    sessie = SessieFactory(capaciteit=1, vorm="online", locatie="", adres="", gemeente="")
    enrol(sessie, 1, gegevens=gegevens(1, taal=taal))
    enrol(sessie, 2)
    confirmed, waiting = last_mail("bevestigd"), last_mail("wachtlijst")
    for body in (confirmed.tekst, html_text(confirmed)):
        assert promise in body
    for body in (waiting.tekst, html_text(waiting)):
        assert "Online meedoen: je krijgt de link zodra je een plaats hebt." in body
    velden = {"online_link": "https://meet.example.org/nu"}
    sessies.change(sessie.pk, velden=velden, dagen=None, door=redacteur_door)
    assert mails("gewijzigd") == ["sara1@example.org"]
    for body in (last_mail("gewijzigd").tekst, html_text(last_mail("gewijzigd"))):
        assert "https://meet.example.org/nu" in body
        assert promise not in body


def test_nobody_is_promised_a_link_that_does_not_come(klok):
    sessie = SessieFactory(vorm="online", locatie="", adres="", gemeente="")
    enrol(sessie, 1, 2)
    deelnemer.cancel(one(sessie, 1).pk)
    klok.move_to(sessie.eindigt_op + datetime.timedelta(days=1))
    werk.thank()
    for kind in ("aanvraag", "geannuleerd", "bedankt"):
        for body in (last_mail(kind).tekst, html_text(last_mail(kind))):
            assert "Online" in body, kind
            assert "je krijgt de link" not in body, kind


@pytest.mark.parametrize("doorschuiven", ["direct", "aanbod"])
def test_every_mail_has_a_subject_text_and_html_of_its_own(
    db, klok, redacteur_door, doorschuiven, klopt
):
    """The whole life of two sessions; then look at every mail that came of it."""
    sessie = SessieFactory(
        capaciteit=2, doorschuiven=doorschuiven, prijs=12.5, praktisch="Neem <je> boek mee."
    )
    WorkshopFactory(sessie=sessie)
    other = SessieFactory(goedkeuring=True)
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(20),
        personen=[persoon(number) for number in range(1, 7)],
        wachtlijst=True,
    )
    enrol(other, 7)
    enrol(other, 8)
    goedkeuren.approve(one(other, 7).pk, door=redacteur_door)
    goedkeuren.refuse(one(other, 8).pk, reden="Eerst de basis.", door=redacteur_door)
    deelnemer.swap(one(sessie, 1).pk, persoon=persoon(9))
    deelnemer.cancel(one(sessie, 2).pk)
    if doorschuiven == "aanbod":
        wachtlijst.decline(one(sessie, 3).pk)
        wachtlijst.accept(one(sessie, 4).pk)
    deelnemer.resend_links(sessie.pk, "sara9@example.org")
    sessies.change(sessie.pk, velden={"locatie": "Zaal 2"}, dagen=None, door=redacteur_door)
    verplaatsen.move(one(sessie, 9).pk, other.pk, door=redacteur_door)
    klok.move_to(sessie.begint_op - datetime.timedelta(days=6))
    werk.remind()
    klok.move_to(sessie.begint_op - datetime.timedelta(hours=20))
    werk.remind()
    deelnemer.cancel(one(other, 7).pk)
    klok.move_to(sessie.eindigt_op + datetime.timedelta(days=1))
    werk.thank()
    from post.models import Bericht

    kinds = set(Bericht.objects.values_list("soort", flat=True))
    expected = {
        "aanvraag", "bevestigd", "wachtlijst", "ontvangen", "geweigerd", "vervangen",
        "overgenomen", "geannuleerd", "link-opnieuw", "gewijzigd", "verplaatst",
        "herinnering-week", "herinnering-dag", "bedankt",
    }  # fmt: skip
    expected |= {"aangeboden", "vervallen"} if doorschuiven == "aanbod" else {"doorgeschoven"}
    assert {kind.removeprefix("vorming/") for kind in kinds} >= expected
    for bericht in Bericht.objects.all():
        assert str(sessie.vorming.title) in bericht.onderwerp, bericht.soort
        assert len(bericht.tekst) > 200, bericht.soort
        assert "<html" in bericht.html
        for text in (bericht.tekst, bericht.html):
            for leftover in ("{{", "{%", "None", "&amp;lt;", "&amp;amp;", "<p></p>"):
                assert leftover not in text, (bericht.soort, leftover)
        assert "12,50 euro" in bericht.tekst or "gratis" in bericht.tekst
        assert bericht.antwoord_aan == SiteInstellingen.objects.get().helpdesk_e_mail
    assert needed_but_dropped(*Bericht.objects.values_list("html", flat=True)) == {}
    praktisch = last_mail("overgenomen")
    assert "Neem <je> boek mee." in praktisch.tekst
    assert "Neem &lt;je&gt; boek mee." in praktisch.html


def test_a_fault_in_a_mail_undoes_its_cause(sessie, monkeypatch):
    """A confirmation that cannot be made is an enrolment that did not happen."""

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("vorming.services.berichten.post.queue", broken)
    with pytest.raises(RuntimeError):
        enrol(sessie)
    assert Inschrijving.objects.count() == 0


def test_hours_are_those_of_brussels_in_text_and_calendar(db, klok):
    """A day in summer and a day in winter: 9.30 is 9.30."""
    for over, utc in ((30, 8), (200, 7)):
        sessie = SessieFactory(over=over)
        enrol(sessie)
        assert "van 09.30 tot 16.00 uur" in last_mail("bevestigd").tekst
        event = only_event(calendars(last_mail("bevestigd"))[0][1])
        assert event.decoded("DTSTART").hour == utc
        assert event.decoded("DTSTART").utcoffset() == datetime.timedelta(0)


def test_a_participant_reads_mails_in_the_language_of_her_form(sessie):
    with translation.override("nl"):
        enrol(sessie, gegevens=gegevens(taal="en"))
    bericht = last_mail("bevestigd")
    assert bericht.taal == "en"
    assert "/en/mijn-inschrijving/" in bericht.tekst


# --- Reminders and thanks ---------------------------------------------------------


def test_reminders_leave_at_nine_a_week_and_a_day_before(sessie, klok):
    enrol(sessie)
    begin = sessie.begint_op.astimezone(clock.now().tzinfo)
    week = (begin - datetime.timedelta(days=7)).replace(hour=9, minute=0)
    klok.move_to(week - datetime.timedelta(seconds=1))
    werk.remind()
    assert mails("herinnering-week") == []
    klok.move_to(week)
    for _ in range(3):
        werk.remind()
    assert mails("herinnering-week") == ["sara1@example.org"]
    klok.move_to(week + datetime.timedelta(days=6))
    for _ in range(3):
        werk.remind()
    assert mails("herinnering-dag") == ["sara1@example.org"]
    assert len(mails("herinnering-week")) == 1


def test_who_enrols_after_the_moment_gets_no_reminder_of_it(sessie, klok):
    enrol(sessie, 1)
    klok.move_to(sessie.begint_op - datetime.timedelta(hours=20))
    enrol(sessie, 2)
    werk.remind()
    assert mails("herinnering-dag") == ["sara1@example.org"]


def test_who_does_not_come_gets_no_reminder(sessie, klok):
    enrol(sessie, 1, 2, 3)
    deelnemer.cancel(one(sessie, 1).pk)
    deelnemer.cancel(one(sessie, 2).pk)
    deelnemer.cancel(one(sessie, 3).pk)
    klok.move_to(sessie.begint_op - datetime.timedelta(hours=20))
    werk.remind()
    assert mails("herinnering-dag") == []


def test_a_day_that_moves_gets_a_new_reminder(sessie, klok, redacteur_door):
    enrol(sessie)
    klok.move_to(sessie.begint_op - datetime.timedelta(hours=20))
    werk.remind()
    (dag,) = sessie.dagen.all()
    week = datetime.timedelta(days=14)
    moved = dag_of(dag, begin=dag.begin + week, einde=dag.einde + week)
    sessies.change(sessie.pk, velden={}, dagen=[moved], door=redacteur_door)
    klok.move_to(moved.begin - datetime.timedelta(hours=20))
    werk.remind()
    assert len(mails("herinnering-dag")) == 2


def test_a_late_tick_reminds_of_nothing_that_is_past(sessie, klok):
    enrol(sessie)
    klok.move_to(sessie.begint_op + datetime.timedelta(hours=1))
    werk.remind()
    assert mails("herinnering-dag") == mails("herinnering-week") == []


def test_thanks_leave_the_morning_after_and_once(sessie, klok):
    enrol(sessie, 1, 2, 3)
    klok.move_to(sessie.eindigt_op + datetime.timedelta(hours=2))
    werk.thank()
    assert mails("bedankt") == []
    klok.move_to(sessie.eindigt_op + datetime.timedelta(hours=20))
    for _ in range(2):
        werk.thank()
    assert mails("bedankt") == ["sara1@example.org", "sara2@example.org"]
