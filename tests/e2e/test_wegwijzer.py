"""Finding a route and following a deadline: by keyboard, on a small screen, without script."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.look import overflow

START = "/trajecten/welk-traject/"
SMALL = {"width": 320, "height": 640}


@pytest.fixture(params=[True, False], ids=["met script", "zonder script"])
def visitor(request, browser, browser_context_args):
    """A page on a small screen, in a browser that runs scripts and in one that does not."""
    options = {**browser_context_args, "java_script_enabled": request.param, "viewport": SMALL}
    context = browser.new_context(**options)
    yield context.new_page()
    context.close()


def answer(page, words):
    page.get_by_label(words, exact=True).check()
    page.get_by_role("button", name="Volgende").click()


def test_an_officer_without_a_network_learns_what_is_possible(visitor):
    visitor.goto("/")
    visitor.get_by_role("link", name="Welk traject past bij jou?").click()
    answer(visitor, "Voor een gemeente of een OCMW")
    expect(visitor.locator("h1")).to_have_text(
        "Is er in je gemeente al een netwerk vrijetijdsparticipatie?"
    )
    answer(visitor, "Nee, nog niet")
    answer(visitor, "Dat weet ik niet")
    expect(visitor.locator("h1")).to_contain_text("Zoek eerst uit bij welk IGS cultuur je hoort")
    expect(visitor.locator(".redenen li")).to_have_count(3)
    # Whoever gets the address sees the same.
    shared = visitor.url
    visitor.goto(shared)
    expect(visitor.locator(".antwoorden dt")).to_have_count(3)
    visitor.get_by_role("link", name="Vraag het aan de helpdesk").click()
    expect(visitor).to_have_url(
        re.compile(r"\?van=%2Ftrajecten%2Fwelk-traject%2F&antwoorden=wie%3Dgemeente")
    )


def test_an_answer_is_changed_without_losing_the_others(visitor):
    visitor.goto(f"{START}?wie=gemeente&netwerk=lokaal&nota=goedgekeurd&fase=stroef")
    expect(visitor.locator("h1")).to_have_text("Het doorstarttraject past bij jullie")
    visitor.get_by_role("link", name=re.compile("Wijzig.*Diende je gemeente")).click()
    expect(visitor.get_by_label("Ja, en ze is goedgekeurd")).to_be_checked()
    answer(visitor, "Nee")
    expect(visitor.locator("h1")).to_contain_text("geen subsidie meer")
    expect(visitor.locator(".antwoorden dt")).to_have_count(3)


def test_an_empty_answer_is_named_and_led_to(visitor):
    visitor.goto(START)
    visitor.get_by_role("button", name="Volgende").click()
    expect(visitor).to_have_title(re.compile("^Fout: "))
    visitor.locator(".fouten a").click()
    expect(visitor.get_by_label("Voor een gemeente of een OCMW")).to_be_in_viewport()


def test_the_browser_goes_back_through_the_questions(visitor):
    visitor.goto(START)
    answer(visitor, "Voor een gemeente of een OCMW")
    answer(visitor, "Nee, nog niet")
    # Somebody who goes back sees first where she is.
    expect(visitor.locator("h1")).not_to_have_text(
        "Is er in je gemeente al een netwerk vrijetijdsparticipatie?"
    )
    visitor.wait_for_load_state()
    visitor.go_back()
    expect(visitor.locator("h1")).to_have_text(
        "Is er in je gemeente al een netwerk vrijetijdsparticipatie?"
    )
    visitor.get_by_role("link", name="Vorige vraag").click()
    expect(visitor.get_by_label("Voor een gemeente of een OCMW")).to_be_checked()


def test_the_whole_way_goes_by_keyboard(page):
    page.set_viewport_size(SMALL)
    page.goto(START)
    for place, following in (
        (0, "Is er in je gemeente al een netwerk vrijetijdsparticipatie?"),
        (2, "Bekijk met je partnergemeenten wat voor jullie geldt"),
    ):
        page.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        for _ in range(place):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Volgende")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(following)


def test_an_outcome_can_be_printed(page):
    page.goto(f"{START}?wie=gemeente&netwerk=nee&igs=nee")
    page.emulate_media(media="print")
    expect(page.locator(".antwoorden dt").first).to_be_visible()
    expect(page.locator(".redenen li").first).to_be_visible()
    expect(page.locator(".antwoorden a").first).to_be_hidden()
    expect(page.locator(".termijn-agenda").first).to_be_hidden()


def test_a_deadline_goes_into_a_calendar(visitor):
    visitor.goto("/trajecten/termijnen/")
    assert overflow(visitor) == 0
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="Zet in je agenda").first.click()
    text = download.value.path().read_text()
    assert download.value.suggested_filename.endswith(".ics")
    assert "BEGIN:VEVENT" in text
    link = visitor.get_by_role("link", name="Abonneer je agenda")
    assert re.match(r"webcal://127\.0\.0\.1:\d+/agenda/termijnen\.ics$", link.get_attribute("href"))
