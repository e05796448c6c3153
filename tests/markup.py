"""Looking at an answer of the site the way browsers, machines and strict people do."""

import gzip
import json
import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit

import html5lib
import pytest
from bs4 import BeautifulSoup, CData, NavigableString, Tag
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import get_page_models

from core import memo

ORIGIN = "http://testserver"
# For a page that nobody cached. The second number is for the first visitor after a change of the
# content, when the process also reads what every page shares (core.memo).
MAX_QUERIES = 12
MAX_QUERIES_AFTER_A_CHANGE = 20
MAX_HTML_BYTES = 15 * 1024

# What a browser fetches by itself. A link that a person follows may lead anywhere.
FETCHED = {
    "script": ["src"],
    "img": ["src", "srcset"],
    "source": ["src", "srcset"],
    "iframe": ["src"],
    "video": ["src", "poster"],
    "audio": ["src"],
    "track": ["src"],
    "embed": ["src"],
    "object": ["data"],
    "form": ["action"],
    "button": ["formaction"],
    "input": ["src", "formaction"],
}
FETCHED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "manifest"}
# A word goes on after it, on the same line or the next.
MAY_BREAK = "\u200b"
NEVER_SEEN = {"script", "style", "template", "noscript", "svg", "head"}
REFERRING = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details", "list"]


@dataclass(frozen=True)
class Antwoord:
    """One answer, with the queries it cost."""

    adres: str
    response: object
    queries: list
    queries_after_a_change: list

    @cached_property
    def text(self) -> str:
        return self.response.content.decode()

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")

    @cached_property
    def ids(self) -> set[str]:
        return {element["id"] for element in self.soup.find_all(id=True)}

    @property
    def title(self) -> str:
        return self.soup.title.get_text(strip=True) if self.soup.title else ""

    @property
    def h1(self) -> str:
        return " ".join(self.soup.h1.get_text(" ").split())

    @property
    def canonical(self) -> str:
        link = self.soup.find("link", rel="canonical")
        return link["href"] if link else ""

    def meta(self, name) -> str:
        found = self.soup.find("meta", attrs={"name": name})
        return found["content"] if found else ""

    @cached_property
    def json_ld(self) -> list[dict]:
        """Return the machine-readable statements."""
        found = self.soup.find_all("script", type="application/ld+json")
        return [item for script in found for item in json.loads(script.string)["@graph"]]

    @cached_property
    def links(self) -> set[str]:
        """Return the addresses on this site that a reader can follow, without the origin."""
        found = set()
        for link in self.soup.find_all("a", href=True):
            target = urljoin(ORIGIN + self.adres, link["href"])
            if target.startswith(ORIGIN + "/"):
                found.add(target.removeprefix(ORIGIN))
        return found

    def visible_text(self) -> str:
        return self._visible_text

    @cached_property
    def _visible_text(self) -> str:
        return visible_text(self.soup.body)


def ask(adres: str, client: Client | None = None) -> Antwoord:
    """Ask for a page twice, the first time just after a change of the content."""
    client = client or Client()
    # The one thing that every process keeps for ever, from its first page on.
    ContentType.objects.get_for_models(*get_page_models())
    memo._kept.clear()
    cold, _ = _get(client, adres)
    warm, response = _get(client, adres)
    return Antwoord(adres, response, warm, cold)


def _get(client, adres):
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(adres)
    return [query["sql"] for query in queries.captured_queries], response


def visible_text(element) -> str:
    """Return what a person reads: no scripts, styles, templates or hidden parts."""
    if isinstance(element, str):
        element = BeautifulSoup(element, "html.parser")
    text = " ".join(_visible_strings(element)).replace(f" {MAY_BREAK} ", "")
    return " ".join(text.split())


def _visible_strings(element):
    for child in element.children:
        if isinstance(child, Tag):
            if child.name == "wbr":
                yield MAY_BREAK
            elif child.name not in NEVER_SEEN and not child.has_attr("hidden"):
                yield from _visible_strings(child)
        elif type(child) in (NavigableString, CData):
            yield child


def faults(antwoord: Antwoord, status=200) -> list[str]:
    """Return everything that is wrong with a public page; an empty list for a good one."""
    return [
        *_faults_of_the_answer(antwoord, status),
        *_faults_of_the_head(antwoord),
        *_faults_of_the_outline(antwoord),
        *_faults_of_safety(antwoord),
        *_faults_of_references(antwoord),
    ]


