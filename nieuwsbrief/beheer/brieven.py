"""Making an issue: the list of them, a new one, and the check with the test mail."""

import re
from typing import Any, cast

from django import forms
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.admin.widgets import HeaderButton

from nieuwsbrief.brief import nieuw
from nieuwsbrief.brief.controle import controleer, mag_weg
from nieuwsbrief.models import NieuwsbriefIndexPage, NieuwsbriefPage, Testadres
from nieuwsbrief.services.proef import stuur_proef
from post.addresses import InvalidAddress
from post.screens.base import AdminScreen
from post.services import is_suppressed

LIJST = "nieuwsbrief_brieven:index"
NIEUW = "nieuwsbrief_brieven:nieuw"
NAKIJKEN = "nieuwsbrief_brieven:nakijken"


class BriefListing(IndexView):
    """All issues, the newest first."""

    default_ordering = "-nummer"

    @cached_property
    def header_buttons(self):
        if not te_maken_onder(self.request.user):
            return []
        return [HeaderButton("Nieuwe brief", url=reverse(NIEUW), icon_name="plus")]


def te_maken_onder(gebruiker) -> list[NieuwsbriefIndexPage]:
    """Return the pages below which somebody may make an issue, the Dutch one first."""
    found = NieuwsbriefIndexPage.objects.select_related("locale").order_by("locale_id")
    return [one for one in found if one.permissions_for_user(gebruiker).can_add_subpage()]


def begin_liever_nieuw(request, page):
    """Lead who copies an issue to a new one (hook `before_copy_page`).

    A copy has the number and the months of the first, and with readers nobody knows which is which.
    """
    if page.specific_class is not NieuwsbriefPage:
        return None
    messages.warning(
        request,
        "Een brief kun je niet kopiëren: er zouden er twee zijn met hetzelfde nummer. Maak een "
        "nieuwe brief. Die begint met de opbouw van de vorige.",
    )
    if te_maken_onder(request.user):
        return redirect(NIEUW)
    return redirect("wagtailadmin_explore", page.get_parent().pk)


class NieuwView(AdminScreen):
    """What the next issue starts with; the button makes it as a draft."""

    page_title = "Nieuwe brief"
    template_name = "nieuwsbrief/beheer/nieuwe_brief.html"
    header_icon = "plus"

    def dispatch(self, request, *args, **kwargs):
        if not te_maken_onder(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def index(self) -> NieuwsbriefIndexPage:
        return te_maken_onder(self.request.user)[0]

    @cached_property
    def vorige(self) -> NieuwsbriefPage | None:
        return nieuw.vorige_van(self.index)

    @cached_property
    def voorstellen(self) -> list[nieuw.Voorstel]:
        return nieuw.voorstellen(self.index, self.vorige)

    def post(self, request, *args, **kwargs):
        wanted = set(request.POST.getlist("pagina"))
        chosen = [one for one in self.voorstellen if str(one.pk) in wanted]
        try:
            page = nieuw.maak(self.index, chosen, request.user, self._nummer_van_het_formulier())
        except nieuw.AlGemaakt as al:
            messages.warning(
                request,
                f"‘{al.brief.title}’ stond al klaar. Er is geen tweede brief gemaakt.",
            )
            return self._naar(al.brief)
        messages.success(
            request, f"‘{page.title}’ is klaargezet als concept. Vul de lege blokken in."
        )
        return self._naar(page)

    def _nummer_van_het_formulier(self) -> int | None:
        nummer = self.request.POST.get("nummer", "")
        return int(nummer) if re.fullmatch("[0-9]{1,9}", nummer) else None

    def _naar(self, page):
        """Lead to an issue; of a colleague it may be one that only she edits."""
        if not page.permissions_for_user(self.request.user).can_edit():
            return redirect(LIJST)
        return redirect("wagtailadmin_pages:edit", page.pk)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(LIJST), "label": "Nieuwsbrieven"},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs):
        ticked = {one.pk for one in self.voorstellen if one.is_nieuw}
        chosen = [one.pk for one in self.voorstellen if one.pk in ticked][: nieuw.AANGEVINKT]
        return super().get_context_data(
            vorige=self.vorige,
            maand=nieuw.volgende_maand(self.vorige),
            nummer=nieuw.volgend_nummer(self.index, self.vorige),
            woorden=nieuw.maanden.in_woorden(nieuw.volgende_maand(self.vorige)),
            voorstellen=[(one, one.pk in chosen) for one in self.voorstellen],
            sinds=nieuw.sinds(self.vorige),
            **kwargs,
        )


