"""What the rest of the site asks of the mail room.

A caller hands over a mail inside its own transaction and forgets it: when that transaction fails,
there was no mail; when it succeeds, the mail leaves once.
"""

from post.services.people import (
    allow_again,
    empty_deliveries,
    empty_messages,
    erase,
    erase_about,
    erase_kind,
    is_suppressed,
    keep_last_mail,
    retain,
    settle_emptied,
    suppress,
)
from post.services.queueing import (
    NotAllPrepared,
    Ontvanger,
    add_recipients,
    prepare_bulk,
    queue,
    queue_bulk,
    reopen,
    start_bulk,
)
from post.services.steering import (
    cancel,
    clear_cancelled,
    mark_as_sent,
    pause,
    renew_values,
    resume,
    send_again,
    skip,
)

__all__ = [
    "NotAllPrepared",
    "Ontvanger",
    "add_recipients",
    "allow_again",
    "cancel",
    "clear_cancelled",
    "empty_deliveries",
    "empty_messages",
    "erase",
    "erase_about",
    "erase_kind",
    "is_suppressed",
    "keep_last_mail",
    "mark_as_sent",
    "pause",
    "prepare_bulk",
    "queue",
    "queue_bulk",
    "renew_values",
    "reopen",
    "resume",
    "retain",
    "send_again",
    "settle_emptied",
    "skip",
    "start_bulk",
    "suppress",
]
