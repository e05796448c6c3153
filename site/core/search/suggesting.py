"""The word that was meant, where a word was typed that the site does not have."""

import difflib
import math
from collections.abc import Iterable

from core.models.search import Zoekwoord
from core.search.words import fold

# How alike two words must be; measured on typing errors in the words of the site.
ALIKE = 0.75
# A compound that the site does not have may be meant as it is: it must be more alike.
ALIKE_COMPOUND = 0.88
SHORTEST = 4
MOST = 5000
CANDIDATES = 3


def near(words: dict[str, float], language: str, taught: Iterable[str]) -> dict[str, list[str]]:
    """Return for each word the words of the site that look like it, the most alike first.

    `taught` are the words that editors use beside those of the pages.

    `words` says how alike they must be, from 0 to 1 (difflib). One query for all: a word is
    compared with those of about its length that begin with one of its first two letters.
    """
    folded = {word: fold(word) for word in words if len(word) >= SHORTEST}
    if not folded:
        return {}
    beginnings = {letter for word in folded.values() for letter in word[:2]}
    lengths = [len(word) for word in folded.values()]
    # Two words of these lengths can only just be as alike as `ALIKE`.
    stretch = ALIKE / (2 - ALIKE)
    known = dict(
        Zoekwoord.objects.filter(
            locale__language_code=language,
            begin__in=beginnings,
            lengte__gte=math.ceil(min(lengths) * stretch),
            lengte__lte=math.floor(max(lengths) / stretch),
        )
        .order_by("woord")
        .values_list("woord", "vorm")[:MOST]
    )
    known = {word: word for word in taught if len(word) >= SHORTEST} | known
    return {
        word: [
            known[other]
            for other in difflib.get_close_matches(plain, sorted(known), CANDIDATES, words[word])
        ]
        for word, plain in folded.items()
    }
