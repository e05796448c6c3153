"""The addresses of a site that sends through a provider."""

from django.urls import include, path

from config.urls import handler404, handler500, urlpatterns

__all__ = ["handler404", "handler500", "urlpatterns"]

urlpatterns = [path("post/meldingen/", include("anymail.urls")), *urlpatterns]
