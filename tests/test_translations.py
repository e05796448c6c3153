"""The site in French and English: complete, and nothing Dutch in between."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
import time_machine
from wagtail.models import Page
from wagtail_localize.models import TranslationSource

from core.models import ZoekZonderResultaat
from home.content.files import FOLDER
from home.content.translations import originals_to_translate, read_catalogue, texts_of
from tests.conftest import LAUNCH_DAY, nothing_may_be_skipped
from tests.markup import ask, visible_text

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [
    "manage.py",
    "site",
    "home",
    "trajecten",
    "vorming",
    "nieuwsbrief",
    "templates",
    "locale",
]
LANGUAGES = ["fr", "en"]
# Words that French and English do not have. Names of laws and networks hold some of them.
DUTCH = re.compile(
    r"\b(het|een|voor|niet|jouw|jullie|wordt|deze|naar|zijn|ook|maar|bij|stappen|taken|inhoud)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """Every text of the interface as the code has it now, with its translations."""
    if shutil.which("xgettext") is None:
        if nothing_may_be_skipped():
            pytest.fail("xgettext ontbreekt: apt install gettext")
        pytest.skip("xgettext is er niet (apt install gettext)")
    copy = tmp_path_factory.mktemp("broncode")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, copy / name, ignore=shutil.ignore_patterns("*.pyc", "*.mo")
            )
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, copy / name)
    (copy / "locale").mkdir(exist_ok=True)
    command = [sys.executable, "manage.py", "makemessages", "--no-wrap", "--no-location"]
    # The mails as well as the pages.
    command.append("--extension=html,txt,py,mjml")
    result = subprocess.run(
        [*command, *(part for code in LANGUAGES for part in ("-l", code))],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return {
        code: polib.pofile(str(copy / "locale" / code / "LC_MESSAGES" / "django.po"))
        for code in LANGUAGES
    }


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_of_the_interface_is_translated(code, extracted):
    catalogue = extracted[code]
    assert len(catalogue) > 100
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_translation_is_left_of_a_text_that_is_gone(code, extracted):
    assert [entry.msgid for entry in extracted[code].obsolete_entries()] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_keeps_what_is_filled_in(code, extracted):
    placeholder = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
    wrong = []
    for entry in extracted[code].translated_entries():
        wanted = set(placeholder.findall(entry.msgid + entry.msgid_plural))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            found = set(placeholder.findall(text))
            if (text and found - wanted) or (not entry.msgid_plural and found != wanted):
                wrong.append((entry.msgid, text))
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("code", LANGUAGES)
def test_the_catalogue_of_the_launch_pages_is_complete(code):
    catalogue = read_catalogue(code)
    needed = set()
    for original in originals_to_translate():
        source, _ = TranslationSource.update_or_create_from_instance(original)
        needed |= {(context, segment.string.data) for segment, context in texts_of(source)}
    assert len(needed) > 100
    assert sorted(needed - set(catalogue)) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_catalogue_of_the_launch_pages_holds_nothing_empty_or_superfluous(code):
    catalogue = polib.pofile(str(FOLDER / f"{code}.po"))
    assert catalogue.untranslated_entries() == []
    assert catalogue.fuzzy_entries() == []


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    """The translated launch pages, search and 404, by language and address."""
    with django_db_blocker.unblock(), time_machine.travel(LAUNCH_DAY, tick=False):
        found = {}
        for code in LANGUAGES:
            translated = Page.objects.live().filter(locale__language_code=code, depth__gt=1)
            addresses = [page.get_url() for page in translated]
            others = [f"/{code}/zoeken/", f"/{code}/zoeken/?q=qqq", f"/{code}/qqq/"]
            relaunch = [a + "?test=1" for a in addresses if "relan" in a or "relaunch" in a]
            assert relaunch
            found[code] = {address: ask(address) for address in addresses + others + relaunch}
        # Outside the transaction of a test: a search in vain is written down for good.
        ZoekZonderResultaat.objects.all().delete()
        return found


def own_text(answer) -> str:
    """Return what a page says in its own language: not the names of Dutch sources."""
    body = answer.soup.body
    for element in body.select('[lang^="nl"], [hreflang^="nl"], .bronnen, cite'):
        element.decompose()
    return visible_text(body)


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_of_the_interface_is_dutch_on_a_translated_page(code, extracted, pages):
    dutch = {
        entry.msgid
        for entry in extracted[code].translated_entries()
        if entry.msgid != entry.msgstr and len(entry.msgid) > 6 and "%" not in entry.msgid
    }
    assert len(dutch) > 50
    found = {}
    for address, answer in pages[code].items():
        text = own_text(answer)
        if left := [
            words for words in dutch if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text)
        ]:
            found[address] = left
    assert found == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_hardly_a_dutch_word_stands_on_a_translated_page(code, pages):
    found = {}
    for address, answer in pages[code].items():
        text = own_text(answer)
        left = [text[max(0, m.start() - 30) : m.end() + 30] for m in DUTCH.finditer(text)]
        if left:
            found[address] = left
    assert found == {}


def test_a_dutch_word_would_be_seen(pages):
    # The negative control of the tests above.
    assert DUTCH.search("Lees het hele verhaal")
    assert not DUTCH.search(own_text(pages["fr"]["/fr/"])[:0])


def test_dates_follow_the_language(pages):
    text = {code: own_text(pages[code][f"/{code}/"]) for code in LANGUAGES}
    assert "1er janvier 2027" in text["fr"] or "1 janvier 2027" in text["fr"]
    assert "January 2027" in text["en"]
    assert "januari" not in text["fr"] + text["en"]
