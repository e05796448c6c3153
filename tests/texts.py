"""Reading the launch texts as a reader does: sentence by sentence."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from home.content.files import PageFile, read_table

WORD_LIST = Path(__file__).parent / "data" / "verboden_woorden.txt"

# Values that are keys or addresses, not text.
NOT_TEXT = {
    "type",
    "slug",
    "eigenaar",
    "staat",
    "regelkaders",
    "lees_ook",
    "tags",
    "stappen",
    "niveau",
    "verwant",
    "soort",
    "wie",
    "onderwerp",
    "url",
    "bron",
    "regelkader",
    "pagina",
    "termijn",
    "code",
    "naar",
    "actie",
    "bronnen",
    "e_mail",
    "helpdesk_e_mail",
    "organisatie_url",
    "hoofdmenu",
    "voetmenu",
}
# The title of a source is not ours to rewrite.
OURS = {
    "regelkaders": ("korte_naam", "uitleg_inbreng", "wie_beslist", "loket", "toelichting"),
    "termijnen": ("naam", "toelichting", "tekst_voorbij"),
    "begrippen": ("term", "uitleg"),
    "notities": ("titel", "tekst"),
}
END_OF_LINE = re.compile(r"</(?:p|li|h\d|td|th)>|<br\s*/?>", re.IGNORECASE)
TAG = re.compile(r"<[^>]+>")
ABBREVIATION = re.compile(r"\b(nr|art|mr|dr|blz|ca|St|p)\.")
END_OF_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“‘(]?[A-ZÉÈÀÏ0-9])")
WORD = re.compile(r"\w[\w’'./@-]*")


def texts_of_page(file: PageFile) -> Iterator[str]:
    """Yield every text of a page of the launch."""
    yield from _strings({**file.fields, "body": file.body})


def texts_of_facts() -> Iterator[tuple[str, str]]:
    """Yield every text of a fact, with where it stands."""
    for table, fields in OURS.items():
        for key, row in read_table(table).items():
            for field in fields:
                if row.get(field):
                    yield f"{table}.yaml, {key}", row[field]


def _strings(value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, child in value.items():
            # A block about a deadline or sources holds only keys; a heading called so is text.
            if name not in NOT_TEXT:
                yield from _strings(child)
    elif isinstance(value, list):
        for child in value:
            yield from _strings(child)


def sentences(text: str) -> list[str]:
    """Split a text, with or without markup, into sentences."""
    found = []
    for line in END_OF_LINE.sub("\0", text).split("\0"):
        plain = " ".join(unescape(TAG.sub("", line)).split())
        plain = ABBREVIATION.sub(r"\1", plain)
        found += [piece for piece in END_OF_SENTENCE.split(plain) if piece]
    return found


def words(sentence: str) -> list[str]:
    """Return the words of a sentence; a number or an address is one word."""
    return WORD.findall(sentence)


def forbidden_words() -> dict[str, str]:
    """Return the words that may not be used, each with what is better."""
    lines = WORD_LIST.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" > ") for line in lines if line.strip() and not line.startswith("#")]
    return dict(pairs)


def forbidden_in(text: str) -> list[str]:
    """Return the forbidden words in a text."""
    plain = " ".join(unescape(TAG.sub(" ", text)).lower().split())
    return [
        word
        for word in forbidden_words()
        if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", plain)
    ]
