"""Addresses of the site: the tree of pages, and the few that are no page."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from core import opinions as core_opinions
from core import routing as core_routing
from core import views as core_views
from core.sitemaps import PageSitemap
from home import views as home_views
from home.feeds import InspiratieFeed
from trajecten import agenda

handler404 = "core.views.page_not_found"
handler500 = "core.views.server_error"

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("documenten/", include(wagtaildocs_urls)),
    path("sitemap.xml", sitemap, {"sitemaps": {"paginas": PageSitemap}}, name="sitemap"),
    path("robots.txt", core_views.robots, name="robots"),
]

if settings.POST_TRANSPORT == "provider":
    urlpatterns.append(path("post/meldingen/", include("anymail.urls")))
if settings.STYLEGUIDE_ENABLED:
    urlpatterns.append(path("stijlgids/", home_views.styleguide, name="styleguide"))
if settings.DEMO:
    urlpatterns.append(path("post/", include("post.urls")))
if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)

urlpatterns += i18n_patterns(
    path("zoeken/", core_views.search, name="search"),
    path("oordeel/", core_opinions.oordeel, name="oordeel"),
    path("", include("vorming.urls")),
    path("", include("nieuwsbrief.urls")),
    path("inspiratie/feed/", InspiratieFeed(), name="inspiratie_feed"),
    path("agenda/termijnen.ics", agenda.feed, name="termijnen_agenda"),
    path("agenda/termijnen/<uuid:key>.ics", agenda.one, name="termijn_agenda"),
    # Before Wagtail's own: finds a page directly (core.routing). Its sign-in pages stay its own.
    re_path(r"^((?:(?!_util/)[\w-]+/)*)$", core_routing.serve, name="page"),
    # A file that a page makes of itself.
    re_path(r"^((?:[\w-]+/)+[\w-]+\.pdf)$", core_routing.serve, name="page_file"),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
