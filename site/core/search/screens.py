"""What editors see of search: the report and the panel of what was searched for in vain."""

import datetime

from django.db.models import F, Max, Sum
from django.urls import reverse
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn, NumberColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from core import clock
from core.models import Synoniemgroep, ZoekZonderResultaat
from core.spreadsheet import safe

IN_THE_PANEL = 5
PANEL_DAYS = 30
PERMISSION = f"{Synoniemgroep._meta.app_label}.change_{Synoniemgroep._meta.model_name}"


def missed_searches():
    """Return what was searched for in vain: how often, and when last; the most often first."""
    return (
        ZoekZonderResultaat.objects.values("zoekterm", taal=F("locale__language_code"))
        .annotate(keren=Sum("aantal"), laatst=Max("dag"))
        .order_by("-keren", "zoekterm", "taal")
    )


class MissedSearchesView(ReportView):
    """What was searched for in vain."""

    page_title = "Zoekopdrachten zonder resultaat"
    header_icon = "search"
    permission_policy = ModelPermissionPolicy(Synoniemgroep)
    permission_required = "change"
    index_url_name = "zoeken_zonder_resultaat"
    index_results_url_name = "zoeken_zonder_resultaat_resultaten"
    default_ordering = "-keren"
    is_searchable = True
    search_fields = ["zoekterm"]
    columns = [
        Column("zoekterm", label="zoekterm", sort_key="zoekterm"),
        Column("taal", label="taal", sort_key="taal"),
        NumberColumn("keren", label="keren", sort_key="keren"),
        DateColumn("laatst", label="laatst", sort_key="laatst"),
    ]
    list_export = ["zoekterm", "taal", "keren", "laatst"]
    export_headings = {
        "zoekterm": "zoekterm",
        "taal": "taal",
        "keren": "keren",
        "laatst": "laatst",
    }

    # Anybody types these: a spreadsheet may not take one for a formula.
    custom_field_preprocess = {"zoekterm": {"csv": safe, "xlsx": safe}}

    def get_base_queryset(self):
        return missed_searches()


class MissedSearchesMenuItem(MenuItem):
    """In the menu of reports, for whoever may add synonyms."""

    def is_shown(self, request):
        return request.user.has_perm(PERMISSION)


def menu_item() -> MenuItem:
    return MissedSearchesMenuItem(
        "Zoekopdrachten zonder resultaat",
        reverse(MissedSearchesView.index_url_name),
        name="zoeken-zonder-resultaat",
        icon_name="search",
        order=500,
    )


class MissedSearchesPanel(Component):
    """On the first page of the admin: what visitors did not find this month."""

    name = "zoeken"
    order = 250
    template_name = "core/beheer/zoekpaneel.html"

    def get_context_data(self, parent_context=None):
        since = clock.today() - datetime.timedelta(days=PANEL_DAYS)
        return {
            "gemist": missed_searches().filter(dag__gte=since)[:IN_THE_PANEL],
            "rapport": reverse(MissedSearchesView.index_url_name),
            "dagen": PANEL_DAYS,
        }

    def render_html(self, parent_context=None):
        if not parent_context or not parent_context["request"].user.has_perm(PERMISSION):
            return ""
        return super().render_html(parent_context)
