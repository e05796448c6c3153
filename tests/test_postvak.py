"""One mailbox and all forms that mail to what anybody typed: a stranger's mailbox is not filled."""

import datetime
import itertools
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock, rate
from core.models import Poging
from core.public_forms import SEAL, Seal
from nieuwsbrief.models import Lijst
from post.models import Levering
from tests.factories import SessieFactory
from tests.nieuwsbrief import conftest as brieven
from tests.trajecten import test_verzoeken as verzoeken
from tests.vorming import conftest as vorming
from tests.vorming.bezoeker import colleague, of_colleague, own, send, text

pytestmark = pytest.mark.django_db

STRANGER = "vreemde@example.org"
NUMBERS = itertools.count(1)
klok = vorming.klok


@pytest.fixture(autouse=True)
def small(settings, klok):
    """Let a mailbox be full soon."""
    settings.MAILBOX_PER_HOUR = 3
    settings.MAILBOX_PER_DAY = 5


def fill(number=3, address=STRANGER):
    """Say that so many mails went to an address already."""
    assert rate.allow_mail({address: number}) == ""


def seal(purpose):
    return Seal(Seal.new().key, clock.now() - datetime.timedelta(minutes=1)).write(purpose)


def somewhere():
    """Return a visitor on a network of her own."""
    return Client(REMOTE_ADDR=f"203.0.113.{next(NUMBERS) % 250}")


def enrolment(address, **changes):
    sessie = changes.pop("sessie", None) or SessieFactory(capaciteit=50)
    return send(somewhere(), sessie, e_mail=address, organisatie="Onze stad", **changes)


def swap(address):
    sessie = SessieFactory(capaciteit=50)
    vorming.enrol(sessie, 1)
    data = {SEAL: seal("collega"), "voornaam": "An", "naam": "Onze stad", "e_mail": address}
    return somewhere().post(own(sessie, 1, "collega"), data)


def lost_link(address):
    data = {SEAL: seal("link"), "e_mail": address}
    return somewhere().post(reverse("link_opnieuw", args=[SessieFactory().pk]), data)


def subscription(address):
    return brieven.vraag_aan(somewhere(), Lijst.objects.get(slug="netwerkgemeente"), adres=address)


def lost_choices(address):
    data = {SEAL: seal("nieuwsbrief-link"), "e_mail": address}
    return somewhere().post("/nieuwsbrief/link/", data)


def question(address):
    client = somewhere()
    data = {**verzoeken.FILLED, "e_mail": address, "vraag": "Onze stad", "stap": "verstuur"}
    hidden = verzoeken.hidden(client.get(verzoeken.HELPDESK)) | {SEAL: seal("verzoek")}
    return client.post(verzoeken.HELPDESK, hidden | data)


FORMS = [enrolment, swap, lost_link, subscription, lost_choices, question]


@pytest.mark.parametrize("form", FORMS)
def test_a_full_mailbox_gets_nothing_more_from_any_form_and_nothing_typed_is_lost(form):
    assert form("iemand@example.org").status_code in (200, 302)
    fill()
    answer = form("Vreemde+reclame@Example.ORG")
    page = text(answer)
    assert answer.status_code == 429
    assert "stuurden we al veel mails" in page
    assert "Vreemde+reclame@" in page, "what was typed is still there"
    if form in (enrolment, swap, question):
        assert "Onze stad" in page
    assert not Levering.objects.filter(adres_norm__contains="vreemde").exists()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_counts_for_the_next(form):
    for _ in range(3):
        assert form(STRANGER).status_code in (200, 302)
    assert rate.allow_mail({STRANGER: 1}) == STRANGER


def test_an_hour_and_a_day_are_counted_apart(klok):
    fill(3)
    assert rate.allow_mail({STRANGER: 1}) == STRANGER
    klok.shift(datetime.timedelta(hours=1))
    fill(2)
    klok.shift(datetime.timedelta(hours=1))
    assert rate.allow_mail({STRANGER: 1}) == STRANGER
    klok.shift(datetime.timedelta(days=1))
    fill(3)


