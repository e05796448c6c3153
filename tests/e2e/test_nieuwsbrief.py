"""A reader of the newsletter: subscribe, read the mail, confirm, change her choice, leave."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.look import ask_axe, overflow

# Nobody fills in a form faster (core.public_forms).
AS_LONG_AS_A_PERSON = 3_500
LINK = re.compile(r"http://\S+/nieuwsbrief/\S+/")


@pytest.fixture(params=[(1280, True), (320, False)], ids=["breed, met script", "smal, zonder"])
def reader(request, new_context):
    """A reader with a wide screen and script, or a small one without; and her name."""
    width, script = request.param
    page = new_context(java_script_enabled=script).new_page()
    page.set_viewport_size({"width": width, "height": 800})
    return page, f"lezer{width}"


def heading(page):
    return page.get_by_role("heading", level=1)


def test_from_the_front_page_to_the_last_mail(reader, newest_mail):
    page, name = reader
    page.goto("/")
    page.get_by_label("Je e-mailadres").fill(f"{name}@gmial.com")
    page.get_by_role("button", name="Schrijf je in").click()
    expect(heading(page)).to_have_text("Schrijf je in op de nieuwsbrief")
    expect(page.get_by_label("Je e-mailadres")).to_have_value(f"{name}@gmial.com")
    page.wait_for_timeout(AS_LONG_AS_A_PERSON)
    page.get_by_role("button", name="Schrijf me in").click()
    expect(page).to_have_title(re.compile("^Fout:"))
    page.get_by_role("link", name="Kies minstens één nieuwsbrief.").click()
    page.keyboard.press("Space")
    expect(page.get_by_label("Vrije tijd in de Netwerkgemeente")).to_be_checked()
    page.get_by_role("button", name="Schrijf me in").click()
    page.get_by_role("button", name=f"Ja, gebruik {name}@gmail.com").click()
    expect(heading(page)).to_have_text("Kijk in je mailbox")

    mail = newest_mail(f"{name}@gmail.com")
    page.goto(LINK.search(mail)[0])
    expect(heading(page)).to_have_text("Bevestig je inschrijving")
    page.get_by_role("button", name="Ja, schrijf me in").click()
    expect(heading(page)).to_have_text("Je bent ingeschreven")

    page.goto(LINK.search(newest_mail(f"{name}@gmail.com"))[0])
    expect(heading(page)).to_have_text("Mijn nieuwsbrief")
    page.get_by_label("E-zine").check()
    page.get_by_label("Je naam").fill("Lien")
    page.get_by_role("button", name="Bewaar mijn keuze").click()
    expect(page.get_by_role("status")).to_have_text("We bewaarden je keuze.")
    expect(page.get_by_label("E-zine")).to_be_checked()
    page.get_by_role("button", name="Stuur me mijn gegevens").click()
    expect(page.get_by_role("status")).to_contain_text("onderweg")
    page.get_by_role("link", name="Wis mijn gegevens").click()
    expect(heading(page)).to_have_text("Je gegevens wissen?")
    page.get_by_role("button", name="Ja, wis mijn gegevens").click()
    expect(heading(page)).to_have_text("Je gegevens zijn gewist")
    assert "We wisten wat we voor de nieuwsbrief van je bewaarden" in newest_mail(
        f"{name}@gmail.com"
    )
    assert page.context.cookies() == []


def subscribe(page, address, newest_mail):
    """Subscribe by keyboard alone; return the address of the page with her choices."""
    page.goto("/nieuwsbrief/aanmelden/")
    page.get_by_label("Je e-mailadres").focus()
    page.keyboard.type(address)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_timeout(AS_LONG_AS_A_PERSON)
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Kijk in je mailbox")
    page.goto(LINK.search(newest_mail(address))[0])
    page.get_by_role("button", name="Ja, schrijf me in").focus()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Je bent ingeschreven")
    expect(page.locator(".bevestiging li")).to_have_count(2)
    return LINK.search(newest_mail(address))[0]


def test_by_keyboard_and_nothing_for_axe_to_say(page, axe, newest_mail):
    choices = subscribe(page, "toetsen@example.org", newest_mail)
    found = []
    addresses = ["/nieuwsbrief/aanmelden/", "/nieuwsbrief/bevestigen/onzin/"]
    for address in [*addresses, choices, f"{choices}wissen/", f"{choices}?gedaan=gegevens"]:
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address)
            assert overflow(page) == 0, (address, width)
            found += [(address, width, f) for f in ask_axe(page, axe).violations]
    assert found == []


def test_leaving_is_one_button(page, newest_mail):
    choices = subscribe(page, "weg@example.org", newest_mail)
    page.goto(choices)
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_role("button", name="Bewaar mijn keuze").click()
    expect(page.get_by_role("status")).to_contain_text("Je bent uitgeschreven")
