"""The mailbox of the example site."""

import email

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import override_settings
from django.urls import clear_url_caches

from post import services
from post.mime import Bijlage
from post.states import Staat
from tests.post_admin.mailroom import newsletter, one

pytestmark = pytest.mark.django_db
ICS = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def demo(client):
    """A visitor of the example site."""
    with override_settings(DEMO=True, ROOT_URLCONF="tests.post_admin.demo_urls"):
        clear_url_caches()
        yield client
    clear_url_caches()


def soup_of(answer):
    assert answer.status_code == 200, answer
    return BeautifulSoup(answer.content.decode(), "html.parser")


def addresses_of(delivery) -> list[str]:
    pk = delivery.pk
    return ["/post/", *(f"/post/{pk}/{rest}" for rest in ("", "html/", "bron/", "bijlage/1/"))]


def test_outside_the_example_site_there_is_no_mailbox(client, desk):
    assert not settings.DEMO
    delivery = one(Staat.VERZONDEN, attachments=[Bijlage("a.ics", ICS, "text/calendar")])
    for address in addresses_of(delivery):
        assert client.get(address).status_code == 404
        assert desk.get(address).status_code == 404


def test_the_views_themselves_refuse_outside_the_example_site(client):
    # Also when somebody adds the addresses by mistake.
    delivery = one(Staat.VERZONDEN, attachments=[Bijlage("a.ics", ICS, "text/calendar")])
    with override_settings(ROOT_URLCONF="tests.post_admin.demo_urls"):
        clear_url_caches()
        for address in addresses_of(delivery):
            assert client.get(address).status_code == 404
    clear_url_caches()


def test_the_mails_are_listed_latest_first_and_by_address(demo):
    first = one(Staat.VERZONDEN, to="jan@example.org")
    second = one(to="els@example.org")
    links = [link["href"] for link in soup_of(demo.get("/post/")).select(".postbus a")]
    assert links == [f"/post/{second.pk}/", f"/post/{first.pk}/"]
    soup = soup_of(demo.get("/post/", {"adres": "Jan@example.org"}))
    assert [link["href"] for link in soup.select(".postbus a")] == [f"/post/{first.pk}/"]
    assert "Geen mails aan" in demo.get("/post/?adres=niemand@example.org").content.decode()
    assert demo.get("/post/", {"adres": "\0"}).status_code == 200


def test_an_empty_mailbox_says_so(demo):
    assert "Er zijn nog geen mails" in demo.get("/post/").content.decode()


def test_a_mail_can_be_read_in_every_form(demo):
    delivery = one(
        Staat.VERZONDEN,
        to="jan@example.org",
        name="Zoë",
        attachments=[Bijlage("afspraak.ics", ICS, "text/calendar", "REQUEST")],
    )
    soup = soup_of(demo.get(f"/post/{delivery.pk}/"))
    text = soup.get_text(" ")
    assert "Gevraagd door: de toets" in soup.select_one("pre").get_text()
    assert "Zoë <jan@example.org>" in text
    assert "afspraak.ics" in text
    assert soup.select_one("iframe").attrs["sandbox"] in ("", [])
    page = demo.get(f"/post/{delivery.pk}/html/")
    assert "Gevraagd door: de toets" in page.content.decode()
    assert "sandbox" in page["Content-Security-Policy"]
    source = demo.get(f"/post/{delivery.pk}/bron/")
    assert source["Content-Type"] == "text/plain; charset=utf-8"
    mail = email.message_from_bytes(source.content)
    assert mail["Message-ID"] == delivery.message_id
    file = demo.get(f"/post/{delivery.pk}/bijlage/1/")
    assert file.content == ICS
    assert file["Content-Type"] == "text/calendar"
    assert file["Content-Disposition"] == 'attachment; filename="afspraak.ics"'
    assert demo.get(f"/post/{delivery.pk}/bijlage/2/").status_code == 404


def test_a_letter_to_many_is_shown_as_this_reader_gets_it(demo):
    delivery = newsletter(2).leveringen.order_by("pk")[1]
    assert "Dag Lezer 1" in demo.get(f"/post/{delivery.pk}/").content.decode()
    assert "Dag Lezer 1" in demo.get(f"/post/{delivery.pk}/html/").content.decode()


def test_what_was_emptied_cannot_be_read(demo):
    delivery = one(Staat.VERZONDEN, to="vergeet@example.org")
    services.erase("vergeet@example.org")
    assert "(adres gewist)" in demo.get("/post/").content.decode()
    for address in addresses_of(delivery)[1:]:
        assert demo.get(address).status_code == 404


def test_the_mailbox_sets_no_cookie_and_keeps_the_strict_policy(demo):
    delivery = one(Staat.VERZONDEN, attachments=[Bijlage("a.ics", ICS, "text/calendar")])
    for address in addresses_of(delivery):
        answer = demo.get(address)
        assert answer.cookies == {}
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'unsafe" not in policy
        assert answer["X-Robots-Tag"] == "noindex"
    assert "frame-src" in demo.get(f"/post/{delivery.pk}/")["Content-Security-Policy"]


def test_the_mailbox_is_only_read(demo):
    delivery = one(Staat.VERZONDEN)
    for address in ("/post/", f"/post/{delivery.pk}/"):
        assert demo.post(address).status_code == 405


def test_a_full_mailbox_is_leafed_through(demo):
    newsletter(30)
    soup = soup_of(demo.get("/post/"))
    assert len(soup.select(".postbus li")) == 25
    following = soup_of(demo.get("/post/" + soup.select_one("a[rel=next]")["href"]))
    assert len(following.select(".postbus li")) == 5
