"""The addresses of the screens for on and after the day."""

from django.urls import path

from vorming.beheer import aanwezigheid, attesten, evaluatie, lijsten

SESSIE = "vorming/sessie/<int:sessie>/"
ATTEST = f"{SESSIE}attesten/<str:nummer>"

urlpatterns = [
    path(
        f"{SESSIE}aanwezigheid/",
        aanwezigheid.AanwezigheidView.as_view(),
        name="vorming_aanwezigheid",
    ),
    path(
        f"{SESSIE}aanwezigheid/<int:dag>/",
        aanwezigheid.AanwezigheidView.as_view(),
        name="vorming_aanwezigheid_dag",
    ),
    path(f"{SESSIE}lijsten/", lijsten.LijstenView.as_view(), name="vorming_lijsten"),
    path(
        f"{SESSIE}lijsten/tekenlijst-<int:dag>.pdf",
        lijsten.TekenlijstView.as_view(),
        name="vorming_tekenlijst",
    ),
    path(
        f"{SESSIE}lijsten/naamkaartjes.pdf",
        lijsten.NaamkaartjesView.as_view(),
        name="vorming_naamkaartjes",
    ),
    path(f"{SESSIE}attesten/", attesten.AttestenView.as_view(), name="vorming_attesten"),
    path(f"{ATTEST}.pdf", attesten.AttestPdfView.as_view(), name="vorming_attest_pdf"),
    path(f"{ATTEST}/vervangen/", attesten.VervangView.as_view(), name="vorming_attest_vervangen"),
    path(f"{ATTEST}/intrekken/", attesten.IntrekView.as_view(), name="vorming_attest_intrekken"),
    path(f"{SESSIE}evaluatie/", evaluatie.EvaluatieView.as_view(), name="vorming_evaluatie"),
]
