"""Putting a question to the database.

Plain SQL, the same for SQLite and PostgreSQL: whole numbers only, and the order ends with the
place of the page in the tree, so that both give the same answer. Of every word at most the
heaviest `DEEPEST` pages are looked at, and the index holds them in that order: the work does not
grow with the site.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from wagtail.models import Page

from core.search.asking import WordGroup

DEEPEST = 100
# How many pages of a word are looked at when no page has all words.
DEEPEST_PARTIAL = 20
# With fewer pages than this that have all words, those that have a part of them come along.
FEW = 3
# Beyond so many pages a word is simply common.
COMMON = 1000
SCALE = 100

COUNT = """
WITH gevraagd(sleutel) AS (VALUES {values}),
taal(id) AS (SELECT id FROM wagtailcore_locale WHERE language_code = %s)
SELECT gevraagd.sleutel, (
    SELECT COUNT(*) FROM (
        SELECT 1 FROM core_zoekplaats p
        WHERE p.locale_id = (SELECT id FROM taal) AND p.sleutel = gevraagd.sleutel
        LIMIT {common}
    ) AS gezien
) FROM gevraagd
UNION ALL
SELECT NULL, COUNT(*) FROM (
    SELECT 1 FROM core_zoekpagina z WHERE z.locale_id = (SELECT id FROM taal) LIMIT {common}
) AS alle
"""
HEAVIEST = """
SELECT pagina_id FROM (
    SELECT p.pagina_id FROM core_zoekplaats p
    WHERE p.locale_id = (SELECT id FROM taal) AND p.sleutel = %s{conditions}
    ORDER BY p.gewicht DESC, p.pagina_id LIMIT {deepest}
) AS zwaarste
"""
ALSO = """
    AND EXISTS (
        SELECT 1 FROM core_zoekplaats q WHERE q.pagina_id = p.pagina_id AND q.sleutel IN ({keys})
    )"""
# CROSS JOIN keeps the order of reading in SQLite: from the few rows to what belongs to them.
FIND = """
WITH taal(id) AS (SELECT id FROM wagtailcore_locale WHERE language_code = %s),
gevraagd(sleutel, groep, factor) AS (VALUES {values}),
kandidaat(pagina_id) AS ({candidates}),
per_groep AS (
    SELECT kandidaat.pagina_id, gevraagd.groep, MAX(p.gewicht * gevraagd.factor) AS beste
    FROM kandidaat CROSS JOIN gevraagd CROSS JOIN core_zoekplaats p
    WHERE p.pagina_id = kandidaat.pagina_id AND p.sleutel = gevraagd.sleutel
    GROUP BY kandidaat.pagina_id, gevraagd.groep
),
per_pagina AS (
    SELECT pagina_id, SUM(beste) AS score, SUM(CASE WHEN groep < {needed} THEN 1 ELSE 0 END) AS raak
    FROM per_groep GROUP BY pagina_id
),
zichtbaar AS (
    SELECT pagina.id, pagina.title, pagina.path, pagina.url_path, soort.model,
        COALESCE(per_pagina.score, 0) AS score,
        CASE WHEN pagina.id IN ({promoted}) THEN 1 ELSE 0 END AS uitgelicht,
        CASE WHEN per_pagina.raak IS NULL THEN -1 WHEN per_pagina.raak = {needed} THEN 1 ELSE 0 END
            AS volledig
    FROM wagtailcore_page pagina
    JOIN django_content_type soort ON soort.id = pagina.content_type_id
    LEFT JOIN per_pagina ON per_pagina.pagina_id = pagina.id
    WHERE pagina.id IN (SELECT pagina_id FROM per_pagina UNION SELECT pagina_id FROM core_zoekpagina
        WHERE pagina_id IN ({promoted}) AND locale_id = (SELECT id FROM taal))
    AND pagina.live AND NOT EXISTS (
        SELECT 1 FROM wagtailcore_pageviewrestriction slot CROSS JOIN wagtailcore_page dicht
        WHERE dicht.id = slot.page_id
        AND SUBSTR(pagina.path, 1, LENGTH(dicht.path)) = dicht.path
    )
),
gevonden AS (
    SELECT zichtbaar.*, COUNT(*) OVER () AS aantal FROM zichtbaar
    WHERE uitgelicht = 1 OR volledig = 1
        OR volledig = 0 AND (SELECT COUNT(*) FROM zichtbaar alle WHERE alle.volledig = 1) < {few}
    ORDER BY uitgelicht DESC, volledig DESC, score DESC, path LIMIT {size} OFFSET {start}
)
SELECT gevonden.id, gevonden.title, gevonden.url_path, gevonden.model, gevonden.uitgelicht,
    gevonden.volledig, gevonden.score, gevonden.aantal, z.samenvatting, z.tekst, (
        SELECT {concat}(p.sleutel || '=' || p.vormen, '\n') FROM core_zoekplaats p
        WHERE p.pagina_id = gevonden.id AND p.sleutel IN (SELECT gevraagd.sleutel FROM gevraagd)
    )
