"""A request on its way: from the form of a visitor to the mails and the list of the team."""

import datetime
import re

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from core.models import SiteInstellingen
from post.models import Bericht, Levering
from tests.conftest import LAUNCH_DAY
from tests.factories import StapPageFactory, TrajectPageFactory, VerzoekFactory
from tests.markup import ask, assert_sound
from trajecten.models import Verzoek, VerzoekPage
from trajecten.verzoeken import services

pytestmark = pytest.mark.django_db

HELPDESK = "/contact/helpdesk/"
COACHING = "/contact/coachingsgesprek/"
FILLED = {
    "naam": "Ēva D'Hondt",
    "gemeente": "Borsbeek",
    "organisatie": "",
    "rol": "netwerkregisseur",
    "e_mail": "eva@example.org",
    "vraag": "Wie moet er aan tafel? 😀 <b>Dringend</b>",
}
CALL = {"telefoon": "0470 12 34 56", "momenten": "dinsdagvoormiddag"}


def later(seconds):
    return time_machine.travel(LAUNCH_DAY + datetime.timedelta(seconds=seconds), tick=False)


def hidden(response):
    """Return what the form on a page carries along unseen."""
    soup = BeautifulSoup(response.content.decode(), "html.parser")
    return {
        field["name"]: field.get("value", "")
        for field in soup.select("form.formulier [type=hidden]")
    }


def open_form(client, address=HELPDESK):
    with later(0):
        return hidden(client.get(address))


def post(client, data, step="verstuur", address=HELPDESK, seconds=30, **extra):
    with later(seconds):
        return client.post(address, {**data, "stap": step}, **extra)


def send(client, address=HELPDESK, seconds=30, **changes):
    """Fill in the form and send it, as somebody does who takes half a minute."""
    answers = {**FILLED, **(CALL if address != HELPDESK else {}), **changes}
    return post(client, {**open_form(client, address), **answers}, address=address, seconds=seconds)


def reference(response):
    return re.search(r"klaar=([A-Z0-9]{3}-[A-Z0-9]{4})", response["Location"])[1]


def errors(response):
    soup = BeautifulSoup(response.content.decode(), "html.parser")
    return [link.get_text(strip=True) for link in soup.select(".fouten a")]


def soup_of(response):
    return BeautifulSoup(response.content.decode(), "html.parser")


# --- From form to confirmation ---------------------------------------------------------


def test_a_question_is_stored_mailed_twice_and_confirmed(client, at_launch):
    answer = send(client)
    assert answer.status_code == 302
    (verzoek,) = Verzoek.objects.all()
    assert verzoek.kenmerk == reference(answer)
    assert verzoek.naam == "Ēva D'Hondt"
    assert verzoek.gemeente.naam == "Antwerpen"
    assert verzoek.staat == "nieuw"
    assert verzoek.opvolgen_op == datetime.date(2026, 12, 1)
    to_sender, to_team = Bericht.objects.order_by("pk")
    assert verzoek.kenmerk in to_sender.onderwerp
    assert "&lt;b&gt;Dringend&lt;/b&gt;" in to_team.html
    assert "Een medewerker leest je vraag" in to_sender.tekst
    assert "Antwerpen" in to_team.onderwerp
    assert to_team.antwoord_aan == "eva@example.org"
    assert f"/admin/snippets/trajecten/verzoek/edit/{verzoek.pk}/" in to_team.tekst
    addresses = set(Levering.objects.values_list("adres", flat=True))
    assert addresses == {"eva@example.org", SiteInstellingen.objects.get().helpdesk_e_mail}
    done = client.get(answer["Location"])
    assert verzoek.kenmerk in done.content.decode()
    assert "Een medewerker leest je vraag" in done.content.decode()


@pytest.mark.parametrize("address", [HELPDESK, COACHING])
def test_the_mail_to_a_typed_address_carries_no_words_of_who_typed_it(client, address):
    """Anybody fills in anybody's address: our mail is no way to send advertisements."""
    advert = "Win nu op https://casino.example of bel 0900 12 34 56"
    sent = send(client, address, vraag=advert, momenten=advert, organisatie=advert, rol=advert)
    assert sent.status_code == 302
    to_sender, to_team = Bericht.objects.order_by("pk")
    for part in (to_sender.tekst, to_sender.html, to_sender.onderwerp):
        assert "casino" not in part
        assert "0900" not in part
        assert "0470" not in part
    assert "Wat je schreef, staat bij ons." in to_sender.tekst
    assert advert in to_team.tekst


