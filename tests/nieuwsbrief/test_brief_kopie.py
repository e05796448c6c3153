"""What becomes of a copy of an issue, and of the page above it."""

import pytest
from django.urls import reverse

from home.models import HomePage
from nieuwsbrief.models import NieuwsbriefIndexPage, NieuwsbriefPage
from tests.factories import NieuwsbriefPageFactory, only
from tests.nieuwsbrief.conftest import tekst

pytestmark = pytest.mark.django_db

NIEUW = "/admin/nieuwsbrief/brieven/nieuw/"
WAYS = [{}, {"publish_copies": "on"}, {"alias": "on"}]


def copy(client, page, **more):
    data = {
        "new_title": "Kopie",
        "new_slug": "kopie",
        "new_parent_page": page.get_parent().pk,
        **more,
    }
    return client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), data, follow=True)


@pytest.mark.parametrize("way", WAYS)
def test_who_copies_an_issue_is_led_to_a_new_one(klok, admin_client, way):
    page = NieuwsbriefPageFactory(nummer=41)
    form = admin_client.get(reverse("wagtailadmin_pages:copy", args=[page.pk]))
    assert form.url == NIEUW
    answer = copy(admin_client, page, **way)
    assert answer.request["PATH_INFO"] == NIEUW
    assert "Een brief kun je niet kopiëren" in tekst(answer)
    assert NieuwsbriefPage.objects.count() == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_of_the_page_with_issues_takes_them_along(klok, admin_client, way):
    for nummer in (41, 42):
        NieuwsbriefPageFactory(nummer=nummer).save_revision().publish()
    french = HomePage.objects.get(locale__language_code="fr")
    index = only(NieuwsbriefIndexPage)
    answer = copy(admin_client, index, copy_subpages="on", new_parent_page=french.pk, **way)
    assert answer.status_code == 200
    assert NieuwsbriefPage.objects.descendant_of(french).count() == 2, tekst(answer)[-3000:]