class ProefForm(forms.Form):
    """To whom the test mail goes."""

    adressen = forms.ModelMultipleChoiceField(
        label="Naar welke testadressen?",
        queryset=Testadres.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Kies minstens een testadres.",
            "invalid_choice": "Dit testadres bestaat niet meer.",
            "invalid_pk_value": "Dit testadres bestaat niet meer.",
        },
    )


class NakijkenView(AdminScreen):
    """What is wrong with an issue, and the test mail. Looks at the newest version, sent or not."""

    template_name = "nieuwsbrief/beheer/nakijken.html"
    header_icon = "check"
    page_title = "Nakijken en testen"

    def dispatch(self, request, *args, **kwargs):
        if not self.pagina.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def pagina(self) -> NieuwsbriefPage:
        page = get_object_or_404(NieuwsbriefPage, pk=self.kwargs["pk"])
        return cast("NieuwsbriefPage", page.get_latest_revision_as_object())

    def post(self, request, *args, **kwargs):
        if request.POST.get("actie") == "links":
            return self.render_to_response(self.get_context_data(elders=True))
        form = ProefForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(formulier=form), status=422)
        chosen = list(form.cleaned_data["adressen"])
        try:
            stuur_proef(page=self.pagina, adressen=chosen, door=request.user)
        except (ValueError, InvalidAddress) as reason:
            messages.error(request, f"Er is niets gestuurd. {reason}")
        else:
            self._meld([one.adres for one in chosen])
        return redirect(NAKIJKEN, pk=self.pagina.pk)

    def _meld(self, adressen):
        stopped = [one for one in adressen if is_suppressed(one)]
        going = [one for one in adressen if one not in stopped]
        if going:
            messages.success(self.request, f"De testmail is onderweg naar {', '.join(going)}.")
        for one in stopped:
            messages.warning(
                self.request,
                f"{one} krijgt geen nieuwsbrieven: het schreef zich uit of is onbestelbaar.",
            )

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(LIJST), "label": "Nieuwsbrieven"},
            {
                "url": reverse("wagtailadmin_pages:edit", args=[self.pagina.pk]),
                "label": self.pagina.title,
            },
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, *, elders=False, **kwargs: Any):
        kwargs.setdefault("formulier", ProefForm())
        found = controleer(self.pagina, elders=elders)
        return super().get_context_data(
            pagina=self.pagina,
            bevindingen=found,
            mag_weg=mag_weg(found),
            elders=elders,
            heeft_testadressen=Testadres.objects.exists(),
            **kwargs,
        )


class BriefViewSet(PageListingViewSet):
    """The issues of the newsletter."""

    model = NieuwsbriefPage
    name = "nieuwsbrief_brieven"
    url_prefix = "nieuwsbrief/brieven"
    menu_label = "Nieuwsbrieven"
    icon = "mail"
    menu_order = 10
    index_view_class = BriefListing
    columns = [
        *IndexView.base_columns,
        Column("nummer", label="Nummer", sort_key="nummer"),
        Column("maanden", label="Maanden", sort_key="eerste_maand"),
    ]

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("nieuw/", NieuwView.as_view(), name="nieuw"),
            path("<int:pk>/nakijken/", NakijkenView.as_view(), name="nakijken"),
        ]


class TestadresViewSet(ModelViewSet):
    """Mailboxes of the team for test mails."""

    model = Testadres
    name = "nieuwsbrief_testadressen"
    url_prefix = "nieuwsbrief/testadressen"
    menu_label = "Testadressen"
    icon = "mail"
    copy_view_enabled = False
    list_display = ["adres", "omschrijving"]
    search_fields = ["adres", "omschrijving"]

    def get_permissions_to_register(self):
        return Permission.objects.filter(
            content_type__app_label="nieuwsbrief", codename__endswith="_testadres"
        )
