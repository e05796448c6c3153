"""The box for the newsletter in the form of a course: asked apart, confirmed apart."""

import dataclasses

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import bijvragen
from nieuwsbrief.beheer.keuze import AbonnementKeuze
from nieuwsbrief.models import Abonnee, Lijst, Toestemming
from nieuwsbrief.services import aanmelden
from nieuwsbrief.services.bij_inschrijving import NIEUWSBRIEF
from nieuwsbrief.staten import Bron, Soort
from tests.factories import SessieFactory, VormingPageFactory
from tests.nieuwsbrief.conftest import laatste_mail, link_in, mails, staten, tekst, vraag_aan
from tests.vorming.bezoeker import colleague, form_data
from tests.vorming.conftest import enrol
from vorming.models import Aanvraag, Inschrijving

pytestmark = pytest.mark.django_db

SARA = "sara1@example.org"


@pytest.fixture
def sessie(klok):
    return SessieFactory(vorming=VormingPageFactory(), capaciteit=2)


def stuur(client, sessie, actie="bevestigen", data=None, **changes):
    address = reverse("inschrijven", args=[sessie.pk])
    return client.post(address, {**(data or form_data()), **changes, "actie": actie})


def test_the_box_stands_there_unticked_for_the_lists_that_allow_it(client, sessie, brief, ezine):
    page = tekst(client.get(reverse("inschrijven", args=[sessie.pk])))
    assert f"Ja, stuur mij de nieuwsbrief {brief.naam}." in page
    assert f"nieuwsbrief {ezine.naam}." not in page
    assert 'name="nieuwsbrief"' in page
    assert "checked" not in page.partition('name="nieuwsbrief"')[2].partition("</form>")[0]
    Lijst.objects.filter(pk=ezine.pk).update(bij_inschrijving=True)
    page = tekst(client.get(reverse("inschrijven", args=[sessie.pk])))
    assert page.count('name="nieuwsbrief"') == 2


def test_a_list_that_cannot_be_asked_any_more_holds_up_nobody(client, sessie, brief, ezine):
    answer = stuur(client, sessie, nieuwsbrief=[brief.pk, ezine.pk])
    assert answer.status_code == 302
    assert set(staten(SARA)) == {brief.slug}
    assert Inschrijving.objects.count() == 1


@pytest.mark.parametrize(
    "uit", [{"bij_inschrijving": False}, {"zichtbaar": False}, {"actief": False}]
)
def test_nothing_is_asked_where_there_is_nothing_to_ask(client, sessie, brief, uit):
    Lijst.objects.update(**uit)
    page = tekst(client.get(reverse("inschrijven", args=[sessie.pk])))
    assert "nieuwsbrief %" not in page
    assert 'name="nieuwsbrief"' not in page
    assert "om je plaats te regelen, en voor niets anders." in page
    # An old form that still has the box enrols all the same, and asks for nothing.
    answer = stuur(client, sessie, nieuwsbrief=[brief.pk])
    assert answer.status_code == 302
    assert "?" not in answer["Location"]
    assert Inschrijving.objects.count() == 1
    assert not Abonnee.objects.exists()


def test_without_the_box_nobody_is_asked_for(client, sessie):
    check = tekst(stuur(client, sessie, "nakijken"))
    assert "Wil je ook nieuws krijgen?</dt><dd>Nee</dd>" in check
    answer = stuur(client, sessie)
    assert "Je vroeg ook" not in tekst(client.get(answer["Location"]))
    assert not Abonnee.objects.exists()
    assert mails(SARA) == ["vorming/bevestigd"]


def test_the_box_asks_for_a_mail_to_confirm_with_its_own_words(client, sessie, brief):
    data = form_data(nieuwsbrief=[brief.pk])
    check = tekst(stuur(client, sessie, "nakijken", data))
    assert f"<dd>Ja, stuur mij de nieuwsbrief {brief.naam}." in check
    assert f'<input type="hidden" name="nieuwsbrief" value="{brief.pk}">' in check
    back = tekst(stuur(client, sessie, "wijzigen", data))
    assert "checked" in back.partition('name="nieuwsbrief"')[2].partition(">")[0]
    answer = stuur(client, sessie, data=data)
    done = tekst(client.get(answer["Location"]))
    assert "Je vroeg ook de nieuwsbrief." in done
    assert staten(SARA) == {"netwerkgemeente": "wacht"}
    assert mails(SARA) == ["vorming/bevestigd", "bevestig"]
    asked = Toestemming.objects.get()
    assert (asked.soort, asked.bron) == (Soort.GEVRAAGD, Bron.INSCHRIJVING)
    shown = tekst(client.get(reverse("inschrijven", args=[sessie.pk])))
    for line in asked.tekst.splitlines():
        assert line in shown
    assert asked.privacyversie
    client.post(link_in(laatste_mail("bevestig")))
    assert staten(SARA) == {"netwerkgemeente": "actief"}
    assert Toestemming.objects.latest("pk").tekst == asked.tekst


def test_only_the_contact_is_asked_for_also_when_she_stays_home(client, sessie, brief):
    data = form_data(aantal="1", zelf="nee", nieuwsbrief=[brief.pk], **colleague(1, 2))
    assert stuur(client, sessie, data=data).status_code == 302
    assert [one.adres for one in Abonnee.objects.all()] == [SARA]


