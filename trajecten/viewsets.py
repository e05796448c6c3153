"""The admin of the trajectories."""

from wagtail.admin.viewsets.pages import PageListingViewSet

from core.columns import DayColumn
from core.models import with_opinions
from core.opinion_screens import OordelenColumn
from trajecten.models import StapPage, VraagPage


class ReviewedIndexView(PageListingViewSet.index_view_class):
    """A list of pages with the day of the next review and what readers say."""

    def annotate_queryset(self, pages):
        return with_opinions(super().annotate_queryset(pages))


REVIEW_COLUMNS = [
    *PageListingViewSet.index_view_class.base_columns,
    OordelenColumn(),
    DayColumn("volgend_nazicht", label="opnieuw nakijken op", sort_key="volgend_nazicht"),
]


class StapListingViewSet(PageListingViewSet):
    """All steps in one list, with the day on which each must be looked at again."""

    name = "stappen"
    model = StapPage
    icon = "tasks"
    menu_label = "Stappen"
    menu_order = 110
    add_to_admin_menu = True
    index_view_class = ReviewedIndexView
    columns = REVIEW_COLUMNS


class VraagListingViewSet(PageListingViewSet):
    """All questions in one list."""

    name = "vragen"
    model = VraagPage
    icon = "help"
    menu_label = "Vragen"
    menu_order = 115
    add_to_admin_menu = True
    index_view_class = ReviewedIndexView
    columns = REVIEW_COLUMNS


stap_listing = StapListingViewSet()
vraag_listing = VraagListingViewSet()
