"""Registrations in Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from post.models import Bericht, Levering
from post.screens import audit
from post.screens.access import PostPolicy
from post.screens.bulk import BulkArrived, BulkSendAgain
from post.screens.panel import PostPanel
from post.viewsets import PostViewSetGroup

register_permission_policy(Levering, PostPolicy(Levering))
register_permission_policy(Bericht, PostPolicy(Bericht))
hooks.register("register_bulk_action", BulkSendAgain)
hooks.register("register_bulk_action", BulkArrived)
hooks.register("register_log_actions", audit.register)


@hooks.register("register_admin_viewset")
def register_post():
    """Give the mail room a menu of its own."""
    return PostViewSetGroup()


@hooks.register("construct_homepage_panels")
def show_whether_mail_leaves(request, panels):
    """Say on the first page whether mail leaves."""
    panels.append(PostPanel())
