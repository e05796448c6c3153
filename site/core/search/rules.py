"""What editors taught search: terms, synonyms, forms of words, promoted pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import CharField, F, IntegerField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.search.utils import normalise_query_string

from core import memo
from core.models.search import KEY_LENGTH, Synoniemgroep, Woordvorm
from core.models.snippets import Begrip
from core.search.languages import LANGUAGES
from core.search.words import Token, fold, halves, keys, parts, tokens

TERM, GROUP, FORM, PROMOTION = "begrip", "groep", "vorm", "uitgelicht"


@dataclass(frozen=True)
class Promotion:
    """A page or an address that editors put first for a query."""

    page_id: int | None
    url: str
    title: str
    description: str


@dataclass(frozen=True)
class Expression:
    """A word or expression as editors wrote it, and its keys; `key` stands for all of it."""

    text: str
    keys: tuple[str, ...]

    @property
    def key(self) -> str:
        return " ".join(self.keys)[:KEY_LENGTH]


@dataclass(frozen=True)
class Group:
    """Expressions that mean the same, and when that counts."""

    expressions: tuple[Expression, ...]
    when_asking: bool
    when_indexing: bool


@dataclass(frozen=True)
class Term:
    """A term of the glossary, for a direct answer."""

    pk: int
    term: str
    explanation: str


@dataclass
class Rules:
    """Everything that editors taught search in one language."""

    language: str
    groups: list[Group] = field(default_factory=list)
    forms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    promotions: dict[str, list[Promotion]] = field(default_factory=dict)
    terms: dict[tuple[str, ...], Term] = field(default_factory=dict)
    # Words that editors used, folded: they may be a part of a compound.
    taught: frozenset[str] = frozenset()
    # The groups and the terms by the first key of an expression, the longest first.
    beginnings: dict[str, list[tuple[Expression, list[Group]]]] = field(default_factory=dict)

    def keys_of(self, token: Token) -> tuple[str, ...]:
        """Return the keys of a word; the first one stands for it in an expression."""
        return self.forms.get(token.folded) or keys(token.text, self.language)

    def is_stop(self, token: Token) -> bool:
        """Say whether the word tells nothing about a page."""
        return token.text in LANGUAGES[self.language].stop and token.folded not in self.taught

    def is_soft(self, token: Token) -> bool:
        """Say whether the word may be missing on a page that answers the question."""
        return token.folded in LANGUAGES[self.language].soft

    def part_keys_of(self, token: Token) -> tuple[str, ...]:
        """Return the keys of the words that a compound is made of."""
        found = parts(token.text, self.language, self.taught)
        return tuple(dict.fromkeys(key for part in found for key in keys(part, self.language)))

    def halves_of(self, token: Token) -> tuple[str, ...]:
        """Return the two words that a compound is made of, nothing for a word that is none."""
        return halves(token.text, self.language, self.taught)

    def expression_at(self, words: Sequence[Token], place: int):
        """Return the longest taught expression at `place` and its groups, or None."""
        first = self.keys_of(words[place])[0]
        for expression, groups in self.beginnings.get(first, ()):
            end = place + len(expression.keys)
            here = tuple(self.keys_of(word)[0] for word in words[place:end])
            if here == expression.keys:
                return expression, groups
        return None


def rules_for(language: str) -> Rules:
    """Return what editors taught search in a language, from memory while nothing changed."""
    return memo.remember(("zoekregels", language), lambda: read_rules(language), memo.WORDS)


def read_rules(language: str) -> Rules:
    """Read in one query what editors taught search in a language."""
    rules = Rules(language)
    rows = list(_rows(language))
    rules.forms = _forms([row[2:4] for row in rows if row[0] == FORM], language)
    # In one order on every database.
    rows.sort(key=lambda row: row[:2])
    groups: list[tuple[tuple[str, ...], bool, bool]] = []
    taught: set[str] = set()
    for kind, pk, first, second, third, page_id in rows:
        if kind == TERM:
            names = (first, *Synoniemgroep(woorden=second).termen)
            groups.append((names, True, False))
            term = Term(pk, first, third)
            for name in names:
                rules.terms.setdefault(_expression(name, rules).keys, term)
        elif kind == GROUP:
            names = tuple(Synoniemgroep(woorden=first).termen)
            groups.append(
                (names, second != Synoniemgroep.Werking.INDEX, second != Synoniemgroep.Werking.ZOEK)
            )
        elif kind == PROMOTION:
            found = rules.promotions.setdefault(normalise_query_string(first), [])
            url, _, title = second.partition("\n")
            found.append(Promotion(page_id or None, url, title, third))
    for names, _, _ in groups:
        taught.update(token.folded for name in names for token in tokens(name))
    rules.taught = frozenset(word for word in taught if word not in LANGUAGES[rules.language].stop)
    rules.groups = [
        Group(tuple(_expression(name, rules) for name in names), asking, indexing)
        for names, asking, indexing in groups
    ]
    _index_beginnings(rules)
    return rules


def _rows(language):
    """Return the rows of four tables as (kind, pk, text, text, text, page)."""
    text, nothing = CharField(), Value("", CharField())

    def rows(queryset, kind, first, second, third, page):
        return (
            queryset.order_by()
            .annotate(
                soort_regel=Value(kind, text),
                een=Cast(first, text),
                twee=Cast(second, text),
                drie=Cast(third, text),
                pagina_regel=page,
            )
            .values_list("soort_regel", "pk", "een", "twee", "drie", "pagina_regel")
        )

    def taught(model, kind, first, second, third):
        here = model.objects.filter(locale__language_code=language)
        return rows(here, kind, first, second, third, Value(0, IntegerField()))

    promotions = rows(
        SearchPromotion.objects.all(),
        PROMOTION,
        F("query__query_string"),
        _address_and_title(),
        F("description"),
        Coalesce(F("page_id"), 0),
    )
    return taught(Begrip, TERM, F("term"), F("andere_namen"), F("uitleg")).union(
        taught(Synoniemgroep, GROUP, F("woorden"), F("werking"), nothing),
        taught(Woordvorm, FORM, F("woord"), F("telt_als"), nothing),
        promotions,
        all=True,
    )


def _address_and_title():
    return Concat(F("external_link_url"), Value("\n"), Coalesce(F("external_link_text"), Value("")))


def _forms(pairs: list[tuple[str, str]], language: str) -> dict[str, tuple[str, ...]]:
    """Return the keys of every word that counts as another, or only as itself."""
    folded = [(fold(word), fold(counts_as), counts_as.lower()) for word, counts_as in pairs]
    itself = {word: (word[:KEY_LENGTH],) for word, counts_as, _ in folded if word == counts_as}
    return itself | {
        word: itself.get(counts_as) or keys(written, language)
        for word, counts_as, written in folded
        if word != counts_as
    }


def _expression(text: str, rules: Rules) -> Expression:
    """Return an expression; its stop words count, for it is looked for as it is written."""
    return Expression(text, tuple(rules.keys_of(token)[0] for token in tokens(text)))


def _index_beginnings(rules: Rules) -> None:
    found: dict[tuple[str, ...], tuple[Expression, list[Group]]] = {}
    for group in rules.groups:
        for expression in group.expressions:
            if expression.keys:
                found.setdefault(expression.keys, (expression, []))[1].append(group)
    for expression, groups in found.values():
        rules.beginnings.setdefault(expression.keys[0], []).append((expression, groups))
    for candidates in rules.beginnings.values():
        candidates.sort(key=lambda pair: (-len(pair[0].keys), pair[0].keys))


def others(groups: Iterable[Group], expression: Expression) -> list[Expression]:
    """Return what else stands in the groups of an expression, each once."""
    found = {
        other.key: other
        for group in groups
        for other in group.expressions
        if other.key and other.key != expression.key
    }
    return list(found.values())
