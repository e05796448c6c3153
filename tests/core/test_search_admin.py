"""What editors teach search, and what they learn from it."""

import datetime
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from core.models import Synoniemgroep, Woordvorm, ZoekZonderResultaat
from tests.admin import fill, form_in
from tests.factories import ContentPageFactory, SynoniemgroepFactory, dutch
from tests.markup import visible_text

pytestmark = pytest.mark.django_db

REPORT = "zoeken_zonder_resultaat"


def count_in_vain(zoekterm, aantal, dag=datetime.date(2026, 11, 20)):
    ZoekZonderResultaat.objects.create(zoekterm=zoekterm, aantal=aantal, dag=dag, locale=dutch())


def add(client, model, **values):
    address = reverse(model.snippet_viewset.get_url_name("add"))
    return client.post(address, fill(form_in(client.get(address), form_id=None), values))


def test_an_editor_adds_a_synonym_that_works_at_once(editor_client, client, at_launch):
    page = ContentPageFactory(title="Springkasteel")
    response = add(editor_client, Synoniemgroep, woorden="springkasteel, luchtkussen")
    assert response.status_code == 302
    answer = client.get("/zoeken/", {"q": "luchtkussen"}).context["antwoord"]
    assert [result.address for result in answer.results] == [page.get_url()]


@pytest.mark.parametrize("woorden", ["subsidie", "subsidie, Subsidie", " , ,", "subsidie,"])
def test_a_group_of_one_word_is_refused(woorden, editor_client):
    response = add(editor_client, Synoniemgroep, woorden=woorden)
    assert response.status_code == 200
    assert "minstens twee" in response.content.decode()


def test_a_form_of_a_word_is_one_word(editor_client):
    response = add(editor_client, Woordvorm, woord="twee woorden", telt_als="een")
    assert response.status_code == 200
    assert "Geef één woord" in response.content.decode()


def test_the_report_adds_up_the_days_and_shows_the_most_first(editor_client, at_launch):
    count_in_vain("zwerkbal", 2)
    count_in_vain("zwerkbal", 3, datetime.date(2026, 11, 23))
    count_in_vain("bezemsteel", 4)
    text = visible_text_of(editor_client.get(reverse(REPORT)))
    assert text.index("zwerkbal") < text.index("bezemsteel")
    assert "zwerkbal nl 5 1 dag geleden" in text
    assert "bezemsteel" not in visible_text_of(editor_client.get(reverse(REPORT) + "?q=zwerk"))


def test_the_report_can_be_taken_along(editor_client, at_launch):
    count_in_vain("=cmd()", 2)
    export = editor_client.get(reverse(REPORT) + "?export=csv")
    lines = b"".join(export.streaming_content).decode().splitlines()
    assert lines[0].split(",")[:3] == ["zoekterm", "taal", "keren"]
    assert len(lines) == 2


def test_the_first_page_shows_what_was_not_found_this_month(editor_client, at_launch):
    assert "vonden bezoekers bij elke zoekopdracht iets" in home_of(editor_client)
    count_in_vain("zwerkbal", 2)
    count_in_vain("vorig jaar", 2, datetime.date(2025, 11, 20))
    text = home_of(editor_client)
    assert "zwerkbal: 2 keer" in text
    assert "vorig jaar" not in text


def test_only_who_may_add_synonyms_sees_what_was_not_found(client, django_user_model, at_launch):
    from django.contrib.auth.models import Permission

    count_in_vain("zwerkbal", 2)
    user = django_user_model.objects.create_user("kijker", password="wachtwoord-van-de-toets")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    assert "zwerkbal" not in home_of(client)
    assert client.get(reverse(REPORT)).status_code == 302
    client.logout()
    assert client.get(reverse(REPORT)).status_code == 302


def test_the_menu_leads_to_words_report_and_promotions(editor_client, at_launch):
    page = editor_client.get(reverse("wagtailadmin_home")).content.decode()
    for address in (
        reverse(Synoniemgroep.snippet_viewset.get_url_name("list")),
        reverse(Woordvorm.snippet_viewset.get_url_name("list")),
        reverse(REPORT),
        reverse("wagtailsearchpromotions:index"),
    ):
        assert address in page, address
    assert reverse("wagtailsearchpromotions:search_terms") not in page


def test_an_editor_promotes_a_page(editor_client, client, at_launch):
    page = ContentPageFactory(title="Iets heel anders")
    address = reverse("wagtailsearchpromotions:add")
    response = editor_client.post(
        address,
        {
            "query_string": "subsidie",
            "editors_picks-TOTAL_FORMS": "1",
            "editors_picks-INITIAL_FORMS": "0",
            "editors_picks-MIN_NUM_FORMS": "0",
            "editors_picks-MAX_NUM_FORMS": "1000",
            "editors_picks-0-ORDER": "1",
            "editors_picks-0-page": str(page.pk),
            "editors_picks-0-description": "Begin hier.",
        },
    )
    assert response.status_code == 302
    answer = client.get("/zoeken/", {"q": "subsidie"}).context["antwoord"]
    assert answer.results[0].address == page.get_url()


@pytest.mark.parametrize("model", [Synoniemgroep, Woordvorm])
def test_the_lists_cost_as_many_queries_with_more_rows(
    model, editor_client, django_assert_max_num_queries, at_launch
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    address = reverse(model.snippet_viewset.get_url_name("list")) + "?locale=nl"
    editor_client.get(address)
    with CaptureQueriesContext(connection) as before:
        editor_client.get(address)
    for _ in range(10):
        SynoniemgroepFactory()
    with django_assert_max_num_queries(len(before)):
        editor_client.get(address)


def visible_text_of(response):
    from bs4 import BeautifulSoup

    assert response.status_code == 200
    return visible_text(BeautifulSoup(response.content.decode(), "html.parser").body)


def home_of(client):
    return visible_text_of(client.get(reverse("wagtailadmin_home")))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_typed_is_no_formula_in_a_spreadsheet(editor_client, form):
    """Anybody types it, and an editor opens it."""
    typed = '=hyperlink("http://kwaad.example")'
    count_in_vain(typed, 2)
    export = editor_client.get(reverse(REPORT) + f"?export={form}")
    content = b"".join(export.streaming_content)
    if form == "csv":
        assert "'=hyperlink" in content.decode()
    else:
        (cell,) = [
            cell
            for row in load_workbook(io.BytesIO(content)).active.iter_rows()
            for cell in row
            if "hyperlink" in str(cell.value)
        ]
        assert cell.data_type == "s"
        assert cell.value == f"'{typed}"
