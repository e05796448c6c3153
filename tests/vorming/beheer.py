"""What the tests of the admin of the training offer share."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, User
from django.urls import reverse

from tests.admin import form_in
from tests.markup import visible_text

LIJST = "/admin/vorming/sessies/"


def at(sessie, name=""):
    """Return the address of a screen about a session."""
    return f"{LIJST}{sessie.pk}/{name}/" if name else f"{LIJST}{sessie.pk}/"


def text_of(response) -> str:
    """Return what somebody reads on a screen."""
    assert response.status_code == 200, response
    text = visible_text(BeautifulSoup(response.content.decode(), "html.parser").body)
    # A link ends before the comma that follows it.
    return text.replace(" ,", ",").replace(" :", ":")


def main_of(response):
    """Return the middle of a screen, without menus."""
    assert response.status_code == 200, response
    return BeautifulSoup(response.content.decode(), "html.parser").select_one(".sessie")


def said(response) -> str:
    """Return the messages on top of the screen that a step leads to."""
    found = BeautifulSoup(response.content.decode(), "html.parser").select(".messages li")
    return " ".join(" ".join(one.get_text().split()) for one in found)


def form_of(client, address, **values):
    """Return what the form at an address would send, with some fields filled in."""
    data = form_in(client.get(address), "sessie-formulier")
    # What the browser keeps apart: a template is no part of a form.
    data = {name: value for name, value in data.items() if "__prefix__" not in name}
    data.pop("nog", None)
    return data | values


@pytest.fixture
def vormingsteam(db):
    """Somebody of the team that gives the courses."""
    user = User.objects.create_user("vormer", "vormer@example.org", "wachtwoord-van-de-toets")
    user.groups.add(Group.objects.get(name="Vormingsteam"))
    return user


@pytest.fixture
def team_client(client, vormingsteam):
    """A browser in which somebody of that team is signed in."""
    client.force_login(vormingsteam)
    return client


def name_of(view):
    return reverse(f"vorming_sessies:{view}")
