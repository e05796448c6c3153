"""On and after the day: on a telephone, by touch, by keyboard and without script."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PASSWORD, USERNAME
from tests.e2e.look import ask_axe, overflow

SMALL = {"width": 320, "height": 640}
SESSION = "/admin/vorming/sessie/6/"
# Wagtail's own frame is checked by Wagtail.
OURS = ".dag"


@pytest.fixture
def phone(browser, server):
    """A telephone in which the editor is signed in."""
    context = browser.new_context(
        base_url=server, locale="nl-BE", viewport=SMALL, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto("/admin/")
    page.locator("#id_username").fill(USERNAME)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("Inloggen|Aanmelden")).click()
    expect(page.locator("h1")).to_contain_text("Vrije tijd in de netwerkgemeente")
    yield page
    context.close()


def look(page, axe, where=OURS):
    """Check a screen: nothing beside the screen, nothing that axe complains about."""
    assert overflow(page) <= 0
    assert ask_axe(page, axe, where).violations == []


def choices_of(page, name):
    return page.get_by_role("group", name=name)


def test_presence_by_touch_and_keyboard_then_certificates(phone, axe, new_context):
    page = phone
    page.goto(f"{SESSION}aanwezigheid/")
    look(page, axe)
    expect(page.get_by_text("6 van 8 aangeduid")).to_be_visible()
    # By touch: the label is as large as a thumb.
    label = choices_of(page, "Geert Voorbeeld 7").get_by_text("Aanwezig", exact=True)
    box = label.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    label.tap()
    # By keyboard: arrows choose within a person.
    last = choices_of(page, "Hilde Voorbeeld 8")
    last.get_by_label("Nog open").focus()
    page.keyboard.press("ArrowRight")
    expect(last.get_by_label("Aanwezig", exact=True)).to_be_checked()
    page.get_by_role("button", name="Bewaar", exact=True).press("Enter")
    expect(page.get_by_text("Bewaard voor 2 personen.")).to_be_visible()
    expect(page.get_by_text("8 van 8 aangeduid")).to_be_visible()

    page.goto(f"{SESSION}attesten/")
    look(page, axe)
    page.get_by_role("button", name="Maak 2 attesten").tap()
    expect(page.get_by_text("2 attesten gemaakt.")).to_be_visible()
    page.wait_for_load_state()
    number = re.search(r"\d{4}-\w{4}-\w{4}", page.locator(OURS).inner_text())
    assert number is not None
    link = page.get_by_role("link", name="Open het attest van Hilde Voorbeeld 8")
    answer = page.request.get(link.get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"

    visitor = new_context().new_page()
    visitor.set_viewport_size(SMALL)
    visitor.goto("/attest/")
    visitor.get_by_label("Het nummer van het attest").fill(number[0].lower())
    visitor.keyboard.press("Enter")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Dit attest is geldig")
    look(visitor, axe, "html")
    visitor.get_by_label("De naam op het attest").fill("Iemand Anders")
    visitor.get_by_role("button", name="Vergelijk de naam").click()
    expect(visitor.get_by_role("status")).to_contain_text("Deze naam staat niet op het attest")


def test_the_results_of_an_evaluation_and_the_lists_fit_a_telephone(phone, axe):
    for screen in ("evaluatie", "lijsten"):
        phone.goto(f"{SESSION}{screen}/")
        look(phone, axe)
    href = phone.get_by_role("link", name="Naamkaartjes").get_attribute("href")
    assert phone.request.get(href).headers["content-type"] == "application/pdf"


def test_an_evaluation_without_script_on_a_small_screen(browser, server, axe, new_context):
    looked = new_context().new_page()
    looked.set_viewport_size(SMALL)
    looked.goto("/evaluatie/toets/")
    look(looked, axe, "html")

    context = browser.new_context(base_url=server, java_script_enabled=False, viewport=SMALL)
    page = context.new_page()
    page.goto("/evaluatie/toets/")
    page.get_by_role("button", name="Verstuur").click()
    expect(page.get_by_role("alert")).to_contain_text("Vul minstens een antwoord in.")
    page.get_by_role("group", name=re.compile("De uitleg was duidelijk")).get_by_label(
        "Akkoord", exact=True
    ).check()
    page.get_by_label(re.compile("Wat wil je ons nog zeggen")).fill("Graag een vervolg.")
    # A form that is sent within three seconds comes from a program.
    page.wait_for_timeout(3200)
    page.get_by_role("button", name="Verstuur").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bedankt")
    expect(page.get_by_text("Je antwoorden kwamen aan.")).to_be_visible()
    page.goto("/evaluatie/toets/")
    expect(page.get_by_text("Je antwoorden kwamen al aan.")).to_be_visible()
    context.close()
