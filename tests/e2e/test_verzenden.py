"""Two colleagues send an issue: made, asked for, sent back, approved, planned, sent, followed."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PASSWORD, manage
from tests.e2e.look import ask_axe, overflow, stand_still
from tests.e2e.test_brief import OURS, complaints_of

LEZERS = 12
MAKE_TEAM = f"""
from django.contrib.auth.models import Group, User
from nieuwsbrief.models import Abonnee, Abonnement, Lijst
from nieuwsbrief.services import aanmelden
from nieuwsbrief.staten import Staat
from wagtail.users.models import UserProfile
for naam in ("ann", "bert"):
    user = User.objects.create_user(naam, f"{{naam}}@example.org", "{PASSWORD}", first_name=naam)
    user.groups.set(Group.objects.filter(name__in=["Eindredacteurs", "Nieuwsbriefteam"]))
    UserProfile.objects.create(user=user, preferred_language="nl")
# Who subscribed in another test on this server does not count here.
Abonnement.objects.update(staat=Staat.WEG)
for nummer in range({LEZERS}):
    adres = f"verzendlezer{{nummer}}@example.org"
    aanmelden.aanmelden(adres=adres, lijsten=[Lijst.objects.get(slug="e-zine")], taal="nl")
    aanmelden.bevestigen(uid=Abonnee.objects.van_adres(adres).get().uid)
