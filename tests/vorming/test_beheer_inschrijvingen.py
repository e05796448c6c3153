"""How an editor finds people in the admin, and what she reads of one person."""

import datetime
import uuid
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from tests.factories import SessieFactory, WorkshopFactory
from tests.test_editor_language import english_in
from tests.vorming.conftest import enrol, gegevens, one, persoon, states
from tests.vorming.mensen import (
    LIJST,
    RECHTEN,
    at,
    buttons,
    maak_redacteur,
    soup,
    take,
    text,
)
from vorming.models import Aanvraag, Inschrijving
from vorming.services import deelnemer, inschrijven, privacy, verplaatsen

pytestmark = pytest.mark.django_db

# --- Who may see it --------------------------------------------------------------------


def test_only_who_has_the_permission_sees_people(client, sessie, eindredacteur):
    enrol(sessie)
    row = one(sessie, 1)
    addresses = [LIJST, f"{LIJST}lijst/", at(row), at(row, "annuleren"), at(row, "samenvoegen")]
    addresses += [f"{LIJST}inschrijven/", f"{LIJST}inschrijven/{sessie.pk}/"]
    client.force_login(eindredacteur)
    for address in addresses:
        assert client.get(address).status_code == 302, address
    assert client.post(at(row, "annuleren"), {"waarom": "andere reden"}).status_code == 302
    assert states(sessie) == {1: "bevestigd"}
    client.force_login(maak_redacteur("kijker", RECHTEN[:1]))
    for address in addresses[:3]:
        assert client.get(address).status_code == 200, address
    for address in addresses[3:]:
        assert client.get(address).status_code == 302, address
    assert buttons(client.get(at(row))) == []
    assert "Iemand inschrijven" not in text(client.get(LIJST))


@pytest.mark.parametrize("name", ["add", "edit", "delete", "copy", "usage", "history"])
def test_wagtail_has_no_way_of_its_own_to_save_or_delete_an_enrolment(name, admin_client, sessie):
    enrol(sessie)
    row = one(sessie, 1)
    for address in (f"{LIJST}{name}/", f"{LIJST}{name}/{row.pk}/"):
        assert admin_client.get(address).status_code == 404
        assert admin_client.post(address).status_code == 404
    assert Inschrijving.objects.count() == 1


def test_wagtails_own_delete_of_many_deletes_nobody(admin_client, sessie):
    enrol(sessie)
    row = one(sessie, 1)
    admin_client.post(f"/admin/bulk/vorming/inschrijving/delete/?id={row.pk}&next={LIJST}")
    assert Inschrijving.objects.count() == 1
    assert "delete" not in admin_client.get(LIJST).content.decode()


def test_who_writes_pages_cannot_choose_among_people(admin_client, sessie):
    enrol(sessie)
    address = "/admin/snippets/choose/vorming/inschrijving/"
    assert admin_client.get(address).status_code == 404


# --- The list ----------------------------------------------------------------------------


def names(response):
    return [link.get_text(strip=True) for link in soup(response).select("td.title a")]


def test_the_list_says_who_where_and_since_when(beheer, sessie):
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    response = beheer.get(f"{LIJST}?sessie={sessie.pk}")
    # In the order of places and queue.
    assert names(response) == [f"Sara{number} Voorbeeld" for number in (1, 2, 3, 4)]
    rows = [" ".join(row.get_text(" ").split()) for row in soup(response).select("tbody tr")]
    assert rows[0] == "Sara1 Voorbeeld bevestigd plaats 1 Voorbeeldgemeente 24/11/2026 10.00"
    assert "op de wachtlijst 2e in de rij" in rows[3]
    assert english_in(response) == []
    # Newest first over all sessions.
    everybody = beheer.get(LIJST)
    assert names(everybody)[0] == "Sara4 Voorbeeld"
    assert f"{sessie}, 24 december 2026" in text(everybody)
    backwards = names(beheer.get(f"{LIJST}?sessie={sessie.pk}&ordering=-naam"))
    assert sorted(backwards) == [f"Sara{number} Voorbeeld" for number in (1, 2, 3, 4)]


