"""Enrolling with a mouse, with a keyboard, on a small screen and without script."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.look import ask_axe, click_through, overflow

SMALL = {"width": 320, "height": 640}


def fill_in(page, who):
    page.locator("#id_voornaam").fill(who)
    page.locator("#id_naam").fill("Voorbeeld")
    page.locator("#id_e_mail").fill(f"{who.lower()}@example.org")
    page.locator("#id_organisatie").fill("Voorbeeldgemeente")
    page.get_by_label("OCMW of sociale dienst").check()
    page.locator("#id_gemeente").fill("Gent")


def wait_like_a_person(page):
    """A form that is sent within three seconds comes from a program."""
    page.wait_for_timeout(3200)


def enrol_two(page, who):
    page.goto("/vorming/basisvorming/")
    page.get_by_role("link", name=re.compile("Schrijf je in")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Schrijf je in")
    fill_in(page, who)
    page.get_by_role("button", name="Schrijf ook een collega in").click()
    expect(page.locator("#id_voornaam")).to_have_value(who)
    page.locator("#id_collega1_voornaam").fill(f"Collega{who}")
    page.locator("#id_collega1_naam").fill("Voorbeeld")
    page.locator("#id_collega1_e_mail").fill(f"collega.{who.lower()}@example.org")
    wait_like_a_person(page)
    page.get_by_role("button", name="Kijk je antwoorden na").click()
    expect(page.get_by_text("Je bent nog niet ingeschreven.")).to_be_visible()
    page.get_by_role("button", name="Schrijf 2 personen in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jullie hebben een plaats")


def test_enrol_oneself_and_a_colleague(page):
    enrol_two(page, "Muis")


def test_enrol_without_script_on_a_small_screen(browser, server):
    context = browser.new_context(base_url=server, java_script_enabled=False, viewport=SMALL)
    enrol_two(context.new_page(), "Klein")
    context.close()


def test_faults_are_put_right_with_the_keyboard(page):
    page.goto("/inschrijven/1/")
    page.locator("#id_voornaam").focus()
    page.keyboard.press("Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Fout: "))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_voornaam")).to_be_focused()
    page.keyboard.type("Toets")
    expect(page.locator("#id_voornaam")).to_have_value("Toets")


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_screen(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    for address in ("/vorming/", "/vorming/basisvorming/", "/inschrijven/1/", "/inschrijven/2/"):
        page.goto(address)
        assert overflow(page) <= 0


def test_axe_finds_nothing_on_the_way(page, axe):
    page.goto("/inschrijven/3/")
    fill_in(page, "Axe")
    wait_like_a_person(page)
    # A fault, then the check, then the end.
    page.locator("#id_e_mail").fill("axe@")
    found = []
    for step in (
        "Kijk je antwoorden na",
        "Kijk je antwoorden na",
        "Zet 1 persoon op de wachtlijst",
    ):
        click_through(page.get_by_role("button", name=step))
        found += ask_axe(page, axe).violations
        if page.locator("#id_e_mail").count() and page.locator("#id_e_mail").is_visible():
            page.locator("#id_e_mail").fill("axe@example.org")
    expect(page.get_by_role("heading", level=1)).to_have_text("Je staat op de wachtlijst")
    assert found == []
