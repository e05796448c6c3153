"""Who is erased is gone from mails to others too; that there was a mail, and to whom, stays."""

import datetime

import pytest

from core.models import SiteInstellingen
from nieuwsbrief.models import Lijst
from nieuwsbrief.services import privacy as brief_privacy
from post import services as post
from post.models import Bericht, Levering
from post.states import Staat
from tests.factories import SessieFactory
from tests.nieuwsbrief.conftest import abonneer
from tests.trajecten.test_verzoeken import send as ask
from tests.vorming import conftest as vorming
from tests.vorming.conftest import enrol, one, persoon
from trajecten.models import Verzoek
from trajecten.verzoeken import services as verzoeken
from vorming.services import berichten, correctie, deelnemer, privacy

pytestmark = pytest.mark.django_db

klok = vorming.klok
redacteur_door = vorming.redacteur_door


def bodies(word):
    """Return the kinds of mail that still hold a word, in any part."""
    found = []
    for mail in Bericht.objects.order_by("pk"):
        parts = [mail.onderwerp, mail.tekst, mail.html, mail.antwoord_aan, str(mail.koppen)]
        parts.append(bytes(mail.skelet).decode("utf-8", "replace"))
        if word.lower() in " ".join(parts).lower():
            found.append(mail.soort.removeprefix("vorming/"))
    return found


def all_sent():
    Levering.objects.update(staat=Staat.VERZONDEN, verzonden_op=datetime.datetime.now(datetime.UTC))


@pytest.fixture
def sessie(klok):
    return SessieFactory(capaciteit=9)


def test_the_mail_to_the_contact_forgets_who_was_erased(sessie, redacteur_door):
    enrol(sessie, 1, 2)
    all_sent()
    assert "aanvraag" in bodies("Sara2")
    privacy.erase("sara2@example.org", door=redacteur_door)
    assert bodies("Sara2") == []
    left = Levering.objects.get(bericht__soort="vorming/aanvraag")
    assert (left.adres, left.staat) == ("sara1@example.org", Staat.VERZONDEN)
    assert left.verzonden_op
    assert left.bericht.geleegd_op
    # What she herself got, is not about the other.
    assert bodies("Sara1")


def test_the_mail_to_a_contact_who_named_somebody_who_was_in_is_forgotten_too(
    sessie, redacteur_door
):
    enrol(sessie, 2)
    enrol(sessie, 3, 4)
    enrol(sessie, 1, 2)
    all_sent()
    assert "aanvraag" in bodies("- Sara2 V.")
    privacy.erase("sara2@example.org", door=redacteur_door)
    assert bodies("Sara2") == []
    # What another contact got, is not about her.
    assert "aanvraag" in bodies("- Sara4 V.")


@pytest.mark.parametrize("erased", [1, 2])
def test_the_mails_of_a_swap_forget_both(sessie, redacteur_door, erased):
    enrol(sessie, 1)
    deelnemer.swap(one(sessie, 1).pk, persoon=persoon(2))
    all_sent()
    privacy.erase(f"sara{erased}@example.org", door=redacteur_door)
    assert bodies(f"Sara{erased} Voorbeeld") == []
    assert Levering.objects.filter(adres=f"sara{3 - erased}@example.org").exists()


def test_a_swap_with_somebody_who_was_in_is_forgotten_too(sessie, redacteur_door):
    enrol(sessie, 1)
    enrol(sessie, 2)
    deelnemer.swap(one(sessie, 1).pk, persoon=persoon(2))
    all_sent()
    assert "vervangen" in bodies("Sara2")
    privacy.erase("sara2@example.org", door=redacteur_door)
    assert bodies("Sara2") == []


