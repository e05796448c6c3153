"""A reader subscribes: nobody gets a newsletter who did not say yes from her own mailbox."""

import datetime
import hashlib

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from core.models import Poging
from core.public_forms import HONEYPOT, SEAL, Seal
from nieuwsbrief.forms import AanmeldForm, LinkForm
from nieuwsbrief.models import (
    Abonnee,
    Abonnement,
    Lijst,
    NieuwsbriefInstellingen,
    Toestemming,
    Uitschrijving,
)
from nieuwsbrief.services import aanmelden, privacy, uitschrijven, voorkeuren
from nieuwsbrief.staten import Bron, Soort, Staat
from post import services as post
from post.models import Bericht, Levering, Onderdrukking
from tests.markup import ask, assert_sound
from tests.nieuwsbrief.conftest import (
    AANMELDEN,
    KLAAR,
    LIEN,
    abonneer,
    laatste_mail,
    link_in,
    mails,
    seal,
    staten,
    tekst,
    vraag_aan,
)

pytestmark = pytest.mark.django_db


# --- From a page to a mail -------------------------------------------------------------------


@pytest.mark.parametrize("adres", ["/", "/nieuwsbrief/"])
def test_a_page_asks_for_the_address_and_the_next_one_for_the_rest(client, klok, adres):
    page = ask(adres)
    (form,) = page.soup.select(f'form[action="{AANMELDEN}"]')
    assert not form.select('[name="zegel"]'), "everybody shares this page"
    answer = client.post(AANMELDEN, {"e_mail": LIEN, HONEYPOT: ""})
    assert answer.status_code == 200
    assert f'value="{LIEN}"' in tekst(answer)
    assert "Er klopt nog iets niet" not in tekst(answer)
    assert not Abonnee.objects.exists()


def test_who_asks_gets_a_mail_with_a_button_and_nothing_else(client, klok, brief, ezine):
    answer = vraag_aan(client, brief, ezine)
    assert (answer.status_code, answer["Location"]) == (302, KLAAR)
    assert "Kijk in je mailbox" in tekst(client.get(KLAAR))
    assert staten() == {"netwerkgemeente": "wacht", "e-zine": "wacht"}
    assert mails() == ["bevestig"]
    words = laatste_mail("bevestig").tekst
    assert brief.naam in words
    assert "na 7 dagen" in words
    assert not client.cookies


def test_looking_at_the_link_confirms_nothing(client, klok, brief):
    vraag_aan(client, brief)
    address = link_in(laatste_mail("bevestig"))
    for _ in range(3):
        page = client.get(address)
        assert page.status_code == 200
        assert "Ja, schrijf me in" in tekst(page)
        assert client.head(address).status_code == 200
    assert staten() == {"netwerkgemeente": "wacht"}


def test_the_button_confirms_welcomes_and_writes_down_what_was_agreed_to(
    client, klok, brief, ezine
):
    vraag_aan(client, brief)
    klok.shift(datetime.timedelta(hours=2))
    address = link_in(laatste_mail("bevestig"))
    answer = client.post(address, follow=True)
    assert "Je bent ingeschreven" in tekst(answer)
    assert staten() == {"netwerkgemeente": "actief"}
    assert mails() == ["bevestig", "welkom"]
    asked, confirmed = Toestemming.objects.order_by("pk")
    assert (asked.soort, confirmed.soort) == (Soort.GEVRAAGD, Soort.BEVESTIGD)
    assert (asked.bron, confirmed.bron) == (Bron.SITE, Bron.MAIL)
    assert confirmed.op - asked.op == datetime.timedelta(hours=2)
    # The very words that stood in the form, and which version of the privacy statement.
    shown = AanmeldForm(lijsten=[brief])
    assert str(shown.fields["lijsten"].help_text) in asked.tekst
    assert brief.naam in asked.tekst
    assert brief.uitleg in asked.tekst
    assert asked.tekst_versie == hashlib.sha256(asked.tekst.encode()).hexdigest()[:12]
    privacy_page = NieuwsbriefInstellingen.load().privacypagina
    assert asked.privacyversie == f"{privacy_page.pk}.{privacy_page.live_revision_id}"
    assert confirmed.tekst == asked.tekst


def test_a_second_click_does_nothing_more(client, klok, brief):
    vraag_aan(client, brief)
    address = link_in(laatste_mail("bevestig"))
    for _ in range(3):
        assert client.post(address).status_code == 302
    assert mails() == ["bevestig", "welkom"]
    assert Toestemming.objects.filter(soort=Soort.BEVESTIGD).count() == 1


# --- What the answer may not tell ------------------------------------------------------------


