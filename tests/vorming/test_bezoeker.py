"""A visitor finds a session and enrols. Nothing filled in is ever lost."""

import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from core.models import Poging
from core.public_forms import HONEYPOT, SEAL, Seal
from tests.factories import ArtikelPageFactory, SessieFactory, VormingPageFactory, WorkshopFactory
from tests.markup import ask, assert_sound
from tests.vorming.bezoeker import colleague, form_data, send, text
from tests.vorming.conftest import DINSDAG, enrol, last_mail, mails, one, states
from vorming import links
from vorming.forms.inschrijven import InschrijfForm
from vorming.models import Aanvraag, BijzondereNood, Inschrijving
from vorming.slot import EvenDruk

pytestmark = pytest.mark.django_db

# --- The pages -----------------------------------------------------------------


def test_a_course_page_shows_its_sessions_in_words(klok):
    page = VormingPageFactory()
    full = SessieFactory(vorming=page, capaciteit=1, over=20)
    enrol(full, 1)
    enrol(full, 2)
    SessieFactory(vorming=page, capaciteit=3, over=21)
    SessieFactory(vorming=page, over=22, staat="geannuleerd")
    SessieFactory(vorming=page, over=23, staat="gesloten")
    SessieFactory(vorming=page, over=24, staat="concept", naam="nog geheim")
    SessieFactory(vorming=page, over=25, opent_op=DINSDAG + datetime.timedelta(days=5))
    SessieFactory(vorming=page, over=26, capaciteit=20, prijs=45)
    answer = ask(page.get_url())
    assert_sound({"vorming": answer})
    seen = answer.visible_text()
    for words in (
        "Volzet, wel een wachtlijst : 1 persoon wacht",
        "Bijna volzet : nog 3 plaatsen",
        "Gaat niet door",
        "Inschrijving gesloten",
        "Inschrijven kan nog niet",
        "Er is plaats",
        "45,00 euro per persoon",
        "van 09.30 tot 16.00 uur",
    ):
        assert words in seen, words
    assert "nog geheim" not in answer.text


def test_queries_do_not_grow_with_sessions_and_enrolments(klok):
    page = VormingPageFactory()
    ask(page.get_url())
    for number in range(12):
        sessie = SessieFactory(vorming=page, over=10 + number, capaciteit=3, dagen=2)
        for person in range(5):
            enrol(sessie, person)
    answer = ask(page.get_url())
    assert len(answer.queries) <= 12
    assert len(ask("/vorming/").queries) <= 12


def test_the_overview_is_narrowed_by_level_and_place(klok):
    basis, verdiepend = VormingPageFactory(), VormingPageFactory(niveau="verdiepend")
    SessieFactory(vorming=basis, gemeente="Gent")
    SessieFactory(vorming=verdiepend, vorm="online", gemeente="", locatie="", adres="")
    pages = {
        address: ask(address)
        for address in (
            "/vorming/",
            "/vorming/?niveau=basis",
            "/vorming/?waar=Gent",
            "/vorming/?waar=online",
            "/vorming/?waar=nergens",
        )
    }
    assert_sound(pages)

    def shown(address):
        titles = {link.get_text() for link in pages[address].soup.select(".vorming h2 a")}
        return basis.title in titles, verdiepend.title in titles

    assert shown("/vorming/") == (True, True)
    assert shown("/vorming/?niveau=basis") == (True, False)
    assert shown("/vorming/?waar=Gent") == (True, False)
    assert shown("/vorming/?waar=online") == (False, True)
    assert shown("/vorming/?waar=nergens") == (False, False)
    assert "Niets gevonden" in pages["/vorming/?waar=nergens"].visible_text()


def test_after_a_session_the_page_leads_to_its_report(klok):
    report = ArtikelPageFactory(title="Zo was het in Gent")
    sessie = SessieFactory(vorming=VormingPageFactory(), over=-10, verslag=report.page_ptr)
    answer = ask(sessie.vorming.get_url())
    assert "Zo was het in Gent" in answer.visible_text()
    assert report.get_url() in answer.links


def test_machines_read_what_people_read(klok):
    sessie = SessieFactory(vorming=VormingPageFactory(), prijs=45)
    SessieFactory(
        vorming=sessie.vorming, vorm="online", online_link="https://meet.example.org/geheim"
    )
    answer = ask(sessie.vorming.get_url())
    (course,) = [item for item in answer.json_ld if item["@type"] == "Course"]
    first, second = course["hasCourseInstance"]
    assert first["startDate"] == "2026-12-24T09:30:00+01:00"
    assert first["offers"]["price"] == "45.00"
    assert first["location"]["name"] == "Voorbeeldzaal"
    assert second["location"]["@type"] == "VirtualLocation"
    assert "meet.example.org" not in answer.text


