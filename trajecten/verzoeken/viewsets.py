"""The admin of requests: a list, a screen per request, and what is urgent on the first page."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import path
from django_filters import BooleanFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, Panel
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import EditView, HistoryView, IndexView, SnippetViewSet

from core import clock
from core.columns import DayColumn
from core.models import SiteInstellingen
from trajecten.models import Gemeente, Verzoek, VroegereGemeente
from trajecten.verzoeken import audit, services, steps
from trajecten.verzoeken.access import PERMISSION, may_treat

SHOWN_ON_FIRST_PAGE = 5
# Whoever is or was in charge of a request.
IN_CHARGE = Verzoek.objects.order_by().values("behandelaar")


def people_who_treat():
    """Return the users who may be in charge of a request."""
    return get_user_model().objects.with_perm(
        PERMISSION, backend="django.contrib.auth.backends.ModelBackend"
    )


class BehandelForm(WagtailAdminModelForm):
    """What the team writes down about a request."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["behandelaar"]
        # Who is in charge already stays a choice, also after leaving the team.
        chosen = Q(pk__in=people_who_treat().values("pk")) | Q(pk=self.instance.behandelaar_id)
        field.queryset = get_user_model().objects.filter(chosen)
        field.label_from_instance = name_of


def name_of(user) -> str:
    """Return how the team calls somebody."""
    return user.get_full_name() or user.get_username()


class AanvraagPanel(Panel):
    """What was asked, and the steps that can be taken: to read, not to type."""

    class BoundPanel(Panel.BoundPanel):
        """For one request."""

        template_name = "trajecten/beheer/aanvraag.html"

        def get_context_data(self, parent_context=None):
            can_become_question = (
                not self.instance.geanonimiseerd_op
                and steps.overview_for(self.request.user) is not None
            )
            context: Any = super().get_context_data(parent_context)
            return {
                **context,
                "verzoek": self.instance,
                "stappen": steps.steps_for(self.instance),
                "kan_vraag_worden": can_become_question,
            }


class VerzoekFilterSet(WagtailFilterSet):
    """Which requests."""

    open = BooleanFilter(label="nog open", method="keep_open", widget=forms.Select)
    te_laat = BooleanFilter(label="te laat", method="keep_overdue")
    behandelaar = ModelChoiceFilter(
        label="behandelaar", queryset=get_user_model().objects.filter(pk__in=IN_CHARGE)
    )
    gemeente = ModelChoiceFilter(
        label="gemeente",
        queryset=Gemeente.objects.filter(pk__in=Verzoek.objects.order_by().values("gemeente")),
    )

    class Meta:
        model = Verzoek
        fields = ["soort", "staat", "behandelaar", "gemeente"]

    def keep_open(self, queryset, name, value):
        return queryset.open() if value else queryset.exclude(pk__in=Verzoek.objects.open())

    def keep_overdue(self, queryset, name, value):
        late = Verzoek.objects.overdue()
        return queryset.filter(pk__in=late) if value else queryset.exclude(pk__in=late)


class VerzoekIndexView(IndexView):
    """The requests, latest first. The file holds nothing that says who asked."""

    def get_base_queryset(self):
        return Verzoek.objects.for_list()


