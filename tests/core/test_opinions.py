"""Was this page useful: from the question under a page to the list of the editors."""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import BasePage, Oordeel
from core.scrub import without_contact_details, without_words
from tests.conftest import LAUNCH_DAY
from tests.factories import PAGE_FACTORIES, ContentPageFactory, StapPageFactory
from tests.markup import ask, assert_sound
from tests.test_editor_language import english_in

pytestmark = pytest.mark.django_db

ASKS = {"ArtikelPage", "ContentPage", "StapPage", "TrajectPage", "VraagPage"}


def later(seconds):
    return time_machine.travel(LAUNCH_DAY + datetime.timedelta(seconds=seconds), tick=False)


def answer(client, page, helped, **more):
    with later(0):
        return client.post("/oordeel/", {"pagina": page.pk, "nuttig": helped, **more})


def carried(response):
    soup = BeautifulSoup(response.content.decode(), "html.parser")
    return {field["name"]: field["value"] for field in soup.select("form.formulier [type=hidden]")}


def tell(client, response, text, seconds=20, **more):
    """Fill in the text box that follows."""
    with later(0):
        box = client.get(response["Location"])
    with later(seconds):
        return client.post("/oordeel/", {**carried(box), "tekst": text, **more})


@pytest.mark.parametrize("model", PAGE_FACTORIES, ids=lambda model: model.__name__)
def test_only_pages_that_help_ask_whether_they_did(model, at_launch):
    page = model.objects.filter(locale__language_code="nl", live=True).first()
    # The launch has no issue of the newsletter.
    page = page or PAGE_FACTORIES[model]()
    form = ask(page.get_url()).soup.select_one("form.nuttig")
    assert (form is not None) is (model.__name__ in ASKS)
    assert model.vraagt_oordeel is (model.__name__ in ASKS)


def test_a_no_leads_to_one_text_box_and_to_thanks(client):
    page = StapPageFactory(title="Bel je partners")
    first = answer(client, page, "nee")
    box = client.get(first["Location"]).content.decode()
    assert "Wat zocht je, of wat ontbrak?" in box
    last = tell(client, first, "Ik zocht een voorbeeld van een nota.")
    thanks = client.get(last["Location"]).content.decode()
    assert "Dank je wel" in thanks
    assert page.get_url() in thanks
    (row,) = Oordeel.objects.all()
    assert (row.pagina_id, row.nuttig, row.op) == (page.pk, False, LAUNCH_DAY.date())
    assert row.tekst == "Ik zocht een voorbeeld van een nota."


def test_a_yes_counts_without_a_word(client):
    page = ContentPageFactory()
    assert (
        "Wat hielp je het meest?"
        in client.get(answer(client, page, "ja")["Location"]).content.decode()
    )
    assert Oordeel.objects.get().nuttig is True


def test_who_gave_an_opinion_is_not_stored(client):
    page = ContentPageFactory()
    tell(client, answer(client, page, "nee"), "Bel me: 0470/12.34.56 of jan@example.org.")
    row = Oordeel.objects.get()
    assert row.tekst == "Bel me: [weggelaten] of [weggelaten]"
    assert {field.name for field in Oordeel._meta.get_fields()} == {
        "id",
        "pagina",
        "nuttig",
        "tekst",
        "op",
    }


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("mail jan.peeters+x@gemeente.be nu", "mail [weggelaten] nu"),
        ("jan (at) gemeente.be", "[weggelaten]"),
        ("bel +32 470 12 34 56!", "bel [weggelaten]!"),
        ("014/12.34.56", "[weggelaten]"),
        ("BE68 5390 0754 7034", "BE68 [weggelaten]"),
        ("85.07.30-033.28", "[weggelaten]"),
        ("De periode 2027-2032 en 1 oktober 2026.", "De periode 2027-2032 en 1 oktober 2026."),
        ("op 01/04/2026 of 1.391.569 euro", "op 01/04/2026 of 1.391.569 euro"),
        ("stap 3 van 7, 85.000 inwoners", "stap 3 van 7, 85.000 inwoners"),
        ("2800 Mechelen", "2800 Mechelen"),
    ],
)
def test_addresses_and_long_numbers_are_taken_out_and_the_rest_stays(text, kept):
    assert without_contact_details(text) == kept


