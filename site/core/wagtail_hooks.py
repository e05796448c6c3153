"""Registrations in Wagtail."""

from django.urls import path, reverse_lazy
from wagtail import hooks
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from core import glossary, personal_screens
from core.link_handler import KnownPageLinkHandler
from core.models import Oordeel
from core.opinion_screens import LookAndRemovePolicy, OordeelViewSet
from core.search import screens
from core.viewsets import GegevensViewSetGroup, ZoekenViewSetGroup

register_permission_policy(Oordeel, LookAndRemovePolicy(Oordeel))
register_snippet(GegevensViewSetGroup)
register_snippet(ZoekenViewSetGroup)
register_snippet(OordeelViewSet)


@hooks.register("register_rich_text_features", order=10)
def register_page_links(features):
    """Write links to pages with few queries."""
    features.register_link_type(KnownPageLinkHandler)


@hooks.register("register_rich_text_features")
def register_terms(features):
    """Let editors explain a word by a term of the glossary."""
    features.register_link_type(glossary.BegripLinkHandler)
    features.register_editor_plugin(
        "draftail",
        "begrip",
        EntityFeature(
            {
                "type": "BEGRIP",
                "icon": "openquote",
                "description": "Begrip uitleggen",
                "chooserUrls": {
                    "begripChooser": reverse_lazy("wagtailsnippetchoosers_core_begrip:choose")
                },
            },
            js=["wagtailadmin/js/chooser-modal.js", "js/begrip-redactie.js"],
        ),
    )
    features.register_converter_rule("contentstate", "begrip", glossary.CONVERSION_RULE)


@hooks.register("register_admin_urls")
def register_search_report():
    """Show what was searched for in vain."""
    view = screens.MissedSearchesView
    return [
        path("rapporten/zoeken/", view.as_view(), name=view.index_url_name),
        path(
            "rapporten/zoeken/resultaten/",
            view.as_view(results_only=True),
            name=view.index_results_url_name,
        ),
    ]


@hooks.register("register_reports_menu_item")
def register_search_report_menu_item():
    """Put that report in the menu."""
    return screens.menu_item()


@hooks.register("register_admin_urls")
def register_person_screen():
    """Look up and forget one person, over all apps."""
    view = personal_screens.PersoonView
    return [path("rapporten/persoon/", view.as_view(), name=personal_screens.URL_NAME)]


@hooks.register("register_reports_menu_item")
def register_person_menu_item():
    """Put that screen in the menu."""
    return personal_screens.menu_item()


hooks.register("register_log_actions", personal_screens.register_log_actions)


@hooks.register("construct_reports_menu")
def hide_popular_searches(request, menu_items):
    """Leave out a report that stays empty: what is found is not counted (docs/adr/0014)."""
    menu_items[:] = [item for item in menu_items if item.name != "search-terms"]


@hooks.register("construct_homepage_panels")
def show_missed_searches(request, panels):
    """Say on the first page what visitors did not find."""
    panels.append(screens.MissedSearchesPanel())
