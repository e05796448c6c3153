"""What an editor does with one person in the admin: look up, decide, put right, enrol by phone."""

import datetime
import uuid

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from tests.factories import SessieFactory, WorkshopFactory
from tests.markup import visible_text
from tests.test_editor_language import english_in
from tests.vorming.conftest import enrol, gegevens, last_mail, mails, one, persoon, states
from vorming import links
from vorming.models import Aanvraag, Inschrijving
from vorming.services import deelnemer, inschrijven, privacy, wachtlijst
from vorming.services.basis import redactie
from vorming.staten import Staat

pytestmark = pytest.mark.django_db

LIJST = "/admin/vorming/inschrijvingen/"
RECHTEN = ("view_inschrijving", "change_inschrijving")


def maak_redacteur(name="tine", rights=RECHTEN):
    """Return somebody with these permissions, and a browser in which she is signed in."""
    user = User.objects.create_user(name, f"{name}@example.org", "wachtwoord-van-de-toets")
    user.first_name = name.capitalize()
    user.save()
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"),
        *Permission.objects.filter(content_type__app_label="vorming", codename__in=rights),
    )
    return user


@pytest.fixture
def tine(sessie):
    return maak_redacteur()


@pytest.fixture
def beheer(client, tine, settings):
    # The clock of these tests moves further than somebody stays signed in.
    settings.SESSION_COOKIE_AGE = 10**8
    client.force_login(tine)
    return client


def at(row, name=""):
    return f"{LIJST}{row.pk}/{name}/" if name else f"{LIJST}{row.pk}/"


def soup(response):
    return BeautifulSoup(response.content.decode(), "html.parser")


def text(response):
    return visible_text(soup(response).body)


def said(response):
    """Return the messages on top of a screen."""
    return [part.get_text(" ", strip=True) for part in soup(response).select(".messages li")]


def buttons(response):
    return [link.get_text(strip=True) for link in soup(response).select(".mens-knoppen a")]


def stamp(client, row, name, query=""):
    """Open the screen of a step, as an editor does before she confirms; return its stamp."""
    response = client.get(at(row, name) + query)
    assert response.status_code == 200, response
    return soup(response).select_one("input[name=stempel]")["value"]


def take(client, row, name, **data):
    """Open a step and confirm it."""
    data["stempel"] = data.get("stempel") or stamp(client, row, name)
    return client.post(at(row, name), data, follow=True)


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


def test_somebody_who_was_forgotten_can_only_be_looked_at(beheer, sessie, redacteur_door):
    enrol(sessie)
    row = one(sessie, 1)
    privacy.erase("sara1@example.org", door=redacteur_door)
    response = beheer.get(at(row))
    assert "Deze inschrijving is leeggemaakt" in text(response)
    assert "sara1" not in response.content.decode().lower()
    assert buttons(response) == []
    assert "(gewist)" in text(beheer.get(LIJST))


# --- Decisions -----------------------------------------------------------------------------

KLEIN = [
    "Stuur de link opnieuw",
    "Naam of adres verbeteren",
    "Maak vroegere links ongeldig",
    "Samenvoegen met een andere",
]


def test_only_what_can_be_done_now_is_offered(beheer, klok, redacteur_door):
    sessie = SessieFactory(capaciteit=1, goedkeuring=True, doorschuiven="aanbod")
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    for number in (1, 2, 3):
        inschrijven.approve(one(sessie, number).pk, door=redacteur_door)
    assert buttons(beheer.get(at(one(sessie, 4))))[:-4] == [
        "Goedkeuren", "Niet aanvaarden", "Naar een andere sessie", "Inschrijving annuleren",
    ]  # fmt: skip
    assert buttons(beheer.get(at(one(sessie, 1)))) == [
        "Vervangen door een collega", "Naar een andere sessie", "Inschrijving annuleren", *KLEIN,
    ]  # fmt: skip
    assert buttons(beheer.get(at(one(sessie, 3))))[:-4] == [
        "Naar een andere sessie", "Inschrijving annuleren",
    ]  # fmt: skip
    deelnemer.cancel(one(sessie, 1).pk)
    assert buttons(beheer.get(at(one(sessie, 1)))) == []
    assert buttons(beheer.get(at(one(sessie, 2))))[:-4] == [
        "Aanvaarden voor deze persoon", "Neemt de plaats niet", "Aanbod intrekken",
        "Naar een andere sessie", "Inschrijving annuleren",
    ]  # fmt: skip
    klok.move_to(sessie.eindigt_op + datetime.timedelta(hours=1))
    assert buttons(beheer.get(at(one(sessie, 4)))) == KLEIN