@pytest.mark.parametrize(
    "name",
    [
        "https://casino.example",
        "Win op casino.com",
        "Win op CASINO.COM",
        "kijk t.co/abc",
        "mail win@casino.example",
        "bel 0900 12 34 56",
        "casino\uff0ecom",
        "Eva\nWin",
    ],
)
def test_a_name_carries_no_link_address_or_number(client, name):
    refused = send(client, naam=name)
    assert refused.status_code == 200
    assert not Bericht.objects.exists()
    if "\n" not in name:
        assert "Schrijf hier geen webadres" in errors(refused)[0]


@pytest.mark.parametrize("name", ["J.P. Janssens", "J.P.Janssens", "Zoë O'Neill-Vandamme", "Eva 2"])
def test_a_name_with_a_point_is_a_name(client, name):
    assert send(client, naam=name).status_code == 302


def test_the_answers_are_looked_at_before_they_are_sent(client):
    data = {**open_form(client), **FILLED, "e_mail": "eva@gmial.com"}
    check = post(client, data, "nazien")
    text = check.content.decode()
    assert "Kijk na voor je verstuurt" in text
    assert "Antwerpen (Borsbeek hoort daar sinds 2025 bij)" in text
    assert "Bedoel je eva@gmail.com?" in text
    assert Verzoek.objects.count() == 0
    # What the page carries along is all that is needed to send it.
    again = post(client, hidden(check), "wijzig")
    assert soup_of(again).find(id="id_naam")["value"] == "Ēva D'Hondt"
    assert errors(again) == []
    sent = post(client, hidden(check), "verstuur")
    assert Verzoek.objects.get().kenmerk == reference(sent)


def test_a_request_for_a_talk_asks_a_telephone_number_and_a_question_does_not(client):
    assert "id_telefoon" not in client.get(HELPDESK).content.decode()
    assert errors(send(client, COACHING, telefoon="")) == [
        "Vul het nummer in waarop we je kunnen bellen."
    ]
    send(client, COACHING)
    assert Verzoek.objects.get().telefoon == "0470 12 34 56"
    assert "0470 12 34 56" in Bericht.objects.first().tekst


def test_every_kind_has_a_form_of_its_own(client):
    pages = {page.soort: page for page in VerzoekPage.objects.live()}
    assert set(pages) == {"helpdesk", "orientatie", "doorstart", "coaching"}
    for soort, page in pages.items():
        send(client, page.get_url(), vraag=f"Over {soort}")
    assert set(Verzoek.objects.values_list("soort", flat=True)) == set(pages)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"naam": ""}, "Vul je naam in."),
        ({"naam": "x" * 101}, "Zorg"),
        ({"gemeente": ""}, "Vul je gemeente in, of typ: andere."),
        ({"gemeente": "Herentaals"}, "Bedoel je Herentals?"),
        ({"gemeente": "Rotterdam"}, "Kies uit de lijst, of typ: andere."),
        ({"gemeente": "Andere"}, "Vul de naam van je organisatie in."),
        ({"e_mail": ""}, "Vul je e-mailadres in."),
        ({"e_mail": "eva@"}, "Dit e-mailadres klopt niet."),
        ({"e_mail": "eva@example.org\nBcc: x@example.org"}, "Dit e-mailadres klopt niet."),
        ({"vraag": " "}, "Schrijf in een paar zinnen wat je wilt weten."),
        ({"vraag": "x" * 20_001}, "Dit is te lang"),
    ],
)
def test_a_wrong_answer_is_explained_and_the_rest_is_kept(client, changes, message):
    answer = send(client, **changes)
    assert answer.status_code == 200
    (error,) = errors(answer)
    assert message in error
    soup = soup_of(answer)
    assert soup.title.get_text(strip=True).startswith("Fout:")
    for name, value in {**FILLED, **changes}.items():
        field = soup.find(id=f"id_{name}")
        shown = field.get_text().strip("\n") if field.name == "textarea" else field.get("value", "")
        if "\n" not in value and value.strip():
            assert shown == value
    assert soup.select_one(".fouten a")["href"].removeprefix("#") in {
        element["id"] for element in soup.find_all(id=True)
    }
    assert Verzoek.objects.count() == Bericht.objects.count() == 0


