"""Finding a page by its address.

Wagtail walks down the tree with two queries per level. Our tree is closed and every page
stores its whole address, so one query finds it. What that does not find (a page without a
published version, an address that is not there) is left to Wagtail.
"""

from django.conf import settings
from django.db.models import Exists
from django.http import Http404
from django.utils import translation
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve

from core import memo


def serve(request, path):
    """Answer with the page at `path`, found directly where possible."""
    memo.begin()
    page = find_page(request, path)
    if page is not None:
        # Where Wagtail itself remembers what it found for this request.
        request._wagtail_route_for_request = RouteResult(page)
    return wagtail_serve(request, path)


def find_page(request, path: str) -> Page | None:
    """Return the published page at `path` in the language of the request, or None."""
    language = translation.get_language()
    model, pk = memo.remember(
        ("route", request.get_host(), language, path), lambda: _look_up(request, language, path)
    )
    if model is None:
        return None
    return (
        model.objects.select_related(*getattr(model, "select_related_when_served", []))
        .annotate(some_pages_are_private=Exists(PageViewRestriction.objects.all()))
        .filter(pk=pk)
        .first()
    )


def _look_up(request, language, path):
    """Return the model and the id of the published page at `path`, or (None, None)."""
    site = Site.find_for_request(request)
    if site is None:
        return None, None
    roots = [
        root.root_path
        for root in Site.get_site_root_paths()
        if root.site_id == site.pk and root.language_code == language
    ]
    if not roots:
        if language != settings.LANGUAGE_CODE:
            # Wagtail would show the Dutch home page in a French frame.
            raise Http404
        return None, None
    components = "".join(f"{part}/" for part in path.split("/") if part)
    found = (
        Page.objects.live()
        .filter(url_path=roots[0] + components)
        .only("pk", "content_type_id")
        .first()
    )
    if found is None or found.specific_class is None:
        return None, None
    return found.specific_class, found.pk
