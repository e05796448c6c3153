"""Ticking off, working out and printing: with and without script, small, by keyboard."""

import re

import pytest
from playwright.sync_api import expect

STEP = "/trajecten/opstarttraject/verken-de-mogelijkheden/"
OVERVIEW = "/trajecten/opstarttraject/"
# Under the old rules, which say how much: from 2027 on the site starts with the new ones.
CALCULATOR = "/trajecten/eigen-inbreng/?regels=participatiedecreet"
SMALL = {"width": 320, "height": 640}


@pytest.fixture
def bare(browser, browser_context_args):
    """A browser without script, on a small screen."""
    context = browser.new_context(
        **{**browser_context_args, "viewport": SMALL}, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def boxes(page):
    return page.locator(".afvinklijst input[type=checkbox]")


# --- Checklist ------------------------------------------------------------------------------


def test_without_script_ticks_go_into_the_link_and_travel_along(bare):
    bare.goto(STEP)
    boxes(bare).nth(0).check()
    boxes(bare).nth(2).check()
    bare.get_by_role("button", name="Zet mijn vinkjes in de link").click()
    expect(bare).to_have_url(re.compile(r"\?k=\w{4},\w{4}#afgevinkt$"))
    expect(bare.locator("#afgevinkt")).to_be_in_viewport()
    expect(bare.locator("#stand")).to_contain_text("2 van 6 afgevinkt")
    expect(boxes(bare).nth(2)).to_be_checked()
    # What only works with script does not show.
    expect(bare.get_by_role("button", name="Onthoud op dit toestel")).to_be_hidden()
    bare.locator(".vorige-volgende a[rel=next]").click()
    boxes(bare).nth(1).check()
    bare.get_by_role("button", name="Zet mijn vinkjes in de link").first.click()
    expect(bare.locator("#stand")).to_contain_text("In het hele traject: 3 van")
    bare.goto(bare.url)
    bare.get_by_role("link", name="Dossier om af te drukken").click()
    expect(bare.locator(".dossier-punten .klaar")).to_have_count(3)


def test_with_script_a_tick_is_in_the_address_at_once(page):
    page.goto(STEP)
    expect(page.get_by_role("button", name="Zet mijn vinkjes in de link")).to_be_hidden()
    boxes(page).nth(1).check()
    expect(page.locator("#stand")).to_contain_text("1 van 6 afgevinkt")
    assert re.search(r"\?k=\w{4}$", page.url)
    # The focus stays where it was, and nothing was added to the history.
    expect(boxes(page).nth(1)).to_be_focused()
    assert page.evaluate("history.length") <= 2
    boxes(page).nth(0).check()
    expect(page.locator("#stand")).to_contain_text("2 van 6 afgevinkt")
    link = page.locator(".vorige-volgende a[rel=next]").get_attribute("href")
    assert re.search(r"\?k=\w{4},\w{4}$", link)
    page.reload()
    expect(boxes(page).nth(0)).to_be_checked()
    boxes(page).nth(0).uncheck()
    boxes(page).nth(1).uncheck()
    expect(page.locator("#stand")).to_contain_text("0 van 6 afgevinkt")


def test_ticks_are_kept_on_the_device_only_after_a_click_and_forgotten_after_another(page):
    page.goto(STEP)
    boxes(page).nth(0).check()
    expect(page.get_by_role("button", name="Onthoud op dit toestel")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    page.goto(STEP)
    expect(boxes(page).nth(0)).not_to_be_checked()
    boxes(page).nth(0).check()
    page.get_by_role("button", name="Onthoud op dit toestel").click()
    expect(page.get_by_text("Je vinkjes staan op dit toestel.")).to_be_visible()
    # A later tick is kept too, and a visit without ticks brings them back, also elsewhere.
    boxes(page).nth(3).check()
    expect(page.locator("#stand")).to_contain_text("2 van 6 afgevinkt")
    page.goto(OVERVIEW)
    expect(
        page.get_by_role("heading", name=re.compile("^2 van .* punten afgevinkt"))
    ).to_be_visible()
    # Somebody else's link does not change what is kept.
    page.goto(f"{STEP}?k=zzzz")
    boxes(page).nth(5).check()
    expect(page.locator("#stand")).to_contain_text("1 van 6 afgevinkt")
    page.goto(STEP)
    expect(page.locator("#stand")).to_contain_text("2 van 6 afgevinkt")
    page.get_by_role("button", name="Vergeet wat op dit toestel staat").click()
    assert page.evaluate("localStorage.length") == 0
    page.goto(STEP)
    expect(boxes(page).nth(0)).not_to_be_checked()
    assert page.context.cookies() == []


def test_starting_again_forgets(page):
    page.goto(STEP)
    boxes(page).nth(0).check()
    page.get_by_role("button", name="Onthoud op dit toestel").click()
    page.get_by_role("link", name="Begin opnieuw").click()
    expect(boxes(page).nth(0)).not_to_be_checked()
    assert page.evaluate("localStorage.length") == 0


def test_the_link_can_be_copied(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(STEP)
    boxes(page).nth(0).check()
    page.get_by_role("link", name="Link met je vinkjes").click()
    expect(page.get_by_text("De link is gekopieerd")).to_be_visible()
    assert re.search(r"\?k=\w{4}$", page.evaluate("navigator.clipboard.readText()"))


def test_a_list_is_ticked_with_the_keyboard(page):
    page.goto(STEP)
    boxes(page).nth(0).focus()
    page.keyboard.press("Space")
    expect(page.locator("#stand")).to_contain_text("1 van 6 afgevinkt")
    page.keyboard.press("Tab")
    expect(boxes(page).nth(1)).to_be_focused()


def test_when_the_network_is_away_the_tick_still_is_in_the_address(page):
    page.goto(STEP)
    page.context.set_offline(True)
    boxes(page).nth(0).check()
    assert re.search(r"\?k=\w{4}$", page.url)
    page.context.set_offline(False)
    page.reload()
    expect(boxes(page).nth(0)).to_be_checked()


def test_on_paper_there_are_boxes_with_their_ticks(page):
    page.goto(STEP)
    boxes(page).nth(0).check()
    page.emulate_media(media="print")
    expect(boxes(page).nth(0)).to_be_visible()
    expect(page.get_by_role("link", name="Link met je vinkjes")).to_be_hidden()
    expect(page.locator("#stand")).to_contain_text("1 van 6 afgevinkt")


# --- Calculator ---------------------------------------------------------------------------------


def test_without_script_a_sum_is_made_corrected_and_taken_along(bare):
    bare.goto(CALCULATOR)
    bare.get_by_label("Hoeveel subsidie per jaar, in euro?").fill("abc")
    bare.get_by_role("button", name="Bereken").click()
    expect(bare).to_have_title(re.compile("^Fout: "))
    bare.locator(".fouten a").click()
    field = bare.get_by_label("Hoeveel subsidie per jaar, in euro?")
    expect(field).to_have_value("abc")
    expect(field).to_be_in_viewport()
    field.fill("€ 5.517,00")
    bare.get_by_role("button", name="Bereken").click()
    expect(bare.get_by_role("heading", name=re.compile("11.034 euro per jaar"))).to_be_visible()
    bare.get_by_label(re.compile("^Overgangsmaatregel")).check()
    bare.get_by_role("button", name="Bereken").click()
    expect(bare.get_by_role("heading", name=re.compile("niet verplicht"))).to_be_visible()
    bare.get_by_role("link", name="Dossier Starttraject").click()
    expect(bare.locator(".rekenuitslag")).to_contain_text(
        "Een eigen inbreng is hier niet verplicht"
    )


def test_a_sum_is_made_with_the_keyboard(page):
    page.goto(CALCULATOR)
    page.get_by_label("Hoeveel subsidie per jaar, in euro?").focus()
    page.keyboard.type("1.234,56")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("2.469,12 euro per jaar"))).to_be_visible()


# --- Dossier ------------------------------------------------------------------------------------


def test_the_dossier_is_given_as_a_file(page):
    page.goto(f"{OVERVIEW}dossier/?bedrag=5517")
    link = page.get_by_role("link", name="Dossier als PDF")
    answer = page.request.get(page.url.split("/trajecten")[0] + link.get_attribute("href"))
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF-")
