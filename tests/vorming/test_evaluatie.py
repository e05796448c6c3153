"""What people thought: one answer per token, nobody known, shown from three answers on."""

import datetime
import json
import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale

from post.models import Levering
from tests.factories import SessieFactory
from tests.markup import ask, faults
from tests.test_editor_language import english_in
from tests.vorming.conftest import enrol, mails
from tests.vorming.dag import after, editor, session_with
from vorming.models import Evaluatie, Evaluatiesleutel
from vorming.services import evaluatie, privacy, werk
from vorming.services.audit import audit
from vorming.services.evaluatie import STELLINGEN, SleutelGebruikt

pytestmark = pytest.mark.django_db


@pytest.fixture
def bedankt(db, klok):
    """A session with four people, whose thanks have left."""
    sessie = session_with(1, 2, 3, 4)
    page = sessie.vorming
    page.evaluatievragen = "Wat neem je mee?\n\n  Wat mis je?  \n"
    page.save()
    klok.move_to(sessie.eindigt_op + datetime.timedelta(hours=20))
    werk.thank()
    return sessie


def links_in_mails():
    """Return the address of every questionnaire, as people got it."""
    found = Levering.objects.filter(bericht__soort="vorming/bedankt").order_by("pk")
    return [re.search(r"/evaluatie/[\w-]+/", row.bericht.tekst)[0] for row in found]


def filled_in(address, klok, client=None, seconds=10, eigen=(), meanwhile=None, **answers):
    """Open a questionnaire, take a moment, and send it.

    `eigen` are answers to the questions of the editors, by their words; `meanwhile` is done before
    it is sent.
    """
    client = client or Client()
    soup = BeautifulSoup(client.get(address).content, "html.parser")
    data = {one["name"]: one["value"] for one in soup.select("#formulier input[type=hidden]")}
    for question, text in dict(eigen).items():
        (label,) = [one for one in soup.select("label") if question in one.get_text()]
        data[soup.find(id=label["for"])["name"]] = text
    klok.shift(seconds)
    if meanwhile:
        meanwhile()
    return client.post(address, data | {"webadres": ""} | answers)


def scores(number):
    return {f"stelling_{code}": str(number) for code in STELLINGEN}


def screen(sessie):
    return reverse("vorming_evaluatie", args=[sessie.pk])


# --- Answering -------------------------------------------------------------------------


def test_everybody_gets_a_link_of_her_own(bedankt):
    assert len(mails("bedankt")) == 4
    assert len(set(links_in_mails())) == 4
    assert Evaluatiesleutel.objects.count() == 4


