"""Certificates: who gets one, what it says, replacing it, and finding out whether one is real."""

import datetime
import re
import uuid
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from core import pdf
from post.models import Levering
from tests.factories import SessieFactory
from tests.test_editor_language import english_in
from tests.vorming.conftest import gegevens, last_mail, mails, one, persoon
from tests.vorming.dag import (
    after,
    assert_accessible,
    editor,
    read_pdf,
    session_with,
    was_there,
)
from vorming import links
from vorming.models import Attest, Inschrijving, Logregel, VormingInstellingen, lees_nummer
from vorming.services import attesten, correctie, deelnemer, inschrijven, privacy, werk
from vorming.services.audit import audit
from vorming.services.basis import KLOK, NietMogelijk
from vorming.slot import EvenDruk

pytestmark = pytest.mark.django_db


@pytest.fixture
def voorbij(db, klok):
    """A session of two days with three people: both days, one day, none. It has just ended."""
    sessie = session_with(1, 2, 3, dagen=2)
    klok.move_to(sessie.eindigt_op - datetime.timedelta(hours=1))
    for number, days in ((1, (0, 1)), (2, (1,))):
        for day in days:
            was_there(sessie, number, dag=day)
    was_there(sessie, 3, "afwezig", dag=0)
    was_there(sessie, 3, "excuus", dag=1)
    after(klok, sessie)
    return sessie


def screen(sessie):
    return reverse("vorming_attesten", args=[sessie.pk])


def numbers():
    return {int(a.naam.split()[0].removeprefix("Sara")): a.nummer for a in Attest.objects.all()}


def thanked(klok, sessie):
    """Let the thanks leave."""
    klok.move_to(sessie.eindigt_op + datetime.timedelta(hours=20))
    werk.thank()


# --- Issuing --------------------------------------------------------------------------


def test_one_button_gives_one_to_who_was_there_every_day(voorbij):
    client = editor()
    answer = client.get(screen(voorbij)).content.decode()
    assert "1 attest te maken" in answer
    for _ in range(2):
        answer = client.post(screen(voorbij), follow=True).content.decode()
    assert "Er was geen attest te maken." in answer
    (attest,) = Attest.objects.all()
    assert (attest.naam, attest.uren) == ("Sara1 Voorbeeld", Decimal("13.00"))
    assert len(attest.dagen) == 2
    assert attest.hash == attest.bereken_hash()
    assert Logregel.objects.get(actie="attest gemaakt").inschrijving == one(voorbij, 1)
    assert audit() == []


def test_the_editor_sets_the_rule_and_the_hours(voorbij):
    client = editor()
    answer = client.post(screen(voorbij), {"regel": "1", "dagen": "1", "uren": "10"}, follow=True)
    assert "2 attesten te maken" in answer.content.decode()
    client.post(screen(voorbij))
    assert dict(Attest.objects.values_list("naam", "uren")) == {
        "Sara1 Voorbeeld": Decimal("10.00"),
        # One of two days that are as long.
        "Sara2 Voorbeeld": Decimal("5.00"),
    }
    voorbij.refresh_from_db()
    assert voorbij.attest_dagen == 1
    # All days is kept as all days, however many there are.
    client.post(screen(voorbij), {"regel": "1", "dagen": "2", "uren": ""})
    voorbij.refresh_from_db()
    assert (voorbij.attest_dagen, voorbij.attest_uren) == (None, None)


@pytest.mark.parametrize("wrong", [{"dagen": "3"}, {"dagen": "1", "uren": "-1"}, {"dagen": ""}])
def test_a_rule_that_cannot_be_is_not_kept(voorbij, wrong):
    answer = editor().post(screen(voorbij), {"regel": "1", **wrong})
    assert answer.status_code == 422
    voorbij.refresh_from_db()
    assert voorbij.attest_dagen is None


def test_one_person_by_hand(voorbij):
    client = editor()
    client.post(screen(voorbij), {"regel": "1", "dagen": "1"})
    client.post(screen(voorbij), {"persoon": one(voorbij, 2).pk})
    assert list(numbers()) == [2]
    answer = client.post(screen(voorbij), {"persoon": one(voorbij, 3).pk}, follow=True)
    assert "was er niet vaak genoeg" in answer.content.decode()
    assert list(numbers()) == [2]