def test_the_mail_to_the_team_forgets_whom_it_was_to_call(sessie, redacteur_door):
    SiteInstellingen.objects.update(helpdesk_e_mail="team@example.org")
    enrol(sessie, 1)
    berichten.bel_de_volgende(one(sessie, 1).sessie, one(sessie, 1), 1)
    all_sent()
    assert "bel-de-volgende" in bodies("sara1@example.org")
    privacy.erase("sara1@example.org", door=redacteur_door)
    assert bodies("Sara1") == []


def test_the_mail_to_the_team_forgets_whose_telephone_it_was_to_call(sessie, redacteur_door):
    """Who waits goes on; the number is of who enrolled her."""
    SiteInstellingen.objects.update(helpdesk_e_mail="team@example.org")
    enrol(sessie, 1, gegevens=vorming.gegevens(9, telefoon="0470 12 34 56"))
    enrol(sessie, 2)
    for number in (1, 2):
        berichten.bel_de_volgende(one(sessie, number).sessie, one(sessie, number), 1)
    all_sent()
    assert "bel-de-volgende" in bodies("0470 12 34 56")
    privacy.erase("sara9@example.org", door=redacteur_door)
    assert bodies("0470 12 34 56") == []
    # What is about another request stays.
    assert "bel-de-volgende" in bodies("sara2@example.org")


def test_a_mail_that_still_waits_does_not_leave(sessie, redacteur_door):
    enrol(sessie, 1, 2)
    privacy.erase("sara2@example.org", door=redacteur_door)
    waiting = Levering.objects.get(bericht__soort="vorming/aanvraag")
    assert waiting.staat == Staat.OVERGESLAGEN


def test_a_mail_to_an_address_of_before_is_forgotten(sessie, redacteur_door):
    enrol(sessie, 1)
    correct = {
        "voornaam": "Sara1",
        "naam": "Voorbeeld",
        "e_mail": "nieuw@example.org",
        "functie": "",
    }
    correctie.correct(one(sessie, 1).pk, **correct, door=redacteur_door)
    all_sent()
    privacy.erase("nieuw@example.org", door=redacteur_door)
    assert bodies("Sara1") == []


def test_a_name_that_looks_alike_is_left_alone(sessie, redacteur_door):
    enrol(sessie, 1, 2)
    all_sent()
    before = bodies("Sara2")
    privacy.erase("ara2@example.org", door=redacteur_door)
    assert bodies("Sara2") == before


def test_a_question_is_forgotten_in_the_mail_of_the_team(client, at_launch):
    ask(client)
    ask(client, vraag="Antwoord eva@example.org ook eens.", e_mail="piet@example.org", naam="Piet")
    all_sent()
    assert len(bodies("eva@example.org")) == 2
    verzoeken.erase("eva@example.org")
    assert bodies("eva@example.org") == []
    assert bodies("Dringend") == []
    assert Verzoek.objects.exclude(naam="").get().naam == "Piet"
    assert Levering.objects.exclude(adres="").count() == 3


def test_a_subscriber_is_forgotten(klok):
    abonneer("lien@example.org", Lijst.objects.get(slug="netwerkgemeente"))
    Bericht.objects.update(tekst="Dag Lien")
    Levering.objects.update(adres="vroeger@example.org", adres_norm="vroeger@example.org")
    brief_privacy.erase("lien@example.org", bericht=False)
    assert bodies("Lien") == []


def test_to_whom_an_emptied_mail_went_is_kept_no_longer_than_others(sessie, klok, redacteur_door):
    enrol(sessie, 1, 2)
    klok.shift(datetime.timedelta(days=1))
    Levering.objects.update(staat=Staat.VERZONDEN, verzonden_op="2026-11-25T09:00:00Z")
    privacy.erase("sara2@example.org", door=redacteur_door)
    contact = Levering.objects.filter(bericht__soort="vorming/aanvraag")
    klok.shift(datetime.timedelta(days=80))
    post.retain()
    assert contact.get().adres == "sara1@example.org"
    klok.shift(datetime.timedelta(days=11))
    post.retain()
    assert contact.get().adres == ""
