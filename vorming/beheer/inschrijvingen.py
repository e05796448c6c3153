"""The list of enrolments, and every screen about the people in them."""

from django.contrib.auth.models import Permission
from django.db.models import Case, F, Value, When
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, TitleColumn
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from vorming.beheer import rechten
from vorming.beheer.bulk import BULKACTIES
from vorming.beheer.keuze import InschrijvingFilterSet, InschrijvingKeuze
from vorming.beheer.persoon import PersoonView
from vorming.beheer.samenvoegen import SamenvoegView
from vorming.beheer.stappen import STAPPEN, StapView
from vorming.beheer.telefoon import InschrijfView, KiesSessieView
from vorming.beheer.woorden import (
    dag_in_woorden,
    naam_van,
    plaats_in_woorden,
    sessie_in_woorden,
)
from vorming.models import Inschrijving
from vorming.staten import Staat

NAAM = "vorming_inschrijvingen"


class InschrijvingPolicy(ModelPermissionPolicy):
    """Looking is for who may see people; Wagtail itself adds, changes and deletes nobody.

    A form that saved a row would undo what somebody else did meanwhile: every change is a function
    of the services.
    """

    def user_has_permission(self, user, action):
        return action == "view" and rechten.mag_personen_zien(user)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_permission(user, action)


class StaatColumn(Column):
    """A state in words, with a look of its own."""

    cell_template_name = "vorming/beheer/inschrijving_staat.html"


class InschrijvingIndexView(IndexView):
    """Who is enrolled, the latest first; within one session in the order of places and queue."""

    is_searchable = True
    default_ordering = "-pk"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        # A file with people is made by a screen of its own, which writes it down.
        self.is_export = False

    @cached_property
    def keuze(self) -> InschrijvingKeuze:
        return InschrijvingKeuze(self.request.GET, self.request)

    @cached_property
    def filters(self):
        return self.keuze.filters

    @cached_property
    def is_filtering(self):
        return self.keuze.is_geldig and self.filters.form.has_changed()

    @property
    def is_searching(self):
        return bool(self.keuze.gezocht)

    @cached_property
    def mag_wijzigen(self) -> bool:
        return rechten.mag_inschrijvingen(self.request.user)

    @cached_property
    def columns(self):
        # Only the people of one session are few enough to be put in another order.
        sort = "naam" if self.keuze.sessie else None
        since = "staat_sinds" if self.keuze.sessie else None
        columns = [
            TitleColumn(
                "naam",
                label="Naam",
                accessor=naam_van,
                get_url=lambda one: reverse(f"{NAAM}:inspect", args=[one.pk]),
                get_title_id=lambda one: f"snippet_{one.pk}_title",
                sort_key=sort,
            ),
            StaatColumn("staat", label="Staat", accessor="staat_tekst"),
            Column("plaats", label="Plaats", accessor="plaats_tekst"),
            Column("let_op", label="Let op", accessor="aandacht_tekst"),
            Column("sessie", label="Sessie", accessor=lambda one: sessie_in_woorden(one.sessie)),
            Column("organisatie", label="Organisatie", accessor="aanvraag.organisatie"),
            Column(
                "sinds",
                label="Sinds",
                accessor=lambda one: dag_in_woorden(one.staat_sinds, "d/m/Y H.i"),
                sort_key=since,
            ),
        ]
        if self.keuze.sessie:
            columns = [column for column in columns if column.name != "sessie"]
        if self.mag_wijzigen:
            columns.insert(0, BulkActionsCheckboxColumn("bulk_actions", obj_type="snippet"))
        return columns

    def get_base_queryset(self):
        return self.keuze.rows().voor_lijst()

    def filter_queryset(self, queryset):
        return queryset

    def search_queryset(self, queryset):
        return queryset

    def order_queryset(self, queryset):
        if self.keuze.sessie and self.ordering == self.default_ordering:
            waits = Case(When(staat=Staat.WACHTLIJST, then=F("volgnummer")))
            is_over = Case(
                When(staat__in=[Staat.BEVESTIGD, Staat.AANGEBODEN], then=Value(0)),
                When(staat=Staat.WACHTLIJST, then=Value(1)),
                When(staat=Staat.AANGEVRAAGD, then=Value(2)),
                default=Value(3),
            )
            return queryset.order_by(is_over, "plaats", waits, "-pk")
        return super().order_queryset(queryset)

    def paginate_queryset(self, queryset, page_size):
        paginator, page, rows, is_paginated = super().paginate_queryset(queryset, page_size)
        page.object_list = rows = list(rows)
        self._add_words(rows)
        return paginator, page, rows, is_paginated

    def _add_words(self, rows):
        """Look up for the whole page at once what the columns say."""
        waiting = {one.sessie_id for one in rows if one.staat == Staat.WACHTLIJST}
        ranks = Inschrijving.objects.plaatsen_in_de_rij(waiting) if waiting else {}
        reasons = Inschrijving.objects.filter(pk__in=[one.pk for one in rows]).redenen()
        for one in rows:
            one.plaats_tekst = plaats_in_woorden(one, ranks.get(one.pk))
            one.aandacht_tekst = ", ".join(str(r.label) for r in reasons.get(one.pk, []))

    def get_list_buttons(self, instance):
        return []

    @cached_property
    def header_buttons(self):
        if not self.mag_wijzigen:
            return []
        chosen = self.keuze.sessie
        url = (
            reverse(f"{NAAM}:inschrijven", args=[chosen.pk])
            if chosen
            else reverse(f"{NAAM}:kies_sessie")
        )
        return [HeaderButton("Iemand inschrijven", url=url, icon_name="plus")]

    @cached_property
    def header_more_buttons(self):
        if not rechten.mag_uitvoeren(self.request.user):
            return []
        # The screen of the file starts with what this list shows.
        url = f"{reverse('vorming_uitvoer')}?{self.keuze.voor_bestand().urlencode()}"
        return [Button("Lijst downloaden", url=url, icon_name="download")]

    @cached_property
    def no_results_message(self):
        if not self.keuze.is_geldig:
            return "Dit filter bestaat niet (meer). Kies een ander filter."
        if self.is_searching or self.is_filtering:
            return (
                "Niemand gevonden. Zoek op een naam, een heel e-mailadres of een organisatie, of "
                "haal een filter weg."
            )
        return "Er is nog niemand ingeschreven."

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        context["media"] += self.filters.form.media
        context["bulkacties"] = BULKACTIES if self.mag_wijzigen else []
        return context