def test_the_answer_is_the_same_whether_or_not_the_address_is_known(client, klok, brief, ezine):
    abonneer("bekend@example.org", brief)
    klok.shift(datetime.timedelta(hours=1))
    answers = {
        adres: vraag_aan(client, brief, adres=adres)
        for adres in ("bekend@example.org", "nieuw@example.org")
    }
    known, new = answers.values()
    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    assert known.content == new.content
    assert mails("bekend@example.org") == ["bevestig", "welkom", "al-ingeschreven"]
    assert mails("nieuw@example.org") == ["bevestig"]
    assert staten("bekend@example.org") == {"netwerkgemeente": "actief"}


def test_somebody_else_cannot_add_a_list_or_change_a_name(client, klok, brief, ezine):
    lien = abonneer(LIEN, brief)
    Abonnee.objects.filter(pk=lien.pk).update(naam="Lien", taal="fr")
    klok.shift(datetime.timedelta(hours=1))
    vraag_aan(client, ezine, adres="LIEN@example.org")
    assert staten() == {"netwerkgemeente": "actief", "e-zine": "wacht"}
    lien.refresh_from_db()
    assert (lien.naam, lien.taal, lien.adres) == ("Lien", "fr", LIEN)
    assert "/fr/nieuwsbrief/" in link_in(laatste_mail("bevestig"))


def test_a_mailbox_is_not_filled(client, klok, brief, ezine, settings):
    # The limit over all forms is another one (tests/test_postvak.py).
    settings.MAILBOX_PER_HOUR = settings.MAILBOX_PER_DAY = 1000
    for minute in range(60):
        vraag_aan(Client(REMOTE_ADDR=f"203.0.113.{minute}"), brief)
        klok.shift(datetime.timedelta(minutes=1))
    assert mails() == ["bevestig"] * 3
    assert Abonnement.objects.count() == Toestemming.objects.count() == 1
    klok.shift(datetime.timedelta(days=1))
    vraag_aan(client, brief)
    assert mails() == ["bevestig"] * 4


def test_who_confirmed_a_moment_ago_gets_the_next_mail_at_once(client, klok, brief, ezine):
    vraag_aan(client, brief)
    client.post(link_in(laatste_mail("bevestig")))
    klok.shift(datetime.timedelta(minutes=5))
    vraag_aan(client, ezine)
    assert mails() == ["bevestig", "welkom", "bevestig"]
    client.post(link_in(laatste_mail("bevestig")))
    assert staten() == {"netwerkgemeente": "actief", "e-zine": "actief"}


# --- Bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("adres", "gekozen", "words"),
    [
        ("", True, "Vul je e-mailadres in."),
        ("lien@", True, "Dit e-mailadres klopt niet."),
        ("lien@example.org\r\nBcc: x@example.org", True, "Dit e-mailadres klopt niet."),
        (LIEN, False, "Kies minstens één nieuwsbrief."),
    ],
)
def test_a_fault_is_explained_and_what_was_typed_stays(client, klok, brief, adres, gekozen, words):
    answer = vraag_aan(client, *([brief] if gekozen else []), adres=adres)
    page = tekst(answer)
    assert answer.status_code == 422
    assert page.count(words) == 2, "on top, and beside the field"
    assert "<title>Fout:" in page
    if gekozen:
        assert f'value="{brief.pk}"' in page
        assert " checked" in page
    assert not Abonnee.objects.exists()


def test_a_mistyped_domain_is_asked_about_and_both_answers_work(client, klok, brief):
    typed = "lien@gmial.com"
    answer = vraag_aan(client, brief, adres=typed)
    page = tekst(answer)
    assert "Bedoel je lien@gmail.com?" in page
    assert f'value="{typed}"' in page
    assert " checked" in page
    assert not Abonnee.objects.exists()
    assert vraag_aan(client, brief, adres=typed, adres_keuze="lien@gmail.com").status_code == 302
    assert Abonnee.objects.get().adres == "lien@gmail.com"
    assert vraag_aan(client, brief, adres=typed, adres_keuze=typed).status_code == 302
    assert Abonnee.objects.filter(adres=typed).exists()


def test_an_answer_about_another_address_does_not_count(client, klok, brief):
    vraag_aan(client, brief, adres="piet@example.org", adres_keuze="lien@gmail.com")
    assert Abonnee.objects.get().adres == "piet@example.org"
    answer = vraag_aan(client, brief, adres="jan@hotmial.com", adres_keuze="lien@gmail.com")
    assert "Bedoel je jan@hotmail.com?" in tekst(answer)


