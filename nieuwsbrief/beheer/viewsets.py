"""The place of the newsletter in the menu of the admin."""

from django.contrib.auth.models import Permission
from django.shortcuts import redirect
from django.urls import path
from wagtail.admin import messages
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import DeleteView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from nieuwsbrief.beheer.brieven import BriefViewSet, TestadresViewSet
from nieuwsbrief.beheer.invoeren import BekijkView, InvoerView, OvergeslagenView
from nieuwsbrief.beheer.lijst import AbonneeExport, AbonneeListing
from nieuwsbrief.beheer.persoon import (
    LinkView,
    PersoonView,
    UitschrijvenView,
    WissenView,
)
from nieuwsbrief.beheer.verzend_mail import MailInhoudView, MailView
from nieuwsbrief.beheer.verzend_stappen import STAPPEN, StapView
from nieuwsbrief.beheer.verzenden import VerzendenView, VoortgangView, WieNietView
from nieuwsbrief.beheer.verzonden import VerzondenView
from nieuwsbrief.models import Abonnement, Invoer, Lijst, Verzending


class AbonneeViewSet(ModelViewSet):
    """Subscribers: looked at, never typed."""

    model = Abonnement
    name = "nieuwsbrief_abonnees"
    url_prefix = "nieuwsbrief/abonnees"
    menu_label = "Abonnees"
    icon = "mail"
    list_per_page = 50
    index_view_class = AbonneeListing
    copy_view_enabled = False
    add_to_reference_index = False
    search_fields = ["abonnee__adres_norm"]

    def get_permissions_to_register(self):
        return Permission.objects.filter(
            content_type__app_label="nieuwsbrief",
            codename__in=[
                "view_abonnee",
                "change_abonnee",
                "exporteer_abonnees",
                "invoeren_abonnees",
            ],
        )

    def get_urlpatterns(self):
        return [
            path("", self.index_view, name="index"),
            path("lijst/", self.index_results_view, name="index_results"),
            path("export/", AbonneeExport.as_view(), name="export"),
            path("<int:pk>/", PersoonView.as_view(), name="persoon"),
            path("<int:pk>/uitschrijven/", UitschrijvenView.as_view(), name="uitschrijven"),
            path("<int:pk>/link/", LinkView.as_view(), name="link"),
            path("<int:pk>/nieuwe-link/", LinkView.as_view(vernieuw=True), name="nieuwe_link"),
            path("<int:pk>/wissen/", WissenView.as_view(), name="wissen"),
        ]


class InvoerViewSet(ModelViewSet):
    """Lists that are brought in."""

    model = Invoer
    name = "nieuwsbrief_invoer"
    url_prefix = "nieuwsbrief/invoeren"
    menu_label = "Lijst invoeren"
    icon = "upload"
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields = ["bestandsnaam"]

    def get_permissions_to_register(self):
        return Permission.objects.none()

    def get_urlpatterns(self):
        return [
            path("", InvoerView.as_view(), name="index"),
            path("<int:pk>/", BekijkView.as_view(), name="bekijk"),
            path("<int:pk>/niet-ingevoerd/", OvergeslagenView.as_view(), name="overgeslagen"),
        ]


class LijstVerwijderView(DeleteView):
    """Only a list that nobody ever read can go: who left one is remembered with it for ever."""

    def run_before_hook(self):
        if not (self.object.had_lezers or Invoer.objects.filter(lijst=self.object).exists()):
            return None
        messages.error(
            self.request,
            f"‘{self.object}’ kun je niet verwijderen: de lijst heeft of had lezers, en de site "
            "onthoudt wie haar niet meer wil. Zet ‘in gebruik’ uit, dan verschijnt ze nergens.",
        )
        return redirect("nieuwsbrief_lijsten:edit", self.object.pk)


class LijstViewSet(ModelViewSet):
    """Newsletters that people subscribe to."""

    model = Lijst
    name = "nieuwsbrief_lijsten"
    url_prefix = "nieuwsbrief/lijsten"
    menu_label = "Lijsten"
    icon = "list-ul"
    copy_view_enabled = False
    delete_view_class = LijstVerwijderView
    ordering = ["volgorde", "naam"]
    list_display = [
        "naam",
        Column("afzender_adres", label="Afzender"),
        Column("antwoord_adres", label="Antwoorden naar"),
        Column("list_id", label="List-Id", accessor="list_id_kop"),
        BooleanColumn("zichtbaar", label="Te kiezen op de site"),
        BooleanColumn("actief", label="In gebruik"),
    ]
    search_fields = ["naam", "slug"]


class VerzendViewSet(ModelViewSet):
    """Issues on their way, and how they ended."""

    model = Verzending
    name = "nieuwsbrief_verzenden"
    url_prefix = "nieuwsbrief/verzenden"
    menu_label = "Verzenden"
    icon = "arrow-right"
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields = ["onderwerp"]

    def get_permissions_to_register(self):
        return Permission.objects.filter(
            content_type__app_label="nieuwsbrief", codename="verzend_brief"
        )

    def get_urlpatterns(self):
        return [
            path("", VerzondenView.as_view(), name="index"),
            path("<int:pk>/", VerzendenView.as_view(), name="brief"),
            path("<int:pk>/voortgang/", VoortgangView.as_view(), name="voortgang"),
            path("<int:pk>/wie-niet/", WieNietView.as_view(), name="wie"),
            path("<int:pk>/mail/", MailView.as_view(), name="mail"),
            path("<int:pk>/mail/<str:manier>/", MailInhoudView.as_view(), name="mail_inhoud"),
            *(
                path(f"<int:pk>/{naam}/", StapView.as_view(), {"stap": naam}, name=naam)
                for naam in STAPPEN
            ),
        ]


class NieuwsbriefGroep(ViewSetGroup):
    """Everything about the newsletter."""

    menu_label = "Nieuwsbrief"
    menu_name = "nieuwsbrief"
    menu_icon = "mail"
    menu_order = 235
    items = (
        BriefViewSet,
        VerzendViewSet,
        AbonneeViewSet,
        InvoerViewSet,
        LijstViewSet,
        TestadresViewSet,
    )