def test_people_are_found_by_name_address_and_organisation(beheer, sessie):
    enrol(sessie, 1)
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(9, voornaam="Noor", organisatie="OCMW Ieper", e_mail="noor@example.org"),
        personen=[persoon(2, voornaam="Zoë", naam="D'Hondt", e_mail="Zoe+a@example.org")],
        wachtlijst=True,
    )

    def found(query):
        return names(beheer.get(LIJST, {"q": query}))

    zoe, sara = ["Zoë D'Hondt"], ["Sara1 Voorbeeld"]
    for query in ("zoe", "ZOË", "hondt", "d'hondt zoe", "ieper", "zoe ieper", "noor"):
        assert found(query) == zoe, query
    for query in ("zoe+a@example.org", "ZOE+A@EXAMPLE.ORG", "noor@example.org", "zoe+a@exa"):
        assert found(query) == zoe, query
    assert found("sara1") == found("sara1@example.org") == sara
    assert found("example") == [*zoe, *sara]
    assert found("sara1 ieper") == []
    assert "Niemand gevonden" in text(beheer.get(LIJST, {"q": "100%_"}))


def test_accents_and_capitals_of_an_organisation_and_a_contact_do_not_count(
    beheer, sessie, redacteur_door
):
    contact = {"voornaam": "Zoë", "naam": "Ünal", "e_mail": "zoe@example.org"}
    enrol(sessie, 1, gegevens=gegevens(9, **contact, organisatie="Vzw Één  Café"))
    enrol(sessie, 2, gegevens=gegevens(2, organisatie="OCMW"))

    def found(**query):
        return names(beheer.get(LIJST, query))

    for word in ("Café", "één", "cafe", "EEN CAFÉ", "vzw", "Zoë", "ZOE", "unal", "Ünal één"):
        assert found(q=word) == ["Sara1 Voorbeeld"], word
    for word in ("één", "Één", "een cafe", "Vzw Één  Café"):
        assert found(organisatie=word) == ["Sara1 Voorbeeld"], word
    assert found(q="cafe brussel") == found(organisatie="zoë") == []
    # What is forgotten is not found any more; the organisation stays.
    privacy.erase("zoe@example.org", door=redacteur_door)
    assert found(q="zoe") == found(q="unal") == []
    assert found(q="café") == ["Sara1 Voorbeeld"]


def test_a_contact_whose_name_is_corrected_is_found_by_the_new_one(beheer, sessie):
    enrol(sessie, 1)
    mine = {"voornaam": "Chloé", "naam": "Noël", "e_mail": "sara1@example.org"}
    take(beheer, one(sessie, 1), "verbeteren", **mine)
    assert Aanvraag.objects.filter(contact_norm="chloe noel", organisatie_norm__gt="").exists()


def test_who_was_enrolled_before_is_found_too(beheer, sessie, monkeypatch):
    """The migration goes through all requests, some at a time."""
    for number in range(1, 8):
        enrol(sessie, number, gegevens=gegevens(number, organisatie=f"Café {number}"))
    Aanvraag.objects.update(organisatie_norm="", contact_norm="")
    assert names(beheer.get(LIJST, {"q": "café"})) == []
    migration = import_module("vorming.migrations.0007_opzoeken")
    monkeypatch.setattr(migration, "PER_KEER", 3)
    migration.vul_gevouwen(apps, None)
    assert len(names(beheer.get(LIJST, {"q": "café"}))) == 7
    assert names(beheer.get(LIJST, {"q": "café 7"})) == ["Sara7 Voorbeeld"]
    assert set(Aanvraag.objects.values_list("contact_norm", flat=True)) == {
        f"sara{number} voorbeeld" for number in range(1, 8)
    }


def test_the_filters_narrow_the_list(beheer, sessie, redacteur_door):
    other = SessieFactory(capaciteit=1)
    enrol(sessie, 1)
    enrol(other, 2, gegevens=gegevens(2, organisatie="OCMW Voorbeeldstad"))
    enrol(other, 3)
    deelnemer.cancel(one(sessie, 1).pk)

    def shown(query):
        return sorted(name.split()[0] for name in names(beheer.get(f"{LIJST}?{query}")))

    assert shown("") == ["Sara1", "Sara2", "Sara3"]
    assert shown(f"sessie={other.pk}") == ["Sara2", "Sara3"]
    assert shown("staat=geannuleerd") == ["Sara1"]
    assert shown("staat=geannuleerd&staat=wachtlijst") == ["Sara1", "Sara3"]
    assert shown(f"sessie={other.pk}&staat=wachtlijst") == ["Sara3"]
    assert shown("organisatie=ocmw") == ["Sara2"]
    assert shown(f"cursus={sessie.vorming_id}") == ["Sara1", "Sara2", "Sara3"]
    assert shown(f"sessie={other.pk}&q=sara2") == ["Sara2"]
    assert shown("sessie=999999") == []
    redirect = beheer.get(f"{LIJST}van-sessie/{other.pk}/")
    assert redirect["Location"] == f"{LIJST}?sessie={other.pk}"


