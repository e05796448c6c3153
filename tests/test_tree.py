"""The closed tree: every page type knows its parents and its children."""

import pytest
from django.conf import settings
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils import WagtailPageTestCase

from home.models import ArtikelPage, BegrippenPage, ContentPage, HomePage, InspiratieIndexPage
from nieuwsbrief.models import NieuwsbriefIndexPage, NieuwsbriefPage
from tests.admin import PAGINASOORTEN, add_url
from tests.factories import PAGE_FACTORIES, home, only
from trajecten.models import (
    RekenhulpPage,
    StapPage,
    TermijnenPage,
    TrajectIndexPage,
    TrajectPage,
    VerzoekPage,
    VraagIndexPage,
    VraagPage,
    WegwijzerPage,
)
from vorming.models import (
    VormingIndexPage,
    VormingPage,
)

# Parent: children. What is not here is not allowed.
TREE = {
    Page: {HomePage},
    HomePage: {
        BegrippenPage,
        ContentPage,
        InspiratieIndexPage,
        TrajectIndexPage,
        VraagIndexPage,
        VormingIndexPage,
        NieuwsbriefIndexPage,
    },
    BegrippenPage: set(),
    ContentPage: {ContentPage, VerzoekPage},
    InspiratieIndexPage: {ArtikelPage},
    ArtikelPage: set(),
    TrajectIndexPage: {TrajectPage, WegwijzerPage, TermijnenPage, RekenhulpPage},
    RekenhulpPage: set(),
    TrajectPage: {StapPage},
    StapPage: set(),
    WegwijzerPage: set(),
    TermijnenPage: set(),
    VraagIndexPage: {VraagPage},
    VraagPage: set(),
    VerzoekPage: set(),
    VormingIndexPage: {VormingPage},
    VormingPage: set(),
    NieuwsbriefIndexPage: {NieuwsbriefPage},
    NieuwsbriefPage: set(),
}
ONCE = [
    BegrippenPage,
    InspiratieIndexPage,
    TrajectIndexPage,
    VormingIndexPage,
    NieuwsbriefIndexPage,
    WegwijzerPage,
    TermijnenPage,
    VraagIndexPage,
    RekenhulpPage,
]
check = WagtailPageTestCase()

pytestmark = pytest.mark.django_db


def test_the_tree_of_this_test_is_complete():
    assert set(TREE) - {Page} == set(PAGE_FACTORIES)


@pytest.mark.parametrize("parent", TREE, ids=lambda model: model.__name__)
def test_a_page_type_has_these_children_and_no_others(parent):
    # Wagtail's own bare page can never be made, though it counts as allowed.
    assert set(parent.allowed_subpage_models()) - {Page} == TREE[parent]
    assert not Page.is_creatable
    for child in PAGE_FACTORIES:
        if child in TREE[parent]:
            check.assertCanCreateAt(parent, child)
        else:
            check.assertCanNotCreateAt(parent, child)


@pytest.mark.parametrize("child", PAGE_FACTORIES, ids=lambda model: model.__name__)
def test_a_page_type_has_these_parents_and_no_others(child):
    parents = {parent for parent, children in TREE.items() if child in children}
    check.assertAllowedParentPageTypes(child, parents)


@pytest.mark.parametrize("model", ONCE, ids=lambda model: model.__name__)
def test_an_overview_exists_once_per_language(model):
    parent = only(model).get_parent().specific
    assert not model.can_create_at(parent)
    only(model).delete()
    assert model.can_create_at(parent)


def test_there_is_one_home_page_per_language():
    root = Page.get_first_root_node()
    assert HomePage.objects.count() == len(settings.LANGUAGES)
    assert not HomePage.can_create_at(root)
    HomePage.objects.get(locale__language_code="en").delete()
    assert HomePage.can_create_at(root)


def test_an_editor_is_only_offered_what_the_tree_allows(editor_client):
    address = reverse("wagtailadmin_pages:add_subpage", args=[home().pk])
    only(TrajectIndexPage).delete()
    offered = editor_client.get(address).content.decode()
    for soort in PAGINASOORTEN:
        allowed = soort.model in (ContentPage, TrajectIndexPage)
        assert (f'href="{add_url(soort, home())}' in offered) is allowed, soort


@pytest.mark.parametrize("soort", PAGINASOORTEN, ids=str)
def test_an_address_typed_by_hand_does_not_get_around_the_tree(soort, editor_client):
    step = StapPage.objects.first()
    answer = editor_client.get(add_url(soort, step), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("wagtailadmin_home")


@pytest.mark.parametrize("soort", PAGINASOORTEN, ids=str)
def test_every_page_type_explains_itself_in_dutch(soort):
    assert soort.model.get_page_description().endswith(".")
    name = str(soort.model._meta.verbose_name)
    assert name == name.lower()
    assert "page" not in name
