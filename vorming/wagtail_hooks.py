"""Registrations in Wagtail."""

from wagtail import hooks

from vorming.beheer.menu import VormingGroep


@hooks.register("register_admin_viewset")
def register_group():
    """Give the training offer a place of its own in the menu."""
    return VormingGroep()
