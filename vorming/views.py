"""What a participant sees and does."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vorming import links


@never_cache
@require_safe
def mijn_inschrijving(request, token):
    """Show the enrolment of a link. Looking changes nothing: mail scanners open every link."""
    try:
        inschrijving = links.read(token)
    except links.LinkOngeldig:
        raise Http404 from None
    return render(request, "vorming/mijn_inschrijving.html", {"inschrijving": inschrijving})
