"""The form with which an editor makes and changes a session: its days and workshops too."""

import datetime
import itertools
from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.formats import date_format
from wagtail.admin.widgets import AdminPageChooser

from core import clock
from vorming.beheer.velden import DagInvoer, MomentInvoer, UurInvoer, Vergelijkbaar
from vorming.models import Sessie, Sessiedag, VormingPage, Workshop
from vorming.services.dagen import Dag, fout_in_datum
from vorming.services.workshops import Keuze
from vorming.staten import Vorm

MOMENTEN = ["opent_op", "sluit_op", "annuleren_tot", "vervangen_tot"]
# A new session starts with so many empty days, and an old one with none.
LEGE_DAGEN = 1
HOOGSTENS = 40
LINK: Any = Sessie._meta.get_field("online_link")


# More people than ever come, and far less than a database, or a list of places, can hold.
MEESTE_PLAATSEN = 10_000
TE_VEEL = "Vul een getal in tot 10 000."
# What the number of a row can be.
GROOTSTE_NUMMER = 2**63 - 1


def _nummer():
    """Return the hidden field that says which row a part of a form is about."""
    return forms.IntegerField(required=False, max_value=GROOTSTE_NUMMER, widget=forms.HiddenInput)


class SessieForm(Vergelijkbaar, forms.ModelForm):
    """Everything about a session but its state, its days and its workshops."""

    online_link = forms.URLField(
        label="Link om online mee te doen",
        help_text=LINK.help_text,
        max_length=LINK.max_length,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Vul een volledige link in, die begint met https://."},
    )

    class Meta:
        model = Sessie
        fields = [
            "vorming",
            "naam",
            "capaciteit",
            "vorm",
            "locatie",
            "adres",
            "gemeente",
            "online_link",
            "praktisch",
            *MOMENTEN,
            "max_wachtlijst",
            "doorschuiven",
            "goedkeuring",
            "prijs",
            "prijs_uitleg",
            "verslag",
        ]
        widgets: Mapping[str, Any] = {
            **dict.fromkeys(MOMENTEN, MomentInvoer),
            "praktisch": forms.Textarea({"rows": 4}),
            "vorm": forms.RadioSelect,
            "doorschuiven": forms.RadioSelect,
            "prijs": forms.TextInput({"inputmode": "decimal"}),
        }
        error_messages: Mapping[str, Any] = {
            "vorming": {"required": "Kies een vorming."},
            "capaciteit": {
                "required": "Vul in hoeveel plaatsen er zijn.",
                "invalid": "Vul een getal in, zonder cijfers na de komma.",
                "min_value": "Een sessie heeft minstens 1 plaats.",
            },
            "max_wachtlijst": {
                "invalid": "Vul een getal in, of laat het leeg.",
                "min_value": "Vul 0 of meer in, of laat het leeg.",
            },
            "prijs": {
                "invalid": "Vul een bedrag in, bijvoorbeeld 45 of 45,50.",
                "min_value": "Vul 0 of meer in. 0 is gratis.",
            },
            **{name: {"invalid": "Vul een dag en een uur in."} for name in MOMENTEN},
        }

    def __init__(self, *args, is_nieuw: bool, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("capaciteit", "max_wachtlijst"):
            field = self.fields[name]
            field.max_value = MEESTE_PLAATSEN
            field.validators.append(MaxValueValidator(MEESTE_PLAATSEN, TE_VEEL))
            field.widget.attrs["max"] = MEESTE_PLAATSEN
        self.fields["prijs"].localize = True
        self.fields["prijs"].widget.is_localized = True
        article = apps.get_model("home", "ArtikelPage")
        self.fields["verslag"].widget = AdminPageChooser(target_models=[article])
        if is_nieuw:
            self._offer_courses()
        else:
            # These have screens of their own, or stay for ever.
            for name in ("vorming", "capaciteit"):
                del self.fields[name]
            self.onthoud()

    def _offer_courses(self):
        field = self.fields["vorming"]
        field.queryset = VormingPage.objects.filter(locale__language_code="nl").order_by("path")
        field.label_from_instance = lambda page: (
            page.title if page.live else f"{page.title} (kladversie)"
        )
        field.empty_label = "Kies een vorming"

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opent_op"), cleaned.get("sluit_op")
        if opens and closes and opens >= closes:
            self.add_error("sluit_op", "Inschrijven moet stoppen nadat het begon.")
        if cleaned.get("vorm") == Vorm.TER_PLAATSE and cleaned.get("online_link"):
            self.add_error(
                "online_link",
                "Een link hoort bij een sessie die ook online is. Kies dat hierboven.",
            )
        return cleaned

    def check_against(self, begin: datetime.datetime | None) -> None:
        """Add what is wrong with the moments of the rules, given when the session begins."""
        if begin is None:
            return
        words = {
            "sluit_op": "Inschrijven stopt ten laatste als de sessie begint: {}.",
            "annuleren_tot": "Zelf annuleren stopt ten laatste als de sessie begint: {}.",
            "vervangen_tot": "Een collega sturen stopt ten laatste als de sessie begint: {}.",
            "opent_op": "Inschrijven begint voor de sessie begint: {}.",
        }
        start = date_format(begin, r"j F Y \o\m H.i \u\u\r")
        for name, text in words.items():
            moment = self.cleaned_data.get(name)
            if moment and moment > begin:
                self.add_error(name, text.format(start))


class DagForm(Vergelijkbaar, forms.Form):
    """One day: a date, and from when to when. `terug` are the dates it may go back to."""

    pk = _nummer()
    datum = forms.DateField(
        label="Datum",
        widget=DagInvoer,
        error_messages={"required": "Kies een datum.", "invalid": "Kies een datum die bestaat."},
    )
    van = forms.TimeField(
        label="Van",
        widget=UurInvoer,
        error_messages={
            "required": "Vul in wanneer de dag begint.",
            "invalid": "Vul een uur in, zoals 9:30.",
        },
    )
    tot = forms.TimeField(
        label="Tot",
        widget=UurInvoer,
        error_messages={
            "required": "Vul in wanneer de dag eindigt.",
            "invalid": "Vul een uur in, zoals 16:00.",
        },
    )
    uitleg = forms.CharField(
        label="Wat er die dag gebeurt",
        max_length=Sessiedag._meta.get_field("uitleg").max_length,
        required=False,
    )
    locatie = forms.CharField(
        label="Andere plaats",
        max_length=Sessiedag._meta.get_field("locatie").max_length,
        required=False,
        help_text="Leeg: de plaats van de sessie.",
    )

    def __init__(self, *args, terug: Collection[datetime.date] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.terug = terug
        self.onthoud()

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("van"), cleaned.get("tot")
        if start and end and end <= start:
            self.add_error("tot", "De dag eindigt na het begin.")
        day = cleaned.get("datum")
        fault = fout_in_datum(self._was_op(), day, terug=self.terug) if day else ""
        if fault:
            self.add_error("datum", fault)
        return cleaned

    def _was_op(self) -> datetime.date | None:
        """Return the date of the day when the form was shown; None for a new day."""
        return self.was("datum") if self.cleaned_data.get("pk") else None

    @property
    def dag(self) -> Dag:
        """The day as it was filled in."""
        return _dag(self.cleaned_data)

    @property
    def dag_gezien(self) -> Dag:
        """The day as it was when the form was shown."""
        return _dag({name: self.was(name) for name in ("pk", *DAGVELDEN)})


DAGVELDEN = ("datum", "van", "tot", "uitleg", "locatie")


def _dag(values):
    zone = clock.now().tzinfo

    def moment(hour):
        return datetime.datetime.combine(values["datum"], values[hour], tzinfo=zone)

    return Dag(
        begin=moment("van"),
        einde=moment("tot"),
        uitleg=values["uitleg"] or "",
        locatie=values["locatie"] or "",
        pk=values["pk"],
    )


class Rijen(forms.BaseFormSet):
    """Rows of a session, in order; a row can be marked to be left out."""

    wat_weg = ""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = self.wat_weg

    @property
    def gebleven(self) -> list:
        """The rows that are filled in and not left out."""
        return [
            form
            for form in self.forms
            if form not in self.deleted_forms and any(form.cleaned_data.values())
        ]

    @property
    def getoond(self) -> list:
        """The rows that were there when the form was shown."""
        return [form for form in self.forms if form.was("pk")]

    def met_een_meer(self, data):
        """Return the data of the form with one more empty row."""
        data = data.copy()
        data[f"{self.prefix}-TOTAL_FORMS"] = str(min(self.total_form_count() + 1, HOOGSTENS))
        return data


class BaseDagen(Rijen):
    """The days of a session."""

    wat_weg = "Laat deze dag weg"

    def clean(self):
        if not self.is_valid():
            return
        days = sorted((form.dag for form in self.gebleven), key=lambda dag: dag.begin)
        for first, second in itertools.pairwise(days):
            if second.begin < first.einde:
                day = date_format(second.begin, "j F Y")
                raise ValidationError(f"Twee dagen overlappen, op {day}. Pas een van beide aan.")

    @property
    def begin(self) -> datetime.datetime | None:
        """When the session begins; None without days."""
        return min((form.dag.begin for form in self.gebleven), default=None)


class WorkshopForm(Vergelijkbaar, forms.Form):
    """One workshop, with places of its own."""

    pk = _nummer()
    ronde = forms.CharField(
        label="Ronde",
        max_length=Workshop._meta.get_field("ronde").max_length,
        initial="Workshop",
        help_text="Uit elke ronde kiest een deelnemer er een. Bijvoorbeeld: Voormiddag.",
        error_messages={"required": "Vul de ronde in, bijvoorbeeld: Voormiddag."},
    )
    naam = forms.CharField(
        label="Naam",
        max_length=Workshop._meta.get_field("naam").max_length,
        error_messages={"required": "Geef de workshop een naam."},
    )
    capaciteit = forms.IntegerField(
        label="Aantal plaatsen",
        min_value=1,
        max_value=MEESTE_PLAATSEN,
        error_messages={
            "required": "Vul in hoeveel plaatsen er zijn.",
            "invalid": "Vul een getal in.",
            "min_value": "Een workshop heeft minstens 1 plaats.",
            "max_value": TE_VEEL,
        },
    )
    uitleg = forms.CharField(
        label="Uitleg",
        max_length=Workshop._meta.get_field("uitleg").max_length,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.onthoud()

    @property
    def keuze(self) -> Keuze:
        """The workshop as it was filled in."""
        return _keuze(self.cleaned_data)

    @property
    def keuze_gezien(self) -> Keuze:
        """The workshop as it was when the form was shown."""
        return _keuze({name: self.was(name) for name in ("pk", *WORKSHOPVELDEN)})


WORKSHOPVELDEN = ("ronde", "naam", "capaciteit", "uitleg")


def _keuze(values):
    return Keuze(
        ronde=values["ronde"],
        naam=values["naam"],
        capaciteit=values["capaciteit"],
        uitleg=values["uitleg"] or "",
        pk=values["pk"],
    )


class BaseWorkshops(Rijen):
    """The workshops of a session."""

    wat_weg = "Laat deze workshop weg"

    def clean(self):
        if not self.is_valid():
            return
        seen = set()
        for form in self.gebleven:
            name = (form.keuze.ronde, form.keuze.naam)
            if name in seen:
                raise ValidationError(f"De workshop “{name[1]}” staat er twee keer in die ronde.")
            seen.add(name)


def _rijen(form, base, extra):
    return forms.formset_factory(
        form,
        formset=base,
        extra=extra,
        can_delete=True,
        max_num=HOOGSTENS,
        absolute_max=HOOGSTENS,
        validate_max=True,
    )


NieuweDagen = _rijen(DagForm, BaseDagen, LEGE_DAGEN)
Dagen = _rijen(DagForm, BaseDagen, 0)
Workshops = _rijen(WorkshopForm, BaseWorkshops, 0)


def dagen_als_begin(sessie: Sessie) -> list[dict[str, Any]]:
    """Return the days of a session as the form shows them."""
    zone = clock.now().tzinfo
    return [
        {
            "pk": dag.pk,
            "datum": dag.begin.astimezone(zone).date(),
            "van": dag.begin.astimezone(zone).time(),
            "tot": dag.einde.astimezone(zone).time(),
            "uitleg": dag.uitleg,
            "locatie": dag.locatie,
        }
        for dag in sessie.dagen.order_by("begin")
    ]


def workshops_als_begin(sessie: Sessie, *, nieuw: bool = False) -> list[dict[str, Any]]:
    """Return the workshops of a session as the form shows them; `nieuw`: for another session."""
    return [
        {
            "pk": None if nieuw else one.pk,
            "ronde": one.ronde,
            "naam": one.naam,
            "capaciteit": one.capaciteit,
            "uitleg": one.uitleg,
        }
        for one in sessie.workshops.all()
    ]
