"""What is kept between requests is never stale, whatever an editor does.

Every test looks at the page, changes something as an editor does, and looks again.
"""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from core import memo
from core.models import Regelkader, SiteInstellingen
from tests.admin import fill, form_in
from tests.factories import (
    ContentPageFactory,
    RegelkaderFactory,
    StapPageFactory,
    TermijnFactory,
    TrajectPageFactory,
)

pytestmark = pytest.mark.django_db


def text_of(address):
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def line_of(step):
    """Return the steps beside the text of a step, in order."""
    text = text_of(step.get_url())
    titles = [s.title for s in StapPageFactory._meta.model.objects.sibling_of(step)]
    return sorted((t for t in titles if t in text), key=text.index)


@pytest.fixture
def steps():
    traject = TrajectPageFactory(soort="opstart")
    return [StapPageFactory(parent=traject, title=f"Halte {letter}") for letter in "ABC"]


def test_something_is_kept(steps):
    # The negative control: without memory there would be nothing to guard.
    address = steps[0].get_url()
    memo._kept.clear()
    text_of(address)
    assert memo._kept


def test_a_new_step_shows_in_the_line_at_once(steps):
    assert "Halte D" not in text_of(steps[0].get_url())
    StapPageFactory(parent=steps[0].get_parent(), title="Halte D")
    assert "Halte D" in text_of(steps[0].get_url())


def test_a_deleted_step_leaves_the_line_at_once(steps):
    assert "Halte C" in text_of(steps[0].get_url())
    steps[2].delete()
    assert "Halte C" not in text_of(steps[0].get_url())


def test_steps_that_change_places_do_so_at_once(steps, editor_client):
    assert "Stap 1 van 3" in text_of(steps[0].get_url())
    address = reverse("wagtailadmin_pages:set_page_position", args=[steps[0].pk])
    assert editor_client.post(f"{address}?position=2").status_code == 200
    assert "Stap 3 van 3" in text_of(steps[0].get_url())


def test_a_renamed_parent_changes_the_address_in_the_breadcrumb_at_once():
    parent = ContentPageFactory()
    child = ContentPageFactory(parent=parent)
    assert f'href="{parent.get_url()}"' in text_of(child.get_url())
    parent.slug = "heel-anders"
    parent.save_revision().publish()
    child = Page.objects.get(pk=child.pk)
    assert 'href="/heel-anders/"' in text_of(child.get_url())


def test_a_link_in_a_text_follows_at_once():
    target = ContentPageFactory()
    page = ContentPageFactory(
        body=[("tekst", f'<p><a linktype="page" id="{target.pk}">Lees</a></p>')]
    )
    assert f'href="{target.get_url()}"' in text_of(page.get_url())
    target.slug = "nieuwe-plek"
    target.save_revision().publish()
    assert 'href="/nieuwe-plek/"' in text_of(page.get_url())
    target.unpublish()
    assert "nieuwe-plek" not in text_of(page.get_url())


def test_a_moved_page_is_found_at_once():
    page, parent = ContentPageFactory(), ContentPageFactory()
    text_of(page.get_url())
    page.move(parent, pos="last-child")
    assert page.title in text_of(f"{parent.get_url()}{page.slug}/")


def test_a_page_made_private_is_private_at_once():
    page = ContentPageFactory(title="Straks geheim")
    assert "Straks geheim" in text_of(page.get_url())
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.PASSWORD, password="sesam"
    )
    assert 'name="password"' in text_of(page.get_url())
    restriction.delete()
    assert 'name="password"' not in text_of(page.get_url())


def test_changed_rules_show_at_once():
    rules = RegelkaderFactory(korte_naam="Oude naam")
    page = ContentPageFactory(regelkaders=[rules])
    assert "Oude naam" in text_of(page.get_url())
    rules.korte_naam = "Nieuwe naam"
    rules.save_revision().publish()
    assert "Nieuwe naam" in text_of(page.get_url())
    page.regelkaders = [Regelkader.objects.first()]
    page.save()
    assert "Nieuwe naam" not in text_of(page.get_url())


def test_a_changed_deadline_shows_at_once(at_launch):
    termijn = TermijnFactory(dag=5, maand=5, jaar=2027)
    step = StapPageFactory(termijn=termijn)
    assert "5 mei 2027" in text_of(step.get_url())
    termijn.dag = 6
    termijn.save_revision().publish()
    assert "6 mei 2027" in text_of(step.get_url())


def test_changed_settings_show_at_once(editor_client):
    details = SiteInstellingen.objects.get()
    assert "elders@example.org" not in text_of("/")
    address = reverse("wagtailsettings:edit", args=["core", "siteinstellingen", details.site_id])
    form = editor_client.get(address)
    data = fill(form_in(form, form_id=None), {"helpdesk_e_mail": "elders@example.org"})
    answer = editor_client.post(address, data)
    assert answer.status_code == 302, answer.context["form"].errors
    assert "elders@example.org" in text_of("/")


def test_a_draft_of_an_editor_is_never_kept(editor_client, steps):
    step = steps[0]
    data = fill(
        form_in(editor_client.get(reverse("wagtailadmin_pages:edit", args=[step.pk]))),
        {"title": "Alleen voor mij", "body-count": "0"},
    )
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[step.pk])
    editor_client.post(address, data)
    assert "Alleen voor mij" in editor_client.get(address).content.decode()
    assert "Alleen voor mij" not in text_of(step.get_url())


def test_a_change_that_is_rolled_back_leaves_nothing_behind(steps):
    from django.db import transaction

    class Undo(Exception):
        pass

    before = text_of(steps[0].get_url())
    try:
        with transaction.atomic():
            StapPageFactory(parent=steps[0].get_parent(), title="Komt er niet")
            assert "Komt er niet" in text_of(steps[0].get_url())
            raise Undo
    except Undo:
        pass
    assert "Komt er niet" not in text_of(steps[0].get_url())
    assert text_of(steps[0].get_url()) == before