def test_not_before_the_end(db, klok):
    sessie = session_with(1)
    klok.move_to(sessie.begint_op)
    was_there(sessie, 1)
    client = editor()
    assert "zodra de laatste dag voorbij is" in client.get(screen(sessie)).content.decode()
    answer = client.post(screen(sessie), follow=True).content.decode()
    assert "zodra de laatste dag voorbij is" in answer
    assert Attest.objects.count() == 0


def test_two_at_once_are_one(voorbij):
    attesten.issue(voorbij.pk, door=KLOK)
    (attest,) = Attest.objects.all()
    with pytest.raises(IntegrityError), transaction.atomic():
        Attest.objects.create(
            inschrijving=attest.inschrijving,
            naam="x",
            vorming="x",
            dagen=[],
            uren=1,
            hash="",
            adres_hash="",
        )


def test_only_who_may(voorbij):
    attesten.issue(voorbij.pk, door=KLOK)
    number = numbers()[1]
    stranger = editor("vreemde", zonder="change_inschrijving")
    for name, arguments in (
        ("vorming_attesten", []),
        ("vorming_attest_pdf", [number]),
        ("vorming_attest_vervangen", [number]),
        ("vorming_attest_intrekken", [number]),
    ):
        address = reverse(name, args=[voorbij.pk, *arguments])
        assert stranger.get(address).status_code in (302, 403), name
    other = session_with(5)
    address = reverse("vorming_attest_pdf", args=[other.pk, number])
    assert editor().get(address).status_code == 404


def test_the_screens_are_dutch_with_every_state(voorbij, klok):
    client = editor()
    client.post(screen(voorbij), {"regel": "1", "dagen": "1"})
    client.post(screen(voorbij))
    Inschrijving.objects.filter(voornaam="Sara1").update(voornaam="Zara1")
    attesten.revoke(Attest.objects.get(nummer=numbers()[2]).pk, reden="Fout", door=KLOK)
    number = Attest.objects.get(naam="Sara1 Voorbeeld").nummer
    for address in (
        screen(voorbij),
        reverse("vorming_attest_vervangen", args=[voorbij.pk, number]),
        reverse("vorming_attest_intrekken", args=[voorbij.pk, number]),
    ):
        assert english_in(client.get(address)) == []
    answer = client.get(screen(voorbij)).content.decode()
    assert "Dit attest klopt niet meer:" in answer
    assert "ingetrokken op" in answer


# --- Mail -----------------------------------------------------------------------------


def test_the_thanks_carry_the_certificate_and_no_mail_goes_twice(voorbij, klok):
    attesten.issue(voorbij.pk, door=KLOK)
    assert mails("attest") == []
    thanked(klok, voorbij)
    with_attest = last_mail_to("bedankt", "sara1@example.org")
    assert links.attest_link_of(person(voorbij, 1)) in with_attest.tekst
    assert "/evaluatie/" in with_attest.tekst
    without = last_mail_to("bedankt", "sara2@example.org")
    assert "attest.pdf" not in without.tekst
    attesten.issue(voorbij.pk, door=KLOK)
    assert mails("attest") == []
    # Who was not there on any day is not thanked for it.
    assert mails("bedankt") == ["sara1@example.org", "sara2@example.org"]


def test_a_certificate_after_the_thanks_sends_its_mail_once(voorbij, klok):
    thanked(klok, voorbij)
    for _ in range(2):
        attesten.issue(voorbij.pk, door=KLOK)
    assert mails("attest") == ["sara1@example.org"]
    mail = last_mail("attest")
    assert links.attest_link_of(person(voorbij, 1)) in mail.tekst
    assert f"/attest/{numbers()[1]}/" in mail.tekst


def test_who_has_no_address_keeps_nobody_from_hers(voorbij, klok):
    Inschrijving.objects.filter(voornaam="Sara2").update(e_mail="", e_mail_norm="")
    voorbij.attest_dagen = 1
    voorbij.save()
    thanked(klok, voorbij)
    assert mails("bedankt") == ["sara1@example.org"]
    assert len(attesten.issue(voorbij.pk, door=KLOK)) == 2
    assert mails("attest") == ["sara1@example.org"]


def person(sessie, number):
    return Inschrijving.objects.select_related("aanvraag").get(pk=one(sessie, number).pk)