def test_somebody_is_approved_and_another_refused_with_a_reason(beheer, klok, tine, klopt):
    sessie = SessieFactory(capaciteit=1, goedkeuring=True)
    for number in (1, 2, 3):
        enrol(sessie, number)
    assert said(take(beheer, one(sessie, 1), "goedkeuren")) == [
        "Sara1 Voorbeeld heeft een plaats, en krijgt een mail."
    ]
    assert said(take(beheer, one(sessie, 2), "goedkeuren")) == [
        "Sara2 Voorbeeld staat op de wachtlijst, en krijgt een mail."
    ]
    without = take(beheer, one(sessie, 3), "weigeren", reden="")
    assert without.status_code == 422
    assert "Schrijf waarom" in text(without)
    take(beheer, one(sessie, 3), "weigeren", reden="Volg eerst de <basisvorming>.")
    assert states(sessie) == {1: "bevestigd", 2: "wachtlijst", 3: "geweigerd"}
    assert "Volg eerst de <basisvorming>." in last_mail("geweigerd").tekst
    # What somebody read is not for ever in the log.
    line = one(sessie, 3).logregels.latest("pk")
    assert (line.gebruiker, line.uitleg) == (tine, "")
    klopt()


def test_an_editor_cancels_after_the_deadline_and_the_next_moves_up(beheer, sessie, klok, klopt):
    sessie.annuleren_tot = sessie.begint_op - datetime.timedelta(days=10)
    sessie.save()
    for number in (1, 2, 3):
        enrol(sessie, number)
    klok.move_to(sessie.begint_op - datetime.timedelta(days=5))
    row = one(sessie, 1)
    asked = beheer.get(at(row, "annuleren"))
    assert "Er wacht 1 persoon. De plaats gaat meteen naar de volgende in de rij." in text(asked)
    response = take(
        beheer, row, "annuleren", waarom="op vraag van de organisatie", reden="Tot later!"
    )
    assert said(response) == [
        "Sara1 Voorbeeld: geannuleerd. De deelnemer krijgt een mail.",
        "Doorgeschoven van de wachtlijst: Sara3 Voorbeeld.",
    ]
    assert states(sessie) == {1: "geannuleerd", 2: "bevestigd", 3: "bevestigd"}
    assert "Tot later!" in last_mail("geannuleerd").tekst
    assert row.logregels.latest("pk").uitleg == "op vraag van de organisatie"
    klopt()


def test_an_offer_is_answered_by_phone_or_taken_back(beheer, klok, klopt):
    sessie = SessieFactory(capaciteit=1, doorschuiven="aanbod")
    for number in (1, 2, 3, 4, 5):
        enrol(sessie, number)
    deelnemer.cancel(one(sessie, 1).pk)
    take(beheer, one(sessie, 2), "afwijzen")
    take(beheer, one(sessie, 3), "aanbod-intrekken")
    take(beheer, one(sessie, 4), "aanvaarden")
    assert states(sessie) == {
        1: "geannuleerd", 2: "vervallen", 3: "vervallen", 4: "bevestigd", 5: "wachtlijst",
    }  # fmt: skip
    assert mails("vervallen") == ["sara2@example.org", "sara3@example.org"]
    klopt()


def test_an_offer_that_is_over_cannot_be_accepted_for_somebody(beheer, klok):
    sessie = SessieFactory(capaciteit=1, doorschuiven="aanbod")
    for number in (1, 2):
        enrol(sessie, number)
    deelnemer.cancel(one(sessie, 1).pk)
    row = one(sessie, 2)
    seen = stamp(beheer, row, "aanvaarden")
    klok.move_to(row.aanbod_tot + datetime.timedelta(seconds=1))
    response = take(beheer, row, "aanvaarden", stempel=seen)
    assert "Daarom is er niets gebeurd" in said(response)[0]
    assert one(sessie, 2).staat == Staat.AANGEBODEN


