"""What a visitor of the training offer sends and reads, for tests."""

import datetime
import re

import time_machine
from django.urls import reverse

from core.public_forms import SEAL, Seal
from tests.vorming.conftest import DINSDAG, one
from vorming import links
from vorming.forms.inschrijven import InschrijfForm


def form_data(**changes):
    """Return what somebody sends who filled in everything that must be."""
    with time_machine.travel(DINSDAG - datetime.timedelta(minutes=2), tick=False):
        seal = Seal.new().write(InschrijfForm.purpose)
    return {
        SEAL: seal,
        "aantal": "0",
        "voornaam": "Sara1",
        "naam": "Voorbeeld",
        "e_mail": "sara1@example.org",
        "organisatie": "Voorbeeldgemeente",
        "soort_organisatie": "lokaal-bestuur",
        "gemeente": "Gent",
        "zelf": "ja",
        **changes,
    }


def of_colleague(number, **answers):
    """Return what somebody fills in about a colleague."""
    return {f"collega{number}_{name}": value for name, value in answers.items()}


def colleague(number, person):
    address = f"sara{person}@example.org"
    return of_colleague(number, voornaam=f"Sara{person}", naam="Voorbeeld", e_mail=address)


def send(client, sessie, actie="bevestigen", **changes):
    address = reverse("inschrijven", args=[sessie.pk])
    return client.post(address, {**form_data(), **changes, "actie": actie})


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def own(sessie, number, name="mijn_inschrijving"):
    return reverse(name, args=[links.token_of(one(sessie, number))])


def sealed(purpose, **data):
    with time_machine.travel(DINSDAG - datetime.timedelta(minutes=1), tick=False):
        return {SEAL: Seal.new().write(purpose), **data}