def last_mail_to(kind, address):
    return Levering.objects.get(adres=address, bericht__soort=f"vorming/{kind}").bericht


# --- Replacing and revoking -------------------------------------------------------------


def test_a_corrected_name_makes_a_new_number_and_keeps_the_old(voorbij, klok):
    thanked(klok, voorbij)
    client = editor()
    client.post(screen(voorbij))
    old = numbers()[1]
    where = reverse("vorming_attest_vervangen", args=[voorbij.pk, old])
    assert "Er is niets te vervangen" in client.get(where).content.decode()
    client.post(where)
    assert Attest.objects.count() == 1
    Inschrijving.objects.filter(voornaam="Sara1").update(naam="Vandenvoorbeeld")
    assert "Vandenvoorbeeld" in client.get(where).content.decode()
    for _ in range(2):
        client.post(where)
    first, second = Attest.objects.order_by("pk")
    assert (first.nummer, first.staat, first.naam) == (old, "vervangen", "Sara1 Voorbeeld")
    assert (second.vervangt, second.naam) == (first, "Sara1 Vandenvoorbeeld")
    assert mails("attest") == ["sara1@example.org"] * 2
    assert old in last_mail("attest").tekst
    answer = Client().get(f"/attest/{old}/").content.decode()
    assert "Dit attest is vervangen door een nieuw" in answer
    assert second.nummer not in answer
    assert audit() == []


def test_revoking_asks_for_a_reason_that_nobody_outside_reads(voorbij):
    client = editor()
    client.post(screen(voorbij))
    number = numbers()[1]
    where = reverse("vorming_attest_intrekken", args=[voorbij.pk, number])
    assert client.post(where, {"reden": ""}).status_code == 422
    client.post(where, {"reden": "Verkeerde sessie"})
    answer = Client().get(f"/attest/{number}/").content.decode()
    assert "Dit attest is ingetrokken" in answer
    assert "Verkeerde sessie" not in answer
    assert "Verkeerde sessie" in client.get(screen(voorbij)).content.decode()
    with pytest.raises(NietMogelijk):
        attesten.revoke(Attest.objects.get().pk, reden="x", door=KLOK)
    # A new one is possible.
    client.post(screen(voorbij))
    assert Attest.objects.filter(staat="geldig").count() == 1
    assert audit() == []


def test_when_it_is_busy_the_reason_of_a_revocation_is_kept(voorbij, monkeypatch):
    attesten.issue(voorbij.pk, door=KLOK)

    def busy(*args, **kwargs):
        raise EvenDruk

    monkeypatch.setattr("vorming.beheer.attesten.attesten.revoke", busy)
    where = reverse("vorming_attest_intrekken", args=[voorbij.pk, numbers()[1]])
    answer = editor().post(where, {"reden": "Verkeerde sessie"}).content.decode()
    assert "Het is even druk." in answer
    assert 'value="Verkeerde sessie"' in answer


# --- The participant --------------------------------------------------------------------


def test_a_participant_opens_hers_with_her_link_and_looking_changes_nothing(voorbij):
    attesten.issue(voorbij.pk, door=KLOK)
    token = links.token_of(one(voorbij, 1))
    page = Client().get(reverse("mijn_inschrijving", args=[token])).content.decode()
    address = reverse("mijn_attest", args=[token])
    assert address in page
    before = list(Attest.objects.values())
    answer = Client().get(address)
    reader, text = read_pdf(answer)
    assert_accessible(reader, "nl")
    assert len(reader.pages) == 1
    for words in ("Sara1 Voorbeeld", numbers()[1], "Aantal uren: 13", "2026"):
        assert words in text
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert list(Attest.objects.values()) == before
    assert Client().post(address).status_code == 405


def test_no_certificate_no_pdf_and_a_wrong_link_is_told(voorbij):
    attesten.issue(voorbij.pk, door=KLOK)
    token = links.token_of(one(voorbij, 2))
    assert Client().get(reverse("mijn_attest", args=[token])).status_code == 404
    answer = Client().get(reverse("mijn_attest", args=[token[:-2]]))
    assert answer.status_code == 404
    assert "Deze link werkt niet meer" in answer.content.decode()


