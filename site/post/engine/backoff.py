"""How long to wait after a refusal that is not final."""

import datetime

# After the first refusal a minute, after the last six hours; then it has failed.
DELAYS = [
    datetime.timedelta(minutes=1),
    datetime.timedelta(minutes=5),
    datetime.timedelta(minutes=30),
    datetime.timedelta(hours=2),
    datetime.timedelta(hours=6),
]


def delay_after(attempts: int) -> datetime.timedelta | None:
    """Return how long to wait after `attempts` attempts; None when that was the last one."""
    return DELAYS[attempts - 1] if 1 <= attempts <= len(DELAYS) else None
