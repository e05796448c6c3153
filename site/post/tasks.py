"""The mail room as a background task, for a site that runs django-tasks and no worker of ours.

A task is only a nudge: it may be lost, repeated or run beside another. What has to be sent is in
the tables.
"""

from django_tasks import task

from post.engine.worker import Worker
from post.transports import make_transport

PUMP_SECONDS = 60


@task()
def pump() -> int:
    """Send what is queued, for a minute at most; return how many mails were offered."""
    return Worker(make_transport()).run(PUMP_SECONDS, until_empty=True)
