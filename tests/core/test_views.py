"""The answers that are no page of the tree: search, errors, robots, feed."""

from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.factories import ArtikelPageFactory, ContentPageFactory
from tests.markup import ask, assert_sound

pytestmark = pytest.mark.django_db


def found_by(words, prefix=""):
    answer = ask(f"{prefix}/zoeken/?q={words}")
    assert answer.response.status_code == 200
    return [link["href"] for link in answer.soup.main.select("ol h3 a, ol h2 a")]


# --- Search ---------------------------------------------------------------------


def test_search_finds_a_page_by_a_word_in_its_text(at_launch):
    page = ContentPageFactory(body=[("tekst", "<p>Hier gaat het over parachutespringen.</p>")])
    assert found_by("parachutespringen") == [page.get_url()]


def test_search_finds_only_published_pages_of_this_language(at_launch):
    ContentPageFactory(title="Zwaluwnest", slug="kladje", live=False)
    assert found_by("Zwaluwnest") == []
    shown = ContentPageFactory(title="Zwaluwnest")
    assert found_by("Zwaluwnest") == [shown.get_url()]
    assert found_by("Zwaluwnest", "/fr") == []


def test_search_without_result_offers_another_way(at_launch):
    answer = ask("/zoeken/?q=qqqqqq")
    text = answer.visible_text()
    assert 'Niets gevonden voor "qqqqqq"' in text
    assert "Opstarttraject" in text
    assert answer.soup.select_one('main a[href^="mailto:"]') is not None


def test_search_shows_what_was_asked_as_text(at_launch):
    answer = ask("/zoeken/?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in answer.text
    assert answer.soup.find("input", attrs={"name": "q"})["value"] == "<script>alert(1)</script>"
    assert_sound({"zoeken": answer})


@pytest.mark.parametrize(
    "words", ["%27%20OR%201=1", "%22", "a" * 3000, "%00", "*", "(", "NOT", "-"]
)
def test_search_survives_strange_words(words, at_launch):
    assert ask(f"/zoeken/?q={words}").response.status_code == 200


def test_search_is_not_for_search_engines(at_launch):
    assert ask("/zoeken/?q=netwerk").meta("robots") == "noindex"
    assert "Disallow: /zoeken/" in Client().get("/robots.txt").content.decode()


# --- Errors ----------------------------------------------------------------------


def test_an_unknown_address_is_answered_in_dutch_with_search_and_three_lines(at_launch):
    answer = ask("/zomaar-iets/")
    assert_sound({"404": answer}, status=404)
    assert answer.h1 == "Deze pagina bestaat niet"
    form = answer.soup.main.find("form", role="search")
    assert form["action"] == "/zoeken/"
    assert form.find("input", attrs={"name": "q"}) is not None
    lines = [link["href"] for link in answer.soup.main.select("ul a")]
    assert lines == [
        "/trajecten/opstarttraject/",
        "/trajecten/starttraject/",
        "/trajecten/doorstarttraject/",
    ]
    assert answer.meta("robots") == "noindex"


def test_an_unknown_address_in_french_is_answered_in_french(at_launch):
    answer = ask("/fr/nimporte-quoi/")
    assert answer.response.status_code == 404
    assert answer.soup.html["lang"] == "fr-BE"
    assert all(link["href"].startswith("/fr/") for link in answer.soup.main.select("ul a"))


def test_a_fault_of_ours_is_answered_in_dutch_without_the_database():
    client = Client(raise_request_exception=False)

    def broken(*args, **kwargs):
        raise RuntimeError("de databank is weg")

    with mock.patch.object(connection, "cursor", broken):
        answer = client.get("/")
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "Er ging iets mis" in text
    assert 'lang="nl-BE"' in text
    assert "de databank is weg" not in text


def test_a_refusal_shows_nothing_of_the_inside():
    client = Client(raise_request_exception=False)
    with mock.patch("core.views.render", side_effect=PermissionDenied("geheime reden")):
        answer = client.get("/zoeken/")
    assert answer.status_code == 403
    assert "geheime reden" not in answer.content.decode()


# --- For machines ------------------------------------------------------------------


def test_robots_names_the_sitemap():
    answer = Client().get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    lines = answer.content.decode().splitlines()
    assert "Disallow: /admin/" in lines
    assert f"Sitemap: http://testserver{reverse('sitemap')}" in lines


def test_the_sitemap_leaves_out_what_is_not_published():
    draft = ContentPageFactory(live=False)
    shown = ContentPageFactory()
    text = Client().get("/sitemap.xml").content.decode()
    assert shown.get_full_url() in text
    assert draft.slug not in text


def test_the_feed_holds_the_newest_articles_of_its_language(at_launch):
    newest = ArtikelPageFactory(title="Nieuwste verhaal & meer", datum="2026-11-23")
    ArtikelPageFactory(title="Nog een kladje", live=False)
    answer = Client().get("/inspiratie/feed/")
    assert answer["Content-Type"].startswith("application/atom+xml")
    text = answer.content.decode()
    assert text.index("Nieuwste verhaal &amp; meer") < text.index("Zaventem")
    assert newest.get_full_url() in text
    assert "Nog een kladje" not in text
    assert "Zaventem" not in Client().get("/fr/inspiratie/feed/").content.decode()
