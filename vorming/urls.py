"""Addresses of the training offer that are no page in the tree."""

from django.urls import path

from vorming.views import agenda, attest, eigen, evaluatie, inschrijven

urlpatterns = [
    path("vorming/agenda.ics", agenda.agenda_feed, name="vorming_agenda"),
    path("inschrijven/<int:sessie>/", inschrijven.inschrijven_view, name="inschrijven"),
    path("inschrijven/<int:sessie>/link/", eigen.link_opnieuw, name="link_opnieuw"),
    path("inschrijven/klaar/<uuid:token>/", inschrijven.klaar, name="inschrijving_klaar"),
    path("mijn-inschrijving/<str:token>/", eigen.mijn_inschrijving, name="mijn_inschrijving"),
    path("mijn-inschrijving/<str:token>/annuleren/", eigen.annuleren, name="annuleren"),
    path("mijn-inschrijving/<str:token>/collega/", eigen.collega, name="collega"),
    path("mijn-inschrijving/<str:token>/wijzigen/", eigen.wijzigen, name="wijzigen"),
    path("mijn-inschrijving/<str:token>/agenda.ics", agenda.mijn_agenda, name="mijn_agenda"),
    path("mijn-inschrijving/<str:token>/attest.pdf", attest.mijn_attest, name="mijn_attest"),
    path("attest/", attest.attest_zoeken, name="attest_zoeken"),
    path("attest/<str:nummer>/", attest.attest_nakijken, name="attest_nakijken"),
    path("evaluatie/bedankt/", evaluatie.evaluatie_klaar, name="evaluatie_klaar"),
    path("evaluatie/<str:sleutel>/", evaluatie.evaluatie_view, name="evaluatie"),
]
