"""Finding a page by its address.

Wagtail walks down the tree with two queries per level. Our tree is closed and every page stores its
whole address: one query finds it. A page type with addresses of its own below it (Wagtail's
RoutablePageMixin) gets the last part of an address that is no page itself; that costs one more.
"""

from django.conf import settings
from django.db.models import Exists
from django.http import Http404
from django.utils import translation
from wagtail.contrib.routable_page.models import RoutablePageMixin
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
    page, below = find_page(request, path)
    if page is None:
        raise Http404
    # Where Wagtail itself remembers what it found for this request.
    request._wagtail_route_for_request = (
        page.route(request, [below]) if below else RouteResult(page)
    )
    return wagtail_serve(request, path)


def find_page(request, path: str) -> tuple[BasePage | None, str]:
    """Return the published page at `path` in the language of the request, or None.

    And the last part of `path`, where that is an address of the page itself.
    """
    language = translation.get_language() or settings.LANGUAGE_CODE
    found = memo.remember(
        ("adres naar pagina", request.get_host(), language, path),
        lambda: _look_up(request, language, path),
    )
    if found is None:
        return None, ""
    model, pk, omgeving, below = found
    page: BasePage | None = (
        model.objects.select_related(*model.select_related_when_served)
        .annotate(some_pages_are_private=Exists(PageViewRestriction.objects.all()))
        .filter(pk=pk)
        .first()
    )
    if page is not None:
        page.omgeving = omgeving
    return page, below


def _look_up(request, language, path) -> tuple[type[BasePage], int, Omgeving, str] | None:
    """Return the model, the id and the surroundings of the page at `path`, and what is left."""
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
    components = [part for part in path.split("/") if part]
    found, below = find_with_omgeving(root_path, components), ""
    if found is None and components:
        below = components.pop()
        found = find_with_omgeving(root_path, components)
    if found is None:
        return None
    page, omgeving = found
    model = page.specific_class
    if model is None or not issubclass(model, BasePage):
        return None
    if below and not issubclass(model, RoutablePageMixin):
        return None
    return model, page.pk, omgeving, below