@pytest.mark.parametrize("telefoon", ["12", "niet bellen", "0470 12 34 56 of 57", "+" * 20])
def test_a_telephone_number_that_cannot_be_called_is_refused(client, telefoon):
    (error,) = errors(send(client, COACHING, telefoon=telefoon))
    assert "0470 12 34 56" in error


@pytest.mark.parametrize(
    "vraag",
    [
        "x" * 10_000,
        "<script>alert(1)</script> & \"aanhaling\" 'enkel'",
        "Ē ā ő 漢字 😀👩‍👩‍👧 ‏עברית",
        "{{ settings.SECRET_KEY }} {% url 'x' %} %(naam)s",
        "regel 1\r\nregel 2\r\n.\r\nregel 4",
    ],
)
def test_whatever_somebody_writes_arrives_as_it_was(client, vraag):
    send(client, vraag=vraag)
    assert Verzoek.objects.get().vraag.split() == vraag.split()
    assert "alert(1)</script>" not in Bericht.objects.first().html
    assert vraag.split()[-1] in Bericht.objects.first().tekst


def test_who_works_elsewhere_names_an_organisation(client):
    send(client, gemeente="andere", organisatie="Netwerk tegen Armoede")
    verzoek = Verzoek.objects.get()
    assert verzoek.gemeente is None
    assert verzoek.waar == "Netwerk tegen Armoede"


# --- What a form knows already ------------------------------------------------------------


def test_the_form_knows_the_step_somebody_comes_from(client, at_launch):
    step = StapPageFactory(title="Bel je partners", parent=TrajectPageFactory(title="Lijn 3"))
    panel = ask(step.get_url()).soup.select_one(".zij .contact a.knop")
    form = client.get(panel["href"])
    assert "Bel je partners" in form.content.decode()
    answer = send(client, panel["href"])
    assert Verzoek.objects.get().pagina_id == step.pk
    assert "Bel je partners" in Bericht.objects.get(soort="verzoek_team").tekst
    done = ask(answer["Location"])
    assert "Lijn 3" in done.visible_text()
    assert step.get_url() in done.links


def test_the_form_takes_the_answers_of_the_self_test_along(client, at_launch):
    traject = TrajectPageFactory(soort="doorstart")
    module = StapPageFactory(parent=traject, herken_je="We komen nog zelden samen.")
    outcome = ask(f"{traject.get_url()}?test=1&k={module.pk}")
    link = outcome.soup.select_one(".uitslag .contact a.knop")["href"]
    assert link.startswith("/contact/doorstartgesprek/")
    assert "We komen nog zelden samen." in client.get(link).content.decode()
    send(client, link)
    (pair,) = Verzoek.objects.get().antwoorden
    assert pair[1] == "We komen nog zelden samen."


def test_the_answers_of_the_route_chooser_travel_to_the_form(client, at_launch):
    outcome = ask("/trajecten/welk-traject/?wie=gemeente&netwerk=nee&igs=nee")
    link = outcome.soup.select_one("main .contact a.knop")["href"]
    assert link.startswith("/contact/")
    form = ask(link)
    given = [element.get_text(" ", strip=True) for element in form.soup.select("form .kort li")]
    assert len(given) == 3
    send(client, link)
    stored = [" ".join(pair) for pair in Verzoek.objects.get().antwoorden]
    assert stored == given
    assert stored[0] in " ".join(Bericht.objects.get(soort="verzoek_team").tekst.split())


def test_the_contact_page_passes_on_what_it_was_given(at_launch):
    query = "?van=%2Ftrajecten%2Fwelk-traject%2F&antwoorden=wie%3Dgemeente"
    forms = ask(f"/contact/{query}").soup.select("main ul.drieluik a")
    assert len(forms) == 4
    assert {form["href"].removeprefix(form["href"].split("?")[0]) for form in forms} == {query}
    # Who comes to the contact page itself has no question about it.
    plain = ask("/contact/").soup.select("main ul.drieluik a, main .contact a.knop")
    assert not [link for link in plain if "?" in link["href"]]


