"""What editors do with pages, through the admin, for every page type."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from wagtail.models import Page, Site
from wagtail.test.utils.form_data import streamfield

from tests.admin import (
    ALTIJD_VERPLICHT,
    PAGINASOORTEN,
    TITEL,
    add_url,
    complete,
    empty_form,
    errors_of,
    fill,
    form_in,
    page_called,
    tekst_blok,
)
from tests.factories import PAGE_FACTORIES, StapPageFactory, home

pytestmark = pytest.mark.django_db
# The browser makes the slug from the title.
ALLEEN_EEN_TITEL = {"title": TITEL, "slug": "bel-je-partners-op"}
every_page_type = pytest.mark.parametrize("soort", PAGINASOORTEN, ids=str)


def edit_url(page, name="edit"):
    return reverse(f"wagtailadmin_pages:{name}", args=[page.pk])


def test_the_list_of_page_types_is_complete():
    assert {soort.model for soort in PAGINASOORTEN} == set(PAGE_FACTORIES)


@every_page_type
def test_a_draft_with_only_a_title_is_saved(soort, editor_client):
    soort.make_room()
    parent = soort.parent()
    data = fill(empty_form(editor_client, soort, parent), ALLEEN_EEN_TITEL)
    response = editor_client.post(add_url(soort, parent), data)
    assert response.status_code == 302, errors_of(response)
    page = page_called(TITEL).specific
    assert isinstance(page, soort.model)
    assert not page.live
    assert page.slug == "bel-je-partners-op"
    assert page.latest_revision.as_object().title == TITEL


@every_page_type
def test_publishing_names_every_required_field_that_is_empty(soort, editor_client):
    soort.make_room()
    parent = soort.parent()
    data = fill(
        empty_form(editor_client, soort, parent), {**ALLEEN_EEN_TITEL, "action-publish": "1"}
    )
    # A field with choices may start on the first choice.
    for name in soort.verplicht & set(data):
        data[name] = ""
    response = editor_client.post(add_url(soort, parent), data)
    assert set(errors_of(response)) == soort.verplicht | ALTIJD_VERPLICHT
    text = response.content.decode()
    for name in soort.verplicht | ALTIJD_VERPLICHT:
        label = str(soort.model._meta.get_field(name).verbose_name)
        assert label.lower() in text.lower()
        assert errors_of(response)[name] == ["Dit is een verplicht veld."]
    assert "De pagina kon niet aangemaakt worden vanwege validatiefouten" in text
    assert page_called(TITEL) is None


@every_page_type
def test_a_complete_page_is_visible_the_moment_it_is_published(soort, editor_client, client):
    soort.make_room()
    parent = soort.parent()
    data = fill(
        empty_form(editor_client, soort, parent), {**complete(soort), "action-publish": "1"}
    )
    response = editor_client.post(add_url(soort, parent), data)
    assert response.status_code == 302, errors_of(response)
    page = page_called(TITEL).specific
    assert page.live
    if page.depth == 2:
        # A home page is seen once the site points at it.
        site = Site.objects.get()
        site.root_page = page.page_ptr
        site.save()
    client.logout()
    answer = client.get(page.get_url())
    assert answer.status_code == 200
    assert TITEL in answer.content.decode()


@every_page_type
def test_a_correction_is_visible_the_moment_it_is_published(soort, editor_client, client):
    page = soort.existing()
    data = fill(
        form_in(editor_client.get(edit_url(page))),
        {**complete(soort), "slug": page.slug, "title": "Verbeterde titel", "action-publish": "1"},
    )
    response = editor_client.post(edit_url(page), data)
    assert response.status_code == 302, errors_of(response)
    client.logout()
    page = Page.objects.get(pk=page.pk).specific
    text = client.get(page.get_url()).content.decode()
    assert re.search(r"<h1[^>]*>\s*Verbeterde titel", text)


@every_page_type
def test_a_saved_correction_is_not_visible_before_it_is_published(soort, editor_client, client):
    page = soort.existing()
    data = fill(
        form_in(editor_client.get(edit_url(page))),
        {**complete(soort), "slug": page.slug, "title": "Nog niet klaar"},
    )
    response = editor_client.post(edit_url(page), data)
    assert response.status_code == 302, errors_of(response)
    client.logout()
    text = client.get(page.get_url()).content.decode()
    assert "Nog niet klaar" not in text
    assert page.title in text.replace("&#x27;", "'").replace("&amp;", "&")


@every_page_type
def test_the_preview_shows_what_was_not_saved_yet(soort, editor_client):
    soort.make_room()
    parent = soort.parent()
    values = fill(empty_form(editor_client, soort, parent), complete(soort))
    address = add_url(soort, parent, "preview_on_add")
    answer = editor_client.post(address, values).json()
    assert answer["is_valid"], answer
    modes = [mode for mode, _ in soort.model().preview_modes]
    assert modes
    for mode in modes:
        preview = editor_client.get(address, {"mode": mode})
        assert preview.status_code == 200
        assert TITEL in preview.content.decode()
    assert page_called(TITEL) is None


@every_page_type
def test_the_preview_of_an_existing_page_shows_the_change(soort, editor_client):
    page = soort.existing()
    values = fill(
        form_in(editor_client.get(edit_url(page))),
        {**complete(soort), "slug": page.slug, "title": "Alleen in het voorbeeld"},
    )
    address = edit_url(page, "preview_on_edit")
    assert editor_client.post(address, values).json()["is_valid"]
    for mode, _ in page.preview_modes:
        preview = editor_client.get(address, {"mode": mode})
        assert preview.status_code == 200
        assert "Alleen in het voorbeeld" in preview.content.decode()
    assert page_called("Alleen in het voorbeeld") is None


@every_page_type
def test_the_preview_of_an_empty_new_page_does_not_break(soort, editor_client):
    soort.make_room()
    parent = soort.parent()
    address = add_url(soort, parent, "preview_on_add")
    data = fill(empty_form(editor_client, soort, parent), ALLEEN_EEN_TITEL)
    editor_client.post(address, data)
    assert editor_client.get(address).status_code == 200


# --- Rights --------------------------------------------------------------------


@every_page_type
def test_somebody_without_rights_is_refused(soort, client):
    soort.make_room()
    parent = soort.parent()
    user = User.objects.create_user("lezer", password="wachtwoord-van-de-toets")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    for address in (add_url(soort, parent), edit_url(parent)):
        answer = client.post(address, {"title": TITEL, "action-publish": "1"}, follow=True)
        assert answer.redirect_chain[-1][0] == reverse("wagtailadmin_home")
        assert "je hebt geen toegang tot dit gedeelte" in answer.content.decode()
    assert page_called(TITEL) is None


def test_a_visitor_is_sent_to_the_sign_in(client):
    answer = client.get(edit_url(home()))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("wagtailadmin_login"))


@every_page_type
def test_a_redacteur_cannot_publish(soort, client, redacteur):
    soort.make_room()
    parent = soort.parent()
    client.force_login(redacteur)
    form = client.get(add_url(soort, parent))
    assert 'name="action-publish"' not in form.content.decode()
    data = fill(empty_form(client, soort, parent), {**complete(soort), "action-publish": "1"})
    response = client.post(add_url(soort, parent), data)
    assert response.status_code == 302, errors_of(response)
    page = page_called(TITEL)
    assert page is not None
    assert not page.live


def test_an_eindredacteur_sees_the_publish_button(editor_client):
    # The negative control of the test above.
    soort = PAGINASOORTEN[1]
    form = editor_client.get(add_url(soort, soort.parent()))
    assert 'name="action-publish"' in form.content.decode()


def test_a_redacteur_cannot_publish_a_correction(client, redacteur):
    stap = StapPageFactory(title="Zoals het was")
    client.force_login(redacteur)
    data = fill(
        form_in(client.get(edit_url(stap))),
        {"title": "Stiekem", "body": streamfield([tekst_blok()]), "action-publish": "1"},
    )
    client.post(edit_url(stap), data)
    stap.refresh_from_db()
    assert stap.title == "Zoals het was"
    assert stap.latest_revision.as_object().title == "Stiekem"


# --- Two editors ----------------------------------------------------------------


def test_two_editors_on_one_page_see_each_other(client, eindredacteur, redacteur):
    stap = StapPageFactory()

    def ping(user, session=999):
        client.force_login(user)
        address = reverse(
            "wagtailadmin_editing_sessions:ping",
            args=["wagtailcore", "page", stap.pk, session],
        )
        answer = client.post(address, {"is_editing": "1"})
        assert answer.status_code == 200
        return answer.json()

    assert ping(eindredacteur)["other_sessions"] == []
    others = ping(redacteur)["other_sessions"]
    assert [(other["user"], other["is_editing"]) for other in others] == [("eindredacteur", True)]


def test_nothing_is_lost_when_two_editors_save(client, eindredacteur, redacteur):
    stap = StapPageFactory(title="Begin")
    forms = {}
    for user in (eindredacteur, redacteur):
        client.force_login(user)
        forms[user] = fill(form_in(client.get(edit_url(stap))), {"body": streamfield([])})
    for user in (eindredacteur, redacteur):
        client.force_login(user)
        data = fill(forms[user], {"title": f"Van {user.username}"})
        response = client.post(edit_url(stap), data)
        assert response.status_code == 302, errors_of(response)
    kept = [(r.user, r.as_object().title) for r in stap.revisions.order_by("created_at", "pk")]
    assert (eindredacteur, "Van eindredacteur") in kept
    assert (redacteur, "Van schrijver") in kept
