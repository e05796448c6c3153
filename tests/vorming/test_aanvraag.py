"""What goes with a request, by the form of the visitor: approval, questions, consent."""

import datetime
import html

import pytest
from django.core.management import call_command
from django.urls import reverse

from core import clock
from tests.factories import SessieFactory, VormingPageFactory
from tests.markup import ask
from tests.vorming.bezoeker import send, text
from tests.vorming.conftest import enrol, last_mail, mails, one, states
from vorming import links
from vorming.models import Aanvraag, Inschrijving, Sessie, VormingInstellingen
from vorming.services import deelnemer, goedkeuren, sessies
from vorming.services.sessies import Dag
from vorming.staten import Toestand

pytestmark = pytest.mark.django_db


def shown(response):
    return html.unescape(text(response))


# --- Approval ------------------------------------------------------------------------------


def test_a_visitor_reads_that_an_editor_looks_first(klok, client, redacteur_door, klopt):
    sessie = SessieFactory(goedkeuring=True)
    assert "We kijken elke aanvraag na." in shown(client.get(sessie.vorming.get_url()))
    done = send(client, sessie)
    assert done.status_code == 302
    klaar = shown(client.get(done["Location"]))
    assert "We hebben je aanvraag" in klaar
    assert "We kijken dat na en mailen wat het wordt." in klaar
    assert "Je hebt een plaats" not in klaar
    assert mails("ontvangen") == ["sara1@example.org"]
    assert not mails("bevestigd")
    own = reverse("mijn_inschrijving", args=[links.token_of(one(sessie, 1))])
    assert "We bekijken je aanvraag" in shown(client.get(own))
    goedkeuren.approve(one(sessie, 1).pk, door=redacteur_door)
    assert mails("bevestigd") == ["sara1@example.org"]
    assert "Je hebt een plaats" in shown(client.get(own))
    klopt()


def test_a_course_that_asks_another_first_says_so_and_waits_for_the_editor(klok, client):
    basis = VormingPageFactory(title="De basis van een netwerk")
    sessie = SessieFactory(vorming=VormingPageFactory(vooraf=basis))
    page = shown(client.get(sessie.vorming.get_url()))
    assert "Volg eerst:" in page
    assert "De basis van een netwerk" in page
    basis.unpublish()
    page = shown(client.get(sessie.vorming.get_url()))
    assert "De basis van een netwerk" not in page
    assert "We kijken elke aanvraag na." in page
    send(client, sessie)
    assert states(sessie) == {1: "aangevraagd"}


# --- Questions -----------------------------------------------------------------------------


def test_text_and_choice_are_asked_kept_and_changed(klok, client):
    page = VormingPageFactory(
        vragen=[
            (
                "tekst",
                {"vraag": "Wat wil je leren?", "uitleg": "", "verplicht": True, "lang": True},
            ),
            (
                "keuze",
                {
                    "vraag": "Hoelang werk je al?",
                    "uitleg": "",
                    "verplicht": True,
                    "opties": ["Kort", "Lang"],
                },
            ),
        ]
    )
    page.refresh_from_db()
    sessie = SessieFactory(vorming=page)
    words, choice = [f"vraag_{block.id}" for block in page.vragen]
    missing = send(client, sessie, **{words: "Samenwerken & <tellen>"})
    assert missing.status_code == 422
    assert "Antwoord op de vraag: Hoelang werk je al?" in shown(missing)
    assert "Samenwerken &amp; &lt;tellen&gt;" in text(missing)
    invented = send(client, sessie, **{words: "Veel", choice: "Eeuwig"})
    assert invented.status_code == 422
    assert send(client, sessie, **{words: "Veel", choice: "Kort"}).status_code == 302
    found = Inschrijving.objects.get()
    assert [row["waarde"] for row in found.antwoorden] == ["Veel", "Kort"]
    form = client.get(reverse("wijzigen", args=[links.token_of(found)]))
    assert ">\nVeel</textarea>" in form.content.decode()


# --- Consent -------------------------------------------------------------------------------


def test_which_privacy_statement_she_could_read_is_kept(klok, client):
    sessie = SessieFactory(capaciteit=5)
    send(client, sessie)
    before = Aanvraag.objects.latest("pk").privacyversie
    page = VormingInstellingen.objects.get().privacypagina
    page.specific.save_revision().publish()
    send(client, sessie, voornaam="Sara2", e_mail="sara2@example.org")
    after = Aanvraag.objects.latest("pk").privacyversie
    page.refresh_from_db()
    assert after == f"{page.pk}.{page.live_revision_id}"
    assert after != before


# --- For machines, and in mails ------------------------------------------------------------


@pytest.mark.parametrize(
    ("niveau", "soort"), [("uitwisseling", "Event"), ("basis", "CourseInstance")]
)
def test_machines_read_a_hybrid_day_as_what_it_is(klok, niveau, soort):
    sessie = SessieFactory(
        vorming=VormingPageFactory(niveau=niveau),
        vorm="hybride",
        online_link="https://meet.example.org/geheim",
    )
    answer = ask(sessie.vorming.get_url())
    items = [item for item in answer.json_ld if item["@type"] in ("Course", "Event")]
    (found,) = items[0]["hasCourseInstance"] if niveau == "basis" else items
    assert found["@type"] == soort
    assert found["startDate"] == "2026-12-24T09:30:00+01:00"
    assert found["location"]["name"] == "Voorbeeldzaal"
    assert found.get("courseMode") == ("blended" if niveau == "basis" else None)
    assert "geheim" not in answer.text


def test_another_place_raises_the_number_of_the_calendar_and_another_text_does_not(
    klok, redacteur_door
):
    sessie = SessieFactory()
    enrol(sessie, 1)
    before = one(sessie, 1).ical_seq
    sessies.change(sessie.pk, velden={"praktisch": "Neem mee."}, dagen=None, door=redacteur_door)
    assert one(sessie, 1).ical_seq == before
    sessies.change(sessie.pk, velden={"gemeente": "Aalst"}, dagen=None, door=redacteur_door)
    assert one(sessie, 1).ical_seq == before + 1
    assert "Aalst" in last_mail("gewijzigd").tekst


def test_an_offer_ends_when_the_session_begins_sooner(klok, redacteur_door):
    sessie = SessieFactory(capaciteit=1, doorschuiven="aanbod", over=20)
    enrol(sessie, 1)
    enrol(sessie, 2)
    deelnemer.cancel(one(sessie, 1).pk)
    assert one(sessie, 2).staat == "aangeboden"
    begin = clock.now() + datetime.timedelta(hours=30)
    sessies.change(
        sessie.pk,
        velden={},
        dagen=[Dag(begin=begin, einde=begin + datetime.timedelta(hours=6))],
        door=redacteur_door,
    )
    assert one(sessie, 2).aanbod_tot <= begin


# --- The example data ----------------------------------------------------------------------


def test_the_example_sessions_show_every_state(klok, settings):
    settings.DEMO = True
    call_command("load_demo")
    found = Sessie.objects.met_stand()
    assert {sessie.toestand for sessie in found} == set(Toestand)
    assert set(Inschrijving.objects.values_list("staat", flat=True)) >= {
        "aangevraagd",
        "wachtlijst",
        "aangeboden",
        "bevestigd",
        "geannuleerd",
    }
