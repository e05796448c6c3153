"""The admin of inspiration."""

from wagtail.admin.ui.tables import DateColumn
from wagtail.admin.viewsets.pages import PageListingViewSet

from home.models import ArtikelPage


class ArtikelListingViewSet(PageListingViewSet):
    """All articles in one list."""

    name = "artikels"
    model = ArtikelPage
    icon = "doc-full"
    menu_label = "Artikels"
    menu_order = 120
    add_to_admin_menu = True
    columns = [
        *PageListingViewSet.index_view_class.base_columns,
        DateColumn("datum", label="datum", sort_key="datum"),
    ]


artikel_listing = ArtikelListingViewSet()
