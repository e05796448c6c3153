"""Somebody of the mail room, signed in."""

import pytest
from django.contrib.auth.models import Group, Permission, User


@pytest.fixture
def postbeheerder(db) -> User:
    """Somebody who may see deliveries and decide about them, and nothing else."""
    group, _ = Group.objects.get_or_create(name="Postbeheer")
    group.permissions.add(
        Permission.objects.get(content_type__app_label="post", codename="beheer_leveringen"),
        Permission.objects.get(content_type__app_label="post", codename="view_bericht"),
        Permission.objects.get(codename="access_admin"),
    )
    user = User.objects.create_user(
        "postbode", "postbode@example.org", "wachtwoord-van-de-toets", first_name="Petra"
    )
    user.groups.add(group)
    return user


@pytest.fixture
def desk(client, postbeheerder):
    """A browser in which that person is signed in."""
    client.force_login(postbeheerder)
    return client