def test_mailboxes_are_counted_in_one_order_for_all_so_that_nobody_waits_in_a_circle():
    """Two forms for the same people, in another order: on PostgreSQL each would hold what the other
    waits for."""
    counted = []
    for people in (
        ["een@example.org", "twee@example.org"],
        ["twee@example.org", "een@example.org"],
    ):
        with CaptureQueriesContext(connection) as queries:
            assert rate.allow_mail(dict.fromkeys(people, 1)) == ""
        counted.append([re.findall("'([0-9a-f]{64})'", one["sql"]) for one in queries])
    assert counted[0] == counted[1]
    assert [len(rows) for rows in counted[0]] == [4]


def test_one_mailbox_with_two_names_is_counted_together():
    assert rate.allow_mail({"vreemde+a@example.org": 2, "vreemde+b@example.org": 2})
    assert rate.allow_mail({"vreemde+a@example.org": 2, "vreemde+b@example.org": 1}) == ""
    assert rate.allow_mail({STRANGER: 1}) == STRANGER


def test_the_counts_of_a_day_stay_a_day_and_hold_no_address(klok):
    fill(1)
    for row in Poging.objects.all():
        assert "vreemde" not in str(vars(row))
    klok.shift(datetime.timedelta(hours=9))
    rate.forget_old()
    assert list(Poging.objects.values_list("naam", flat=True)) == [rate.MAIL_PER_DAY]
    klok.shift(datetime.timedelta(hours=24))
    rate.forget_old()
    assert not Poging.objects.exists()


def test_ten_people_with_one_mailbox_enrol_in_one_go(settings):
    """With the numbers as they are: full is the session, or a mistake, and they try again."""
    settings.MAILBOX_PER_HOUR, settings.MAILBOX_PER_DAY = 20, 40
    people = {}
    for number in range(1, 10):
        people |= colleague(number, number + 1) | of_colleague(number, e_mail="info@example.org")
    sessie = SessieFactory(capaciteit=9)
    for _ in range(4):
        full = enrolment("info@example.org", sessie=sessie, aantal="9", **people)
        assert full.status_code == 409
    done = enrolment("info@example.org", sessie=sessie, aantal="9", wachtlijst="1", **people)
    assert done.status_code == 302
    assert Levering.objects.filter(adres_norm="info@example.org").count() == 10


def test_a_second_click_does_not_count(sessie_vrij):
    data = None
    with time_machine.travel(vorming.DINSDAG - datetime.timedelta(minutes=2), tick=False):
        data = {SEAL: Seal.new().write("inschrijven")}
    for _ in range(6):
        assert enrolment(STRANGER, sessie=sessie_vrij, **data).status_code == 302
    assert Levering.objects.filter(adres_norm=STRANGER).count() == 1


def test_who_asks_for_others_is_counted_for_one_mail(sessie_vrij):
    people = {"aantal": "2", "zelf": "nee", **colleague(1, 7), **colleague(2, 8)}
    assert enrolment(STRANGER, sessie=sessie_vrij, **people).status_code == 302
    fill(2)
    assert rate.allow_mail({STRANGER: 1}) == STRANGER
    assert rate.allow_mail({"sara7@example.org": 2}) == ""


@pytest.fixture
def sessie_vrij(klok):
    return SessieFactory(capaciteit=50)


def test_the_answer_does_not_tell_whether_an_address_is_known(sessie_vrij):
    """Known or not: what counts is what was typed, and the words are the same."""
    vorming.enrol(sessie_vrij, 1)
    answers = []
    for address in ("sara1@example.org", "niet1@example.org"):
        found = []
        for _ in range(4):
            data = {SEAL: seal("link"), "e_mail": address}
            found.append(somewhere().post(reverse("link_opnieuw", args=[sessie_vrij.pk]), data))
        words = text(found[-1]).replace(address, "")
        answers.append(([answer.status_code for answer in found], len(words)))
    known, unknown = answers
    assert known == unknown
    assert known[0] == [200, 200, 200, 429]
