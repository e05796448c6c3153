"""Addresses of the training offer that are no page in the tree."""

from django.urls import path

from vorming import views

urlpatterns = [
    path("mijn-inschrijving/<str:token>/", views.mijn_inschrijving, name="mijn_inschrijving"),
]
