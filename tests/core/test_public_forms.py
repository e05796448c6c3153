"""What every form for visitors shares: origin, rate, seal, trap, errors."""

import datetime

import pytest
import time_machine
from django import forms
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory

from core import rate
from core.models import Poging
from core.origin import is_own_origin, public_post
from core.public_forms import HONEYPOT, SEAL, PublicForm
from tests.conftest import LAUNCH_DAY

pytestmark = pytest.mark.django_db


class VoorbeeldForm(PublicForm):
    purpose = "voorbeeld"

    naam = forms.CharField(label="Je naam", help_text="Voornaam volstaat.")
    kleur = forms.ChoiceField(
        label="Kleur", choices=[("r", "Rood"), ("g", "Groen")], widget=forms.RadioSelect
    )
    tip = forms.CharField(label="Tip", required=False)


class AnderForm(PublicForm):
    purpose = "ander"


def later(seconds):
    return time_machine.travel(LAUNCH_DAY + datetime.timedelta(seconds=seconds), tick=False)


def shown():
    """Return the seal of a form that is shown on the launch day."""
    with later(0):
        return VoorbeeldForm().seal_text


def request(**headers):
    return RequestFactory().post("/", headers=headers)


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, False),
        ({"origin": "http://testserver"}, True),
        ({"origin": "https://testserver"}, True),
        ({"origin": "http://kwaad.example"}, False),
        ({"origin": "http://testserver.kwaad.example"}, False),
        ({"origin": "null"}, False),
        ({}, True),
    ],
)
def test_a_form_from_another_site_is_told_apart(headers, own):
    assert is_own_origin(request(**headers)) is own


def test_a_view_refuses_a_form_from_another_site_and_says_so():
    view = public_post(lambda request: HttpResponse("bewaard"))
    assert view(request(origin="http://testserver")).content == b"bewaard"
    refused = view(request(origin="http://kwaad.example"))
    assert refused.status_code == 403
    assert "niet vanaf onze eigen site" in refused.content.decode()


def test_a_link_from_another_site_is_no_form():
    view = public_post(lambda request: HttpResponse("pagina"))
    answer = view(RequestFactory().get("/", headers={"sec-fetch-site": "cross-site"}))
    assert answer.content == b"pagina"


def test_a_page_without_a_form_takes_no_post(client):
    assert client.post("/over/").status_code == 405
    assert client.post("/over/", headers={"origin": "http://kwaad.example"}).status_code == 403


# --- Rate ---------------------------------------------------------------------------


def test_a_sender_is_refused_after_the_number_of_an_hour(at_launch):
    answers = [rate.allow("proef", request(), per_hour=3) for _ in range(5)]
    assert answers == [True, True, True, False, False]
    assert rate.allow("iets anders", request(), per_hour=3)
    other = RequestFactory().post("/", REMOTE_ADDR="203.0.113.9")
    assert rate.allow("proef", other, per_hour=3)


def test_a_sender_may_try_again_in_the_next_hour():
    with later(0):
        assert rate.allow("proef", request(), per_hour=1)
        assert not rate.allow("proef", request(), per_hour=1)
    with later(3600):
        assert rate.allow("proef", request(), per_hour=1)


def test_no_address_is_stored_and_the_counts_are_forgotten():
    with later(0):
        rate.allow("proef", request(), per_hour=1)
    first = Poging.objects.get()
    assert "127.0.0.1" not in str(vars(first))
    with later(3 * 3600):
        rate.allow("proef", request(), per_hour=1)
        rate.forget_old()
    (left,) = Poging.objects.all()
    assert left.wie != first.wie


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.7", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        (2, "6.6.6.6, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (3, "198.51.100.7", "198.51.100.7"),
        (1, "onzin", "onzin"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
    ],
)
def test_a_made_up_address_before_our_own_proxy_does_not_count(
    proxies, forwarded, address, settings
):
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert rate.address_of(request(**headers)) == address


# --- Seal and trap -------------------------------------------------------------------


def test_a_person_who_takes_time_is_no_bot_and_keeps_the_same_seal():
    data = {SEAL: shown(), "naam": "Ēva", "kleur": "r"}
    with later(20):
        first, second = VoorbeeldForm(data), VoorbeeldForm(data)
    assert first.is_valid()
    with later(20):
        assert not first.is_bot
    assert first.seal.key == second.seal.key
    assert first.seal_text == data[SEAL]


def test_every_showing_has_a_seal_of_its_own():
    assert VoorbeeldForm().seal.key != VoorbeeldForm().seal.key


def test_who_is_too_quick_or_falls_into_the_trap_is_a_bot():
    seal = shown()
    with later(1):
        assert VoorbeeldForm({SEAL: seal, "naam": "x", "kleur": "r"}).is_bot
    with later(20):
        assert VoorbeeldForm({SEAL: seal, HONEYPOT: "http://kwaad.example"}).is_bot


def test_who_is_quick_is_asked_once_more_and_who_is_trapped_never():
    data = {SEAL: shown(), "naam": "Jan", "kleur": "r"}
    with later(1):
        quick = VoorbeeldForm(data)
        assert quick.is_valid()
        assert quick.asks_again
        assert quick.seal_text == data[SEAL]
        assert not VoorbeeldForm({**data, HONEYPOT: "x"}).asks_again
        assert not VoorbeeldForm({**data, SEAL: "onzin"}).asks_again
        assert not VoorbeeldForm().asks_again
    with later(4):
        assert not VoorbeeldForm(data).asks_again
        assert not VoorbeeldForm(data).is_bot
        # Too late to be called quick, and still a program.
        assert VoorbeeldForm({**data, HONEYPOT: "x"}).is_bot


@pytest.mark.parametrize("damage", ["", "onzin", "seal+x", "other"])
def test_a_missing_or_false_seal_is_refused_kindly_with_a_new_one(damage):
    seal = {"seal+x": shown() + "x", "other": AnderForm().seal_text}.get(damage, damage)
    with later(20):
        form = VoorbeeldForm({SEAL: seal, "naam": "Jan", "kleur": "r"})
        assert not form.is_valid()
        assert form.faults == [("formulier", str(PublicForm.expired))]
        assert not form.is_bot
        assert form.seal_text != seal
        assert form["naam"].value() == "Jan"


def test_a_form_of_yesterday_is_refused_kindly():
    seal = shown()
    with later(24 * 3600):
        assert VoorbeeldForm({SEAL: seal, "naam": "Jan", "kleur": "r"}).is_valid()
    with later(24 * 3600 + 1):
        assert not VoorbeeldForm({SEAL: seal, "naam": "Jan", "kleur": "r"}).is_valid()


# --- Errors --------------------------------------------------------------------------


def test_every_error_leads_to_its_field_and_says_the_same_there():
    with later(20):
        form = VoorbeeldForm({SEAL: VoorbeeldForm().seal_text, "naam": "", "kleur": ""})
        assert not form.is_valid()
    assert [anchor for anchor, _ in form.faults] == ["id_naam", "id_kleur_0"]
    html = Template(
        '{% include "components/formulier/fouten.html" %}'
        '{% for v in formulier %}{% include "components/formulier/veld.html" with veld=v only %}'
        "{% endfor %}"
    ).render(Context({"formulier": form}))
    for anchor, words in form.faults:
        assert f'href="#{anchor}"' in html
        assert f'id="{anchor}"' in html
        assert html.count(words) >= 2
    assert 'aria-describedby="id_naam_helptext id_naam_error"' in html
    assert 'aria-invalid="true"' in html
    assert html.count("(niet verplicht)") == 1
    assert " required" not in html
