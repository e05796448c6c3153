"""What the screens of requests need."""

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag
def verzoekstap(verzoek, name):
    """Return the address of a step of a request."""
    return reverse(f"wagtailsnippets_trajecten_verzoek:{name}", args=[verzoek.pk])
