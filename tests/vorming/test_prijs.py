"""A price that changes after people enrolled: they hear it before it is on the invoice."""

import datetime

import pytest

from post.models import Bericht
from tests.factories import SessieFactory
from tests.vorming.beheer import at, form_of, said, text_of
from tests.vorming.conftest import enrol, gegevens, mails
from tests.vorming.test_mails import calendars, html_text
from vorming.services import sessies
from vorming.services.basis import KLOK

pytestmark = pytest.mark.django_db
FACTUUR = {"factuur_naam": "Gemeente Voorbeeld", "factuur_adres": "Markt 1"}


def mail_to(number):
    """Return the newest mail about a change to a person."""
    rows = Bericht.objects.filter(
        soort="vorming/gewijzigd", leveringen__adres=f"sara{number}@example.org"
    )
    return rows.latest("pk")


def set_price(team, sessie, prijs, **more):
    """Fill in another price on the form of the session; return what the editor reads then."""
    data = form_of(team, at(sessie, "wijzigen"), prijs=prijs, **more)
    return team.post(at(sessie, "wijzigen"), data, follow=True)


def test_who_is_in_or_waits_hears_of_a_price(team, klok):
    sessie = SessieFactory(capaciteit=1, prijs=None)
    enrol(sessie, 1)
    enrol(sessie, 2, gegevens=gegevens(2, taal="fr"))
    screen = team.get(at(sessie, "wijzigen"))
    assert "de plaats of de prijs, of laat je een dag weg? Dan krijgen de 2" in text_of(screen)
    answer = set_price(team, sessie, "45,50", prijs_uitleg="met broodjes")
    assert "2 mensen horen het met een mail." in said(answer)
    for body in (mail_to(1).tekst, html_text(mail_to(1))):
        words = "de prijs: 45,50 euro per persoon, met broodjes (het was: nog niet bekend)"
        assert words in body
    assert "le prix : 45,50 euros par personne, met broodjes (c’était : pas encore connu)" in (
        mail_to(2).tekst
    )
    set_price(team, sessie, "60", prijs_uitleg="")
    assert "de prijs: 60,00 euro per persoon (het was: 45,50 euro per persoon)" in mail_to(1).tekst
    set_price(team, sessie, "0")
    assert "de prijs: gratis (het was: 60,00 euro per persoon)" in mail_to(1).tekst
    before = len(mails("gewijzigd"))
    set_price(team, sessie, "0,00")
    assert len(mails("gewijzigd")) == before == 6


def test_a_price_and_a_place_are_one_mail(klok):
    sessie = SessieFactory(prijs=10)
    enrol(sessie, 1)
    sessies.change(sessie.pk, velden={"prijs": 12, "locatie": "Zaal 2"}, dagen=None, door=KLOK)
    assert mails("gewijzigd") == ["sara1@example.org"]
    assert "- de plaats\n- de prijs: 12,00 euro per persoon" in mail_to(1).tekst


def test_after_the_last_day_only_who_pays_hears_of_another_price(team, vormingsteam, klok, klopt):
    sessie = SessieFactory(capaciteit=1, prijs=10)
    enrol(sessie, 1)
    enrol(sessie, 2)
    klok.move_to(sessie.eindigt_op + datetime.timedelta(days=1))
    team.force_login(vormingsteam)
    screen = text_of(team.get(at(sessie, "wijzigen")))
    assert "Verander je de prijs? Dan krijgt de persoon met een plaats daar meteen" in screen
    answer = set_price(team, sessie, "45", locatie="Zaal 2")
    assert "1 persoon hoort het met een mail." in said(answer)
    assert mails("gewijzigd") == ["sara1@example.org"]
    body = mail_to(1).tekst
    assert "de prijs: 45,00 euro per persoon (het was: 10,00 euro per persoon)" in body
    assert "de plaats\n" not in body
    assert "Kun je zo niet komen?" not in body
    assert "Er komt geen dag meer" not in body
    assert calendars(mail_to(1)) == []
    set_price(team, sessie, "45", locatie="Zaal 3")
    assert len(mails("gewijzigd")) == 1
    klopt()


def test_the_editor_reads_of_whom_there_is_no_address_for_the_invoice(team, klok):
    sessie = SessieFactory(prijs=None)
    assert "adres voor de factuur" not in text_of(team.get(at(sessie, "wijzigen")))
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    assert "gaf geen adres voor de factuur" in text_of(team.get(at(sessie, "wijzigen")))
    assert "adres voor de factuur" not in text_of(team.get(at(sessie)))
    answer = set_price(team, sessie, "45")
    assert "Van 2 aanvragen met een plaats is er geen adres voor de factuur." in text_of(answer)
    assert "gaf geen adres" not in text_of(team.get(at(sessie, "wijzigen")))
    enrol(sessie, 4, gegevens=gegevens(4, factuur=FACTUUR))
    assert "Van 2 aanvragen met een plaats" in text_of(team.get(at(sessie)))
