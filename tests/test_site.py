"""What holds for every page of the launch, in every language."""

import datetime
import re
from collections import Counter
from dataclasses import replace

import pytest
import time_machine
from django.urls import reverse
from wagtail.models import Page

from core.models import SiteInstellingen, ZoekZonderResultaat
from home.content.files import read_pages
from tests.conftest import LAUNCH_DAY
from tests.markup import ORIGIN, Antwoord, ask, assert_sound, faults, split_anchor
from tests.texts import sentences, texts_of_page

pytestmark = pytest.mark.django_db

# The pages that are no page in the tree.
OTHERS = [
    "/zoeken/",
    "/zoeken/?q=subsidie",
    "/zoeken/?q=netwerk&pagina=2",
    "/zoeken/?q=trekingsrecht",
    "/zoeken/?q=kampvuur+subsidie+sport",
    "/zoeken/?q=de",
    "/zoeken/?q=qqqqq",
    "/fr/zoeken/?q=r%C3%A9seau",
    "/en/zoeken/",
    "/trajecten/doorstarttraject/?test=1",
    "/trajecten/welk-traject/?wie=gemeente",
    "/trajecten/welk-traject/?wie=gemeente&netwerk=lokaal&nota=nee",
    "/trajecten/welk-traject/?wie=gemeente&v=netwerk",
    "/trajecten/opstarttraject/dossier/?bedrag=5517",
    "/trajecten/starttraject/dossier/",
    "/trajecten/eigen-inbreng/?bedrag=5517",
    "/trajecten/eigen-inbreng/?bedrag=abc",
    "/inspiratie/?thema=praktijk",
    "/vragen/?thema=geld",
    "/vragen/?q=bijdrage",
    "/vragen/?thema=geld&q=qqqqq",
    "/contact/coachingsgesprek/?van=/trajecten/doorstarttraject/&antwoorden=test%3D1",
]


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """Every launch page as a new visitor gets it on the launch day, by address."""
    with django_db_blocker.unblock(), time_machine.travel(LAUNCH_DAY, tick=False):
        addresses = [page.get_url() for page in Page.objects.live().filter(depth__gt=1)]
        return {address: ask(address) for address in addresses}


@pytest.fixture(scope="module")
def others(django_db_setup, django_db_blocker):
    """The answers that do not come from the tree."""
    with django_db_blocker.unblock(), time_machine.travel(LAUNCH_DAY, tick=False):
        answers = {address: ask(address) for address in OTHERS}
        # Outside the transaction of a test: a search in vain is written down for good.
        ZoekZonderResultaat.objects.all().delete()
        return answers


def test_the_launch_has_pages_in_three_languages(site):
    languages = Counter(address.split("/")[1] for address in site)
    assert languages["fr"] == languages["en"] == 6
    assert len(site) > 55
    for address in (
        "/",
        "/trajecten/",
        "/trajecten/opstarttraject/",
        "/trajecten/starttraject/",
        "/trajecten/doorstarttraject/",
        "/vorming/",
        "/nieuwsbrief/",
        "/inspiratie/",
        "/contact/",
        "/over/",
        "/fr/",
        "/en/",
    ):
        assert address in site, address


def test_every_launch_page_is_sound(site):
    assert_sound(site)


def test_every_other_page_is_sound(others):
    assert_sound(others)


def test_the_style_guide_is_sound_but_for_its_examples(at_launch):
    page = ask("/stijlgids/")
    examples = ("anker", "link zonder adres", "HTML weegt")
    assert [fault for fault in faults(page) if not fault.startswith(examples)] == []


def test_every_launch_page_shows_every_word_of_its_file(site):
    """Nothing of a text is lost between its file and the screen."""
    lost = {}
    for file in read_pages():
        page = site[file.address]
        # The questions of the route chooser have a test of their own.
        hidden = {"samenvatting", "herken_je", "groep", "voor_wie", "diagnose_inleiding"}
        hidden |= {"onderdelen"}
        shown = {name: value for name, value in file.fields.items() if name not in hidden}
        for text in texts_of_page(replace(file, fields=shown)):
            for sentence in sentences(text):
                if squeezed(sentence) not in squeezed(page.soup.body.get_text()):
                    lost.setdefault(file.address, []).append(sentence)
    assert lost == {}


def squeezed(text):
    """Return a text without its spaces and its punctuation: markup moves those."""
    return re.sub(r"[\W_]+", "", text)


def test_every_launch_page_says_who_it_is(site):
    for adres, page in site.items():
        assert page.canonical == ORIGIN + adres
        assert 20 <= len(page.meta("description")) <= 320, adres
        og_title = page.soup.find("meta", property="og:title")["content"]
        og_url = page.soup.find("meta", property="og:url")["content"]
        assert og_title, adres
        assert og_url == page.canonical
        assert page.soup.find("meta", property="og:image")["content"].startswith(ORIGIN + "/")