def test_a_list_that_cannot_be_chosen_is_refused(client, klok, brief, ezine):
    Lijst.objects.filter(pk=ezine.pk).update(zichtbaar=False)
    assert ezine.naam not in tekst(client.get(AANMELDEN))
    assert vraag_aan(client, ezine).status_code == 422
    Lijst.objects.update(actief=False)
    assert "Inschrijven kan nu even niet" in tekst(client.get(AANMELDEN))


@pytest.mark.parametrize("quick", [False, True])
def test_a_program_sees_the_same_and_nothing_is_stored(client, klok, brief, quick):
    more = {SEAL: Seal.new().write(AanmeldForm.purpose)} if quick else {}
    answer = vraag_aan(client, brief, **{HONEYPOT: "http://x.example", **more})
    assert (answer.status_code, answer["Location"]) == (302, KLAAR)
    assert not Abonnee.objects.exists()
    assert not Bericht.objects.exists()


def nog_eens(answer):
    """Return what the form holds that asks to press once more; fail when it is another page."""
    assert answer.status_code == 200
    soup = BeautifulSoup(answer.content, "html.parser")
    assert soup.select_one(".let-op[role=status] .let-op-titel").string == (
        "Druk nog een keer op de knop"
    )
    assert "Fout:" not in soup.title.string
    assert "mailbox" not in soup.h1.string
    form = soup.select_one("form#formulier")
    return {
        field["name"]: field.get("value", "")
        for field in form.select("input")
        if field["type"] != "checkbox" or field.has_attr("checked")
    }


def test_who_is_as_quick_as_a_program_presses_once_more_and_loses_nothing(
    client, klok, brief, ezine
):
    """A browser that fills in forms, and two presses: nobody is told to look for a mail."""
    zegel = Seal.new().write(AanmeldForm.purpose)
    klok.shift(1)
    data = nog_eens(vraag_aan(client, ezine, **{SEAL: zegel}))
    assert (data["e_mail"], data["lijsten"], data[SEAL]) == (LIEN, str(ezine.pk), zegel)
    assert not Abonnee.objects.exists()
    assert not Bericht.objects.exists()
    # Still as quick: the same once more.
    assert nog_eens(client.post(AANMELDEN, data)) == data
    klok.shift(4)
    answer = client.post(AANMELDEN, data)
    assert (answer.status_code, answer["Location"]) == (302, KLAAR)
    assert staten() == {"e-zine": "wacht"}
    assert mails() == ["bevestig"]


def test_being_quick_tells_nothing_about_an_address(client, klok, brief):
    abonneer("bekend@example.org", brief)
    klok.shift(datetime.timedelta(hours=1))
    zegel = Seal.new().write(AanmeldForm.purpose)
    for adres in ("bekend@example.org", "nieuw@example.org"):
        assert nog_eens(vraag_aan(client, brief, adres=adres, **{SEAL: zegel}))["e_mail"] == adres
    assert mails("bekend@example.org") == ["bevestig", "welkom"]


def test_a_faulty_form_sent_quickly_says_what_is_wrong(client, klok, brief):
    answer = vraag_aan(client, **{SEAL: Seal.new().write(AanmeldForm.purpose)})
    assert answer.status_code == 422
    assert "Kies minstens één nieuwsbrief." in tekst(answer)
    assert "Druk nog een keer" not in tekst(answer)


def test_who_types_wrong_and_is_quick_first_hears_what_she_may_have_meant(client, klok, brief):
    zegel = Seal.new().write(AanmeldForm.purpose)
    answer = vraag_aan(client, brief, adres="lien@gmial.com", **{SEAL: zegel})
    assert "Bedoel je lien@gmail.com?" in tekst(answer)
    assert "Druk nog een keer" not in tekst(answer)


def test_who_asks_a_link_again_as_quickly_presses_once_more(client, klok, brief):
    abonneer(LIEN, brief)
    klok.shift(datetime.timedelta(hours=1))
    address = "/nieuwsbrief/link/"
    data = {SEAL: Seal.new().write(LinkForm.purpose), "e_mail": LIEN}
    assert nog_eens(client.post(address, data))["e_mail"] == LIEN
    assert "link" not in mails()
    klok.shift(4)
    assert "Kijk in je mailbox" in tekst(client.post(address, data))
    assert mails()[-1] == "link"
    trapped = {**data, HONEYPOT: "x", SEAL: Seal.new().write(LinkForm.purpose)}
    assert "Kijk in je mailbox" in tekst(client.post(address, trapped))


def test_a_form_from_another_site_is_refused(client, klok, brief):
    data = {SEAL: seal(), "e_mail": LIEN, "lijsten": [brief.pk]}
    answer = client.post(AANMELDEN, data, headers={"origin": "http://kwaad.example"})
    assert answer.status_code == 403
    assert not Abonnee.objects.exists()


