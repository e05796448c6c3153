"""The questions about the sending of one issue: approve, plan, send, pause, stop."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import get_text_list

from core import clock
from nieuwsbrief.beheer.verzend_basis import BEGONNEN, BRIEF, EenBrief, aantallen_van, ging_mis
from nieuwsbrief.models import NieuwsbriefInstellingen
from nieuwsbrief.services import collegas, goedkeuren, ontvangers, verzenden, voorbereiden
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.staten import VERZENDING_KLAAR, VERZENDING_VOORBIJ, VerzendStaat
from post.goedkeuring import naam_van
from post.screens.confirm import AskView, Vraag
from post.words import number_in_words


class OpmerkingForm(forms.Form):
    """What still has to change."""

    opmerking = forms.CharField(
        label="Wat moet er nog gebeuren?",
        max_length=1000,
        widget=forms.Textarea({"rows": 5}),
        help_text="Wie de brief maakte, krijgt dit per mail.",
        error_messages={"required": "Schrijf wat er nog moet gebeuren."},
    )


class PlanForm(forms.Form):
    """When an issue leaves, on the clock of Brussels."""

    moment = forms.DateTimeField(
        label="Wanneer vertrekt de brief?",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": "Kies een dag en een uur.",
            "invalid": "Kies een dag en een uur die bestaan.",
        },
    )

    def clean_moment(self):
        moment = self.cleaned_data["moment"]
        if moment <= clock.now():
            raise forms.ValidationError("Dat moment is voorbij. Kies een later moment.")
        return moment


class Wie(Enum):
    """Who of those who may send takes a step."""

    IEDEREEN = auto()
    MAKER = auto()
    COLLEGA = auto()


@dataclass(frozen=True)
class Stap:
    """Something that can be done with an issue: when, how it is asked, and what it does."""

    naam: str
    knop: str
    titel: str
    uitleg: tuple[str, ...]
    ja: str
    klaar: str
    vanuit: tuple[str, ...]
    doe: Callable
    wie: Wie = Wie.IEDEREEN
    is_ernstig: bool = False
    toont_aantallen: bool = False
    # From a run that ended, when nobody got it.
    ook_als_niemand_kreeg: bool = False

    def kan(self, view: EenBrief) -> bool:
        ging_het_mis = self.ook_als_niemand_kreeg and ging_mis(view.staat, view.voortgang)
        if view.staat not in self.vanuit and not ging_het_mis:
            return False
        if self.wie is Wie.IEDEREEN:
            return True
        schreef = goedkeuren.schreef_zelf(view.brief, view.request.user)
        return view.brief.live and schreef == (self.wie is Wie.MAKER)


def _vragen(view, data):
    goedkeuren.vraag_goedkeuring(page=view.brief, door=view.request.user)


def _goedkeuren(view, data):
    gezien = data.get("revisie", "")
    goedkeuren.keur_goed(
        page=view.brief,
        revisie_nr=int(gezien) if gezien.isdecimal() and len(gezien) < 12 else 0,
        door=view.request.user,
    )


def _terugsturen(view, data):
    goedkeuren.stuur_terug(
        verzending=view.verzending,
        opmerking=view.form.cleaned_data["opmerking"],
        door=view.request.user,
    )


def _versturen(view, data):
    verzenden.start(verzending=view.verzending, door=view.request.user)
    voorbereiden.bereid_voor(view.verzending.pk)


def _ontbrekenden(view, data):
    verzenden.naar_ontbrekenden(verzending=view.verzending, door=view.request.user)
    voorbereiden.bereid_voor(view.verzending.pk)


def _plannen(view, data):
    verzenden.plan(
        verzending=view.verzending, moment=view.form.cleaned_data["moment"], door=view.request.user
    )


def _met(functie):
    return lambda view, data: functie(verzending=view.verzending, door=view.request.user)


ROND_VERTREK = (VerzendStaat.GOEDGEKEURD, VerzendStaat.GEPLAND)
STAPPEN = {
    stap.naam: stap
    for stap in (
        Stap(
            "vragen",
            "Vraag een collega om goedkeuring",
            "Vraag een collega om goedkeuring",
            ("De brief staat dan in de lijst ‘Verzenden’ als ‘wacht op goedkeuring’.",),
            "Ja, vraag het",
            "De brief wacht nu op een collega.",
            ("", *VERZENDING_VOORBIJ),
            _vragen,
            wie=Wie.MAKER,
        ),
        Stap(
            "goedkeuren",
            "Keur de mail goed",
            "Keur de mail goed",
            (
                "De mail ligt daarna vast. Wie de pagina nog wijzigt, verandert de mail niet meer.",
                "Er vertrekt nog niets: je kiest straks wanneer.",
            ),
            "Ja, keur goed",
            "De mail is goedgekeurd en ligt vast. Kies wanneer hij vertrekt.",
            ("", VerzendStaat.CONCEPT, *VERZENDING_VOORBIJ),
            _goedkeuren,
            wie=Wie.COLLEGA,
            toont_aantallen=True,
        ),
        Stap(
            "terugsturen",
            "Stuur terug met een opmerking",
            "Stuur de brief terug",
            ("Is er nog iets niet goed? Schrijf wat. Daarna kan de maker opnieuw vragen.",),
            "Ja, stuur terug",
            "De brief is teruggestuurd.",
            (VerzendStaat.CONCEPT,),
            _terugsturen,
            wie=Wie.COLLEGA,
        ),
        Stap(
            "versturen",
            "Verstuur nu",
            "Verstuur de brief nu",
            (
                "De brief vertrekt meteen naar iedereen die nu op deze lijsten staat.",
                "Wat vertrokken is, kunnen we niet terughalen.",
            ),
            "Ja, verstuur nu",
            "De brief vertrekt.",
            ROND_VERTREK,
            _versturen,
            toont_aantallen=True,
        ),
        Stap(
            "plannen",
            "Plan het vertrek",
            "Plan het vertrek",
            ("De brief vertrekt vanzelf naar iedereen die dan op deze lijsten staat.",),
            "Ja, plan",
            "Het vertrek is gepland.",
            ROND_VERTREK,
            _plannen,
            toont_aantallen=True,
        ),
        Stap(
            "ontplannen",
            "Trek de planning in",
            "Trek de planning in",
            ("De brief vertrekt dan niet vanzelf. De goedkeuring blijft.",),
            "Ja, trek in",
            "De planning is ingetrokken.",
            (VerzendStaat.GEPLAND,),
            _met(verzenden.ontplan),
        ),
        Stap(
            "pauzeren",
            "Pauzeer",
            "Pauzeer het verzenden",
            (
                "Er vertrekken geen mails meer van deze brief, tot iemand hervat.",
                "Wat al vertrokken is, kunnen we niet terughalen.",
            ),
            "Ja, pauzeer",
            "Het verzenden staat op pauze.",
            (VerzendStaat.VOORBEREIDEN, VerzendStaat.VERZENDEN),
            _met(verzenden.pauzeer),
        ),
        Stap(
            "hervatten",
            "Hervat",
            "Hervat het verzenden",
            ("De mails die nog wachten, vertrekken weer.",),
            "Ja, hervat",
            "Het verzenden gaat weer verder.",
            (VerzendStaat.GEPAUZEERD,),
            _met(verzenden.hervat),
        ),
        Stap(
            "ontbrekenden",
            "Stuur naar wie nog niets kreeg",
            "Stuur naar wie nog niets kreeg",
            (
                "Wat mislukte, proberen we opnieuw. Wie zich sindsdien inschreef, krijgt de brief "
                "ook.",
                "Wie hem al kreeg of misschien al kreeg, krijgt hem niet nog eens.",
            ),
            "Ja, stuur",
            "De brief vertrekt naar wie nog niets kreeg.",
            VERZENDING_KLAAR,
            _ontbrekenden,
        ),
        Stap(
            "annuleren",
            "Stop voorgoed",
            "Stop deze verzending voorgoed",
            (
                "Wat nog wacht, vertrekt nooit meer. Je kunt dit niet ongedaan maken. Twijfel je? "
                "Kies dan voor een pauze.",
                "Wat al vertrokken is, kunnen we niet terughalen. Keur je de brief later opnieuw "
                "goed, dan slaan we over wie hem al kreeg.",
            ),
            "Ja, stop voorgoed",
            "De verzending is gestopt.",
            (
                VerzendStaat.CONCEPT,
                *ROND_VERTREK,
                VerzendStaat.VOORBEREIDEN,
                VerzendStaat.VERZENDEN,
                VerzendStaat.GEPAUZEERD,
            ),
            _met(verzenden.annuleer),
            is_ernstig=True,
            ook_als_niemand_kreeg=True,
        ),
    )
}


class StapView(EenBrief, AskView):
    """One of the steps, with the question first. A GET asks; only a POST does."""

    template_name = "nieuwsbrief/beheer/verzenden_vraag.html"
    too_late = "De brief is intussen in een andere staat. Er is niets gebeurd."

    @cached_property
    def stap(self) -> Stap:
        return STAPPEN[self.kwargs["stap"]]

    @cached_property
    def form(self) -> PlanForm | OpmerkingForm | None:
        if self.stap.naam == "terugsturen":
            return OpmerkingForm(self.request.POST if self.request.method == "POST" else None)
        if self.stap.naam != "plannen":
            return None
        if self.request.method == "POST":
            return PlanForm(self.request.POST)
        gepland = self.verzending.gepland_op if self.verzending else None
        return PlanForm(initial={"moment": gepland})

    @property
    def done(self):
        return self.stap.klaar

    def get_subject(self):
        return self.brief

    def get_question(self):
        stap = self.stap
        uitleg = [*stap.uitleg]
        if stap.naam == "plannen":
            respijt = NieuwsbriefInstellingen.load().respijt
            uitleg.append(
                f"Vindt de site dat moment meer dan {respijt} minuten te laat, dan vertrekt er "
                "niets en vraagt ze eerst wat je wilt."
            )
        if stap.naam == "vragen":
            uitleg.append(self._wie_mail_krijgt())
        if stap.naam == "ontbrekenden":
            mislukt, nieuw = ontvangers.wie_ontbreekt(self.de_verzending)
            uitleg.append(
                f"Mislukt: {number_in_words(mislukt)}. Sindsdien ingeschreven: "
                f"{number_in_words(nieuw)}."
            )
        if stap.naam == "hervatten" and self.niemand_kreeg:
            uitleg.append("Wie geweigerd werd, krijgt de mail dan ook opnieuw.")
        if stap.naam == "annuleren" and self.niemand_kreeg:
            uitleg = [
                "Niemand kreeg de brief. Na het stoppen laat je hem opnieuw goedkeuren: de nieuwe "
                "mail neemt de afzender die dan bij de lijst staat.",
                "Je kunt dit niet ongedaan maken.",
            ]
        return Vraag(stap.titel, uitleg, stap.ja, is_ernstig=stap.is_ernstig)

    def _wie_mail_krijgt(self):
        namen = [
            naam_van(een) for een in collegas.wie_krijgt_de_vraag(self.brief, self.request.user)
        ]
        if not namen:
            return (
                "Let op: nu krijgt niemand een mail. Niemand anders mag brieven goedkeuren, of ze "
                "hebben geen mailadres of willen geen mails. Vraag het aan wie de site beheert."
            )
        return f"Een mail met de link gaat naar {get_text_list(namen, 'en')}."

    def get_back_url(self):
        return reverse(BRIEF, args=[self.brief.pk])

    def get_breadcrumbs_items(self):
        return self.kruimels(
            {"url": self.get_back_url(), "label": self.brief.title},
            {"url": "", "label": self.stap.titel},
        )

    def is_possible(self):
        return self.stap.kan(self)

    def post(self, request, *args, **kwargs):
        if self.form is not None and self.is_possible() and not self.form.is_valid():
            return self.render_to_response(self.get_context_data(**kwargs), status=422)
        return super().post(request, *args, **kwargs)

    def act(self):
        if not self.is_possible():
            if self.stap.naam == "versturen" and self.staat in BEGONNEN:
                self.too_late = "De brief was al gestart. Hij vertrekt één keer."
            return False
        try:
            self.stap.doe(self, self.request.POST)
        except NietMogelijk as reden:
            self.too_late = str(reden)
            return False
        return True

    def get_context_data(self, **kwargs):
        aantallen, bericht = None, None
        if self.stap.toont_aantallen:
            if self.verzending and self.staat in ROND_VERTREK:
                nummers, bericht = self.verzending.lijst_nummers, self.verzending.bericht_id
            else:
                versie = goedkeuren.versie_van(self.brief)
                nummers = [lijst.pk for lijst in goedkeuren.lijsten_van(versie)]
            aantallen = aantallen_van(self.brief, nummers, bericht)
        return super().get_context_data(
            formulier=self.form,
            revisie=self.brief.live_revision_id if self.stap.naam == "goedkeuren" else None,
            aantallen=aantallen,
            **kwargs,
        )
