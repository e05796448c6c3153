"""What the team does with subscribers in the admin."""

import csv
import io

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from home.content.roles import load_roles
from nieuwsbrief.models import Abonnee, Abonnement, Lijst, Toestemming
from nieuwsbrief.services import aanmelden, uitschrijven
from nieuwsbrief.staten import Bron, Soort, Staat
from post import addresses
from tests.nieuwsbrief.conftest import (
    DINSDAG,
    LIEN,
    abonneer,
    laatste_mail,
    link_in,
    mails,
    staten,
    tekst,
)
from tests.test_editor_language import english_in

pytestmark = pytest.mark.django_db

LIJST = "/admin/nieuwsbrief/abonnees/"
ADRES = "/admin/rapporten/persoon/"
EXPORT = f"{LIJST}export/"
INVOEREN = "/admin/nieuwsbrief/invoeren/"
LIJSTEN = "/admin/nieuwsbrief/lijsten/"


def at(abonnee, name=""):
    return f"{LIJST}{abonnee.pk}/{name}/" if name else f"{LIJST}{abonnee.pk}/"


@pytest.fixture
def team(client, klok):
    """A browser in which somebody of the newsletter team is signed in."""
    user = User.objects.create_user(
        "brief", "brief@example.org", "wachtwoord-van-de-toets", first_name="Bea", last_name="Team"
    )
    user.groups.add(Group.objects.get(name="Nieuwsbriefteam"))
    client.force_login(user)
    return client


@pytest.fixture
def lien(klok, brief, ezine):
    return abonneer(LIEN, brief, ezine)


def actions():
    rows = ModelLogEntry.objects.filter(action__startswith="nieuwsbrief.").order_by("pk")
    return [(row.action.removeprefix("nieuwsbrief."), row.label) for row in rows]


# --- Who may see it ----------------------------------------------------------------------


def test_only_who_has_the_permission_comes_in(client, eindredacteur, lien):
    screens = [LIJST, EXPORT, ADRES, INVOEREN, LIJSTEN, at(lien)]
    screens += [at(lien, name) for name in ("uitschrijven", "link", "nieuwe-link", "wissen")]
    for user in (None, eindredacteur):
        if user:
            client.force_login(user)
        for screen in screens:
            assert client.get(screen).status_code == 302, screen
            assert client.post(screen).status_code == 302, screen
    assert "nieuwsbrief/abonnees" not in client.get("/admin/").content.decode()
    assert staten() == {"netwerkgemeente": "actief", "e-zine": "actief"}
    assert actions() == []


def test_who_may_only_look_changes_and_takes_nothing(client, lien):
    user = User.objects.create_user("kijker", password="wachtwoord-van-de-toets")
    group = Group.objects.create(name="Kijkers")
    team = Group.objects.get(name="Nieuwsbriefteam")
    group.permissions.set(team.permissions.filter(codename__in=["access_admin", "view_abonnee"]))
    user.groups.add(group)
    client.force_login(user)
    assert "Download alles" not in tekst(client.get(LIJST))
    page = tekst(client.get(at(lien)))
    assert LIEN in page
    assert "Uitschrijven" not in page
    for screen in (EXPORT, ADRES, INVOEREN, at(lien, "wissen"), at(lien, "uitschrijven")):
        assert client.post(screen).status_code == 302, screen
        assert client.get(screen).status_code == 302, screen
    assert Abonnee.objects.exists()


def test_a_site_that_is_there_gets_the_group_once(db):
    Group.objects.filter(name="Nieuwsbriefteam").delete()
    load_roles()
    group = Group.objects.get(name="Nieuwsbriefteam")
    assert group.permissions.filter(codename="exporteer_abonnees").exists()
    group.permissions.clear()
    load_roles()
    assert not group.permissions.exists(), "what an editor took away stays away"


# --- The list ----------------------------------------------------------------------------


def test_the_list_shows_every_subscription_and_filters(team, brief, ezine, lien):
    aanmelden.aanmelden(adres="piet@example.org", lijsten=[brief], taal="fr")
    uitschrijven.vertrek(uid=lien.uid, lijst=ezine.pk, bron=Bron.MAIL)

    def found(query):
        page = team.get(f"{LIJST}?{query}")
        assert page.status_code == 200
        return sorted((row.abonnee.adres, row.lijst.slug) for row in page.context["object_list"])

    both = [(LIEN, "e-zine"), (LIEN, "netwerkgemeente"), ("piet@example.org", "netwerkgemeente")]
    assert found("") == both
    assert found("staat=weg") == both[:1]
    assert found(f"lijst={brief.pk}") == both[1:]
    assert found(f"lijst={brief.pk}&staat=wacht") == both[2:]
    assert found("taal=fr") == both[2:]
    assert found("bron=invoer") == []
    assert found("staat=bestaat-niet") == []


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("lien@example.org", 2),
        (" LIEN@Example.ORG ", 2),
        ("lien", 2),
        ("@example.org", 3),
        ("example.org", 3),
        ("ien", 0),
        ("%", 0),
        ("_ien", 0),
        ("jan@example.org", 0),
    ],
)
def test_an_address_is_found_by_its_whole_its_beginning_or_its_domain(
    team, brief, lien, typed, number
):
    abonneer("piet@example.org", brief)
    abonneer("lien@gemeente.example", brief) if number == 3 else None
    page = team.get(LIJST, {"q": typed})
    assert len(page.context["object_list"]) == number