def test_the_link_to_a_late_certificate_holds_a_month(voorbij, klok):
    token = links.token_of(one(voorbij, 1))
    after(klok, voorbij, days=60)
    assert Client().get(reverse("mijn_attest", args=[token])).status_code == 404
    attesten.issue(voorbij.pk, door=KLOK)
    assert Client().get(reverse("mijn_attest", args=[token])).status_code == 200
    klok.shift(datetime.timedelta(days=31))
    assert Client().get(reverse("mijn_attest", args=[token])).status_code == 404


def test_in_french_for_who_enrolled_in_french(db, klok):
    sessie = SessieFactory()
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(taal="fr"),
        personen=[persoon(1)],
        wachtlijst=True,
    )
    klok.move_to(sessie.begint_op)
    was_there(sessie, 1)
    after(klok, sessie)
    (attest,) = attesten.issue(sessie.pk, door=KLOK)
    address = reverse("vorming_attest_pdf", args=[sessie.pk, attest.nummer])
    reader, text = read_pdf(editor().get(address))
    assert_accessible(reader, "fr")
    assert f"/fr/attest/{attest.nummer}/" in text
    assert "décembre 2026" in text


@pytest.mark.parametrize(
    "name",
    ['#panic("x")', "[#x] $a$ *b* `c` //", "Ēva D’Hoöghe-O'Brien", "Van den " + "Lange" * 14],
)
def test_a_name_is_printed_as_it_is_written(db, klok, name):
    sessie = session_with(1)
    Inschrijving.objects.update(naam=name)
    klok.move_to(sessie.begint_op)
    was_there(sessie, 1)
    after(klok, sessie)
    (attest,) = attesten.issue(sessie.pk, door=KLOK)
    address = reverse("vorming_attest_pdf", args=[sessie.pk, attest.nummer])
    reader, text = read_pdf(editor().get(address))
    assert_accessible(reader, "nl")
    assert re.sub(r"[\s-]", "", name) in re.sub(r"[\s-]", "", text)


def test_when_it_is_busy_people_are_asked_for_patience(voorbij, monkeypatch):
    attesten.issue(voorbij.pk, door=KLOK)

    def busy(*_args):
        raise pdf.Druk

    monkeypatch.setattr(pdf, "render", busy)
    answer = Client().get(reverse("mijn_attest", args=[links.token_of(one(voorbij, 1))]))
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    address = reverse("vorming_attest_pdf", args=[voorbij.pk, numbers()[1]])
    assert (
        "Probeer het over een halve minuut" in editor().get(address, follow=True).content.decode()
    )


# --- Is it real? ------------------------------------------------------------------------


def test_anybody_finds_out_what_a_certificate_is_worth_but_not_whose_it_is(voorbij):
    attesten.issue(voorbij.pk, door=KLOK)
    number = numbers()[1]
    answer = Client().get(f"/attest/{number}/")
    text = answer.content.decode()
    assert "Dit attest is geldig" in text
    for words in (number, voorbij.vorming.title, "13"):
        assert words in text
    for words in ("Sara1", "sara1@example.org", "Voorbeeldgemeente"):
        assert words not in text
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.cookies == {}


def compared(number, name):
    soup = BeautifulSoup(Client().get(f"/attest/{number}/").content, "html.parser")
    seal = soup.select_one("input[name=zegel]")["value"]
    answer = Client().post(f"/attest/{number}/", {"zegel": seal, "naam": name})
    return answer, answer.content.decode()


@pytest.mark.parametrize(
    ("surname", "name"),
    [
        ("Voorbeeld", "Sara1 Voorbeeld"),
        ("Voorbeeld", "sara1  VOORBEELD"),
        ("Voorbeeld", "Voorbeeld Sara1"),
        ("Voorbeeld", "Sára1 Voorbeeld"),
        ("D’Hoore", "Sara1 D'Hoore"),
        ("D'Hoore", "Sara1 D’Hoore"),
        ("D'Hoore", "Sara1 D´Hoore"),
        ("D'Hoore", "Sara1 DHoore"),
        ("Smet-Peeters", "Sara1 Smet Peeters"),
        ("Smet Peeters", "Sara1 Smet-Peeters"),
        ("Smet-Peeters", "Sara1 Smet\u2011Peeters"),
        ("Smet–Peeters", "Smet - Peeters Sara1"),
    ],
)
def test_the_name_as_it_stands_on_paper_is_right(voorbij, surname, name):
    Inschrijving.objects.filter(voornaam="Sara1").update(naam=surname)
    attesten.issue(voorbij.pk, door=KLOK)
    _answer, text = compared(numbers()[1], name)
    assert "staat op dit attest" in text


