"""Two presses on the button that makes an issue: one issue, whoever presses and how often."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User

from nieuwsbrief.models import NieuwsbriefIndexPage, NieuwsbriefPage
from tests.factories import NieuwsbriefPageFactory, only
from tests.nieuwsbrief.conftest import tekst

pytestmark = pytest.mark.django_db

NIEUW = "/admin/nieuwsbrief/brieven/nieuw/"


def form_of(client):
    """Return what the form on the screen sends when somebody ticks nothing."""
    soup = BeautifulSoup(client.get(NIEUW).content, "html.parser")
    fields = soup.select("form:has(input[name=nummer]) input[type=hidden]")
    return {str(one["name"]): str(one["value"]) for one in fields}


def nummers():
    return sorted(NieuwsbriefPage.objects.values_list("nummer", flat=True))


@pytest.mark.parametrize("earlier", [None, 41])
def test_a_double_press_makes_one_issue_and_opens_it(klok, editor_client, earlier):
    if earlier:
        NieuwsbriefPageFactory(nummer=earlier)
    data = form_of(editor_client)
    first = editor_client.post(NIEUW, data)
    again = editor_client.post(NIEUW, data, follow=True)
    assert again.request["PATH_INFO"] == first.url
    assert "stond al klaar. Er is geen tweede brief gemaakt." in tekst(again)
    assert nummers() == ([41, 42] if earlier else [1])


def test_of_two_editors_the_second_is_led_to_what_the_first_made(klok, editor_client, client):
    client.force_login(User.objects.create_superuser("tweede", "tweede@example.org", "x"))
    forms = form_of(editor_client), form_of(client)
    first = editor_client.post(NIEUW, forms[0])
    second = client.post(NIEUW, forms[1])
    assert second.url == first.url
    assert nummers() == [1]


def test_who_asks_for_a_next_issue_gets_one(klok, editor_client):
    """Also when the last one was thrown away since the form was shown."""
    for _ in range(2):
        editor_client.post(NIEUW, form_of(editor_client))
    assert nummers() == [1, 2]
    data = form_of(editor_client)
    only(NieuwsbriefIndexPage).get_children().get(slug__startswith="2-").delete()
    editor_client.post(NIEUW, data)
    assert nummers() == [1, 2]


def test_a_form_without_a_number_makes_one_as_before(klok, editor_client):
    for nummer in ("", "twee", "9" * 5000):
        editor_client.post(NIEUW, {"nummer": nummer})
    assert nummers() == [1, 2, 3]
