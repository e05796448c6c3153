"""Messages: how far they are, and stopping or going on."""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from core import clock
from post import services
from post.models import Bericht, Doorgang, Levering
from post.progress import Voortgang, current_state, speed_of
from post.states import BerichtStaat, Staat
from tests.post_admin.mailroom import (
    AANVAARD,
    BERICHTEN,
    GEWEIGERD,
    LEVERINGEN,
    ONZEKER,
    close_the_door,
    newsletter,
    one,
    page_of,
)
from tests.post_admin.test_deliveries import rows_in, soup_of

pytestmark = pytest.mark.django_db


def test_the_list_tells_how_far_every_message_is(desk, at_launch):
    newsletter(5, subject="Brief van mei", answers=[AANVAARD, AANVAARD, GEWEIGERD, ONZEKER])
    (row,) = rows_in(desk.get(BERICHTEN))
    assert row == [
        "Brief van mei",
        "Nieuwsbrief",
        "wordt verzonden",
        "5",
        "2",
        "1",
        "1",
        "24/11/2026 11:00",
    ]


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("", {"Proefmail van de site", "Eerste", "Tweede"}),
        ("prioriteit=1", {"Eerste", "Tweede"}),
        ("prioriteit=0", {"Proefmail van de site"}),
        ("staat=gepauzeerd", {"Tweede"}),
        ("soort=proefmail", {"Proefmail van de site"}),
        ("q=eerste", {"Eerste"}),
        ("q=nergens", set()),
        ("staat=onzin", set()),
    ],
)
def test_the_filters_of_messages(query, subjects, desk):
    one()
    newsletter(1, subject="Eerste")
    services.pause(newsletter(1, subject="Tweede"), "even")
    rows = rows_in(desk.get(f"{BERICHTEN}?{query}"))
    assert {row[0] for row in rows} == subjects


@pytest.mark.parametrize(
    ("state", "answers", "words"),
    [
        (BerichtStaat.VERZENDEN, [AANVAARD], "wordt verzonden"),
        (BerichtStaat.VERZENDEN, [AANVAARD, AANVAARD, GEWEIGERD], "klaar"),
        (BerichtStaat.VERZENDEN, [AANVAARD, AANVAARD, ONZEKER], "klaar, met open vragen"),
        (BerichtStaat.GEPAUZEERD, [AANVAARD], "gepauzeerd"),
        (BerichtStaat.GEANNULEERD, [AANVAARD], "geannuleerd"),
    ],
)
def test_the_state_of_a_message_in_words(state, answers, words, desk):
    message = newsletter(3, answers=answers)
    Bericht.objects.filter(pk=message.pk).update(staat=state)
    badge = soup_of(desk.get(page_of(message))).select_one("section .post-staat")
    assert badge.get_text() == words


def test_a_message_that_is_being_prepared_has_no_total_yet(desk):
    message = newsletter(3, start=False)
    Bericht.objects.filter(pk=message.pk).update(aantal_verwacht=None)
    soup = soup_of(desk.get(page_of(message)))
    assert "De ontvangers worden klaargezet." in soup.get_text()
    assert not soup.select_one("progress").has_attr("value")
    assert rows_in(desk.get(BERICHTEN))[0][3] == "nog niet geteld"


def test_the_page_shows_progress_without_script(desk):
    message = newsletter(4, answers=[AANVAARD, GEWEIGERD, ONZEKER])
    soup = soup_of(desk.get(page_of(message)))
    bar = soup.select_one("progress")
    assert (bar["value"], bar["max"]) == ("3", "4")
    text = " ".join(soup.get_text(" ").split())
    assert "3 van 4 afgehandeld (75 %)" in text
    assert "Ververs deze bladzijde" in text
    # By name, with a way to each.
    for delivery in message.leveringen.filter(staat__in=[Staat.MISLUKT, Staat.ONZEKER]):
        assert soup.select_one(f'a[href="{page_of(delivery)}"]').get_text() == delivery.adres
    assert f"{LEVERINGEN}?bericht={message.pk}&amp;staat=mislukt" in str(soup)
    assert not soup.select("meta[http-equiv=refresh]")


def test_the_script_gets_the_same_figures(desk):
    message = newsletter(4, answers=[AANVAARD, GEWEIGERD])
    page = soup_of(desk.get(page_of(message))).select_one("[data-voortgang]")
    answer = desk.get(page["data-voortgang"])
    found = answer.json()
    assert (found["waarde"], found["totaal"], found["klaar"]) == (2, 4, False)
    assert found["toestand"] == page["data-toestand"]
    assert found["tekst"] == page.select_one("[data-tekst]").get_text()
    shown = {cell["data-cijfer"]: cell.get_text() for cell in page.select("[data-cijfer]")}
    assert found["cijfers"] == shown
    assert "no-store" in answer["Cache-Control"]


