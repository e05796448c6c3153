"""Sessions as calendars: those of the offer, and the days of one participant."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vorming import agenda, links
from vorming.models import Sessie
from vorming.publiek import eigen_sessie, personal
from vorming.staten import Staat


@require_safe
def mijn_agenda(request, token):
    """Return the days of a confirmed enrolment as a calendar file."""
    try:
        one = links.read(token)
    except links.LinkOngeldig:
        raise Http404 from None
    if one.staat != Staat.BEVESTIGD:
        raise Http404
    days = eigen_sessie(one.sessie_id).dagen.all()
    content = agenda.own_days(one, days)
    return personal(_calendar(content, "vorming.ics"))


@require_safe
def agenda_feed(request):
    """Return the coming days of all courses, to follow in a calendar."""
    coming = (
        Sessie.objects.zichtbaar()
        .komend()
        .filter(vorming__live=True)
        .select_related("vorming")
        .prefetch_related("dagen")
    )
    return _calendar(agenda.feed(coming, name=_("Vorming, Vrije tijd in de netwerkgemeente")), "")


def _calendar(content, filename):
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    if filename:
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
