"""Registrations in Wagtail."""

from django.urls import path
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from vorming.beheer import uitvoer
from vorming.beheer.menu import VormingGroep

register_snippet(VormingGroep)
hooks.register("register_log_actions", uitvoer.register_log_actions)


@hooks.register("register_admin_urls")
def register_exports():
    """Let who may take lists of people and invoices out of the site."""
    view = uitvoer.UitvoerView.as_view()
    return [
        path("vorming/uitvoer/", view, name=uitvoer.URL_NAME),
        path("vorming/uitvoer/<int:pk>/", view, name=uitvoer.URL_NAME_SESSIE),
    ]
