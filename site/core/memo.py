"""What every page needs again and again, kept per process until the content changes.

Menu, notices, addresses and the place of a page in the tree are read once and kept under the
version of the content. Every change of a page or a fact raises that version in its own transaction
(core.signals), and every request of a visitor reads it first. So nothing here is ever stale, and
nothing needs to be cleared. A preview, a mail or a command has no version and keeps nothing, and
neither does anything that is rendered as of another day (core.clock).
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
_version: ContextVar[str | None] = ContextVar("content_version", default=None)

READ = "SELECT waarde FROM core_inhoudsversie WHERE id = 1"
RAISE = """
    INSERT INTO core_inhoudsversie (id, waarde) VALUES (1, %s)
    ON CONFLICT (id) DO UPDATE SET waarde = excluded.waarde
"""


def begin() -> None:
    """Start a request of a visitor: from here on, what is read is kept."""
    with connection.cursor() as cursor:
        cursor.execute(READ)
        row = cursor.fetchone()
    _version.set(str(row[0]) if row else "")


def end(**kwargs) -> None:
    """Keep nothing from here on."""
    _version.set(None)


request_started.connect(end, dispatch_uid="core.memo.end")


def raise_version() -> None:
    """Say that the content changed. Part of the transaction of the change.

    A random value and not a counter: a restored backup may not come back to a number that stood
    for something else.
    """
    with connection.cursor() as cursor:
        cursor.execute(RAISE, [uuid.uuid4().hex])


def remember(key: Hashable, build: Callable[[], T]) -> T:
    """Return what `build` returns, from memory where the content has not changed since.

    The result is shared between requests: nobody may change it.
    """
    version = _version.get()
    if version is None or settings.CONTENT_MEMO_SIZE == 0 or clock.shows_another_day():
        return build()
    full_key = (version, clock.today(), key)
    if full_key in _kept:
        _kept.move_to_end(full_key)
        return _kept[full_key]  # pyright: ignore[reportReturnType]
    value = build()
    _kept[full_key] = value
    while len(_kept) > settings.CONTENT_MEMO_SIZE:
        _kept.popitem(last=False)
    return value
