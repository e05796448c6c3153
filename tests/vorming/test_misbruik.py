"""What somebody with bad intentions tries, and what an honest stranger name must not break."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from core import clock
from core.public_forms import SEAL, Seal
from post.models import Bericht, Levering
from tests.factories import SessieFactory
from tests.vorming.bestanden import someone
from tests.vorming.bezoeker import colleague, form_data, own, send
from tests.vorming.conftest import enrol, last_mail, one
from tests.vorming.dag import editor
from vorming.models import Aanvraag, Inschrijving
from vorming.services import deelnemer, privacy
from vorming.services.basis import DEELNEMER
from vorming.slot import EvenDruk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", ["9" * 18, "9" * 5000, "-1", "٣"])
def test_no_number_of_colleagues_keeps_the_server_busy(client, sessie, number):
    address = reverse("inschrijven", args=[sessie.pk])
    answer = client.post(address, {**form_data(), "actie": "weg-1", "aantal": number})
    assert answer.status_code == 200
    answer = client.post(address, {**form_data(), "actie": f"weg-{number}", "aantal": "1"})
    assert answer.status_code == 200


@pytest.mark.parametrize("who", ["all", "one"])
def test_wagtails_own_delete_shows_no_name_to_whoever_is_in_the_admin(sessie, who):
    enrol(sessie, 1)
    wanted = who if who == "all" else str(one(sessie, 1).pk)
    answer = someone().get(f"/admin/bulk/vorming/inschrijving/delete/?id={wanted}")
    assert answer.status_code in (302, 403)
    assert "Sara1" not in answer.content.decode()


@pytest.mark.parametrize("name", ["😀", "王小明", "\u0661"])
def test_a_name_in_another_script_does_not_cost_the_others_their_lists(sessie, name):
    enrol(sessie, 1, 2)
    Inschrijving.objects.filter(pk=one(sessie, 1).pk).update(naam=name)
    dag = sessie.dagen.first()
    browser = editor()
    for address in (
        reverse("vorming_tekenlijst", args=[sessie.pk, dag.pk]),
        reverse("vorming_naamkaartjes", args=[sessie.pk]),
    ):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"


ADVERTS = [
    "www.example.com win",
    "zie https://example.com",
    "a\x07b",
    "Win op casino.com",
    "bel 0900 12 34 56",
    "mail win@example.org",
    "Win " * 20,
]


@pytest.mark.parametrize("field", ["voornaam", "naam", "collega1_voornaam", "collega1_naam"])
@pytest.mark.parametrize("name", ADVERTS)
def test_a_name_carries_no_link_to_others(client, sessie, name, field):
    answer = send(client, sessie, **{"aantal": "1", **colleague(1, 2), field: name})
    assert answer.status_code == 422
    assert not Levering.objects.exists()


@pytest.mark.parametrize("field", ["voornaam", "naam"])
@pytest.mark.parametrize("name", ADVERTS)
def test_a_colleague_carries_no_link_either(client, sessie, name, field):
    enrol(sessie, 1)
    seal = Seal(Seal.new().key, clock.now() - datetime.timedelta(minutes=1)).write("collega")
    data = {"voornaam": "An", "naam": "Peeters", "e_mail": "vreemde@example.org", field: name}
    answer = client.post(own(sessie, 1, "collega"), {SEAL: seal, **data})
    assert answer.status_code == 422
    assert not Levering.objects.filter(adres="vreemde@example.org").exists()


def test_the_mail_to_who_asked_carries_nothing_but_short_names(client, klok):
    """Whoever fills in the form types the address of the contact too."""
    advert = "Koop nu goedkope pillen bij ons"
    sessie = SessieFactory(capaciteit=20)
    answers = {"organisatie": advert, "functie": advert, "gemeente": advert, "voeding": advert}
    people = {"aantal": "1", "zelf": "nee", **colleague(1, 2), "collega1_naam": advert}
    assert send(client, sessie, **people, **answers).status_code == 302
    assert last_mail("aanvraag").tekst.count("Sara2 K.: bevestigd") == 1
    for mail in Bericht.objects.filter(leveringen__adres="sara1@example.org"):
        assert "goedkope" not in mail.tekst + mail.html + mail.onderwerp


def test_a_full_session_does_not_tell_who_is_in(client, klok):
    sessie = SessieFactory(capaciteit=1)
    assert send(client, sessie).status_code == 302
    known = send(client, sessie)
    stranger = send(client, sessie, voornaam="Iemand", e_mail="iemand@example.org")
    assert known.status_code == stranger.status_code == 409


def test_people_count_and_not_forms(client, klok, monkeypatch):
    monkeypatch.setattr("vorming.views.inschrijven.PER_UUR", 3)
    sessie = SessieFactory(capaciteit=20)
    together = {"aantal": "1", **colleague(1, "Piet")}
    assert send(client, sessie, **together).status_code == 302
    again = {"aantal": "1", **colleague(1, "Joris"), "voornaam": "Ander"}
    assert send(client, sessie, **again).status_code == 429


def test_a_contact_with_nobody_behind_it_is_forgotten_too(sessie, klok):
    enrol(sessie, 1)
    left = enrol(sessie, 1)
    assert not left.inschrijvingen.exists()
    klok.shift(datetime.timedelta(days=365))
    assert privacy.retain()["contactpersonen"] == 1
    left.refresh_from_db()
    assert (left.e_mail, left.naam) == ("", "")
    assert Aanvraag.objects.exclude(pk=left.pk).exclude(e_mail="").exists()


def test_the_log_does_not_tell_that_somebody_has_needs(sessie):
    enrol(sessie, 1)
    person = one(sessie, 1)
    deelnemer.change(
        person.pk,
        functie=person.functie,
        antwoorden=[],
        workshops=None,
        voeding="zonder noten",
        toegankelijkheid="",
        door=DEELNEMER,
    )
    line = person.logregels.get(actie="antwoorden gewijzigd")
    assert line.velden == ["antwoorden"]


def test_only_who_looks_after_mail_sees_what_was_mailed(sessie):
    enrol(sessie, 1)
    for right, seen in (("trajecten.change_verzoek", False), ("post.beheer_leveringen", True)):
        answer = someone(right, name=right).post(
            reverse("persoonsgegevens"), {"adres": "sara1@example.org", "actie": "zoek"}
        )
        words = BeautifulSoup(answer.content, "html.parser").select_one(".persoon").get_text(" ")
        assert ("Je hebt een plaats" in words) == seen


def test_who_may_change_but_not_see_people_sees_no_people(sessie):
    enrol(sessie, 1)
    answer = editor(zonder="view_inschrijving").get(
        reverse("vorming_aanwezigheid", args=[sessie.pk])
    )
    assert answer.status_code in (302, 403)


# --- With a link ---------------------------------------------------------------------------


def with_link(client, sessie, name, **data):
    purpose = {"collega": "collega", "wijzigen": "wijzigen"}.get(name, "")
    seal = Seal(Seal.new().key, clock.now() - datetime.timedelta(minutes=1)).write(purpose)
    return client.post(own(sessie, 1, name), {SEAL: seal, **data})


@pytest.mark.parametrize("limit", ["MET_EEN_LINK_PER_UUR", "MET_LINKS_PER_UUR"])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("wijzigen", {"functie": "regisseur", "voeding": "vegan"}),
        ("collega", {"voornaam": "An", "naam": "Peeters", "e_mail": "an@example.org"}),
        ("annuleren", {}),
        ("mijn_inschrijving", {"actie": "aanvaarden"}),
    ],
)
def test_a_link_changes_only_so_much_in_an_hour(
    client, sessie, klok, monkeypatch, limit, name, data
):
    monkeypatch.setattr(f"vorming.views.eigen.{limit}", 2)
    enrol(sessie, 1)
    for number in range(2):
        assert with_link(client, sessie, "wijzigen", functie=f"f{number}").status_code == 302
    before = list(Inschrijving.objects.values())
    mails = Levering.objects.count()
    refused = with_link(client, sessie, name, **data)
    assert refused.status_code == 429
    words = refused.content.decode()
    assert "Er kwamen net heel veel wijzigingen." in words
    for typed in data.values():
        if name in ("wijzigen", "collega"):
            assert f'value="{typed}"' in words
    assert list(Inschrijving.objects.values()) == before
    assert Levering.objects.count() == mails
    klok.shift(datetime.timedelta(hours=1))
    assert with_link(client, sessie, name, **data).status_code in (200, 302, 409)


def test_looking_with_a_link_is_never_refused(client, sessie, klok, monkeypatch):
    monkeypatch.setattr("vorming.views.eigen.MET_EEN_LINK_PER_UUR", 0)
    enrol(sessie, 1)
    for _ in range(3):
        assert client.get(own(sessie, 1)).status_code == 200
    assert with_link(client, sessie, "wijzigen", functie="x").status_code == 429


def test_a_form_with_a_link_is_kept_when_it_is_busy(client, sessie, klok, monkeypatch):
    enrol(sessie, 1)

    def busy(*args, **kwargs):
        raise EvenDruk

    monkeypatch.setattr("vorming.services.deelnemer.change", busy)
    answer = with_link(client, sessie, "wijzigen", functie="regisseur")
    assert answer.status_code == 503
    assert 'value="regisseur"' in answer.content.decode()
