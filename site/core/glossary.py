"""Terms of the glossary inside running text: explained where they stand, without script.

An editor links some words to a `Begrip`; the text keeps its id, so that every inflection works. On
the page it is a button that opens the explanation (`popover`). All terms are read once: a text with
many of them costs no more than one with none.
"""

import re
import zlib
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass

from django.apps import apps
from django.core.signals import request_finished, request_started
from django.db.models import Subquery
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
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


# The lists by language for the request that is being answered, also where nothing is kept between
# requests; None outside a request, where nothing may be kept.
_here: ContextVar[dict[str, Woordenlijst] | None] = ContextVar("glossary", default=None)


def start(**kwargs) -> None:
    """Start a request without a list."""
    _here.set({})


def end(**kwargs) -> None:
    """Keep nothing from here on."""
    _here.set(None)


request_started.connect(start, dispatch_uid="core.glossary.start")
request_finished.connect(end, dispatch_uid="core.glossary.end")


def glossary() -> Woordenlijst:
    """Return all terms in the active language; one query at most per request."""
    language = translation.get_language() or ""
    known = _here.get()
    if known is not None and language in known:
        return known[language]
    found = memo.remember(("woordenlijst", language), lambda: _read(language), memo.WORDS)
    if known is not None:
        known[language] = found
    return found


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

    def replace(match: re.Match) -> str:
        found = known.begrippen.get(int(match[1]))
        if found is None:
            return match[2]
        used.setdefault(found.pk, found)
        # What Wagtail cleaned stays as it is.
        return button(found, place, mark_safe(match[2]))  # noqa: S308

    text = LINK.sub(replace, html)
    # The rest of the text too was cleaned when it was stored.
    return mark_safe(text + notes(used.values(), place, known.adres))  # noqa: S308


def button(begrip: Uitleg, place: str, text: str) -> SafeString:
    """Return the words of a text that open the explanation of a term."""
    return format_html(
        '<button type="button" class="begrip" popovertarget="begrip-{}-{}">{}</button>',
        place,
        begrip.pk,
        text,
    )


def notes(begrippen: Iterable[Uitleg], place: str, address: str) -> SafeString:
    """Return the explanations behind a text; `place` is the one of the buttons."""
    context = {"plaats": place, "begrippen": begrippen, "lijst": address}
    return render_to_string("components/begrippen.html", context)


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