def test_the_last_day_an_editor_gives_the_place_to_who_she_phoned(beheer, sessie, klok, klopt):
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    assert "Geef de plaats" not in buttons(beheer.get(at(one(sessie, 3))))
    klok.move_to(sessie.begint_op - datetime.timedelta(hours=20))
    # Nobody left yet: there is nothing to give.
    assert "Geef de plaats" not in buttons(beheer.get(at(one(sessie, 3))))
    gone = take(beheer, one(sessie, 1), "annuleren", waarom="andere reden")
    assert "Doorgeschoven" not in text(gone)
    assert "Geef de plaats" in buttons(beheer.get(at(one(sessie, 3))))
    assert (
        "wacht nog, de sessie begint binnen 24 uur" in text(beheer.get(at(one(sessie, 3)))).lower()
    )
    question = text(beheer.get(at(one(sessie, 4), "plaats-geven")))
    assert "in de rij staan nog voor haar: Sara3 Voorbeeld" in question
    take(beheer, one(sessie, 4), "plaats-geven")
    assert states(sessie)[4] == "bevestigd"
    assert mails("doorgeschoven") == ["sara4@example.org"]
    klopt()


def test_links_are_sent_again_and_revoked(beheer, sessie):
    enrol(sessie)
    row = one(sessie, 1)
    token = links.token_of(row)
    take(beheer, row, "link-opnieuw")
    assert token in last_mail("link-opnieuw").tekst
    take(beheer, row, "nieuwe-link")
    row.refresh_from_db()
    assert row.link_versie == 2
    assert links.token_of(row) in last_mail("link-opnieuw").tekst


def test_a_colleague_comes_in_the_place_of_somebody(beheer, sessie, klopt):
    enrol(sessie, 1, 2)
    row = one(sessie, 1)
    data = {"voornaam": "Ayşe", "naam": "Nieuw", "e_mail": "geen adres", "functie": ""}
    wrong = take(beheer, row, "collega", **data)
    assert wrong.status_code == 422
    assert soup(wrong).select_one("input[name=voornaam]")["value"] == "Ayşe"
    double = take(
        beheer, row, "collega", voornaam="Sara2", naam="Voorbeeld", e_mail="sara2@example.org"
    )
    assert double.status_code == 409
    assert "Deze collega kan je plaats niet overnemen" in text(double)
    response = take(beheer, row, "collega", **{**data, "e_mail": "ayse@example.org"})
    assert "Ayşe Nieuw komt in de plaats" in said(response)[0]
    new = Inschrijving.objects.get(e_mail="ayse@example.org")
    assert (new.staat, new.plaats, new.vervangt) == (Staat.BEVESTIGD, 1, row)
    assert response.redirect_chain[-1][0] == at(new)
    assert "Sara1 Voorbeeld" in text(response)
    assert "Ayşe Nieuw" in text(beheer.get(at(row)))
    klopt()


def test_a_name_or_an_address_is_corrected(beheer, sessie, klopt):
    enrol(sessie, 1, 2)
    row = one(sessie, 1)
    screen = beheer.get(at(row, "verbeteren"))
    assert soup(screen).select_one("input[name=e_mail]")["value"] == "sara1@example.org"
    data = {"voornaam": "Sara", "naam": "Goed", "e_mail": "sara.goed@example.org", "functie": "x"}
    take(beheer, row, "verbeteren", **data)
    row.refresh_from_db()
    assert (row.volledige_naam, row.e_mail, row.link_versie) == (
        "Sara Goed",
        "sara.goed@example.org",
        2,
    )
    # Both the old mails and the new ones are still on the screen.
    table = soup(beheer.get(at(row))).select_one("section[aria-labelledby=mails]").get_text()
    assert "Bevestigd" in table
    assert "Gegevens verbeterd" in table
    double = {"voornaam": "Sara2", "naam": "Voorbeeld", "e_mail": "sara2@example.org"}
    response = take(beheer, row, "verbeteren", **double)
    assert response.status_code == 409
    assert "Voeg de twee samen" in text(response)
    klopt()


