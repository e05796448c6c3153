"""Whether mail programs show an issue as it was made: no parts that some of them drop."""

import re

import pytest
from bs4 import BeautifulSoup

from nieuwsbrief.brief import render
from nieuwsbrief.models import NieuwsbriefPage
from tests.factories import NieuwsbriefPageFactory
from tests.nieuwsbrief.test_brief import vol_blad

pytestmark = pytest.mark.django_db

# Source: caniemail.com, read from memory in November 2026; its data is not installed here. What
# Outlook on Windows or Gmail leaves out, and what changes the layout when it is left out.
# Outside media queries only: those are for programs that know them.
GEEN_CSS = {
    "position", "float", "z-index", "flex", "grid", "gap", "transform", "transition", "animation",
    "filter", "object-fit", "background-image", "box-shadow", "columns", "aspect-ratio", "inset",
    "clip-path", "mask", "visibility", "content",
}  # fmt: skip
GEEN_WAARDE = re.compile(
    r"var\(|calc\(|clamp\(|min\(|url\(|\b(?:flex|grid|sticky|fixed|absolute)\b|\d(?:rem|vh|vw|ch)\b"
)
GEEN_TAG = {
    "script", "form", "input", "button", "video", "audio", "iframe", "object", "embed", "svg",
    "picture", "base", "dialog", "details", "math",
}  # fmt: skip
GEEN_REGEL = re.compile(r"@(?:import|font-face|container|layer|supports|property)")
# Foreground on background. Colours of the template that are not here fail the test.
PAREN = [
    ("#1D2A2E", "#FFFFFF"),
    ("#0B5351", "#FFFFFF"),
    ("#0B5351", "#FBF7F0"),
    ("#3D4A50", "#FBF7F0"),
    ("#FFFFFF", "#073B3A"),
    ("#FFFFFF", "#0B5351"),
    ("#F3EEE4", "#1B2528"),
    ("#F3EEE4", "#10181A"),
    ("#7FD1C8", "#1B2528"),
    ("#7FD1C8", "#10181A"),
    ("#FFC845", "#1B2528"),
    ("#10181A", "#7FD1C8"),
]
# Only lines, never words.
LIJNEN = {"#C9BFAE", "#FFC845"}


@pytest.fixture
def mail(klok, at_launch):
    page = NieuwsbriefPageFactory(body=vol_blad())
    return render.mail_van(NieuwsbriefPage.objects.get(pk=page.pk))


def outside_media(css):
    """Return a style sheet without what stands in media queries, comments and for Outlook only."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)


def declarations(html):
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(style=True):
        yield from pairs(tag["style"])
    for sheet in soup.find_all("style"):
        for inside in re.findall(r"\{([^{}]*)\}", outside_media(sheet.get_text())):
            yield from pairs(inside)


def pairs(text):
    for one in filter(None, map(str.strip, text.split(";"))):
        name, _, value = one.partition(":")
        yield name.strip().lower(), value.strip().lower()


def test_no_mail_program_drops_what_holds_an_issue_together(mail):
    found = list(declarations(mail.html))
    assert len(found) > 200
    assert {name for name, _value in found} & GEEN_CSS == set()
    assert [one for one in found if GEEN_WAARDE.search(one[1])] == []
    soup = BeautifulSoup(mail.html, "html.parser")
    assert {tag.name for tag in soup.find_all()} & GEEN_TAG == set()
    assert soup.find("link") is None
    for sheet in soup.find_all("style"):
        assert not GEEN_REGEL.search(sheet.get_text())
    for image in soup.find_all("img"):
        assert re.search(r"\.(jpe?g|png)$", image["src"])
        assert image["width"].isdigit()


def test_tables_are_for_layout_only(mail):
    soup = BeautifulSoup(mail.html, "html.parser")
    assert soup.find_all("table")
    for table in soup.find_all("table"):
        assert table["role"] == "presentation"
    heads = [head.name for head in soup.find_all(re.compile("^h[1-6]$"))]
    assert heads[0] == "h1"
    assert heads.count("h1") == 1


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_colour_of_an_issue_can_be_read(mail):
    known = {colour for pair in PAREN for colour in pair} | LIJNEN
    used = {colour.upper() for colour in re.findall(r"#[0-9a-fA-F]{6}\b", mail.html)}
    assert used <= known
    assert {pair: contrast(*pair) for pair in PAREN if contrast(*pair) < 4.5} == {}


def test_a_dark_mailbox_changes_every_colour_of_words(mail):
    css = "".join(
        sheet.get_text() for sheet in BeautifulSoup(mail.html, "html.parser").find_all("style")
    )
    dark = css.split("prefers-color-scheme: dark", 1)[1]
    for part in (".vlak div", ".vlak a", ".voet div", ".voet a", ".vlak .knop td"):
        assert part in dark
    assert '<meta name="color-scheme" content="light dark"' in mail.html
