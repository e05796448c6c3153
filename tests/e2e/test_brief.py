"""An editor makes the letter of these months, sees it as mail, checks it and tests it."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.look import ask_axe, overflow, stand_still
from tests.e2e.test_editor import admin  # noqa: F401 - a fixture

TEST = "testmailbox@example.org"
# What is ours; the frame around it is that of Wagtail.
OURS = "main"


def complaints_of(page):
    found = []
    page.on("console", lambda m: found.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: found.append(str(e)))
    return found


def test_from_the_button_to_the_test_mail(admin, newest_mail, axe):  # noqa: F811
    complaints = complaints_of(admin)
    admin.goto("/admin/nieuwsbrief/testadressen/new/")
    admin.locator("#id_adres").fill(TEST)
    admin.get_by_role("button", name=re.compile("Aanmaken|Opslaan|Toevoegen|Bewaar")).click()
    expect(admin.get_by_text(TEST).first).to_be_visible()

    admin.goto("/admin/nieuwsbrief/brieven/")
    admin.get_by_role("link", name="Nieuwe brief").click()
    admin.get_by_role("button", name="Maak de brief").click()
    expect(admin.get_by_text("is klaargezet als concept").first).to_be_visible()
    expect(admin.get_by_text("Blok 1 (Inleiding of tekst) is leeg.")).to_be_visible()

    admin.locator("#id_onderwerp").fill("Nieuws voor je netwerk")
    admin.locator("[data-side-panel-toggle=preview]").click()
    frame = admin.frame_locator("[data-side-panel=preview] iframe").first
    expect(frame.locator("h1")).to_have_text("Nieuws voor je netwerk", timeout=15_000)
    expect(frame.locator("body")).to_contain_text("Schrijf je uit")
    admin.locator("[data-side-panel=preview] select").select_option("mail-tekst")
    expect(frame.locator("pre")).to_contain_text("NIEUWS VOOR JE NETWERK", timeout=15_000)
    assert complaints == []

    admin.get_by_role("button", name="Bewaar concept").click()
    expect(admin.get_by_text(re.compile("opgeslagen|bewaard")).first).to_be_visible()
    admin.get_by_role("link", name="Kijk de links na en stuur een testmail").click()
    expect(admin.get_by_text("De brief mag nog niet weg.")).to_be_visible()
    assert ask_axe(admin, axe, OURS).violations == []
    admin.set_viewport_size({"width": 320, "height": 800})
    stand_still(admin)
    assert overflow(admin) == 0
    admin.get_by_label(TEST).focus()
    admin.keyboard.press("Space")
    admin.get_by_role("button", name="Stuur de testmail").click()
    expect(admin.get_by_text(f"De testmail is onderweg naar {TEST}.")).to_be_visible()
    mail = newest_mail(TEST)
    assert "NIEUWS VOOR JE NETWERK" in mail


@pytest.mark.parametrize("width", [320, 1280])
def test_the_archive_reads_at_every_width(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/nieuwsbrief/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nieuwsbrief")
    assert overflow(page) == 0
