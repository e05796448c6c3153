"""Registrations in Wagtail."""

from wagtail.snippets.models import register_snippet

from vorming.beheer.menu import VormingGroep

register_snippet(VormingGroep)