def test_who_was_moved_reads_as_moved_and_not_only_as_cancelled(beheer, sessie, redacteur_door):
    enrol(sessie, 1)
    row = one(sessie, 1)
    verplaatsen.move(row.pk, SessieFactory().pk, door=redacteur_door)
    words = "geannuleerd (verplaatst naar een andere sessie)"
    for address in (f"{LIJST}?sessie={sessie.pk}&staat=geannuleerd", at(row)):
        assert words in text(beheer.get(address))


def test_what_asks_for_attention_is_found(beheer, klok, redacteur_door):
    asked = SessieFactory(goedkeuring=True)
    enrol(asked, 1)
    offers = SessieFactory(capaciteit=1, doorschuiven="aanbod")
    for number in (2, 3):
        enrol(offers, number)
    deelnemer.cancel(one(offers, 2).pk)
    group = SessieFactory(capaciteit=2)
    enrol(group, 4, 5)
    enrol(group, 6, 7, samen=True)
    deelnemer.cancel(one(group, 4).pk)
    twice = SessieFactory()
    inschrijven.enrol(
        sessie=twice.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(8),
        personen=[
            persoon(8, voornaam="Sara8"),
            persoon(8, voornaam="SARA8", e_mail="prive@example.org"),
            persoon(9, e_mail="info@example.org"),
            persoon(10, naam="Anders", e_mail="info@example.org"),
        ],
        wachtlijst=True,
    )
    late = SessieFactory(capaciteit=1)
    enrol(late, 11)
    enrol(late, 12)

    def shown(reason):
        rows = names(beheer.get(f"{LIJST}?aandacht={reason}"))
        return sorted(int(name.split()[0].lower().removeprefix("sara")) for name in rows)

    assert shown("goedkeuren") == [1]
    assert shown("aanbod") == []
    assert shown("groep") == [6, 7]
    # Two colleagues who share an address and nothing else are two people.
    assert shown("dubbel") == [8, 8]
    assert shown("bellen") == []
    assert shown("alles") == [1, 6, 7, 8, 8]
    assert "misschien dubbel" in text(beheer.get(f"{LIJST}?sessie={twice.pk}"))
    klok.move_to(one(offers, 3).aanbod_tot - datetime.timedelta(hours=5))
    assert shown("aanbod") == [3]
    klok.move_to(late.begint_op - datetime.timedelta(hours=20))
    assert shown("bellen") == [6, 7, 12]
    # What is over needs nobody any more.
    klok.move_to(late.eindigt_op + datetime.timedelta(hours=1))
    assert shown("alles") == []


def test_the_number_of_queries_does_not_grow_with_the_list(beheer, sessie):
    def queries(address):
        with CaptureQueriesContext(connection) as found:
            assert beheer.get(address).status_code == 200
        return len(found)

    beheer.get(LIJST)
    for number in (1, 2, 3):
        enrol(sessie, number)
    addresses = [LIJST, f"{LIJST}?sessie={sessie.pk}", f"{LIJST}?aandacht=alles", f"{LIJST}?q=sara"]
    few = [queries(address) for address in addresses]
    other = SessieFactory(capaciteit=2)
    for number in range(4, 30):
        enrol(sessie if number % 2 else other, number)
    assert [queries(address) for address in addresses] == few
    person = one(sessie, 29)
    beheer.get(at(person))
    assert queries(at(person)) <= 40


# --- One person ----------------------------------------------------------------------------


