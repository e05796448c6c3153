"""Addresses of the training offer that are no page in the tree."""

from django.urls import path

from vorming import attest_views, evaluatie_views, views

urlpatterns = [
    path("vorming/agenda.ics", views.agenda_feed, name="vorming_agenda"),
    path("inschrijven/<int:sessie>/", views.inschrijven_view, name="inschrijven"),
    path("inschrijven/<int:sessie>/link/", views.link_opnieuw, name="link_opnieuw"),
    path("inschrijven/klaar/<uuid:token>/", views.klaar, name="inschrijving_klaar"),
    path("mijn-inschrijving/<str:token>/", views.mijn_inschrijving, name="mijn_inschrijving"),
    path("mijn-inschrijving/<str:token>/annuleren/", views.annuleren, name="annuleren"),
    path("mijn-inschrijving/<str:token>/collega/", views.collega, name="collega"),
    path("mijn-inschrijving/<str:token>/wijzigen/", views.wijzigen, name="wijzigen"),
    path("mijn-inschrijving/<str:token>/agenda.ics", views.mijn_agenda, name="mijn_agenda"),
    path("mijn-inschrijving/<str:token>/attest.pdf", attest_views.mijn_attest, name="mijn_attest"),
    path("attest/", attest_views.attest_zoeken, name="attest_zoeken"),
    path("attest/<str:nummer>/", attest_views.attest_nakijken, name="attest_nakijken"),
    path("evaluatie/bedankt/", evaluatie_views.evaluatie_klaar, name="evaluatie_klaar"),
    path("evaluatie/<str:sleutel>/", evaluatie_views.evaluatie_view, name="evaluatie"),
]
