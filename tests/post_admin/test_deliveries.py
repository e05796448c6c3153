"""The list of deliveries and the story of one."""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from core import clock
from post import services
from post.mime import Bijlage
from post.models import Gebeurtenis, Levering, Onderdrukking
from post.screens.paging import read_page
from post.states import Staat
from tests.post_admin.mailroom import (
    AANVAARD,
    BERICHTEN,
    GEWEIGERD,
    LEVERINGEN,
    ONZEKER,
    TIJDELIJK,
    newsletter,
    one,
    page_of,
    send,
)

pytestmark = pytest.mark.django_db


def soup_of(answer):
    assert answer.status_code == 200, answer
    return BeautifulSoup(answer.content.decode(), "html.parser")


def addresses_in(answer) -> list[str]:
    """Return the addresses in a list, from top to bottom."""
    return [cell.get_text(strip=True) for cell in soup_of(answer).select("td.title .title-wrapper")]


def rows_in(answer) -> list[list[str]]:
    """Return the words in every row of a list."""
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("td")]
        for row in soup_of(answer).select("table.listing tbody tr")
    ]


# --- The list --------------------------------------------------------------------------


def test_a_row_tells_who_what_where_why_and_when(desk):
    with time_machine.travel(datetime.datetime(2026, 7, 1, 22, 30, tzinfo=datetime.UTC)):
        one(Staat.VERZONDEN, to="aan@example.org")
        one(Staat.MISLUKT, to="weg@example.org")
    failed, sent = rows_in(desk.get(LEVERINGEN))
    # Half past midnight in Brussels, on the next day.
    assert sent[1:] == [
        "aan@example.org",
        "Proefmail van de site",
        "Proefmail",
        "verzonden",
        "",
        "1",
        "02/07/2026 00:30",
    ]
    assert failed[4] == "mislukt"
    assert failed[5] == "Het adres bestaat niet, of de mailserver weigert onze mail."
    assert failed[7] == ""


def test_an_empty_list_says_so(desk):
    assert "Er zijn nog geen leveringen." in desk.get(LEVERINGEN).content.decode()
    assert "Er zijn nog geen berichten." in desk.get(BERICHTEN).content.decode()


@pytest.fixture
def several():
    """Deliveries in all sorts, of two days."""
    with time_machine.travel(datetime.datetime(2026, 11, 10, 9, tzinfo=datetime.UTC)):
        old = newsletter(3, subject="Oude brief", answers=[AANVAARD, GEWEIGERD, ONZEKER])
    with time_machine.travel(datetime.datetime(2026, 11, 20, 9, tzinfo=datetime.UTC)):
        new = newsletter(2, subject="Nieuwe brief", answers=[GEWEIGERD])
        single = one(to="Jan.Peeters@example.org", name="Jan Peeters")
    return old, new, single


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 6),
        ("staat=mislukt", 2),
        ("staat=mislukt&staat=onzeker", 3),
        ("staat=geannuleerd", 0),
        ("soort=nieuwsbrief", 5),
        ("soort=proefmail", 1),
        ("klaargezet_from=2026-11-11", 3),
        ("klaargezet_to=2026-11-10", 3),
        ("klaargezet_from=2026-11-10&klaargezet_to=2026-11-20", 6),
        ("klaargezet_from=2026-11-21", 0),
        ("klaargezet_to=2026-11-09", 0),
        ("staat=mislukt&soort=nieuwsbrief&klaargezet_from=2026-11-11", 1),
        ("q=jan.peeters@example.org", 1),
        ("q=JAN.PEETERS@EXAMPLE.ORG", 1),
        ("q=peeters@example.org", 0),
        ("q=peeters", 1),
        ("q=jan peeters", 1),
        ("q=oude brief", 3),
        ("q=brief&staat=mislukt", 2),
        ("q=nergens", 0),
        ("q=100%25", 0),
    ],
)
def test_a_filter_shows_what_fits(query, number, several, desk):
    assert len(addresses_in(desk.get(f"{LEVERINGEN}?{query}"))) == number
    assert len(addresses_in(desk.get(f"{LEVERINGEN}lijst/?{query}"))) == number


def test_the_filter_on_a_message_takes_any_message(several, desk):
    old, new, single = several
    for message, number in ((old, 3), (new, 2), (single.bericht, 1)):
        answer = desk.get(f"{LEVERINGEN}?bericht={message.pk}")
        assert len(addresses_in(answer)) == number
    assert len(addresses_in(desk.get(f"{LEVERINGEN}?bericht={old.pk}&staat=mislukt"))) == 1
    assert len(addresses_in(desk.get(f"{LEVERINGEN}?bericht={old.pk}&q=lezer"))) == 3
    # Only messages to many are proposed.
    options = soup_of(desk.get(LEVERINGEN)).select("select[name=bericht] option")
    assert [option["value"] for option in options] == ["", str(new.pk), str(old.pk)]


