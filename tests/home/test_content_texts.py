"""The launch texts: plain Dutch, complete, with their sources."""

import re

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from home.content.files import read_pages, read_table
from tests.texts import (
    forbidden_in,
    forbidden_words,
    sentences,
    texts_of_facts,
    texts_of_page,
    words,
)

LONGEST_SENTENCE = 25
PAGES = read_pages()
STEPS = [file for file in PAGES if file.model == "trajecten.StapPage"]
FORMAL = re.compile(r"\b(u|uw|uzelf)\b", re.IGNORECASE)
MONTHS = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
DATE = re.compile(rf"\b\d{{1,2}} ({MONTHS})\b")
# What we say about ourselves has no other source than ourselves.
OUR_OWN_WORD = {"/toegankelijkheid/", "/privacy/", "/cookies/"}

every_page = pytest.mark.parametrize("file", PAGES, ids=lambda file: file.address)
every_step = pytest.mark.parametrize("file", STEPS, ids=lambda file: file.address)


def kinds(file):
    return [next(iter(block)) for block in file.body]


# --- The readers of these tests themselves -----------------------------------------


def test_sentences_are_counted_as_a_reader_counts_them():
    assert sentences("<p>Bel je OCMW. Vraag nr. 5!</p><ul><li>Een</li><li>Twee</li></ul>") == [
        "Bel je OCMW.",
        "Vraag nr 5!",
        "Een",
        "Twee",
    ]
    assert len(words("Mail naar a.b@example.org vóór 1 april 2027.")) == 7
    assert [len(words(s)) for s in sentences("Een twee drie. W" + "oord " * 26)] == [3, 26]


def test_a_forbidden_word_is_found_in_markup_but_not_inside_another_word():
    assert forbidden_in("<p>Je dient <b>te</b> betalen.</p>") == ["dient te"]
    assert forbidden_in("<p>Je indient, monitoren.</p>") == ["monitoren"]
    assert forbidden_in("<p>Je bent vooraf op tijd, alsof.</p>") == []
    assert len(forbidden_words()) > 60


def test_there_are_pages_and_steps_to_read():
    assert len(PAGES) > 40
    assert len(STEPS) > 20


# --- Plain Dutch --------------------------------------------------------------------


@every_page
def test_no_sentence_of_a_page_is_longer_than_25_words(file):
    long = [
        sentence
        for text in texts_of_page(file)
        for sentence in sentences(text)
        if len(words(sentence)) > LONGEST_SENTENCE
    ]
    assert long == []


@every_page
def test_no_forbidden_word_on_a_page(file):
    assert [word for text in texts_of_page(file) for word in forbidden_in(text)] == []


@every_page
def test_a_page_says_je(file):
    assert [text for text in texts_of_page(file) if FORMAL.search(text)] == []


def test_the_facts_are_plain_dutch():
    faults = []
    for place, text in texts_of_facts():
        faults += [
            (place, sentence)
            for sentence in sentences(text)
            if len(words(sentence)) > LONGEST_SENTENCE
        ]
        faults += [(place, word) for word in forbidden_in(text)]
        if FORMAL.search(text):
            faults.append((place, text))
    assert faults == []


# --- Complete -----------------------------------------------------------------------


@every_page
def test_a_summary_fits_in_a_search_result(file):
    assert 20 <= len(file.fields["samenvatting"]) <= 200


@every_page
def test_every_page_has_an_owner_and_is_looked_at_again(file):
    assert file.fields["eigenaar"] in read_table("teams")
    assert file.fields["nagekeken_op"] < file.fields["volgend_nazicht"]


@every_step
def test_a_step_starts_with_the_short_version_and_tells_what_to_do(file):
    assert kinds(file)[0] == "in_het_kort"
    assert "acties" in kinds(file)


@every_page
def test_a_page_about_rules_or_dates_names_its_sources(file):
    about_rules = file.fields.get("regelkaders")
    dates = [text for text in texts_of_page(file) if DATE.search(text)]
    if (about_rules or dates) and file.address not in OUR_OWN_WORD:
        assert "bronnen" in kinds(file) or file.model == "trajecten.TrajectIndexPage"


def test_every_page_has_a_title_of_its_own():
    titles = [file.fields["title"] for file in PAGES]
    assert sorted(titles) == sorted(set(titles))


@every_page
def test_the_body_of_a_page_is_what_an_editor_could_have_saved(file, db):
    """Whoever opens a launch page and saves it may not be stopped by a text of ours."""
    model = apps.get_model(file.model)
    stored = model.objects.get(locale__language_code="nl", slug=file.fields["slug"])
    assert len(stored.body) == len(file.body)
    try:
        stored.body.stream_block.clean(stored.body)
    except ValidationError as fault:
        pytest.fail(f"{file.address}: {fault.as_json_data()}")


def test_every_date_and_rule_has_a_source():
    for table in ("termijnen", "regelkaders"):
        without = [key for key, row in read_table(table).items() if not row.get("bron")]
        assert without == []
