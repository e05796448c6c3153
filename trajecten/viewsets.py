"""The admin of the trajectories."""

from django.db.models import (
    Count,
)
from wagtail.admin.ui.tables import (
    Column,
    DateColumn,
)
from wagtail.admin.views.generic import (
    IndexView,
)
from wagtail.admin.viewsets.model import (
    ModelViewSet,
)
from wagtail.admin.viewsets.pages import (
    PageListingViewSet,
)

from core.columns import (
    DayColumn,
)
from core.models import (
    with_opinions,
)
from core.opinion_screens import (
    OordelenColumn,
)
from trajecten.models import (
    StapPage,
    TrekkingsrechtTabel,
    VraagPage,
)
from trajecten.trekkingsrechten.views import (
    InvoerView,
)


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


class TabelListing(IndexView):
    """The tables, each with how many municipalities it names."""

    default_ordering = "-datum"

    def get_base_queryset(self):
        return (
            super()
            .get_base_queryset()
            .select_related("regelkader", "bron", "ingevoerd_door")
            .annotate(aantal=Count("rechten"))
        )


class TrekkingsrechtViewSet(ModelViewSet):
    """Tables of amounts per municipality: brought in from a file, never typed."""

    model = TrekkingsrechtTabel
    name = "trekkingsrechten"
    icon = "table"
    menu_label = "Trekkingsrechten"
    menu_order = 260
    add_to_admin_menu = True
    index_view_class = TabelListing
    add_view_class = InvoerView
    create_template_name = InvoerView.template_name
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ["regelkader", "van_jaar", "tot_jaar", "bron", "datum", "bestandsnaam"]
    inspect_template_name = "trajecten/beheer/trekkingsrechten.html"
    list_display = [
        "__str__",
        "regelkader",
        "bron",
        DateColumn("datum", label="datum van de tabel", sort_key="datum"),
        Column("aantal", label="gemeenten", accessor="aantal"),
        DateColumn("ingevoerd_op", label="ingevoerd op", sort_key="ingevoerd_op"),
        Column("ingevoerd_door", label="ingevoerd door"),
    ]


trekkingsrechten = TrekkingsrechtViewSet()