def test_the_list_costs_the_same_however_many_there_are(team, brief, ezine):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert team.get(LIJST).status_code == 200
        return len(queries)

    abonneer("eerste@example.org", brief)
    cost()
    few = cost()
    for number in range(30):
        abonneer(f"lezer{number}@example.org", brief, ezine)
    assert cost() == few
    assert few <= 25


def test_one_leafs_through_the_list_without_counting(team, brief):
    for number in range(60):
        abonneer(f"lezer{number}@example.org", brief)
    first = team.get(LIJST)
    assert len(first.context["object_list"]) == 50
    second = team.get(LIJST, {"p": first.context["page_obj"].ouder})
    assert len(second.context["object_list"]) == 10


# --- One person --------------------------------------------------------------------------


def test_the_screen_of_a_person_tells_everything_and_the_look_is_logged(team, brief, lien):
    for _ in range(2):
        page = tekst(team.get(at(lien)))
    assert LIEN in page
    assert "bevestigde met de knop na de mail" in page
    assert brief.uitleg in page
    assert actions() == [("bekeken", f"abonnee {lien.pk}")]


def test_the_team_takes_somebody_off_and_she_hears_of_it(team, lien):
    assert "Ja, schrijf uit" in tekst(team.get(at(lien, "uitschrijven")))
    assert set(staten().values()) == {"actief"}, "looking changes nothing"
    team.post(at(lien, "uitschrijven"))
    assert set(staten().values()) == {"weg"}
    call_command("tick")
    assert mails()[-1] == "afscheid"
    event = Toestemming.objects.filter(soort=Soort.INGETROKKEN).first()
    assert (event.bron, event.gebruiker.username) == (Bron.REDACTIE, "brief")
    assert actions() == [("uitgeschreven", f"abonnee {lien.pk}")]
    again = team.post(at(lien, "uitschrijven"), follow=True)
    assert "er niets gebeurd" in tekst(again)
    assert "door Bea Team" in tekst(team.get(at(lien)))


def test_the_team_sends_a_link_or_a_new_one(team, client, lien):
    old = link_in(laatste_mail("welkom"))
    team.post(at(lien, "link"))
    assert mails()[-1] == "link"
    assert team.get(old).status_code == 200
    team.post(at(lien, "nieuwe-link"))
    assert team.get(old).status_code == 404
    assert team.get(link_in(laatste_mail("link"))).status_code == 200
    assert [action for action, _ in actions()] == ["link", "link_vernieuwd"]


def test_the_team_forgets_somebody_and_no_log_names_her(team, lien):
    assert "Ja, wis alles" in tekst(team.get(at(lien, "wissen")))
    assert Abonnee.objects.exists()
    answer = team.post(at(lien, "wissen"), follow=True)
    assert "Gewist." in tekst(answer)
    assert not Abonnee.objects.exists()
    assert team.get(at(lien)).status_code == 404
    assert not ModelLogEntry.objects.filter(label__icontains="lien").exists()


def test_what_we_know_of_an_address_also_when_it_is_no_subscriber_any_more(team, brief, lien):
    page = tekst(team.post(ADRES, {"adres": "LIEN@example.org", "actie": "zoek"}))
    assert "Abonnee van de nieuwsbrief" in page
    team.post(ADRES, {"adres": LIEN, "actie": "wis", "zeker": "on"})
    assert not Abonnee.objects.exists()
    page = tekst(team.post(ADRES, {"adres": LIEN, "actie": "zoek"}))
    assert "Abonnee van de nieuwsbrief" not in page
    assert "Wil deze nieuwsbrief niet" in page
    assert brief.naam in page


# --- The file ----------------------------------------------------------------------------


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_the_file_holds_what_the_list_shows_and_computes_nothing(team, brief, ezine, lien):
    Abonnee.objects.update(naam='=HYPERLINK("http://kwaad.example")')
    uitschrijven.vertrek(uid=lien.uid, lijst=ezine.pk, bron=Bron.MAIL)
    head, row = rows_of(team.get(EXPORT, {"staat": "actief"}))
    assert head[:5] == ["Adres", "Naam", "Taal", "Lijst", "Staat"]
    assert row[:5] == [
        LIEN,
        '\'=HYPERLINK("http://kwaad.example")',
        "nl",
        brief.naam,
        "ingeschreven",
    ]
    assert actions() == [("geexporteerd", "abonnees")]
    entry = ModelLogEntry.objects.get(action="nieuwsbrief.geexporteerd")
    assert entry.data["filter"] == "staat: ingeschreven"


