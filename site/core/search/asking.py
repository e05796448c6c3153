"""From what a visitor typed to a question: groups of keys, of which a page needs one each."""

import re
from dataclasses import dataclass, field

from core.search.rules import Rules, others
from core.search.words import Token, keys, tokens

LONGEST_QUERY = 200
# More words say nothing more, and every word costs.
MOST_WORDS = 12
MOST_VARIANTS = 24

# How much of its weight a key keeps, in hundredths, by what it is to the word that was typed.
SAME, JOINED, SYNONYM, PART = 100, 90, 70, 30
# A compound on so few pages is asked for by its parts too.
RARE = 3

# What no keyboard sends, and PostgreSQL refuses.
NOT_TYPED = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass
class WordGroup:
    """One word or expression of the question.

    `variants` says how much of its weight each key keeps, in hundredths.
    """

    typed: str
    needed: bool = True
    variants: dict[str, int] = field(default_factory=dict)
    # The token, for a single word that may be a typing error or a compound.
    token: Token | None = None
    halves: list["WordGroup"] = field(default_factory=list)

    def add(self, factor: int, *keys: str) -> None:
        """Add keys, each with the highest factor it was added with."""
        for key in keys:
            if key in self.variants or len(self.variants) < MOST_VARIANTS:
                self.variants[key] = max(factor, self.variants.get(key, 0))

    def count(self, counts: dict[str, int]) -> int:
        """Return on how many pages this group stands at least."""
        return max((counts.get(key, 0) for key in self.variants), default=0)


@dataclass
class Question:
    """What was typed, and the groups in it."""

    typed: str
    groups: list[WordGroup] = field(default_factory=list)
    # Keys of neighbours written as one word: {key: (group, group)}.
    joins: dict[str, tuple[int, int]] = field(default_factory=dict)
    # All of it as one expression, to find it in the glossary.
    whole: tuple[str, ...] = ()

    def all_keys(self) -> set[str]:
        """Return every key whose number of pages matters."""
        found = set(self.joins)
        for group in self.groups:
            found.update(group.variants)
            for half in group.halves:
                found.update(half.variants)
        return found


def clean_up(text: str) -> str:
    """Return what was typed, without what nobody can type and no longer than a sentence."""
    return " ".join(NOT_TYPED.sub(" ", text).split())[:LONGEST_QUERY].strip()


def read(typed: str, rules: Rules) -> Question:
    """Read a question; it has no groups when nothing in it says anything about a page."""
    words = list(tokens(typed))[: 3 * MOST_WORDS]
    question = Question(typed, whole=tuple(rules.keys_of(word)[0] for word in words))
    place, group_at = 0, {}
    while place < len(words) and len(question.groups) < MOST_WORDS:
        step, group = _group_at(words, place, rules)
        if group is not None:
            group_at |= dict.fromkeys(range(place, place + step), len(question.groups))
            question.groups.append(group)
        place += step
    if not any(group.needed for group in question.groups):
        for group in question.groups:
            group.needed = True
    _find_joins(question, words, group_at, rules)
    for group in question.groups:
        if group.token is not None:
            group.halves = [
                _plain_group(word, rules)
                for half in rules.halves_of(group.token)
                for word in tokens(half)
            ]
    return question


def _group_at(words, place, rules):
    """Return how many words the next group takes, and the group; None for a stop word."""
    taught = rules.expression_at(words, place)
    if taught:
        expression, groups = taught
        step = len(expression.keys)
        text = " ".join(word.text for word in words[place : place + step])
        group = WordGroup(text, token=words[place] if step == 1 else None)
        group.add(SAME, expression.key)
        if step == 1:
            group.add(SAME, *rules.keys_of(words[place]))
        for other in others((each for each in groups if each.when_asking), expression):
            group.add(SYNONYM, other.key)
        return step, group
    if rules.is_stop(words[place]):
        return 1, None
    group = _plain_group(words[place], rules)
    group.needed = not rules.is_soft(words[place])
    return 1, group


def _plain_group(word: Token, rules: Rules) -> WordGroup:
    group = WordGroup(word.text, token=word)
    group.add(SAME, *rules.keys_of(word))
    return group


def _find_joins(question, words, group_at, rules):
    """Note neighbours that may be written as one word: netwerk regisseur."""
    for place in range(len(words) - 1):
        here, there = group_at.get(place), group_at.get(place + 1)
        if here is None and there is None:
            continue
        pair = (here if here is not None else there, there if there is not None else here)
        for link in ("", "s"):
            joined = words[place].text + link + words[place + 1].text
            for key in keys(joined, rules.language):
                question.joins.setdefault(key, pair)


def settle(question: Question, counts: dict[str, int]) -> None:
    """Leave out of a question what no page has."""
    for key, pair in question.joins.items():
        for number in set(pair):
            question.groups[number].add(JOINED, key)
    for group in question.groups:
        for each in (group, *group.halves):
            each.variants = {
                key: factor for key, factor in each.variants.items() if counts.get(key)
            }


def take_compounds_apart(question: Question, counts: dict[str, int]) -> None:
    """Ask for the halves of a compound that no page has, and also for them where few have it."""
    groups = []
    for group in question.groups:
        halves = [half for half in group.halves if half.variants]
        if halves and not group.variants:
            groups += halves
            continue
        if group.count(counts) < RARE:
            for half in halves:
                group.add(PART, *half.variants)
        groups.append(group)
    # Those that a page needs first: the database counts them by number.
    question.groups = sorted(groups, key=lambda group: not group.needed)