def test_somebody_goes_to_another_session(beheer, sessie, klopt):
    for number in (1, 2, 3):
        enrol(sessie, number)
    other = SessieFactory(capaciteit=5)
    draft = SessieFactory(staat="geannuleerd")
    row = one(sessie, 1)
    choices = [
        option["value"]
        for option in soup(beheer.get(at(row, "verplaatsen"))).select("select[name=naar] option")
    ]
    assert choices == ["", str(other.pk)]
    assert take(beheer, row, "verplaatsen", naar=draft.pk).status_code == 422
    response = take(beheer, row, "verplaatsen", naar=other.pk)
    assert said(response)[0] == "Sara1 Voorbeeld heeft een plaats, en krijgt een mail."
    assert said(response)[1] == "Doorgeschoven van de wachtlijst: Sara3 Voorbeeld."
    assert one(other, 1).staat == Staat.BEVESTIGD
    assert states(sessie) == {1: "geannuleerd", 2: "bevestigd", 3: "bevestigd"}
    klopt()


@pytest.fixture
def group(db, klok):
    """Return a session in which three people wait who come only together."""
    sessie = SessieFactory(capaciteit=1)
    enrol(sessie, 9)
    enrol(sessie, 1, 2, 3, samen=True)
    return sessie


@pytest.mark.parametrize(
    ("room", "became"),
    [
        (5, {1: "bevestigd", 2: "bevestigd", 3: "bevestigd"}),
        # Nobody of them gets a place that is no use to her alone.
        (4, {1: "wachtlijst", 2: "wachtlijst", 3: "wachtlijst"}),
    ],
)
def test_a_group_goes_to_another_session_together(room, became, beheer, group, klopt):
    other = SessieFactory(capaciteit=room)
    enrol(other, 7, 8)
    row = one(group, 2)
    asked = text(beheer.get(at(row, "verplaatsen")))
    assert "De hele groep: Sara2 Voorbeeld, Sara1 Voorbeeld, Sara3 Voorbeeld" in asked
    assert "Alleen Sara2 Voorbeeld. Hier blijven: Sara1 Voorbeeld, Sara3 Voorbeeld" in asked
    response = take(beheer, row, "verplaatsen", naar=other.pk, wie="allen")
    assert "Samen met: Sara1 Voorbeeld, Sara3 Voorbeeld." in said(response)[0]
    assert {number: states(other)[number] for number in (1, 2, 3)} == became
    assert len(mails("verplaatst")) == 3
    klopt()


def test_one_of_a_group_goes_alone_when_the_editor_says_so(beheer, group, klopt):
    other = SessieFactory(capaciteit=1)
    row = one(group, 1)
    assert take(beheer, row, "verplaatsen", naar=other.pk).status_code == 422
    response = take(beheer, row, "verplaatsen", naar=other.pk, wie="alleen")
    assert said(response)[0] == "Sara1 Voorbeeld heeft een plaats, en krijgt een mail."
    assert states(other) == {1: "bevestigd"}
    assert states(group) == {9: "bevestigd", 1: "geannuleerd", 2: "wachtlijst", 3: "wachtlijst"}
    klopt()


def test_a_group_does_not_wait_for_a_session_in_which_it_never_fits(beheer, group, klopt):
    small = SessieFactory(capaciteit=2)
    response = take(beheer, one(group, 1), "verplaatsen", naar=small.pk, wie="allen")
    assert response.status_code == 409
    assert "Die sessie heeft maar 2 plaatsen." in text(response)
    assert states(small) == {}
    assert mails("verplaatst") == []
    klopt()


def test_a_group_of_which_one_is_there_already_is_not_torn_apart(beheer, group, klopt):
    other = SessieFactory(capaciteit=9)
    enrol(other, 3)
    response = take(beheer, one(group, 1), "verplaatsen", naar=other.pk, wie="allen")
    assert response.status_code == 409
    assert "Iemand van de groep staat al in die sessie." in text(response)
    assert states(other) == {3: "bevestigd"}
    assert [states(group)[number] for number in (1, 2, 3)] == ["wachtlijst"] * 3
    assert mails("verplaatst") == []
    klopt()


# --- Two editors, two clicks -----------------------------------------------------------------


