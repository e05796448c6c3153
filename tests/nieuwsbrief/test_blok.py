"""Subscribing by way of a block that an editor put on any page."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.rich_text import RichText

from core.public_forms import SEAL
from nieuwsbrief.models import Abonnee
from tests.factories import ContentPageFactory
from tests.markup import ask, assert_sound
from tests.nieuwsbrief.conftest import AANMELDEN, LIEN, laatste_mail, link_in, mails, staten

pytestmark = pytest.mark.django_db


@pytest.fixture
def pagina(klok):
    waarde = {
        "titel": "Blijf op de hoogte",
        "tekst": RichText("<p>Zes keer per jaar nieuws uit de netwerken.</p>"),
        "onderwerp": "nieuwsbrief",
    }
    return ContentPageFactory(title="Over ons aanbod", body=[("contact", waarde)])


def velden(form):
    """Return what a browser sends of a form of which nothing was ticked or typed yet."""
    gevuld = form.select("input[name]:not([type=checkbox])")
    return {veld["name"]: veld.get("value", "") for veld in gevuld}


def test_a_block_about_the_newsletter_asks_for_the_address(pagina):
    blok = ask(pagina.get_url()).soup.find("h2", string="Blijf op de hoogte").parent
    assert "Zes keer per jaar nieuws" in blok.get_text()
    (form,) = blok.select("form")
    assert (form["method"], form["action"]) == ("post", AANMELDEN)
    assert form.select_one("label input[type=email]")["name"] == "e_mail"
    # Everybody shares this page: it holds nothing of one visitor.
    assert SEAL not in velden(form)
    assert not blok.select("a[href^='mailto:']")


def test_the_page_with_the_block_is_sound(pagina):
    assert_sound({pagina.get_url(): ask(pagina.get_url())})


def test_signing_up_through_the_block(pagina, client, klok, brief):
    form = ask(pagina.get_url()).soup.select_one(f'section.contact form[action="{AANMELDEN}"]')
    answer = client.post(form["action"], {**velden(form), "e_mail": LIEN})
    assert not Abonnee.objects.exists()
    following = BeautifulSoup(answer.content, "html.parser").select_one("form#formulier")
    data = velden(following)
    assert data["e_mail"] == LIEN
    klok.shift(20)
    answer = client.post(following["action"], {**data, "lijsten": [brief.pk]})
    assert (answer.status_code, answer["Location"]) == (302, reverse("nieuwsbrief_klaar"))
    assert staten() == {"netwerkgemeente": "wacht"}
    client.post(link_in(laatste_mail("bevestig")))
    assert staten() == {"netwerkgemeente": "actief"}
    assert mails() == ["bevestig", "welkom"]
