"""Registrations in Wagtail."""

from wagtail import hooks

from home.viewsets import artikel_listing


@hooks.register("register_admin_viewset")
def register_artikel_listing():
    """Give the articles a list of their own in the menu."""
    return artikel_listing
