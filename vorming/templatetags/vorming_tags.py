"""What templates of the training offer need beyond their own context."""

from decimal import Decimal

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def antwoord(value) -> str:
    """Return an answer as people read it."""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return {"ja": _("Ja"), "nee": _("Nee")}.get(value, str(value))


@register.filter
def uren(value: Decimal) -> str:
    """Return a number of hours without decimals that say nothing: 13, 6,5."""
    text = f"{value:f}"
    return formats.number_format(Decimal(text.rstrip("0").rstrip(".") if "." in text else text))