def test_two_editors_on_one_enrolment(client, klok):
    """The second reads that something changed, and changes nothing."""
    sessie = SessieFactory(goedkeuring=True)
    enrol(sessie)
    row = one(sessie, 1)
    first, second = maak_redacteur("tine"), maak_redacteur("bram")
    client.force_login(second)
    refuse = stamp(client, row, "weigeren")
    cancel = stamp(client, row, "annuleren")
    client.force_login(first)
    take(client, row, "goedkeuren")
    client.force_login(second)
    sent = len(mails())
    for name, seen, data in (
        ("weigeren", refuse, {"reden": "Sorry."}),
        # Legal in the new state too; but not what this editor looked at.
        ("annuleren", cancel, {"waarom": "andere reden"}),
        ("goedkeuren", refuse, {}),
    ):
        response = take(client, row, name, stempel=seen, **data)
        assert said(response) == [
            "Er is intussen iets veranderd aan deze inschrijving. Daarom is er niets gebeurd. "
            "Kijk wat er nu staat, en kies opnieuw."
        ], name
    assert states(sessie) == {1: "bevestigd"}
    assert len(mails()) == sent
    assert row.logregels.count() == 2
    # A screen that can no longer be used is not shown either.
    assert client.get(at(row, "weigeren")).status_code == 302


def test_the_participant_is_quicker_than_the_editor(beheer, sessie):
    enrol(sessie)
    row = one(sessie, 1)
    seen = stamp(beheer, row, "collega")
    deelnemer.cancel(row.pk)
    data = {"voornaam": "A", "naam": "B", "e_mail": "ab@example.org", "stempel": seen}
    response = take(beheer, row, "collega", **data)
    assert "Daarom is er niets gebeurd" in said(response)[0]
    assert Inschrijving.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("annuleren", {"waarom": "andere reden"}),
        ("nieuwe-link", {}),
        ("link-opnieuw", {}),
        ("collega", {"voornaam": "A", "naam": "B", "e_mail": "ab@example.org"}),
        ("verbeteren", {"voornaam": "A", "naam": "B", "e_mail": "ab@example.org"}),
    ],
)
def test_a_double_click_is_one_click(name, data, beheer, sessie, klopt):
    enrol(sessie, 1)
    enrol(sessie, 2)
    row = one(sessie, 1)
    seen = stamp(beheer, row, name)
    beheer.post(at(row, name), {**data, "stempel": seen})
    sent, lines = len(mails()), row.logregels.count()
    response = beheer.post(at(row, name), {**data, "stempel": seen}, follow=True)
    assert len(mails()) == sent
    assert not any("iets veranderd" in message for message in said(response))
    if name != "link-opnieuw":
        assert row.logregels.count() == lines
    klopt()


def test_a_request_without_what_was_seen_does_nothing(beheer, sessie):
    enrol(sessie)
    row = one(sessie, 1)
    beheer.post(at(row, "annuleren"), {"waarom": "andere reden"})
    assert states(sessie) == {1: "bevestigd"}


def test_a_look_at_a_question_changes_nothing(beheer, sessie):
    enrol(sessie)
    row = one(sessie, 1)
    lines = row.logregels.count()
    for name in ("annuleren", "nieuwe-link", "link-opnieuw", "verplaatsen", "samenvoegen"):
        response = beheer.get(at(row, name))
        assert response.status_code == 200
        assert english_in(response) == [], name
    assert row.logregels.count() == lines
    assert states(sessie) == {1: "bevestigd"}


def test_when_it_is_busy_what_was_filled_in_stays(beheer, sessie, monkeypatch):
    from vorming.slot import EvenDruk

    enrol(sessie)
    row = one(sessie, 1)
    seen = stamp(beheer, row, "annuleren")

    def busy(*args, **kwargs):
        raise EvenDruk

    monkeypatch.setattr("vorming.beheer.stappen.met_sessie", busy)
    response = take(beheer, row, "annuleren", stempel=seen, waarom="andere reden", reden="Tot dan")
    assert response.status_code == 503
    assert "Het is even druk" in text(response)
    assert soup(response).select_one("textarea[name=reden]").get_text(strip=True) == "Tot dan"
    monkeypatch.undo()
    take(beheer, row, "annuleren", stempel=seen, waarom="andere reden")
    assert states(sessie) == {1: "geannuleerd"}


# --- Merging -----------------------------------------------------------------------------------