def test_a_name_is_only_taken_out_as_a_whole_word():
    assert without_words("Jan en Janneke, JAN!", ["Jan", "J"]) == (
        "[weggelaten] en Janneke, [weggelaten]!"
    )
    assert without_words("niets", []) == "niets"


# --- Bad input --------------------------------------------------------------------------


def test_a_text_sent_twice_is_stored_once(client):
    first = answer(client, ContentPageFactory(), "nee")
    tell(client, first, "Een")
    tell(client, first, "Twee")
    assert [row.tekst for row in Oordeel.objects.all()] == ["Een"]


def test_a_program_sees_the_same_and_nothing_is_stored(client):
    page = ContentPageFactory()
    trapped = answer(client, page, "nee", webadres="http://kwaad.example")
    assert "Wat zocht je" in client.get(trapped["Location"]).content.decode()
    assert tell(client, trapped, "koop nu").status_code == 302
    assert Oordeel.objects.count() == 0
    quick = tell(client, answer(client, page, "nee"), "koop nu", seconds=1, webadres="x")
    assert "Dank je wel" in client.get(quick["Location"]).content.decode()
    assert Oordeel.objects.get().tekst == ""


def test_who_is_as_quick_as_a_program_presses_once_more(client):
    page = ContentPageFactory()
    quick = tell(client, answer(client, page, "nee"), "De datum ontbreekt", seconds=1)
    again = quick.content.decode()
    assert quick.status_code == 200
    assert "Druk nog een keer op de knop" in again
    assert "De datum ontbreekt" in again
    assert "Fout:" not in again
    assert Oordeel.objects.get().tekst == ""
    with later(20):
        client.post("/oordeel/", {**carried(quick), "tekst": "De datum ontbreekt"})
    assert Oordeel.objects.get().tekst == "De datum ontbreekt"


def test_who_has_nothing_to_add_may_be_quick(client):
    quick = tell(client, answer(client, ContentPageFactory(), "ja"), " ", seconds=1)
    assert "Dank je wel" in client.get(quick["Location"]).content.decode()


def test_too_many_opinions_see_the_same_and_are_not_counted(client, settings):
    page, other = ContentPageFactory(), ContentPageFactory()
    for _ in range(8):
        assert answer(client, page, "nee").status_code == 302
    assert Oordeel.objects.count() == 5
    settings.OORDELEN_PER_HOUR = 9
    for _ in range(4):
        answer(client, other, "ja")
    assert Oordeel.objects.count() == 6


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"pagina": "x", "nuttig": "nee"},
        {"pagina": "9" * 40, "nuttig": "nee"},
        {"pagina": "²", "nuttig": "nee"},
        {"pagina": "999999", "nuttig": "nee"},
        {"merk": "vals", "tekst": "x"},
    ],
)
def test_an_opinion_about_nothing_leads_home(client, data):
    assert client.post("/oordeel/", data)["Location"] == "/"
    assert Oordeel.objects.count() == 0


def test_a_page_that_does_not_ask_and_a_strange_answer_take_no_opinion(client):
    page = ContentPageFactory()
    home = page.get_parent()
    assert client.post("/oordeel/", {"pagina": home.pk, "nuttig": "nee"})["Location"] == "/"
    assert client.post("/oordeel/", {"pagina": page.pk, "nuttig": "weg"})["Location"] == "/"
    draft = ContentPageFactory(live=False)
    assert client.post("/oordeel/", {"pagina": draft.pk, "nuttig": "nee"})["Location"] == "/"
    assert Oordeel.objects.count() == 0


def test_another_site_gives_no_opinion(client):
    page = ContentPageFactory()
    data = {"pagina": page.pk, "nuttig": "nee"}
    refused = client.post("/oordeel/", data, headers={"origin": "http://kwaad.example"})
    assert refused.status_code == 403
    assert Oordeel.objects.count() == 0


