"""Bringing in a list: the file and its proof, a look at every line, and the outcome."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateInput

from core import clock, spreadsheet
from nieuwsbrief.beheer import audit
from nieuwsbrief.beheer.rechten import AlleenMet, mag_invoeren
from nieuwsbrief.models import Invoer, Lijst
from nieuwsbrief.services import invoer as services
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.services.invoer import Oordeel
from post.screens.base import AdminScreen

START = "nieuwsbrief_invoer:index"
BEKIJK = "nieuwsbrief_invoer:bekijk"
MEGABYTE = 1024 * 1024
GROOTSTE_BESTAND = 5 * MEGABYTE
PER_BLAD = 100
KOPPEN = ["Regel", "Adres", "Naam", "Taal", "Waarom niet"]


class InvoerForm(forms.Form):
    """A file, and where it is written down that these people agreed."""

    lijst = forms.ModelChoiceField(
        label="Voor welke nieuwsbrief?",
        queryset=Lijst.objects.filter(actief=True),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies een lijst."},
    )
    bestand = forms.FileField(
        label="CSV-bestand",
        help_text=(
            "Met een kolom e-mailadres. Kolommen naam en taal (nl, fr of en) mogen ook. In Excel: "
            "Opslaan als, CSV."
        ),
        error_messages={"required": "Kies een bestand.", "empty": "Dit bestand is leeg."},
    )
    tekst = forms.CharField(
        label="Waar zeiden deze mensen ja op?",
        help_text="De woorden die ze toen lazen, zo letterlijk als je kunt.",
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Schrijf op waar ze ja op zeiden."},
    )
    gegeven_op = forms.DateField(
        label="Wanneer zeiden ze ja?",
        help_text="Niet op één dag? Kies de laatste dag.",
        widget=AdminDateInput,
        error_messages={"required": "Kies een dag.", "invalid": "Dit is geen geldige dag."},
    )
    bewijs = forms.CharField(
        label="Waar is het bewijs?",
        help_text="Bijvoorbeeld: aanwezigheidslijst van de studiedag, in de map Toestemmingen.",
        max_length=300,
        error_messages={"required": "Schrijf op waar iemand het bewijs kan vinden."},
    )
    zeker = forms.BooleanField(
        label="Deze mensen vroegen zelf om deze nieuwsbrief.",
        error_messages={
            "required": "Zonder toestemming mag je niemand inschrijven. Vink dit alleen aan als "
            "het klopt."
        },
    )

    def clean_bestand(self):
        bestand = self.cleaned_data["bestand"]
        if bestand.size > GROOTSTE_BESTAND:
            raise ValidationError("Dit bestand is groter dan 5 MB. Splits het in stukken.")
        return bestand

    def clean_gegeven_op(self):
        dag = self.cleaned_data["gegeven_op"]
        if dag > clock.today():
            raise ValidationError("Deze dag moet nog komen.")
        return dag


class _Invoeren(AlleenMet, AdminScreen):
    mag = staticmethod(mag_invoeren)
    header_icon = "upload"


class InvoerView(_Invoeren):
    """The form, and the files of the last days."""

    page_title = "Lijst invoeren"
    template_name = "nieuwsbrief/beheer/invoeren.html"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def post(self, request, *args, **kwargs):
        form = InvoerForm(request.POST, request.FILES)
        if form.is_valid():
            wanted = form.cleaned_data
            try:
                made = services.neem_op(
                    lijst=wanted["lijst"],
                    bestandsnaam=wanted["bestand"].name,
                    inhoud=wanted["bestand"].read(),
                    tekst=wanted["tekst"],
                    gegeven_op=wanted["gegeven_op"],
                    bewijs=wanted["bewijs"],
                    gebruiker=request.user,
                )
            except NietMogelijk as reason:
                form.add_error("bestand", str(reason))
            else:
                return redirect(BEKIJK, pk=made.pk)
        return self.render_to_response(self.get_context_data(formulier=form), status=422)

    def get_context_data(self, **kwargs):
        kwargs.setdefault("formulier", InvoerForm())
        recent = Invoer.objects.select_related("lijst", "gebruiker").defer("regels")[:20]
        return super().get_context_data(eerder=recent, **kwargs)


class _EenInvoer(_Invoeren):
    @cached_property
    def invoer(self) -> Invoer:
        return get_object_or_404(Invoer.objects.select_related("lijst"), pk=self.kwargs["pk"])


class BekijkView(_EenInvoer):
    """What becomes of every line; the button brings them in."""

    template_name = "nieuwsbrief/beheer/bekijk_invoer.html"

    def get_page_title(self):
        return "Ingevoerd" if self.invoer.uitgevoerd_op else "Kijk na voor je invoert"

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(START), "label": "Lijst invoeren"},
            {"url": "", "label": self.invoer.bestandsnaam},
        ]

    def post(self, request, *args, **kwargs):
        try:
            done = services.voer_in(self.invoer.pk, gebruiker=request.user)
        except NietMogelijk as reason:
            messages.warning(request, str(reason))
        else:
            aantal = done.uitkomst.get(Oordeel.NIEUW, 0)
            audit.note_in_general(audit.INGEVOERD, request.user, aantal=aantal)
            messages.success(request, f"Ingevoerd: {aantal}.")
        return redirect(BEKIJK, pk=self.invoer.pk)

    def get_context_data(self, **kwargs):
        invoer, gekozen = self.invoer, self.request.GET.get("oordeel", "")
        tellingen: dict[str, int] = dict(invoer.uitkomst)
        if not invoer.uitgevoerd_op:
            for regel in invoer.regels:
                tellingen[regel["oordeel"]] = tellingen.get(regel["oordeel"], 0) + 1
        regels = [regel for regel in invoer.regels if not gekozen or regel["oordeel"] == gekozen]
        blad: Any = Paginator(regels, PER_BLAD).get_page(self.request.GET.get("p"))
        for regel in blad.object_list:
            regel["woorden"] = Oordeel(regel["oordeel"]).label
        nieuw = tellingen.get(Oordeel.NIEUW, 0)
        return super().get_context_data(
            invoer=invoer,
            nieuw=nieuw,
            niet=sum(tellingen.values()) - nieuw,
            tellingen=[
                (oordeel.value, oordeel.label, tellingen[oordeel])
                for oordeel in Oordeel
                if tellingen.get(oordeel)
            ],
            gekozen=gekozen,
            blad=blad,
            **kwargs,
        )


class OvergeslagenView(AlleenMet, View):
    """The lines that were left out, as a file to mend and bring in again."""

    mag = staticmethod(mag_invoeren)

    def get(self, request, pk):
        invoer = get_object_or_404(Invoer, pk=pk)
        rijen = (
            [
                str(regel["nummer"]),
                regel["adres"],
                regel["naam"],
                regel["taal"],
                str(Oordeel(regel["oordeel"]).label),
            ]
            for regel in invoer.regels
            if regel["oordeel"] != Oordeel.NIEUW
        )
        audit.note_in_general(audit.GEEXPORTEERD, request.user, filter="niet ingevoerde regels")
        return spreadsheet.download(
            spreadsheet.CSV,
            f"niet-ingevoerd-{invoer.pk}",
            headings=KOPPEN,
            rows=rijen,
            title="Niet ingevoerd",
        )