FROM gevonden JOIN core_zoekpagina z ON z.pagina_id = gevonden.id
ORDER BY uitgelicht DESC, volledig DESC, score DESC, path
"""


@dataclass(frozen=True)
class Found:
    """A page as the index knows it. `complete` says whether it has all that was asked for."""

    pk: int
    title: str
    url_path: str
    model: str
    promoted: bool
    complete: bool
    score: int
    summary: str
    text: str
    forms: dict[str, list[str]]


@dataclass(frozen=True)
class Leaf:
    """A leaf of results, and how many pages were found in all, of those looked at."""

    results: list[Found] = field(default_factory=list)
    total: int = 0


def count_pages(keys: Iterable[str], language: str) -> tuple[dict[str, int], int]:
    """Return on how many pages each key stands, up to `COMMON`, and how many pages there are."""
    asked = sorted(keys)
    if not asked:
        return {}, 0
    sql = COUNT.format(values=", ".join(["(%s)"] * len(asked)), common=COMMON)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*asked, language])
        counts = dict(cursor.fetchall())
    return counts, counts.pop(None, 0)


def find(
    groups: list[WordGroup],
    counts: dict[str, int],
    pages: int,
    language: str,
    *,
    promoted: Iterable[int] = (),
    size: int = 10,
    start: int = 0,
) -> Leaf:
    """Return the pages that have a variant of every needed group, or else of most.

    `groups` hold the needed ones first, and only keys that stand on a page. `promoted` pages
    come first, in whatever way they match.
    """
    wanted = [
        (key, number, factor * rarity(group, counts, pages))
        for number, group in enumerate(groups)
        for key, factor in sorted(group.variants.items())
    ]
    needed = [group for group in groups if group.needed]
    parts, values = _candidates(needed or groups, counts)
    promoted_ids = ", ".join(str(int(pk)) for pk in promoted) or "-1"
    sql = FIND.format(
        values=", ".join(f"(%s, {int(number)}, {int(factor)})" for _, number, factor in wanted)
        or "(NULL, 0, 0)",
        candidates=" UNION ".join(parts) or "SELECT -1",
        needed=len(needed),
        promoted=promoted_ids,
        few=FEW,
        concat="string_agg" if connection.vendor == "postgresql" else "group_concat",
        size=int(size),
        start=int(start),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [language, *(key for key, _, _ in wanted), *values])
        rows = cursor.fetchall()
    return Leaf([_found(row) for row in rows], rows[0][7] if rows else 0)


def rarity(group: WordGroup, counts: dict[str, int], pages: int) -> int:
    """Return how much a group tells: a word that is on every page says little about any."""
    return round(SCALE * math.log(1 + (pages + 1) / (group.count(counts) + 0.5)))


def _candidates(groups: list[WordGroup], counts: dict[str, int]) -> tuple[list[str], list[str]]:
    """Return the parts of the SQL that pick the pages to look at, and their values.

    The pages that have all groups are read along the rarest one; beside them, for when there is
    none, the heaviest pages of each group.
    """
    parts: list[str] = []
    values: list[str] = []
    if all(group.variants for group in groups):
        rarest = min(groups, key=lambda group: group.count(counts), default=None)
        conditions, rest = "", []
        for group in groups:
            if group is not rarest:
                conditions += ALSO.format(keys=", ".join(["%s"] * len(group.variants)))
                rest += sorted(group.variants)
        for key in sorted(rarest.variants if rarest else ()):
            parts.append(HEAVIEST.format(conditions=conditions, deepest=DEEPEST))
            values += [key, *rest]
    if len(groups) > 1:
        for group in groups:
            for key in sorted(group.variants):
                parts.append(HEAVIEST.format(conditions="", deepest=DEEPEST_PARTIAL))
                values.append(key)
    return parts, values


def _found(row) -> Found:
    lines: str = row[10] or ""
    pairs = (line.partition("=") for line in lines.split("\n") if line)
    forms: dict[str, list[str]] = {key: list(words.split("|")) for key, _, words in pairs}
    return Found(
        pk=row[0],
        title=row[1],
        url_path=row[2],
        model=row[3],
        promoted=bool(row[4]),
        complete=row[5] == 1,
        score=row[6],
        summary=row[8],
        text=row[9],
        forms=forms,
    )


def address_of(found: Found, request) -> str:
    """Return the address of a found page on this site."""
    page = Page(pk=found.pk, url_path=found.url_path)
    return page.get_url(request=request) or ""
