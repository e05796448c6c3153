"""Words: how a text falls apart in them, and which of them are the same word.

A word has keys. Two words that share a key are the same word to search: subsidie and subsidies,
stad and steden. The keys are the stem of the word and the stem of its lemma, without accents.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import simplemma
import snowballstemmer

from core.search.languages import ENDINGS, LANGUAGES, LINKING, PARTICLES

# Long enough for every word of the language; what is longer is no word.
LONGEST = 60
# A part of a compound has at least so many letters; a part that editors taught may be shorter.
SHORTEST_PART = 4
SHORTEST_TAUGHT_PART = 3
# A part may be a compound itself when it has so many.
LONG_PART = 10

WORD = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*")
APOSTROPHE = re.compile(r"['’`]")
# What holds two words together as one: OP/TIL, e-mail.
GLUE = frozenset("-/.&‑")
LETTERS_WITHOUT_ACCENT = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d"})

# Both libraries keep a state while they work; sites run in threads.
_lock = threading.Lock()
_stemmers = {code: snowballstemmer.stemmer(known.stemmer) for code, known in LANGUAGES.items()}


def fold(text: str) -> str:
    """Return `text` in lower case and without accents: Dēmos becomes demos."""
    lower = text.lower()
    if lower.isascii():
        return lower
    apart = unicodedata.normalize("NFKD", lower.translate(LETTERS_WITHOUT_ACCENT))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@dataclass(frozen=True)
class Token:
    """A word in a text: as it is written, folded, and where; `glued` to the one before it."""

    text: str
    folded: str
    start: int
    end: int
    glued: bool


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of `text` in order."""
    end_of_last = -1
    for match in WORD.finditer(text):
        start, end = match.span()
        word = _without_apostrophe(match[0])
        if len(word) <= LONGEST:
            glued = start == end_of_last + 1 and end_of_last > 0 and text[end_of_last] in GLUE
            yield Token(word.lower(), fold(word), start, end, glued)
        end_of_last = end


def _without_apostrophe(word: str) -> str:
    """Drop what hangs on a word by an apostrophe: nota's, IGS'en, l'accord."""
    if word.isalnum():
        return word
    pieces = APOSTROPHE.split(word)
    long = [piece for piece in pieces if len(piece) > 2]
    return "".join(long or pieces)


@lru_cache(maxsize=20_000)
def keys(word: str, language: str) -> tuple[str, ...]:
    """Return the keys of a word in lower case, the first one its own stem."""
    if word.isdigit():
        return (word,)
    with _lock:
        stem = _stemmers[language].stemWord
        lemma = simplemma.lemmatize(word, lang=language, low_memory=True)
        # A lemma shows the seam of a separable verb: goed_keuren.
        found = (stem(word), stem(lemma.lower().replace("_", "")))
    return tuple(dict.fromkeys(fold(key) for key in found if key))


@lru_cache(maxsize=20_000)
def is_known(word: str, language: str) -> bool:
    """Say whether `word` stands in the dictionary of the language."""
    with _lock:
        return simplemma.is_known(word, lang=language, low_memory=True)


def parts(word: str, language: str, taught: frozenset[str]) -> tuple[str, ...]:
    """Return the words that a compound is made of, and those that a long part is made of."""
    return tuple(
        part
        for half in halves(word, language, taught)
        for part in (half, *(parts(half, language, taught) if len(half) >= LONG_PART else ()))
    )


def halves(word: str, language: str, taught: frozenset[str]) -> tuple[str, ...]:
    """Return the two words that a compound is made of, nothing for a word that is none.

    Both must be words of the dictionary, or `taught` by editors. Split is where editors taught a
    half, or else in the middle.
    """
    if not LANGUAGES[language].has_compounds or len(word) < 2 * SHORTEST_TAUGHT_PART:
        return ()
    found = []
    for place in range(SHORTEST_TAUGHT_PART, len(word) - SHORTEST_TAUGHT_PART + 1):
        right = word[place:]
        if not _can_be_part(right, language, taught):
            continue
        for link in LINKING:
            left = word[:place].removesuffix(link)
            if len(left) == place - len(link) and _can_be_part(left, language, taught):
                taught_halves = (fold(left) in taught) + (fold(right) in taught)
                found.append((-taught_halves, len(link), abs(len(left) - len(right)), left, right))
                break
    return min(found)[-2:] if found else ()


def _can_be_part(word, language, taught):
    if fold(word) in taught:
        return len(word) >= SHORTEST_TAUGHT_PART
    return (
        len(word) >= SHORTEST_PART
        and word not in PARTICLES
        and word not in ENDINGS
        and word not in LANGUAGES[language].stop
        and is_known(word, language)
    )
