"""The buttons on an enrolment: a question first, then one function of the services."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.shortcuts import redirect
from wagtail.admin import messages

from core import clock
from vorming.beheer.persoon import PersoonScherm, persoon_url
from vorming.beheer.woorden import naam_van, sessie_in_woorden, vrij_in_woorden
from vorming.doorschuiven import schuift_door
from vorming.forms.velden import AdresField
from vorming.links import is_too_old
from vorming.models import Inschrijving, Logregel, Sessie
from vorming.services import correctie, deelnemer, goedkeuren, verplaatsen, wachtlijst
from vorming.services.basis import NietMogelijk, redactie
from vorming.services.inschrijven import Persoon
from vorming.slot import EvenDruk, met_sessie
from vorming.staten import HOUDT_PLAATS, SessieStaat, Staat

# Whoever clicks twice does so within a minute.
DUBBELKLIK = datetime.timedelta(minutes=1)
VERANDERD = (
    "Er is intussen iets veranderd aan deze inschrijving. Daarom is er niets gebeurd. Kijk wat er "
    "nu staat, en kies opnieuw."
)


class WeigerForm(forms.Form):
    """Why somebody cannot come: she reads it."""

    reden = forms.CharField(
        label="Waarom?",
        help_text="Dit staat in de mail aan de deelnemer. Schrijf ook wat wel kan.",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        error_messages={"required": "Schrijf waarom, zodat de deelnemer het weet."},
    )


WAAROM = [
    "op vraag van de deelnemer",
    "op vraag van de organisatie",
    "voldoet niet aan de voorwaarden",
    "stond er bij vergissing in",
    "andere reden",
]


class AnnuleerForm(forms.Form):
    """Why an enrolment is cancelled: for the log, and in other words for the participant."""

    waarom = forms.ChoiceField(
        label="Waarom?",
        choices=[(text, text) for text in WAAROM],
        widget=forms.RadioSelect,
        help_text="Dit komt in het logboek.",
        error_messages={"required": "Kies waarom."},
    )
    reden = forms.CharField(
        label="Wat wil je de deelnemer zeggen? (niet verplicht)",
        help_text="Dit staat in de mail, onder: We annuleerden je inschrijving.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )


class PersoonForm(forms.Form):
    """Who somebody is."""

    voornaam = forms.CharField(
        label="Voornaam", max_length=80, error_messages={"required": "Vul de voornaam in."}
    )
    naam = forms.CharField(
        label="Naam", max_length=80, error_messages={"required": "Vul de naam in."}
    )
    e_mail = AdresField(label="E-mail", error_messages={"required": "Vul het e-mailadres in."})
    functie = forms.CharField(label="Functie (niet verplicht)", max_length=100, required=False)


class SessieKeuze(forms.ModelChoiceField):
    """A session with the room there is."""

    def label_from_instance(self, obj):
        return f"{sessie_in_woorden(obj)}: {vrij_in_woorden(obj)}"


def sessies_om_te_kiezen():
    """Return the sessions that somebody can still be put in, the first to begin first."""
    return (
        Sessie.objects.komend()
        .exclude(staat__in=[SessieStaat.CONCEPT, SessieStaat.GEANNULEERD])
        .met_tellingen()
        .select_related("vorming")
        .order_by("begint_op", "pk")
    )


class VerplaatsForm(forms.Form):
    """Where somebody goes."""

    naar = SessieKeuze(
        label="Naar welke sessie?",
        queryset=Sessie.objects.none(),
        empty_label="Kies een sessie",
        error_messages={"required": "Kies een sessie."},
    )

    def __init__(self, *args, niet: int | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["naar"]
        field.queryset = sessies_om_te_kiezen().exclude(pk=niet)


ALLEN, ALLEEN = "allen", "alleen"


class VerplaatsUitGroepForm(VerplaatsForm):
    """Where somebody goes who asked to come only together with others, and who goes along."""

    wie = forms.ChoiceField(
        label="Wie gaat mee?",
        widget=forms.RadioSelect,
        initial=ALLEN,
        error_messages={"required": "Kies wie meegaat."},
    )

    def __init__(self, *args, een: Inschrijving, groep: Sequence[Inschrijving], **kwargs):
        super().__init__(*args, niet=een.sessie_id, **kwargs)
        name, field = naam_van(een), self.fields["wie"]
        others = ", ".join(naam_van(other) for other in groep if other.pk != een.pk)
        field.choices = [
            (ALLEN, f"De hele groep: {name}, {others}"),
            (ALLEEN, f"Alleen {name}. Hier blijven: {others}"),
        ]
        field.help_text = (
            "Deze mensen vroegen om alleen samen te komen. Gaat de hele groep, dan krijgen ze daar "
            "samen een plaats, of ze wachten samen."
        )


@dataclass(frozen=True)
class Stap:
    """A button on an enrolment. `doe` takes its number, who does it, and what was filled in."""

    knop: str
    uitleg: str
    gelukt: Callable[[Inschrijving], str]
    doe: Callable[..., Inschrijving]
    mag: Callable[[Inschrijving], bool]
    formulier: type[forms.Form] | None = None
    is_ernstig: bool = False
    is_eerst: bool = False
    # Changes nothing about her place: shown apart from what does.
    is_klein: bool = False


def _coming(one):
    return not one.sessie.is_voorbij


def _in(*states):
    return lambda one: one.staat in states and _coming(one)


def _offer_holds(one):
    return one.staat == Staat.AANGEBODEN and one.aanbod_tot > clock.now()


def _can_get_place(one):
    """Whether an editor may give her the place: the list has stopped, and one is free."""
    if one.staat != Staat.WACHTLIJST or one.geanonimiseerd_op or not _coming(one):
        return False
    if schuift_door(one.sessie, clock.now()):
        return False
    held = Inschrijving.objects.met_plaats().filter(sessie=one.sessie_id).count()
    return held < one.sessie.capaciteit


def _link_works(one):
    return one.is_actief and not one.geanonimiseerd_op and not is_too_old(one)


def _what_became(one):
    """Say in one sentence where somebody stands now."""
    words = {
        Staat.BEVESTIGD: "heeft een plaats",
        Staat.WACHTLIJST: "staat op de wachtlijst",
        Staat.AANGEBODEN: "heeft een aanbod",
    }
    return f"{naam_van(one)} {words.get(Staat(one.staat), 'is verwerkt')}, en krijgt een mail."


def _move(pk, *, door, naar, wie=ALLEEN):
    act = verplaatsen.move_group if wie == ALLEN else verplaatsen.move
    return act(pk, naar.pk, door=door)


def _where_they_went(one):
    """Say where somebody stands now, and who stands there with her."""
    rows = Inschrijving.objects.groep_van(one).select_related("aanvraag").exclude(pk=one.pk)
    names = ", ".join(naam_van(other) for other in rows.order_by("pk"))
    return f"{_what_became(one)} Samen met: {names}." if names else _what_became(one)


def _says(text):
    return lambda one: f"{naam_van(one)}: {text}"


STAPPEN: dict[str, Stap] = {
    "goedkeuren": Stap(
        "Goedkeuren",
        "Er is plaats: dan krijgt deze persoon meteen een plaats. Anders komt ze achteraan op de "
        "wachtlijst. Ze krijgt er een mail over.",
        _where_they_went,
        goedkeuren.approve,
        _in(Staat.AANGEVRAAGD),
        is_eerst=True,
    ),
    "weigeren": Stap(
        "Niet aanvaarden",
        "Deze persoon kan niet komen. Dat kun je niet ongedaan maken: wil ze later toch komen, dan "
        "schrijft ze zich opnieuw in.",
        _says("niet aanvaard. De deelnemer krijgt een mail met de reden."),
        goedkeuren.refuse,
        _in(Staat.AANGEVRAAGD),
        WeigerForm,
        is_ernstig=True,
    ),
    "plaats-geven": Stap(
        "Geef de plaats",
        "De sessie begint bijna: de wachtlijst schuift niet meer vanzelf door. Bel deze persoon "
        "eerst. Komt ze, geef haar dan hier de plaats.",
        _what_became,
        wachtlijst.give_place,
        _can_get_place,
        is_eerst=True,
    ),
    "aanvaarden": Stap(
        "Aanvaarden voor deze persoon",
        "Deze persoon liet je weten dat ze de plaats neemt.",
        _what_became,
        wachtlijst.accept,
        _offer_holds,
        is_eerst=True,
    ),
    "afwijzen": Stap(
        "Neemt de plaats niet",
        "Deze persoon liet je weten dat ze de plaats niet neemt. De plaats gaat naar de volgende "
        "in de rij.",
        _says("neemt de plaats niet. De volgende in de rij is aan de beurt."),
        wachtlijst.decline,
        _in(Staat.AANGEBODEN),
    ),
    "aanbod-intrekken": Stap(
        "Aanbod intrekken",
        "Het aanbod stopt meteen, ook als de tijd nog niet om is. De plaats gaat naar de volgende "
        "in de rij. De deelnemer krijgt er een mail over.",
        _says("het aanbod is ingetrokken."),
        wachtlijst.withdraw,
        _in(Staat.AANGEBODEN),
        is_ernstig=True,
    ),
    "link-opnieuw": Stap(
        "Stuur de link opnieuw",
        "De deelnemer krijgt een mail met de link naar haar inschrijving. Meer dan een keer per "
        "uur sturen we die niet.",
        _says("de link staat klaar om te vertrekken."),
        correctie.resend_link,
        _link_works,
        is_klein=True,
    ),
    "collega": Stap(
        "Vervangen door een collega",
        "De collega krijgt de plaats, met een eigen mail en een eigen link. Wie nu ingeschreven "
        "is, krijgt een mail en kan haar link niet meer gebruiken.",
        lambda one: f"{naam_van(one)} komt in de plaats. Allebei krijgen ze een mail.",
        lambda pk, *, door, **velden: deelnemer.swap(pk, persoon=Persoon(**velden), door=door),
        _in(Staat.BEVESTIGD),
        PersoonForm,
    ),
    "verbeteren": Stap(
        "Naam of adres verbeteren",
        "Verbeter een schrijffout. Komt er iemand anders, kies dan: Vervangen door een collega. "
        "Een ander e-mailadres maakt vroegere links ongeldig; op het nieuwe adres komt een mail "
        "met een nieuwe link.",
        _says("de gegevens zijn verbeterd."),
        correctie.correct,
        lambda one: one.is_actief and not one.geanonimiseerd_op,
        PersoonForm,
        is_klein=True,
    ),
    "verplaatsen": Stap(
        "Naar een andere sessie",
        "Een plaats hier gaat naar de volgende in de rij. Is er in de andere sessie geen plaats, "
        "of wacht daar iemand, dan komt deze persoon daar achteraan op de wachtlijst. Ze krijgt "
        "over allebei een mail.",
        _where_they_went,
        _move,
        lambda one: one.is_actief and _coming(one),
        VerplaatsForm,
    ),
    "nieuwe-link": Stap(
        "Maak vroegere links ongeldig",
        "Kwam de link bij iemand terecht voor wie hij niet was? Elke link die al verstuurd is, "
        "stopt meteen. De deelnemer krijgt een mail met een nieuwe.",
        _says("vroegere links werken niet meer, en een nieuwe staat klaar om te vertrekken."),
        deelnemer.revoke_link,
        _link_works,
        is_klein=True,
    ),
    "annuleren": Stap(
        "Inschrijving annuleren",
        "Als redactie kun je dit altijd, ook als de deelnemer het zelf niet meer kan. Ongedaan "
        "maken kan niet: wie toch komt, schrijft zich opnieuw in.",
        _says("geannuleerd. De deelnemer krijgt een mail."),
        lambda pk, *, door, waarom, reden: deelnemer.cancel(
            pk, door=door, uitleg=waarom, reden=reden
        ),
        lambda one: one.is_actief and _coming(one),
        AnnuleerForm,
        is_ernstig=True,
    ),
}


def stappen_van(one: Inschrijving) -> dict[str, Stap]:
    """Return the steps that can be taken now."""
    return {name: step for name, step in STAPPEN.items() if step.mag(one)}


def stempel_van(one: Inschrijving) -> str:
    """Return what an editor looked at: when it is another, she saw something else."""
    return f"{one.pk}.{one.staat}.{one.link_versie}.{one.ical_seq}"


class Veranderd(NietMogelijk):
    """Somebody else did something meanwhile."""

    def __init__(self):
        super().__init__(VERANDERD)


class StapView(PersoonScherm):
    """GET asks, POST does. What can no longer be done is said, and nothing happens."""

    stap: str = ""
    template_name = "vorming/beheer/inschrijving_stap.html"

    @property
    def step(self) -> Stap:
        return STAPPEN[self.stap]

    def get_page_title(self):
        return self.step.knop

    def _form(self, data=None):
        if self.step.formulier is None:
            return None
        if self.step.formulier is VerplaatsForm:
            return self._verplaats_form(data)
        initial = {}
        if self.stap == "verbeteren":
            names = ("voornaam", "naam", "e_mail", "functie")
            initial = {name: getattr(self.een, name) for name in names}
        return self.step.formulier(data, initial=initial)

    def _verplaats_form(self, data):
        group = Inschrijving.objects.groep_van(self.een).select_related("aanvraag").order_by("pk")
        if len(group) > 1:
            return VerplaatsUitGroepForm(data, een=self.een, groep=group)
        return VerplaatsForm(data, niet=self.een.sessie_id)

    def get(self, request, *args, **kwargs):
        if not self.step.mag(self.een):
            return self._refuse(VERANDERD)
        return self._show(self._form())

    def _show(self, form, status=200):
        response = self.render_to_response(
            self.get_context_data(
                stap=self.step,
                formulier=form,
                stempel=self.request.POST.get("stempel") or stempel_van(self.een),
                gevolg=gevolg_van(self.stap, self.een),
            )
        )
        response.status_code = status
        return response

    def post(self, request, *args, **kwargs):
        form = self._form(request.POST)
        if form is not None and not form.is_valid():
            return self._show(form, status=422)
        values = form.cleaned_data if form else {}
        before = Logregel.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        try:
            done = self._do(values)
        except Veranderd as reason:
            if self._is_second_click():
                return redirect(persoon_url(self.een.pk))
            return self._refuse(str(reason))
        except EvenDruk as reason:
            messages.warning(request, str(reason))
            return self._show(form, status=503)
        except NietMogelijk as reason:
            if form is not None:
                form.add_error(None, str(reason))
                return self._show(form, status=409)
            return self._refuse(str(reason))
        messages.success(request, self.step.gelukt(done))
        if moved := _moved_up(self.een, before):
            messages.success(request, f"Doorgeschoven van de wachtlijst: {moved}.")
        return redirect(persoon_url(done.pk))

    def _do(self, values):
        """Do it under the lock, when the enrolment is still what the editor saw."""
        keys = [self.een.sessie_id]
        if "naar" in values:
            keys.append(values["naar"].pk)
        with met_sessie(*keys) as sessie:
            now = Inschrijving.objects.select_related("aanvraag").get(pk=self.een.pk)
            now.sessie = sessie
            if stempel_van(now) != self.request.POST.get("stempel") or not self.step.mag(now):
                raise Veranderd
            return self.step.doe(now.pk, door=redactie(self.request.user), **values)

    def _is_second_click(self) -> bool:
        """Whether it was this editor who just did this: then there is nothing to tell her."""
        line = Logregel.objects.filter(inschrijving=self.een.pk).order_by("-pk").first()
        return (
            line is not None
            and line.gebruiker_id == self.request.user.pk
            and line.op > clock.now() - DUBBELKLIK
        )

    def _refuse(self, text):
        messages.warning(self.request, text)
        return redirect(persoon_url(self.een.pk))


def gevolg_van(stap: str, one: Inschrijving) -> list[str]:
    """Return what else will happen, in sentences."""
    found = _about_her_group(stap, one)
    queue = Inschrijving.objects.wachtrij().filter(sessie=one.sessie_id)
    frees = one.staat in HOUDT_PLAATS
    if frees and stap in ("annuleren", "verplaatsen", "afwijzen", "aanbod-intrekken"):
        number = queue.count()
        if not number:
            found.append("Er wacht niemand: de plaats komt vrij.")
        elif schuift_door(one.sessie, clock.now()):
            waits = "Er wacht 1 persoon" if number == 1 else f"Er wachten {number} mensen"
            found.append(f"{waits}. De plaats gaat meteen naar de volgende in de rij.")
        else:
            found.append(
                f"De wachtlijst schuift niet meer vanzelf door. Bel zelf wie volgt: "
                f"{naam_van(queue.select_related('aanvraag')[0])}."
            )
    if stap == "plaats-geven":
        before = queue.filter(volgnummer__lt=one.volgnummer)
        names = [naam_van(other) for other in before[:5]]
        if names:
            found.append(f"Let op: in de rij staan nog voor haar: {', '.join(names)}.")
    return found


def _about_her_group(stap, one):
    """Return what a decision means for who asked to come only together with somebody."""
    if stap not in ("goedkeuren", "weigeren"):
        return []
    others = Inschrijving.objects.vraagt_samen_met(one).select_related("aanvraag")
    names = [naam_van(other) for other in others.order_by("regel")]
    if not names:
        return []
    together = f"Ze komt alleen samen met {', '.join(names)}"
    if stap == "weigeren":
        return [f"{together}. Zij gaan zonder haar verder: over hen beslis je apart."]
    return [
        f"{together}: je beslist voor de hele groep van {len(names) + 1}. Ze krijgen allemaal een "
        "plaats, of ze wachten samen."
    ]


def _moved_up(one, before) -> str:
    """Return who moved up because of what was just done."""
    rows = Logregel.objects.filter(
        pk__gt=before,
        sessie=one.sessie_id,
        actie="staat",
        van=Staat.WACHTLIJST,
        naar__in=HOUDT_PLAATS,
    ).exclude(inschrijving=one.pk)
    return ", ".join(naam_van(line.inschrijving) for line in rows.select_related("inschrijving"))
