"""The fields that forms of the training offer share."""

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.public_forms import NO_LINK
from post import addresses

# So long that it fits in the key of a table.
SLEUTEL = re.compile("[0-9]{1,18}")


def sleutels_in(tekst: str) -> set[int]:
    """Return the keys of rows that a browser sends, with spaces in between; what is none, falls."""
    return {int(one) for one in tekst.split() if SLEUTEL.fullmatch(one)}


class AdresField(forms.CharField):
    """An e-mail address that a mail can really be sent to."""

    def __init__(self, **options):
        widget = forms.EmailInput(attrs={"autocomplete": options.pop("autocomplete", "off")})
        super().__init__(max_length=254, widget=widget, **options)

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return value
        try:
            return addresses.check(value)
        except addresses.InvalidAddress:
            raise forms.ValidationError(
                gettext("Dit is geen e-mailadres. Kijk het na, bijvoorbeeld: naam@gemeente.be.")
            ) from None


# A name of an organisation stands in lists and files of others.
ZONDER_WEBADRES = RegexValidator(
    r"://|\bwww\.|[\x00-\x1f\x7f]",
    _("Schrijf hier geen webadres en geen vreemde tekens."),
    inverse_match=True,
    flags=re.IGNORECASE,
)


# Longer is no name but a message, and names go by mail to whatever address stands beside them.
LANGSTE_NAAM = 60


def naamveld(label, *, missing: Any, autocomplete: str = "off") -> forms.CharField:
    """Return the field of a first name or a name; `missing` is what is said without it."""
    return forms.CharField(
        label=label,
        max_length=LANGSTE_NAAM,
        widget=forms.TextInput({"autocomplete": autocomplete}),
        error_messages={"required": missing},
        validators=[NO_LINK],
    )


def tekstveld(
    label, *, missing: Any = "", autocomplete: str = "off", rows: int = 0, widget=None, **options
) -> forms.CharField:
    """Return a field of one line, or of `rows` lines, which may hold more than a name does."""
    attributes = {"autocomplete": autocomplete}
    if rows:
        widget = forms.Textarea(attributes | {"rows": rows})
    validators = [] if rows else [ZONDER_WEBADRES]
    return forms.CharField(
        label=label,
        widget=widget or forms.TextInput(attributes),
        error_messages={"required": missing},
        validators=validators,
        **options,
    )


# Somebody reads these on top of the form, apart from their fields: each says what it is about.
VOORNAAM = _("Vul je voornaam in.")
NAAM = _("Vul je naam in.")
E_MAIL = _("Vul je e-mailadres in.")
