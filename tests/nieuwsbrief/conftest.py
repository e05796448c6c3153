"""What the tests of the newsletter share: a Tuesday morning, its two lists, people and mails."""

import datetime
import os
import re
import sqlite3
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client

from core import clock
from core.public_forms import SEAL, Seal
from nieuwsbrief.forms import AanmeldForm
from nieuwsbrief.models import Abonnee, Abonnement, Lijst
from nieuwsbrief.services import aanmelden
from nieuwsbrief.staten import Bron
from post.models import Bericht, Levering
from post.transports.memory import MemoryTransport
from tests.nieuwsbrief import verzend

# A Tuesday, ten o'clock in Brussels.
DINSDAG = datetime.datetime(2026, 11, 24, 9, 0, tzinfo=datetime.UTC)
AANMELDEN = "/nieuwsbrief/aanmelden/"
KLAAR = "/nieuwsbrief/aanmelden/klaar/"
LIEN, MARK, NORA = "lien@example.org", "mark@example.org", "nora@example.org"


@pytest.fixture
def klok():
    """Stop the clock on a weekday morning; `shift` and `move_to` move it."""
    with time_machine.travel(DINSDAG, tick=False) as traveller:
        yield traveller


@pytest.fixture
def brief(db) -> Lijst:
    """The newsletter about networks."""
    return Lijst.objects.get(slug="netwerkgemeente")


@pytest.fixture
def ezine(db) -> Lijst:
    """The general e-zine."""
    return Lijst.objects.get(slug="e-zine")


def seal(purpose: str = AanmeldForm.purpose) -> str:
    """Return the seal of a form that somebody has had before her for a minute."""
    return Seal(Seal.new().key, clock.now() - datetime.timedelta(minutes=1)).write(purpose)


def vraag_aan(client: Client, *lijsten: Lijst, adres: str = LIEN, **more):
    """Fill in the form on the site and send it."""
    data = {SEAL: seal(), "e_mail": adres, "lijsten": [lijst.pk for lijst in lijsten]}
    return client.post(AANMELDEN, {**data, **more})


def abonneer(adres: str, *lijsten: Lijst, taal: str = "nl") -> Abonnee:
    """Return somebody who subscribed and confirmed."""
    aanmelden.aanmelden(adres=adres, lijsten=lijsten, taal=taal, bron=Bron.SITE)
    abonnee = Abonnee.objects.van_adres(adres).get()
    aanmelden.bevestigen(uid=abonnee.uid)
    return abonnee


def staten(adres: str = LIEN) -> dict[str, str]:
    """Return the state of somebody per list."""
    rijen = Abonnement.objects.filter(abonnee__adres_norm=adres).select_related("lijst")
    return {rij.lijst.slug: rij.staat for rij in rijen}


def mails(adres: str = LIEN) -> list[str]:
    """Return the kinds of mail that an address got, in order."""
    rijen = Levering.objects.filter(adres_norm=adres).order_by("pk")
    return [
        soort.removeprefix("nieuwsbrief/")
        for soort in rijen.values_list("bericht__soort", flat=True)
    ]


def laatste_mail(soort: str) -> Bericht:
    """Return the newest mail of a kind."""
    return Bericht.objects.filter(soort=f"nieuwsbrief/{soort}").latest("pk")


def link_in(bericht: Bericht) -> str:
    """Return the path of the link to the newsletter in a mail."""
    return re.search(r"http://testserver(\S*/nieuwsbrief/\S+/)", bericht.tekst)[1]


def tekst(response) -> str:
    """Return a page on one line."""
    return re.sub(r"\s+", " ", response.content.decode())


# --- An issue to send ------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def lege_bus():
    """Begin with nothing sent."""
    MemoryTransport.outbox.clear()


@pytest.fixture
def ann(klok):
    """Somebody of the team, who writes."""
    return verzend.gebruiker("ann")


@pytest.fixture
def bert(klok):
    """Somebody of the team, who approves."""
    return verzend.gebruiker("bert")


@pytest.fixture
def uitgave(ann, brief, ezine):
    """An issue that Ann wrote, for both lists."""
    return verzend.schrijf(ann, brief, ezine)


@pytest.fixture
def lezers(klok, brief, ezine):
    """Three readers: on one list, on the other, on both."""
    Levering.objects.all().delete()
    Bericht.objects.all().delete()
    return [abonneer(LIEN, brief), abonneer(MARK, ezine), abonneer(NORA, brief, ezine)]


@pytest.fixture
def goed(uitgave, lezers, bert):
    """The issue, approved by Bert."""
    verzend.leeg_de_postkamer()
    return verzend.keur_goed(uitgave, bert)


@pytest.fixture
def echte_databank(django_db_setup, django_db_blocker, tmp_path):
    """Yield the address of a database with real commits, for processes of their own."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            # The database of the tests is in memory; processes need a file.
            path = tmp_path / "menigte.sqlite3"
            connection.ensure_connection()
            copy = sqlite3.connect(path)
            connection.connection.backup(copy)
            copy.close()
            yield f"sqlite:///{path}"
        else:
            parts = urlsplit(os.environ["DATABASE_URL"])
            name = connection.settings_dict["NAME"]
            connection.close()
            yield parts._replace(path=f"/{name}").geturl()