def test_the_offer_can_be_followed_in_a_calendar(klok, client):
    from icalendar import Calendar

    sessie = SessieFactory(
        dagen=2,
        online_link="https://meet.example.org/geheim",
        praktisch="De code van de poort is 12 geheim 34.",
    )
    first = sessie.dagen.first()
    first.uitleg = "Kennismaken"
    first.save()
    SessieFactory(staat="concept")
    SessieFactory(over=-20)
    response = client.get("/vorming/agenda.ics")
    events = Calendar.from_ical(response.content).walk("VEVENT")
    assert [event.decoded("DTSTART") for event in events] == [
        dag.begin for dag in sessie.dagen.all()
    ]
    assert events[0]["DESCRIPTION"] == "Kennismaken"
    assert b"geheim" not in response.content


# --- Enrolling ------------------------------------------------------------------


def test_enrol_in_three_steps(sessie, client, klopt):
    form = client.get(reverse("inschrijven", args=[sessie.pk]))
    assert form.status_code == 200
    assert form["Cache-Control"] == "private, no-store"
    assert not form.cookies
    check = send(client, sessie, "nakijken", functie="regisseur", voeding="zonder noten")
    assert "Je bent nog niet ingeschreven" in text(check)
    assert "zonder noten" in text(check)
    assert Aanvraag.objects.count() == 0
    done = send(client, sessie, functie="regisseur", voeding="zonder noten")
    assert done.status_code == 302
    assert done["Location"].startswith("/inschrijven/klaar/")
    shown = client.get(done["Location"])
    assert "Je hebt een plaats" in text(shown)
    found = Inschrijving.objects.get()
    assert (found.functie, found.staat) == ("regisseur", "bevestigd")
    assert BijzondereNood.objects.get().voeding == "zonder noten"
    aanvraag = Aanvraag.objects.get()
    assert aanvraag.soort_organisatie == "lokaal-bestuur"
    assert re.fullmatch(r"\d+\.\d+", aanvraag.privacyversie)
    klopt()


def test_enrol_oneself_and_two_colleagues(db, klok, client, klopt):
    sessie = SessieFactory()
    done = send(client, sessie, aantal="2", **colleague(1, 2), **colleague(2, 3))
    shown = client.get(done["Location"])
    assert "Jullie hebben een plaats" in text(shown)
    assert states(sessie) == {1: "bevestigd", 2: "bevestigd", 3: "bevestigd"}
    assert sorted(mails("bevestigd")) == [f"sara{n}@example.org" for n in (1, 2, 3)]
    assert mails("aanvraag") == ["sara1@example.org"]
    klopt()


@pytest.mark.parametrize(
    ("typed", "written"),
    [("stad temse", "Temse"), ("st niklaas", "Sint-Niklaas"), ("Brussel", "Brussel")],
)
def test_a_municipality_can_be_chosen_and_another_place_may_be_typed(
    at_launch, sessie, client, typed, written
):
    form = BeautifulSoup(
        client.get(reverse("inschrijven", args=[sessie.pk])).content, "html.parser"
    )
    field = form.select_one("input[name=gemeente]")
    names = [option["value"] for option in form.select(f"datalist#{field['list']} option")]
    assert "Temse" in names
    assert "Borsbeek" in names
    assert written in text(send(client, sessie, "nakijken", gemeente=typed))
    send(client, sessie, gemeente=typed)
    assert Aanvraag.objects.get().gemeente == written


def test_enrol_others_without_coming(sessie, client):
    send(client, sessie, zelf="nee", aantal="1", **colleague(1, 2))
    assert states(sessie) == {2: "bevestigd"}
    assert Aanvraag.objects.get().e_mail == "sara1@example.org"


def test_colleagues_are_added_and_taken_away_without_losing_a_word(sessie, client):
    added = send(client, sessie, "erbij", aantal="1", **colleague(1, 2))
    assert 'name="collega2_voornaam"' in text(added)
    assert 'value="Sara2"' in text(added)
    assert "Er klopt nog iets niet" not in text(added)
    gone = send(client, sessie, "weg-1", aantal="2", **colleague(1, 2), **colleague(2, 3))
    assert 'value="Sara3"' in text(gone)
    assert 'value="Sara2"' not in text(gone)
    assert 'name="collega2_voornaam"' not in text(gone)