def van_sessie(request, sessie):
    """Lead from the screen of a session to the people in it."""
    return redirect(f"{reverse(f'{NAAM}:list')}?sessie={sessie}")


class InschrijvingURLFinder(ModelAdminURLFinder):
    """Leads from the site history to the person."""

    def get_edit_url(self, instance):
        if self.user and not rechten.mag_personen_zien(self.user):
            return None
        return reverse(f"{NAAM}:inspect", args=[instance.pk])


class InschrijvingViewSet(SnippetViewSet):
    """Enrolments: looked up and treated, never typed over."""

    model = Inschrijving
    icon = "user"
    menu_label = "Inschrijvingen"
    menu_name = "vorming-inschrijvingen"
    admin_url_namespace = NAAM
    base_url_path = "vorming/inschrijvingen"
    index_view_class = InschrijvingIndexView
    index_template_name = "vorming/beheer/inschrijvingen.html"
    index_results_template_name = "vorming/beheer/inschrijvingen_lijst.html"
    filterset_class = InschrijvingFilterSet
    copy_view_enabled = False
    inspect_view_enabled = True
    add_to_reference_index = False
    list_per_page = 50

    @property
    def url_finder_class(self):
        return InschrijvingURLFinder

    def register_chooser_viewset(self):
        """Make no chooser: it would show everybody's name to whoever writes a page."""

    def get_permissions_to_register(self):
        return Permission.objects.filter(
            content_type__app_label="vorming",
            codename__in=["view_inschrijving", "change_inschrijving", "view_bijzonderenood"],
        )

    def get_urlpatterns(self):
        return [
            path("", self.index_view, name="list"),
            path("lijst/", self.index_results_view, name="list_results"),
            path("van-sessie/<int:sessie>/", van_sessie, name="van_sessie"),
            path("inschrijven/", KiesSessieView.as_view(), name="kies_sessie"),
            path("inschrijven/<int:sessie>/", InschrijfView.as_view(), name="inschrijven"),
            path("<int:pk>/", PersoonView.as_view(), name="inspect"),
            path("<int:pk>/samenvoegen/", SamenvoegView.as_view(), name="samenvoegen"),
            *(
                path(f"<int:pk>/{naam}/", StapView.as_view(stap=naam), name=naam)
                for naam in STAPPEN
            ),
        ]