def test_the_page_is_told_when_its_buttons_are_out_of_date(desk):
    message = newsletter(2)
    address = page_of(message, "voortgang")
    before = desk.get(address).json()["toestand"]
    services.pause(message, "even")
    paused = desk.get(address).json()["toestand"]
    close_the_door()
    assert len({before, paused, desk.get(address).json()["toestand"]}) == 3


def test_the_page_of_a_large_message_takes_as_many_queries_as_that_of_a_small_one(desk):
    def queries(message):
        desk.get(page_of(message))
        with CaptureQueriesContext(connection) as captured:
            desk.get(page_of(message))
        assert not [q for q in captured.captured_queries if "COUNT(*)" in q["sql"]]
        return len(captured)

    small = newsletter(2, answers=[GEWEIGERD])
    large = newsletter(60, answers=[GEWEIGERD, ONZEKER, AANVAARD] * 15)
    assert queries(small) == queries(large)


# --- Speed ------------------------------------------------------------------------------


def sent_at(message, moments):
    for delivery, moment in zip(message.leveringen.order_by("pk"), moments, strict=False):
        Levering.objects.filter(pk=delivery.pk).update(staat=Staat.VERZONDEN, verzonden_op=moment)


def test_the_speed_is_that_of_the_last_minute(at_launch):
    message = newsletter(40)
    now = clock.now()
    ago = datetime.timedelta
    old = [now - ago(minutes=30)] * 10
    sent_at(message, [*old, *(now - ago(seconds=10 - i) for i in range(10))])
    assert speed_of(message) == 60
    progress = Voortgang(message, {Staat.VERZONDEN: 20}, speed_of(message))
    assert progress.tempo == "Ongeveer 60 mails per minuut. Nog minder dan een minuut."


def test_without_recent_mail_there_is_no_speed(at_launch):
    message = newsletter(4)
    sent_at(message, [clock.now() - datetime.timedelta(minutes=2)])
    assert speed_of(message) is None
    assert Voortgang(message).tempo == "In de laatste minuut vertrok er geen mail."


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        (30, "minder dan een minuut"),
        (70, "ongeveer een minuut"),
        (600, "ongeveer 10 minuten"),
        (18000, "ongeveer 5 uur"),
        (1_000_000, "ongeveer 12 dagen"),
    ],
)
def test_the_time_left_in_words(rest, words):
    message = Bericht(prioriteit=1, staat=BerichtStaat.VERZENDEN, aantal_verwacht=rest)
    assert Voortgang(message, {}, 60.0).tempo.endswith(f"Nog {words}.")


# --- Steering -----------------------------------------------------------------------------


def buttons_of(client, message) -> set[str]:
    soup = soup_of(client.get(page_of(message)))
    return {link.get_text() for link in soup.select(".post-kop .post-knoppen a")} - {
        "Ververs deze bladzijde"
    }


def test_a_message_is_paused_resumed_and_cancelled_after_a_confirmation(desk, postbeheerder):
    message = newsletter(3)
    steps = [
        ("pauzeren", BerichtStaat.GEPAUZEERD, {"Hervat", "Annuleer"}),
        ("hervatten", BerichtStaat.VERZENDEN, {"Pauzeer", "Annuleer"}),
        ("annuleren", BerichtStaat.GEANNULEERD, set()),
    ]
    assert buttons_of(desk, message) == {"Pauzeer", "Annuleer"}
    for name, state, buttons in steps:
        before = Bericht.objects.get(pk=message.pk).staat
        assert desk.get(page_of(message, name)).status_code == 200
        assert Bericht.objects.get(pk=message.pk).staat == before
        answer = desk.post(page_of(message, name), follow=True)
        assert answer.redirect_chain == [(page_of(message), 302)]
        assert Bericht.objects.get(pk=message.pk).staat == state
        assert buttons_of(desk, message) == buttons
    entries = ModelLogEntry.objects.for_instance(message).order_by("pk")
    assert [entry.action for entry in entries] == [
        "post.gepauzeerd",
        "post.hervat",
        "post.geannuleerd",
    ]
    assert {entry.user for entry in entries} == {postbeheerder}
    text = desk.get(page_of(message)).content.decode()
    assert "Stopte het versturen voorgoed, door Petra" in text
    history = desk.get("/admin/reports/site-history/").content.decode()
    for words in ("Zette het versturen op pauze", "Stopte het versturen voorgoed"):
        assert words in history


