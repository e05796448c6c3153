"""The addresses of the site as the example site has them."""

from django.urls import include, path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns as site_urlpatterns

urlpatterns = [path("post/", include("post.urls")), *site_urlpatterns]
