"""The list "Lees ook": what an editor chose first, then what belongs together."""

import pytest
from wagtail.models import Locale, Page, PageViewRestriction

from core.models import LeesOok
from tests.factories import (
    ArtikelPageFactory,
    BegripFactory,
    ContentPageFactory,
    StapPageFactory,
    dutch,
)
from tests.markup import ask, assert_sound

pytestmark = pytest.mark.django_db


def listed(page):
    return [link["href"] for link in ask(page.get_url()).soup.select(".lees-ook h3 a")]


def choose(page, *others):
    page.lees_ook = [
        LeesOok(naar=Page.objects.get(pk=other.pk), sort_order=order)
        for order, other in enumerate(others)
    ]
    page.save()


def about(begrip, factory=ContentPageFactory, **fields):
    text = f'<p>Over <a linktype="begrip" id="{begrip.pk}">iets</a>.</p>'
    return factory(body=[("tekst", text)], **fields)


def tagged(*themes, **fields):
    page = ArtikelPageFactory(**fields)
    page.tags.add(*themes)
    page.save()
    return page


def addresses(*pages):
    return [page.get_url() for page in pages]


def test_a_page_without_anything_in_common_has_no_list(at_launch):
    answer = ask(ContentPageFactory().get_url())
    assert answer.soup.select_one(".lees-ook") is None
    assert "Lees ook" not in answer.visible_text()


def test_the_editors_choice_stands_in_his_order(at_launch):
    page = ContentPageFactory()
    others = [ContentPageFactory(), StapPageFactory(), ArtikelPageFactory()]
    choose(page, *reversed(others))
    assert listed(page) == addresses(*reversed(others))
    assert_sound({"lees ook": ask(page.get_url())})


def test_themes_and_terms_come_after_the_choice(at_launch):
    begrip = BegripFactory()
    page = about(begrip, ArtikelPageFactory)
    page.tags.add("zwerkbal", "bezems")
    chosen = ContentPageFactory()
    choose(page, chosen)
    one_theme = tagged("zwerkbal")
    two_themes = tagged("zwerkbal", "bezems")
    term = about(begrip, StapPageFactory)
    tagged("andere wereld")
    assert listed(page) == addresses(chosen, two_themes, one_theme, term)


def test_five_at_most_and_each_once_and_never_itself(at_launch):
    begrip = BegripFactory()
    page = about(begrip, ArtikelPageFactory)
    page.tags.add("zwerkbal")
    page.save()
    others = [about(begrip, ArtikelPageFactory) for _ in range(8)]
    for other in others:
        other.tags.add("zwerkbal")
        other.save()
    choose(page, others[7], page)
    found = listed(page)
    assert len(found) == len(set(found)) == 5
    assert found[0] == others[7].get_url()
    assert page.get_url() not in found


def test_only_public_pages_of_this_language_are_listed(at_launch):
    page = ContentPageFactory()
    draft, private, public = (ContentPageFactory() for _ in range(3))
    # Only in French; the Dutch page of it is gone.
    french = Page.objects.get(url_path__endswith="/contact/", locale__language_code="fr")
    french.get_translation(dutch()).delete()
    choose(page, draft, private, public, french)
    assert len(listed(page)) == 3
    draft.unpublish()
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    assert listed(page) == addresses(public)
    public.delete()
    assert listed(page) == []


def test_a_translated_page_points_at_translations(at_launch):
    dutch_page = Page.objects.get(url_path="/home/trajecten/starttraject/").specific
    target = Page.objects.get(url_path="/home/contact/")
    choose(dutch_page, target)
    french = dutch_page.get_translation(Locale.objects.get(language_code="fr"))
    choose(french, target)
    assert listed(french) == ["/fr/contact/"]


def test_many_related_pages_cost_no_more_queries(at_launch):
    begrip = BegripFactory()
    page = about(begrip)
    one = ask(page.get_url())
    for _ in range(20):
        about(begrip)
    many = ask(page.get_url())
    assert len(many.soup.select(".lees-ook h3 a")) == 5
    assert len(many.queries_after_a_change) <= len(one.queries_after_a_change)


def test_steps_of_the_launch_say_what_else_to_read(at_launch):
    found = listed(Page.objects.get(slug="stem-af-met-uitpas").specific)
    assert "/over/uitpas-en-het-netwerk/" in found