@pytest.mark.parametrize(
    "query",
    [
        "staat=bestaatniet",
        "soort=bestaatniet",
        "bericht=999999",
        "bericht=x",
        "klaargezet_from=gisteren",
        "q=%00",
    ],
)
def test_a_filter_that_makes_no_sense_shows_nothing(query, several, desk):
    # Showing everything would let an act on "all in this list" reach everybody.
    answer = desk.get(f"{LEVERINGEN}?{query}")
    assert addresses_in(answer) == []
    assert "Dit filter bestaat niet (meer)" in answer.content.decode()


def test_a_part_of_an_address_is_looked_for_among_the_latest_only(desk, monkeypatch):
    one(to="zeldzaam@example.org")
    one(to="ander@example.org")
    monkeypatch.setattr("post.querysets.RECENT", 1)
    assert addresses_in(desk.get(f"{LEVERINGEN}?q=zeldzaam")) == []
    assert addresses_in(desk.get(f"{LEVERINGEN}?q=zeldzaam@example.org")) != []
    assert "in de laatste 50.000 leveringen" in desk.get(f"{LEVERINGEN}?q=x").content.decode()


def test_a_long_list_is_leafed_through_without_missing_or_doubling(desk):
    message = newsletter(120)
    seen, address = [], LEVERINGEN
    steps = 0
    while address:
        answer = desk.get(address)
        seen += addresses_in(answer)
        link = soup_of(answer).select_one("nav.pagination a[rel=next]")
        address = link["href"] if link else None
        steps += 1
    expected = message.leveringen.order_by("-pk").values_list("adres", flat=True)
    assert seen == list(expected)
    assert steps == 3
    # And back again.
    last = desk.get(f"{LEVERINGEN}?p=voor-{message.leveringen.order_by('pk')[20].pk}")
    back = soup_of(last).select_one("nav.pagination a[rel=prev]")["href"]
    assert addresses_in(desk.get(back))[-1] == expected[99]


def test_leafing_keeps_the_filter(desk):
    newsletter(60, subject="Eerste")
    message = newsletter(60, subject="Tweede")
    answer = desk.get(f"{LEVERINGEN}?bericht={message.pk}")
    following = soup_of(answer).select_one("nav.pagination a[rel=next]")["href"]
    assert f"bericht={message.pk}" in following
    assert len(addresses_in(desk.get(following))) == 10


@pytest.mark.parametrize("cursor", ["", "x", "voor-", "na-abc", "voor--1", "voor-9" * 30, "2"])
def test_a_page_that_does_not_exist_is_the_first(cursor):
    newsletter(2)
    page = read_page(Levering.objects.all(), cursor, 1)
    assert [one.pk for one in page.object_list] == [Levering.objects.latest("pk").pk]


