"""Treating many people at once.

Wagtail's bulk actions, asked for "all in this list", take the whole table and forget the filter.
These read the filter from the address and apply it again, show on how many it comes down and in
which sessions, and do nothing to anybody but the people who were confirmed.
"""

from collections import Counter
from collections.abc import Set
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.shortcuts import redirect
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction

from vorming.beheer import kijklog, rechten
from vorming.beheer.keuze import InschrijvingKeuze
from vorming.beheer.stappen import STAPPEN, WAAROM, VerplaatsForm
from vorming.beheer.woorden import naam_van, sessie_in_woorden
from vorming.forms.velden import sleutels_in
from vorming.models import Inschrijving, Sessie
from vorming.services import correctie, deelnemer, goedkeuren, verplaatsen
from vorming.services.basis import NietMogelijk, Samen, redactie
from vorming.slot import EvenDruk
from vorming.staten import ACTIEF, Staat

# More people than one session ever has; whoever chose more forgot a filter.
MEEST = 500
VOORBEELDEN = 12


class GroepForm(forms.Form):
    """What was confirmed: it is about these people."""

    # Never more than MEEST. Whatever is sent, nobody is reached whom the choice does not hold.
    wie = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_wie(self) -> set[int]:
        """Return the numbers of the enrolments that stood on the screen."""
        return sleutels_in(self.cleaned_data["wie"])


