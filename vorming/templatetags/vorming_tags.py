"""What templates of the training offer need beyond their own context."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def antwoord(value) -> str:
    """Return an answer as people read it."""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return {"ja": _("Ja"), "nee": _("Nee")}.get(value, str(value))
