"""The admin of the trajectories."""

from wagtail.admin.ui.tables import DateColumn
from wagtail.admin.viewsets.pages import PageListingViewSet

from trajecten.models import StapPage


class StapListingViewSet(PageListingViewSet):
    """All steps in one list, with the day on which each must be looked at again."""

    name = "stappen"
    model = StapPage
    icon = "tasks"
    menu_label = "Stappen"
    menu_order = 110
    add_to_admin_menu = True
    columns = [
        *PageListingViewSet.index_view_class.base_columns,
        DateColumn("volgend_nazicht", label="opnieuw nakijken op", sort_key="volgend_nazicht"),
    ]


stap_listing = StapListingViewSet()