def test_a_colleague_who_comes_and_goes_does_not_take_the_choice_along(client, sessie, brief):
    data = form_data(aantal="1", nieuwsbrief=[brief.pk], **colleague(1, 2))
    for actie in ("erbij", "weg-1"):
        page = tekst(stuur(client, sessie, actie, data))
        assert "checked" in page.partition('name="nieuwsbrief"')[2].partition(">")[0]


def test_who_goes_to_the_waiting_list_may_ask_too(client, sessie, brief):
    enrol(sessie, 3, 4)
    data = form_data(nieuwsbrief=[brief.pk])
    full = stuur(client, sessie, data=data)
    assert full.status_code == 409
    assert not Abonnee.objects.exists()
    assert f'name="nieuwsbrief" value="{brief.pk}"' in tekst(full)
    assert stuur(client, sessie, data=data, wachtlijst="1").status_code == 302
    assert Inschrijving.objects.get(e_mail=SARA).staat == "wachtlijst"
    assert staten(SARA) == {"netwerkgemeente": "wacht"}


def test_the_same_form_twice_asks_once(client, sessie, brief):
    data = form_data(nieuwsbrief=[brief.pk])
    for _ in range(2):
        assert stuur(client, sessie, data=data).status_code == 302
    assert Toestemming.objects.count() == 1
    assert mails(SARA).count("bevestig") == 1


def test_nobody_learns_whether_an_address_is_known(client, sessie, brief):
    vraag_aan(client, brief, adres=SARA)
    client.post(link_in(laatste_mail("bevestig")))
    answer = stuur(client, sessie, nieuwsbrief=[brief.pk])
    assert "Je vroeg ook de nieuwsbrief." in tekst(client.get(answer["Location"]))
    assert staten(SARA) == {"netwerkgemeente": "actief"}


def test_a_newsletter_that_fails_takes_no_place_away(client, sessie, brief, monkeypatch, caplog):
    def half(**kwargs):
        Abonnee.objects.create(adres=SARA, adres_norm=SARA, aangemaakt_op="2026-01-01T00:00Z")
        # A fault of the database, after which PostgreSQL does nothing more in this transaction.
        Lijst.objects.create(naam=brief.naam, slug=brief.slug)

    monkeypatch.setattr("nieuwsbrief.services.bij_inschrijving.aanmelden", half)
    answer = stuur(client, sessie, nieuwsbrief=[brief.pk])
    assert answer.status_code == 302
    done = tekst(client.get(answer["Location"]))
    assert "Je hebt een plaats" in done
    assert "De nieuwsbrief aanvragen is niet gelukt." in done
    assert f'href="{reverse("nieuwsbrief_aanmelden")}"' in done
    assert Inschrijving.objects.get().staat == "bevestigd"
    assert mails(SARA) == ["vorming/bevestigd"]
    assert not Abonnee.objects.exists()
    assert "nieuwsbrief" in caplog.text


def test_a_question_that_cannot_be_asked_closes_no_form(client, sessie, monkeypatch):
    def broken():
        raise RuntimeError("stuk")

    bijvragen.register(dataclasses.replace(NIEUWSBRIEF, veld=broken))
    try:
        page = client.get(reverse("inschrijven", args=[sessie.pk]))
    finally:
        bijvragen.register(NIEUWSBRIEF)
    assert page.status_code == 200
    assert 'name="nieuwsbrief"' not in tekst(page)


def test_an_enrolment_that_fails_asks_for_nothing(client, sessie, brief):
    sessie.staat = "gesloten"
    sessie.save()
    stuur(client, sessie, nieuwsbrief=[brief.pk])
    assert not Abonnee.objects.exists()
    assert not Aanvraag.objects.exists()


def test_the_form_of_a_course_is_no_way_around_the_limit_of_sign_ups(client, sessie, brief):
    for number in range(aanmelden.PER_UUR):
        vraag_aan(Client(), brief, adres=f"lezer{number}@example.org")
    answer = stuur(client, sessie, nieuwsbrief=[brief.pk])
    assert "De nieuwsbrief aanvragen is niet gelukt." in tekst(client.get(answer["Location"]))
    assert Inschrijving.objects.count() == 1
    assert not Abonnee.objects.van_adres(SARA).exists()


def test_words_in_the_address_cannot_put_words_on_the_page(client, sessie):
    made = enrol(sessie, 1)
    page = reverse("inschrijving_klaar", args=[made.formuliertoken])
    plain = tekst(client.get(page))
    assert tekst(client.get(f"{page}?ook=iets&niet=<b>&ook=")) == plain


def test_editors_can_find_who_came_this_way():
    choices = AbonnementKeuze.filterset_class.base_filters["bron"].extra["choices"]
    assert Bron.INSCHRIJVING in dict(choices)


def test_showing_the_box_waits_for_nobody_who_writes(client, sessie):
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("inschrijven", args=[sessie.pk]))
    found = [one["sql"] for one in queries]
    assert len(found) <= 12
    assert not [sql for sql in found if "SAVEPOINT" in sql or "BEGIN" in sql]
