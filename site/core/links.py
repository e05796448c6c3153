"""Links to pages inside running text, all of a page looked up in one query.

Wagtail asks three times per field; a page with many short blocks would ask dozens of times.
A page tells what it links to before it is rendered; what is not told is looked up as usual.
"""

import re
from collections.abc import Iterable, Iterator
from contextvars import ContextVar

from django.core.signals import request_started
from django.utils import translation
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from core import memo

LINK = re.compile(r'<a\b[^>]*\blinktype="page"[^>]*>')
ID = re.compile(r'\bid="(\d+)"')

# Addresses by page id, for the request that is being answered.
_known: ContextVar[dict[int, str] | None] = ContextVar("known_links", default=None)


def forget(**kwargs) -> None:
    """Start a request without any known address."""
    _known.set(None)


request_started.connect(forget, dispatch_uid="core.links.forget")


def look_up(ids: Iterable[int]) -> dict[int, str]:
    """Return the address of every published page of `ids`, in the active language if it exists."""
    ids = set(ids)
    if not ids:
        return {}
    family = list(
        Page.objects.filter(
            translation_key__in=Page.objects.filter(pk__in=ids).values("translation_key")
        ).select_related("locale")
    )
    language = translation.get_language()
    here = {
        page.translation_key: page
        for page in family
        if page.live and page.locale.language_code == language
    }
    found = {}
    for page in family:
        if page.pk in ids:
            target = here.get(page.translation_key, page)
            if target.live and target.url:
                found[page.pk] = target.url
    return found


def remember_links_of(page: Page) -> None:
    """Look up all that `page` links to in its text."""
    _known.set(memo.remember(("links", page.pk), lambda: look_up(ids_in(texts_of(page)))))


def texts_of(page: Page) -> Iterator[str]:
    """Yield the rich texts of a page as they are stored."""
    for field in page._meta.get_fields():
        if isinstance(field, RichTextField):
            yield getattr(page, field.attname) or ""
        elif isinstance(field, StreamField):
            yield from strings_in(list(getattr(page, field.attname).raw_data))


def ids_in(texts: Iterable[str]) -> set[int]:
    """Return the ids of the pages that `texts` link to."""
    tags = (tag for text in texts for tag in LINK.findall(text))
    return {int(match[1]) for tag in tags if (match := ID.search(tag))}


def strings_in(value) -> Iterator[str]:
    """Yield every text in a value as a StreamField stores it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)


def addresses_of(ids: Iterable[int]) -> dict[int, str]:
    """Return the addresses known for this request, and those of `ids` that were not known yet."""
    known = _known.get() or {}
    return {**known, **look_up(pk for pk in ids if pk not in known)}
