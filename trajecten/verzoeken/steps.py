"""The buttons on a request: a question first, then one function of the services."""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

from core import clock
from core.models import SiteInstellingen
from core.scrub import without_contact_details, without_words
from trajecten.models import Verzoek, VraagIndexPage
from trajecten.models.verzoek import OPEN, Soort, Staat
from trajecten.verzoeken import services
from trajecten.verzoeken.access import may_treat

TITLE_LENGTH = 150
SENTENCE = re.compile(r"[^.?!]+[.?!]?")


class NextStepForm(forms.Form):
    """When the next step is due."""

    opvolgen_op = forms.DateField(label="Volgende stap ten laatste op", widget=AdminDateInput)

    def clean_opvolgen_op(self):
        day = self.cleaned_data["opvolgen_op"]
        if day < clock.today():
            raise forms.ValidationError("Kies vandaag of een dag die nog komt.")
        return day


class PlanForm(forms.Form):
    """When the talk is."""

    gesprek_op = forms.DateTimeField(label="Dag en uur van het gesprek", widget=AdminDateTimeInput)
    duur = forms.IntegerField(
        label="Duur in minuten (niet verplicht)", required=False, min_value=5, max_value=600
    )
    hoe = forms.CharField(
        label="Waar of hoe (niet verplicht)",
        required=False,
        max_length=200,
        help_text="Bijvoorbeeld het adres, of: we bellen je op.",
    )
    mail = forms.BooleanField(
        label="Mail dit naar de aanvrager",
        required=False,
        initial=True,
        help_text="Met het gesprek als bijlage voor de agenda.",
    )

    def clean_duur(self):
        minutes = self.cleaned_data["duur"]
        return datetime.timedelta(minutes=minutes) if minutes else None


@dataclass(frozen=True)
class Stap:
    """A button on a request."""

    knop: str
    uitleg: str
    gelukt: str
    doe: Callable
    vanaf: tuple[str, ...]
    formulier: type[forms.Form] | None = None
    is_ernstig: bool = False


STAPPEN = {
    "verkennen": Stap(
        "Verkend",
        "Je sprak met de aanvrager en weet waarover het gaat. Kies tegen wanneer de volgende stap "
        "gezet moet zijn.",
        "Het verzoek is verkend.",
        services.explore,
        (Staat.NIEUW,),
        NextStepForm,
    ),
    "inplannen": Stap(
        "Gesprek inplannen",
        "Vul in wat jullie afspraken. Is er al een ander moment gemaild, dan vervangt dit het.",
        "Het gesprek is ingepland.",
        services.plan,
        tuple(OPEN),
        PlanForm,
    ),
    "afronden": Stap(
        "Afgerond",
        "De vraag is beantwoord, of het gesprek vond plaats. Er hoeft niets meer te gebeuren.",
        "Het verzoek is afgerond.",
        services.finish,
        tuple(OPEN),
    ),
    "niet-doorgegaan": Stap(
        "Gaat niet door",
        "Er komt geen antwoord of gesprek. Schrijf in de notities waarom. De aanvrager krijgt "
        "hiervan geen mail: laat het haar zelf weten.",
        "Het verzoek is afgesloten: het gaat niet door.",
        services.call_off,
        tuple(OPEN),
        is_ernstig=True,
    ),
    "heropenen": Stap(
        "Opnieuw openen",
        "Het verzoek komt weer bij de openstaande, als verkend.",
        "Het verzoek staat weer open.",
        services.reopen,
        (Staat.AFGEROND, Staat.NIET_DOORGEGAAN),
    ),
}


def steps_for(verzoek: Verzoek) -> dict[str, Stap]:
    """Return the steps that can be taken now."""
    if verzoek.geanonimiseerd_op:
        return {}
    return {
        name: step
        for name, step in STAPPEN.items()
        if verzoek.staat in step.vanaf and (name != "inplannen" or Soort(verzoek.soort).is_gesprek)
    }


def edit_url(verzoek: Verzoek) -> str:
    """Return the screen of a request."""
    return reverse("wagtailsnippets_trajecten_verzoek:edit", args=[verzoek.pk])


class VerzoekScreen(WagtailAdminTemplateMixin, View):
    """A page about one request, for who may see it."""

    header_icon = "comment"
    template_name = "trajecten/beheer/stap.html"

    def dispatch(self, request, *args, **kwargs):
        if not may_treat(request.user):
            raise PermissionDenied
        self.verzoek = get_object_or_404(Verzoek, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def back(self):
        return redirect(edit_url(self.verzoek))

    def show(self, **context):
        return self.render_to_response(
            self.get_context_data(verzoek=self.verzoek, terug=edit_url(self.verzoek), **context)
        )

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("wagtailsnippets_trajecten_verzoek:list"), "label": "Verzoeken"},
            {"url": edit_url(self.verzoek), "label": str(self.verzoek)},
            {"url": "", "label": self.get_page_title()},
        ]


