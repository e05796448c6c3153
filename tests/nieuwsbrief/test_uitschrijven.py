"""Leaving: one click, no questions, an acknowledgement, and never mailed again."""

import datetime
from importlib import import_module
from types import SimpleNamespace

import pytest
from anymail.signals import tracking
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import signed_links
from nieuwsbrief import links
from nieuwsbrief.models import Abonnee, Abonnement, Toestemming, Uitschrijving
from nieuwsbrief.services import aanmelden, berichten, invoer, privacy, uitschrijven, voorkeuren
from nieuwsbrief.staten import Bron, Soort, Staat
from post import services as post
from post.models import Bericht, Levering
from post.signals import adres_onbestelbaar, klacht_ontvangen
from tests.nieuwsbrief.conftest import (
    LIEN,
    MARK,
    abonneer,
    laatste_mail,
    link_in,
    mails,
    staten,
    tekst,
)

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
# The most that one click may cost the database (nieuwsbrief.one_click_queries).
QUERIES = 6


def link_of(abonnee, lijst):
    return links.uitschrijf_link(abonnee, lijst.pk).removeprefix("http://testserver")


@pytest.fixture
def lien(klok, brief, ezine):
    """Somebody on both lists."""
    return abonneer(LIEN, brief, ezine)


# --- One click -------------------------------------------------------------------------------


def test_looking_at_the_link_leaves_nothing(client, lien, brief):
    for _ in range(3):
        page = client.get(link_of(lien, brief))
        assert "Ja, schrijf me uit" in tekst(page)
        assert client.head(link_of(lien, brief)).status_code == 200
    assert staten() == {"netwerkgemeente": "actief", "e-zine": "actief"}


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
def test_a_mail_provider_leaves_for_somebody_with_one_post(lien, brief, form):
    provider = Client(enforce_csrf_checks=True)
    options: dict = {"headers": {"origin": "https://mail.example", "sec-fetch-site": "cross-site"}}
    if form == "urlencoded":
        options |= {
            "data": "List-Unsubscribe=One-Click",
            "content_type": "application/x-www-form-urlencoded",
        }
    else:
        options |= {"data": ONE_CLICK}
    for _ in range(3):
        answer = provider.post(link_of(lien, brief), **options)
        assert (answer.status_code, answer.content) == (200, b"OK\n")
        assert not answer.cookies
    assert staten() == {"netwerkgemeente": "weg", "e-zine": "actief"}
    assert Toestemming.objects.filter(soort=Soort.INGETROKKEN).count() == 1


def test_one_click_costs_at_most_six_queries(client, lien, brief):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.post(link_of(lien, brief), ONE_CLICK).status_code == 200
    assert len(queries) <= QUERIES, [query["sql"][:90] for query in queries]
    assert staten()["netwerkgemeente"] == "weg"


def test_a_broken_body_leaves_all_the_same(client, lien, brief):
    answer = client.post(link_of(lien, brief), b"--x\r\n", content_type="multipart/form-data")
    assert answer.status_code == 200
    assert staten()["netwerkgemeente"] == "weg"


def test_the_button_on_the_page_says_so_and_shows_no_address(client, lien, brief):
    assert LIEN not in tekst(client.get(link_of(lien, brief)))
    page = tekst(client.post(link_of(lien, brief)))
    assert "Je bent uitgeschreven" in page
    assert LIEN not in page
    assert "/voorkeuren/" not in page


def test_the_link_works_for_ever_and_another_one_does_not(client, lien, brief, ezine):
    address = link_of(lien, brief)
    voorkeuren.stuur_link(abonnee=lien.pk, vernieuw=True)
    assert client.post(address[:-4] + "xxx/", ONE_CLICK).status_code == 404
    assert client.post(address.replace("uitschrijven", "voorkeuren")).status_code == 404
    assert client.post(address, ONE_CLICK).status_code == 200
    assert staten() == {"netwerkgemeente": "weg", "e-zine": "actief"}


def test_who_was_forgotten_is_answered_as_usual(client, lien, brief):
    address = link_of(lien, brief)
    privacy.erase(LIEN)
    assert client.post(address, ONE_CLICK).status_code == 200
    assert client.get(address).status_code == 200


def test_an_old_mail_still_lets_her_leave_who_was_forgotten_and_came_back(client, lien, brief):
    address = link_of(lien, brief)
    privacy.erase(LIEN)
    abonneer(LIEN.upper(), brief)
    assert "Ja, schrijf me uit" in tekst(client.get(address))
    assert client.post(address, ONE_CLICK).status_code == 200
    assert staten() == {"netwerkgemeente": "weg"}


def test_an_old_mail_still_lets_her_leave_who_was_away_for_longer_than_a_year(
    client, klok, lien, brief
):
    address = link_of(lien, brief)
    uitschrijven.vertrek_overal(uid=lien.uid, bron=Bron.MAIL)
    call_command("tick")
    klok.shift(datetime.timedelta(days=366))
    call_command("tick")
    assert not Abonnee.objects.exists()
    abonneer(LIEN, brief)
    assert client.post(address, ONE_CLICK).status_code == 200
    assert staten() == {"netwerkgemeente": "weg"}