def test_the_page_says_who_paused(desk):
    message = newsletter(3)
    desk.post(page_of(message, "pauzeren"))
    assert "Gepauzeerd door Petra." in desk.get(page_of(message)).content.decode()


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (BerichtStaat.VERZENDEN, "hervatten"),
        (BerichtStaat.GEPAUZEERD, "pauzeren"),
        (BerichtStaat.GEANNULEERD, "hervatten"),
        (BerichtStaat.GEANNULEERD, "annuleren"),
    ],
)
def test_a_step_that_makes_no_sense_is_not_taken(state, name, desk):
    message = newsletter(3)
    Bericht.objects.filter(pk=message.pk).update(staat=state)
    for method in (desk.get, desk.post):
        answer = method(page_of(message, name), follow=True)
        assert "Er is niets gebeurd." in answer.content.decode()
    assert Bericht.objects.get(pk=message.pk).staat == state
    assert not ModelLogEntry.objects.for_instance(message).exists()


def test_what_is_done_cannot_be_stopped_any_more(desk):
    message = newsletter(2, answers=[AANVAARD, AANVAARD])
    assert buttons_of(desk, message) == set()
    desk.post(page_of(message, "annuleren"))
    assert Bericht.objects.get(pk=message.pk).staat == BerichtStaat.VERZENDEN


# --- Whether mail leaves --------------------------------------------------------------------


def test_a_closed_door_is_shown_with_its_reason_and_opened(desk, at_launch):
    message = newsletter(3)
    close_the_door("Verbinding geweigerd door mail.example.org")
    for address in (LEVERINGEN, BERICHTEN, page_of(message), "/admin/"):
        text = " ".join(desk.get(address).content.decode().split())
        assert "Er vertrekt nu geen mail" in text
        assert "Verbinding geweigerd door mail.example.org" in text
        # 10 o'clock UTC plus five minutes, in Brussels.
        assert "<strong>11:05</strong>" in text
    answer = desk.post(f"{BERICHTEN}deur-open/", {"next": page_of(message)}, follow=True)
    assert answer.redirect_chain == [(page_of(message), 302)]
    assert "probeert het meteen opnieuw" in answer.content.decode()
    assert Doorgang.objects.get(naam="").dicht_tot is None
    assert ModelLogEntry.objects.filter(action="post.deur_open").count() == 1
    assert "Er vertrekt nu geen mail" not in desk.get(LEVERINGEN).content.decode()
    assert (
        "Liet de postkamer meteen opnieuw proberen"
        in desk.get("/admin/reports/site-history/").content.decode()
    )


def test_the_door_is_opened_by_post_only_and_leads_nowhere_else(desk):
    close_the_door()
    assert desk.get(f"{BERICHTEN}deur-open/").status_code == 405
    assert Doorgang.objects.get(naam="").dicht_tot is not None
    answer = desk.post(f"{BERICHTEN}deur-open/", {"next": "https://kwaad.example/"})
    assert answer["Location"] == BERICHTEN


def test_an_open_door_stays_as_it_is(desk):
    answer = desk.post(f"{BERICHTEN}deur-open/", follow=True)
    assert "was al open" in answer.content.decode()
    assert not ModelLogEntry.objects.filter(action="post.deur_open").exists()


def test_mail_that_waits_too_long_is_noticed(desk):
    now = datetime.datetime(2026, 11, 24, 10, tzinfo=datetime.UTC)
    with time_machine.travel(now, tick=False) as traveller:
        one()
        assert current_state().is_goed
        traveller.shift(datetime.timedelta(minutes=6))
        assert current_state().wacht_sinds == now
        assert "Er wacht mail die al weg had moeten zijn" in desk.get("/admin/").content.decode()


def test_a_large_message_that_stands_still_is_noticed(desk):
    with time_machine.travel(datetime.datetime(2026, 11, 24, 10, tzinfo=datetime.UTC)) as traveller:
        message = newsletter(5, answers=[AANVAARD])
        traveller.shift(datetime.timedelta(minutes=6))
        assert not current_state().is_goed
        services.pause(message, "even")
        assert current_state().is_goed


def test_what_asks_for_attention_is_counted_for_a_week(desk):
    with time_machine.travel(datetime.datetime(2026, 11, 1, 10, tzinfo=datetime.UTC)):
        one(Staat.MISLUKT)
    with time_machine.travel(datetime.datetime(2026, 11, 23, 10, tzinfo=datetime.UTC)):
        one(Staat.MISLUKT)
        one(Staat.ONZEKER)
    with time_machine.travel(datetime.datetime(2026, 11, 24, 10, tzinfo=datetime.UTC)):
        state = current_state()
        assert (state.mislukt, state.onzeker) == (1, 1)
        soup = BeautifulSoup(desk.get(LEVERINGEN).content.decode(), "html.parser")
        text = " ".join(soup.select_one(".post-toestand").get_text(" ").split())
    assert "1 mislukt en 1 onzeker" in text
