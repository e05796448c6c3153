"""Registrations in Wagtail."""

from wagtail import hooks

from trajecten.viewsets import stap_listing, trekkingsrechten


@hooks.register("register_admin_viewset")
def register_stap_listing():
    """Give the steps a list of their own in the menu."""
    return stap_listing


@hooks.register("register_admin_viewset")
def register_trekkingsrechten():
    """Give the tables of amounts a place in the menu."""
    return trekkingsrechten
