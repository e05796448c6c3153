"""The life of a session in the admin: made, opened, given more places, mailed, cancelled."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PASSWORD, USERNAME
from tests.e2e.look import ask_axe, overflow

LIST = "/admin/vorming/sessies/"


def open_admin(new_context, *, width, script):
    """Return a browser in which the editor is signed in."""
    page = new_context(java_script_enabled=script).new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/admin/login/?next={LIST}")
    page.locator("#id_username").fill(USERNAME)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    expect(page).to_have_url(re.compile(f"{LIST}$"))
    return page


@pytest.fixture(
    params=[(1280, True), (1280, False), (320, True)],
    ids=["breed, met script", "breed, zonder", "smal, met script"],
)
def editor(request, new_context):
    """An editor with and without script; on a small screen Wagtail's own menu needs it."""
    width, script = request.param
    return open_admin(new_context, width=width, script=script)


def button(page, name):
    return page.locator(".sessie").get_by_role("button", name=name)


def link(page, name):
    return page.locator(".sessie").get_by_role("link", name=name)


def fill_in_day(page, number, day):
    page.locator(f"#id_dagen-{number}-datum").fill(day.isoformat())
    page.locator(f"#id_dagen-{number}-van").fill("09:30")
    page.locator(f"#id_dagen-{number}-tot").fill("16:00")


def make_session(page, name):
    """Make a session of two days, with a mistake on the way; stay on its screen."""
    page.goto(f"{LIST}nieuw/")
    page.locator("#id_vorming").select_option(index=1)
    page.locator("#id_naam").fill(name)
    # Not a Sunday or a holiday by accident: any day will do, as long as it comes.
    first = datetime.date.today() + datetime.timedelta(days=60)
    fill_in_day(page, 0, first)
    button(page, "Nog een dag").click()
    expect(page.locator("#id_dagen-1-datum")).to_be_visible()
    expect(page.locator("#id_naam")).to_have_value(name)
    fill_in_day(page, 1, first + datetime.timedelta(days=7))
    button(page, "Bewaar als concept").click()
    expect(page).to_have_title(re.compile("^Fout:"))
    page.get_by_role("link", name="Vul in hoeveel plaatsen er zijn.").click()
    page.locator("#id_capaciteit").fill("12")
    button(page, "Bewaar als concept").click()
    expect(page.locator(".sessie-staat")).to_have_text("Concept")
    expect(page.locator(".sessie-rijtje li")).to_have_count(2)


def figures(page):
    return page.locator(".sessie-cijfers dd")


def test_a_session_is_made_opened_enlarged_and_cancelled(editor):
    page = editor
    make_session(page, "proef")
    screen = page.url.split("#")[0]
    button(page, "Open de inschrijving").click()
    expect(page.locator(".sessie-staat")).to_have_text("Er is plaats")
    link(page, "Wijzig het aantal plaatsen").click()
    page.get_by_label("Aantal plaatsen").fill("15")
    button(page, "Toon wat het doet").click()
    expect(page.locator(".sessie-gevolg")).to_contain_text("Er zijn dan nog 15 vrij.")
    button(page, "Ja, maak er 15 van").click()
    expect(page).to_have_url(screen)
    expect(figures(page).first).to_have_text("15")
    link(page, "Annuleer de sessie").click()
    expect(page.locator(".sessie")).to_contain_text("Er vertrekt geen mail.")
    page.get_by_label("Waarom gaat de sessie niet door?").fill("Dit was een proef.")
    button(page, "Ja, annuleer de sessie").click()
    expect(page.locator(".sessie-staat")).to_have_text("Gaat niet door")
    # Going back and doing it once more is not offered.
    page.go_back()
    expect(page.locator(".messages")).to_contain_text("Niemand kreeg een tweede mail.")


def open_full_session(page):
    page.goto(f"{LIST}?q=met+wachtlijst")
    page.get_by_role("link", name=re.compile("met wachtlijst")).first.click()
    expect(page.locator(".sessie-cijfers")).to_be_visible()


def test_participants_are_mailed_after_a_look(editor):
    page = editor
    open_full_session(page)
    link(page, "Mail de deelnemers").click()
    page.get_by_label("Onderwerp").fill("Breng je laptop mee")
    page.get_by_label("Tekst").fill("We oefenen samen.")
    button(page, "Bekijk de mail").click()
    frame = page.frame_locator(".sessie-mail")
    expect(frame.locator("h1")).to_have_text("Breng je laptop mee")
    # By keyboard: a click of the mouse may land beside a button that still scrolls into sight.
    button(page, re.compile("Verstuur naar 5 mensen")).press("Enter")
    sent = page.locator(".messages")
    expect(sent).to_contain_text("De mail vertrekt naar 5 mensen.", timeout=15_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_every_screen_is_accessible_and_fits(new_context, axe, width, scheme):
    page = open_admin(new_context, width=width, script=True)
    page.emulate_media(color_scheme=scheme)
    open_full_session(page)
    screen = page.url.split("#")[0]
    addresses = [LIST, f"{LIST}nieuw/", screen]
    addresses += [f"{screen}{name}/" for name in ("wijzigen", "annuleren", "mailen")]
    addresses += [f"{screen}plaatsen/?capaciteit=7"]
    for address in addresses:
        page.goto(address)
        where = ".sessie-lijst" if address == LIST else ".sessie"
        assert ask_axe(page, axe, where).violations == [], address
        assert overflow(page) <= 0, address


def test_a_day_is_added_and_left_out_with_the_keyboard(new_context):
    page = open_admin(new_context, width=1280, script=True)
    page.goto(f"{LIST}nieuw/")
    button(page, "Nog een dag").focus()
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_attribute("id", "id_dagen-1-datum")
    page.locator("#id_dagen-1-DELETE").focus()
    page.keyboard.press("Space")
    expect(page.locator("#id_dagen-1-DELETE")).to_be_checked()