def assert_sound(pages: dict[str, Antwoord], status=200):
    """Fail with a line per fault when one of the pages is not a good one."""
    assert pages
    lines = [f"{adres}: {f}" for adres, page in pages.items() for f in faults(page, status)]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def _faults_of_the_answer(antwoord, status):
    response = antwoord.response
    if response.status_code != status:
        yield f"status {response.status_code} in plaats van {status}"
    if response.cookies:
        yield f"koekje: {response.cookies.output()}"
    yield from _faults_of_the_queries(antwoord.queries, MAX_QUERIES)
    yield from _faults_of_the_queries(antwoord.queries_after_a_change, MAX_QUERIES_AFTER_A_CHANGE)
    weight = len(gzip.compress(response.content, 6))
    if weight > MAX_HTML_BYTES:
        yield f"HTML weegt {weight} bytes"
    if "script-src 'self'" not in response.headers.get("Content-Security-Policy", ""):
        yield "geen strenge Content-Security-Policy"
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(antwoord.text.lstrip())
    for place, code, details in parser.errors:
        yield f"HTML-fout {code} {details} op {place}"


def _faults_of_the_queries(queries, limit):
    if len(queries) > limit:
        numbered = "\n".join(f"      {i}. {query}" for i, query in enumerate(queries, 1))
        yield f"{len(queries)} queries, hoogstens {limit}:\n{numbered}"


def _faults_of_the_head(antwoord):
    soup = antwoord.soup
    prefix = antwoord.adres.split("/")[1]
    expected = {"fr": "fr-BE", "en": "en"}.get(prefix, "nl-BE")
    if soup.html.get("lang") != expected:
        yield f"lang is {soup.html.get('lang')}, niet {expected}"
    if not antwoord.title:
        yield "geen titel"
    if len(soup.find_all("title")) - len(soup.select("svg title")) != 1:
        yield "niet precies een titel"
    if soup.find("meta", charset=True) is None:
        yield "geen tekenset"
    if "width=device-width" not in antwoord.meta("viewport"):
        yield "geen viewport"


def _faults_of_the_outline(antwoord):
    soup = antwoord.soup
    if len(soup.find_all("h1")) != 1:
        yield f"{len(soup.find_all('h1'))} keer h1"
    if len(soup.find_all("main")) != 1:
        yield "niet precies een main"
    level = 0
    for heading in soup.find_all(re.compile(r"^h[1-6]$")):
        if not heading.get_text(strip=True):
            yield f"lege kop {heading}"
        if heading.find_parent("main"):
            if level and int(heading.name[1]) > level + 1:
                yield f"kop {heading.name} na h{level}: {heading.get_text(strip=True)}"
            level = int(heading.name[1])
    for image in soup.find_all("img"):
        if not image.has_attr("alt"):
            yield f"afbeelding zonder alt: {image}"
    text = antwoord.visible_text()
    for word in ("None", "{{", "{%", "NaN"):
        if found := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text):
            yield f"'{word}' staat in de tekst: {text[found.start() - 60 : found.end() + 20]}"


def _faults_of_safety(antwoord):
    for element in antwoord.soup.find_all(True):
        if element.has_attr("style") or element.name == "style":
            yield f"stijl in de pagina: {str(element)[:120]}"
        is_data = element.get("type") == "application/ld+json"
        if element.name == "script" and not element.get("src") and not is_data:
            yield f"script in de pagina: {str(element)[:120]}"
        for name, value in element.attrs.items():
            if name.startswith("on"):
                yield f"script in {name}: {str(element)[:120]}"
            if isinstance(value, str) and value.strip().lower().startswith("javascript:"):
                yield f"script in {name}: {str(element)[:120]}"
        for address in _fetched_by(element):
            if not urljoin(ORIGIN + antwoord.adres, address).startswith(ORIGIN + "/"):
                yield f"verzoek naar elders: {address}"


def _fetched_by(element):
    """Return the addresses that a browser fetches because of an element."""
    if element.name == "link" and FETCHED_LINKS & set(element.get("rel", [])):
        return [element["href"]]
    values = [element.get(name, "") for name in FETCHED.get(element.name, [])]
    return [part.split()[0] for value in values for part in value.split(",") if part.strip()]


def _faults_of_references(antwoord):
    soup, ids = antwoord.soup, antwoord.ids
    if len(ids) != len(soup.find_all(id=True)):
        seen = [element["id"] for element in soup.find_all(id=True)]
        yield f"id dubbel: {sorted({i for i in seen if seen.count(i) > 1})}"
    for name in REFERRING:
        for element in soup.find_all(attrs={name: True}):
            for reference in (
                element[name].split() if isinstance(element[name], str) else element[name]
            ):
                if reference not in ids:
                    yield f"{name}={reference} wijst nergens naar"
    for link in soup.find_all("a"):
        href = link.get("href", "")
        if not href or href.startswith("None"):
            yield f"link zonder adres: {link}"
        elif href.startswith("#") and href[1:] not in ids:
            yield f"anker {href} bestaat niet"
        if not link.get_text(strip=True) and not link.get("aria-label"):
            yield f"link zonder tekst: {link}"


def split_anchor(address: str) -> tuple[str, str]:
    """Return an address without its anchor, and the anchor."""
    parts = urlsplit(address)
    return (f"{parts.path}?{parts.query}" if parts.query else parts.path), parts.fragment
