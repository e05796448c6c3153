"""Who may see the mail room, and that looking changes nothing."""

import pytest
from django.contrib.auth.models import Permission
from wagtail.models import ModelLogEntry

from post.states import Staat
from tests.post_admin.mailroom import (
    AANVAARD,
    BERICHTEN,
    LEVERINGEN,
    close_the_door,
    everything,
    newsletter,
    one,
    screens,
)

pytestmark = pytest.mark.django_db
REFUSED = "je hebt geen toegang tot dit gedeelte"


@pytest.fixture
def busy_room():
    """A failed and an uncertain delivery, and a message that is under way."""
    failed, uncertain = one(Staat.MISLUKT), one(Staat.ONZEKER)
    return failed, uncertain, newsletter(4, answers=[AANVAARD])


def test_a_visitor_is_sent_to_the_sign_in(busy_room, client):
    failed, _, message = busy_room
    for address in screens(failed, message):
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/admin/login/"), address


def test_an_editor_without_the_permission_is_refused_everywhere(busy_room, editor_client):
    failed, _, message = busy_room
    close_the_door()
    before = everything()
    for address in [*screens(failed, message), f"{BERICHTEN}deur-open/"]:
        for method in (editor_client.get, editor_client.post):
            answer = method(address, follow=True)
            assert answer.redirect_chain[-1][0] == "/admin/", address
            assert REFUSED in answer.content.decode(), address
    assert everything() == before
    assert not ModelLogEntry.objects.filter(action__startswith="post.").exists()


def test_the_permissions_of_django_on_the_tables_open_nothing(client, eindredacteur):
    # The negative control: it is this permission and no other.
    eindredacteur.user_permissions.add(
        *Permission.objects.filter(content_type__app_label="post").exclude(
            codename="beheer_leveringen"
        )
    )
    client.force_login(eindredacteur)
    assert client.get(LEVERINGEN).status_code == 302
    assert client.get(BERICHTEN).status_code == 302


def test_whoever_manages_the_mail_room_sees_every_screen(busy_room, desk):
    failed, uncertain, message = busy_room
    for delivery in (failed, uncertain):
        for address in screens(delivery, message):
            answer = desk.get(address)
            # A question that makes no sense any more leads back.
            back = f"/admin/post/leveringen/{delivery.pk}/", f"/admin/post/berichten/{message.pk}/"
            assert answer.status_code == 200 or answer["Location"] in back, address


def test_looking_changes_nothing(busy_room, desk):
    failed, uncertain, message = busy_room
    close_the_door()
    before = everything()
    for delivery in (failed, uncertain):
        for address in [*screens(delivery, message), f"{BERICHTEN}deur-open/"]:
            desk.get(address)
            desk.head(address)
    assert everything() == before


def test_the_menu_shows_the_mail_room_only_to_whoever_may_see_it(
    client, postbeheerder, eindredacteur
):
    client.force_login(postbeheerder)
    text = client.get("/admin/").content.decode()
    assert f'"url": "{LEVERINGEN}"' in text
    assert f'"url": "{BERICHTEN}"' in text
    assert 'id="postkamer' in text
    client.force_login(eindredacteur)
    text = client.get("/admin/").content.decode()
    assert LEVERINGEN not in text
    assert 'id="postkamer' not in text


def test_the_permission_can_be_given_to_a_group(admin_client):
    text = admin_client.get("/admin/groups/new/").content.decode()
    assert "Mag leveringen zien, opnieuw versturen en beslissen" in text
    for codename in ("add_levering", "change_levering", "delete_bericht"):
        permission = Permission.objects.get(codename=codename)
        assert f'value="{permission.pk}"' not in text


@pytest.mark.parametrize("name", ["new", "edit", "delete", "copy", "history", "usage"])
def test_nothing_can_be_typed_or_deleted(name, desk):
    delivery = one()
    for address in (f"{LEVERINGEN}{name}/", f"{LEVERINGEN}{name}/{delivery.pk}/"):
        assert desk.get(address).status_code == 404
