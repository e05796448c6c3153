"""What the mail room does every minute. Every job may run twice, late, or at the same time."""

from django.db import transaction

from post import services
from post.engine import queue

# A job stops after so many rounds, so that one minute never takes an hour.
ROUNDS = 50


def reap() -> None:
    """Free what was held by workers that are gone."""
    for _ in range(ROUNDS):
        with transaction.atomic():
            if not queue.reap():
                return


def clear_cancelled() -> None:
    """Mark what still waits of cancelled messages."""
    for _ in range(ROUNDS):
        if not services.clear_cancelled():
            return


def retain() -> None:
    """Empty what is older than the retention period, and close what was emptied on its way."""
    services.retain(limit=500)
    services.settle_emptied()
