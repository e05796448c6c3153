"""Editors work in Dutch: no English word on any screen of the admin that they use.

Visible text only: what a screen hides, or keeps for a script, is not read here.
"""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import Page

from tests.admin import PAGINASOORTEN, add_url
from tests.factories import FACT_FACTORIES, AfbeeldingFactory, BestandFactory, StapPageFactory
from tests.markup import visible_text

pytestmark = pytest.mark.django_db

# Words of Wagtail's own screens that no Dutch text holds.
ENGLISH = (Path(__file__).parent / "data" / "engelse_woorden.txt").read_text().split()
PATTERN = re.compile(rf"\b({'|'.join(ENGLISH)})\b")


def english_in(response):
    """Return the English words that a screen shows, each with what stands around it."""
    soup = BeautifulSoup(response.content.decode(), "html.parser")
    text = visible_text(soup.body)
    return [text[max(0, match.start() - 40) : match.end() + 40] for match in PATTERN.finditer(text)]


def show(client, address):
    response = client.get(address, follow=True)
    assert response.status_code == 200, address
    assert response.content.decode().count("<html") == 1
    return english_in(response)


def test_an_english_word_would_be_seen():
    class Answer:
        content = b"<body><p>Save dit</p><script>Publish</script><p hidden>Edit</p></body>"

    assert len(english_in(Answer)) == 1


@pytest.mark.parametrize("soort", PAGINASOORTEN, ids=str)
def test_the_form_for_a_new_page_is_dutch(soort, editor_client):
    soort.make_room()
    assert show(editor_client, add_url(soort, soort.parent())) == []


@pytest.mark.parametrize("soort", PAGINASOORTEN, ids=str)
def test_the_form_of_a_page_is_dutch(soort, editor_client):
    page = soort.existing()
    assert show(editor_client, reverse("wagtailadmin_pages:edit", args=[page.pk])) == []


@pytest.mark.parametrize("model", FACT_FACTORIES, ids=lambda m: m.__name__)
def test_the_screens_of_a_fact_are_dutch(model, editor_client):
    instance = FACT_FACTORIES[model]()
    name = model.snippet_viewset.get_url_name
    found = {}
    for address in (
        # The list holds translated rows too; these are English on purpose.
        reverse(name("list")) + "?locale=nl",
        reverse(name("add")),
        reverse(name("edit"), args=[instance.pk]),
        reverse(name("delete"), args=[instance.pk]),
        reverse(name("usage"), args=[instance.pk]),
    ):
        if english := show(editor_client, address):
            found[address] = english
    assert found == {}


def screens():
    """Return the other screens that an editor meets, by name."""
    page = StapPageFactory()
    picture, document = AfbeeldingFactory(), BestandFactory()
    root = Page.objects.get(depth=2, locale__language_code="nl")
    return {
        "start": reverse("wagtailadmin_home"),
        "boom": reverse("wagtailadmin_explore", args=[root.pk]),
        "wortel": reverse("wagtailadmin_explore_root"),
        "nieuwe pagina": reverse("wagtailadmin_pages:add_subpage", args=[root.pk]),
        "verplaatsen": reverse("wagtailadmin_pages:move", args=[page.pk]),
        "kopiëren": reverse("wagtailadmin_pages:copy", args=[page.pk]),
        "verwijderen": reverse("wagtailadmin_pages:delete", args=[page.pk]),
        "intrekken": reverse("wagtailadmin_pages:unpublish", args=[page.pk]),
        "geschiedenis": reverse("wagtailadmin_pages:history", args=[page.pk]),
        "zoeken": reverse("wagtailadmin_pages:search") + "?q=netwerk",
        "stappen": reverse("stappen:index"),
        "artikels": reverse("artikels:index"),
        "afbeeldingen": reverse("wagtailimages:index"),
        "afbeelding": reverse("wagtailimages:edit", args=[picture.pk]),
        "nieuwe afbeelding": reverse("wagtailimages:add"),
        "documenten": reverse("wagtaildocs:index"),
        "document": reverse("wagtaildocs:edit", args=[document.pk]),
        "nieuw document": reverse("wagtaildocs:add"),
        "instellingen": reverse("wagtailsettings:edit", args=["core", "siteinstellingen"]),
        "mijn gegevens": reverse("wagtailadmin_account"),
        "vergrendelde pagina's": reverse("wagtailadmin_reports:locked_pages"),
        "verouderde pagina's": reverse("wagtailadmin_reports:aging_pages"),
        "niet gevonden": reverse("zoeken_zonder_resultaat"),
        "uitgelicht": reverse("wagtailsearchpromotions:index"),
        "nieuw uitgelicht": reverse("wagtailsearchpromotions:add"),
    }


def test_every_other_screen_is_dutch(editor_client):
    found = {}
    for name, address in screens().items():
        if english := show(editor_client, address):
            found[name] = english
    assert found == {}


def test_the_sign_in_is_dutch(client):
    for address in (reverse("wagtailadmin_login"), reverse("wagtailadmin_password_reset")):
        assert show(client, address) == []


def test_a_refused_form_is_dutch(editor_client):
    soort = PAGINASOORTEN[1]
    response = editor_client.post(
        add_url(soort, soort.parent()), {"title": "", "body-count": "0", "action-publish": "1"}
    )
    assert response.status_code == 200
    assert english_in(response) == []
