"""What templates ask of the ticks of a visitor (trajecten.vinkjes)."""

from django import template
from django.utils.http import urlencode

register = template.Library()


@register.filter
def telling(vinkjes, stap):
    """Return the count of the points of a step; nothing while the visitor ticked nothing."""
    return vinkjes.telling_van(stap.sleutel) if vinkjes and vinkjes.aan else None


@register.filter
def is_aan(vinkjes, punt):
    """Say whether a point is done."""
    return bool(vinkjes and punt and vinkjes.is_aan(punt))


@register.simple_tag(takes_context=True)
def eigen_adres(context):
    """Return the whole address of this page as the visitor has it now, in its shortest form."""
    request, vinkjes = context["request"], context["vinkjes"]
    return request.build_absolute_uri(f"{request.path}{vinkjes.meegeven}")


@register.simple_tag
def deel_per_mail(subject, address):
    """Return a mailto address without a receiver, with an address in the text."""
    # quote_plus would show as plus signs in a mail program.
    return "mailto:?" + urlencode({"subject": subject, "body": address}).replace("+", "%20")
