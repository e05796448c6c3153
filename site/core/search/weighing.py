"""How much a key weighs on a page: in the title 4, in the summary 2, in the text 1."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from core.models.search import KEY_LENGTH
from core.search.rules import Rules, others
from core.search.words import Token, keys, tokens

TITLE, SUMMARY, BODY = 4, 2, 1
# A heading is text that says what the text below it is about.
HEADING = 1
# Weights are whole numbers, so that every database adds them up to the same.
SCALE = 100
# What a word is worth that stands there as a part of another, or only by its meaning.
PART = 0.4
SYNONYM = 0.6
# How soon a second and a third time on a page say less than the first.
SATURATION = 2.0
# A text of so many words is of ordinary length; in a longer one, a word says less.
ORDINARY_LENGTH = 350
MOST_FORMS = 6


@dataclass
class Weights:
    """The keys of a page: what each weighs, and which words of the text stand for it."""

    weights: dict[str, int] = field(default_factory=dict)
    forms: dict[str, list[str]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


def weigh(
    title: str,
    summaries: Iterable[str],
    headings: Iterable[str],
    body: Iterable[str],
    rules: Rules,
) -> Weights:
    """Return the weights of all keys of a page."""
    found = Weights()
    title_counts, title_length = _count([title], rules, found)
    summary_counts, _ = _count(summaries, rules, found)
    heading_counts, _ = _count(headings, rules, found)
    body_counts, length = _count(body, rules, found)
    # A title of one word is about that word; a long one is about more.
    share = 0.6 + 0.4 / max(title_length, 1)
    stretch = SATURATION * (0.5 + 0.5 * length / ORDINARY_LENGTH)
    for key in {*title_counts, *summary_counts, *body_counts}:
        times = body_counts.get(key, 0)
        weight = (
            TITLE * share * min(title_counts.get(key, 0), 1)
            + SUMMARY * min(summary_counts.get(key, 0), 1)
            + HEADING * min(heading_counts.get(key, 0), 1)
            + BODY * 2 * times / (times + stretch)
        )
        found.weights[key] = max(round(weight * SCALE), 1)
    return found


def _count(texts, rules, found):
    """Return how often each key stands in `texts`, and how many words those have."""
    counts: dict[str, float] = defaultdict(float)
    length = 0
    for text in texts:
        words = list(tokens(text))
        length += sum(not rules.is_stop(word) for word in words)
        for key, share, form in _contributions(words, rules):
            counts[key[:KEY_LENGTH]] += share
            forms = found.forms.setdefault(key[:KEY_LENGTH], [])
            if form not in forms and len(forms) < MOST_FORMS:
                forms.append(form)
        for word in words:
            if len(word.folded) > 3 and not word.folded.isdigit() and not rules.is_stop(word):
                found.words.setdefault(word.folded, word.text)
    return counts, length


def _contributions(words: list[Token], rules: Rules) -> Iterator[tuple[str, float, str]]:
    """Yield (key, share, word or expression in the text) for each thing that stands there."""
    for place, word in enumerate(words):
        if word.glued:
            before = words[place - 1]
            for key in keys(before.text + word.text, rules.language):
                yield key, 1, f"{before.folded} {word.folded}"
        taught = rules.expression_at(words, place)
        if taught:
            expression, groups = taught
            end = place + len(expression.keys)
            form = " ".join(other.folded for other in words[place:end])
            if len(expression.keys) > 1:
                yield expression.key, 1, form
            for other in others((group for group in groups if group.when_indexing), expression):
                yield other.key, SYNONYM, form
        if rules.is_stop(word):
            continue
        for key in rules.keys_of(word):
            yield key, 1, word.folded
        for key in rules.part_keys_of(word):
            yield key, PART, word.folded
