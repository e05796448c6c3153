"""Who may see the mail room. One permission opens every screen; nothing else does."""

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.urls import reverse
from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.permission_policies import BasePermissionPolicy

PERMISSION = "post.beheer_leveringen"


def may_manage(user) -> bool:
    """Say whether somebody may see deliveries and decide about them."""
    return user.is_active and user.has_perm(PERMISSION)


class PostPolicy(BasePermissionPolicy):
    """Looking is for who has the permission; nobody adds, changes or deletes by hand."""

    def user_has_permission(self, user, action):
        return action == "view" and may_manage(user)

    def users_with_any_permission(self, actions):
        people = get_user_model().objects
        return people.with_perm(PERMISSION) if "view" in actions else people.none()


class ManagersOnly:
    """Put before a view: refuses whoever may not see the mail room."""

    def dispatch(self, request, *args, **kwargs):
        if not may_manage(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class ScreenFinder(ModelAdminURLFinder):
    """Leads from the site history to the screen of a delivery or a message."""

    inspect_url_name = ""

    def get_edit_url(self, instance: Model):
        if self.user and not may_manage(self.user):
            return None
        return reverse(self.inspect_url_name, args=[instance.pk])