def test_a_thousand_from_one_place_are_stopped(client, klok, brief):
    answers = [
        vraag_aan(client, brief, adres=f"lezer{number}@example.org").status_code
        for number in range(30)
    ]
    assert answers == [302] * 20 + [429] * 10
    Poging.objects.update(aantal=999)
    answer = vraag_aan(client, brief)
    assert "Wacht een uur" in tekst(answer)
    assert LIEN in tekst(answer)
    assert Abonnee.objects.count() == 20


def test_a_bad_link_says_what_to_do(client, klok, brief):
    vraag_aan(client, brief)
    good = link_in(laatste_mail("bevestig"))
    for bad in (
        good[:-3] + "xx/",
        "/nieuwsbrief/bevestigen/onzin/",
        good.replace("bevestigen", "voorkeuren"),
    ):
        answer = client.get(bad)
        assert answer.status_code == 404, bad
        assert "Mail mij een nieuwe link" in tekst(answer)
        assert client.post(bad).status_code == 404
    assert staten() == {"netwerkgemeente": "wacht"}


# --- Coming back -----------------------------------------------------------------------------


def test_who_left_comes_back_only_by_confirming_again(client, klok, brief):
    lien = abonneer(LIEN, brief)
    uitschrijven.vertrek(uid=lien.uid, lijst=brief.pk, bron=Bron.MAIL)
    post.suppress(LIEN, Onderdrukking.Reden.KLACHT)
    klok.shift(datetime.timedelta(days=1))
    vraag_aan(client, brief)
    assert staten() == {"netwerkgemeente": "weg"}
    assert Uitschrijving.objects.count() == 1
    assert post.is_suppressed(LIEN)
    client.post(link_in(laatste_mail("bevestig")))
    assert staten() == {"netwerkgemeente": "actief"}
    assert not Uitschrijving.objects.exists()
    assert not post.is_suppressed(LIEN)
    kinds = list(Toestemming.objects.order_by("pk").values_list("soort", flat=True))
    assert kinds == ["gevraagd", "bevestigd", "ingetrokken", "gevraagd", "bevestigd"]


def test_who_never_confirms_is_forgotten_after_a_week(client, klok, brief, ezine):
    abonneer("blijft@example.org", brief)
    vraag_aan(client, brief)
    klok.shift(datetime.timedelta(days=6, hours=23))
    call_command("tick")
    assert staten() == {"netwerkgemeente": "wacht"}
    klok.shift(datetime.timedelta(hours=2))
    call_command("tick")
    assert not Abonnee.objects.filter(adres=LIEN).exists()
    assert not Levering.objects.filter(adres_norm=LIEN).exists()
    assert staten("blijft@example.org") == {"netwerkgemeente": "actief"}


def test_who_left_and_asks_again_without_confirming_stays_who_left(client, klok, brief):
    lien = abonneer(LIEN, brief)
    uitschrijven.vertrek(uid=lien.uid, lijst=brief.pk, bron=Bron.MAIL)
    klok.shift(datetime.timedelta(days=1))
    vraag_aan(client, brief)
    klok.shift(datetime.timedelta(days=8))
    privacy.retain()
    assert staten() == {"netwerkgemeente": "weg"}
    assert Toestemming.objects.filter(abonnee=lien).exists()
    assert Uitschrijving.objects.count() == 1


@pytest.mark.parametrize("staat", [Staat.KLACHT, Staat.ONBESTELBAAR, Staat.WEG])
def test_somebody_else_changes_nothing_about_a_subscription_that_stopped(
    client, klok, brief, staat
):
    lien = abonneer(LIEN, brief)
    if staat == Staat.WEG:
        uitschrijven.vertrek(uid=lien.uid, lijst=brief.pk, bron=Bron.MAIL)
    else:
        post.suppress(LIEN, Onderdrukking.Reden[staat.name])
        uitschrijven.stop(LIEN, staat)
    before = lien.abonnementen.values().get()
    gone = list(Uitschrijving.objects.values()), post.is_suppressed(LIEN)
    for _ in range(3):
        klok.shift(datetime.timedelta(hours=2))
        vraag_aan(client, brief)
    assert lien.abonnementen.values().get() == before
    assert (list(Uitschrijving.objects.values()), post.is_suppressed(LIEN)) == gone
    # Looking at the link is no answer; pressing the button is.
    confirm = link_in(laatste_mail("bevestig"))
    assert "Ja, schrijf me in" in tekst(client.get(confirm))
    assert lien.abonnementen.values().get() == before
    assert "Je bent ingeschreven" in tekst(client.post(confirm, follow=True))
    assert staten() == {"netwerkgemeente": "actief"}
    assert not post.is_suppressed(LIEN)
    assert not Uitschrijving.objects.exists()


