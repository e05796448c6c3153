"""Registrations in Wagtail."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from vorming.beheer import logboek
from vorming.beheer.menu import VormingGroep

register_snippet(VormingGroep)
hooks.register("register_log_actions", logboek.register)
