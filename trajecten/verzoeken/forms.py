"""The form of a request: what is asked for which kind, and what is said about an answer."""

import re

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.gemeenten import GemeenteInput
from core.public_forms import NO_LINK, PublicForm
from post import addresses
from trajecten.models.gemeente import ANDERE, Gemeente, Gevonden
from trajecten.models.verzoek import Soort

PHONE = re.compile(r"[+(]?\d[\d\s./()\-]*")
QUESTION_LENGTH = 20_000


class VerzoekForm(PublicForm):
    """A question or a request for a talk."""

    purpose = "verzoek"

    naam = forms.CharField(
        label=gettext_lazy("Je naam"),
        max_length=100,
        validators=[NO_LINK],
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Vul je naam in.")},
    )
    gemeente = forms.CharField(
        label=gettext_lazy("Voor welke gemeente werk je?"),
        max_length=100,
        help_text=gettext_lazy(
            "Begin te typen en kies uit de lijst. De naam van voor een fusie is ook goed. Werk je "
            "niet voor één Vlaamse gemeente? Typ dan: andere."
        ),
        error_messages={"required": gettext_lazy("Vul je gemeente in, of typ: andere.")},
    )
    organisatie = forms.CharField(
        label=gettext_lazy("Je organisatie"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Bijvoorbeeld het OCMW, een vereniging of een IGS."),
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    rol = forms.CharField(
        label=gettext_lazy("Je rol"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Bijvoorbeeld netwerkregisseur of medewerker vrije tijd."),
        widget=forms.TextInput({"autocomplete": "organization-title"}),
    )
    e_mail = forms.CharField(
        label=gettext_lazy("Je e-mailadres"),
        help_text=gettext_lazy("Hierheen sturen we een bevestiging."),
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Vul je e-mailadres in.")},
    )
    telefoon = forms.CharField(
        label=gettext_lazy("Je telefoonnummer"),
        max_length=40,
        help_text=gettext_lazy("We bellen je om je vraag te verkennen."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": gettext_lazy("Vul het nummer in waarop we je kunnen bellen.")},
    )
    vraag = forms.CharField(
        label=gettext_lazy("Wat is je vraag?"),
        max_length=QUESTION_LENGTH,
        help_text=gettext_lazy(
            "Een paar zinnen volstaan. Schrijf geen namen of verhalen van mensen in armoede op."
        ),
        widget=forms.Textarea({"rows": 7}),
        error_messages={
            "required": gettext_lazy("Schrijf in een paar zinnen wat je wilt weten."),
            "max_length": gettext_lazy(
                "Dit is te lang: %(show_value)d tekens. Hoogstens %(limit_value)d tekens passen."
            ),
        },
    )
    momenten = forms.CharField(
        label=gettext_lazy("Wanneer past een gesprek?"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Bijvoorbeeld: dinsdagvoormiddag, of na 15 januari."),
        widget=forms.Textarea({"rows": 3}),
    )
    # Where somebody came from, carried along so that nobody types it twice.
    van = forms.CharField(required=False, widget=forms.HiddenInput)
    antwoorden = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, soort: Soort, **options):
        super().__init__(*args, **options)
        self.soort = soort
        self.fields["gemeente"].widget = GemeenteInput(ook=[_("andere")])
        if soort.is_gesprek:
            self.fields["vraag"].label = _("Waarover wil je praten?")
            self.fields["vraag"].error_messages["required"] = _(
                "Schrijf in een paar zinnen waarover je wilt praten."
            )
        else:
            del self.fields["telefoon"], self.fields["momenten"]

    @cached_property
    def found(self) -> Gevonden | None:
        """The municipality that was typed, None when it is another place."""
        return Gemeente.objects.find(self.cleaned_data.get("gemeente", ""))

    def clean_gemeente(self):
        typed = " ".join(self.cleaned_data["gemeente"].split())
        if typed.lower() in ANDERE or Gemeente.objects.find(typed):
            return typed
        if near := Gemeente.objects.nearest(typed):
            raise forms.ValidationError(
                _("We kennen geen Vlaamse gemeente met deze naam. Bedoel je %(naam)s?"),
                params={"naam": near},
            )
        raise forms.ValidationError(
            _("We kennen geen Vlaamse gemeente met deze naam. Kies uit de lijst, of typ: andere.")
        )

    def clean_e_mail(self):
        try:
            return addresses.check(self.cleaned_data["e_mail"])
        except addresses.InvalidAddress:
            raise forms.ValidationError(
                _("Dit e-mailadres klopt niet. Het ziet eruit als naam@voorbeeld.be.")
            ) from None

    def clean_telefoon(self):
        typed = " ".join(self.cleaned_data["telefoon"].split())
        if not PHONE.fullmatch(typed) or not 8 <= sum(c.isdigit() for c in typed) <= 15:
            raise forms.ValidationError(
                _("Dit telefoonnummer klopt niet. Schrijf het bijvoorbeeld als 0470 12 34 56.")
            )
        return typed

    def clean(self):
        cleaned = super().clean()
        is_elsewhere = self.cleaned_data.get("gemeente", "").lower() in ANDERE
        if is_elsewhere and not self.cleaned_data.get("organisatie", "-"):
            self.add_error("organisatie", _("Vul de naam van je organisatie in."))
        return cleaned

    def in_words(self) -> list[tuple[str, str]]:
        """Return every question with the answer as we understood it, to look at before sending."""
        rows = []
        for field in self.visible_fields():
            answer = self.cleaned_data.get(field.name, "")
            if field.name == "gemeente":
                answer = self._town_in_words() or answer
            rows.append((str(field.label), answer))
        return rows

    def _town_in_words(self):
        if self.found is None:
            return ""
        if self.found.vroegere is None:
            return self.found.gemeente.naam
        return _("%(nu)s (%(vroeger)s hoort daar sinds %(jaar)d bij)") % {
            "nu": self.found.gemeente.naam,
            "vroeger": self.found.vroegere.naam,
            "jaar": self.found.vroegere.ingang.year,
        }

    @property
    def better_address(self) -> str:
        """An e-mail address that was probably meant; empty when the one typed looks right."""
        return addresses.probably_meant(self.cleaned_data.get("e_mail", ""))