def test_the_screen_of_a_person_says_everything_we_hold(beheer, sessie, klok):
    workshop = WorkshopFactory(sessie=sessie, naam="Werken met ervaring", ronde="Voormiddag")
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(
            1,
            telefoon="0470 12 34 56",
            gemeente="Herentals",
            factuur={
                "factuur_naam": "Stad Voorbeeld",
                "factuur_adres": "Markt 1",
                "ondernemingsnummer": "0123.456.789",
                "bestelbon": "BB-7",
            },
        ),
        personen=[
            persoon(
                1,
                functie="netwerkregisseur",
                antwoorden=[{"sleutel": "x", "vraag": "Wat leer je?", "waarde": ["A", "B"]}],
                workshops=[workshop.pk],
                voeding="geen noten",
            ),
            persoon(2),
        ],
        wachtlijst=True,
    )
    response = beheer.get(at(one(sessie, 1)))
    shown = text(response)
    for part in (
        "Sara1 Voorbeeld", "sara1@example.org", "netwerkregisseur", "Wat leer je?", "A, B",
        "Werken met ervaring", "0470 12 34 56", "Voorbeeldgemeente", "Herentals",
        "Stad Voorbeeld", "Markt 1", "0123.456.789", "BB-7", "Sara2 Voorbeeld", "bevestigd",
        "plaats 1", "Ingeschreven: bevestigd, door de deelnemer",
    ):  # fmt: skip
        assert part in shown, part
    assert "noten" not in response.content.decode()
    assert english_in(response) == []
    # The mail to the contact about the others is among the mails.
    table = soup(response).select_one("section[aria-labelledby=mails]").get_text(" ")
    assert "Aanvraag" in table
    assert "Bevestigd" in table
    assert "sara1@example.org wacht" in " ".join(table.split())


def test_looking_at_a_person_is_written_down_once_an_hour_and_without_her_name(
    beheer, sessie, tine, klok
):
    enrol(sessie)
    row = one(sessie, 1)
    for _ in range(2):
        beheer.get(at(row))
    (entry,) = ModelLogEntry.objects.for_instance(row)
    assert (entry.action, entry.user) == ("vorming.persoon_bekeken", tine)
    assert entry.label == f"inschrijving {row.pk}"
    klok.shift(datetime.timedelta(hours=2))
    shown = beheer.get(at(row)).content.decode()
    assert ModelLogEntry.objects.for_instance(row).count() == 2
    assert "24 november 2026, 10.00: Tine" in shown
    history = text(beheer.get("/admin/reports/site-history/"))
    assert "Sara1" not in history


def test_needs_are_for_who_may_see_them_and_the_look_is_written_down(client, sessie):
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(),
        personen=[persoon(1, voeding="geen noten", toegankelijkheid="ringleiding")],
        wachtlijst=True,
    )
    row = one(sessie, 1)
    client.force_login(maak_redacteur("els"))
    shown = client.get(at(row) + "?noden=1").content.decode()
    assert "noten" not in shown
    assert "toegankelijkheid" not in shown
    client.force_login(maak_redacteur("nora", (*RECHTEN, "view_bijzonderenood")))
    assert "geen noten" not in client.get(at(row)).content.decode()
    shown = client.get(at(row) + "?noden=1").content.decode()
    assert "geen noten" in shown
    assert "ringleiding" in shown
    actions = [entry.action for entry in ModelLogEntry.objects.for_instance(row).order_by("pk")]
    assert actions.count("vorming.noden_bekeken") == 1


def test_who_may_not_see_needs_changes_a_person_without_losing_them(beheer, klok, klopt):
    sessie, elsewhere = SessieFactory(), SessieFactory()
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(),
        personen=[persoon(1, voeding="geen noten", toegankelijkheid="ringleiding")],
        wachtlijst=True,
    )
    person = {"voornaam": "Sara1", "naam": "Verbeterd", "e_mail": "sara1@example.org"}
    take(beheer, one(sessie, 1), "verbeteren", **person)
    take(beheer, one(sessie, 1), "verplaatsen", naar=str(elsewhere.pk))
    needs = one(elsewhere, 1).bijzondere_nood
    assert needs.inschrijving.naam == "Verbeterd"
    assert (needs.voeding, needs.toegankelijkheid) == ("geen noten", "ringleiding")
    klopt()


def test_somebody_who_was_forgotten_can_only_be_looked_at(beheer, sessie, redacteur_door):
    enrol(sessie)
    row = one(sessie, 1)
    privacy.erase("sara1@example.org", door=redacteur_door)
    response = beheer.get(at(row))
    assert "Deze inschrijving is leeggemaakt" in text(response)
    assert "sara1" not in response.content.decode().lower()
    assert buttons(response) == []
    assert "(gewist)" in text(beheer.get(LIJST))
