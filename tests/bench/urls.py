"""The addresses of the site, and the least that Django can answer."""

from django.http import HttpResponse
from django.urls import path

from config.urls import handler404, handler500, urlpatterns

__all__ = ["handler404", "handler500", "urlpatterns"]


def bare(request):
    """Answer at once: what the server and the middleware cost on their own."""
    return HttpResponse("ok")


# Before the tree of pages, which takes every address that is left.
urlpatterns = [path("bench/bare/", bare), *urlpatterns]
