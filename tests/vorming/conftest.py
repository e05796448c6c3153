"""What the tests of the training offer share: a Monday morning, sessions, people."""

import datetime
import uuid

import pytest
import time_machine
from django.contrib.auth.models import Group, User

from post.models import Bericht, Levering
from tests.factories import SessieFactory
from tests.vorming.mensen import maak_redacteur
from vorming.models import Aanvraag, Inschrijving, Sessie
from vorming.services import inschrijven
from vorming.services.audit import audit
from vorming.services.basis import redactie
from vorming.services.inschrijven import Gegevens, Persoon

# A Tuesday, ten o'clock in Brussels.
DINSDAG = datetime.datetime(2026, 11, 24, 9, 0, tzinfo=datetime.UTC)


@pytest.fixture
def klok():
    """Stop the clock on a weekday morning; `shift` and `move_to` move it."""
    with time_machine.travel(DINSDAG, tick=False) as traveller:
        yield traveller


@pytest.fixture
def redacteur_door(db):
    """An editor as the cause of a change."""
    return redactie(User.objects.create_user("redactie-vorming", password="x" * 14))


def persoon(number: int = 1, **fields) -> Persoon:
    """Return a person with a name and an address of her own."""
    return Persoon(
        **{
            "voornaam": f"Sara{number}",
            "naam": "Voorbeeld",
            "e_mail": f"sara{number}@example.org",
            **fields,
        }
    )


def gegevens(number: int = 1, **fields) -> Gegevens:
    """Return the contact of a request: by default the first of its people."""
    return Gegevens(
        **{
            "voornaam": f"Sara{number}",
            "naam": "Voorbeeld",
            "e_mail": f"sara{number}@example.org",
            "organisatie": "Voorbeeldgemeente",
            **fields,
        }
    )


def enrol(sessie: Sessie, *numbers: int, wachtlijst: bool = True, **options) -> Aanvraag:
    """Enrol the people with these numbers in one request."""
    numbers = numbers or (1,)
    return inschrijven.enrol(
        sessie=sessie.pk,
        token=options.pop("token", None) or uuid.uuid4(),
        gegevens=options.pop("gegevens", None) or gegevens(numbers[0]),
        personen=[persoon(number) for number in numbers],
        wachtlijst=wachtlijst,
        **options,
    )


def one(sessie: Sessie, number: int) -> Inschrijving:
    """Return the newest enrolment of a person."""
    return Inschrijving.objects.filter(sessie=sessie, voornaam=f"Sara{number}").latest("pk")


def states(sessie: Sessie) -> dict[int, str]:
    """Return the state of everybody, by number."""
    rows = Inschrijving.objects.filter(sessie=sessie).order_by("pk")
    return {int(row.voornaam.removeprefix("Sara")): row.staat for row in rows}


def mails(kind: str = "") -> list[str]:
    """Return the addresses that mails of a kind were queued for, in order."""
    rows = Levering.objects.order_by("pk")
    if kind:
        rows = rows.filter(bericht__soort=f"vorming/{kind}")
    return list(rows.values_list("adres", flat=True))


def last_mail(kind: str) -> Bericht:
    """Return the newest mail of a kind."""
    return Bericht.objects.filter(soort=f"vorming/{kind}").latest("pk")


@pytest.fixture
def sessie(db, klok):
    """A session with two places, a month from now."""
    return SessieFactory(capaciteit=2)


# --- Who works in the admin -----------------------------------------------------------


@pytest.fixture
def tine(sessie):
    return maak_redacteur()


@pytest.fixture
def beheer(client, tine, settings):
    # The clock of these tests moves further than somebody stays signed in.
    settings.SESSION_COOKIE_AGE = 10**8
    client.force_login(tine)
    return client


@pytest.fixture
def vormingsteam(db):
    """Somebody of the team that gives the courses."""
    user = User.objects.create_user("vormer", "vormer@example.org", "wachtwoord-van-de-toets")
    user.groups.add(Group.objects.get(name="Vormingsteam"))
    return user


@pytest.fixture
def team_client(client, vormingsteam):
    """A browser in which somebody of that team is signed in."""
    client.force_login(vormingsteam)
    return client


@pytest.fixture
def team(team_client, klok):
    return team_client


@pytest.fixture
def klopt():
    """Return a function that fails when the audit finds anything."""

    def check():
        assert audit() == []

    return check
