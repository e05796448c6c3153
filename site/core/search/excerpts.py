"""What a result shows of its page: where the words stand, marked."""

from collections.abc import Collection

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.search.words import fold, tokens

LENGTH = 220
# How far back a passage may begin, to begin with a whole sentence.
BACK = 120


def marked(text: str, forms: Collection[str]) -> SafeString:
    """Return `text` as HTML in which every word of `forms` is marked."""
    pieces: list[tuple[str, str, str]] = []
    end = 0
    for start, stop in places(text, forms):
        pieces.append((text[end:start], text[start:stop], ""))
        end = stop
    return format_html(
        "{}{}",
        format_html_join("", "{}<mark>{}</mark>{}", pieces),
        text[end:],
    )


def places(text: str, forms: Collection[str]) -> list[tuple[int, int]]:
    """Return where the words of `forms`, folded, stand in `text`; an expression as a whole."""
    plain = fold(text)
    if not any(form.split(" ", 1)[0] in plain for form in forms):
        return []
    beginnings: dict[str, list[list[str]]] = {}
    for form in sorted(forms, key=len, reverse=True):
        beginnings.setdefault(form.split(" ", 1)[0], []).append(form.split())
    words = list(tokens(text))
    found, place = [], 0
    while place < len(words):
        step = 1
        for expression in beginnings.get(words[place].folded, ()):
            here = [word.folded for word in words[place : place + len(expression)]]
            if here == expression:
                step = len(expression)
                found.append((words[place].start, words[place + step - 1].end))
                break
        place += step
    return found


def passage(text: str, forms: Collection[str]) -> str:
    """Return the part of `text` that has the most of `forms`, "" when it has none.

    Of two parts that have as many, the one that says more: a heading says little.
    """
    best, best_worth = "", (0, 0)
    for line in text.splitlines():
        found = places(line, forms)
        for first, (start, _) in enumerate(found):
            begin = _begin_of_sentence(line, start)
            inside = [place for place in found[first:] if place[1] <= begin + LENGTH]
            different = len({line[a:b].lower() for a, b in inside})
            worth = (different, min(len(line) - begin, LENGTH // 2))
            if worth > best_worth:
                best, best_worth = _cut(line, begin), worth
    return best


def _begin_of_sentence(line: str, start: int) -> int:
    """Return where the sentence around `start` begins, or a word not far before it."""
    for end in (". ", "? ", "! "):
        before = line.rfind(end, max(0, start - BACK), start)
        if before >= 0:
            return before + 2
    if start <= BACK:
        return 0
    return line.find(" ", start - BACK // 2, start) + 1 or start


def _cut(line: str, begin: int) -> str:
    """Return about `LENGTH` characters from `begin`, whole words only."""
    piece = line[begin : begin + LENGTH]
    if begin + LENGTH < len(line):
        piece = piece.rsplit(" ", 1)[0].rstrip(",;:") + " …"
    return ("… " if begin and line[begin - 2 : begin - 1] not in ".?!" else "") + piece
