"""What changes a session at one stroke: its state, its number of places, and cancelling it."""

from collections import Counter

from django import forms
from django.shortcuts import redirect
from wagtail.admin import messages

from core import clock
from vorming.beheer.rechten import mag_sessies
from vorming.beheer.scherm import SessieScherm, adres_van
from vorming.doorschuiven import schuift_door
from vorming.models import Inschrijving, Sessie
from vorming.services import sessies
from vorming.services.basis import redactie
from vorming.services.sessies import Verouderd
from vorming.services.wachtlijst import zou_doorschuiven
from vorming.staten import Doorschuiven, SessieStaat

GEDAAN = {
    SessieStaat.OPEN: "De inschrijving is open.",
    SessieStaat.GESLOTEN: "De inschrijving is gesloten. Wie ingeschreven is, blijft dat.",
    SessieStaat.CONCEPT: "De sessie is weer een concept. Niemand ziet ze nog.",
}


def mensen(aantal: int) -> str:
    """Return so many people, in words."""
    return "1 persoon" if aantal == 1 else f"{aantal} mensen"


def plaatsen(aantal: int) -> str:
    """Return so many places, in words."""
    return "1 plaats" if aantal == 1 else f"{aantal} plaatsen"


class StaatView(SessieScherm):
    """Open or close enrolment, or take a session back to draft: a button on its screen."""

    http_method_names = ["post"]
    mag = staticmethod(mag_sessies)

    def post(self, request, *args, **kwargs):
        wanted = request.POST.get("naar", "")
        if wanted in GEDAAN:
            with self.vriendelijk():
                sessies.set_state(self.sessie.pk, SessieStaat(wanted), door=redactie(request.user))
                messages.success(request, GEDAAN[SessieStaat(wanted)])
        return self.back()


# --- Number of places --------------------------------------------------------------------


class PlaatsenForm(forms.Form):
    """How many places there should be."""

    capaciteit = forms.IntegerField(
        label="Aantal plaatsen",
        min_value=1,
        max_value=10_000,
        error_messages={
            "required": "Vul in hoeveel plaatsen er moeten zijn.",
            "invalid": "Vul een getal in.",
            "min_value": "Een sessie heeft minstens 1 plaats.",
            "max_value": "Vul een getal in tot 10 000.",
        },
    )


def gevolg_van(sessie: Sessie, capaciteit: int) -> list[str]:
    """Return what another number of places does, in sentences. Needs `met_tellingen`."""
    if capaciteit == sessie.capaciteit:
        return [f"Er zijn nu al {plaatsen(capaciteit)}. Er verandert niets."]
    said = []
    over = sessie.bezet - capaciteit
    if capaciteit < sessie.capaciteit and sessie.bezet:
        held = "Er is 1 plaats" if sessie.bezet == 1 else f"Er zijn {sessie.bezet} plaatsen"
        said.append(f"{held} bezet. Niemand verliest een plaats.")
    if over > 0:
        said.append(
            "De eerste plaats die vrijkomt, wordt niet opnieuw gegeven."
            if over == 1
            else f"De eerste {over} plaatsen die vrijkomen, worden niet opnieuw gegeven."
        )
        return said
    free = capaciteit - sessie.bezet
    moving = zou_doorschuiven(sessie, free)
    if moving:
        get = "krijgt" if moving == 1 else "krijgen"
        what = "een aanbod" if sessie.doorschuiven == Doorschuiven.AANBOD else "een plaats"
        said.append(f"{mensen(moving)} van de wachtlijst {get} {what}, en daarover een mail.")
    elif sessie.wachtend and free and not schuift_door(sessie, clock.now()):
        said.append(
            "De wachtlijst schuift niet meer vanzelf door, want de sessie begint bijna. Op het "
            "scherm van de sessie zie je wie je kunt bellen."
        )
    left = free - moving
    if left:
        be = "is" if left == 1 else "zijn"
        said.append(f"Er {be} dan nog {left} vrij.")
    else:
        said.append("De sessie is dan volzet.")
    return said


