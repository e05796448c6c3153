"""A question to the team and an opinion about a page, sent with and without script."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.look import ask_axe, click_through, overflow

STEP = "/trajecten/opstarttraject/verken-de-mogelijkheden/"
# Nobody fills in a form faster (core.public_forms).
AS_LONG_AS_A_PERSON = 3_500


@pytest.fixture(params=[(1280, True), (320, False)], ids=["breed, met script", "smal, zonder"])
def visitor(request, new_context):
    """A visitor with a wide screen and script, or a small one without."""
    width, script = request.param
    page = new_context(java_script_enabled=script).new_page()
    page.set_viewport_size({"width": width, "height": 800})
    return page


def focused(page):
    """Return what has the focus; without script, Playwright still may ask."""
    return page.locator(":focus")


def test_a_question_goes_from_the_step_to_a_reference(visitor):
    page = visitor
    page.goto(STEP)
    page.locator(".zij .contact").get_by_role("link", name="Stel je vraag").click()
    expect(page.locator("main")).to_contain_text("Verken de mogelijkheden")
    page.get_by_role("button", name="Verder").click()
    expect(page).to_have_title(re.compile("^Fout:"))
    expect(focused(page)).to_have_class("fouten")
    page.get_by_role("link", name="Vul je naam in.").click()
    expect(focused(page)).to_have_attribute("name", "naam")
    focused(page).fill("Ēva D'Hondt")
    page.get_by_label("Voor welke gemeente werk je?").fill("borsbeek")
    page.get_by_label("Je e-mailadres").fill("eva@example.org")
    page.get_by_label("Wat is je vraag?").fill("Wie moet er aan tafel? 😀")
    page.wait_for_timeout(AS_LONG_AS_A_PERSON)
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk na voor je verstuurt")
    expect(page.locator(".nazien")).to_contain_text(
        "Antwerpen (Borsbeek hoort daar sinds 2025 bij)"
    )
    page.get_by_role("button", name="Antwoorden aanpassen").click()
    expect(page.get_by_label("Je naam")).to_have_value("Ēva D'Hondt")
    expect(page.locator(".fouten")).to_have_count(0)
    page.get_by_role("button", name="Verder").click()
    page.get_by_role("button", name="Verstuur").click()
    expect(page.locator(".kenmerk")).to_have_text(re.compile("^[A-Z0-9]{3}-[A-Z0-9]{4}$"))
    reference = page.locator(".kenmerk").inner_text()
    # Back and once more is the same request.
    page.go_back()
    page.get_by_role("button", name="Verstuur").click()
    expect(page.locator(".kenmerk")).to_have_text(reference)
    page.get_by_role("link", name="Ga verder met: Verken de mogelijkheden").click()
    expect(page).to_have_url(re.compile(f"{STEP}$"))
    assert page.context.cookies() == []


def test_a_no_leads_to_a_text_and_to_thanks(visitor):
    page = visitor
    page.goto(STEP)
    page.get_by_role("button", name="Nee", exact=True).click()
    page.get_by_label("Wat zocht je, of wat ontbrak?").fill("Een voorbeeld van een eerste gesprek.")
    page.wait_for_timeout(AS_LONG_AS_A_PERSON)
    page.get_by_role("button", name="Verstuur").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dank je wel")
    page.get_by_role("link", name="Terug naar: Verken de mogelijkheden").click()
    expect(page).to_have_url(re.compile(f"{STEP}$"))
    assert page.context.cookies() == []


def test_a_form_can_be_filled_in_with_the_keyboard_alone(page):
    page.goto("/contact/helpdesk/")
    page.get_by_label("Je naam").focus()
    page.keyboard.type("Ēva")
    for text in ("Herentals", "", "", "eva@example.org", "Wie helpt ons?"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    # Past the link to the privacy statement, to the button.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_text("Verder")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk na voor je verstuurt")


def test_the_screens_in_between_are_accessible_and_fit_a_small_screen(page, axe):
    page.set_viewport_size({"width": 320, "height": 800})

    def look():
        assert overflow(page) <= 0
        result = ask_axe(page, axe)
        assert result.violations + result.incomplete == []

    page.goto("/contact/coachingsgesprek/")
    click_through(page.get_by_role("button", name="Verder"))
    look()
    page.get_by_label("Je naam").fill("Ēva")
    page.get_by_label("Voor welke gemeente werk je?").fill("Herentals")
    page.get_by_label("Je e-mailadres").fill("eva@gmial.com")
    page.get_by_label("Je telefoonnummer").fill("0470 12 34 56")
    page.get_by_label("Waarover wil je praten?").fill("x" * 300)
    page.wait_for_timeout(AS_LONG_AS_A_PERSON)
    click_through(page.get_by_role("button", name="Verder"))
    look()
    click_through(page.get_by_role("button", name="Verstuur"))
    look()
    page.goto(STEP)
    click_through(page.get_by_role("button", name="Ja", exact=True))
    look()


def test_questions_are_found_without_script(new_context):
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/vragen/")
    page.get_by_role("link", name="geld", exact=True).click()
    page.get_by_label("Zoek in de vragen").fill("bijdrage")
    page.get_by_role("button", name="Zoek", exact=True).click()
    page.get_by_role("link", name="Hoeveel moet onze gemeente zelf inbrengen?").click()
    expect(page.locator(".lead")).to_contain_text("niet meer verplicht")