def test_the_button_of_somebody_who_stopped_holds_as_long_as_any_other(client, klok, brief):
    lien = abonneer(LIEN, brief)
    uitschrijven.stop(LIEN, Staat.KLACHT)
    klok.shift(datetime.timedelta(days=1))
    vraag_aan(client, brief)
    confirm = link_in(laatste_mail("bevestig"))
    klok.shift(datetime.timedelta(days=8))
    assert "Ja, schrijf me in" not in tekst(client.get(confirm))
    client.post(confirm)
    assert staten() == {"netwerkgemeente": "klacht"}
    assert lien.abonnementen.get().staat == Staat.KLACHT


@pytest.mark.parametrize("confirmed", [False, True], ids=["ander", "zelf"])
def test_the_acknowledgement_of_leaving_always_leaves(client, klok, brief, confirmed):
    """By law (domain: 11.2): nobody holds it back by filling in the address again."""
    lien = abonneer(LIEN, brief)
    klok.shift(datetime.timedelta(hours=1))
    uitschrijven.vertrek(uid=lien.uid, lijst=brief.pk, bron=Bron.MAIL)
    vraag_aan(client, brief)
    if confirmed:
        client.post(link_in(laatste_mail("bevestig")))
    call_command("tick")
    assert mails().count("afscheid") == 1
    assert staten() == {"netwerkgemeente": "actief" if confirmed else "weg"}


def test_who_changes_her_mind_on_her_own_page_is_acknowledged_too(klok, brief):
    lien = abonneer(LIEN, brief)
    klok.shift(datetime.timedelta(hours=1))
    voorkeuren.kies(uid=lien.uid, lijsten=[], naam="", taal="nl")
    voorkeuren.kies(uid=lien.uid, lijsten=[brief.pk], naam="", taal="nl")
    call_command("tick")
    assert mails().count("afscheid") == 1
    assert staten() == {"netwerkgemeente": "actief"}


def test_the_history_of_who_stopped_does_not_grow_with_every_form(client, klok, brief):
    lien = abonneer(LIEN, brief)
    uitschrijven.stop(LIEN, Staat.KLACHT)
    klok.shift(datetime.timedelta(hours=1))
    for number in range(15):
        vraag_aan(Client(REMOTE_ADDR=f"203.0.113.{number}"), brief)
    assert lien.toestemmingen.filter(soort=Soort.GEVRAAGD).count() == 2


# --- The pages, and what the database guards ----------------------------------------------------


def test_the_pages_are_sound(klok, brief):
    aanmelden.aanmelden(adres=LIEN, lijsten=[brief], taal="nl")
    confirm = link_in(laatste_mail("bevestig"))
    assert_sound({adres: ask(adres) for adres in (AANMELDEN, KLAAR, "/nieuwsbrief/link/", confirm)})
    assert_sound({"fout": ask("/nieuwsbrief/bevestigen/onzin/")}, status=404)


def test_the_database_refuses_what_may_never_be(klok, brief):
    lien = abonneer(LIEN, brief)
    rij = lien.abonnementen.get()
    for change in ({"staat": "bestaat-niet"}, {"bevestigd_op": None}, {"afscheid": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Abonnement.objects.filter(pk=rij.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Abonnee.objects.create(adres="LIEN@example.org", adres_norm=LIEN, aangemaakt_op=rij.sinds)
    with pytest.raises(IntegrityError), transaction.atomic():
        Toestemming.objects.create(
            abonnee=lien, lijst=brief, soort=Soort.GEKOZEN, bron=Bron.SITE, op=rij.sinds
        )
    event = Toestemming.objects.first()
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        Toestemming.objects.update(tekst="iets anders")


def test_the_recipients_of_two_lists_are_one_row_each(klok, brief, ezine):
    both = abonneer("beide@example.org", brief, ezine)
    one = abonneer("een@example.org", ezine)
    aanmelden.aanmelden(adres="wacht@example.org", lijsten=[brief], taal="nl")
    uitschrijven.vertrek(uid=abonneer(LIEN, brief).uid, lijst=brief.pk, bron=Bron.MAIL)
    assert list(Abonnee.objects.ontvangers([brief, ezine])) == [both, one]
    assert list(Abonnee.objects.ontvangers([brief])) == [both]
    assert Staat.ACTIEF in staten("beide@example.org").values()
