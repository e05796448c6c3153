"""Enrolling people by hand: somebody phones, or mails a list."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from vorming.beheer import rechten
from vorming.beheer.persoon import persoon_url
from vorming.beheer.stappen import sessies_om_te_kiezen
from vorming.beheer.woorden import naam_van, plaats_in_woorden, sessie_in_woorden, vrij_in_woorden
from vorming.forms.inschrijven import InschrijfForm, zonder_collega
from vorming.models import Inschrijving, Sessie
from vorming.publiek import privacy_version
from vorming.services import inschrijven
from vorming.services.basis import NietMogelijk, redactie
from vorming.slot import EvenDruk
from vorming.staten import Staat

WOORDEN = {
    "voornaam": ("Voornaam", "Vul de voornaam van de contactpersoon in."),
    "naam": ("Naam", "Vul de naam van de contactpersoon in."),
    "e_mail": ("E-mail", "Vul het e-mailadres van de contactpersoon in."),
    "organisatie": ("Organisatie", "Vul de naam van de organisatie in."),
}
# What a caller does not always know. Whoever enrols herself answers it.
NIET_VERPLICHT = ["soort_organisatie", "gemeente", "factuur_naam", "factuur_adres"]


class TelefoonForm(InschrijfForm):
    """The form of visitors, for an editor who fills it in for others."""

    purpose = "telefoon"
    moet_antwoorden = False

    def __init__(self, data=None, **options):
        super().__init__(data, **options)
        for name, (label, missing) in WOORDEN.items():
            field = self.fields[name]
            field.label, field.help_text = label, ""
            field.error_messages["required"] = missing
        for name, field in self.fields.items():
            if name in NIET_VERPLICHT:
                field.required = False
            if isinstance(field, forms.ChoiceField) and isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs["class"] = "mens-keuze"
        self.fields["e_mail"].help_text = "Hierop komt de bevestiging, met de link."
        self.fields["telefoon"].help_text = ""
        self.fields["zelf"].label = "Komt de contactpersoon zelf?"
        self.fields["zelf"].choices = [("ja", "Ja"), ("nee", "Nee, alleen anderen")]
        self.fields["zelf"].error_messages["required"] = "Zeg of de contactpersoon zelf komt."
        self.fields["wachtlijst"] = forms.BooleanField(
            label="Is er geen plaats, zet dan op de wachtlijst", required=False, initial=True
        )
        self.fields["samen"] = forms.BooleanField(
            label="Deze mensen komen alleen samen",
            required=False,
            help_text="Dan schuiven ze pas door als er voor allemaal plaats is.",
        )

    @property
    def groepen(self):
        groups = super().groepen
        groups[0].titel = "Contactpersoon"
        groups[1].titel = "Als de contactpersoon zelf komt"
        groups[1].uitleg = ""
        for group in groups[2:]:
            if group.weg:
                group.titel = f"Deelnemer {group.weg + 1}"
        return groups


class TelefoonScherm(WagtailAdminTemplateMixin, View):
    """A page for who may enrol others."""

    header_icon = "user"
    page_title = "Iemand inschrijven"

    def dispatch(self, request, *args, **kwargs):
        user = request.user
        if not (rechten.mag_personen_zien(user) and rechten.mag_inschrijvingen(user)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("vorming_inschrijvingen:list"), "label": "Inschrijvingen"},
            {"url": "", "label": self.page_title},
        ]


class KiesSessieView(TelefoonScherm):
    """First: which session."""

    template_name = "vorming/beheer/telefoon_sessie.html"

    def get(self, request):
        rows = [
            (sessie, sessie_in_woorden(sessie), vrij_in_woorden(sessie))
            for sessie in sessies_om_te_kiezen()
        ]
        return self.render_to_response(self.get_context_data(sessies=rows))


class InschrijfView(TelefoonScherm):
    """The form. What is filled in is never lost; the same form twice is one request."""

    template_name = "vorming/beheer/telefoon.html"

    def dispatch(self, request, *args, **kwargs):
        rows = sessies_om_te_kiezen().met_workshops()
        found = rows.filter(pk=kwargs["sessie"]).first()
        if found is None:
            closed = get_object_or_404(Sessie, pk=kwargs["sessie"])
            messages.warning(
                request, "Deze sessie is voorbij of gaat niet door. Inschrijven kan niet meer."
            )
            return redirect(f"{reverse('vorming_inschrijvingen:list')}?sessie={closed.pk}")
        self.sessie = found
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        return sessie_in_woorden(self.sessie)

    def _form(self, data=None, number=0):
        return TelefoonForm(data, sessie=self.sessie, page=self.sessie.vorming, aantal=number)

    def get(self, request, sessie):
        return self._show(self._form())

    def _show(self, form, status=200, **context: Any):
        response = self.render_to_response(
            self.get_context_data(
                formulier=form,
                sessie=self.sessie,
                sessie_tekst=sessie_in_woorden(self.sessie),
                vrij_tekst=vrij_in_woorden(self.sessie),
                is_vol=not self.sessie.vrij or self.sessie.wachtend,
                **context,
            )
        )
        response.status_code = status
        return response

    def post(self, request, sessie):
        action = request.POST.get("actie", "")
        text = request.POST.get("aantal", "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
        data = request.POST
        if action == "erbij":
            number += 1
        elif action.startswith("weg-") and (gone := action.removeprefix("weg-")).isdecimal():
            # Nobody is the hundredth of a form.
            data = zonder_collega(data, int(gone[:3]))
            number -= 1
        form = self._form(data, number)
        if action != "opslaan":
            # Nothing is wrong yet: somebody is still filling in.
            form.full_clean()
            form.errors.clear()
            return self._show(form)
        if not form.is_valid():
            return self._show(form, status=422)
        return self._enrol(form)

    def _enrol(self, form):
        try:
            made = inschrijven.enrol(
                sessie=self.sessie.pk,
                token=form.seal.key,
                gegevens=form.gegevens(privacyversie=privacy_version(), taal="nl"),
                personen=form.personen,
                wachtlijst=form.cleaned_data["wachtlijst"],
                samen=form.cleaned_data["samen"],
                door=redactie(self.request.user),
            )
        except EvenDruk as reason:
            return self._show(form, status=503, melding=str(reason))
        except NietMogelijk as reason:
            return self._show(form, status=409, melding=str(reason))
        return self._tell(made)

    def _tell(self, aanvraag):
        rows = list(aanvraag.inschrijvingen.order_by("regel"))
        ranks = Inschrijving.objects.plaatsen_in_de_rij([aanvraag.sessie_id])
        for one in rows:
            text = plaats_in_woorden(one, ranks.get(one.pk))
            if one.staat == Staat.BEVESTIGD:
                messages.success(self.request, f"{naam_van(one)} heeft een plaats ({text}).")
            else:
                messages.warning(self.request, f"{naam_van(one)} staat op de wachtlijst: {text}.")
        if aanvraag.aantal_dubbel:
            number = aanvraag.aantal_dubbel
            who = "1 persoon stond" if number == 1 else f"{number} personen stonden"
            messages.warning(
                self.request, f"{who} al in deze sessie. Ze krijgen hun link opnieuw per mail."
            )
        if rows:
            return redirect(persoon_url(rows[0].pk))
        return redirect(f"{reverse('vorming_inschrijvingen:list')}?sessie={aanvraag.sessie_id}")