def test_the_links_of_mails_from_before_the_code_still_work(client, lien, brief):
    token = signed_links.write(links.UITSCHRIJVEN_UID, lien.uid, brief.pk)
    address = f"/nieuwsbrief/uitschrijven/{token}/"
    with CaptureQueriesContext(connection) as queries:
        assert client.post(address, ONE_CLICK).status_code == 200
    assert len(queries) <= QUERIES
    assert staten() == {"netwerkgemeente": "weg", "e-zine": "actief"}


def test_another_key_of_the_site_stops_no_link_of_who_is_still_there(
    client, lien, brief, ezine, settings
):
    before = link_of(lien, brief)
    settings.POST_HASH_KEY = "een andere sleutel"
    lien = Abonnee.objects.get()
    lien.save()
    for address in (before, link_of(lien, ezine)):
        assert client.post(address, ONE_CLICK).status_code == 200
    assert staten() == {"netwerkgemeente": "weg", "e-zine": "weg"}


def test_who_was_there_before_the_code_gets_the_same_one(lien, brief, monkeypatch):
    abonneer(MARK, brief)
    codes = dict(Abonnee.objects.values_list("adres", "adres_code"))
    for number, een in enumerate(Abonnee.objects.order_by("pk")):
        een.adres_code = f"00000000-0000-0000-0000-{number:012}"
        een.save()
    migration = import_module("nieuwsbrief.migrations.0008_adres_code")
    monkeypatch.setattr(migration, "PER_KEER", 1)
    migration.vul_de_codes(apps, SimpleNamespace(connection=connection))
    assert dict(Abonnee.objects.values_list("adres", "adres_code")) == codes


# --- The acknowledgement -----------------------------------------------------------------------


def test_tick_acknowledges_once_and_names_what_ended_and_what_stays(client, lien, brief, ezine):
    client.post(link_of(lien, brief), ONE_CLICK)
    assert mails() == ["bevestig", "welkom"]
    for _ in range(2):
        call_command("tick")
    assert mails() == ["bevestig", "welkom", "afscheid"]
    assert not Abonnement.objects.filter(afscheid=True).exists(), "nothing is looked at again"
    words = laatste_mail("afscheid").tekst
    gone, stays = words.split("Je krijgt nog wel:")
    assert brief.naam in gone
    assert ezine.naam in stays
    back = client.get(link_in(laatste_mail("afscheid")))
    assert "Mijn nieuwsbrief" in tekst(back)


def test_two_lists_left_in_one_minute_are_one_mail(client, lien, brief, ezine):
    for lijst in (brief, ezine):
        client.post(link_of(lien, lijst), ONE_CLICK)
    call_command("tick")
    assert mails().count("afscheid") == 1
    assert "nog wel" not in laatste_mail("afscheid").tekst


def test_who_comes_back_before_the_mail_left_gets_it_all_the_same(lien, brief, ezine):
    """By law (domain: 11.2), and so that nobody else can hold it back."""
    uitschrijven.vertrek(uid=lien.uid, lijst=brief.pk, bron=Bron.MAIL)
    voorkeuren.kies(uid=lien.uid, lijsten=[brief.pk, ezine.pk], naam="", taal="nl")
    call_command("tick")
    assert mails().count("afscheid") == 1


def test_a_mail_that_cannot_be_made_holds_up_nobody_else(lien, brief, monkeypatch):
    mark = abonneer(MARK, brief)
    for abonnee in (lien, mark):
        uitschrijven.vertrek(uid=abonnee.uid, lijst=brief.pk, bron=Bron.MAIL)
    real = berichten.afscheid

    def breaks(abonnee, weg):
        if abonnee.adres == LIEN:
            raise ValueError("kan niet")
        real(abonnee, weg)

    with monkeypatch.context() as broken:
        broken.setattr(berichten, "afscheid", breaks)
        with pytest.raises(uitschrijven.AfscheidMislukt):
            uitschrijven.stuur_afscheid()
    assert "afscheid" in mails(MARK)
    assert "afscheid" not in mails()
    assert uitschrijven.stuur_afscheid() == 1
    assert mails()[-1] == "afscheid"


# --- Never mailed again, and the rest goes on ----------------------------------------------------


def test_leaving_a_newsletter_never_stops_another_mail(lien, brief, ezine):
    post.queue(key="cursus:1", template="proefmail", to=LIEN, context={"door": "de vorming"})
    uitschrijven.vertrek(uid=lien.uid, lijst=brief.pk, bron=Bron.MAIL)
    klacht_ontvangen.send(sender=Levering, adres=LIEN)
    privacy.erase(LIEN)
    waits = Levering.objects.get(bericht__sleutel="cursus:1")
    assert (waits.staat, waits.adres) == ("wacht", LIEN)
    assert waits.bericht.tekst
    assert not post.is_suppressed("iemand.anders@example.org")


