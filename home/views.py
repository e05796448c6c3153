"""The style guide: every component with example data."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from home.styleguide import examples


@require_safe
def styleguide(request):
    """Show every component once; what axe and the screenshots look at."""
    return render(request, "stijlgids.html", examples())