def test_a_text_that_is_too_long_is_kept_and_explained(client):
    first = answer(client, ContentPageFactory(), "nee")
    refused = tell(client, first, "woord " * 400)
    assert refused.status_code == 200
    text = refused.content.decode()
    assert "Dit is te lang" in text
    assert "woord woord" in text


def test_the_screens_are_sound_and_leave_no_cookie(client, at_launch):
    first = answer(client, ContentPageFactory(), "nee")
    last = tell(client, first, "Iets")
    assert not first.cookies
    assert not last.cookies
    assert_sound({"vak": ask(first["Location"]), "dank": ask(last["Location"])})


# --- Beside the page ----------------------------------------------------------------------


def test_opinions_are_removed_after_24_months():
    page = ContentPageFactory()
    Oordeel.objects.create(pagina=page, nuttig=True, op=datetime.date(2024, 11, 23))
    kept = Oordeel.objects.create(pagina=page, nuttig=True, op=datetime.date(2024, 11, 24))
    with later(0):
        call_command("tick")
    assert list(Oordeel.objects.all()) == [kept]


def test_editors_see_opinions_in_the_list_of_steps_and_in_the_page(editor_client, at_launch):
    step = StapPageFactory()
    for helped, text in ((True, ""), (False, "Te vaag."), (False, "")):
        Oordeel.objects.create(pagina=step, nuttig=helped, tekst=text, op=at_launch)
    assert "1 ja, 2 nee" in editor_client.get("/admin/stappen/").content.decode()
    screen = editor_client.get(reverse("wagtailadmin_pages:edit", args=[step.pk]))
    text = " ".join(BeautifulSoup(screen.content.decode(), "html.parser").get_text(" ").split())
    assert "1 keer geholpen, 2 keer niet." in text
    assert "24 november 2026, niet geholpen: Te vaag." in text
    assert english_in(screen) == []


def test_the_list_of_opinions_is_dutch_filtered_and_cannot_be_typed_in(
    editor_client, at_launch, client
):
    one, other = StapPageFactory(title="Eerste stap"), StapPageFactory(title="Tweede stap")
    Oordeel.objects.create(pagina=one, nuttig=True, op=at_launch)
    row = Oordeel.objects.create(pagina=other, nuttig=False, tekst="Waar is de knop?", op=at_launch)
    address = "/admin/snippets/core/oordeel/"

    def shown(query=""):
        html = editor_client.get(f"{address}?{query}").content.decode()
        table = BeautifulSoup(html, "html.parser").select_one("table.listing")
        text = table.get_text() if table else ""
        return [title for title in ("Eerste stap", "Tweede stap") if title in text]

    assert shown() == ["Eerste stap", "Tweede stap"]
    assert shown("nuttig=false") == ["Tweede stap"]
    assert shown("met_tekst=true") == ["Tweede stap"]
    assert shown(f"pagina={one.pk}") == ["Eerste stap"]
    assert shown("q=knop") == ["Tweede stap"]
    assert english_in(editor_client.get(address)) == []
    assert editor_client.get(f"{address}add/").status_code == 302
    assert editor_client.get(f"{address}edit/{row.pk}/").status_code == 302
    assert editor_client.post(f"{address}delete/{row.pk}/").status_code == 302
    assert Oordeel.objects.count() == 1


def test_the_lists_cost_as_many_queries_with_20_opinions_as_with_one(editor_client, at_launch):
    def queries(address):
        editor_client.get(address)
        with CaptureQueriesContext(connection) as found:
            editor_client.get(address)
        return len(found)

    steps = [StapPageFactory() for _ in range(20)]
    Oordeel.objects.create(pagina=steps[0], nuttig=True, op=at_launch)
    addresses = ["/admin/stappen/", "/admin/snippets/core/oordeel/"]
    one = {address: queries(address) for address in addresses}
    for step in steps:
        Oordeel.objects.create(pagina=step, nuttig=False, op=at_launch)
    twenty = {address: queries(address) for address in addresses}
    assert all(twenty[address] <= one[address] for address in addresses), (one, twenty)


def test_every_page_type_says_whether_it_asks():
    assert all(isinstance(model.vraagt_oordeel, bool) for model in BasePage.__subclasses__())
