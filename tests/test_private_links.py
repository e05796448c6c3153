"""An address that opens something by itself: nobody on the way keeps it, and no log holds it."""

import io
import logging
import uuid

import pytest
from django.urls import reverse

from nieuwsbrief import links as brief_links
from nieuwsbrief.models import Lijst
from tests.factories import SessieFactory
from tests.nieuwsbrief.conftest import abonneer
from tests.vorming import conftest as vorming
from tests.vorming.bezoeker import send
from tests.vorming.conftest import enrol, one
from vorming import links
from vorming.services import evaluatie

pytestmark = pytest.mark.django_db

klok = vorming.klok


@pytest.fixture
def addresses(klok):
    """Every kind of such an address, of somebody who is there and of nobody."""
    sessie = SessieFactory()
    enrol(sessie, 1)
    token = links.token_of(one(sessie, 1))
    lijst = Lijst.objects.get(slug="netwerkgemeente")
    lien = abonneer("lien@example.org", lijst)
    spent = evaluatie.nieuwe_sleutel(sessie)
    own = [reverse(name, args=[token]) for name in (
        "mijn_inschrijving", "annuleren", "collega", "wijzigen", "mijn_agenda", "mijn_attest",
    )]  # fmt: skip
    letter = [
        brief_links.voorkeuren_link(lien),
        brief_links.bevestig_link(lien),
        brief_links.uitschrijf_link(lien, lijst.pk),
    ]
    more = [f"/inschrijven/klaar/{uuid.uuid4()}/", f"/evaluatie/{spent}/"]
    found = [*own, *(link.removeprefix("http://testserver") for link in letter), *more]
    return [*found, *(address.replace(token, token[:-1] + "x") for address in own)]


def refuse_traces(response, address):
    assert response["Cache-Control"] == "private, no-store", address
    assert response["Referrer-Policy"] == "no-referrer", address
    assert "noindex" in response["X-Robots-Tag"], address
    assert not response.cookies


def test_no_answer_to_a_link_is_kept_or_handed_on(client, addresses):
    for address in addresses:
        refuse_traces(client.get(address), address)
        refuse_traces(client.get("/fr" + address), address)
        # The slash that is added, what is not there, a method and a sender that are refused.
        refuse_traces(client.get(address.rstrip("/")), address)
        refuse_traces(client.get(address + "bestaat-niet/"), address)
        refuse_traces(client.put(address), address)
        elsewhere = {"origin": "http://kwaad.example"}
        if "uitschrijven" not in address:
            refuse_traces(client.post(address, headers=elsewhere), address)


def test_the_way_to_a_confirmation_is_not_kept_either(client, klok):
    done = send(client, SessieFactory())
    assert done.status_code == 302
    assert done["Cache-Control"] == "private, no-store"


def test_an_ordinary_page_may_be_kept(client):
    answer = client.get("/trajecten/opstarttraject/")
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "no-store" not in answer.get("Cache-Control", "")


@pytest.fixture
def log():
    """Return what stands in the log of the site."""
    (handler,) = [one for one in logging.getLogger().handlers if one.get_name() == "console"]
    before, held = handler.stream, io.StringIO()
    handler.setStream(held)
    yield held
    handler.setStream(before)


def test_no_log_holds_a_link(client, addresses, log):
    for address in addresses:
        client.get(address)
        client.put(address)
        client.post(address, headers={"origin": "http://kwaad.example"})
        client.get(address + "bestaat-niet/")
    lines = log.getvalue()
    assert "Not Found: /mijn-inschrijving/[link]/bestaat-niet/" in lines
    assert "Forbidden" in lines
    for address in addresses:
        secret = max(address.split("/"), key=len)
        assert secret not in lines


def test_a_log_line_without_a_link_is_left_alone(client, log):
    client.get("/bestaat/hier-niet-en-dat-is-een-lange-naam-van-een-pagina/")
    assert "/bestaat/hier-niet-en-dat-is-een-lange-naam-van-een-pagina/" in log.getvalue()