def queries_of(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    # Nothing may count the table, or read the texts of messages for a list.
    for query in captured.captured_queries:
        assert "COUNT(*)" not in query["sql"] or "post_levering" not in query["sql"]
        assert '"skelet"' not in query["sql"] or "lijst" not in address
    return len(captured)


@pytest.mark.parametrize("address", [LEVERINGEN, f"{LEVERINGEN}?staat=wacht", BERICHTEN])
def test_a_list_of_fifty_takes_as_many_queries_as_a_list_of_one(address, desk):
    newsletter(1)
    one()
    desk.get(address)
    few = queries_of(desk, address)
    for _ in range(50):
        one()
    newsletter(50)
    assert queries_of(desk, address) == few
    assert few <= 24


def test_a_list_does_not_read_the_texts_of_messages(desk):
    newsletter(3)
    for address in (LEVERINGEN, BERICHTEN):
        with CaptureQueriesContext(connection) as captured:
            desk.get(address)
        assert not [q["sql"] for q in captured.captured_queries if "skelet" in q["sql"]]


# --- One delivery ----------------------------------------------------------------------


def test_a_failed_delivery_says_why_and_what_can_be_done(desk):
    delivery = one(Staat.MISLUKT, to="weg@example.org", name="Wim Weg")
    text = desk.get(page_of(delivery)).content.decode()
    assert "weg@example.org (Wim Weg)" in text
    assert "Het adres bestaat niet, of de mailserver weigert onze mail." in text
    assert "5.1.1 Mailbox onbekend" in text
    assert page_of(delivery, "opnieuw") in text
    assert page_of(delivery, "aangekomen") not in text


def test_an_uncertain_delivery_explains_itself_and_asks_for_a_decision(desk):
    delivery = one(Staat.ONZEKER)
    text = desk.get(page_of(delivery)).content.decode()
    assert "We weten niet of hij vertrokken is" in text
    assert page_of(delivery, "aangekomen") in text
    assert page_of(delivery, "toch_opnieuw") in text
    assert page_of(delivery, "opnieuw") not in text


def test_a_sent_delivery_asks_for_nothing(desk):
    delivery = one(Staat.VERZONDEN)
    text = desk.get(page_of(delivery)).content.decode()
    assert "De mailserver nam de mail aan." in text
    assert 'class="button"' not in text


def test_the_story_holds_attempts_reports_and_people(desk, postbeheerder):
    delivery = one()
    send(TIJDELIJK)
    Gebeurtenis.objects.create(
        levering=delivery,
        provider_id="x:1",
        soort="deferred",
        omschrijving="Kom later terug",
        op=clock.now(),
    )
    story = soup_of(desk.get(page_of(delivery))).select_one(".post-verhaal").get_text(" ")
    assert "Klaargezet om te versturen" in story
    assert "Volgende poging" in story
    assert "Uitgesteld door de mailbox" in story
    assert "Kom later terug" in story
    assert "Bekeek de levering, met adres en tekst, door Petra" in story


def test_the_mail_is_shown_with_its_headers_text_and_attachments(desk):
    delivery = one(
        Staat.VERZONDEN,
        name="Zoë Élan",
        attachments=[Bijlage("afspraak.ics", b"BEGIN:VCALENDAR", "text/calendar", "REQUEST")],
    )
    soup = soup_of(desk.get(page_of(delivery)))
    text = soup.get_text(" ")
    assert "Zoë Élan <" in text
    assert delivery.message_id in text
    assert "Gevraagd door: de toets" in soup.select_one("pre").get_text()
    assert "afspraak.ics" in text
    frame = soup.select_one("iframe")
    assert frame.attrs["sandbox"] in ("", [])
    assert frame["src"] == page_of(delivery, "mail")


def test_the_frame_of_a_mail_can_do_nothing(desk):
    delivery = one(Staat.VERZONDEN)
    answer = desk.get(page_of(delivery, "mail"))
    assert "Gevraagd door: de toets" in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "no-store" in answer["Cache-Control"]


def test_a_value_of_a_recipient_is_shown_as_text(desk):
    message = newsletter(1)
    delivery = message.leveringen.get()
    Levering.objects.filter(pk=delivery.pk).update(
        naam="<script>x</script>", gegevens={"naam": "<script>alert(1)</script>"}
    )
    for name in ("inspect", "mail"):
        text = desk.get(page_of(delivery, name)).content.decode()
        assert "<script>alert" not in text
        assert "<script>x" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_an_emptied_delivery_is_shown_without_what_is_gone(desk):
    delivery = one(Staat.MISLUKT, to="vergeet@example.org")
    services.erase("vergeet@example.org")
    text = desk.get(page_of(delivery)).content.decode()
    assert "(adres gewist)" in text
    assert "vergeet@example.org" not in text
    assert "iframe" not in text
    assert page_of(delivery, "opnieuw") not in text
    assert desk.get(page_of(delivery, "mail")).status_code == 404
    assert "(adres gewist)" in addresses_in(desk.get(LEVERINGEN))


def test_a_suppressed_address_is_named_as_such(desk):
    message = newsletter(1)
    delivery = message.leveringen.get()
    services.suppress(delivery.adres, Onderdrukking.Reden.KLACHT)
    text = desk.get(page_of(delivery)).content.decode()
    assert "Dit adres mag geen nieuwsbrieven meer krijgen." in text


def test_a_delivery_that_does_not_exist_is_not_found(desk):
    assert desk.get(f"{LEVERINGEN}999999/").status_code == 404


def test_looking_is_written_down_once_an_hour_without_the_address(desk, postbeheerder):
    delivery = one(Staat.VERZONDEN, to="geheim@example.org")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(3):
            desk.get(page_of(delivery))
            desk.get(page_of(delivery, "mail"))
        looks = ModelLogEntry.objects.filter(action="post.bekeken")
        assert looks.count() == 1
        traveller.shift(datetime.timedelta(hours=2))
        desk.get(page_of(delivery))
        assert looks.count() == 2
    entry = looks.first()
    assert (entry.user, entry.object_id) == (postbeheerder, str(delivery.pk))
    assert "geheim" not in f"{entry.label} {entry.data}"
