"""Registrations in Wagtail."""

from wagtail import hooks

from vorming.beheer import dag_audit, dag_urls
from vorming.beheer.menu import VormingGroep

hooks.register("register_log_actions", dag_audit.register)


@hooks.register("register_admin_viewset")
def register_group():
    """Give the training offer a place of its own in the menu."""
    return VormingGroep()


@hooks.register("register_admin_urls")
def register_day():
    """Give the screens for on and after the day their addresses."""
    return dag_urls.urlpatterns
