"""Registrations in Wagtail."""

from django.urls import reverse_lazy
from wagtail import hooks
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.snippets.models import register_snippet

from core import glossary
from core.link_handler import KnownPageLinkHandler
from core.viewsets import GegevensViewSetGroup

register_snippet(GegevensViewSetGroup)


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
