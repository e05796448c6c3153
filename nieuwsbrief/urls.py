"""Addresses of the newsletter that are no page in the tree."""

from django.urls import path

from nieuwsbrief import views
from nieuwsbrief.feeds import BriefFeed

urlpatterns = [
    path("nieuwsbrief/feed/", BriefFeed(), name="nieuwsbrief_feed"),
    path("nieuwsbrief/aanmelden/", views.aanmelden_view, name="nieuwsbrief_aanmelden"),
    path("nieuwsbrief/aanmelden/klaar/", views.klaar, name="nieuwsbrief_klaar"),
    path(
        "nieuwsbrief/naar/<int:verzending>/<int:nummer>/",
        views.klik_view,
        name="nieuwsbrief_klik",
    ),
    path("nieuwsbrief/link/", views.link_view, name="nieuwsbrief_link"),
    path(
        "nieuwsbrief/bevestigen/<str:token>/",
        views.bevestigen_view,
        name="nieuwsbrief_bevestigen",
    ),
    path(
        "nieuwsbrief/voorkeuren/<str:token>/",
        views.voorkeuren_view,
        name="nieuwsbrief_voorkeuren",
    ),
    path(
        "nieuwsbrief/voorkeuren/<str:token>/gegevens/",
        views.gegevens_view,
        name="nieuwsbrief_gegevens",
    ),
    path(
        "nieuwsbrief/voorkeuren/<str:token>/wissen/",
        views.wissen_view,
        name="nieuwsbrief_wissen",
    ),
    path(
        "nieuwsbrief/uitschrijven/<str:token>/",
        views.uitschrijven_view,
        name="nieuwsbrief_uitschrijven",
    ),
]
