"""Registrations in Wagtail."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from core.link_handler import KnownPageLinkHandler
from core.viewsets import GegevensViewSetGroup

register_snippet(GegevensViewSetGroup)


@hooks.register("register_rich_text_features", order=10)
def register_page_links(features):
    """Write links to pages with few queries."""
    features.register_link_type(KnownPageLinkHandler)