def test_no_two_pages_have_the_same_title(site):
    titles = Counter((page.soup.html["lang"], page.title) for page in site.values())
    assert [title for title, count in titles.items() if count > 1] == []


def test_no_link_and_no_anchor_is_broken(site, others, client, db):
    pages = {**site, **others}
    broken = {}
    checked = 0
    for adres, page in list(pages.items()):
        for link in page.links:
            target, anchor = split_anchor(link)
            if target not in pages:
                pages[target] = Antwoord(target, client.get(target), [], [])
            answer = pages[target]
            checked += 1
            if answer.response.status_code != 200:
                broken.setdefault(adres, []).append((link, answer.response.status_code))
            elif anchor and anchor not in answer.ids:
                broken.setdefault(adres, []).append((link, "geen anker"))
    assert checked > 500
    assert broken == {}


def test_every_launch_page_can_be_reached_by_following_links(site):
    found, queue = set(), ["/"]
    while queue:
        adres = queue.pop()
        if adres in found or adres not in site:
            continue
        found.add(adres)
        queue += [split_anchor(link)[0] for link in site[adres].links]
    assert set(site) - found == set()


def test_help_stands_in_the_same_place_on_every_page(site):
    """WCAG 3.2.6: the same order of help on all pages."""
    details = SiteInstellingen.objects.get()
    for adres, page in site.items():
        foot = page.soup.find("footer")
        assert details.helpdesk_e_mail in foot.get_text(), adres
        contact = [
            link["href"] for link in page.soup.header.find_all("a") if "contact" in link["href"]
        ]
        assert contact, adres


def test_machine_readable_data_agrees_with_the_page(site):
    for adres, page in site.items():
        kinds = {item["@type"]: item for item in page.json_ld}
        organisation = kinds["Organization"]
        assert organisation["name"] in page.visible_text(), adres
        assert organisation["contactPoint"]["email"] in page.visible_text(), adres
        if adres in ("/", "/fr/", "/en/"):
            assert "BreadcrumbList" not in kinds
            continue
        trail = kinds["BreadcrumbList"]["itemListElement"]
        assert [item["position"] for item in trail] == list(range(1, len(trail) + 1))
        assert trail[-1]["item"] == page.canonical
        shown = [link["href"] for link in page.soup.select("nav.kruimels a[href]")]
        assert [item["item"] for item in trail[:-1]] == [ORIGIN + href for href in shown], adres
        assert trail[-1]["name"] == page.soup.select("nav.kruimels li")[-1].get_text(strip=True)


def test_translations_point_at_each_other(site):
    for adres, page in site.items():
        alternates = {
            link["hreflang"]: link["href"].removeprefix(ORIGIN)
            for link in page.soup.find_all("link", rel="alternate", hreflang=True)
        }
        if not alternates:
            assert not adres.startswith(("/fr/", "/en/"))
            continue
        assert set(alternates) == {"nl-BE", "fr-BE", "en", "x-default"}
        assert alternates["x-default"] == alternates["nl-BE"]
        assert adres in alternates.values()
        for other in alternates.values():
            mirrored = site[other].soup.find_all("link", rel="alternate", hreflang=True)
            assert ORIGIN + adres in [link["href"] for link in mirrored], (adres, other)
        switch = {link["href"].removeprefix(ORIGIN) for link in page.soup.select("nav.talen a")}
        assert switch == set(alternates.values())


def test_no_language_shows_a_menu_in_another(site):
    for adres, page in site.items():
        prefix = adres.split("/")[1] if adres.startswith(("/fr/", "/en/")) else ""
        menu = page.soup.select("nav.menu-breed a[href], .menu-smal nav a[href]")
        assert menu, adres
        for link in menu:
            assert link["href"].startswith(f"/{prefix}/" if prefix else "/")
            if not prefix:
                assert not link["href"].startswith(("/fr/", "/en/"))


def test_the_menu_says_where_you_are(site):
    for adres in ("/trajecten/", "/contact/", "/inspiratie/"):
        current = site[adres].soup.select('header nav.menu-breed a[aria-current="page"]')
        assert [link["href"] for link in current] == [adres]
    step = site["/trajecten/opstarttraject/verken-de-mogelijkheden/"]
    above = step.soup.select('header nav.menu-breed a[aria-current="true"]')
    assert [link["href"] for link in above] == ["/trajecten/"]


def test_the_sitemap_lists_every_page_once(site, client):
    text = client.get(reverse("sitemap")).content.decode()
    for adres in site:
        assert text.count(f"<loc>{ORIGIN}{adres}</loc>") == 1, adres
    assert text.count("<loc>") == len(site)


def test_the_day_is_the_same_for_every_reader_of_the_launch(site):
    # Guards the fixture: the pages must have been made on the launch day.
    assert LAUNCH_DAY.date() == datetime.date(2026, 11, 24)
    assert "38 dagen" in site["/"].visible_text()
