"""What search finds, what it costs, and whether that grows with the site."""

import os
import statistics
import subprocess
import sys
import time
import uuid
from pathlib import Path

import yaml
from django.conf import settings
from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page

from core import memo
from core.models import Zoekpagina
from core.search import asking
from core.search.answering import answer
from core.search.finding import address_of
from core.search.rules import read_rules

QUESTIONS = Path(__file__).parents[1] / "data" / "zoekvragen.yaml"
SMALL, LARGE = 100, 10_000
COPY = "kopie-"
# The rows of the index for the copies that have none yet.
NEW = """
    JOIN wagtailcore_page kopie ON kopie.draft_title = CAST(z.pagina_id AS text)
    WHERE kopie.slug LIKE %s
    AND NOT EXISTS (SELECT 1 FROM core_zoekpagina er WHERE er.pagina_id = kopie.id)
"""
COPY_INDEX = [
    """
    INSERT INTO core_zoekplaats (pagina_id, locale_id, sleutel, gewicht, vormen)
    SELECT kopie.id, z.locale_id, z.sleutel, z.gewicht, z.vormen FROM core_zoekplaats z
    """,
    """
    INSERT INTO core_zoekpagina (pagina_id, locale_id, samenvatting, tekst, verouderd)
    SELECT kopie.id, z.locale_id, z.samenvatting, z.tekst, z.verouderd FROM core_zoekpagina z
    """,
]
ROUNDS = 7
# Common words, rare words, several, one with a typing error, one without result.
SAMPLES = [
    "subsidie",
    "netwerk",
    "hoe vaak vergaderen",
    "uitpas korting",
    "netwerkregiseur",
    "café",
]


def measure() -> list[dict]:
    """Return the figures of search."""
    pairs = [
        (str(typed), [wanted] if isinstance(wanted, str) else wanted)
        for typed, wanted in yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    ]
    return [top_three(pairs), queries(), *words(pairs), growth()]


def top_three(pairs) -> dict:
    """Return the share of the questions whose page stands in the first three."""
    missed = []
    for typed, wanted in pairs:
        first = answer(typed, "nl").results[:3]
        if not {address_of(result.found, None) for result in first} & set(wanted):
            missed.append(typed)
    return {
        "name": "zoeken.top3_share",
        "value": round(1 - len(missed) / len(pairs), 3),
        "unit": "",
        "note": f"{len(pairs)} vragen; gemist: {', '.join(missed) or 'geen'}",
    }


def queries() -> dict:
    """Return the queries of the dearest search, just after the content changed."""
    client = Client(headers={"host": "127.0.0.1"})
    figures = {}
    for typed in SAMPLES[:4]:
        client.get("/zoeken/", {"q": typed})
        memo.raise_version()
        with CaptureQueriesContext(connection) as captured:
            client.get("/zoeken/", {"q": typed})
        figures[typed] = len(captured)
    dearest = max(figures, key=figures.__getitem__)
    return {
        "name": "zoeken.queries",
        "value": figures[dearest],
        "unit": "queries",
        "note": f"hele pagina net na een wijziging; hoogste: {dearest}",
    }


def words(pairs) -> list[dict]:
    """Return the memory of the word layer, and the time it takes to read a question."""
    memory = in_a_process_of_its_own()
    rules = read_rules("nl")
    for typed, _ in pairs:
        asking.read(typed, rules)
    times = []
    for typed, _ in pairs:
        started = time.perf_counter()
        asking.read(typed, rules)
        times.append(time.perf_counter() - started)
    return [
        {
            "name": "zoeken.words_mb",
            "value": memory,
            "unit": "MB",
            "note": "woordenlijsten van drie talen, na alle woorden van de site",
        },
        {
            "name": "zoeken.words_ms",
            "value": round(statistics.mean(times) * 1000, 3),
            "unit": "ms",
            "note": f"per vraag, na opwarmen; traagste {max(times) * 1000:.2f} ms",
        },
    ]


MEMORY = """
import resource, sys
def used():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()
before = used()
from core.search.words import halves, keys
words = sys.stdin.read().split()
for language in ("nl", "fr", "en"):
    for word in words:
        keys(word, language)
        halves(word, language, frozenset())
print(round((used() - before) / 1_000_000, 1))
"""


def in_a_process_of_its_own() -> float:
    """Return how many MB the words take in a process that has nothing else of search yet."""
    texts = " ".join(Zoekpagina.objects.values_list("tekst", flat=True)).lower()
    plain = " ".join(sorted({word.strip(".,:;?!()\"'") for word in texts.split()}))
    result = subprocess.run(
        [sys.executable, "-c", MEMORY],
        input=plain,
        capture_output=True,
        text=True,
        check=True,
        cwd=settings.ROOT,
        env={**os.environ, "PYTHONPATH": f"{settings.ROOT}:{settings.ROOT / 'site'}"},
    )
    return float(result.stdout)


def growth() -> dict:
    """Return the time of a search on a large site over that on a small one.

    The pages are copies of the launch, with their words; all of it is rolled back.
    """
    with transaction.atomic():
        fill_up_to(SMALL)
        small, few = time_of_searches()
        fill_up_to(LARGE)
        large, many = time_of_searches()
        transaction.set_rollback(True)
    return {
        "name": "zoeken.growth_ratio",
        "value": round(large / small, 2),
        "unit": "x",
        "against": f"{SMALL} pagina's, {small * 1000:.1f} ms en {few} queries",
        "note": f"{LARGE} pagina's, {large * 1000:.1f} ms en {many} queries",
    }


def time_of_searches() -> tuple[float, int]:
    """Return the mean of the median seconds per sample, and the most queries."""
    client, medians, most = Client(headers={"host": "127.0.0.1"}), [], 0
    for typed in SAMPLES:
        client.get("/zoeken/", {"q": typed})
        times = []
        reset_queries()
        with CaptureQueriesContext(connection) as captured:
            client.get("/zoeken/", {"q": typed})
        most = max(most, len(captured))
        for _ in range(ROUNDS):
            started = time.perf_counter()
            client.get("/zoeken/", {"q": typed})
            times.append(time.perf_counter() - started)
        medians.append(statistics.median(times))
    return statistics.mean(medians), most


def fill_up_to(number: int) -> None:
    """Copy the indexed pages of the launch until there are `number` in Dutch."""
    locale = Locale.objects.get(language_code="nl")
    indexed = Zoekpagina.objects.filter(locale=locale)
    originals = [
        found.pagina
        for found in indexed.exclude(pagina__slug__startswith=COPY).select_related("pagina")
    ]
    page = Page.objects.filter(depth=2).order_by("-path").first()
    copies = []
    for count in range(indexed.count(), number):
        page = bare_copy(originals[count % len(originals)], page._inc_path(), count)
        copies.append(page)
    Page.objects.bulk_create(copies, batch_size=1000)
    with connection.cursor() as cursor:
        for statement in COPY_INDEX:
            cursor.execute(statement + NEW, [f"{COPY}%"])
        cursor.execute("ANALYZE")


def bare_copy(page: Page, path: str, count: int) -> Page:
    """Return a page that stands for a copy of `page`; its draft title tells of which."""
    return Page(
        path=path,
        depth=2,
        numchild=0,
        title=page.title,
        draft_title=str(page.pk),
        slug=f"{COPY}{count}",
        url_path=f"/{COPY}{count}/",
        content_type_id=page.content_type_id,
        locale_id=page.locale_id,
        translation_key=uuid.uuid4(),
        live=True,
    )
