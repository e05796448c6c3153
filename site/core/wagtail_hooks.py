"""Registrations in Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from core.link_handler import KnownPageLinkHandler
from core.models import Oordeel
from core.opinion_screens import LookAndRemovePolicy, OordeelViewSet
from core.viewsets import GegevensViewSetGroup

register_permission_policy(Oordeel, LookAndRemovePolicy(Oordeel))
register_snippet(GegevensViewSetGroup)
register_snippet(OordeelViewSet)


@hooks.register("register_rich_text_features", order=10)
def register_page_links(features):
    """Write links to pages with few queries."""
    features.register_link_type(KnownPageLinkHandler)