@pytest.mark.parametrize("name", ["Sara1 D'Hoor", "Sara1 Hoore", "Sara1 D'Hoore-Peeters", "-'"])
def test_a_name_that_is_really_different_stays_wrong(voorbij, name):
    Inschrijving.objects.filter(voornaam="Sara1").update(naam="D’Hoore")
    attesten.issue(voorbij.pk, door=KLOK)
    _answer, text = compared(numbers()[1], name)
    assert "Deze naam staat niet op het attest" in text


@pytest.mark.parametrize("name", ["Sara", "S. V.", "Sara1 Voorbeel", "Voorbeeld", "Lies Anders"])
def test_another_name_is_wrong_and_nothing_is_given_away(voorbij, name):
    attesten.issue(voorbij.pk, door=KLOK)
    _answer, text = compared(numbers()[1], name)
    assert "Deze naam staat niet op het attest" in text
    assert "Sara1 Voorbeeld" not in text


def test_a_form_without_a_name_says_what_is_missing(voorbij):
    attesten.issue(voorbij.pk, door=KLOK)
    answer, text = compared(numbers()[1], "")
    assert answer.status_code == 422
    assert "<title>Fout:" in text.replace("\n", "")
    assert "Vul de naam in" in text


def test_a_number_may_be_typed_as_people_type(voorbij):
    attesten.issue(voorbij.pk, door=KLOK)
    number = numbers()[1]
    for typed in (number.lower(), number.replace("-", " "), number.replace("-", "")):
        answer = Client().get("/attest/", {"nummer": typed}, follow=True)
        assert "Dit attest is geldig" in answer.content.decode(), typed


@pytest.mark.parametrize(
    "typed", ["1", "attest", "2026-0000", "<script>", "%", "2026-AB12-CD34-EF"]
)
def test_what_is_no_number_is_told_with_an_example(db, typed):
    answer = Client().get("/attest/", {"nummer": typed})
    assert answer.status_code == 422
    assert "Dit is geen nummer van een attest." in answer.content.decode()
    assert "<script>" not in BeautifulSoup(answer.content, "html.parser").main.decode()


def test_a_number_that_does_not_exist_is_not_found(db):
    answer = Client().get("/attest/2026-AB12-CD34/")
    assert answer.status_code == 404
    assert "We kennen geen attest met dit nummer." in answer.content.decode()


def test_numbers_cannot_be_tried_one_after_the_other(voorbij):
    attesten.issue(voorbij.pk, door=KLOK)
    for count in range(60):
        assert Client().get(f"/attest/2026-0000-{count:04}/").status_code == 404
    answer = Client().get(f"/attest/{numbers()[1]}/")
    assert answer.status_code == 429
    assert "Even geduld" in answer.content.decode()


def test_numbers_say_nothing_about_each_other(voorbij):
    made = [Attest(inschrijving_id=1).nummer for _ in range(200)]
    assert len(set(made)) == 200
    assert all(lees_nummer(number) == number for number in made)
    # What people misread is the same number.
    assert lees_nummer("2026-oil1-0000") == "2026-0111-0000"


