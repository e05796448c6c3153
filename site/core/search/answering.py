"""The answer to a search, as the screen shows it."""

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote_plus

from django.core.paginator import Paginator
from django.utils.safestring import SafeString
from wagtail.search.utils import normalise_query_string

from core.search import asking, finding, suggesting
from core.search.asking import Question, WordGroup
from core.search.excerpts import marked, passage
from core.search.finding import Found
from core.search.rules import Promotion, Rules, Term, rules_for
from core.search.words import is_known, tokens

LEAF = 10
MOST_LEAVES = finding.DEEPEST // LEAF


@dataclass(frozen=True)
class Reason:
    """A word of the page, and the typed word that it stands for where that is another."""

    word: str
    typed: str = ""


@dataclass
class Result:
    """One page in the list."""

    found: Found
    groups: list[WordGroup]
    promotion: Promotion | None = None

    @cached_property
    def _matches(self) -> list[tuple[WordGroup, list[str]]]:
        """Each group that stands on the page, with the words of the page that stand for it."""
        matches = []
        for group in self.groups:
            here = [key for key in group.variants if key in self.found.forms]
            if here:
                best = max(here, key=lambda key: (group.variants[key], key))
                matches.append((group, self.found.forms[best]))
        return matches

    @property
    def _forms(self) -> list[str]:
        return [form for _, forms in self._matches for form in forms]

    @property
    def title(self) -> SafeString:
        return marked(self.found.title, self._forms)

    @property
    def excerpt(self) -> SafeString:
        """The passage that answers, or what the editor says of the page."""
        if self.promotion and self.promotion.description:
            return marked(self.promotion.description, self._forms)
        return marked(passage(self.found.text, self._forms) or self.found.summary, self._forms)

    @property
    def reasons(self) -> list[Reason]:
        """Why the page is in the list: a reason for each word that was needed."""
        found = []
        for group, forms in self._matches:
            if not group.needed:
                continue
            typed = " ".join(word.folded for word in tokens(group.typed))
            same = typed in forms
            found.append(Reason(group.typed) if same else Reason(forms[0], group.typed))
        return found


@dataclass
class Answer:
    """Everything that the search screen shows."""

    typed: str = ""
    results: list[Result] = field(default_factory=list)
    total: int = 0
    leaf: int = 1
    # Whether the first pages have all that was asked for, and whether all of them have.
    some_complete: bool = True
    complete: bool = True
    corrected: str = ""
    term: Term | None = None
    links: list[Promotion] = field(default_factory=list)
    # Something was typed, but no word among it.
    no_words: bool = False

    @property
    def many(self) -> int:
        """The number of pages that are shown, where there may be more; 0 where there are not."""
        return LEAF * MOST_LEAVES if self.total >= finding.DEEPEST else 0

    @property
    def query(self) -> str:
        """What was typed, as it stands in an address."""
        return quote_plus(self.typed)

    @property
    def paging(self):
        """The leaf of the list, as the paging component wants it."""
        return Paginator(range(min(self.total, LEAF * MOST_LEAVES)), LEAF).get_page(self.leaf)


def answer(typed: str, language: str, leaf: int = 1) -> Answer:
    """Search the public pages of a language; the same answer on every database."""
    typed = asking.clean_up(typed)
    if not typed:
        return Answer()
    rules = rules_for(language)
    question = asking.read(typed, rules)
    promotions = rules.promotions.get(normalise_query_string(typed), [])
    found = Answer(
        typed,
        term=rules.terms.get(question.whole),
        links=[promotion for promotion in promotions if promotion.page_id is None],
        no_words=not question.groups,
    )
    counts, pages = finding.count_pages(question.all_keys(), language)
    asking.settle(question, counts)
    _correct(question, found, counts, rules)
    asking.take_compounds_apart(question, counts)
    found.leaf = min(max(leaf, 1), MOST_LEAVES)
    promoted = {promotion.page_id: promotion for promotion in promotions if promotion.page_id}
    if not promoted and not any(group.variants for group in question.groups):
        return found
    result = _find(question, counts, pages, language, promoted, found.leaf)
    if not result.results and found.leaf > 1:
        found.leaf = 1
        result = _find(question, counts, pages, language, promoted, 1)
    found.total = result.total
    found.results = [
        Result(page, question.groups, promoted.get(page.pk) if page.promoted else None)
        for page in result.results
    ]
    found.some_complete = any(page.complete for page in result.results)
    found.complete = all(page.complete or page.promoted for page in result.results)
    return found


def _find(question, counts, pages, language, promoted, leaf):
    return finding.find(
        question.groups,
        counts,
        pages,
        language,
        promoted=promoted,
        size=LEAF,
        start=LEAF * (leaf - 1),
    )


def _correct(question: Question, found: Answer, counts: dict[str, int], rules: Rules) -> None:
    """Put the most alike word of the site in the place of a word that does not exist."""
    wrong = {
        group.token.text: group
        for group in question.groups
        if group.token is not None
        and group.needed
        and not group.variants
        and not is_known(group.token.text, rules.language)
    }
    alike = {
        word: suggesting.ALIKE_COMPOUND
        if any(half.variants for half in group.halves)
        else suggesting.ALIKE
        for word, group in wrong.items()
    }
    readings = {
        word: [(other, asking.read(other, rules)) for other in others]
        for word, others in suggesting.near(alike, rules.language, rules.taught).items()
    }
    new_keys = {
        key for pairs in readings.values() for _, reading in pairs for key in reading.all_keys()
    }
    if not new_keys:
        return
    counts.update(finding.count_pages(new_keys, rules.language)[0])
    replaced = {}
    for word, pairs in readings.items():
        for other, reading in pairs:
            asking.settle(reading, counts)
            if reading.groups and reading.groups[0].variants:
                wrong[word].variants = reading.groups[0].variants
                wrong[word].typed = replaced[word] = other
                break
    if replaced:
        found.corrected = " ".join(
            replaced.get(word.text, found.typed[word.start : word.end])
            for word in tokens(found.typed)
        )
        found.term = rules.terms.get(asking.read(found.corrected, rules).whole)
