"""What we hold on somebody, over all apps: looked up, sent along, forgotten, and written down."""

import json
import uuid

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import ModelLogEntry

from nieuwsbrief.models import Abonnee, Lijst
from post.engine.worker import Worker
from post.models import Levering, Onderdrukking
from post.transports.memory import MemoryTransport
from tests.factories import SessieFactory, VerzoekFactory
from tests.nieuwsbrief.conftest import abonneer
from tests.vorming.bestanden import someone
from tests.vorming.conftest import enrol, gegevens, one, persoon, states
from trajecten.models import Verzoek
from vorming.models import Aanvraag, BijzondereNood, Inschrijving
from vorming.services import inschrijven

pytestmark = pytest.mark.django_db
VORMING, NODEN = "vorming.change_inschrijving", "vorming.view_bijzonderenood"
VERZOEKEN = "trajecten.change_verzoek"
MAILS = "post.beheer_leveringen"
ADRES = "sara1@example.org"


@pytest.fixture
def sara(klok):
    """Somebody with a place, a request, needs and mails; behind her somebody waits."""
    sessie = SessieFactory(capaciteit=1)
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(1, telefoon="0470 12 34 56", factuur={"bestelbon": "B-7"}),
        personen=[
            persoon(
                1,
                functie="jeugdwerker",
                voeding="zonder noten",
                antwoorden=[{"sleutel": "a", "vraag": "Hoelang al?", "waarde": ["kort", "lang"]}],
            )
        ],
        wachtlijst=True,
    )
    enrol(sessie, 2)
    VerzoekFactory(e_mail="Sara1@example.org", vraag="Wie helpt ons netwerk?")
    return sessie


def ask(client, actie="zoek", adres=ADRES, **data):
    return client.post(reverse("persoonsgegevens"), {"adres": adres, "actie": actie, **data})


def words(answer):
    return BeautifulSoup(answer.content, "html.parser").select_one(".persoon").get_text(" ")


def test_everything_about_an_address_is_shown_whatever_its_capitals(sara):
    answer = ask(someone(VORMING, NODEN, VERZOEKEN, MAILS), adres="SARA1@example.org ")
    seen = words(answer)
    for expected in (
        "Sara1", "jeugdwerker", "Hoelang al?", "kort, lang", "bevestigd", "0470 12 34 56", "B-7",
        "zonder noten", "Wie helpt ons netwerk?", "Onderwerp", "Klaargezet op",
    ):  # fmt: skip
        assert expected in seen, expected
    assert "sara2" not in seen
    assert "no-store" in answer["Cache-Control"]


def test_the_address_stands_in_no_link_and_in_no_log(sara):
    client = someone(VORMING, NODEN, VERZOEKEN, MAILS)
    answer = ask(client)
    links = BeautifulSoup(answer.content, "html.parser").select("[href], [action]")
    assert not any("sara1" in str(link.attrs).lower() for link in links)
    ask(client, "tekst")
    ask(client, "wis", zeker="on")
    logged = [(entry.label, str(entry.data)) for entry in ModelLogEntry.objects.all()]
    assert not any("sara1" in text.lower() for entry in logged for text in entry)


def test_nothing_is_found_about_who_is_not_there(sara):
    client = someone(VORMING)
    assert "We weten niets over nooit@example.org" in words(ask(client, adres="nooit@example.org"))
    ask(client, "wis", adres="nooit@example.org", zeker="on")
    assert not Onderdrukking.objects.exists()


def test_what_somebody_may_not_see_is_named_and_left_out(sara):
    seen = words(ask(someone(VORMING)))
    assert "zonder noten" not in seen
    assert "Er is iets bewaard over voeding of toegankelijkheid." in seen
    assert "Hier mag je niet bij: Vragen en gesprekken" in seen
    assert "Wie helpt ons netwerk?" not in seen
    seen = words(ask(someone(VERZOEKEN, name="ander")))
    assert "Wie helpt ons netwerk?" in seen
    assert "jeugdwerker" not in seen


def test_who_may_see_no_people_may_not_ask(sara):
    client = someone("vorming.change_sessie")
    for answer in (client.get(reverse("persoonsgegevens")), ask(client), ask(client, "tekst")):
        assert answer.status_code == 302
    assert reverse("persoonsgegevens") not in client.get("/admin/").content.decode()
    assert (
        reverse("persoonsgegevens") in someone(VORMING, name="wel").get("/admin/").content.decode()
    )


def test_somebody_gets_it_as_text_to_read(sara):
    answer = ask(someone(VORMING, NODEN), "tekst")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="gegevens-2026-11-24.txt"'
    text = answer.content.decode()
    assert text.startswith(
        "Wat we weten over sara1@example.org\r\nOpgehaald op 24/11/2026 om 10:00"
    )
    assert "  Functie: jeugdwerker" in text
    assert "  Voeding: zonder noten" in text


def test_somebody_gets_it_for_another_system(sara):
    data = json.loads(ask(someone(VORMING, NODEN, VERZOEKEN, MAILS), "json").content)
    assert data["Vorming"]["Inschrijving"][0]["Functie"] == "jeugdwerker"
    assert data["Vragen en gesprekken"]["Verzoek"][0]["Vraag"] == "Wie helpt ons netwerk?"
    assert data["Mails"]["Mail"]


