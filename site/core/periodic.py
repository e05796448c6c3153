"""The work of every minute.

An app registers what it has to do in `AppConfig.ready`; `manage.py tick` runs all of it. Every
job is idempotent, and one that fails does not keep the others from running.
"""

import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)

_jobs: dict[str, Callable[[], object]] = {}


def register(name: str, job: Callable[[], object]) -> None:
    """Add a job; the same name again replaces it."""
    _jobs[name] = job


def run_all() -> list[str]:
    """Run every job once; return the names of those that failed."""
    failed = []
    for name, job in _jobs.items():
        try:
            job()
        except Exception:
            logger.exception("Periodieke taak '%s' is mislukt", name)
            failed.append(name)
    return failed
