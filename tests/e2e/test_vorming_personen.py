"""An editor treats people in a real browser: find, approve, cancel, many at once, by phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.look import ask_axe, overflow
from tests.e2e.test_editor import admin  # noqa: F401 - a fixture

LIJST = "/admin/vorming/inschrijvingen/"
# Only what is ours: the frame around it is Wagtail's.
OURS = ".mens"


@pytest.fixture
def lijst(admin):  # noqa: F811
    """The list of enrolments, reached by the menu."""
    admin.get_by_role("button", name="Vorming", exact=True).click()
    admin.get_by_role("link", name="Inschrijvingen", exact=True).click()
    expect(admin.get_by_role("heading", level=1)).to_contain_text("Inschrijvingen")
    return admin


def look(page, axe):
    """Check a screen: nothing beside the screen, nothing that axe complains about."""
    assert overflow(page) <= 0
    assert ask_axe(page, axe, OURS).violations == []


def choose_session(page, words):
    """Filter the list on a session, as an editor does."""
    page.get_by_role("button", name="Toon filters").click()
    page.locator("[aria-controls=drilldown-id_sessie]").click()
    select = page.locator("select[name=sessie]")
    select.select_option(select.locator("option", has_text=words).get_attribute("value"))
    expect(page).to_have_url(re.compile(r"[?&]sessie=\d+"))
    expect(page.locator("#listing-results .w-pill").filter(has_text=words)).to_be_visible()
    page.keyboard.press("Escape")


def state_of(page, name):
    row = page.locator(".mens-tabel tbody tr").filter(has_text=name)
    return row.locator(".mens-staat")


def test_find_approve_cancel_and_the_next_moves_up(lijst, axe):
    page = lijst
    choose_session(page, "voorbeeld: met goedkeuring")
    expect(page.locator(".mens-tabel tbody tr")).to_have_count(4)
    for name, words in (
        ("An Voorbeeld", "heeft een plaats"),
        ("Bilal Voorbeeld", "heeft een plaats"),
        ("Chloé Voorbeeld", "staat op de wachtlijst"),
    ):
        page.get_by_role("link", name=name).click()
        expect(page.locator("#logboek")).to_be_visible()
        look(page, axe)
        page.get_by_role("link", name="Goedkeuren").click()
        expect(page.get_by_role("button", name="Goedkeuren")).to_be_visible()
        look(page, axe)
        page.get_by_role("button", name="Goedkeuren").click()
        expect(page.locator(".messages")).to_contain_text(words)
        page.locator(".mens-kop a").first.click()
    expect(state_of(page, "Chloé")).to_have_text("op de wachtlijst")
    page.get_by_role("link", name="An Voorbeeld").click()
    page.get_by_role("link", name="Inschrijving annuleren").click()
    expect(page.locator(".mens")).to_contain_text("Er wacht 1 persoon.")
    page.get_by_role("button", name="Inschrijving annuleren").click()
    expect(page.get_by_role("alert")).to_contain_text("Kies waarom.")
    look(page, axe)
    page.get_by_label("op vraag van de deelnemer").check()
    page.get_by_role("button", name="Inschrijving annuleren").click()
    expect(page.locator(".messages")).to_contain_text("Doorgeschoven van de wachtlijst: Chloé")
    expect(page.locator("section[aria-labelledby=mails]")).to_contain_text("Geannuleerd")
    page.locator(".mens-kop a").first.click()
    expect(state_of(page, "Chloé")).to_have_text("bevestigd")


def test_everything_is_done_with_the_keyboard(lijst):
    """Search, open, correct a name: no mouse."""
    page = lijst
    page.locator("#id_q").focus()
    page.keyboard.type("deelnemer8@example.org")
    expect(page).to_have_url(re.compile("q=deelnemer8"))
    expect(page.locator(".mens-tabel tbody tr").first).to_contain_text("Hilde")
    page.get_by_role("link", name="Hilde Voorbeeld 8").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Naam of adres verbeteren").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Voornaam")).to_have_value("Hilde")
    page.get_by_label("Naam", exact=False).nth(1).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Verbeterd")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("de gegevens zijn verbeterd")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hilde Verbeterd")


def test_everybody_in_a_filtered_list_is_asked_about_with_number_and_session(lijst, axe):
    page = lijst
    choose_session(page, "voorbeeld: met wachtlijst")
    page.locator("[data-bulk-action-select-all-checkbox]").first.check()
    page.get_by_role("link", name="Stuur de gekozen mensen hun link opnieuw").click()
    expect(page.locator(".mens-aantal")).to_have_text("9 personen")
    expect(page.locator(".mens")).to_contain_text("voorbeeld: met wachtlijst")
    look(page, axe)
    page.get_by_role("button", name="Ja, stuur de link").click()
    expect(page.locator(".messages")).to_contain_text("naar 9 personen")


def test_two_people_are_enrolled_by_phone_on_a_small_screen(lijst, axe):
    page = lijst
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{LIJST}inschrijven/")
    expect(page.locator(".mens-sessies")).to_be_visible()
    look(page, axe)
    page.get_by_role("link", name=re.compile("voorbeeld: met plaats")).click()
    page.get_by_label("Voornaam").fill("Ēva")
    page.get_by_label("Naam", exact=False).nth(1).fill("D'Hondt")
    page.get_by_label("E-mail").fill("eva@example.org")
    page.get_by_label("Organisatie", exact=False).first.fill("OCMW Voorbeeldstad")
    page.get_by_role("button", name="Nog iemand van deze organisatie").click()
    expect(page.locator("[name=collega1_voornaam]")).to_be_visible()
    look(page, axe)
    page.locator("[name=collega1_voornaam]").fill("Noor")
    page.locator("[name=collega1_naam]").fill("Voorbeeld")
    page.locator("[name=collega1_e_mail]").fill("noor")
    page.get_by_role("button", name="Schrijf in", exact=True).last.click()
    expect(page.get_by_role("alert").first).to_contain_text("Dit is geen e-mailadres.")
    expect(page.get_by_label("Voornaam").first).to_have_value("Ēva")
    look(page, axe)
    page.locator("[name=collega1_e_mail]").fill("noor@example.org")
    page.get_by_role("button", name="Schrijf in", exact=True).last.click()
    expect(page.locator(".messages")).to_contain_text("Ēva D'Hondt heeft een plaats")
    expect(page.locator(".messages")).to_contain_text("Noor Voorbeeld heeft een plaats")
    look(page, axe)
