"""Nobody loses sight of an issue between the site and the last mailbox."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.core.management import call_command

from core import clock
from nieuwsbrief.models import NieuwsbriefInstellingen, Verzending
from nieuwsbrief.services import goedkeuren, ritme, verzenden, volgen, voorbereiden
from nieuwsbrief.staten import VerzendStaat
from post import services as post
from post.engine.outcome import Afloop, Uitkomst
from post.models import Bericht, Levering
from tests.factories import NieuwsbriefPageFactory
from tests.nieuwsbrief.conftest import LIEN, abonneer
from tests.nieuwsbrief.verzend import gebruiker, keur_goed, schrijf, werk, zet_klaar
from tests.test_editor_language import english_in

pytestmark = pytest.mark.django_db

REDACTIE = "redactie@example.org"
JANUARI = datetime.date(2027, 1, 1)


@pytest.fixture
def ann(klok):
    return gebruiker("ann")


@pytest.fixture
def bert(klok):
    return gebruiker("bert")


@pytest.fixture
def uitgave(ann, brief):
    abonneer(LIEN, brief)
    Levering.objects.all().delete()
    Bericht.objects.all().delete()
    return schrijf(ann, brief)


@pytest.fixture
def adres(db):
    instellingen = NieuwsbriefInstellingen.load()
    instellingen.redactie_adres = REDACTIE
    instellingen.save()
    return REDACTIE


def paneel(client):
    """Return the panel on the first page of the admin: its words, and its links."""
    soup = BeautifulSoup(client.get("/admin/").content, "html.parser")
    found = soup.select_one("#volgende-brief-section")
    if found is None:
        return "", []
    return " ".join(found.get_text(" ").split()), [een["href"] for een in found.select("li a")]


@pytest.fixture
def bij_bert(client, bert):
    client.force_login(bert)
    return client


def scherm(uitgave):
    return f"/admin/nieuwsbrief/verzenden/{uitgave.pk}/"


def meldingen(soort="stilgevallen"):
    """Return the mails to the editors: to whom, and the message."""
    rijen = Levering.objects.filter(bericht__soort=f"nieuwsbrief/{soort}").select_related("bericht")
    return [(rij.adres, rij.bericht) for rij in rijen.order_by("pk")]


# --- The panel -------------------------------------------------------------------------------


def test_an_issue_on_the_site_stays_the_next_one_until_it_was_sent(uitgave, bert):
    assert ritme.volgende().brief.pk == uitgave.pk
    zet_klaar(keur_goed(uitgave, bert), bert)
    assert ritme.volgende().brief.pk == uitgave.pk
    werk()
    assert (ritme.volgende().brief, ritme.volgende().eerste_maand) == (None, JANUARI)


def test_open_questions_do_not_keep_the_next_issue_away(uitgave, bert):
    zet_klaar(keur_goed(uitgave, bert), bert)
    werk(Uitkomst(Afloop.ONZEKER, None, "De verbinding brak af."))
    assert Verzending.objects.get().staat == VerzendStaat.KLAAR_OPEN
    assert ritme.volgende().eerste_maand == JANUARI


def test_a_cancelled_sending_is_not_the_end_of_an_issue(uitgave, bert):
    verzenden.annuleer(verzending=keur_goed(uitgave, bert), door=bert)
    assert ritme.volgende().brief.pk == uitgave.pk


def test_an_archive_that_this_site_never_sent_asks_for_nothing(bij_bert):
    NieuwsbriefPageFactory(
        nummer=7, title="Uit het archief", eerste_maand=datetime.date(2026, 7, 1)
    )
    assert ritme.volgende().eerste_maand == datetime.date(2026, 11, 1)
    assert "Uit het archief" not in paneel(bij_bert)[0]


def test_the_panel_says_where_a_sending_is(bij_bert, uitgave, ann, bert, klok):
    def staat():
        woorden, links = paneel(bij_bert)
        assert links == [scherm(uitgave)]
        assert english_in(bij_bert.get("/admin/")) == []
        return woorden

    assert f"{uitgave.title} : gepubliceerd, maar nog niet goedgekeurd" in staat()
    goedkeuren.vraag_goedkeuring(page=uitgave, door=ann)
    assert "gepubliceerd, wacht op goedkeuring" in staat()
    verzending = keur_goed(uitgave, bert)
    assert "goedgekeurd, maar nog niet gepland" in staat()
    moment = clock.now() + datetime.timedelta(hours=1)
    verzenden.plan(verzending=verzending, moment=moment, door=bert)
    assert "gepland op 24/11/2026 11:00" in staat()
    klok.shift(datetime.timedelta(hours=9))
    verzenden.start_geplande()
    assert "gemist: moest vertrekken op 24/11/2026 11:00" in staat()
    zet_klaar(verzending, bert)
    assert "wordt verzonden" in staat()
    verzenden.pauzeer(verzending=verzending, door=bert)
    assert "gepauzeerd. Gepauzeerd door de redactie." in staat()
    verzenden.annuleer(verzending=verzending, door=bert)
    assert "de vorige verzending is gestopt, en nog niet opnieuw goedgekeurd" in staat()


def test_the_panel_says_that_a_sending_failed_and_why(bij_bert, uitgave, bert):
    verzending = keur_goed(uitgave, bert)
    verzenden.start(verzending=verzending, door=bert)
    Verzending.objects.update(kandidaten=7)
    voorbereiden.bereid_voor(verzending.pk, 60)
    woorden, links = paneel(bij_bert)
    assert "mislukt. De ontvangers kloppen niet" in woorden
    assert links == [scherm(uitgave)]


def test_open_questions_stand_in_the_panel_until_they_are_decided(bij_bert, uitgave, bert, klok):
    zet_klaar(keur_goed(uitgave, bert), bert)
    werk(Uitkomst(Afloop.ONZEKER, None, "De verbinding brak af."))
    woorden, links = paneel(bij_bert)
    assert "verzonden, met open vragen" in woorden
    assert "januari – februari 2027" in woorden
    assert links == [scherm(uitgave)]
    klok.shift(volgen.NAZORG + datetime.timedelta(minutes=1))
    bij_bert.force_login(bert)
    woorden, links = paneel(bij_bert)
    assert "januari – februari 2027" in woorden
    assert links == []
    klok.shift(-datetime.timedelta(days=10))
    assert "open vragen" in paneel(bij_bert)[0]
    post.mark_as_sent([Levering.objects.get(staat="onzeker").pk])
    assert "open vragen" not in paneel(bij_bert)[0]


def test_who_only_sends_sees_the_panel_and_makes_nothing(bij_bert):
    woorden, links = paneel(bij_bert)
    assert "november – december 2026" in woorden
    assert "Er is nog niemand aan begonnen." in woorden
    assert "Nieuwe brief" not in woorden
    assert links == []


def test_who_only_writes_goes_to_the_page_and_hears_who_goes_on(client, redacteur, uitgave):
    client.force_login(redacteur)
    woorden, links = paneel(client)
    assert "gepubliceerd, maar nog niet goedgekeurd" in woorden
    assert "Goedkeuren en verzenden doet iemand die brieven mag verzenden." in woorden
    assert links == [f"/admin/pages/{uitgave.pk}/edit/"]


# --- Mails when it stops ---------------------------------------------------------------------


def test_a_missed_plan_is_mailed_once(uitgave, bert, klok, adres):
    verzending = keur_goed(uitgave, bert)
    for keer in (1, 2):
        verzenden.plan(
            verzending=verzending, moment=clock.now() + datetime.timedelta(hours=1), door=bert
        )
        klok.shift(datetime.timedelta(hours=9))
        verzenden.start_geplande()
        verzenden.start_geplande()
        assert [wie for wie, _mail in meldingen()] == [REDACTIE] * keer
    mail = meldingen()[0][1]
    assert mail.onderwerp == "De brief is niet vertrokken: Nieuws over netwerken"
    assert "dinsdag 24 november 2026 om 11.00 uur" in mail.tekst
    assert f"http://testserver{scherm(uitgave)}" in mail.tekst
    assert f"http://testserver{scherm(uitgave)}" in mail.html
    assert "in de instellingen van de nieuwsbrief staat" in mail.tekst


def test_a_run_that_stood_still_is_mailed_once(uitgave, bert, klok, adres):
    zet_klaar(keur_goed(uitgave, bert), bert)
    klok.shift(datetime.timedelta(hours=2))
    volgen.volg()
    volgen.volg()
    ((wie, mail),) = meldingen()
    assert wie == REDACTIE
    assert mail.onderwerp == "De brief staat op pauze: Nieuws over netwerken"
    assert volgen.STIL_REDEN in mail.tekst


def test_a_worker_that_finds_the_silence_first_is_mailed_too(uitgave, bert, klok, adres):
    zet_klaar(keur_goed(uitgave, bert), bert)
    klok.shift(datetime.timedelta(hours=2))
    werk()
    volgen.volg()
    assert [wie for wie, _mail in meldingen()] == [REDACTIE]
    assert volgen.STIL_REDEN in meldingen()[0][1].tekst


def test_preparing_that_stood_still_is_mailed(uitgave, bert, klok, adres):
    verzenden.start(verzending=keur_goed(uitgave, bert), door=bert)
    klok.shift(datetime.timedelta(hours=2))
    voorbereiden.bereid_alles_voor()
    voorbereiden.bereid_alles_voor()
    assert [mail.onderwerp for _wie, mail in meldingen()] == [
        "De brief staat op pauze: Nieuws over netwerken"
    ]


def test_a_pause_of_her_own_is_not_mailed(uitgave, bert, adres):
    verzending = zet_klaar(keur_goed(uitgave, bert), bert)
    verzenden.pauzeer(verzending=verzending, door=bert)
    volgen.volg()
    assert meldingen() == []


def test_a_failed_start_is_mailed(uitgave, bert, adres):
    verzending = keur_goed(uitgave, bert)
    verzenden.start(verzending=verzending, door=bert)
    Verzending.objects.update(kandidaten=7)
    voorbereiden.bereid_voor(verzending.pk, 60)
    ((_wie, mail),) = meldingen()
    assert mail.onderwerp == "De brief kon niet vertrekken: Nieuws over netwerken"
    assert "De ontvangers kloppen niet" in mail.tekst


def test_open_questions_are_mailed_once_and_a_clean_end_is_not(uitgave, ann, bert, brief, adres):
    zet_klaar(keur_goed(uitgave, bert), bert)
    werk(Uitkomst(Afloop.ONZEKER, None, "De verbinding brak af."))
    volgen.volg()
    ((_wie, mail),) = meldingen()
    assert mail.onderwerp == "De brief is verzonden, met open vragen: Nieuws over netwerken"
    assert "Van één mail weten we niet of hij aankwam." in mail.tekst
    zet_klaar(keur_goed(schrijf(ann, brief), bert), bert)
    werk()
    assert len(meldingen()) == 1


def test_without_an_address_those_who_make_and_send_get_it(
    uitgave, ann, bert, klok, redacteur, eindredacteur
):
    redacteur.email = "geen adres"
    redacteur.save()
    eindredacteur.groups.add(*ann.groups.all())
    ann.is_active = False
    ann.save()
    User.objects.create_superuser("beheerder", "beheerder@example.org", "wachtwoord-van-de-toets")
    zet_klaar(keur_goed(uitgave, bert), bert)
    klok.shift(datetime.timedelta(hours=2))
    volgen.volg()
    assert sorted(wie for wie, _mail in meldingen()) == [bert.email, eindredacteur.email]
    assert "omdat je op de site nieuwsbrieven mag maken" in meldingen()[0][1].tekst


def test_an_address_that_gets_no_mail_stops_no_sending(uitgave, bert, klok):
    NieuwsbriefInstellingen.objects.update_or_create(
        pk=NieuwsbriefInstellingen.load().pk, defaults={"redactie_adres": "team@localhost"}
    )
    zet_klaar(keur_goed(uitgave, bert), bert)
    klok.shift(datetime.timedelta(hours=2))
    call_command("tick")
    assert Verzending.objects.get().staat == VerzendStaat.GEPAUZEERD
    assert bert.email in [wie for wie, _mail in meldingen()]


# --- The reminder ----------------------------------------------------------------------------


def test_the_reminder_of_an_issue_on_the_site_asks_to_send_it(uitgave, bert, adres):
    assert ritme.herinner() is True
    ((wie, mail),) = meldingen("herinnering")
    assert wie == REDACTIE
    assert "De brief staat op de site, maar is nog niet verzonden." in mail.tekst
    assert f"http://testserver{scherm(uitgave)}" in mail.tekst
    assert ritme.herinner() is False


def test_what_leaves_by_itself_is_not_reminded_of(uitgave, bert, adres):
    verzending = keur_goed(uitgave, bert)
    moment = clock.now() + datetime.timedelta(hours=1)
    verzenden.plan(verzending=verzending, moment=moment, door=bert)
    assert ritme.herinner() is False


def test_without_an_address_those_who_may_make_an_issue_are_reminded(
    klok, redacteur, eindredacteur, bert
):
    User.objects.create_superuser("beheerder", "beheerder@example.org", "wachtwoord-van-de-toets")
    assert ritme.herinner() is True
    assert ritme.herinner() is False
    # Bert sends issues and makes none; the system administrator has editors to do this.
    assert sorted(wie for wie, _mail in meldingen("herinnering")) == sorted(
        [redacteur.email, eindredacteur.email]
    )
    nieuw = gebruiker("nieuw", "Redacteurs")
    assert ritme.herinner() is True
    assert [wie for wie, _mail in meldingen("herinnering")][2:] == [nieuw.email]


def test_a_system_administrator_is_reminded_where_there_is_nobody_else(klok):
    User.objects.create_superuser("beheerder", "beheerder@example.org", "wachtwoord-van-de-toets")
    assert ritme.herinner() is True
    assert [wie for wie, _mail in meldingen("herinnering")] == ["beheerder@example.org"]


def test_the_panel_says_when_nobody_would_be_reminded(client, klok, redacteur):
    client.force_login(redacteur)
    assert "Niemand krijgt een herinnering" not in paneel(client)[0]
    redacteur.email = ""
    redacteur.save()
    assert "Vraag de systeembeheerder om het adres" in paneel(client)[0]
    assert ritme.herinner() is False
    User.objects.filter(pk=redacteur.pk).update(is_superuser=True)
    assert "Vul het adres van de redactie in" in paneel(client)[0]
    assert english_in(client.get("/admin/")) == []


def test_an_address_in_the_settings_is_the_only_one_reminded(adres, klok, redacteur, client):
    ritme.herinner()
    assert [wie for wie, _mail in meldingen("herinnering")] == [REDACTIE]
