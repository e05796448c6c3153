"""What a public page costs: queries, bytes, and time beside a view that does nothing."""

import gzip
import re
import statistics
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from core import memo
from tests.bench.running_site import fetch, seconds_for, serve

BARE = "/bench/bare/"
# Public addresses that are no page in the tree, under the name of their view.
OTHERS = {"zoeken": "/zoeken/?q=subsidie", "404": "/bestaat-niet/"}
WARM_UP = 20
ROUNDS = 200
KB = 1024

CSS_IMPORT = re.compile(r"""@import\s+(?:url\(\s*)?["']?([^"')\s;]+)""")
JS_IMPORT = re.compile(r"""(?:^|[;\s}])import\s*(?:[\w*{}\s,$]+?from\s*)?["']([^"']+)["']""")


def measure() -> list[dict]:
    """Return the figures of the worst page for each measure."""
    pages = public_pages()
    queries = {address: count_queries(address) for address in pages}
    with serve() as server:
        answers = {address: fetch(server, address) for address in pages}
    refuse_wrong_answers(pages, answers)
    html = {address: len(answer.raw) for address, answer in answers.items()}
    css, js = {}, {}
    for address, answer in answers.items():
        css[address], js[address] = asset_sizes(address, answer.text)
    samples = heaviest_of_each_type(pages, html)
    return [
        worst("pages.max_queries", queries, "queries"),
        worst("pages.max_html_kb", html, "KB", per=KB),
        worst("pages.css_kb", css, "KB", per=KB),
        worst("pages.js_kb", js, "KB", per=KB),
        *ratios("pages.ratio_to_bare_view", samples),
        # Nothing kept between requests: what a page costs just after every change.
        *ratios("pages.ratio_to_bare_view_cold", samples, CONTENT_MEMO_SIZE="0"),
    ]


def ratios(name, samples, **environment) -> list[dict]:
    """Return the time of the slowest kind of page, and the median kind, over the bare view."""
    bare, times = compare_with_bare_view(samples, **environment)
    found = {kind: time / bare[kind] for kind, time in times.items()}
    slowest = max(found, key=found.__getitem__)
    against = f"kale Django-view, {statistics.median(bare.values()) * 1000:.2f} ms"
    kinds = ", ".join(f"{kind} {ratio:.1f}" for kind, ratio in sorted(found.items()))
    return [
        {
            "name": name,
            "value": round(found[slowest], 2),
            "unit": "x",
            "against": against,
            "note": f"traagste soort: {slowest}, {times[slowest] * 1000:.2f} ms",
        },
        {
            "name": f"{name}_median",
            "value": round(statistics.median(found.values()), 2),
            "unit": "x",
            "against": against,
            "note": f"mediaan over de soorten: {kinds}",
        },
    ]


def refuse_wrong_answers(pages, answers) -> None:
    """Stop when a page is broken: an error page is fast, and says nothing."""
    for address, answer in answers.items():
        expected = 404 if pages[address] == "404" else 200
        if answer.status != expected:
            raise RuntimeError(f"{address} antwoordt {answer.status} in plaats van {expected}.")


def worst(name, figures, unit, *, per=1) -> dict:
    """Return the highest of `figures` as a result."""
    address = max(figures, key=figures.__getitem__)
    value = figures[address] if per == 1 else round(figures[address] / per, 2)
    return {"name": name, "value": value, "unit": unit, "note": f"hoogste: {address}"}


def public_pages() -> dict[str, str]:
    """Return every published address with the name of its kind."""
    pages = Page.objects.live().public().filter(depth__gt=1).specific().order_by("path")
    found = {urlsplit(page.get_url() or "").path: type(page).__name__ for page in pages}
    found.pop("", None)
    return found | {address: kind for kind, address in OTHERS.items()}


def count_queries(address: str) -> int:
    """Count the queries of one answer just after the content changed: nothing of ours is kept."""
    client = Client(headers={"host": "127.0.0.1"})
    client.get(address)
    memo.raise_version()
    with CaptureQueriesContext(database) as captured:
        client.get(address)
    return len(captured)


def heaviest_of_each_type(pages, sizes) -> dict[str, str]:
    """Return one address per kind of page: the one with the most HTML."""
    samples = {}
    for address, kind in pages.items():
        if kind not in samples or sizes[address] > sizes[samples[kind]]:
            samples[kind] = address
    return samples


def compare_with_bare_view(samples, **environment) -> tuple[dict[str, float], dict[str, float]]:
    """Return the median seconds of the bare view and of the page, for each kind of page.

    The two take turns on one connection to one worker, so that what slows the machine down
    slows both.
    """
    bare, times = {}, {}
    with serve(**environment) as server:
        for kind, address in samples.items():
            for _ in range(WARM_UP):
                fetch(server, BARE)
                fetch(server, address)
            pairs = [
                (seconds_for(server, BARE), seconds_for(server, address)) for _ in range(ROUNDS)
            ]
            bare[kind] = statistics.median(pair[0] for pair in pairs)
            times[kind] = statistics.median(pair[1] for pair in pairs)
    return bare, times


class Assets(HTMLParser):
    """Collects the style sheets and scripts that a page loads."""

    def __init__(self):
        super().__init__()
        self.styles, self.scripts = [], []

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        kinds = values.get("rel", "").split()
        if tag == "link" and "stylesheet" in kinds:
            self.styles.append(values["href"])
        elif tag == "link" and "modulepreload" in kinds:
            self.scripts.append(values["href"])
        elif tag == "script" and values.get("src"):
            self.scripts.append(values["src"])


def asset_sizes(address: str, html: str) -> tuple[int, int]:
    """Return the compressed bytes of CSS and of script that a page loads, imports included."""
    assets = Assets()
    assets.feed(html)
    return (
        compressed_size([urljoin(address, href) for href in assets.styles], CSS_IMPORT),
        compressed_size([urljoin(address, src) for src in assets.scripts], JS_IMPORT),
    )


def compressed_size(addresses, import_pattern) -> int:
    """Add up the files behind `addresses` and what they import, each compressed on its own."""
    todo, seen, size = list(addresses), set(), 0
    while todo:
        address = todo.pop()
        if address in seen:
            continue
        seen.add(address)
        content = static_file(address)
        size += len(gzip.compress(content, 9))
        todo += [urljoin(address, found) for found in import_pattern.findall(content.decode())]
    return size


def static_file(address: str) -> bytes:
    """Return the collected file of a static address."""
    name = urlsplit(address).path.removeprefix(settings.STATIC_URL)
    return (settings.STATIC_ROOT / name).read_bytes()
