"""Amounts as people read them."""

from django import template
from django.template.defaultfilters import floatformat

register = template.Library()


@register.filter
def bedrag(amount):
    """Return an amount with its thousands apart; cents only where there are any."""
    return floatformat(amount, "0g" if amount == int(amount) else "2g")