@pytest.mark.parametrize(
    "query",
    [
        "van=https://kwaad.example/",
        "van=//kwaad.example/",
        "van=/bestaat-niet/",
        "van=/../../etc/passwd",
        "van=" + "/x" * 3000,
        "van=%00",
        "van=/trajecten/doorstarttraject/&antwoorden=" + "%26k%3D1" * 500,
        "van=/trajecten/&antwoorden=%E2%28%A1",
        "klaar=ABC-1234:vals",
        "klaar=",
    ],
)
def test_a_false_or_old_address_still_gives_a_useful_form(client, query):
    answer = client.get(f"{HELPDESK}?{query}", follow=True)
    assert answer.status_code == 200
    assert "id_vraag" in answer.content.decode()
    assert not [link for link in soup_of(answer).find_all("a") if "kwaad" in link.get("href", "")]


def test_every_screen_of_a_request_is_sound_and_without_cookie(client, at_launch):
    assert_sound({HELPDESK: ask(HELPDESK), COACHING: ask(COACHING)})
    answer = send(client)
    assert not answer.cookies
    assert_sound({"klaar": ask(answer["Location"])})
    data = {**open_form(client), **FILLED}
    for step, changes in (("nazien", {}), ("nazien", {"naam": ""}), ("wijzig", {})):
        page = post(client, {**data, **changes}, step)
        assert not page.cookies
        assert "private" in page["Cache-Control"]
        assert "script-src 'self'" in page["Content-Security-Policy"]


def test_sending_costs_few_queries(client, at_launch):
    data = {**open_form(client), **FILLED}
    with CaptureQueriesContext(connection) as queries:
        post(client, data, "nazien")
    assert len(queries) <= 14, "\n".join(query["sql"] for query in queries)


# --- Twice, too often, by a program ----------------------------------------------------------


def test_sending_twice_is_one_request_with_the_same_reference(client):
    data = {**open_form(client), **FILLED}
    first, second = post(client, data), post(client, data, seconds=90)
    assert reference(first) == reference(second)
    assert Verzoek.objects.count() == 1
    assert Bericht.objects.count() == 2


def test_going_back_and_asking_something_else_is_another_request(client):
    data = {**open_form(client), **FILLED}
    first = post(client, data)
    second = post(client, {**data, "vraag": "En nog iets anders."})
    assert reference(first) != reference(second)
    assert Verzoek.objects.count() == 2


def test_a_program_sees_the_same_and_nothing_is_stored(client):
    answer = send(client, webadres="http://kwaad.example")
    assert answer.status_code == 302
    done = client.get(answer["Location"])
    assert "We hebben je vraag ontvangen" in done.content.decode()
    assert reference(answer) in done.content.decode()
    assert Verzoek.objects.count() == Bericht.objects.count() == 0


def test_who_is_as_quick_as_a_program_is_asked_to_press_once_more(client):
    data = {**open_form(client), **FILLED}
    assert "Druk nog een keer" not in post(client, data, "nazien", seconds=1).content.decode()
    asked = post(client, data, seconds=1)
    assert asked.status_code == 200
    assert "Druk nog een keer op de knop" in asked.content.decode()
    assert Verzoek.objects.count() == Bericht.objects.count() == 0
    assert post(client, data, seconds=5).status_code == 302
    assert Verzoek.objects.count() == 1


def test_more_than_a_set_number_in_an_hour_is_refused_kindly(client, settings):
    settings.VERZOEKEN_PER_HOUR = 2
    for number in range(2):
        assert send(client, vraag=f"Vraag {number}").status_code == 302
    refused = send(client, vraag="Nog een vraag")
    assert refused.status_code == 429
    assert "al veel verzoeken" in errors(refused)[0]
    assert soup_of(refused).find(id="id_vraag").get_text().strip() == "Nog een vraag"
    assert Verzoek.objects.count() == 2
    # A second press on the button is no second request.
    assert send(Client(REMOTE_ADDR="203.0.113.7"), vraag="Van elders").status_code == 302
    assert send(client, seconds=3700, vraag="Een uur later").status_code == 302


