"""What tests of presence, certificates and evaluation share: sessions that were, editors."""

import datetime
import io

from django.contrib.auth.models import Permission, User
from django.test import Client
from pypdf import PdfReader

from tests.factories import SessieFactory
from tests.vorming.conftest import enrol, one
from vorming.models import Aanwezigheid, Sessie
from vorming.services import aanwezigheid
from vorming.services.aanwezigheid import Wijziging
from vorming.services.basis import KLOK

RECHTEN = [
    "access_admin",
    "change_sessie",
    "view_inschrijving",
    "change_inschrijving",
    "exporteer_inschrijvingen",
]


def editor(name: str = "begeleider", *, zonder: str = "") -> Client:
    """Return a browser of somebody who leads a session; `zonder` one of her permissions."""
    user = User.objects.create_user(name, f"{name}@example.org", "wachtwoord-van-de-toets")
    wanted = [codename for codename in RECHTEN if codename != zonder]
    user.user_permissions.add(*Permission.objects.filter(codename__in=wanted))
    client = Client()
    client.force_login(user)
    return client


def session_with(*numbers: int, **fields) -> Sessie:
    """Return a session with these people in it."""
    sessie = SessieFactory(**fields)
    enrol(sessie, *numbers)
    return sessie


def after(klok, sessie: Sessie, *, days: int = 0) -> None:
    """Move the clock so many days and an hour past the end of a session."""
    klok.move_to(sessie.eindigt_op + datetime.timedelta(days=days, hours=1))


def was_there(sessie: Sessie, number: int, stand: str = "aanwezig", dag: int = 0) -> None:
    """Record one person on one day."""
    day = list(sessie.dagen.order_by("begin"))[dag]
    person = one(sessie, number)
    row = Aanwezigheid.objects.filter(inschrijving=person, dag=day).first()
    change = Wijziging(was=row.stand if row else "", wordt=stand)
    aanwezigheid.record(day.pk, wijzigingen={person.pk: change}, door=KLOK)


def read_pdf(response) -> tuple[PdfReader, str]:
    """Return a PDF, and its text with single spaces."""
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(response.content))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def assert_accessible(reader: PdfReader, language: str) -> None:
    """Check that a PDF is tagged, names its language and title, and says that it is PDF/UA."""
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/StructTreeRoot"]
    assert root["/Lang"].startswith(language)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata.title
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