@pytest.mark.parametrize(
    ("changes", "words", "anchor"),
    [
        ({"voornaam": ""}, "Vul je voornaam in.", "#id_voornaam"),
        ({"e_mail": "sara@"}, "Dit is geen e-mailadres.", "#id_e_mail"),
        ({"e_mail": "sara\n@example.org"}, "Dit is geen e-mailadres.", "#id_e_mail"),
        ({"soort_organisatie": ""}, "Kies wat voor organisatie het is.", "#id_soort_organisatie_0"),
        ({"zelf": "nee"}, "Voeg dan iemand toe die wel komt.", "#id_zelf_0"),
        (
            {"aantal": "1", **colleague(1, 2), "collega1_naam": ""},
            "Vul de naam van collega 1 in.",
            "#id_collega1_naam",
        ),
        (
            {"aantal": "1", **colleague(1, 1)},
            "Deze persoon staat al hoger in het formulier.",
            "#id_collega1_voornaam",
        ),
        ({SEAL: "vals"}, "Dit formulier stond te lang open.", "#formulier"),
    ],
)
def test_a_fault_is_named_on_top_and_beside_its_field_and_nothing_is_lost(
    sessie, client, changes, words, anchor
):
    response = send(client, sessie, **{"organisatie": "Wat ik <eerst> typte", **changes})
    assert response.status_code == 422
    shown = text(response)
    assert "<title>Fout: " in shown
    assert f'<a href="{anchor}">{words}' in shown
    assert shown.count(words) >= (1 if anchor == "#formulier" else 2)
    assert "Wat ik &lt;eerst&gt; typte" in shown
    assert Aanvraag.objects.count() == 0


def test_the_questions_of_the_course_are_asked_and_kept(klok, client):
    page = VormingPageFactory(
        vragen=[
            ("ja_nee", {"vraag": "Volgde je de basis?", "uitleg": "", "verplicht": True}),
            (
                "meerkeuze",
                {
                    "vraag": "Met wie?",
                    "uitleg": "",
                    "verplicht": False,
                    "opties": ["OCMW", "Sport"],
                },
            ),
        ]
    )
    page.refresh_from_db()
    sessie = SessieFactory(vorming=page)
    workshop = WorkshopFactory(sessie=sessie)
    asked = send(client, sessie, "nakijken")
    assert "Antwoord op de vraag: Volgde je de basis?" in text(asked)
    yes, many = [f"vraag_{block.id}" for block in page.vragen]
    answers = {yes: "ja", many: ["OCMW", "Sport"], "ronde_0": str(workshop.pk)}
    check = send(client, sessie, "nakijken", **answers)
    assert "OCMW, Sport" in text(check)
    done = send(client, sessie, **answers)
    assert done.status_code == 302
    found = Inschrijving.objects.get()
    assert [(row["vraag"], row["waarde"]) for row in found.antwoorden] == [
        ("Volgde je de basis?", "ja"),
        ("Met wie?", ["OCMW", "Sport"]),
    ]
    assert workshop.keuzes.get().plaats == 1
    own = text(client.get(reverse("mijn_inschrijving", args=[links.token_of(found)])))
    assert "OCMW, Sport" in own
    # What the editor asks may change; what was answered stays.
    page.vragen = []
    page.save()
    assert "OCMW, Sport" in text(
        client.get(reverse("mijn_inschrijving", args=[links.token_of(found)]))
    )


def test_a_price_asks_where_the_invoice_goes(klok, client):
    sessie = SessieFactory(prijs=45)
    refused = send(client, sessie)
    assert "Vul het adres op de factuur in." in text(refused)
    done = send(client, sessie, factuur_naam="Gemeente", factuur_adres="Markt 1", bestelbon="B-12")
    assert done.status_code == 302
    assert Aanvraag.objects.get().bestelbon == "B-12"


# --- What goes wrong ----------------------------------------------------------------


def test_the_last_place_gone_meanwhile_keeps_the_form_and_offers_the_list(sessie, client, klopt):
    check = send(client, sessie, "nakijken", organisatie="Onze stad")
    assert "Schrijf 1 persoon in" in text(check)
    enrol(sessie, 8, 9)
    late = send(client, sessie, organisatie="Onze stad")
    assert late.status_code == 409
    shown = text(late)
    assert "Intussen zijn alle plaatsen bezet." in shown
    assert "Onze stad" in shown
    assert "Zet 1 persoon op de wachtlijst" in shown
    assert 'name="wachtlijst" value="1"' in shown
    done = send(client, sessie, organisatie="Onze stad", wachtlijst="1")
    assert "Je staat op de wachtlijst" in text(client.get(done["Location"]))
    assert "In de mail staat op welke plaats." in text(client.get(done["Location"]))
    assert "Je bent de eerste in de rij." in last_mail("wachtlijst").tekst
    klopt()