def test_the_file_costs_the_same_per_chunk_and_never_names_who_was_searched(team, brief, lien):
    for number in range(20):
        abonneer(f"lezer{number}@example.org", brief)
    with CaptureQueriesContext(connection) as queries:
        assert len(rows_of(team.get(EXPORT, {"q": "lezer"}))) == 21
    assert len(queries) <= 12
    assert "lezer" not in str(ModelLogEntry.objects.get(action__contains="export").data)


def test_the_file_of_thousands_is_whole_and_streams(team, brief):
    moment = DINSDAG
    mensen = Abonnee.objects.bulk_create(
        Abonnee(
            adres=f"veel{number}@example.org",
            adres_norm=f"veel{number}@example.org",
            adres_code=addresses.code_of(f"veel{number}@example.org"),
            domein="example.org",
            aangemaakt_op=moment,
        )
        for number in range(4500)
    )
    Abonnement.objects.bulk_create(
        Abonnement(
            abonnee=een,
            lijst=brief,
            staat=Staat.ACTIEF,
            bron=Bron.INSCHRIJVING,
            sinds=moment,
            bevestigd_op=moment,
        )
        for een in mensen
    )
    with CaptureQueriesContext(connection) as queries:
        response = team.get(EXPORT, {"q": "@example.org"})
        assert response.streaming
        _, *rows = rows_of(response)
    found = [row[0] for row in rows if row[0].startswith("veel")]
    assert found == [f"veel{number}@example.org" for number in reversed(range(4500))]
    assert rows[0][3:7] == [
        brief.naam,
        "ingeschreven",
        "24/11/2026 10:00",
        "formulier om in te schrijven voor een vorming",
    ]
    # Two for each part of two thousand, whatever is in it.
    assert len(queries) <= 17


# --- The lists ---------------------------------------------------------------------------


def test_the_team_makes_a_list_and_its_addresses_are_checked(team):
    data = {
        "naam": "Extra",
        "slug": "extra",
        "uitleg": "Af en toe een bericht.",
        "volgorde": "3",
        "afzender_adres": "extra@example.org",
        "zichtbaar": "on",
        "actief": "on",
    }
    wrong = team.post(f"{LIJSTEN}new/", {**data, "list_id": "geen punt", "antwoord_adres": "x@"})
    assert wrong.status_code == 200
    assert "Alleen letters, cijfers, streepjes en punten." in tekst(wrong)
    assert team.post(f"{LIJSTEN}new/", data).status_code == 302
    made = Lijst.objects.get(slug="extra")
    assert made.afzender == "Extra <extra@example.org>"
    assert made.list_id_kop == "<extra.testserver>"
    assert "Extra" in tekst(team.get("/nieuwsbrief/aanmelden/"))


def test_a_mail_about_one_list_comes_from_that_list(klok, brief, ezine):
    Lijst.objects.filter(pk=brief.pk).update(
        afzender_adres="brief@example.org", antwoord_adres="antwoord@example.org"
    )
    aanmelden.aanmelden(adres=LIEN, lijsten=[Lijst.objects.get(pk=brief.pk)], taal="nl")
    mail = laatste_mail("bevestig")
    assert mail.afzender == "Vrije tijd in de Netwerkgemeente <brief@example.org>"
    assert mail.antwoord_aan == "antwoord@example.org"


def test_a_sender_whose_domain_has_an_accent_mails_as_servers_write_it(klok, brief):
    brief.afzender_adres = "nieuws@café.be"
    brief.full_clean()
    brief.save()
    aanmelden.aanmelden(adres=LIEN, lijsten=[brief], taal="nl")
    sender = "Vrije tijd in de Netwerkgemeente <nieuws@xn--caf-dma.be>"
    assert laatste_mail("bevestig").afzender == sender


def test_every_screen_is_in_our_words(team, lien):
    screens = [LIJST, at(lien), ADRES, INVOEREN, LIJSTEN, f"{LIJSTEN}new/"]
    screens += [at(lien, name) for name in ("uitschrijven", "link", "nieuwe-link", "wissen")]
    for screen in screens:
        page = team.get(screen)
        assert page.status_code == 200, screen
        assert english_in(page) == [], screen


def test_the_demo_shows_every_state(klok, settings):
    settings.DEMO = True
    call_command("load_demo")
    assert set(Abonnement.objects.values_list("staat", flat=True)) == set(Staat.values)
    number = Abonnee.objects.count()
    call_command("load_demo")
    assert Abonnee.objects.count() == number
    assert not Abonnee.objects.exclude(domein="example.org").exists()