def test_a_form_from_another_site_is_refused(voorbij):
    attesten.issue(voorbij.pk, door=KLOK)
    answer = Client().post(
        f"/attest/{numbers()[1]}/", {"naam": "x"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403


# --- Keeping and forgetting ---------------------------------------------------------------


def test_the_register_outlives_the_participant_and_then_goes(voorbij, klok):
    attesten.issue(voorbij.pk, door=KLOK)
    Inschrijving.objects.filter(voornaam="Sara1").update(naam="Anders")
    attesten.reissue(Attest.objects.get().pk, door=KLOK)
    after(klok, voorbij, days=731)
    privacy.retain()
    assert Inschrijving.objects.filter(geanonimiseerd_op=None).count() == 0
    # Still found by her address, of which only a hash is left.
    assert len(privacy.find("SARA1@example.org")["attesten"]) == 2
    client, valid = editor(), Attest.objects.get(staat="geldig")
    answer = client.get(screen(voorbij)).content.decode()
    assert "1 attest is al gemaakt" in answer
    assert f"Attest {valid.nummer}," in answer
    assert "Niemand heeft een plaats" not in answer
    for name in ("vorming_attest_pdf", "vorming_attest_intrekken"):
        address = reverse(name, args=[voorbij.pk, valid.nummer])
        assert f'href="{address}"' in answer
        assert client.get(address).status_code == 200
    asked = {"adres": "sara1@example.org", "actie": "zoek"}
    answer = client.post(reverse("persoonsgegevens"), asked).content.decode()
    assert valid.nummer in answer
    assert escape(str(voorbij)) in answer
    assert audit() == []
    after(klok, voorbij, days=1826)
    assert privacy.retain(dry_run=True)["attesten"] == 2
    privacy.retain()
    assert Attest.objects.count() == 0
    assert privacy.retain()["attesten"] == 0


def test_an_editor_sets_how_long_the_register_is_kept(voorbij, klok):
    attesten.issue(voorbij.pk, door=KLOK)
    details = VormingInstellingen.load()
    details.bewaar_attesten = 100
    details.save()
    after(klok, voorbij, days=100)
    privacy.retain()
    assert Attest.objects.count() == 0


@pytest.mark.parametrize("days", [1, 800])
def test_erase_takes_the_certificates_along(voorbij, klok, redacteur_door, days):
    attesten.issue(voorbij.pk, door=KLOK)
    # An address that was corrected: the first certificate knows the old one.
    Inschrijving.objects.filter(voornaam="Sara1").update(
        naam="Anders", e_mail="nieuw@example.org", e_mail_norm="nieuw@example.org"
    )
    attesten.reissue(Attest.objects.get().pk, door=KLOK)
    after(klok, voorbij, days=days)
    privacy.retain()
    privacy.erase("nieuw@example.org", door=redacteur_door)
    assert Attest.objects.count() == 0
    assert audit() == []


@pytest.mark.parametrize("days", [1, 800])
@pytest.mark.parametrize("naam", ["Juist", "Voorbeeld"])
def test_an_address_that_was_corrected_has_nothing_of_who_got_another(
    klok, redacteur_door, days, naam
):
    sessie = session_with(1)
    inschrijving = one(sessie, 1).pk
    klok.move_to(sessie.eindigt_op - datetime.timedelta(hours=1))
    was_there(sessie, 1)
    after(klok, sessie)
    attesten.issue(sessie.pk, door=KLOK)
    correctie.correct(
        inschrijving,
        voornaam="Sara1",
        naam=naam,
        e_mail="anna@gemeente.example",
        functie="",
        door=redacteur_door,
    )
    if naam == "Juist":
        attesten.reissue(Attest.objects.get().pk, door=redacteur_door)
    hers = Attest.objects.count()
    after(klok, sessie, days=days)
    privacy.retain()
    assert privacy.find("sara1@example.org")["attesten"] == []
    privacy.erase("sara1@example.org", door=redacteur_door)
    assert Attest.objects.count() == hers
    assert len(privacy.find("anna@gemeente.example")["attesten"]) == hers
    privacy.erase("anna@gemeente.example", door=redacteur_door)
    assert Attest.objects.count() == 0
    assert audit() == []


def test_cancelling_afterwards_leaves_what_was_attended(voorbij, redacteur_door):
    attesten.issue(voorbij.pk, door=KLOK)
    deelnemer.cancel(one(voorbij, 1).pk, door=redacteur_door)
    assert "Sara1 Voorbeeld" in editor().get(screen(voorbij)).content.decode()
    assert audit() == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (lambda: Attest.objects.update(naam="Vervalst"), "veranderd na het uitgeven"),
        (
            lambda: Attest.objects.update(staat="vervangen", beeindigd_op="2026-12-31T00:00Z"),
            "klopt niet",
        ),
        (
            lambda: Attest.objects.get().inschrijving.aanwezigheden.update(stand="afwezig"),
            "geen enkele dag",
        ),
    ],
)
def test_the_audit_sees(voorbij, fault, words):
    attesten.issue(voorbij.pk, door=KLOK)
    assert audit() == []
    fault()
    assert any(words in found for found in audit())