def test_a_double_click_and_the_back_button_are_one_request(sessie, client, klopt):
    data = {**form_data(), "actie": "bevestigen"}
    address = reverse("inschrijven", args=[sessie.pk])
    answers = {client.post(address, data)["Location"] for _ in range(3)}
    assert len(answers) == 1
    assert Inschrijving.objects.count() == len(mails()) == 1
    klopt()


def test_somebody_who_is_in_already_is_not_given_away(sessie, client):
    enrol(sessie, 1)
    done = send(client, sessie)
    shown = text(client.get(done["Location"]))
    assert "Was iemand al ingeschreven, dan verandert er niets" in shown
    assert mails("link-opnieuw") == ["sara1@example.org"]


def test_when_it_is_busy_the_form_is_kept(sessie, client, monkeypatch):
    def busy(**kwargs):
        raise EvenDruk

    monkeypatch.setattr("vorming.services.inschrijven.enrol", busy)
    response = send(client, sessie, organisatie="Onze stad")
    assert response.status_code == 503
    assert "Het is even druk." in text(response)
    assert 'name="organisatie" value="Onze stad"' in text(response)


def test_a_program_stores_nothing(sessie, client):
    response = send(client, sessie, **{HONEYPOT: "http://spam.example"})
    assert response.status_code == 200
    assert "Druk nog een keer" not in text(response)
    assert Aanvraag.objects.count() == 0


def test_who_is_as_quick_as_a_program_is_asked_to_press_once_more(sessie, client, klok):
    quick = {SEAL: fresh_seal()}
    assert "Druk nog een keer" not in text(send(client, sessie, "nakijken", **quick))
    asked = send(client, sessie, **quick)
    assert "Druk nog een keer op de knop" in text(asked)
    assert 'name="organisatie" value="Voorbeeldgemeente"' in text(asked)
    assert Aanvraag.objects.count() == 0
    klok.shift(datetime.timedelta(seconds=4))
    assert send(client, sessie, **quick).status_code == 302
    assert len(mails()) == 1


@pytest.mark.parametrize(
    ("scherm", "data"),
    [
        ("collega", {"voornaam": "Bilal", "naam": "Voorbeeld", "e_mail": "bilal@example.org"}),
        ("wijzigen", {"functie": "regisseur in Bilzen"}),
    ],
)
def test_who_is_quick_with_her_link_is_asked_to_press_once_more(sessie, client, klok, scherm, data):
    enrol(sessie, 1)
    address = reverse(scherm, args=[links.token_of(one(sessie, 1))])
    quick = {SEAL: Seal.new().write(scherm), **data}
    asked = client.post(address, quick)
    assert "Druk nog een keer op de knop" in text(asked)
    assert f'value="{list(data.values())[-1]}"' in text(asked)
    before = len(mails())
    klok.shift(datetime.timedelta(seconds=4))
    assert client.post(address, quick).status_code in (200, 302)
    assert len(mails()) > before


def test_who_is_quick_with_a_lost_link_is_asked_to_press_once_more(sessie, client, klok):
    enrol(sessie, 1)
    address = reverse("link_opnieuw", args=[sessie.pk])
    quick = {SEAL: Seal.new().write("link"), "e_mail": "sara1@example.org"}
    asked = client.post(address, quick)
    assert "Druk nog een keer op de knop" in text(asked)
    assert mails("link-opnieuw") == []
    klok.shift(datetime.timedelta(seconds=4))
    client.post(address, quick)
    assert mails("link-opnieuw") == ["sara1@example.org"]


def fresh_seal():
    return Seal.new().write(InschrijfForm.purpose)


def test_a_form_of_another_site_is_refused(sessie):
    response = Client(headers={"sec-fetch-site": "cross-site"}).post(
        reverse("inschrijven", args=[sessie.pk]), {**form_data(), "actie": "bevestigen"}
    )
    assert response.status_code == 403
    assert Aanvraag.objects.count() == 0


def test_too_many_from_one_address_are_stopped_with_the_form_kept(sessie, client, monkeypatch):
    monkeypatch.setattr("vorming.views.inschrijven.PER_UUR", 1)
    send(client, sessie)
    response = send(client, sessie, voornaam="Sara2", organisatie="Onze stad")
    assert response.status_code == 429
    assert "Onze stad" in text(response)
    assert Poging.objects.get(naam="inschrijven").aantal == 2


def test_a_draft_or_unknown_session_cannot_be_found(klok, client):
    draft = SessieFactory(staat="concept")
    for pk in (draft.pk, 999999):
        assert client.get(reverse("inschrijven", args=[pk])).status_code == 404


def test_the_confirmation_is_for_a_day(sessie, client, klok):
    done = send(client, sessie)
    klok.shift(datetime.timedelta(hours=25))
    assert client.get(done["Location"]).status_code == 404
