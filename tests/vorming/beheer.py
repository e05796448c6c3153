"""What the tests of the admin of the training offer share."""

import datetime

from bs4 import BeautifulSoup
from django.urls import reverse

from tests.admin import form_in
from tests.factories import dutch
from tests.markup import visible_text
from vorming.models import VormingPage

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


def name_of(view):
    return reverse(f"vorming_sessies:{view}")


def course():
    return VormingPage.objects.filter(locale=dutch()).first()


def new_session(**values):
    """Return what an editor fills in for a session of two days."""
    return {
        "vorming": str(course().pk),
        "naam": "voorjaar",
        "capaciteit": "12",
        "vorm": "ter-plaatse",
        "locatie": "Zaal Voorbeeld",
        "gemeente": "Voorbeeldgem",
        "doorschuiven": "direct",
        "prijs": "45,50",
        "dagen-TOTAL_FORMS": "2",
        "dagen-0-datum": "2027-02-02",
        "dagen-0-van": "09:30",
        "dagen-0-tot": "16:00",
        "dagen-1-datum": "2027-02-09",
        "dagen-1-van": "09:30",
        "dagen-1-tot": "12:30",
        "dagen-1-uitleg": "Oefenen",
        **values,
    }


def on_the_last_day(team, user, sessie, klok):
    """Move the clock to the day before, and sign in again: the old sign-in lapsed."""
    klok.move_to(sessie.begint_op - datetime.timedelta(hours=20))
    team.force_login(user)