# --- What the mail room reports -------------------------------------------------------------------


def report(kind, **more):
    event = SimpleNamespace(
        event_type=kind,
        event_id=f"{kind}-1",
        message_id="m1",
        metadata={},
        recipient=LIEN,
        reject_reason=None,
        mta_response="550 no such user",
        description="",
        timestamp=None,
        **more,
    )
    for name, value in more.items():
        setattr(event, name, value)
    tracking.send(sender=None, event=event, esp_name="Toets")


def test_a_complaint_ends_every_list_without_a_word(lien, brief):
    report("complained")
    assert set(staten().values()) == {"klacht"}
    call_command("tick")
    assert mails() == ["bevestig", "welkom"]
    assert Uitschrijving.objects.count() == 2
    assert post.is_suppressed(LIEN)
    kinds = Toestemming.objects.filter(soort=Soort.GESTOPT).values_list("bron", flat=True)
    assert list(kinds) == [Bron.POST] * 2


def test_an_address_that_does_not_exist_ends_every_list(lien):
    adres_onbestelbaar.send(sender=Levering, adres=LIEN.upper(), reden="550")
    assert set(staten().values()) == {"onbestelbaar"}
    adres_onbestelbaar.send(sender=Levering, adres="onbekend@example.org", reden="550")


def test_who_left_before_the_report_stays_who_left(lien, brief):
    uitschrijven.vertrek_overal(uid=lien.uid, bron=Bron.MAIL)
    adres_onbestelbaar.send(sender=Levering, adres=LIEN, reden="550")
    assert set(staten().values()) == {"weg"}


# --- Forgetting -----------------------------------------------------------------------------------


def test_erasing_leaves_nothing_but_a_code(client, lien, brief, ezine):
    Abonnee.objects.update(naam="Lien Voorbeeld")
    found = privacy.find("Lien@Example.org")
    assert {name: len(rows) for name, rows in found.items()} == {
        "abonnees": 1,
        "abonnementen": 2,
        "toestemmingen": 4,
        "uitschrijvingen": 0,
        "onderdrukkingen": 0,
        "ingevoerd": 0,
        "mails": 2,
    }
    address = link_in(laatste_mail("welkom"))
    page = client.get(f"{address}wissen/")
    assert "Ja, wis mijn gegevens" in tekst(page)
    assert Abonnee.objects.exists(), "looking forgets nobody"
    assert "Je gegevens zijn gewist" in tekst(client.post(f"{address}wissen/"))
    found = privacy.find(LIEN)
    assert {name: len(rows) for name, rows in found.items() if rows} == {
        "uitschrijvingen": 2,
        "onderdrukkingen": 1,
        "mails": 1,
    }
    assert mails() == ["gewist"]
    assert client.get(address).status_code == 404
    assert not any("Lien" in message.tekst for message in Bericht.objects.all())


def test_the_last_mail_is_emptied_a_day_after_it_left(klok, lien):
    privacy.erase(LIEN)
    Levering.objects.filter(adres=LIEN).update(staat="verzonden", verzonden_op="2026-11-24T10:00Z")
    klok.shift(datetime.timedelta(hours=23))
    call_command("tick")
    assert mails() == ["gewist"]
    klok.shift(datetime.timedelta(hours=2))
    call_command("tick")
    assert mails() == []


def test_a_year_after_leaving_only_the_code_is_left(klok, lien, brief, ezine):
    other = abonneer("blijft@example.org", brief, ezine)
    uitschrijven.vertrek_overal(uid=lien.uid, bron=Bron.MAIL)
    uitschrijven.vertrek(uid=other.uid, lijst=brief.pk, bron=Bron.MAIL)
    call_command("tick")
    klok.shift(datetime.timedelta(days=364))
    call_command("tick")
    assert Abonnee.objects.filter(adres=LIEN).exists()
    klok.shift(datetime.timedelta(days=2))
    call_command("tick")
    assert not Abonnee.objects.filter(adres=LIEN).exists()
    assert staten("blijft@example.org") == {"netwerkgemeente": "weg", "e-zine": "actief"}
    assert len(privacy.find(LIEN)["uitschrijvingen"]) == 2


def test_who_was_forgotten_can_come_back(client, lien, brief, ezine):
    privacy.erase(LIEN)
    aanmelden.aanmelden(adres=LIEN, lijsten=[brief], taal="nl")
    client.post(link_in(laatste_mail("bevestig")))
    assert staten() == {"netwerkgemeente": Staat.ACTIEF}
    assert not post.is_suppressed(LIEN)
    # The other list she did not ask for again.
    assert Uitschrijving.objects.get().lijst == ezine
    line = {"adres": LIEN, "naam": "", "taal": ""}
    invoer.beoordeel([line], ezine)
    assert line["oordeel"] == "uitgeschreven", "nor does anybody else for her"
