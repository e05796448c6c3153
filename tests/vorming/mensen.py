"""What the tests of people in the admin share: an editor who may see them, and their screens."""

from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission, User

from tests.markup import visible_text

LIJST = "/admin/vorming/inschrijvingen/"
RECHTEN = ("view_inschrijving", "change_inschrijving")


def maak_redacteur(name="tine", rights=RECHTEN):
    """Return somebody with these permissions, and a browser in which she is signed in."""
    user = User.objects.create_user(name, f"{name}@example.org", "wachtwoord-van-de-toets")
    user.first_name = name.capitalize()
    user.save()
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"),
        *Permission.objects.filter(content_type__app_label="vorming", codename__in=rights),
    )
    return user


def at(row, name=""):
    return f"{LIJST}{row.pk}/{name}/" if name else f"{LIJST}{row.pk}/"


def soup(response):
    return BeautifulSoup(response.content.decode(), "html.parser")


def text(response):
    return visible_text(soup(response).body)


def said(response):
    """Return the messages on top of a screen."""
    return [part.get_text(" ", strip=True) for part in soup(response).select(".messages li")]


def buttons(response):
    return [link.get_text(strip=True) for link in soup(response).select(".mens-knoppen a")]


def stamp(client, row, name, query=""):
    """Open the screen of a step, as an editor does before she confirms; return its stamp."""
    response = client.get(at(row, name) + query)
    assert response.status_code == 200, response
    return soup(response).select_one("input[name=stempel]")["value"]


def take(client, row, name, **data):
    """Open a step and confirm it."""
    data["stempel"] = data.get("stempel") or stamp(client, row, name)
    return client.post(at(row, name), data, follow=True)
