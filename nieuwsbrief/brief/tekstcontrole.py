"""What a text says that an editor may want to look at: days that are over, long sentences."""

import datetime
import re
from collections.abc import Iterator

# Flemish plain language: a sentence of more words is hard to follow.
MEESTE_WOORDEN = 25
MAANDEN = [
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
    "oktober", "november", "december",
]  # fmt: skip
DATUM = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MAANDEN)}) (\d{{4}})\b", re.IGNORECASE)
ZINSEINDE = re.compile(r"(?<=[.!?:;])\s+|\n+")


def voorbije_dagen(text: str, today: datetime.date) -> Iterator[tuple[datetime.date, str]]:
    """Yield the dates in a Dutch text that are over; what is no date of the calendar is left."""
    for found in DATUM.finditer(text):
        month = MAANDEN.index(found[2].lower()) + 1
        try:
            day = datetime.date(int(found[3]), month, int(found[1]))
        except ValueError:
            continue
        if day < today:
            yield day, found[0]


def lange_zinnen(text: str) -> Iterator[tuple[str, int]]:
    """Yield the beginning of every sentence that is too long, with its number of words."""
    for sentence in ZINSEINDE.split(text):
        # A link in plain text stands between brackets, and is not read.
        words = re.sub(r"\(https?://[^)]*\)", "", sentence).split()
        if len(words) > MEESTE_WOORDEN:
            yield f"{' '.join(words[:6])} …", len(words)
