"""Public forms without a cookie: a POST must come from a page of our own (docs/adr/0015).

A public form acts for nobody who is signed in, so it needs no CSRF cookie. A browser says itself
where a POST comes from; what another site sends through a visitor's browser is refused.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from core import memo

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


def is_own_origin(request: HttpRequest) -> bool:
    """Say whether a request comes from a page of this site, by what the browser says about it.

    What says nothing at all is no browser of a visitor, and cannot be used against one.
    """
    # "none" is what somebody typed or bookmarked.
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.get_host()
    return True


def public_post(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a public view take a POST without a CSRF cookie, and refuse one from elsewhere."""

    @csrf_exempt
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.method not in SAFE_METHODS and not is_own_origin(request):
            memo.begin()
            return render(request, "formulier_geweigerd.html", status=403)
        return view(request, *args, **kwargs)

    return guarded
