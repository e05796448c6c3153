"""Registrations in Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from vorming.beheer import kijklog
from vorming.beheer.bulk import BULKACTIES
from vorming.beheer.inschrijvingen import InschrijvingPolicy
from vorming.beheer.menu import VormingGroep
from vorming.models import Inschrijving

register_permission_policy(Inschrijving, InschrijvingPolicy(Inschrijving))
register_snippet(VormingGroep)
hooks.register("register_log_actions", kijklog.register)
for actie in BULKACTIES:
    hooks.register("register_bulk_action", actie)