class VerzoekEditView(EditView):
    """One request. Whoever opens it is written down."""

    def dispatch(self, request, *args, **kwargs):
        if not may_treat(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        audit.note_look(self.object, request.user)
        return super().get(request, *args, **kwargs)

    def save_instance(self):
        wanted = self.form.cleaned_data
        return services.treat(
            verzoek=self.object,
            user=self.request.user,
            behandelaar=wanted["behandelaar"],
            opvolgen_op=wanted["opvolgen_op"],
            notities=wanted["notities"],
        )


def when_due(verzoek) -> str:
    """Return whether the next step should have been taken already."""
    if not (verzoek.is_open and verzoek.opvolgen_op):
        return ""
    return "te laat" if verzoek.opvolgen_op < clock.today() else ""


class VerzoekViewSet(SnippetViewSet):
    """Requests."""

    model = Verzoek
    icon = "comment"
    menu_label = "Verzoeken"
    menu_order = 240
    add_to_admin_menu = True
    index_view_class = VerzoekIndexView
    edit_view_class = VerzoekEditView
    history_view_class = HistoryView
    copy_view_enabled = False
    inspect_view_enabled = False
    list_display = [
        "kenmerk",
        Column("naam", label="naam"),
        Column("waar", label="voor wie"),
        Column("soort", label="soort", accessor="get_soort_display"),
        Column("staat", label="staat", accessor="get_staat_display"),
        Column(
            "behandelaar",
            label="behandelaar",
            accessor=lambda verzoek: name_of(verzoek.behandelaar) if verzoek.behandelaar else "",
        ),
        DayColumn("opvolgen_op", label="volgende stap", sort_key="opvolgen_op"),
        Column("te_laat", label="te laat?", accessor=when_due),
        DayColumn("ontvangen_op", label="ontvangen", sort_key="ontvangen_op"),
    ]
    filterset_class = VerzoekFilterSet
    search_fields = ["kenmerk", "naam", "organisatie", "e_mail_norm", "vraag", "gemeente__naam"]
    ordering = ["-ontvangen_op", "-pk"]
    list_per_page = 50
    # Nothing that somebody typed: so nothing in it can be a formula, or says who asked.
    list_export = [
        "kenmerk",
        "get_soort_display",
        "get_staat_display",
        "gemeente",
        "ontvangen_op",
        "gesprek_op",
    ]
    export_headings = {
        "kenmerk": "Kenmerk",
        "get_soort_display": "Soort",
        "get_staat_display": "Staat",
        "gemeente": "Gemeente",
        "ontvangen_op": "Ontvangen op",
        "gesprek_op": "Gesprek op",
    }
    export_filename = "verzoeken"
    edit_handler = ObjectList(
        [
            AanvraagPanel(heading="Wat er gevraagd is"),
            FieldRowPanel(
                [FieldPanel("behandelaar"), FieldPanel("opvolgen_op")], heading="Opvolging"
            ),
            FieldPanel("notities"),
        ],
        base_form_class=BehandelForm,
    )

    def register_chooser_viewset(self):
        """Make no chooser: it is open to everybody in the admin, and searches in who asked what."""

    def get_permissions_to_register(self):
        return Permission.objects.filter(
            content_type__app_label="trajecten", codename="change_verzoek"
        )

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            *(
                path(f"<int:pk>/{name}/", steps.StepView.as_view(stap=name), name=name)
                for name in steps.STAPPEN
            ),
            path("<int:pk>/wissen/", steps.EraseView.as_view(), name="wissen"),
            path("<int:pk>/vraag/", steps.MakeQuestionView.as_view(), name="vraag"),
        ]


class VerzoekenPanel(Component):
    """What is new and what is late, on the first page of the admin."""

    name = "verzoeken"
    order = 40
    template_name = "trajecten/beheer/verzoeken_paneel.html"

    def get_context_data(self, parent_context=None):
        request = parent_context["request"] if parent_context else None
        late = Verzoek.objects.overdue().for_list().order_by("opvolgen_op")
        details: Any = SiteInstellingen.for_request(request)
        return {
            "request": request,
            "te_laat": list(late[:SHOWN_ON_FIRST_PAGE]),
            "aantal_te_laat": late.count(),
            "aantal_nieuw": Verzoek.objects.filter(staat="nieuw").count(),
            "aantal_open": Verzoek.objects.open().count(),
            "mist_adres": not services.team_address(details),
        }

    def render_html(self, parent_context=None):
        if not parent_context or not may_treat(parent_context["request"].user):
            return ""
        return super().render_html(parent_context)


class GemeenteViewSet(SnippetViewSet):
    """Municipalities of today."""

    model = Gemeente
    icon = "home"
    list_display = ["naam", "nis", "provincie"]
    list_filter = ["provincie"]
    search_fields = ["naam", "nis"]
    list_per_page = 50


class VroegereGemeenteViewSet(SnippetViewSet):
    """Municipalities that merged into another."""

    model = VroegereGemeente
    icon = "history"
    list_display = ["naam", "gemeente", DayColumn("ingang", label="sinds")]
    search_fields = ["naam", "gemeente__naam"]
    list_per_page = 50
