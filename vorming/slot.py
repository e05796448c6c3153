"""One lock per session. Whatever takes or gives a place happens inside it.

PostgreSQL locks the row of the session; SQLite lets one writer in at a time, because every
transaction there takes its lock at the start (docs/adr/0005). Nothing slow happens inside: mail is
only queued, no file is made, nobody is called.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from vorming.models import Sessie

# How long somebody waits for the lock before she reads that it is busy: longer than a full server
# needs to help everybody before her, shorter than she goes on looking at a page that does nothing.
WACHTTIJD = "10s"
# lock_not_available, deadlock_detected.
BEZET_POSTGRESQL = {"55P03", "40P01"}


class EvenDruk(Exception):
    """The lock was not to be had in time. Nothing was changed; trying again helps."""

    def __init__(self):
        super().__init__(_("Het is even druk. Probeer het over een paar tellen opnieuw."))


@contextmanager
def met_sessie(*pks: int) -> Iterator[Sessie]:
    """Lock one session, or two in one order for all, and yield the first.

    Everything in the block is one transaction. Raises EvenDruk when somebody else holds the lock
    for too long, and Sessie.DoesNotExist.
    """
    with beleefd(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{WACHTTIJD}'")
        locked = {pk: _lees(pk) for pk in sorted(set(pks))}
        yield locked[pks[0]]


@contextmanager
def beleefd() -> Iterator[None]:
    """Say EvenDruk where the database says that somebody else is writing."""
    try:
        yield
    except OperationalError as fault:
        if is_bezet(fault):
            raise EvenDruk from fault
        raise


def _lees(pk: int) -> Sessie:
    """Read a session and lock its row: get() runs the query, and only then is there a lock."""
    return (
        Sessie.objects.select_for_update(of=("self",)).select_related("vorming__locale").get(pk=pk)
    )


def is_bezet(fault: OperationalError) -> bool:
    """Say whether a fault of the database means: somebody else is writing."""
    if connection.vendor == "postgresql":
        return getattr(fault.__cause__, "sqlstate", "") in BEZET_POSTGRESQL
    return "locked" in str(fault)