def test_an_answer_is_kept_without_who_and_when(bedankt, klok):
    address = links_in_mails()[0]
    answer = filled_in(
        address,
        klok,
        **scores(4),
        eigen={"Wat neem je mee?": "Meer bellen"},
        opmerking="Bel me op 0470 12 34 56 of sara1@example.org",
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/evaluatie/bedankt/"
    assert "Je antwoorden kwamen aan." in Client().get(answer["Location"]).content.decode()
    (kept,) = Evaluatie.objects.values()
    assert set(kept) == {"id", "sessie_id", "scores", "antwoorden", "opmerking"}
    assert kept["scores"] == dict.fromkeys(STELLINGEN, 4)
    assert kept["antwoorden"] == [{"vraag": "Wat neem je mee?", "waarde": "Meer bellen"}]
    assert kept["opmerking"] == "Bel me op [weggelaten] of [weggelaten]"
    stored = json.dumps(list(Evaluatiesleutel.objects.values()), default=str)
    assert address.split("/")[2] not in stored
    assert "sara" not in stored.lower()
    assert audit() == []


@pytest.mark.parametrize(
    "questions",
    ["Wat mis je?\nWat neem je mee?", "Wat mis je?", "Wat heb je gemist?", ""],
    ids=["swapped", "one gone", "other words", "none left"],
)
def test_an_answer_stays_with_the_question_that_was_read(bedankt, klok, questions):
    page = bedankt.vorming

    def an_editor_changes_them():
        page.evaluatievragen = questions
        page.save()

    answer = filled_in(
        links_in_mails()[0],
        klok,
        eigen={"Wat neem je mee?": "Het spel", "Wat mis je?": "Tieners"},
        meanwhile=an_editor_changes_them,
        opmerking="Mooi",
    )
    assert answer.status_code == 302
    (kept,) = Evaluatie.objects.all()
    assert {one["vraag"]: one["waarde"] for one in kept.antwoorden} == {
        "Wat neem je mee?": "Het spel",
        "Wat mis je?": "Tieners",
    }
    assert kept.opmerking == "Mooi"


def test_a_form_asks_only_what_an_editor_wrote(bedankt, klok):
    answer = filled_in(links_in_mails()[0], klok, gevraagd="WyJWYWxzPyJd:vals", opmerking="Mooi")
    assert answer.status_code == 302
    assert Evaluatie.objects.get().antwoorden == []


def test_twice_is_kindly_once(bedankt, klok):
    address = links_in_mails()[0]
    client = Client()
    filled_in(address, klok, client, **scores(4))
    for answer in (client.get(address), client.post(address, scores(1))):
        assert answer.status_code == 200
        assert "Je antwoorden kwamen al aan." in answer.content.decode()
    assert Evaluatie.objects.count() == 1


def test_two_submits_at_the_same_moment_are_one(bedankt, monkeypatch):
    token = links_in_mails()[0].split("/")[2]
    key = evaluatie.read(token)
    evaluatie.answer(token, scores={}, antwoorden=[], opmerking="een")
    # The second had read the token before the first spent it.
    monkeypatch.setattr(evaluatie, "read", lambda _token: key)
    with pytest.raises(SleutelGebruikt):
        evaluatie.answer(token, scores={}, antwoorden=[], opmerking="twee")
    assert list(Evaluatie.objects.values_list("opmerking", flat=True)) == ["een"]


def test_looking_spends_nothing(bedankt):
    address = links_in_mails()[0]
    for _ in range(3):
        answer = Client().get(address)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer.cookies == {}
    assert not Evaluatiesleutel.objects.filter(gebruikt=True).exists()


def test_an_empty_form_and_a_score_that_is_none_are_refused(bedankt, klok):
    address = links_in_mails()[0]
    answer = filled_in(address, klok)
    assert answer.status_code == 422
    assert "Vul minstens een antwoord in." in answer.content.decode()
    answer = filled_in(address, klok, stelling_nuttig="9", opmerking="Mooi")
    assert answer.status_code == 422
    assert "Mooi" in answer.content.decode()
    assert Evaluatie.objects.count() == 0


def test_one_answer_is_enough(bedankt, klok):
    assert filled_in(links_in_mails()[0], klok, stelling_nuttig="5").status_code == 302
    assert Evaluatie.objects.get().scores == {"nuttig": 5}


def test_a_program_is_thanked_and_not_heard(bedankt, klok):
    answer = filled_in(links_in_mails()[0], klok, **scores(1), webadres="http://x.example")
    assert answer.status_code == 302
    assert Evaluatie.objects.count() == 0
    assert not Evaluatiesleutel.objects.filter(gebruikt=True).exists()


def test_who_is_as_quick_as_a_program_is_asked_to_press_once_more(bedankt, klok):
    address = links_in_mails()[0]
    asked = filled_in(address, klok, seconds=1, **scores(4))
    assert asked.status_code == 200
    assert "Druk nog een keer op de knop" in asked.content.decode()
    assert Evaluatie.objects.count() == 0
    assert filled_in(address, klok, **scores(4)).status_code == 302
    assert Evaluatie.objects.count() == 1


def test_a_form_of_another_site_is_refused(bedankt):
    answer = Client().post(links_in_mails()[0], scores(1), headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert Evaluatie.objects.count() == 0


def test_a_link_that_is_none_or_too_old_says_so(bedankt, klok):
    answer = Client().get("/evaluatie/verzonnen/")
    assert answer.status_code == 404
    assert "Deze vragenlijst is gesloten" in answer.content.decode()
    address = links_in_mails()[0]
    after(klok, bedankt, days=30)
    assert privacy.retain()["sleutels van evaluaties"] == 4
    assert Client().get(address).status_code == 404
    assert audit() == []


def test_the_form_is_sound_and_asks_the_questions_of_the_course(bedankt):
    answer = ask(links_in_mails()[0])
    assert faults(answer) == []
    assert len(answer.queries) <= 12
    text = answer.visible_text()
    assert "Wat neem je mee?" in text
    assert "Wat mis je?" in text
    assert len(answer.soup.select("textarea")) == 3


def test_in_french_with_the_questions_of_the_french_page(bedankt):
    french = Locale.objects.get(language_code="fr")
    page = bedankt.vorming.copy_for_translation(french, copy_parents=True)
    page.evaluatievragen = "Qu’emportez-vous ?"
    page.live = True
    page.save()
    answer = Client().get(f"/fr{links_in_mails()[0]}")
    assert "Qu’emportez-vous ?" in answer.content.decode()
    assert "Wat neem je mee?" not in answer.content.decode()


# --- Reading --------------------------------------------------------------------------


def test_results_show_from_the_third_answer_on(bedankt, klok):
    client = editor()
    one, two, three, _four = links_in_mails()
    filled_in(one, klok, **scores(1), opmerking="Te warm in de zaal")
    filled_in(two, klok, **scores(5))
    text = client.get(screen(bedankt)).content.decode()
    assert "2 antwoorden op 4 verstuurde vragenlijsten" in text
    assert "Te warm" not in text
    assert "<svg viewBox" not in text
    filled_in(three, klok, **scores(3), eigen={"Wat mis je?": "Wat met <b>tieners</b>?"})
    answer = client.get(screen(bedankt))
    text = answer.content.decode()
    assert "Te warm in de zaal" in text
    assert "&lt;b&gt;tieners" in text
    assert "Gemiddeld 3,0 op 5" in text
    assert english_in(answer) == []


def test_the_pictures_have_a_table_and_no_style_of_their_own(bedankt, klok):
    for address, score in zip(links_in_mails(), (2, 4, 4, 5), strict=True):
        filled_in(address, klok, **scores(score))
    soup = BeautifulSoup(editor().get(screen(bedankt)).content, "html.parser")
    pictures = soup.select("figure.dag-staaf svg")
    assert len(pictures) == len(STELLINGEN)
    for picture in pictures:
        widths = [float(bar["width"]) for bar in picture.select("rect")]
        assert widths == [125, 250, 125]
        assert picture["aria-hidden"] == "true"
    assert soup.select(".dag [style]") == []
    rows = [
        [cell.get_text(strip=True) for cell in row.select("td")]
        for row in soup.select(".dag-tabel tbody tr")
    ]
    assert rows == [["0", "1", "0", "2", "1", "3,8"]] * len(STELLINGEN)


def test_only_answers_of_this_session_and_only_for_who_may(bedankt, klok):
    for address in links_in_mails():
        filled_in(address, klok, **scores(5))
    other = SessieFactory()
    assert "0 antwoorden" in editor().get(screen(other)).content.decode()
    stranger = editor("vreemde", zonder="change_sessie")
    assert stranger.get(screen(bedankt)).status_code in (302, 403)


def test_answers_stay_after_everybody_is_forgotten(bedankt, klok):
    for address in links_in_mails():
        filled_in(address, klok, **scores(5))
    after(klok, bedankt, days=800)
    privacy.retain()
    text = editor().get(screen(bedankt)).content.decode()
    assert "4 antwoorden." in text
    assert "Gemiddeld 5,0 op 5" in text


def test_the_audit_sees_more_answers_than_tokens(bedankt, klok):
    filled_in(links_in_mails()[0], klok, **scores(5))
    assert audit() == []
    Evaluatie.objects.create(sessie=bedankt, scores={"nuttig": 1})
    assert any("2 evaluaties bij 1 gebruikte sleutels" in fault for fault in audit())


def test_who_waited_is_not_asked(db, klok):
    sessie = SessieFactory(capaciteit=1)
    enrol(sessie, 1)
    enrol(sessie, 2)
    klok.move_to(sessie.eindigt_op + datetime.timedelta(hours=20))
    werk.thank()
    assert Evaluatiesleutel.objects.count() == 1
