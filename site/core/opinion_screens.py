"""What visitors say about pages, beside those pages in the admin."""

from typing import Any

from django.contrib.auth.models import Permission
from django.urls import reverse
from django_filters import BooleanFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import Panel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.models import Page
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from core.columns import DayColumn
from core.models import Oordeel

LATEST = 5


class LookAndRemovePolicy(ModelPermissionPolicy):
    """Rows that come in by themselves: nobody adds or changes one by hand."""

    def user_has_permission(self, user, action):
        return action in ("view", "delete") and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return super().user_has_any_permission(user, set(actions) & {"view", "delete"})


class OordeelFilterSet(WagtailFilterSet):
    """Which opinions."""

    nuttig = BooleanFilter(label="geholpen")
    met_tekst = BooleanFilter(label="met tekst", method="with_text")
    pagina = ModelChoiceFilter(
        label="pagina",
        queryset=Page.objects.filter(pk__in=Oordeel.objects.order_by().values("pagina")).order_by(
            "title"
        ),
    )

    class Meta:
        model = Oordeel
        fields = ["nuttig", "pagina"]

    def with_text(self, queryset, name, value):
        return queryset.with_text() if value else queryset.filter(tekst="")


class OordeelIndexView(IndexView):
    """The opinions, latest first; a row leads to its page."""

    def get_base_queryset(self):
        return Oordeel.objects.select_related("pagina")

    def get_edit_url(self, instance):
        return reverse("wagtailadmin_pages:edit", args=[instance.pagina_id])


class OordeelViewSet(SnippetViewSet):
    """Opinions: looked at, or removed when somebody wrote what should not stay."""

    model = Oordeel
    icon = "thumbtack"
    menu_label = "Oordelen"
    menu_order = 255
    add_to_admin_menu = True
    index_view_class = OordeelIndexView
    copy_view_enabled = False
    list_display = [
        "pagina",
        BooleanColumn("nuttig", label="geholpen"),
        Column("tekst", label="wat iemand erbij schreef"),
        DayColumn("op", label="dag"),
    ]
    filterset_class = OordeelFilterSet
    search_fields = ["tekst", "pagina__title"]
    ordering = ["-op", "-pk"]
    list_per_page = 50

    def get_permissions_to_register(self):
        return Permission.objects.filter(
            content_type__app_label="core", codename__in=["view_oordeel", "delete_oordeel"]
        )


class OordelenColumn(Column):
    """How many said that a page helped; the list must be read with `with_opinions`."""

    def __init__(self, name="oordelen", **kwargs):
        super().__init__(name, label="geholpen", **kwargs)

    def get_value(self, instance):
        if not (instance.aantal_ja or instance.aantal_nee):
            return ""
        return f"{instance.aantal_ja} ja, {instance.aantal_nee} nee"


class OordelenPanel(Panel):
    """What visitors said about this page, in its edit screen."""

    def __init__(self, **kwargs):
        kwargs.setdefault("heading", "Wat lezers zeggen")
        super().__init__(**kwargs)

    class BoundPanel(Panel.BoundPanel):
        """For one page."""

        template_name = "core/beheer/oordelen_paneel.html"

        def is_shown(self):
            return self.instance.pk is not None and self.instance.vraagt_oordeel

        def get_context_data(self, parent_context=None):
            opinions = Oordeel.objects.filter(pagina=self.instance.pk)
            context: Any = super().get_context_data(parent_context)
            return {
                **context,
                "aantal": opinions.counts(),
                "laatste": list(opinions.with_text()[:LATEST]),
                "mag_kijken": self.request.user.has_perm("core.view_oordeel"),
            }
