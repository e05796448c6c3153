"""Terms of the glossary inside running text: explained where they stand, without script.

An editor links some words to a `Begrip`; the text keeps its id, so that every inflection works. On
the page it is a button that opens the explanation (`popover`). All terms are read once: a text with
many of them costs no more than one with none.
"""

import re
import zlib
from contextvars import ContextVar
from dataclasses import dataclass

from django.apps import apps
from django.core.signals import request_started
from django.db.models import Subquery
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from draftjs_exporter.dom import DOM
from wagtail.admin.rich_text.converters.html_to_contentstate import LinkElementHandler
from wagtail.models import Page
from wagtail.rich_text import LinkHandler

from core import memo
from core.models import Begrip

ID = re.compile(r"[0-9]{1,18}")
LINK = re.compile(r'<a data-begrip="(\d+)">(.*?)</a>', re.DOTALL)


@dataclass(frozen=True)
class Uitleg:
    """A term in the language of the reader, and its place on the list of terms."""

    pk: int
    term: str
    uitleg: str

    @property
    def anker(self) -> str:
        return slugify(self.term)


@dataclass(frozen=True)
class Woordenlijst:
    """All terms in one language by their id in any language, and the address of the list."""

    begrippen: dict[int, Uitleg]
    adres: str


# The list for the request that is being answered, also where nothing is kept between requests.
_here: ContextVar[tuple[str, Woordenlijst] | None] = ContextVar("glossary", default=None)


def forget(**kwargs) -> None:
    """Start a request without a list."""
    _here.set(None)


request_started.connect(forget, dispatch_uid="core.glossary.forget")


def glossary() -> Woordenlijst:
    """Return all terms in the active language; one query at most per request."""
    language = translation.get_language() or ""
    known = _here.get()
    if known is None or known[0] != language:
        terms = memo.remember(("woordenlijst", language), lambda: _read(language), memo.WORDS)
        known = (language, terms)
        _here.set(known)
    return known[1]


def _read(language: str) -> Woordenlijst:
    # By name: `core` may not import an app that is built on it.
    lists = apps.get_model("home", "BegrippenPage").objects.live()
    rows = list(
        Begrip.objects.annotate(
            lijst=Subquery(lists.filter(locale__language_code=language).values("url_path")[:1])
        ).values_list("pk", "translation_key", "locale__language_code", "term", "uitleg", "lijst")
    )
    here = {row[1]: Uitleg(row[0], row[3], row[4]) for row in rows if row[2] == language}
    address = Page(url_path=rows[0][5]).url if rows and rows[0][5] else None
    return Woordenlijst({row[0]: here[row[1]] for row in rows if row[1] in here}, address or "")


def explained(html: str) -> SafeString:
    """Return rendered rich text with its terms as buttons, and the explanations behind it.

    A term that is gone, or that has no translation, leaves its words.
    """
    if "data-begrip" not in html:
        return mark_safe(html)  # noqa: S308 - Wagtail cleaned it when it was stored
    known = glossary()
    # The same in every rendering, and another one in every other text of the page.
    place = f"{zlib.crc32(html.encode()):x}"
    used: dict[int, Uitleg] = {}

    def button(match: re.Match) -> str:
        found = known.begrippen.get(int(match[1]))
        if found is None:
            return match[2]
        used.setdefault(found.pk, found)
        return (
            f'<button type="button" class="begrip" popovertarget="begrip-{place}-{found.pk}">'
            f"{match[2]}</button>"
        )

    text = LINK.sub(button, html)
    notes = render_to_string(
        "components/begrippen.html",
        {"plaats": place, "begrippen": used.values(), "lijst": known.adres},
    )
    return mark_safe(text + notes)  # noqa: S308 - the template escapes what editors wrote


def _number(attrs: dict) -> int | None:
    """Return the id of a term as it stands in a text, None when it is no id."""
    found = ID.fullmatch(attrs.get("id", ""))
    return int(found[0]) if found else None


class BegripLinkHandler(LinkHandler):
    """Marks a term in running text for `explained`."""

    identifier = "begrip"

    @staticmethod
    def get_model():
        return Begrip

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        # What has no number belongs to no term, and leaves its words.
        return [f'<a data-begrip="{_number(attrs) or 0}">' for attrs in attrs_list]

    @classmethod
    def extract_references(cls, attrs):
        if number := _number(attrs):
            yield cls.get_model(), str(number), "", ""


class BegripElementHandler(LinkElementHandler):
    """Gives the editor the term that a text holds the id of."""

    def get_attribute_data(self, attrs):
        number = _number(attrs)
        term = Begrip.objects.filter(pk=number).first() if number else None
        return {"id": attrs.get("id", ""), "term": term.term if term else ""}


def begrip_entity(props):
    """Return how the editor's text is stored: with the id of the term."""
    return DOM.create_element("a", {"linktype": "begrip", "id": props.get("id")}, props["children"])


CONVERSION_RULE = {
    "from_database_format": {'a[linktype="begrip"]': BegripElementHandler("BEGRIP")},
    "to_database_format": {"entity_decorators": {"BEGRIP": begrip_entity}},
}