class PlaatsenView(SessieScherm):
    """More or fewer places: first what it does, then a button that does it."""

    mag = staticmethod(mag_sessies)
    template_name = "vorming/beheer/plaatsen.html"
    page_title = "Wijzig het aantal plaatsen"

    def get(self, request, *args, **kwargs):
        if "capaciteit" not in request.GET:
            return self.show(form=PlaatsenForm(initial={"capaciteit": self.sessie.capaciteit}))
        form = PlaatsenForm(request.GET)
        if not form.is_valid():
            return self.show(form=form)
        wanted = form.cleaned_data["capaciteit"]
        return self.show(form=form, gevolg=gevolg_van(self.sessie, wanted), gekozen=wanted)

    def post(self, request, *args, **kwargs):
        form = PlaatsenForm(request.POST)
        if not form.is_valid():
            return self.show(form=form)
        wanted = form.cleaned_data["capaciteit"]
        seen = request.POST.get("gezien", "")
        with self.vriendelijk():
            try:
                moved = sessies.set_capacity(
                    self.sessie.pk,
                    wanted,
                    gezien=int(seen) if seen.isdecimal() and len(seen) < 10 else None,
                    door=redactie(request.user),
                )
            except Verouderd:
                messages.warning(
                    request,
                    "Iemand anders veranderde het aantal plaatsen intussen naar "
                    f"{self.sessie.capaciteit}. Er is niets bewaard.",
                )
                return redirect(request.path)
            messages.success(request, _gedaan(wanted, len(moved), self.sessie))
        return self.back()


def _gedaan(wanted, moved, sessie):
    told = f"Er zijn nu {plaatsen(wanted)}." if wanted != 1 else "Er is nu 1 plaats."
    if not moved:
        return told
    what = "een aanbod" if sessie.doorschuiven == Doorschuiven.AANBOD else "een plaats"
    return f"{told} {mensen(moved)} van de wachtlijst {'kreeg' if moved == 1 else 'kregen'} {what}."


# --- Cancelling --------------------------------------------------------------------------


class AnnuleerForm(forms.Form):
    """Why a session does not go on. Everybody who is in it reads it."""

    reden = forms.CharField(
        label="Waarom gaat de sessie niet door?",
        help_text="Iedereen leest dit in de mail.",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Schrijf waarom. De mensen lezen het in hun mail."},
    )


class AnnuleerView(SessieScherm):
    """Cancel a session. The question names how many people hear it."""

    mag = staticmethod(mag_sessies)
    template_name = "vorming/beheer/annuleren.html"
    page_title = "Annuleer de sessie"

    def get(self, request, *args, **kwargs):
        if self.sessie.staat == SessieStaat.GEANNULEERD:
            return self._al_gebeurd()
        return self._vraag(AnnuleerForm())

    def post(self, request, *args, **kwargs):
        form = AnnuleerForm(request.POST)
        if self.sessie.staat == SessieStaat.GEANNULEERD:
            return self._al_gebeurd()
        if not form.is_valid():
            return self._vraag(form)
        with self.vriendelijk() as refused:
            told = sessies.cancel(
                self.sessie.pk, reden=form.cleaned_data["reden"], door=redactie(request.user)
            )
            get = "krijgt" if told == 1 else "krijgen"
            told_words = f"{mensen(told)} {get} een mail." if told else "Niemand was ingeschreven."
            messages.success(request, f"De sessie is geannuleerd. {told_words}")
        return self._vraag(form) if refused else self.back()

    def _vraag(self, form):
        rows = Inschrijving.objects.actief().filter(sessie=self.sessie)
        counts = Counter(rows.values_list("staat", flat=True))
        return self.show(form=form, mensen=mensen(counts.total()), aantal=counts.total())

    def _al_gebeurd(self):
        messages.info(
            self.request, "Deze sessie was al geannuleerd. Niemand kreeg een tweede mail."
        )
        return redirect(adres_van(self.sessie))
