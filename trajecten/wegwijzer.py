"""The route chooser: questions, answers and outcomes, and the way of one visitor through them.

The answers are the address: `?netwerk=nee&igs=ja` names a question and an answer by their codes.
What the chooser does not know (an old link, a tampered one) is ignored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

# Names in the address that are not questions: what was sent, what is changed, and what the contact
# forms use (`van`, `antwoorden`).
VERSTUURD, WIJZIG = "v", "wijzig"
RESERVED = {VERSTUURD, WIJZIG, "van", "antwoorden"}


@dataclass(frozen=True)
class Antwoord:
    """An answer; `naar` is the code of the question or outcome that follows."""

    code: str
    tekst: str
    reden: str
    naar: str


@dataclass(frozen=True)
class Vraag:
    """A question with its answers, in the editors' order."""

    code: str
    tekst: str
    uitleg: str = ""
    antwoorden: tuple[Antwoord, ...] = ()

    def antwoord(self, code: str | None) -> Antwoord | None:
        """Return the answer `code`, None when this question has no such answer."""
        return next((answer for answer in self.antwoorden if answer.code == code), None)


@dataclass(frozen=True)
class Gegeven:
    """A question that was answered."""

    vraag: Vraag
    antwoord: Antwoord


@dataclass(frozen=True)
class Route:
    """All questions and the codes and titles of all outcomes. The first question is the start."""

    vragen: tuple[Vraag, ...] = ()
    uitkomsten: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def per_code(self) -> dict[str, Vraag]:
        # The first of two with the same code: publishing refuses the second.
        return {question.code: question for question in reversed(self.vragen)}

    @property
    def start(self) -> Vraag | None:
        return self.vragen[0] if self.vragen else None

    @cached_property
    def longest(self) -> dict[str, int]:
        """How many questions the longest way from each question has, itself included.

        A way that comes back on itself, as in a draft, ends there.
        """
        found: dict[str, int] = {}

        def length(code):
            question = self.per_code.get(code)
            if question is None:
                return 0
            if code not in found:
                found[code] = 0
                found[code] = 1 + max((length(a.naar) for a in question.antwoorden), default=0)
            return found[code]

        for question in self.vragen:
            length(question.code)
        return found


@dataclass(frozen=True)
class Tocht:
    """Where a visitor is: what was answered, and the question or the outcome that follows.

    `vraag` and `uitkomst` (a code) are both None where the way ends, as in a draft. `bekend` are
    all known answers, those after a question that is being changed too; `gekozen` is the earlier
    answer to that question. `fout` says that a question was sent without an answer. `hoogstens`
    counts the questions of the longest way from here, the answered ones included.
    """

    gegeven: tuple[Gegeven, ...] = ()
    vraag: Vraag | None = None
    uitkomst: str | None = None
    gekozen: Antwoord | None = None
    bekend: tuple[tuple[str, str], ...] = ()
    fout: bool = False
    hoogstens: int = 0

    @property
    def nummer(self) -> int:
        """The number of the question that is asked, from 1."""
        return len(self.gegeven) + 1

    @property
    def antwoorden(self) -> str:
        """The given answers as a query string, in the order of the questions."""
        return urlencode([(given.vraag.code, given.antwoord.code) for given in self.gegeven])

    @property
    def bewaard(self) -> list[tuple[str, str]]:
        """The answers that the form of the question takes along."""
        return [pair for pair in self.bekend if self.vraag is None or pair[0] != self.vraag.code]

    @property
    def wijzigingen(self) -> list[tuple[Gegeven, str]]:
        """Each given answer with the query string that asks its question again."""
        return [(g, urlencode([*self.bekend, (WIJZIG, g.vraag.code)])) for g in self.gegeven]

    @property
    def terug(self) -> str | None:
        """The query string that asks the question before this one again; None at the first."""
        return self.wijzigingen[-1][1] if self.gegeven else None

    @property
    def errors(self) -> bool:
        """Whether something must be put right, as a form has it."""
        return self.fout

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What must be put right: the id of the field, and the words for the visitor."""
        return [("antwoord-1", _("Kies een antwoord om verder te gaan."))] if self.fout else []

    @property
    def is_begonnen(self) -> bool:
        """Whether this is more than the first question as everybody gets it."""
        return bool(self.bekend) or self.fout


def walk(route: Route, query: Mapping[str, str]) -> Tocht:
    """Follow the answers in `query` from the first question on."""
    given, question, outcome = _follow(route, query)
    known = tuple((g.vraag.code, g.antwoord.code) for g in given)
    changed = next((g for g in given if g.vraag.code == query.get(WIJZIG)), None)
    if changed is not None:
        given = given[: given.index(changed)]
        question, outcome = changed.vraag, None
    return Tocht(
        gegeven=tuple(given),
        vraag=question,
        uitkomst=outcome,
        gekozen=changed.antwoord if changed else None,
        bekend=known,
        fout=question is not None and changed is None and query.get(VERSTUURD) == question.code,
        hoogstens=len(given) + (route.longest[question.code] if question else 0),
    )


def _follow(route, query):
    given, question, outcome, seen = [], route.start, None, set()
    while question is not None and question.code not in seen:
        seen.add(question.code)
        answer = question.antwoord(query.get(question.code))
        if answer is None:
            break
        given.append(Gegeven(question, answer))
        outcome = answer.naar if answer.naar in route.uitkomsten else None
        question = None if outcome else route.per_code.get(answer.naar)
    return given, question, outcome


def describe(page, query: str | Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the questions and answers in `query` as a person reads them, in order.

    `page` is a `WegwijzerPage`; `query` is the query string of the chooser or what was read from
    it. What the chooser does not know is left out; nothing known gives an empty list.
    """
    if isinstance(query, str):
        query = QueryDict(query.removeprefix("?"))
    return [(g.vraag.tekst, g.antwoord.tekst) for g in walk(page.route, query).gegeven]


