"""Pages that are no page: search, errors, robots."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Locale, Page

from core import memo
from core.pages import teasers
from core.typed import words_in

RESULTS = 20


@require_safe
def search(request):
    """Show the pages of this language that match `?q=`."""
    memo.begin()
    query, words = words_in(request.GET.get("q", ""))
    results = []
    if words:
        found = (
            Page.objects.live()
            .public()
            .filter(locale=Locale.get_active(), depth__gt=1)
            .search(words, operator="and")[:RESULTS]
        )
        order = {page.pk: place for place, page in enumerate(found)}
        results = sorted(teasers(Q(pk__in=order)), key=lambda page: order[page.pk])
    return render(request, "core/zoeken.html", {"zoekterm": query, "resultaten": results})


@require_safe
def robots(request):
    """Say which addresses are not for search engines."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /zoeken/",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


def page_not_found(request, exception=None):
    """Answer 404 with a search box and the way to the trajectories."""
    return render(request, "404.html", status=404)


def server_error(request):
    """Answer 500 without touching the database: it may be what broke."""
    return HttpResponse(render_error_page(), status=500)


def render_error_page() -> str:
    """Return the page for a fault of ours, rendered without request and database."""
    from django.template.loader import render_to_string

    return render_to_string("500.html")
