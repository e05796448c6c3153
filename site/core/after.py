"""Work that a visitor may not notice: it begins when the answer has left.

How long a form takes tells what it did, such as whether an address is known. What is done after the
answer takes the visitor no time at all. It may be lost when the process stops just then, so it is
only for what somebody can ask again.
"""

import logging
from collections.abc import Callable

from django.http import HttpResponse

logger = logging.getLogger(__name__)


def answered(response: HttpResponse, work: Callable[[], object]) -> None:
    """Do `work` when the server has handed over `response`, before it lets the database go."""

    def close():
        try:
            work()
        except Exception:
            # The visitor has her answer; what went wrong is for who looks after the site.
            logger.exception("Werk na een antwoord is mislukt")

    # What Django closes with a response, such as a file, in order (HttpResponse.close).
    response._resource_closers.append(close)