class AnnuleerGroepForm(GroepForm):
    """Why these people are cancelled: for the log."""

    waarom = forms.ChoiceField(
        label="Waarom?",
        choices=[(text, text) for text in WAAROM],
        widget=forms.RadioSelect,
        help_text="Dit komt in het logboek.",
        error_messages={"required": "Kies waarom."},
    )
    reden = forms.CharField(
        label="Wat wil je de deelnemers zeggen? (niet verplicht)",
        help_text="Dit staat in de mail, onder: We annuleerden je inschrijving.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )


class VerplaatsGroepForm(VerplaatsForm, GroepForm):
    """Where these people go."""


class InschrijvingBulk(BulkAction):
    """One act about the chosen people."""

    models = [Inschrijving]
    # The list shows the classes themselves: a template would make one of each.
    do_not_call_in_templates = True
    template_name = "vorming/beheer/inschrijving_bulk.html"
    form_class: type[GroepForm] = GroepForm
    # The step on the screen of one person that does the same.
    stap = ""
    vraag = ""
    uitleg = ""
    # What may be touched at all.
    staten: list[str] = []
    # People of one session are treated at one stroke.
    is_samen = False
    bevestigd: Set[int] = frozenset()

    def dispatch(self, request, *args, **kwargs):
        user = request.user
        if not (rechten.mag_personen_zien(user) and rechten.mag_inschrijvingen(user)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def is_alles(self) -> bool:
        """Everything in the list was chosen, not some rows of it."""
        return "all" in self.request.GET.getlist("id")

    @cached_property
    def keuze(self) -> InschrijvingKeuze:
        return InschrijvingKeuze(self.request.GET, self.request)

    def gekozen(self) -> QuerySet:
        """Return who was chosen: by the filter of the list, or one by one."""
        if self.is_alles:
            return self.keuze.rows() if self.keuze.is_iets else Inschrijving.objects.none()
        return Inschrijving.objects.filter(
            pk__in=sleutels_in(" ".join(self.request.GET.getlist("id")))
        )

    def mogelijk(self) -> QuerySet:
        """Return whom it can be done to."""
        rows = self.gekozen().filter(staat__in=self.staten, geanonimiseerd_op=None)
        coming = Sessie.objects.komend().order_by().values("pk")
        return rows.filter(sessie__in=coming)

    @cached_property
    def aantal(self) -> int:
        return self.mogelijk().order_by().values("pk").distinct().count()

    @cached_property
    def wie(self) -> list[int]:
        """The people it is about now; nobody when they are too many to treat at once."""
        if self.aantal > MEEST:
            return []
        rows = self.mogelijk().order_by("pk").values_list("pk", flat=True)
        return list(dict.fromkeys(rows))

    def get_initial(self):
        return {"wie": " ".join(map(str, self.wie))}

    def per_sessie(self) -> list[tuple[str, int]]:
        """Return in words which sessions it is about, and how many people of each."""
        counts = self.mogelijk().order_by().values_list("sessie").annotate(number=Count("pk"))
        numbers = dict(counts)
        rows = Sessie.objects.filter(pk__in=numbers).select_related("vorming")
        found = rows.order_by("begint_op", "pk")
        return [(sessie_in_woorden(sessie), numbers[sessie.pk]) for sessie in found]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        form = kwargs.setdefault("form", self.get_form())
        is_too_many = self.aantal > MEEST
        return {
            "view": self,
            "form": form,
            "velden": [field for field in form if not field.is_hidden],
            "keuze": self.keuze.in_words() if self.is_alles else [],
            "zonder_filter": self.is_alles and not self.keuze.is_iets,
            "aantal": self.aantal,
            "overgeslagen": self.gekozen().count() - self.aantal,
            "te_veel": MEEST if is_too_many else 0,
            "sessies": self.per_sessie(),
            "gevolg": self.gevolg(),
            "voorbeelden": self.mogelijk().select_related("aanvraag").order_by("pk")[:VOORBEELDEN],
            "next": self.next_url,
            "submit_url": f"{self.request.path}?{self.request.META['QUERY_STRING']}",
        }

    def form_valid(self, form):
        self.bevestigd = form.cleaned_data["wie"]
        if self.aantal > MEEST or not self.bevestigd.issuperset(self.wie):
            messages.warning(
                self.request,
                "Intussen zijn er mensen bij gekomen. Kijk na over wie het gaat en bevestig dan.",
            )
            return self.render_to_response(self.get_context_data(form=self.vers_formulier()))
        values = {name: value for name, value in form.cleaned_data.items() if name != "wie"}
        done, reasons = self._carry_out(values)
        if done:
            kijklog.noteer_groep(done, self.request.user, str(self.action_type))
            messages.success(self.request, self.gedaan(len(done)))
        if reasons:
            number = sum(reasons.values())
            who = "1 persoon" if number == 1 else f"{number} personen"
            texts = " ".join(reasons)
            messages.warning(
                self.request, f"Bij {who} kon het niet, daar veranderde niets. {texts}"
            )
        if not done and not reasons:
            messages.warning(self.request, "Er was niets om te doen. Er is niets veranderd.")
        return redirect(self.next_url)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form))

    def vers_formulier(self):
        """Return the form with the people of now."""
        return self.form_class(initial=self.get_initial())

    def _carry_out(self, values) -> tuple[list[int], dict[str, int]]:
        """Do it turn by turn, each in a transaction of its own.

        Return who it was done to, and why it could not be done to others, with how many.
        """
        done: list[int] = []
        reasons: Counter[str] = Counter()
        for turn in self.beurten():
            try:
                part = self.doe(turn, **values)
            except (NietMogelijk, EvenDruk) as reason:
                reasons[str(reason)] += len(turn)
            else:
                done += part.gedaan
                reasons.update(part.geweigerd.values())
        # Of a group that was treated as one, everybody has a turn.
        return list(dict.fromkeys(done)), reasons

    def beurten(self) -> list[list[int]]:
        """Return the people in turn: by themselves, or those of one session together."""
        found: dict[int, list[int]] = {}
        # Whoever comes at this very moment was not confirmed either.
        rows = self.op_volgorde().filter(pk__in=self.bevestigd)
        for pk, sessie in rows.values_list("pk", "sessie")[:MEEST]:
            found.setdefault(sessie if self.is_samen else pk, []).append(pk)
        return list(found.values())

    def op_volgorde(self) -> QuerySet:
        """Return the people in turn: the first who asked is the first who is served."""
        return self.mogelijk().order_by("pk")

    def gevolg(self) -> list[str]:
        """Return what else will happen, in sentences."""
        return []

    def rest_van_groepen(self, rows: QuerySet) -> list[str]:
        """Name who of `rows` comes only together with a chosen person, and was not chosen."""
        going = self.mogelijk().order_by()
        groups = going.filter(aanvraag__samen=True).values("aanvraag", "sessie")
        rest = (
            rows.filter(
                Exists(groups.filter(aanvraag=OuterRef("aanvraag"), sessie=OuterRef("sessie"))),
                geanonimiseerd_op=None,
            )
            .exclude(pk__in=going.values("pk"))
            .select_related("aanvraag")
            .order_by("pk")
        )
        names = [naam_van(one) for one in rest[: VOORBEELDEN + 1]]
        return names if len(names) <= VOORBEELDEN else [*names[:-1], "en nog anderen"]

    def doe(self, pks: list[int], **values) -> Samen:
        """Do it to the people of one turn."""
        raise NotImplementedError

    def gedaan(self, number: int) -> str:
        raise NotImplementedError

    @property
    def door(self):
        return redactie(self.request.user)


def _people(number: int) -> str:
    return "1 persoon" if number == 1 else f"{number} personen"