"""


@pytest.fixture(scope="module")
def team(server, databank):
    """Two people who may send, and readers of one list."""
    manage(databank, "shell", "--verbosity", "0", "--command", MAKE_TEAM)


@pytest.fixture
def sign_in(team, new_context):
    """Return a function that signs somebody in, in a browser of her own."""

    def browser_of(naam):
        page = new_context().new_page()
        page.goto("/admin/login/")
        page.locator("#id_username").fill(naam)
        page.locator("#id_password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text("Vrije tijd in de netwerkgemeente")
        return page

    return browser_of


@pytest.fixture
def sound(axe):
    """Return a function that looks at a screen: with axe, and at 320 pixels."""

    def look(page):
        stand_still(page)
        assert ask_axe(page, axe, OURS).violations == []
        page.set_viewport_size({"width": 320, "height": 800})
        stand_still(page)
        assert overflow(page) == 0
        clipped = page.evaluate(
            "[...document.querySelectorAll('main .button')]"
            ".filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"
        )
        assert clipped == []
        page.set_viewport_size({"width": 1280, "height": 800})

    return look


def press(page, role, name):
    """Go to something with the keyboard, and press Enter."""
    found = page.get_by_role(role, name=name)
    found.focus()
    expect(found).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page):
    """Make an issue of one part with the button, for one list, and put it on the site."""
    page.goto("/admin/nieuwsbrief/brieven/")
    page.get_by_role("link", name="Nieuwe brief").click()
    page.get_by_role("button", name="Maak de brief").click()
    expect(page.locator("#id_onderwerp")).to_be_visible()
    parts = page.locator("[data-contentpath=body] button[title=Verwijderen]:visible")
    expect(parts.first).to_be_visible()
    while (number := parts.count()) > 1:
        parts.last.click()
        expect(parts).to_have_count(number - 1)
    page.locator("[data-contentpath=body] .public-DraftEditor-content").first.click()
    page.keyboard.type("Er is nieuws over netwerken in jouw streek.")
    # The editor writes into the form a quarter of a second later: nobody is as quick as this test.
    page.wait_for_timeout(1_000)
    page.locator("#id_onderwerp").fill("Nieuws dat vertrekt")
    page.locator("#id_preheader").fill("Wat er verandert en waar je terecht kunt.")
    page.get_by_label("Vrije tijd in de Netwerkgemeente").uncheck()
    page.locator("footer .w-dropdown__toggle").last.click()
    page.locator("button[name=action-publish]").click()
    expect(page.get_by_text(re.compile("gepubliceerd")).first).to_be_visible()


def test_from_the_first_word_to_the_last_mail(sign_in, sound, databank, newest_mail):
    ann = sign_in("ann")
    complaints = complaints_of(ann)
    write(ann)
    ann.goto("/admin/nieuwsbrief/verzenden/")
    sound(ann)
    ann.get_by_role("region", name="Brieven").get_by_role("link").first.click()
    expect(ann.get_by_text("Een collega kijkt ze na")).to_be_visible()
    expect(ann.get_by_text(f"{LEZERS} ingeschreven")).to_be_visible()
    sound(ann)
    press(ann, "link", "Vraag een collega om goedkeuring")
    expect(ann.get_by_text("Een mail met de link gaat naar bert.")).to_be_visible()
    sound(ann)
    press(ann, "button", "Ja, vraag het")
    expect(ann.get_by_text("wacht op goedkeuring").first).to_be_visible()

    mail = newest_mail("bert@example.org")
    assert "ann vraagt of ‘Nieuws dat vertrekt’ goed is" in mail
    bert = sign_in("bert")
    complaints_of_bert = complaints_of(bert)
    bert.goto(re.search(r"http\S+/admin/nieuwsbrief/verzenden/\d+/", mail)[0])
    sound(bert)
    press(bert, "link", "Bekijk de mail")
    mail = bert.frame_locator("iframe.post-mail")
    expect(mail.locator("body")).to_contain_text("Er is nieuws over netwerken in jouw streek.")
    sound(bert)
    press(bert, "link", "Terug naar het verzenden")
    press(bert, "link", "Stuur terug met een opmerking")
    press(bert, "button", "Ja, stuur terug")
    expect(bert.get_by_text("Schrijf wat er nog moet gebeuren.")).to_be_visible()
    sound(bert)
    bert.get_by_label("Wat moet er nog gebeuren?").focus()
    bert.keyboard.type("Noem de dag.")
    press(bert, "button", "Ja, stuur terug")
    expect(bert.get_by_text("teruggestuurd", exact=True)).to_be_visible()
    assert "Noem de dag." in newest_mail("ann@example.org")

    ann.reload()
    expect(ann.get_by_text("Noem de dag.")).to_be_visible()
    sound(ann)
    press(ann, "link", "Vraag een collega om goedkeuring")
    press(ann, "button", "Ja, vraag het")
    bert.reload()
    press(bert, "link", "Keur de mail goed")
    expect(bert.get_by_text(f"{LEZERS} mensen, elk een keer")).to_be_visible()
    sound(bert)
    press(bert, "button", "Ja, keur goed")
    expect(bert.get_by_text("Kies wanneer hij vertrekt.").first).to_be_visible()
    assert "bert keurde ‘Nieuws dat vertrekt’ goed" in newest_mail("ann@example.org")
    sound(bert)

    press(bert, "link", "Plan het vertrek")
    bert.locator("#id_moment").fill("2020-01-01T10:00")
    press(bert, "button", "Ja, plan")
    expect(bert.get_by_text("Dat moment is voorbij.")).to_be_visible()
    sound(bert)
    bert.locator("#id_moment").fill("2099-01-12T10:00")
    press(bert, "button", "Ja, plan")
    expect(bert.get_by_text("De brief vertrekt vanzelf op 12/01/2099 10:00.")).to_be_visible()
    sound(bert)

    press(bert, "link", "Verstuur nu")
    sound(bert)
    press(bert, "button", "Ja, verstuur nu")
    expect(bert.get_by_text(f"0 van {LEZERS} afgehandeld (0 %)")).to_be_visible()
    sound(bert)
    press(bert, "link", "Pauzeer")
    press(bert, "button", "Ja, pauzeer")
    expect(bert.get_by_text("Er vertrekt niets tot iemand hervat.")).to_be_visible()
    manage(databank, "post_worker", "--until-empty")
    expect(bert.get_by_text(f"0 van {LEZERS} afgehandeld (0 %)")).to_be_visible()
    press(bert, "link", "Hervat")
    press(bert, "button", "Ja, hervat")
    expect(bert.get_by_text("De brief vertrekt nu.")).to_be_visible()
    manage(databank, "post_worker", "--until-empty")
    # Nobody reloads: the script of the screen does.
    expect(bert.get_by_text(f"{LEZERS} van {LEZERS} afgehandeld (100 %)")).to_be_visible(
        timeout=20_000
    )
    manage(databank, "tick")
    bert.reload()
    expect(bert.get_by_text("De brief is verzonden.")).to_be_visible()
    sound(bert)
    assert "Er is nieuws over netwerken" in newest_mail("verzendlezer0@example.org")
    press(bert, "link", "Wie kreeg de brief niet?")
    sound(bert)
    bert.goto("/admin/nieuwsbrief/verzenden/")
    expect(bert.get_by_role("row", name=re.compile(r"\bklaar\b"))).to_contain_text(str(LEZERS))
    sound(bert)
    assert complaints == []
    # The browser itself says so of a form that is shown again.
    assert [one for one in complaints_of_bert if "422" not in one] == []
