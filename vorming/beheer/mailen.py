"""Mailing the participants of a session: write, look at it, send once."""

import uuid

from django import forms
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from wagtail.admin import messages

from post.screens.access import may_manage
from post.states import Staat as LeveringStaat
from vorming.beheer import logboek
from vorming.beheer.rechten import mag_inschrijvingen
from vorming.beheer.scherm import SessieScherm
from vorming.beheer.sessie_stappen import mensen
from vorming.models import Mededeling
from vorming.services import mededelingen
from vorming.services.basis import redactie
from vorming.staten import Staat


class MailForm(forms.Form):
    """Who gets what."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    staten = forms.MultipleChoiceField(
        label="Aan wie",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Kies wie de mail krijgt."},
    )
    onderwerp = forms.CharField(
        label="Onderwerp",
        max_length=Mededeling._meta.get_field("onderwerp").max_length,
        error_messages={"required": "Geef de mail een onderwerp."},
    )
    tekst = forms.CharField(
        label="Tekst",
        max_length=Mededeling._meta.get_field("tekst").max_length,
        help_text=(
            "Begin meteen met je boodschap. Wij zetten er “Dag” en de voornaam boven, en daaronder "
            "de link van die persoon en de gegevens van de sessie."
        ),
        widget=forms.Textarea({"rows": 10}),
        error_messages={"required": "Schrijf wat je wilt zeggen."},
    )

    def __init__(self, *args, tellingen: dict[Staat, int], **kwargs):
        super().__init__(*args, **kwargs)
        self.tellingen = tellingen
        self.fields["staten"].choices = [
            (staat.value, f"{staat.label} ({number})") for staat, number in tellingen.items()
        ]

    def clean_staten(self):
        chosen = [Staat(value) for value in self.cleaned_data["staten"]]
        if not sum(self.tellingen[staat] for staat in chosen):
            raise forms.ValidationError("Er is niemand in wat je koos. Kies iets anders.")
        return chosen

    @property
    def aantal(self) -> int:
        """How many people get it. Only for a valid form."""
        return sum(self.tellingen[staat] for staat in self.cleaned_data["staten"])


class MailView(SessieScherm):
    """Write to participants by state. Sending is a second step, after a look at the mail."""

    mag = staticmethod(mag_inschrijvingen)
    template_name = "vorming/beheer/mailen.html"
    page_title = "Mail de deelnemers"

    def get(self, request, *args, **kwargs):
        counts = mededelingen.tellingen(self.sessie)
        first = [Staat.BEVESTIGD] if counts[Staat.BEVESTIGD] else []
        form = MailForm(tellingen=counts, initial={"token": uuid.uuid4(), "staten": first})
        return self.show(form=form, iemand=any(counts.values()))

    def post(self, request, *args, **kwargs):
        form = MailForm(request.POST, tellingen=mededelingen.tellingen(self.sessie))
        if not form.is_valid() or "wijzig" in request.POST:
            return self.show(form=form, iemand=True)
        if "verstuur" in request.POST:
            return self._verstuur(form)
        values = form.cleaned_data
        preview = mededelingen.voorbeeld(
            self.sessie, values["onderwerp"], values["tekst"], values["staten"]
        )
        return self.show(form=form, iemand=True, voorbeeld=preview, aan=mensen(form.aantal))

    def _verstuur(self, form):
        values = form.cleaned_data
        with self.vriendelijk():
            sent, is_new = mededelingen.send(
                self.sessie.pk,
                token=values["token"],
                onderwerp=values["onderwerp"],
                tekst=values["tekst"],
                staten=values["staten"],
                door=redactie(self.request.user),
            )
            if is_new:
                logboek.noteer_mail(self.sessie, self.request.user, sent.aantal)
                messages.success(
                    self.request, f"De mail vertrekt naar {mensen(sent.aantal)}. Hier volg je hem."
                )
            else:
                messages.info(
                    self.request, "Deze mail was al verstuurd. Niemand kreeg hem twee keer."
                )
            return redirect("vorming_sessies:mededeling", self.sessie.pk, sent.pk)
        return self.show(form=form, iemand=True)


class MededelingView(SessieScherm):
    """One mail that was sent: what it said, and how far it is."""

    mag = staticmethod(mag_inschrijvingen)
    template_name = "vorming/beheer/mededeling.html"

    def dispatch(self, request, *args, **kwargs):
        mails = Mededeling.objects.filter(sessie=kwargs["pk"]).select_related("gebruiker")
        self.mededeling: Mededeling = get_object_or_404(mails, pk=kwargs["mail"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return str(self.mededeling)

    def get(self, request, *args, **kwargs):
        states = mededelingen.voortgang(self.mededeling)
        post = ""
        if may_manage(request.user):
            post = reverse("post_leveringen:index") + "?soort=vorming/mededeling"
        return self.show(
            mededeling=self.mededeling,
            aan=[Staat(value).label for value in self.mededeling.staten],
            voortgang=[
                (LeveringStaat(state).label, number) for state, number in sorted(states.items())
            ],
            weg=self.mededeling.aantal - states.total(),
            post=post,
        )
