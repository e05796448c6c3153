"""Registrations in Wagtail."""

from django.urls import path
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from vorming.beheer import dag_audit, dag_urls, kijklog, logboek, paginas, uitvoer, verslag
from vorming.beheer.bulk import BULKACTIES, GeenWissen
from vorming.beheer.inschrijvingen import InschrijvingPolicy
from vorming.beheer.menu import VormingGroep
from vorming.beheer.panelen import SessiesPanel
from vorming.models import Inschrijving

register_permission_policy(Inschrijving, InschrijvingPolicy(Inschrijving))
register_snippet(VormingGroep)
hooks.register("register_log_actions", logboek.register)
hooks.register("register_log_actions", dag_audit.register)
hooks.register("register_log_actions", kijklog.register)
hooks.register("register_log_actions", uitvoer.register_log_actions)
hooks.register("before_delete_page", paginas.weiger_wissen)
hooks.register("before_bulk_action", paginas.weiger_wissen_samen)
for actie in BULKACTIES:
    hooks.register("register_bulk_action", actie)
# After Wagtail's own, whose place it takes.
hooks.register("register_bulk_action", GeenWissen, order=1000)


@hooks.register("register_admin_urls")
def register_exports():
    """Let who may take lists of people and invoices out of the site."""
    view = uitvoer.UitvoerView.as_view()
    return [
        path("vorming/uitvoer/", view, name=uitvoer.URL_NAME),
        path("vorming/uitvoer/<int:pk>/", view, name=uitvoer.URL_NAME_SESSIE),
    ]


@hooks.register("register_admin_urls")
def register_report():
    """Show the figures of a year."""
    return [
        path("rapporten/vorming/", verslag.VerslagView.as_view(), name=verslag.URL_NAME),
    ]


@hooks.register("register_reports_menu_item")
def register_report_menu_item():
    """Put that report in the menu."""
    return verslag.menu_item()


@hooks.register("register_reports_menu_item")
def register_export_menu_item():
    """Put the lists to take out beside it."""
    return uitvoer.menu_item()


@hooks.register("register_admin_urls")
def register_day():
    """Give the screens for on and after the day their addresses."""
    return dag_urls.urlpatterns


@hooks.register("construct_homepage_panels")
def show_sessions(request, panels):
    """Say on the first page which sessions come, and which need somebody."""
    panels.append(SessiesPanel())
