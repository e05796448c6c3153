"""Registrations in Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from trajecten.models import Verzoek
from trajecten.verzoeken import audit
from trajecten.verzoeken.access import VerzoekPolicy
from trajecten.verzoeken.viewsets import (
    GemeenteViewSet,
    VerzoekenPanel,
    VerzoekViewSet,
    VroegereGemeenteViewSet,
)
from trajecten.viewsets import stap_listing, trekkingsrechten, vraag_listing

register_permission_policy(Verzoek, VerzoekPolicy(Verzoek))
register_snippet(VerzoekViewSet)
register_snippet(GemeenteViewSet)
register_snippet(VroegereGemeenteViewSet)
hooks.register("register_log_actions", audit.register)


@hooks.register("register_admin_viewset")
def register_listings():
    """Give steps, questions and tables of amounts a place of their own in the menu."""
    return [stap_listing, vraag_listing, trekkingsrechten]


@hooks.register("construct_homepage_panels")
def show_requests(request, panels):
    """Say on the first page what is new and what is late."""
    panels.append(VerzoekenPanel())
