"""What long lists share: no counting, one choice. And those of the mail room: who may see them."""

from django.utils.functional import cached_property
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView

from post.progress import current_state
from post.screens.access import ManagersOnly
from post.screens.filters import Keuze
from post.screens.paging import read_page


class BadgeColumn(Column):
    """A state in words, with a colour of its own."""

    cell_template_name = "post/beheer/badge_cell.html"

    def __init__(self, *args, look, **kwargs):
        super().__init__(*args, **kwargs)
        self._look = look

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        context["look"] = self._look(instance)
        return context


class LongListing(IndexView):
    """A list that is leafed through without counting. Who may see it, a subclass says."""

    keuze_class: type[Keuze] = Keuze
    any_permission_required = ["view"]
    is_searchable = True
    template_name = "wagtailadmin/generic/index.html"
    results_template_name = "post/beheer/lijst_resultaten.html"
    search_help = ""
    # The addresses of files with everything in the list, with their names.
    downloads: list[tuple[str, str]] = []

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        # Wagtail's own export would read every row into memory, in another time zone.
        self.is_export = False

    @cached_property
    def keuze(self) -> Keuze:
        return self.keuze_class(self.request.GET, self.request)

    @cached_property
    def filters(self):
        return self.keuze.filters

    @cached_property
    def is_filtering(self):
        return self.keuze.is_geldig and self.filters.form.has_changed()

    @property
    def is_searching(self):
        return bool(self.keuze.gezocht)

    def get_queryset(self):
        return self.keuze.rows().for_list()

    def paginate_queryset(self, queryset, page_size):
        page = read_page(queryset, self.request.GET.get(self.page_kwarg, ""), page_size)
        return page, page, page.object_list, page.has_other_pages

    def get_valid_orderings(self):
        # Only the order of the numbers can be read from the end of a large table.
        return []

    def get_list_more_buttons(self, instance):
        return []

    @cached_property
    def header_more_buttons(self):
        return []

    @cached_property
    def no_results_message(self):
        if not self.keuze.is_geldig:
            return "Dit filter bestaat niet (meer). Kies een ander filter."
        if self.is_searching or self.is_filtering:
            return f"Geen {self.verbose_name_plural} gevonden. {self.search_help}".strip()
        return f"Er zijn nog geen {self.verbose_name_plural}."

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        context["media"] += self.filters.form.media
        return context


class PostListing(ManagersOnly, LongListing):
    """A list of the mail room."""

    template_name = "post/beheer/lijst.html"

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        if not self.results_only:
            context["toestand"] = current_state()
        return context