def test_a_form_from_another_site_is_refused(client):
    data = {**open_form(client), **FILLED}
    answer = post(client, data, headers={"origin": "http://kwaad.example"})
    assert answer.status_code == 403
    assert Verzoek.objects.count() == 0


def test_a_form_that_stood_open_too_long_is_refused_with_everything_kept(client):
    data = {**open_form(client), **FILLED}
    answer = post(client, data, seconds=25 * 3600)
    assert "stond te lang open" in errors(answer)[0]
    fresh = {**hidden(answer), **FILLED}
    assert post(client, fresh, seconds=25 * 3600 + 20).status_code == 302


# --- Mail ------------------------------------------------------------------------------------


def test_the_address_for_requests_goes_before_that_of_the_helpdesk(client):
    SiteInstellingen.objects.update(verzoeken_e_mail="verzoeken@example.org")
    send(client)
    assert Levering.objects.filter(adres="verzoeken@example.org").exists()


def test_without_an_address_of_the_team_nothing_is_lost(client, caplog):
    SiteInstellingen.objects.update(helpdesk_e_mail="", verzoeken_e_mail="")
    assert send(client).status_code == 302
    assert Verzoek.objects.count() == 1
    (mail,) = Bericht.objects.all()
    assert mail.soort == "verzoek_bevestiging"
    assert "geen adres van het team" in caplog.text


def test_a_mail_that_cannot_be_made_leaves_no_request(client, monkeypatch):
    def broken(**kwargs):
        raise RuntimeError("stuk")

    monkeypatch.setattr("trajecten.verzoeken.services.post.queue", broken)
    with pytest.raises(RuntimeError):
        send(client)
    assert Verzoek.objects.count() == 0


# --- Forgetting --------------------------------------------------------------------------------


PERSONAL = ["Ēva", "D'Hondt", "OCMW Voorbeeldstad", "eva@example.org", "0470", "partners haken"]


def all_values():
    rows = [*Verzoek.objects.values(), *ModelLogEntry.objects.values()]
    return "\n".join(str(row) for row in rows)


@pytest.mark.parametrize(("months", "is_emptied"), [(23, False), (24, False), (25, True)])
def test_after_24_months_tick_forgets_who_asked(months, is_emptied):
    with later(0):
        verzoek = VerzoekFactory(notities="Bel Eva via eva@example.org.", antwoorden=[["V", "A"]])
    day = datetime.datetime(2028, 11, 24, 10, tzinfo=datetime.UTC) + datetime.timedelta(
        days=(months - 24) * 30
    )
    with time_machine.travel(day, tick=False):
        call_command("tick")
        call_command("tick")
    verzoek.refresh_from_db()
    assert (verzoek.geanonimiseerd_op is not None) is is_emptied
    for text in PERSONAL:
        assert (text in all_values()) is not is_emptied
    assert verzoek.gemeente.naam == "Herentals"
    assert verzoek.soort == "coaching"
    if is_emptied:
        assert not verzoek.is_open
        assert ModelLogEntry.objects.filter(action="verzoek.geanonimiseerd").count() == 1


def test_erasing_an_address_finds_everything(client):
    send(client)
    own = VerzoekFactory(e_mail="Eva@Example.org")
    other = VerzoekFactory(
        e_mail="jan@example.org",
        e_mail_norm="jan@example.org",
        naam="Jan",
        organisatie="",
        vraag="Mail ook EVA@example.org over onze partners.",
    )
    assert services.erase("eva@example.org") == 3
    own.refresh_from_db()
    other.refresh_from_db()
    assert own.geanonimiseerd_op
    assert own.naam == ""
    assert other.vraag == "Mail ook [weggelaten] over onze partners."
    assert other.naam == "Jan"
    everything = all_values() + "\n".join(
        str(row) for row in [*Bericht.objects.values(), *Levering.objects.values()]
    )
    assert "eva@example.org" not in everything.lower()
    assert services.erase("eva@example.org") == 0
