"""Certificates: the rule, who meets it, and one button for all of them."""

from decimal import Decimal

from django import forms
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin import messages

from core import pdf
from vorming import drukwerk
from vorming.beheer import dag_audit
from vorming.beheer.dag_scherm import DagScherm, is_nummer
from vorming.beheer.lijsten import DRUK
from vorming.beheer.rechten import mag_inschrijvingen
from vorming.models import Attest, AttestStaat
from vorming.publiek import pdf_answer
from vorming.services import attesten, sessies
from vorming.services.basis import redactie
from vorming.templatetags.vorming_tags import uren


class RegelForm(forms.Form):
    """When somebody gets a certificate, and for how many hours."""

    dagen = forms.TypedChoiceField(
        label="Een attest is er voor wie aanwezig was op", coerce=int, empty_value=None
    )
    uren = forms.DecimalField(
        label="Uren op het attest voor wie er alle dagen was (niet verplicht)",
        required=False,
        min_value=Decimal("0.25"),
        max_digits=5,
        decimal_places=2,
        localize=True,
    )

    def __init__(self, data=None, *, sessie, dagen):
        super().__init__(
            data,
            initial={
                "dagen": attesten.nodig(sessie, len(dagen)),
                "uren": sessie.attest_uren,
            },
            label_suffix="",
        )
        number = len(dagen)
        self.fields["dagen"].choices = [
            (one, _days_in_words(one, number)) for one in range(number, 0, -1)
        ]
        hours = uren(attesten.uren_van(dagen).quantize(Decimal("0.01")))
        self.fields["uren"].help_text = (
            f"Leeg: {hours} uur, van het begin tot het einde van "
            "elke dag, pauzes inbegrepen. Wie er minder dagen was, krijgt haar deel."
        )


def _days_in_words(one, number):
    if one == number:
        return "de dag zelf" if number == 1 else f"alle {number} dagen"
    return "minstens 1 dag" if one == 1 else f"minstens {one} van de {number} dagen"


class AttestenView(DagScherm):
    """Everybody of a session, with what she attended and her certificate."""

    template_name = "vorming/beheer/attesten.html"
    page_title = "Attesten"
    header_icon = "doc-full-inverse"
    mag = staticmethod(mag_inschrijvingen)

    @cached_property
    def adres(self) -> str:
        return reverse("vorming_attesten", args=[self.sessie.pk])

    def get(self, request, *args, **kwargs):
        dag_audit.note_look(self.sessie, dag_audit.ATTESTEN_BEKEKEN, request.user)
        return self._list(self._rule())

    def _rule(self, data=None):
        return RegelForm(data, sessie=self.sessie, dagen=list(self.sessie.dagen.all()))

    def _list(self, rule, status=200):
        people = attesten.kandidaten(self.sessie)
        register = Attest.objects.filter(inschrijving__sessie=self.sessie)
        valid = register.filter(staat=AttestStaat.GELDIG)
        # Who was forgotten or has no place any more still holds a certificate.
        without_person = valid.exclude(inschrijving__in=[one.inschrijving for one in people])
        return self.show(
            status=status,
            regel=rule,
            mensen=people,
            te_maken=sum(one.haalt_regel and one.attest is None for one in people),
            gemaakt=len(valid),
            niet_ingevuld=sum(bool(one.niet_ingevuld) for one in people),
            zonder_mens=without_person,
            oude=register.exclude(staat=AttestStaat.GELDIG).select_related("opvolger"),
            aantal_dagen=len(self.sessie.dagen.all()),
        )

    def post(self, request, *args, **kwargs):
        if "regel" in request.POST:
            form = self._rule(request.POST)
            if not form.is_valid():
                return self._list(form, status=422)
            return self.try_to(lambda: self._store_rule(form.cleaned_data), self.adres)
        return self.try_to(self._issue, self.adres)

    def _store_rule(self, values):
        number = len(self.sessie.dagen.all())
        # All days stays all days when a day is added.
        days = None if values["dagen"] == number else values["dagen"]
        sessies.change(
            self.sessie.pk,
            velden={"attest_dagen": days, "attest_uren": values["uren"]},
            dagen=None,
            door=redactie(self.request.user),
        )
        messages.success(self.request, "De regel is bewaard.")

    def _issue(self):
        chosen = self.request.POST.get("persoon", "")
        made = attesten.issue(
            self.sessie.pk,
            inschrijving=int(chosen) if is_nummer(chosen) else None,
            door=redactie(self.request.user),
        )
        if made:
            words = "1 attest" if len(made) == 1 else f"{len(made)} attesten"
            messages.success(self.request, f"{words} gemaakt.")
        else:
            messages.success(self.request, "Er was geen attest te maken.")


class AttestScreen(AttestenView):
    """One certificate of a session."""

    def prepare(self):
        self.attest = get_object_or_404(
            Attest.objects.select_related("inschrijving"),
            nummer=self.kwargs["nummer"],
            inschrijving__sessie=self.sessie,
        )

    def get_breadcrumbs_items(self):
        *before, last = super().get_breadcrumbs_items()
        return [*before, {"url": self.adres, "label": "Attesten"}, last]


class AttestPdfView(AttestScreen):
    """A certificate as the participant gets it."""

    http_method_names = ["get", "head"]

    def get(self, request, *args, **kwargs):
        dag_audit.note_look(self.sessie, dag_audit.ATTESTEN_BEKEKEN, request.user)
        try:
            content = drukwerk.attest_pdf(self.attest)
        except pdf.Druk:
            messages.warning(request, DRUK)
            return redirect(self.adres)
        return pdf_answer(content, f"attest-{self.attest.nummer}.pdf")


class VervangView(AttestScreen):
    """Ask, and make a new certificate in the place of one that is no longer right."""

    template_name = "vorming/beheer/attest_vervangen.html"
    page_title = "Attest vervangen"

    def get(self, request, *args, **kwargs):
        found = [one for one in attesten.kandidaten(self.sessie) if one.attest == self.attest]
        return self.show(attest=self.attest, nieuw=found[0] if found else None, terug=self.adres)

    def post(self, request, *args, **kwargs):
        return self.try_to(self._replace, self.adres)

    def _replace(self):
        new = attesten.reissue(self.attest.pk, door=redactie(self.request.user))
        messages.success(
            self.request, f"Attest {new.nummer} komt in de plaats van {self.attest.nummer}."
        )


class IntrekForm(forms.Form):
    """Why a certificate holds no more."""

    reden = forms.CharField(
        label="Reden",
        max_length=200,
        help_text="Alleen voor het team. Schrijf niets over de persoon zelf.",
    )


class IntrekView(AttestScreen):
    """Ask why, and revoke a certificate."""

    template_name = "vorming/beheer/attest_intrekken.html"
    page_title = "Attest intrekken"

    def get(self, request, *args, **kwargs):
        return self._ask(IntrekForm(label_suffix=""))

    def _ask(self, form, status=200):
        return self.show(status=status, attest=self.attest, formulier=form, terug=self.adres)

    def post(self, request, *args, **kwargs):
        form = IntrekForm(request.POST, label_suffix="")
        if not form.is_valid():
            return self._ask(form, status=422)
        with self.vriendelijk() as refused:
            self._revoke(form.cleaned_data["reden"])
        return self._ask(form, status=409) if refused else redirect(self.adres)

    def _revoke(self, reason):
        attesten.revoke(self.attest.pk, reden=reason, door=redactie(self.request.user))
        messages.success(self.request, f"Attest {self.attest.nummer} is ingetrokken.")
