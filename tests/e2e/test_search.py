"""Searching, and words that explain themselves: by keyboard, small, and without script."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.look import ask_axe, overflow
from tests.e2e.test_editor import admin, publish  # noqa: F401 - a fixture
from tests.e2e.test_pages import is_reviewed

TERMS = "/over/uitpas-en-het-netwerk/"


@pytest.mark.parametrize("script", [True, False], ids=["met script", "zonder script"])
def test_a_visitor_finds_a_page_with_the_keyboard(script, new_context):
    page = new_context(java_script_enabled=script).new_page()
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/zoeken/")
    page.get_by_label("Waar zoek je naar?").focus()
    page.keyboard.type("hoeveel geld krijgt mijn gemeente")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("gevonden voor"))).to_be_visible()
    expect(page.get_by_label("Waar zoek je naar?")).to_have_value(
        "hoeveel geld krijgt mijn gemeente"
    )
    expect(page.locator("ol.lijst > li").first).to_contain_text("Gevonden op:")
    page.get_by_role("link", name="Subsidie en regels").last.click()
    expect(page.locator("h1")).to_have_text("Subsidie en regels")


def test_a_typing_error_leads_on(page):
    page.goto("/zoeken/?q=trekingsrecht")
    expect(page.locator("ol.lijst > li").first).to_be_visible()
    page.get_by_role("link", name="trekkingsrecht", exact=True).click()
    expect(page).to_have_url(re.compile(r"q=trekkingsrecht$"))
    expect(page.get_by_text("Bedoelde je")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False], ids=["met script", "zonder script"])
@pytest.mark.parametrize("width", [320, 1280])
def test_a_term_opens_and_closes_with_the_keyboard(script, width, new_context):
    page = new_context(java_script_enabled=script).new_page()
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(TERMS)
    button = page.get_by_role("button", name="kansentarief")
    explanation = page.locator("[popover]").filter(has_text="De blijvende korting")
    expect(explanation).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(explanation).to_be_visible()
    # The next stop is inside, and the way back is there.
    page.keyboard.press("Tab")
    expect(explanation.get_by_role("link", name="Alle begrippen")).to_be_focused()
    page.keyboard.press("Escape")
    expect(explanation).to_be_hidden()
    button.click()
    explanation.get_by_role("button", name="Sluit").click()
    expect(explanation).to_be_hidden()
    if script:
        assert overflow(page) <= 0


@pytest.mark.parametrize("width", [320, 1280])
def test_an_open_explanation_stays_inside_the_window_and_is_accessible(width, page, axe):
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(TERMS)
    for button in page.locator("button.begrip").all():
        button.click()
        box = page.locator("[popover]:popover-open").bounding_box()
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= 700
        page.keyboard.press("Escape")
    page.locator("button.begrip").first.click()
    result = ask_axe(page, axe)
    assert result.violations == []
    assert [found for found in result.incomplete if not is_reviewed(found)] == []


def test_explanations_stand_on_paper(page):
    page.goto(TERMS)
    page.emulate_media(media="print")
    explanation = page.locator("[popover]").filter(has_text="De blijvende korting")
    expect(explanation).to_be_visible()
    expect(explanation.get_by_text("Sluit")).to_be_hidden()


def test_the_list_of_terms_has_a_place_for_each(page):
    page.goto(TERMS)
    page.get_by_role("button", name="kansentarief").click()
    page.locator("[popover]:popover-open").get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/woordenlijst/#kansentarief$"))
    expect(page.locator("#kansentarief")).to_be_in_viewport()


def test_an_editor_explains_a_word(admin, new_context):  # noqa: F811
    complaints = []
    admin.on("pageerror", lambda fault: complaints.append(str(fault)))
    admin.goto("/admin/stappen/?q=warm")
    admin.get_by_role("link", name="Bereid een warm startmoment voor").first.click()
    editor = admin.locator(".Draftail-Editor [contenteditable=true]").first
    editor.click()
    admin.keyboard.press("Control+End")
    admin.keyboard.type(" netwerkregisseurs")
    for _ in "netwerkregisseurs":
        admin.keyboard.press("Shift+ArrowLeft")
    admin.locator("button[name=BEGRIP]").first.click()
    admin.locator(".modal-body").get_by_role("link", name="netwerkregisseur", exact=True).click()
    expect(editor.locator(".TooltipEntity")).to_have_text("netwerkregisseurs")
    # The editor writes into the form a quarter of a second later: nobody is as quick as this test.
    written = admin.locator("[data-draftail-input]").first
    expect(written).to_have_value(re.compile(r'"type":\s*"BEGRIP"'))
    publish(admin)
    assert complaints == []
    visitor = new_context().new_page()
    visitor.goto("/trajecten/starttraject/bereid-een-warm-startmoment-voor/")
    visitor.get_by_role("button", name="netwerkregisseurs").click()
    expect(visitor.locator("[popover]:popover-open")).to_contain_text("De persoon die het netwerk")