def test_looking_up_and_downloading_is_in_the_site_history(sara, admin_client):
    client = someone(VORMING, VERZOEKEN, MAILS)
    ask(client)
    ask(client, "json")
    for action, expected in (
        ("persoon.bekeken", "Zocht op wat we over iemand weten"),
        (
            "persoon.gedownload",
            "Downloadde wat we over iemand weten (Vragen en gesprekken, Vorming, ",
        ),
    ):
        entry = ModelLogEntry.objects.get(action=action)
        assert entry.user.username == "beheerder"
        history = admin_client.get(f"/admin/reports/site-history/?action={action}")
        assert expected in history.content.decode()
    # Where an app keeps a log of looks, this one is in it.
    assert ModelLogEntry.objects.filter(action="verzoek.bekeken").count() == 1


def test_looking_changes_nothing(sara):
    before = list(Inschrijving.objects.values()), list(Verzoek.objects.values())
    client = someone(VORMING, NODEN, VERZOEKEN, MAILS)
    client.get(reverse("persoonsgegevens"), {"adres": ADRES, "actie": "wis", "zeker": "on"})
    for action in ("zoek", "wissen", "json", "tekst", "onzin"):
        ask(client, action)
    assert (list(Inschrijving.objects.values()), list(Verzoek.objects.values())) == before


def test_before_erasing_somebody_reads_what_goes_and_what_stays(sara):
    seen = words(ask(someone(VORMING), "wissen"))
    assert "Wis sara1@example.org?" in seen
    assert "Inschrijving: 1" in seen
    assert "de plaats gaat naar de volgende" in seen
    assert "Daarmee kloppen de cijfers van het jaar." in seen
    assert "Hier mag je niet bij, en wis je dus niets: Vragen en gesprekken" in seen


def test_erasing_asks_whether_the_person_asked_herself(sara):
    answer = ask(someone(VORMING), "wis")
    assert "Kijk eerst na of de vraag van deze persoon zelf komt" in words(answer)
    assert one(sara, 1).e_mail == ADRES


def test_erasing_forgets_everywhere_and_gives_the_place_to_the_next(sara, admin_client, klopt):
    answer = ask(someone(VORMING, VERZOEKEN, MAILS), "wis", zeker="on")
    assert "Deze persoon is gewist." in answer.content.decode()
    assert not Inschrijving.objects.filter(voornaam="Sara1").exists()
    assert states_by_name(sara) == {"": "geannuleerd", "Sara2": "bevestigd"}
    assert not Aanvraag.objects.filter(e_mail_norm=ADRES).exists()
    assert not BijzondereNood.objects.exists()
    assert not Verzoek.objects.filter(e_mail_norm=ADRES).exists()
    assert not Levering.objects.filter(adres_norm=ADRES).exists()
    assert Onderdrukking.objects.count() == 1
    history = admin_client.get("/admin/reports/site-history/?action=persoon.gewist")
    assert (
        "Wiste wat we over iemand weten (Vragen en gesprekken, Vorming, "
        in history.content.decode()
    )
    assert "We weten niets over" in words(ask(admin_client))
    klopt()


def test_who_is_erased_everywhere_still_hears_so(klok):
    abonneer(ADRES, Lijst.objects.get(slug="e-zine"))
    ask(someone("nieuwsbrief.view_abonnee", "nieuwsbrief.change_abonnee", MAILS), "wis", zeker="on")
    assert not Abonnee.objects.van_adres(ADRES).exists()
    left = Levering.objects.exclude(adres="")
    assert [(one.adres, one.staat, one.bericht.soort) for one in left] == [
        (ADRES, "wacht", "nieuwsbrief/gewist")
    ]
    assert left[0].bericht.onderwerp == "Je gegevens zijn gewist"


def test_who_is_erased_twice_still_hears_so(klok):
    """A second press, or a colleague who is asked the same: the last mail may wait a while."""
    abonneer(ADRES, Lijst.objects.get(slug="e-zine"))
    for name in ("ann", "bert"):
        team = someone("nieuwsbrief.view_abonnee", "nieuwsbrief.change_abonnee", MAILS, name=name)
        ask(team, "wis", zeker="on")
    ask(someone(MAILS), "wis", zeker="on")
    Worker(MemoryTransport()).run(until_empty=True)
    left = Levering.objects.exclude(adres="")
    assert [(one.adres, one.staat, one.bericht.soort) for one in left] == [
        (ADRES, "verzonden", "nieuwsbrief/gewist")
    ]
    assert b"gewist" in MemoryTransport.outbox[-1]


def states_by_name(sessie):
    return dict(Inschrijving.objects.filter(sessie=sessie).values_list("voornaam", "staat"))


def test_who_may_see_one_part_erases_only_that_part_and_the_mails(sara):
    ask(someone(VERZOEKEN), "wis", zeker="on")
    assert not Verzoek.objects.filter(e_mail_norm=ADRES).exists()
    assert states(sara)[1] == "bevestigd"


def test_an_address_that_is_none_is_said(sara):
    assert "Dit is geen e-mailadres." in ask(someone(VORMING), adres="sara").content.decode()