class StepView(VerzoekScreen):
    """GET asks, POST does. What can no longer be done is said, and nothing happens."""

    stap: str = ""

    @property
    def step(self) -> Stap:
        return STAPPEN[self.stap]

    def get_page_title(self):
        return self.step.knop

    def _form(self, data=None):
        if self.step.formulier is None:
            return None
        days = SiteInstellingen.for_request(self.request).verzoek_werkdagen
        initial = {"opvolgen_op": services.working_days_later(clock.today(), days)}
        if self.verzoek.gesprek_op:
            initial["gesprek_op"] = self.verzoek.gesprek_op
        return self.step.formulier(data, initial=initial)

    def get(self, request, *args, **kwargs):
        if self.stap not in steps_for(self.verzoek):
            return self._too_late()
        return self.show(stap=self.step, formulier=self._form())

    def post(self, request, *args, **kwargs):
        form = self._form(request.POST)
        if form is not None and not form.is_valid():
            return self.show(stap=self.step, formulier=form)
        values = form.cleaned_data if form else {}
        try:
            self.step.doe(verzoek=self.verzoek, user=request.user, **values)
        except services.VerkeerdeStaat:
            return self._too_late()
        messages.success(request, self.step.gelukt)
        return self.back()

    def _too_late(self):
        messages.warning(
            self.request, "Dat kan niet meer: er is intussen iets veranderd. Er is niets gebeurd."
        )
        return self.back()


class EraseView(VerzoekScreen):
    """Forget the person who asked, in every request and every mail."""

    def get_page_title(self):
        return "Wis deze persoon"

    def get(self, request, *args, **kwargs):
        if not self.verzoek.e_mail:
            messages.warning(request, "Dit verzoek is al leeggemaakt.")
            return self.back()
        return self.show(stap=ERASE)

    def post(self, request, *args, **kwargs):
        if self.verzoek.e_mail:
            number = services.erase(self.verzoek.e_mail, user=request.user)
            messages.success(request, f"Gewist in {number} verzoeken, en in de mails erover.")
        return self.back()


ERASE = Stap(
    "Wis deze persoon",
    "Alles wat zegt wie dit vroeg, verdwijnt: in elk verzoek van dit e-mailadres en in elke mail "
    "daarover. Soort, gemeente en dag blijven, om te tellen. Dit kan niet ongedaan gemaakt worden.",
    "",
    services.erase,
    (),
    is_ernstig=True,
)


class QuestionForm(forms.Form):
    """The question as it will stand on the site."""

    titel = forms.CharField(
        label="De vraag, zoals ze op de site komt",
        max_length=TITLE_LENGTH,
        help_text=(
            "Schrijf ze zo dat niemand herkent wie het vroeg. Alleen deze zin gaat mee naar de "
            "nieuwe pagina."
        ),
        widget=forms.TextInput({"size": 80}),
    )


class MakeQuestionView(VerzoekScreen):
    """Make a draft question page of a request. Only the sentence that the editor approved goes."""

    def get_page_title(self):
        return "Maak hier een vraag van"

    def dispatch(self, request, *args, **kwargs):
        overview = overview_for(request.user)
        if overview is None:
            raise PermissionDenied
        self.overview = overview
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        return self._ask(QuestionForm(initial={"titel": suggested_question(self.verzoek)}))

    def post(self, request, *args, **kwargs):
        form = QuestionForm(request.POST)
        if not form.is_valid():
            return self._ask(form)
        page = services.make_question(
            verzoek=self.verzoek,
            overview=self.overview,
            title=form.cleaned_data["titel"],
            user=request.user,
        )
        messages.success(request, "De vraag staat klaar als kladversie. Schrijf het antwoord.")
        return redirect("wagtailadmin_pages:edit", page.pk)

    def _ask(self, form):
        return self.show(stap=MAKE, formulier=form)


MAKE = Stap(
    "Maak de kladversie",
    "Er komt een nieuwe vraagpagina, die nog niet op de site staat. Daar schrijf je het antwoord.",
    "",
    services.make_question,
    (),
    QuestionForm,
)


def overview_for(user) -> VraagIndexPage | None:
    """Return the overview of questions in which `user` may write a new one."""
    overview = VraagIndexPage.objects.filter(locale__language_code="nl").first()
    if overview is None or not overview.permissions_for_user(user).can_add_subpage():
        return None
    return overview


def suggested_question(verzoek: Verzoek) -> str:
    """Return the first sentence of a request, without who asked it or how to reach them."""
    names = [*verzoek.naam.split(), verzoek.naam, verzoek.organisatie, verzoek.telefoon]
    text = without_words(without_contact_details(verzoek.vraag), names)
    line = " ".join(text.split())
    # Better the sentence that asks than the greeting before it.
    sentences = SENTENCE.findall(line) or [line]
    question = next((one for one in sentences if one.endswith("?")), sentences[0])
    return question.strip()[:TITLE_LENGTH]
