"""Every screen is in Dutch, and in the words that we use."""

import re

import pytest
from bs4 import BeautifulSoup

from post.states import Staat
from tests.post_admin.mailroom import (
    AANVAARD,
    BERICHTEN,
    GEWEIGERD,
    LEVERINGEN,
    ONZEKER,
    bulk,
    close_the_door,
    newsletter,
    one,
    page_of,
)
from tests.texts import forbidden_in

pytestmark = pytest.mark.django_db
# Words that only English has.
ENGLISH = re.compile(
    r"\b(the|and|you|your|with|this|these|are|there|select|selected|search|delete|edit|add|"
    r"inspect|all|any|more|options|actions|next|previous|cancel|back|showing|results?|match|"
    r"matches|deliver(y|ies)|message|failed|queued|sent|pending|unknown|yes|no|from|to|by|sort|"
    r"ascending|descending|copy|new|view|show|hide|filters? by|clear|page|none|true|false)\b",
    re.IGNORECASE,
)
ATTRIBUTES = ("aria-label", "title", "placeholder", "alt")
# Names of headers and kinds of files are not words.
NAMES = ".post-gegevens dt, details dd, q, script, style, template, svg, [data-side-panel]"


def words_of(answer) -> str:
    """Return everything that somebody sees or hears in the part of the page that is ours."""
    assert answer.status_code == 200, answer
    soup = BeautifulSoup(answer.content.decode(), "html.parser")
    part = soup.select_one("main") or soup
    for element in part.select(NAMES):
        element.decompose()
    spoken = [
        str(element[name]) for name in ATTRIBUTES for element in part.find_all(attrs={name: True})
    ]
    return " ".join([part.get_text(" "), *spoken])


@pytest.fixture
def every_screen():
    """Return the addresses of every screen, in every state of what it shows."""
    failed, uncertain = one(Staat.MISLUKT), one(Staat.ONZEKER)
    sent, waiting = one(Staat.VERZONDEN), one()
    busy = newsletter(6, answers=[AANVAARD, GEWEIGERD, ONZEKER])
    close_the_door("De server antwoordt niet")
    return [
        "/admin/",
        LEVERINGEN,
        f"{LEVERINGEN}?staat=mislukt&staat=onzeker",
        f"{LEVERINGEN}?q=lezer&klaargezet_from=2026-01-01",
        f"{LEVERINGEN}?q=niemand",
        f"{LEVERINGEN}?staat=onzin",
        f"{LEVERINGEN}lijst/?staat=mislukt&_w_filter_fragment=1",
        BERICHTEN,
        *(page_of(one) for one in (failed, uncertain, sent, waiting)),
        page_of(failed, "opnieuw"),
        page_of(uncertain, "aangekomen"),
        page_of(uncertain, "toch_opnieuw"),
        page_of(busy),
        page_of(busy, "pauzeren"),
        page_of(busy, "annuleren"),
        bulk("opnieuw", "id=all"),
        bulk("opnieuw", f"bericht={busy.pk}&id=all"),
        bulk("aangekomen", "id=all"),
        bulk("aangekomen", f"id={sent.pk}"),
    ]


def test_no_screen_speaks_english(every_screen, desk):
    found = {}
    for address in every_screen:
        words = words_of(desk.get(address))
        if hits := {hit[0].lower() for hit in ENGLISH.finditer(words)}:
            found[address] = hits
    assert found == {}


def test_no_screen_uses_a_word_that_we_do_not_use(every_screen, desk):
    found = {address: forbidden_in(words_of(desk.get(address))) for address in every_screen}
    assert {address: words for address, words in found.items() if words} == {}


def test_the_search_would_find_english():
    # The negative control.
    assert ENGLISH.search("Select all deliveries")
    assert not ENGLISH.search("Kies alle leveringen in deze lijst, of ga terug")
