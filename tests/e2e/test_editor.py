"""What an editor does in a real browser: sign in, correct a step, see it."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PASSWORD, USERNAME

STEP = "/trajecten/starttraject/lees-je-nota-opnieuw/"


@pytest.fixture
def admin(page):
    """A browser in which the editor is signed in."""
    page.goto("/admin/")
    page.locator("#id_username").fill(USERNAME)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("Inloggen|Aanmelden")).click()
    expect(page.locator("h1")).to_contain_text("Vrije tijd in de netwerkgemeente")
    return page


def open_step(page):
    """Open the editor of the step, by way of the list of steps in the menu."""
    page.goto("/admin/stappen/?q=nota")
    page.get_by_role("link", name="Lees je nota opnieuw").first.click()
    expect(page.locator("#id_title")).to_be_visible()


def publish(page):
    page.locator("footer [data-w-dropdown-target=toggle], footer .w-dropdown__toggle").last.click()
    page.locator("button[name=action-publish]").click()
    expect(page.get_by_text(re.compile("gepubliceerd")).first).to_be_visible()


def test_a_correction_is_visible_at_once(admin, new_context):
    visitor = new_context().new_page()
    visitor.goto(STEP)
    expect(visitor.locator("p.lead")).not_to_contain_text("Neem er een potlood bij.")
    open_step(admin)
    admin.locator("#id_inleiding").fill("Lees de nota nog eens. Neem er een potlood bij.")
    publish(admin)
    visitor.reload()
    expect(visitor.locator("p.lead")).to_contain_text("Neem er een potlood bij.")


def test_the_preview_shows_what_is_being_written(admin):
    open_step(admin)
    admin.locator("#id_title").fill("Een titel in de maak")
    admin.locator("[data-side-panel-toggle=preview]").click()
    frame = admin.frame_locator("[data-side-panel=preview] iframe").first
    expect(frame.locator("h1")).to_contain_text("Een titel in de maak", timeout=15_000)
    visitor = admin.context.browser.new_context()
    answer = visitor.request.get(admin.url.split("/admin/")[0] + STEP)
    assert "Een titel in de maak" not in answer.text()
    visitor.close()


def test_an_editor_who_looks_at_the_site_gets_a_bar_and_no_complaint(admin):
    complaints = []
    admin.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    admin.on("pageerror", lambda e: complaints.append(str(e)))
    admin.goto(STEP)
    expect(admin.locator("wagtail-userbar")).to_be_attached()
    expect(admin.locator("h1")).to_be_visible()
    assert complaints == []


def test_the_editor_itself_works_without_complaint(admin):
    complaints = []
    admin.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    admin.on("pageerror", lambda e: complaints.append(str(e)))
    open_step(admin)
    admin.get_by_role("tab", name="Nazicht en regels").click()
    expect(admin.get_by_text("verantwoordelijk team").first).to_be_visible()
    assert complaints == []
