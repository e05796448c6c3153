"""On the first page of the admin: the next issue."""

from wagtail.admin.ui.components import Component

from nieuwsbrief.beheer.brieven import te_maken_onder
from nieuwsbrief.services.ritme import beheer_adres, volgende

MEESTE = 5


class VolgendeBriefPanel(Component):
    """When the next issue is due, how far it is, and what it misses; for who can make it."""

    name = "volgende_brief"
    order = 240
    template_name = "nieuwsbrief/beheer/volgende_brief.html"

    def get_context_data(self, parent_context=None):
        coming = volgende()
        return {
            "volgende": coming,
            "adres": beheer_adres(coming.brief if coming else None),
            "moet": coming.blokkeert[:MEESTE] if coming else [],
            "meer": max(0, len(coming.blokkeert) - MEESTE) if coming else 0,
        }

    def render_html(self, parent_context=None):
        if not parent_context or not te_maken_onder(parent_context["request"].user):
            return ""
        return super().render_html(parent_context)