# --- What an editor may publish ----------------------------------------------------------------


def faults_in(route: Route, codes: Iterable[str]) -> list[str]:
    """Return what is wrong with a chooser, a Dutch sentence each; an empty list for a good one.

    `codes` are the codes of all questions and outcomes, doubles included.
    """
    codes = list(codes)
    if not route.vragen:
        return ["Er is nog geen vraag. Begin met een vraag."]
    if not route.uitkomsten:
        return ["Er is nog geen uitkomst. Elke weg eindigt bij een uitkomst."]
    found = [
        f"De code ‘{code}’ komt meer dan één keer voor. Geef elke vraag en uitkomst een eigen code."
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    found += [
        f"De code ‘{code}’ gebruikt de site zelf. Kies een andere."
        for code in sorted(RESERVED & set(codes))
    ]
    for question in route.vragen:
        found += _faults_in_question(route, question)
    found += _loops(route)
    return [*found, *_unreachable(route)]


def _faults_in_question(route, question):
    if len(question.antwoorden) < 2:
        yield f"De vraag ‘{question.tekst}’ heeft minder dan twee antwoorden."
    codes = [answer.code for answer in question.antwoorden]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"Bij de vraag ‘{question.tekst}’ hebben twee antwoorden de code ‘{code}’."
    for answer in question.antwoorden:
        if answer.naar not in route.per_code and answer.naar not in route.uitkomsten:
            where = f"naar ‘{answer.naar}’, en dat bestaat niet" if answer.naar else "nergens heen"
            yield f"Doodlopend: bij ‘{question.tekst}’ leidt het antwoord ‘{answer.tekst}’ {where}."


def _loops(route):
    """Name every way that comes back to a question that was asked before."""
    found, done = [], set()

    def visit(code, way):
        if code in way:
            names = [route.per_code[step].tekst for step in [*way[way.index(code) :], code]]
            found.append(f"Lus: {' → '.join(f'‘{name}’' for name in names)}.")
            return
        if code in done or code not in route.per_code:
            return
        for target in dict.fromkeys(answer.naar for answer in route.per_code[code].antwoorden):
            visit(target, [*way, code])
        done.add(code)

    for question in route.vragen:
        visit(question.code, [])
    return found


def _unreachable(route):
    """Name every question and outcome to which no way leads from the first question."""
    reached, todo = set(), [route.vragen[0].code]
    while todo:
        code = todo.pop()
        if code not in reached:
            reached.add(code)
            question = route.per_code.get(code)
            todo += [answer.naar for answer in question.antwoorden] if question else []
    for question in route.vragen:
        if question.code not in reached:
            yield f"Onbereikbaar: geen antwoord leidt naar de vraag ‘{question.tekst}’."
    for code, title in route.uitkomsten.items():
        if code not in reached:
            yield f"Onbereikbaar: geen antwoord leidt naar de uitkomst ‘{title}’."
