"""Filters for the HTML of a mail."""

import re
from itertools import groupby

from django import template
from django.conf import settings
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import normalize_newlines

register = template.Library()
STREEPJE = "- "


@register.filter
def alineas(text: str) -> SafeString:
    """Return the text of a mail as paragraphs, and its lines after a dash as a list.

    An address of this site on a line of its own becomes a link; what else people typed does not.
    """
    blocks = re.split(r"\n\s*\n", normalize_newlines(conditional_escape(text)).strip())
    return mark_safe("\n".join(_html_of(block.split("\n")) for block in blocks))  # noqa: S308


def _html_of(lines):
    parts = []
    for is_list, some in groupby(lines, key=lambda line: line.startswith(STREEPJE)):
        if is_list:
            items = "".join(f"<li>{line.removeprefix(STREEPJE)}</li>" for line in some)
            parts.append(f"<ul>{items}</ul>")
        else:
            parts.append(f"<p>{'<br>'.join(_linked(line) for line in some)}</p>")
    return "".join(parts)


def _linked(line):
    if not line.startswith(f"{settings.BASE_URL}/") or " " in line:
        return line
    return f'<a href="{line}">{line}</a>'