def test_two_rows_of_one_person_are_compared_and_merged(beheer, sessie, klopt):
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(),
        personen=[persoon(1), persoon(1, e_mail="sara.prive@example.org"), persoon(3)],
        wachtlijst=True,
    )
    row = Inschrijving.objects.get(e_mail="sara1@example.org")
    double = Inschrijving.objects.get(e_mail="sara.prive@example.org")
    shown = beheer.get(at(double))
    assert "Misschien dezelfde persoon" in text(shown)
    query = f"?met={row.pk}"
    assert "Iedereen in deze sessie" in text(beheer.get(at(double, "samenvoegen")))
    seen = stamp(beheer, double, "samenvoegen", query)
    address = at(double, "samenvoegen") + query
    nothing = beheer.post(address, {"stempel": seen})
    assert nothing.status_code == 422
    assert "Kies welke blijft." in text(nothing)
    data = {"stempel": seen, "houden": str(double.pk)}
    response = beheer.post(address, data, follow=True)
    assert said(response) == ["Samengevoegd: deze inschrijving blijft, de andere is beëindigd."]
    double.refresh_from_db()
    row.refresh_from_db()
    assert (double.staat, row.staat) == (Staat.BEVESTIGD, Staat.GEANNULEERD)
    # Of two places one came free, for who waited.
    assert states(sessie)[3] == "bevestigd"
    again = beheer.post(address, data, follow=True)
    assert "Daarom is er niets gebeurd" in said(again)[0]
    assert mails("samengevoegd") == ["sara1@example.org"]
    klopt()


def test_an_offer_that_is_over_is_not_what_stays_and_the_editor_reads_why(beheer, klok, klopt):
    sessie = SessieFactory(capaciteit=1, doorschuiven="aanbod")
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    deelnemer.cancel(one(sessie, 1).pk)
    klok.shift(datetime.timedelta(hours=49))
    late, other = one(sessie, 2), one(sessie, 4)
    query = f"?met={other.pk}"
    data = {"houden": late.pk, "stempel": stamp(beheer, late, "samenvoegen", query)}
    response = beheer.post(at(late, "samenvoegen") + query, data, follow=True)
    assert response.redirect_chain[-1][0] == at(other)
    assert "de tijd om dat aanbod te aanvaarden was om" in said(response)[1]
    assert states(sessie)[2] == "geannuleerd"
    assert states(sessie)[4] == "wachtlijst"
    klopt()


def test_only_people_of_the_same_session_are_offered_to_merge(beheer, sessie):
    other = SessieFactory()
    enrol(sessie, 1)
    enrol(other, 1)
    for key in (one(other, 1).pk, one(sessie, 1).pk, 999999):
        address = at(one(sessie, 1), "samenvoegen") + f"?met={key}"
        assert beheer.get(address).status_code == 404
        response = beheer.post(address, {"houden": key}, follow=True)
        assert "Daarom is er niets gebeurd" in said(response)[0]
    assert (states(sessie), states(other)) == ({1: "bevestigd"}, {1: "bevestigd"})


# --- By phone ------------------------------------------------------------------------------------


def form_of(response):
    """Return what a browser would send of the form by phone."""
    found = {}
    for field in soup(response).select("form[method=post] [name]"):
        if field.name == "button":
            continue
        kind = field.get("type")
        if kind in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        found[field["name"]] = field.get("value", "on") if field.name == "input" else ""
    return found


PHONE = {
    "voornaam": "Mia", "naam": "Telefoon", "e_mail": "mia@example.org",
    "organisatie": "Stad Voorbeeld", "telefoon": "0470 11 22 33",
}  # fmt: skip


def test_somebody_is_enrolled_by_phone_even_when_enrolment_is_closed(beheer, tine, klok, klopt):
    sessie = SessieFactory(capaciteit=2, staat="gesloten", goedkeuring=True)
    chosen = beheer.get(f"{LIJST}inschrijven/")
    assert "nog 2 plaatsen" in text(chosen)
    address = f"{LIJST}inschrijven/{sessie.pk}/"
    data = form_of(beheer.get(address)) | PHONE
    response = beheer.post(address, {**data, "actie": "opslaan"}, follow=True)
    assert said(response) == ["Mia Telefoon heeft een plaats (plaats 1)."]
    row = Inschrijving.objects.get()
    # Who phones an editor needs no approval of an editor.
    assert (row.staat, row.aanvraag.door) == (Staat.BEVESTIGD, tine)
    assert row.aanvraag.telefoon == "0470 11 22 33"
    assert mails("bevestigd") == ["mia@example.org"]
    # The same form twice is one request.
    beheer.post(address, {**data, "actie": "opslaan"})
    assert Aanvraag.objects.count() == 1
    klopt()


