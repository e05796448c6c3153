"""The questions that go with a person: those of the course, workshops, and needs."""

from collections.abc import Iterator

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from vorming.forms.velden import tekstveld
from vorming.models import Inschrijving, Sessie, VormingPage, Workshopkeuze


class Vragen:
    """The questions that go with a person: of the course, workshops, and needs."""

    def __init__(self, sessie: Sessie, page: VormingPage, inschrijving: Inschrijving | None = None):
        self.sessie = sessie
        self.page = page
        self.inschrijving = inschrijving

    @cached_property
    def rondes(self) -> dict[str, list]:
        return self.sessie.rondes

    @cached_property
    def gekozen(self) -> dict[str, Workshopkeuze]:
        """What somebody who is in chose before, by round."""
        if not self.inschrijving:
            return {}
        return {one.ronde: one for one in self.inschrijving.workshopkeuzes.all()}

    @cached_property
    def eerder(self) -> dict[str, str | list[str]]:
        """What somebody who is in answered before, by question."""
        given = self.inschrijving.antwoorden if self.inschrijving else ()
        return {one["sleutel"]: one["waarde"] for one in given}

    @cached_property
    def noden(self) -> dict[str, str]:
        """What somebody who is in said before that she needs."""
        found = getattr(self.inschrijving, "bijzondere_nood", None)
        names = ("voeding", "toegankelijkheid")
        return {name: getattr(found, name) if found else "" for name in names}

    def fields(self, prefix: str, *, required: bool = True) -> Iterator[tuple[str, forms.Field]]:
        """Yield the fields of one person, with their names."""
        for block in self.page.vragen:
            earlier = self.eerder.get(str(block.id))
            yield f"{prefix}vraag_{block.id}", _field_of(block, required=required, earlier=earlier)
        for number, (ronde, workshops) in enumerate(self.rondes.items()):
            choices = [(str(one.pk), self._choice(one)) for one in workshops]
            yield (
                f"{prefix}ronde_{number}",
                forms.ChoiceField(
                    label=ronde, choices=choices, widget=forms.RadioSelect, required=False
                ),
            )
        if self.page.vraag_noden:
            yield (
                f"{prefix}voeding",
                tekstveld(_("Eet of drink je iets niet?"), required=False, max_length=300),
            )
            yield (
                f"{prefix}toegankelijkheid",
                tekstveld(
                    _("Wat heb je nodig om mee te kunnen doen?"),
                    required=False,
                    max_length=300,
                    help_text=_(
                        "Bijvoorbeeld een ringleiding of een drempelvrije zaal. We gebruiken je "
                        "antwoord alleen om die dag goed te regelen en wissen het kort daarna."
                    ),
                ),
            )

    def _choice(self, workshop):
        """Name a workshop, and say when there is hardly room: nobody chooses blindly."""
        name = f"{workshop.naam}: {workshop.uitleg}" if workshop.uitleg else workshop.naam
        mine = self.gekozen.get(workshop.ronde)
        if mine and mine.workshop_id == workshop.pk and mine.plaats:
            return name
        if not workshop.vrij:
            full = gettext("volzet: je krijgt een plaats als er een vrijkomt")
            return f"{name} ({full})"
        if not workshop.weinig_plaatsen:
            return name
        left = ngettext("nog %(vrij)s plaats", "nog %(vrij)s plaatsen", workshop.vrij)
        return f"{name} ({left % {'vrij': workshop.vrij}})"

    def _no_longer_asked(self):
        """Yield what somebody answered to questions that an editor took away since."""
        asked = {str(block.id) for block in self.page.vragen}
        for answer in self.inschrijving.antwoorden if self.inschrijving else ():
            if answer["sleutel"] not in asked:
                yield answer

    def answers(self, data: dict, prefix: str) -> dict:
        """Return what one person answered, as `Persoon` takes it."""
        answers = list(self._no_longer_asked())
        for block in self.page.vragen:
            value = self._given(block, data.get(f"{prefix}vraag_{block.id}"))
            if value not in (None, "", []):
                answers.append(
                    {"sleutel": str(block.id), "vraag": block.value["vraag"], "waarde": value}
                )
        workshops = [data.get(f"{prefix}ronde_{number}") for number in range(len(self.rondes))]
        return {
            "antwoorden": answers,
            "workshops": [int(pk) for pk in workshops if pk],
            # What is not asked any more was not taken back.
            **{name: data.get(f"{prefix}{name}", before) for name, before in self.noden.items()},
        }

    def _given(self, block, value):
        """Return what was answered to a question; what she left as it was, exactly as it was."""
        before = self.eerder.get(str(block.id))
        if not value and block.block_type in ("keuze", "ja_nee"):
            # No browser empties a choice that was made: it was not in the form that was sent.
            return before
        if isinstance(value, list) and isinstance(before, list) and set(value) == set(before):
            return before
        return value

    def initial(self, inschrijving: Inschrijving) -> dict:
        """Return what somebody answered before, by the names of the fields."""
        found: dict = {"functie": inschrijving.functie, **self.noden}
        found |= {f"vraag_{question}": value for question, value in self.eerder.items()}
        for number, ronde in enumerate(self.rondes):
            found[f"ronde_{number}"] = (
                self.gekozen[ronde].workshop_id if ronde in self.gekozen else None
            )
        return found


def _field_of(block, *, required, earlier=None):
    """Return the form field of a question.

    What somebody chose `earlier` stays among her choices, whatever an editor made of them since:
    else it would be gone as soon as she changes something else.
    """
    value = block.value
    options = {
        "label": value["vraag"],
        "help_text": value["uitleg"],
        "required": value["verplicht"] and required,
        "error_messages": {
            "required": gettext("Antwoord op de vraag: %(vraag)s") % {"vraag": value["vraag"]}
        },
    }
    if block.block_type == "tekst":
        widget = forms.Textarea(attrs={"rows": 4}) if value["lang"] else forms.TextInput
        return forms.CharField(max_length=1000, widget=widget, **options)
    if block.block_type == "ja_nee":
        choices = [("ja", _("Ja")), ("nee", _("Nee"))]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **options)
    chosen = earlier if isinstance(earlier, list) else [earlier] if earlier else []
    choices = [(text, text) for text in dict.fromkeys([*value["opties"], *chosen])]
    if block.block_type == "meerkeuze":
        return forms.MultipleChoiceField(
            choices=choices, widget=forms.CheckboxSelectMultiple, **options
        )
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **options)
