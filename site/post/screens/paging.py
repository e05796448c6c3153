"""Leafing through a table of any size: from a row to the next ones, never by counting."""

import re
from dataclasses import dataclass

from django.db.models import QuerySet

CURSOR = re.compile(r"(voor|na)-(\d{1,18})")


@dataclass(frozen=True)
class Bladzijde:
    """Some rows, and where the ones before and after begin."""

    object_list: list
    nieuwer: str
    ouder: str

    @property
    def has_other_pages(self) -> bool:
        return bool(self.nieuwer or self.ouder)

    # What Django asks of a paginator; there is no number of pages.
    @property
    def count(self) -> int:
        return len(self.object_list)

    def get_elided_page_range(self, number) -> list[int]:
        return []


def read_page(rows: QuerySet, cursor: str, size: int) -> Bladzijde:
    """Return the rows before or after the one that `cursor` names, latest first."""
    found = CURSOR.fullmatch(cursor or "")
    if found and found[1] == "na":
        page = list(rows.filter(pk__gt=int(found[2])).order_by("pk")[: size + 1])
        more = len(page) > size
        page = page[:size][::-1]
        newer = f"na-{page[0].pk}" if more else ""
        return Bladzijde(page, newer, f"voor-{page[-1].pk}" if page else "")
    if found:
        rows = rows.filter(pk__lt=int(found[2]))
    page = list(rows.order_by("-pk")[: size + 1])
    more = len(page) > size
    page = page[:size]
    return Bladzijde(
        page,
        f"na-{page[0].pk}" if found and page else "",
        f"voor-{page[-1].pk}" if more else "",
    )
