"""The mail room as a background task, for a site that runs django-tasks and no worker of ours.

A task is only a nudge: it may be lost, repeated or run beside another. What has to be sent is in
the tables.
"""

from django.core.management import call_command
from django_tasks import task, task_backends
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks_db import DatabaseBackend

from post.engine import queue
from post.engine.worker import Worker
from post.transports import make_transport

PUMP_SECONDS = 60


@task()
def pump() -> int:
    """Send what is queued, for a minute at most; return how many mails were offered."""
    return Worker(make_transport()).run(PUMP_SECONDS, until_empty=True)


def wake() -> None:
    """Ask for a pump when there is something to send and somebody else to do it."""
    if not isinstance(task_backends["default"], ImmediateBackend) and queue.anything_to_send():
        pump.enqueue()


def forget() -> None:
    """Remove what the table of tasks remembers of those that ended two weeks ago."""
    if isinstance(task_backends["default"], DatabaseBackend):
        call_command("prune_db_task_results", min_age_days=14, verbosity=0)
