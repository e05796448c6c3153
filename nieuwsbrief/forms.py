"""The forms of the newsletter: subscribe, change a choice, ask a link again."""

from collections.abc import Iterable

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.public_forms import PublicForm
from nieuwsbrief.models import Lijst
from nieuwsbrief.services.basis import ZIN
from post import addresses


class AdresField(forms.CharField):
    """An e-mail address that a mail can really be sent to."""

    def __init__(self, **options):
        super().__init__(
            max_length=254,
            label=gettext_lazy("Je e-mailadres"),
            widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
            error_messages={"required": gettext_lazy("Vul je e-mailadres in.")},
            **options,
        )

    def clean(self, value):
        value = super().clean(value)
        try:
            return addresses.check(value)
        except addresses.InvalidAddress:
            raise forms.ValidationError(
                _("Dit e-mailadres klopt niet. Het ziet eruit als naam@voorbeeld.be.")
            ) from None


class LijstenField(forms.TypedMultipleChoiceField):
    """Which newsletters. None is chosen beforehand: saying yes is for the reader."""

    def __init__(self, *, none_is_a_choice: bool = False, **options):
        super().__init__(coerce=int, widget=forms.CheckboxSelectMultiple, **options)
        self._none_is_a_choice = none_is_a_choice

    def validate(self, value):
        if value or not self._none_is_a_choice:
            super().validate(value)

    def offer(self, lijsten: Iterable[Lijst]) -> None:
        """Show these lists, each with what it brings."""
        self.choices = [
            (lijst.pk, format_html("<strong>{}</strong><br>{}", lijst.naam, lijst.uitleg_hier))
            for lijst in lijsten
        ]


class AanmeldForm(PublicForm):
    """Somebody wants the newsletter."""

    purpose = "nieuwsbrief"

    e_mail = AdresField(help_text=gettext_lazy("Hierheen sturen we een mail met een knop."))
    lijsten = LijstenField(
        label=gettext_lazy("Welke nieuwsbrief wil je?"),
        help_text=ZIN,
        error_messages={"required": gettext_lazy("Kies minstens één nieuwsbrief.")},
    )

    def __init__(self, data=None, *, lijsten: list[Lijst], **options):
        if data is not None and data.get("adres_keuze"):
            data = self._with_choice(data)
        super().__init__(data, **options)
        self.te_kiezen = lijsten
        self.fields["lijsten"].offer(lijsten)

    @staticmethod
    def _with_choice(data):
        """Put the address in its place that somebody chose after our question about it."""
        typed, chosen = data.get("e_mail", "").strip(), data["adres_keuze"]
        data = data.copy()
        # Somebody may have typed another one after all: then that is the one.
        if chosen not in (typed, addresses.probably_meant(typed)):
            del data["adres_keuze"]
        else:
            data["e_mail"] = chosen
        return data

    @property
    def voorstel(self) -> str:
        """An address that was probably meant, when nobody said that the one typed is right."""
        if self.data.get("adres_keuze"):
            return ""
        value = self["e_mail"].value() or ""
        return addresses.probably_meant(value.strip()) if not self["e_mail"].errors else ""

    @property
    def gekozen(self) -> list[Lijst]:
        """The lists that were ticked."""
        return [lijst for lijst in self.te_kiezen if lijst.pk in self.cleaned_data["lijsten"]]


class VoorkeurForm(PublicForm):
    """Somebody changes her choice."""

    purpose = "nieuwsbrief-voorkeuren"

    lijsten = LijstenField(
        label=gettext_lazy("Welke nieuwsbrief wil je?"),
        # Not "optional": none is an answer too.
        none_is_a_choice=True,
        help_text=gettext_lazy("Geen enkele aangekruist? Dan ben je uitgeschreven."),
    )
    naam = forms.CharField(
        label=gettext_lazy("Je naam"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    taal = forms.ChoiceField(
        label=gettext_lazy("In welke taal schrijven we je?"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("De nieuwsbrieven zelf zijn in het Nederlands."),
    )

    def __init__(self, data=None, *, lijsten: list[Lijst], **options):
        super().__init__(data, **options)
        self.fields["lijsten"].offer(lijsten)

    def clean_naam(self):
        return " ".join(self.cleaned_data["naam"].split())


class LinkForm(PublicForm):
    """Somebody lost the link to her choices."""

    purpose = "nieuwsbrief-link"

    e_mail = AdresField(help_text=gettext_lazy("Het adres waarop je de nieuwsbrief krijgt."))
