"""Pages that are no page: search, errors, robots."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from core import memo
from core.search import missed
from core.search.answering import answer
from core.search.finding import address_of


@require_safe
def search(request):
    """Show the pages of this language that answer `?q=`; `?pagina=` is the leaf of the list."""
    memo.begin()
    language = translation.get_language() or settings.LANGUAGE_CODE
    leaf = request.GET.get("pagina", "")
    found = answer(
        request.GET.get("q", ""), language, int(leaf) if leaf.isdecimal() and len(leaf) < 4 else 1
    )
    for result in found.results:
        result.address = address_of(result.found, request)
    if found.typed and not found.total and not found.no_words:
        missed.count(found.typed, language)
    return render(request, "core/zoeken.html", {"antwoord": found})


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