class BulkGoedkeuren(InschrijvingBulk):
    """Approve who asked to come, in the order in which they asked."""

    display_name = "Goedkeuren"
    aria_label = "Keur de gekozen inschrijvingen goed"
    action_type = "goedkeuren"
    action_priority = 10
    vraag = "Inschrijvingen goedkeuren"
    uitleg = (
        "Wie het eerst inschreef, krijgt het eerst een plaats. Is er geen plaats meer, dan komt "
        "iemand op de wachtlijst. Wie alleen samen wil komen, krijgt samen een plaats of wacht "
        "samen. Iedereen krijgt er een mail over."
    )
    staten = [Staat.AANGEVRAAGD]

    def doe(self, pks, **values):
        return Samen([one.pk for pk in pks for one in goedkeuren.approve_group(pk, door=self.door)])

    def gevolg(self):
        """Name for whom else is decided."""
        names = self.rest_van_groepen(Inschrijving.objects.filter(staat=Staat.AANGEVRAAGD))
        if not names:
            return []
        return [
            "Let op: je koos niet iedereen van een groep die alleen samen wil komen. Je beslist "
            f"ook voor: {', '.join(names)}."
        ]

    def gedaan(self, number):
        return f"Goedgekeurd: {_people(number)}."


class BulkLink(InschrijvingBulk):
    """Send people their link again."""

    display_name = "Stuur de link"
    aria_label = "Stuur de gekozen mensen hun link opnieuw"
    action_type = "link-opnieuw"
    action_priority = 20
    vraag = "Stuur de link opnieuw"
    uitleg = STAPPEN["link-opnieuw"].uitleg
    staten = list(ACTIEF)

    def doe(self, pks, **values):
        return Samen([correctie.resend_link(pk, door=self.door).pk for pk in pks])

    def gedaan(self, number):
        return f"De link staat klaar om te vertrekken naar {_people(number)}."


class BulkVerplaatsen(InschrijvingBulk):
    """Move people to another session."""

    display_name = "Verplaatsen"
    aria_label = "Verplaats de gekozen mensen naar een andere sessie"
    action_type = "verplaatsen"
    action_priority = 30
    form_class = VerplaatsGroepForm
    vraag = "Naar een andere sessie"
    uitleg = (
        "De plaatsen hier gaan naar de volgenden in de rij. Is er in de andere sessie geen plaats, "
        "dan komt iemand daar op de wachtlijst. Wie alleen samen wil komen, krijgt daar samen een "
        "plaats of wacht samen. Iedereen krijgt er een mail over."
    )
    staten = list(ACTIEF)

    is_samen = True

    def doe(self, pks, *, naar, **values):
        return verplaatsen.move_together(pks, naar.pk, door=self.door)

    def op_volgorde(self):
        """Who has a place goes before who waits for one."""
        return self.mogelijk().order_by(F("plaats").asc(nulls_last=True), "volgnummer", "pk")

    def gevolg(self):
        """Name who stays behind."""
        names = self.rest_van_groepen(Inschrijving.objects.actief())
        if not names:
            return []
        return [
            "Let op: je koos niet iedereen van een groep die alleen samen wil komen. Hier "
            f"{'blijft' if len(names) == 1 else 'blijven'}: {', '.join(names)}."
        ]

    def gedaan(self, number):
        return f"Verplaatst: {_people(number)}."


class BulkAnnuleren(InschrijvingBulk):
    """Cancel people."""

    display_name = "Annuleren"
    aria_label = "Annuleer de gekozen inschrijvingen"
    action_type = "annuleren"
    action_priority = 40
    classes = {"serious"}
    form_class = AnnuleerGroepForm
    vraag = "Inschrijvingen annuleren"
    uitleg = (
        "Elke vrije plaats gaat meteen naar de volgende in de rij. Ongedaan maken kan niet. Gaat "
        "de hele sessie niet door, annuleer dan de sessie: dat is een andere mail."
    )
    staten = list(ACTIEF)

    is_samen = True

    def doe(self, pks, *, waarom, reden, **values):
        return deelnemer.cancel_together(pks, door=self.door, uitleg=waarom, reden=reden)

    def gedaan(self, number):
        return f"Geannuleerd: {_people(number)}."


class GeenWissen(BulkAction):
    """In the place of Wagtail's own delete, which lists every name to whoever asks."""

    models = [Inschrijving]
    display_name = aria_label = ""
    action_type = "delete"

    def dispatch(self, request, *args, **kwargs):
        raise PermissionDenied


BULKACTIES = [BulkGoedkeuren, BulkLink, BulkVerplaatsen, BulkAnnuleren]
