"""Finding a page by its address, and what changes an address."""

import pytest
from wagtail.models import Page, PageViewRestriction

from tests.factories import ContentPageFactory, StapPageFactory
from tests.markup import ask

pytestmark = pytest.mark.django_db


def status(address):
    return ask(address).response.status_code


def test_a_draft_is_not_found():
    page = ContentPageFactory(live=False)
    assert status(f"/{page.slug}/") == 404


def test_a_published_page_with_a_newer_draft_shows_what_was_published():
    page = ContentPageFactory(title="Zoals gepubliceerd")
    page.title = "Nog in de maak"
    page.save_revision()
    text = ask(page.get_url()).text
    assert "Zoals gepubliceerd" in text
    assert "Nog in de maak" not in text


def test_a_private_page_asks_for_its_password(client):
    parent = ContentPageFactory()
    child = ContentPageFactory(parent=parent, title="Alleen voor ons")
    PageViewRestriction.objects.create(
        page=parent, restriction_type=PageViewRestriction.PASSWORD, password="sesam"
    )
    for page in (parent, child):
        answer = client.get(page.get_url())
        assert 'name="password"' in answer.content.decode()
        assert "Alleen voor ons" not in answer.content.decode()
    # Elsewhere nothing of it shows.
    found = ask("/zoeken/?q=Alleen+voor+ons")
    assert child.get_url() not in found.links
    assert child.get_full_url() not in ask("/sitemap.xml").response.content.decode()


def test_a_private_page_for_editors_sends_visitors_to_the_sign_in(client, editor_client):
    page = ContentPageFactory()
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert editor_client.get(page.get_url()).status_code == 200
    client.logout()
    answer = client.get(page.get_url())
    assert answer.status_code == 302
    assert page.get_url() in answer["Location"]


def test_a_private_step_leaves_the_line_of_its_trajectory():
    step = StapPageFactory(title="Openbaar")
    hidden = StapPageFactory(parent=step.traject, title="Verborgen stap")
    assert "Verborgen stap" in ask(step.get_url()).text
    PageViewRestriction.objects.create(
        page=hidden, restriction_type=PageViewRestriction.PASSWORD, password="sesam"
    )
    assert "Verborgen stap" not in ask(step.get_url()).text


def test_a_moved_page_is_found_at_its_new_address_and_its_children_too():
    old, new = ContentPageFactory(), ContentPageFactory()
    page = ContentPageFactory(parent=old)
    child = ContentPageFactory(parent=page)
    before = page.get_url(), child.get_url()
    assert [status(address) for address in before] == [200, 200]
    page.move(new, pos="last-child")
    page, child = (Page.objects.get(pk=p.pk) for p in (page, child))
    assert status(page.get_url()) == status(child.get_url()) == 200
    # Who kept the old address is brought to the new one.
    for address, now in zip(before, (page, child), strict=True):
        answer = ask(address).response
        assert (answer.status_code, answer["Location"]) == (301, now.get_url())


def test_an_address_needs_its_slash(client):
    page = ContentPageFactory()
    answer = client.get(page.get_url().rstrip("/"))
    assert answer.status_code == 301
    assert answer["Location"] == page.get_url()


@pytest.mark.parametrize(
    "address",
    [
        "/bestaat-niet/",
        "/trajecten/bestaat-niet/",
        "/home/",
        "/fr/bestaat-niet/",
        "/de/",
        "/trajecten/opstarttraject/verken-de-mogelijkheden/nog-dieper/",
        "/%C3%A9%C3%A9n/",
        "/a//b/",
        "/contact/../admin-geheim/",
        "/documenten/99999/geheim.pdf",
    ],
)
def test_an_unknown_address_is_not_found(address):
    assert status(address) == 404


def test_a_step_of_another_trajectory_is_not_found_here():
    assert status("/trajecten/opstarttraject/verken-de-mogelijkheden/") == 200
    assert status("/trajecten/starttraject/verken-de-mogelijkheden/") == 404


def test_only_reading_is_allowed(client):
    for address in ("/zoeken/", "/robots.txt"):
        assert client.post(address).status_code == 405
