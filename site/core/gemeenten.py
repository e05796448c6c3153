"""The municipalities, for every app: the names people may type, and which one is meant.

The app that keeps them registers how they are read, in `AppConfig.ready`. Without such an app there
are none, and what people type stays what it is.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join

from core import memo

NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
# "9000 Gent", "Stad Gent" and "Gemeente Gent" are Gent.
VOOR_DE_NAAM = re.compile(r"^(?:(?:\d{4}|stad|gemeente)\s+)+", re.IGNORECASE)


def folded(name: str) -> str:
    """Return a name as we compare it: without accents, capitals, hyphens, spaces; St is Sint."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = [word for word in NOT_A_LETTER.split(plain) if word]
    return "".join("sint" if word == "st" else word for word in words)


def zonder_rang(name: str) -> str:
    """Return what somebody typed without the postal code or rank before the name."""
    return VOOR_DE_NAAM.sub("", name.strip())


@dataclass(frozen=True)
class Gids:
    """What is known of municipalities.

    `namen` are all names that somebody may type, those of before a merger too. `nu` leads from each
    name to the one of today.
    """

    namen: tuple[str, ...] = ()
    nu: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _bij(self) -> dict[str, str]:
        return {folded(name): name for name in self.nu}

    def spelling(self, typed: str) -> str:
        """Return a known name as it is written, without what stood before it; or what was typed."""
        typed = " ".join(typed.split())
        return self._bij.get(folded(zonder_rang(typed)), typed)

    def van_vandaag(self, typed: str) -> str:
        """Return the name of today of the municipality that is meant; of another place, its own."""
        name = self.spelling(typed)
        return self.nu.get(name) or zonder_rang(name)


_lees: Callable[[], Gids] = Gids


def register(lees: Callable[[], Gids]) -> None:
    """Say how the municipalities are read."""
    global _lees
    _lees = lees


def gids() -> Gids:
    """Return what is known of municipalities now."""
    return memo.remember("gemeenten", _lees)


class GemeenteInput(forms.TextInput):
    """A text field with the municipalities to choose from; one may still type anything.

    `ook` are words to choose from besides them.
    """

    def __init__(self, ook: Iterable[str | Promise] = ()):
        super().__init__({"list": "gemeenten", "autocomplete": "off"})
        self.ook = ook

    def render(self, name, value, attrs=None, renderer=None):
        names = [*gids().namen, *self.ook]
        return format_html(
            '{}<datalist id="gemeenten">{}</datalist>',
            super().render(name, value, attrs, renderer),
            format_html_join("", '<option value="{}">', ([one] for one in names)),
        )