def test_by_phone_several_people_come_and_the_editor_hears_who_waits(beheer, sessie, klopt):
    address = f"{LIJST}inschrijven/{sessie.pk}/"
    data = form_of(beheer.get(address)) | PHONE
    more = beheer.post(address, {**data, "actie": "erbij"})
    assert said(more) == []
    data = form_of(more) | PHONE
    data |= {"voornaam_1": "Bo", "naam_1": "Telefoon", "e_mail_1": "bo@example.org"}
    more = beheer.post(address, {**data, "actie": "erbij"})
    assert soup(more).select_one("input[name=voornaam_1]")["value"] == "Bo"
    data = form_of(more) | {"voornaam_2": "Cis", "naam_2": "T", "e_mail_2": "cis@example.org"}
    # One too many: she goes away again.
    extra = beheer.post(address, {**data, "actie": "erbij"})
    data = form_of(beheer.post(address, {**form_of(extra), "actie": "weg-3"}))
    response = beheer.post(address, {**data, "actie": "opslaan"}, follow=True)
    assert said(response) == [
        "Mia Telefoon heeft een plaats (plaats 1).",
        "Bo Telefoon heeft een plaats (plaats 2).",
        "Cis T staat op de wachtlijst: 1e in de rij.",
    ]
    assert Aanvraag.objects.get().inschrijvingen.count() == 3
    klopt()


def test_by_phone_a_full_session_is_told_before_anything_is_stored(beheer, sessie):
    enrol(sessie, 1, 2)
    address = f"{LIJST}inschrijven/{sessie.pk}/"
    screen = beheer.get(address)
    assert "komt achteraan op de wachtlijst" in text(screen)
    data = form_of(screen) | PHONE
    del data["wachtlijst"]
    response = beheer.post(address, {**data, "actie": "opslaan"})
    assert response.status_code == 409
    assert "Intussen zijn alle plaatsen bezet." in text(response)
    assert soup(response).select_one("input[name=voornaam]")["value"] == "Mia"
    assert Aanvraag.objects.count() == 1


def test_by_phone_mistakes_are_named_and_doubles_are_told(beheer, sessie):
    enrol(sessie, 1)
    address = f"{LIJST}inschrijven/{sessie.pk}/"
    screen = beheer.get(address)
    data = form_of(screen) | {**PHONE, "e_mail": "mia"}
    wrong = beheer.post(address, {**data, "actie": "opslaan"})
    assert wrong.status_code == 422
    assert "Dit is geen e-mailadres." in text(wrong)
    data |= {"voornaam": "Sara1", "naam": "Voorbeeld", "e_mail": "sara1@example.org"}
    response = beheer.post(address, {**data, "actie": "opslaan"}, follow=True)
    assert said(response) == [
        "1 persoon stond al in deze sessie. Ze krijgen hun link opnieuw per mail."
    ]
    assert states(sessie) == {1: "bevestigd"}


@pytest.mark.parametrize("number", ["²", "99999", "-1", "x", ""])
def test_by_phone_a_strange_number_of_people_is_no_fault(number, beheer, sessie):
    response = beheer.post(f"{LIJST}inschrijven/{sessie.pk}/", {"aantal": number, "actie": "erbij"})
    assert response.status_code == 200


def test_by_phone_nobody_comes_in_a_session_that_is_over(beheer, sessie, klok):
    klok.move_to(sessie.eindigt_op + datetime.timedelta(hours=1))
    response = beheer.post(f"{LIJST}inschrijven/{sessie.pk}/", {**PHONE, "actie": "opslaan"})
    assert response["Location"] == f"{LIJST}?sessie={sessie.pk}"
    assert "Inschrijven kan niet meer." in text(beheer.get(response["Location"]))
    assert beheer.get(f"{LIJST}inschrijven/999999/").status_code == 404
    assert Aanvraag.objects.count() == 0
    assert "Er is geen sessie die nog komt" in text(beheer.get(f"{LIJST}inschrijven/"))


def test_who_waits_for_a_place_after_an_editor_is_known_to_the_audit(beheer, sessie, tine, klopt):
    """An editor who gives a place out of turn leaves a trace that the audit understands."""
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    wachtlijst.fill(sessie.pk, door=redactie(tine))
    klopt()
