"""Whether mail programs show an issue as it was made: no parts that some of them drop."""

import re

import pytest
from bs4 import BeautifulSoup, NavigableString

from nieuwsbrief.brief import render
from nieuwsbrief.models import NieuwsbriefPage
from tests.factories import NieuwsbriefPageFactory
from tests.mailprogrammas import KAN_ZONDER, dropped, needed_but_dropped
from tests.nieuwsbrief.test_brief import vol_blad

pytestmark = pytest.mark.django_db

# What caniemail.com has no data on, or its tool does not look for; and what would run or ask.
GEEN_WAARDE = re.compile(r"(?:var|calc|clamp|min|max|url)\(")
GEEN_TAG = {
    "script", "input", "button", "iframe", "embed", "svg", "details", "math",
}  # fmt: skip
GEEN_REGEL = re.compile(r"@(?:container|layer|property)")
# WCAG 2.2, 1.4.3. Large letters may have less; ours do not need it.
MINSTENS = 4.5


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


def test_an_issue_has_no_parts_that_few_programs_know(mail):
    found = list(declarations(mail.html))
    assert len(found) > 200
    assert [one for one in found if GEEN_WAARDE.search(one[1])] == []
    soup = BeautifulSoup(mail.html, "html.parser")
    assert {tag.name for tag in soup.find_all()} & GEEN_TAG == set()
    assert soup.find("link") is None
    for sheet in soup.find_all("style"):
        assert not GEEN_REGEL.search(sheet.get_text())
    for image in soup.find_all("img"):
        assert re.search(r"\.(jpe?g|png)$", image["src"])
        assert image["width"].isdigit()


def test_mail_programs_show_what_an_issue_needs(mail):
    assert needed_but_dropped(mail.html) == {}
    # The tool found what the mail does use, and finds what it should not.
    assert set(dropped(mail.html)) == KAN_ZONDER
    wrong = mail.html.replace("<p>", '<p style="display:flex; position:absolute">', 1)
    assert set(needed_but_dropped(wrong)) == {"display:flex", "position"}


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


def rules(soup, dark):
    """Yield selectors and declarations of the style sheets, as a light or dark mailbox has them."""
    for sheet in soup.find_all("style"):
        css = re.sub(r"/\*.*?\*/", "", sheet.get_text(), flags=re.DOTALL)
        found = outside_media(css)
        if dark:
            nights = re.findall(
                r"@media[^{]*prefers-color-scheme: dark[^{]*\{((?:[^{}]*\{[^{}]*\})*)", css
            )
            found += "".join(nights)
        for selectors, inside in re.findall(r"([^{}]+)\{([^{}]*)\}", found):
            for selector in selectors.split(","):
                if "@" not in selector:
                    yield selector.strip(), inside


def paint(soup, dark):
    """Return per element its own colour, background and display: the cascade of a mail program."""
    painted = {}

    def put(tag, name, value, weight):
        name = "background-color" if name in ("background", "bgcolor") else name
        urgent = "!important" in value
        known = painted.setdefault(id(tag), {})
        if (urgent, *weight) >= known.get(name, ((False,), ""))[0]:
            known[name] = ((urgent, *weight), value.replace("!important", "").strip())

    for order, (selector, inside) in enumerate(rules(soup, dark)):
        weight = (0, selector.count("."), len(selector.split()), order)
        for tag in soup.select(selector):
            for name, value in pairs(inside):
                put(tag, name, value, weight)
    for tag in soup.find_all():
        if tag.get("bgcolor"):
            put(tag, "bgcolor", tag["bgcolor"].lower(), (0, 0, 0, -1))
        for name, value in pairs(tag.get("style", "")):
            put(tag, name, value, (1, 0, 0, 0))
    return painted


def nearest(painted, words, name):
    for tag in words.parents:
        value = painted.get(id(tag), {}).get(name, ("", ""))[1]
        if re.fullmatch("#[0-9a-f]{6}", value):
            return value
    return None


def words_on_paper(html, dark):
    """Yield every piece of text that is shown, with its colour and what is behind it."""
    soup = BeautifulSoup(html, "html.parser")
    painted = paint(soup, dark)
    for words in soup.body.find_all(string=True):
        hidden = any(
            painted.get(id(tag), {}).get("display", ("", ""))[1] == "none" for tag in words.parents
        )
        if type(words) is NavigableString and words.strip() and not hidden:
            yield (
                words.strip(),
                nearest(painted, words, "color"),
                nearest(painted, words, "background-color"),
            )


@pytest.mark.parametrize("dark", [False, True])
def test_all_words_of_an_issue_can_be_read_by_day_and_at_night(mail, dark):
    found = list(words_on_paper(mail.html, dark))
    assert len(found) > 40
    assert [one for one in found if not one[1] or not one[2]] == []
    assert [one for one in found if contrast(one[1], one[2]) < MINSTENS] == []
    # The paper of the day is gone at night: the rules for it were read.
    papers = {paper for _words, _colour, paper in found}
    assert (papers >= {"#ffffff", "#fbf7f0"}, papers >= {"#1b2528", "#10181a"}) == (not dark, dark)


def test_an_editor_chooses_no_colour():
    """So no check before sending has to measure one (nieuwsbrief.brief.controle)."""
    seen = [NieuwsbriefPage._meta.get_field("body").stream_block]
    while seen:
        block = seen.pop()
        seen += getattr(block, "child_blocks", {}).values()
        seen += [block.child_block] if hasattr(block, "child_block") else []
        assert not re.search("kleur|colou?r|stijl|style", f"{block.name} {block.label}", re.I)
        for feature in getattr(block, "features", None) or []:
            assert feature in {
                "bold",
                "italic",
                "link",
                "ul",
                "ol",
                "document-link",
                "h3",
                "begrip",
            }


def test_a_dark_mailbox_changes_every_colour_of_words(mail):
    css = "".join(
        sheet.get_text() for sheet in BeautifulSoup(mail.html, "html.parser").find_all("style")
    )
    dark = css.split("prefers-color-scheme: dark", 1)[1]
    for part in (".vlak div", ".vlak a", ".voet div", ".voet a", ".vlak .knop td"):
        assert part in dark
    assert '<meta name="color-scheme" content="light dark"' in mail.html
