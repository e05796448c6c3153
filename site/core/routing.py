"""Finding a page by its address.

Wagtail walks down the tree with two queries per level. Our tree is closed, no page type has
addresses of its own below it, and every page stores its whole address: one query finds it.
"""

from django.conf import settings
from django.db.models import Exists
from django.http import Http404
from django.utils import translation
from wagtail.models import PageViewRestriction, Site
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve

from core import memo
from core.models import BasePage
from core.origin import public_post
from core.pages import Omgeving, find_with_omgeving


@public_post
def serve(request, path):
    """Answer with the page at `path`; from there on, all is Wagtail's.

    Only a page that holds a form takes a POST (`allowed_http_methods`).
    """
    memo.begin()
    page = find_page(request, path)
    if page is None:
        raise Http404
    # Where Wagtail itself remembers what it found for this request.
    request._wagtail_route_for_request = RouteResult(page)
    return wagtail_serve(request, path)


def find_page(request, path: str) -> BasePage | None:
    """Return the published page at `path` in the language of the request, or None."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    found = memo.remember(
        ("adres naar pagina", request.get_host(), language, path),
        lambda: _look_up(request, language, path),
    )
    if found is None:
        return None
    model, pk, omgeving = found
    page: BasePage | None = (
        model.objects.select_related(*model.select_related_when_served)
        .annotate(some_pages_are_private=Exists(PageViewRestriction.objects.all()))
        .filter(pk=pk)
        .first()
    )
    if page is not None:
        page.omgeving = omgeving
    return page


def _look_up(request, language, path) -> tuple[type[BasePage], int, Omgeving] | None:
    """Return the model, the id and the surroundings of the page at `path`, or None."""
    site = Site.find_for_request(request)
    if site is None:
        return None
    # A language without a home page has no pages: better a 404 than Dutch in a French frame.
    root_path = next(
        (
            root.root_path
            for root in Site.get_site_root_paths()
            if root.site_id == site.pk and root.language_code == language
        ),
        None,
    )
    if root_path is None:
        return None
    found = find_with_omgeving(root_path, [part for part in path.split("/") if part])
    if found is None:
        return None
    page, omgeving = found
    model = page.specific_class
    if model is None or not issubclass(model, BasePage):
        return None
    return model, page.pk, omgeving
