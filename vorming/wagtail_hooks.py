"""Registrations in Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from vorming.beheer import dag_audit, dag_urls, kijklog, logboek, paginas
from vorming.beheer.bulk import BULKACTIES
from vorming.beheer.inschrijvingen import InschrijvingPolicy
from vorming.beheer.menu import VormingGroep
from vorming.beheer.panelen import SessiesPanel
from vorming.models import Inschrijving

register_permission_policy(Inschrijving, InschrijvingPolicy(Inschrijving))
register_snippet(VormingGroep)
hooks.register("register_log_actions", logboek.register)
hooks.register("register_log_actions", dag_audit.register)
hooks.register("register_log_actions", kijklog.register)
hooks.register("before_delete_page", paginas.weiger_wissen)
hooks.register("before_bulk_action", paginas.weiger_wissen_samen)
for actie in BULKACTIES:
    hooks.register("register_bulk_action", actie)


@hooks.register("register_admin_urls")
def register_day():
    """Give the screens for on and after the day their addresses."""
    return dag_urls.urlpatterns


@hooks.register("construct_homepage_panels")
def show_sessions(request, panels):
    """Say on the first page which sessions come, and which need somebody."""
    panels.append(SessiesPanel())
