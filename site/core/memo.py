"""What every page needs again and again, kept per process until the content changes.

Menu, notices, addresses and the place of a page in the tree are read once and kept under the
version of the content. Every change of a page or a fact raises that version in its own transaction
(core.signals), and every request of a visitor reads it first. So nothing here is ever stale, and
nothing needs to be cleared. A preview, a mail or a command has no version and keeps nothing, and
neither does anything that is rendered as of another day (core.clock).

What depends on nothing but the words that editors taught (terms, synonyms) has a version of its
own: it need not be read again for every page that is published.
"""

import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import TypeVar

from django.conf import settings
from django.core.signals import request_started
from django.db import connection

from core import clock

T = TypeVar("T")

_kept: OrderedDict[Hashable, object] = OrderedDict()
_version: ContextVar[dict[int, str] | None] = ContextVar("content_version", default=None)

CONTENT, WORDS = 1, 2

READ = "SELECT id, waarde FROM core_inhoudsversie WHERE id IN (1, 2)"
RAISE = """
    INSERT INTO core_inhoudsversie (id, waarde) VALUES (%s, %s)
    ON CONFLICT (id) DO UPDATE SET waarde = excluded.waarde
"""


def begin() -> None:
    """Start a request of a visitor: from here on, what is read is kept."""
    with connection.cursor() as cursor:
        cursor.execute(READ)
        _version.set(dict(cursor.fetchall()))


def end(**kwargs) -> None:
    """Keep nothing from here on."""
    _version.set(None)


request_started.connect(end, dispatch_uid="core.memo.end")


def raise_version(subject: int = CONTENT) -> None:
    """Say that the content, or what editors taught, changed. Part of the transaction of the change.

    A random value and not a counter: a restored backup may not come back to a number that stood
    for something else.
    """
    with connection.cursor() as cursor:
        cursor.execute(RAISE, [subject, uuid.uuid4().hex])


def remember(key: Hashable, build: Callable[[], T], subject: int = CONTENT) -> T:
    """Return what `build` returns, from memory where the `subject` has not changed since.

    The result is shared between requests: nobody may change it.
    """
    versions = _version.get()
    if versions is None or settings.CONTENT_MEMO_SIZE == 0 or clock.shows_another_day():
        return build()
    full_key = (versions.get(subject, ""), clock.today(), key)
    if full_key in _kept:
        _kept.move_to_end(full_key)
        return _kept[full_key]  # pyright: ignore[reportReturnType]
    value = build()
    _kept[full_key] = value
    while len(_kept) > settings.CONTENT_MEMO_SIZE:
        _kept.popitem(last=False)
    return value
