"""The route chooser: one question per page, an honest outcome, and nothing that breaks."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale
from wagtail.test.utils.form_data import streamfield
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from core import memo
from home.content.files import read_pages
from tests.admin import (
    PAGINASOORTEN,
    TITEL,
    add_url,
    complete,
    empty_form,
    errors_of,
    fill,
    form_in,
    page_called,
    wegwijzer_onderdelen,
    wegwijzer_uitkomst,
)
from tests.factories import (
    ContentPageFactory,
    TermijnFactory,
    WegwijzerPageFactory,
    antwoord,
    home,
    only,
    uitkomst,
    vraag,
)
from tests.markup import ask, assert_sound
from tests.texts import sentences, texts_of_page
from trajecten.models import WegwijzerPage
from trajecten.wegwijzer import describe, walk

pytestmark = pytest.mark.django_db
LAUNCH = "/trajecten/welk-traject/"


def tree():
    """Return a chooser of three questions: two ways meet in the last one."""
    return [
        vraag("netwerk", antwoord("ja", "nota"), antwoord("nee", "igs")),
        vraag("nota", antwoord("ja", "start"), antwoord("nee", "igs")),
        vraag("igs", antwoord("ja", "opstart"), antwoord("weet-niet", "opstart")),
        uitkomst("start"),
        uitkomst("opstart"),
    ]


@pytest.fixture
def wijzer(at_launch):
    return WegwijzerPageFactory(onderdelen=tree())


def state(wijzer, **answers):
    return ask(f"{wijzer.get_url()}?{urlencode(answers)}" if answers else wijzer.get_url())


def asked(answer):
    """Return the question of a page, None at an outcome."""
    legend = answer.soup.select_one("form.routevraag legend")
    return legend.get_text(strip=True) if legend else None


def send(answer, choice):
    """Fill in the form of a page as a browser does; return the next page."""
    form = answer.soup.select_one("form.routevraag")
    fields = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    if choice is not None:
        radio = form.select_one(f"input[type=radio][value={choice}]")
        fields[radio["name"]] = radio["value"]
    button = form.select_one("button[type=submit]")
    fields[button["name"]] = button["value"]
    return ask(f"{form['action']}?{urlencode(fields)}")


def link_with(answer, words):
    """Return the link that says `words`, None without."""
    return next((a for a in answer.soup.select("main a") if words in a.get_text()), None)


# --- Walking ------------------------------------------------------------------------------


def test_one_question_is_asked_at_a_time_until_the_outcome(wijzer):
    first = state(wijzer)
    second = send(first, "ja")
    third = send(second, "nee")
    end = send(third, "weet-niet")
    assert [asked(answer) for answer in (first, second, third, end)] == [
        "Vraag netwerk?",
        "Vraag nota?",
        "Vraag igs?",
        None,
    ]
    assert end.h1 == "Uitkomst opstart"
    assert_sound({"1": first, "2": second, "3": third, "uitkomst": end})


def test_the_outcome_says_why_with_a_sentence_per_answer(wijzer):
    end = state(wijzer, netwerk="ja", nota="nee", igs="weet-niet")
    reasons = [item.get_text(strip=True) for item in end.soup.select(".redenen li")]
    assert reasons == ["Je koos ja.", "Je koos nee.", "Je koos weet-niet."]


def test_the_outcome_shows_the_first_step_the_deadline_and_contact(at_launch):
    step, contact = ContentPageFactory(), ContentPageFactory()
    termijn = TermijnFactory(naam="Nota indienen")
    end = uitkomst(
        "start",
        actie=step,
        actie_tekst="Begin hier",
        termijn=termijn,
        contact=contact,
        contact_tekst="Vraag een gesprek aan",
    )
    question = vraag("netwerk", antwoord("ja", "start"), antwoord("nee", "start"))
    wijzer = WegwijzerPageFactory(onderdelen=[question, end])
    answer = state(wijzer, netwerk="ja")
    assert link_with(answer, "Begin hier")["href"] == step.get_url()
    assert "donderdag 1 april 2027" in answer.visible_text()
    link = urlsplit(link_with(answer, "gesprek aan")["href"])
    assert link.path == contact.get_url()
    assert parse_qs(link.query) == {"van": [wijzer.get_url()], "antwoorden": ["netwerk=ja"]}


def test_what_an_outcome_points_at_may_be_withdrawn(at_launch):
    step, contact, termijn = ContentPageFactory(), ContentPageFactory(), TermijnFactory()
    end = uitkomst("start", actie=step, termijn=termijn, contact=contact)
    question = vraag("netwerk", antwoord("ja", "start"), antwoord("nee", "start"))
    wijzer = WegwijzerPageFactory(onderdelen=[question, end])
    for thing in (step, contact, termijn):
        thing.unpublish()
    answer = state(wijzer, netwerk="ja")
    assert_sound({"uitkomst": answer})
    assert step.title not in answer.visible_text()
    assert termijn.naam not in answer.visible_text()
    # The contact page of the menu takes over.
    assert any(link.startswith("/contact/?van=") for link in answer.links)
    for thing in (step, contact, termijn):
        thing.delete()
    assert_sound({"verwijderd": state(wijzer, netwerk="ja")})


def test_a_question_sent_without_answer_says_so_and_keeps_the_rest(wijzer):
    answer = send(state(wijzer, netwerk="ja"), None)
    assert answer.title.startswith("Fout: ")
    assert asked(answer) == "Vraag nota?"
    summary = answer.soup.select_one(".fouten a")
    field = answer.soup.find(id=summary["href"].removeprefix("#"))
    assert field["type"] == "radio"
    message = answer.soup.select_one("form .veld-foutmelding").get_text(strip=True)
    assert message == f"Fout:{summary.get_text(strip=True)}"
    assert answer.soup.select_one("fieldset")["aria-describedby"] == "antwoord-fout"
    assert answer.soup.select_one("input[type=hidden][name=netwerk]")["value"] == "ja"
    assert_sound({"fout": answer})
    # An answer puts it right.
    assert not send(answer, "ja").title.startswith("Fout")


def test_every_answer_can_be_changed_and_the_others_stay(wijzer):
    end = state(wijzer, netwerk="ja", nota="nee", igs="weet-niet")
    changes = [link["href"] for link in end.soup.select(".antwoorden dd a")]
    assert len(changes) == 3
    again = ask(changes[1])
    assert asked(again) == "Vraag nota?"
    assert again.soup.select_one("input[type=radio][checked]")["value"] == "nee"
    # The same answer again: straight to the outcome, for the last answer was kept.
    assert send(again, "nee").h1 == "Uitkomst opstart"
    # Another answer: another way, on which the last answer means nothing.
    other = send(again, "ja")
    assert other.h1 == "Uitkomst start"
    assert "igs" not in other.soup.select_one(".antwoorden").get_text()
    assert_sound({"wijzig": again, "anders": other})


def test_the_way_back_asks_the_question_before(wijzer):
    assert not link_with(state(wijzer), "Vorige vraag")
    third = state(wijzer, netwerk="ja", nota="nee")
    back = ask(link_with(third, "Vorige vraag")["href"])
    assert asked(back) == "Vraag nota?"
    first = ask(link_with(back, "Vorige vraag")["href"])
    assert asked(first) == "Vraag netwerk?"
    assert first.soup.select_one("input[checked]")["value"] == "ja"
    assert not link_with(first, "Vorige vraag")


def test_a_visitor_sees_how_many_questions_there_are_at_most(wijzer):
    assert "Vraag 2 van hoogstens 3" in state(wijzer, netwerk="ja").visible_text()
    assert "Vraag 2, de laatste" in state(wijzer, netwerk="nee").visible_text()


# --- Addresses ------------------------------------------------------------------------------


def test_an_answered_state_is_no_page_to_find(wijzer):
    plain = state(wijzer)
    assert plain.meta("robots") == ""
    for answer in (state(wijzer, netwerk="ja"), state(wijzer, netwerk="nee", igs="ja")):
        assert answer.meta("robots") == "noindex"
        assert answer.canonical == plain.canonical
        assert answer.canonical.endswith(wijzer.get_url())


def test_every_state_has_a_title_of_its_own(wijzer):
    titles = [
        state(wijzer, **answers).title
        for answers in ({}, {"netwerk": "ja"}, {"netwerk": "nee"}, {"netwerk": "nee", "igs": "ja"})
    ]
    assert len(set(titles)) == 4
    assert all(wijzer.title in title for title in titles)


@pytest.mark.parametrize(
    "query",
    [
        "netwerk=misschien",
        "netwerk=",
        "netwerk=%00",
        "netwerk=%3Cscript%3Ealert(1)%3C/script%3E",
        "netwerk=ja%27%20OR%201=1",
        "oud=ja&nog-ouder=nee",
        "igs=ja",
        "wijzig=netwerk",
        "wijzig=bestaat-niet",
        "v=igs",
        "v=",
        "utm_source=brief",
        "x=" + "a" * 4000,
    ],
)
def test_tampered_or_ancient_answers_are_ignored(query, wijzer):
    answer = ask(f"{wijzer.get_url()}?{query}")
    assert_sound({query[:40]: answer})
    assert asked(answer) == "Vraag netwerk?"
    assert answer.meta("robots") == ""
    assert "alert(1)" not in answer.text


def test_answers_after_an_unknown_one_wait_for_their_turn(wijzer):
    answer = state(wijzer, netwerk="ja", nota="bestaat-niet", igs="ja")
    assert asked(answer) == "Vraag nota?"


def test_an_answer_that_was_renamed_keeps_its_links(wijzer):
    wijzer.onderdelen = [
        vraag(
            "netwerk", antwoord("ja", "start", antwoord="Wel degelijk"), antwoord("nee", "start")
        ),
        uitkomst("start"),
    ]
    wijzer.save_revision().publish()
    assert "Wel degelijk" in state(wijzer, netwerk="ja").visible_text()


def test_questions_that_change_places_keep_their_links(wijzer):
    parts = tree()
    wijzer.onderdelen = [parts[0], parts[3], parts[2], parts[4], parts[1]]
    wijzer.save_revision().publish()
    assert state(wijzer, netwerk="ja", nota="ja").h1 == "Uitkomst start"


# --- For others ------------------------------------------------------------------------------


def test_answers_can_be_told_in_words(wijzer):
    told = [("Vraag netwerk?", "Antwoord ja"), ("Vraag nota?", "Antwoord nee")]
    assert describe(wijzer, "netwerk=ja&nota=nee") == told
    assert describe(wijzer, "?netwerk=ja&nota=nee&igs=xyz&v=igs") == told
    assert describe(wijzer, {"netwerk": "ja", "nota": "nee"}) == told
    assert wijzer.answers_from({"netwerk": "ja", "nota": "nee"}) == told
    assert describe(wijzer, "nota=nee") == []
    assert describe(wijzer, "") == []
    assert describe(wijzer, "%00=%FF&&&=") == []


def test_the_longest_way_is_counted_fast_however_many_ways_there_are():
    questions = [
        vraag(f"v{i}", *(antwoord(f"a{j}", f"v{i + 1}") for j in range(5))) for i in range(60)
    ]
    wijzer = WegwijzerPage(onderdelen=[*questions, uitkomst("v60")])
    assert walk(wijzer.route, {}).hoogstens == 60


def test_a_translation_keeps_the_codes_and_so_the_links(wijzer, django_capture_on_commit_callbacks):
    french = Locale.objects.get(language_code="fr")
    source, _ = TranslationSource.update_or_create_from_instance(wijzer)
    translation = Translation.objects.create(source=source, target_locale=french)
    segments = StringSegment.objects.filter(source=source).select_related("string", "context")
    assert not {"netwerk", "weet-niet", "start"} & {s.string.data for s in segments}
    for segment in segments:
        StringTranslation.objects.create(
            translation_of=segment.string,
            context=segment.context,
            locale=french,
            data=segment.string.data.replace("Vraag", "Question"),
        )
    with django_capture_on_commit_callbacks(execute=True):
        translation.save_target(publish=True)
    page = WegwijzerPage.objects.get(locale=french)
    assert describe(page, "netwerk=ja") == [("Question netwerk?", "Antwoord ja")]
    answer = state(page, netwerk="ja", nota="ja")
    assert answer.h1 == "Uitkomst start"
    assert answer.adres.startswith("/fr/")


# --- Publishing ------------------------------------------------------------------------------


def faults_of(wijzer):
    with pytest.raises(ValidationError) as caught:
        wijzer.save_revision().publish()
    return caught.value.message_dict["onderdelen"]


BAD = {
    "lus": (
        [
            vraag("a", antwoord("ja", "b"), antwoord("nee", "einde")),
            vraag("b", antwoord("ja", "a"), antwoord("nee", "einde")),
            uitkomst("einde"),
        ],
        ["Lus: ‘Vraag a?’ → ‘Vraag b?’ → ‘Vraag a?’."],
    ),
    "lus op zichzelf": (
        [vraag("a", antwoord("ja", "a"), antwoord("nee", "einde")), uitkomst("einde")],
        ["Lus: ‘Vraag a?’ → ‘Vraag a?’."],
    ),
    "doodlopend": (
        [vraag("a", antwoord("ja", "weg"), antwoord("nee", "einde")), uitkomst("einde")],
        [
            "Doodlopend: bij ‘Vraag a?’ leidt het antwoord ‘Antwoord ja’ naar ‘weg’, en dat "
            "bestaat niet."
        ],
    ),
    "zonder vervolg": (
        [vraag("a", antwoord("ja", ""), antwoord("nee", "einde")), uitkomst("einde")],
        ["Doodlopend: bij ‘Vraag a?’ leidt het antwoord ‘Antwoord ja’ nergens heen."],
    ),
    "onbereikbare uitkomst": (
        [
            vraag("a", antwoord("ja", "einde"), antwoord("nee", "einde")),
            uitkomst("einde"),
            uitkomst("eiland"),
        ],
        ["Onbereikbaar: geen antwoord leidt naar de uitkomst ‘Uitkomst eiland’."],
    ),
    "onbereikbare vraag": (
        [
            vraag("a", antwoord("ja", "einde"), antwoord("nee", "einde")),
            vraag("b", antwoord("ja", "einde"), antwoord("nee", "einde")),
            uitkomst("einde"),
        ],
        ["Onbereikbaar: geen antwoord leidt naar de vraag ‘Vraag b?’."],
    ),
    "dubbele code": (
        [
            vraag("a", antwoord("ja", "einde"), antwoord("ja", "einde")),
            uitkomst("einde"),
            uitkomst("einde"),
        ],
        [
            "De code ‘einde’ komt meer dan één keer voor. Geef elke vraag en uitkomst een eigen "
            "code.",
            "Bij de vraag ‘Vraag a?’ hebben twee antwoorden de code ‘ja’.",
        ],
    ),
    "code van de site": (
        [vraag("wijzig", antwoord("ja", "einde"), antwoord("nee", "einde")), uitkomst("einde")],
        ["De code ‘wijzig’ gebruikt de site zelf. Kies een andere."],
    ),
    "een antwoord": (
        [vraag("a", antwoord("ja", "einde")), uitkomst("einde")],
        ["De vraag ‘Vraag a?’ heeft minder dan twee antwoorden."],
    ),
    "geen vraag": ([uitkomst("einde")], ["Er is nog geen vraag. Begin met een vraag."]),
    "geen uitkomst": (
        [vraag("a", antwoord("ja", "a"), antwoord("nee", "a"))],
        ["Er is nog geen uitkomst. Elke weg eindigt bij een uitkomst."],
    ),
}


@pytest.mark.parametrize(("parts", "named"), BAD.values(), ids=BAD)
def test_a_chooser_that_leads_nowhere_is_never_published(parts, named, wijzer):
    wijzer.onderdelen = parts
    assert faults_of(wijzer) == named
    # Readers keep what they had.
    assert asked(state(wijzer)) == "Vraag netwerk?"


@pytest.mark.parametrize("parts", [parts for parts, _ in BAD.values()], ids=BAD)
def test_a_half_finished_chooser_can_be_previewed(parts, wijzer):
    wijzer.onderdelen = parts
    answer = wijzer.make_preview_request()
    assert answer.status_code == 200


def test_a_way_that_ends_nowhere_still_helps_a_reader(wijzer):
    # Past every guard: straight into the database.
    wijzer.onderdelen = BAD["zonder vervolg"][0]
    WegwijzerPage.objects.filter(pk=wijzer.pk).update(onderdelen=wijzer.onderdelen)
    memo.raise_version()
    answer = state(wijzer, a="ja")
    assert_sound({"nergens": answer})
    assert answer.h1 == "Deze weg is nog niet af"
    assert "/trajecten/opstarttraject/" in answer.links


SOORT = next(soort for soort in PAGINASOORTEN if soort.model is WegwijzerPage)


def publish(editor_client, parts, action="publish"):
    """Send the form of a new chooser; return the answer."""
    SOORT.make_room()
    parent = SOORT.parent()
    values = {**complete(SOORT), "onderdelen": streamfield(parts)}
    if action:
        values[f"action-{action}"] = "1"
    data = fill(empty_form(editor_client, SOORT, parent), values)
    return editor_client.post(add_url(SOORT, parent), data)


@pytest.mark.parametrize("action", ["publish", "submit"])
def test_the_form_names_what_is_wrong_before_it_goes_to_a_reader(action, editor_client):
    response = publish(editor_client, wegwijzer_onderdelen(naar_ja="netwerk"), action)
    # "start" became unreachable too.
    assert errors_of(response) == {
        "onderdelen": [
            "Lus: ‘Is er al een netwerk?’ → ‘Is er al een netwerk?’.",
            "Onbereikbaar: geen antwoord leidt naar de uitkomst ‘Uitkomst start’.",
        ]
    }
    assert "Lus: " in response.content.decode()
    assert page_called(TITEL) is None


def test_a_draft_may_be_half_finished(editor_client):
    response = publish(editor_client, wegwijzer_onderdelen(naar_ja=""), action=None)
    assert response.status_code == 302, errors_of(response)
    assert not page_called(TITEL).live


def test_a_code_is_refused_when_it_cannot_stand_in_an_address(editor_client):
    parts = [*wegwijzer_onderdelen(), ("uitkomst", wegwijzer_uitkomst("Niet zo!"))]
    response = publish(editor_client, parts)
    assert "kleine letters" in response.content.decode()
    assert page_called(TITEL) is None


def test_a_faulty_draft_of_a_published_chooser_waits_and_readers_notice_nothing(
    editor_client, at_launch
):
    wijzer = only(WegwijzerPage)
    address = reverse("wagtailadmin_pages:edit", args=[wijzer.pk])
    values = {"onderdelen": streamfield(wegwijzer_onderdelen(naar_ja="")), "body": streamfield([])}
    data = fill(form_in(editor_client.get(address)), values)
    assert editor_client.post(address, data).status_code == 302
    assert asked(ask(LAUNCH)) == "Voor wie zoek je een weg?"
    data["action-publish"] = "1"
    assert "onderdelen" in errors_of(editor_client.post(address, data))
    assert asked(ask(LAUNCH)) == "Voor wie zoek je een weg?"


# --- The launch ------------------------------------------------------------------------------


def every_state():
    """Return the answers of every state of the launch chooser, and the outcomes that were met."""
    wijzer = only(WegwijzerPage)
    states, outcomes, todo = [], set(), [{}]
    while todo:
        answers = todo.pop()
        trip = walk(wijzer.route, answers)
        states.append(answers)
        if trip.uitkomst:
            outcomes.add(trip.uitkomst)
        else:
            todo += [{**answers, trip.vraag.code: a.code} for a in trip.vraag.antwoorden]
    return wijzer, states, outcomes


def test_every_way_of_the_launch_ends_within_four_questions_with_something_to_do(at_launch):
    wijzer, states, outcomes = every_state()
    assert outcomes == set(wijzer.route.uitkomsten)
    assert max(len(answers) for answers in states) == 4
    for code in outcomes:
        value = wijzer.uitkomst(code)
        assert value["actie"].live, code
        assert value["contact_tekst"], code


def test_every_state_of_the_launch_is_sound_and_costs_at_most_12_queries(at_launch):
    wijzer, states, _outcomes = every_state()
    assert len(states) > 25
    # `ask` counts: at most 12 queries each.
    assert_sound({str(answers): state(wijzer, **answers) for answers in states})


def test_every_word_of_the_launch_is_shown_somewhere(at_launch):
    wijzer, states, _outcomes = every_state()
    shown = squeezed("".join(state(wijzer, **answers).visible_text() for answers in states))
    (file,) = [file for file in read_pages() if file.address == LAUNCH]
    texts = texts_of_page(replace(file, fields={"onderdelen": file.fields["onderdelen"]}))
    sentences_lost = [
        sentence
        for text in texts
        # The address of a form is no word.
        if not text.startswith("/")
        for sentence in sentences(text)
        if squeezed(sentence) not in shown
    ]
    assert sentences_lost == []


def squeezed(text):
    """Return a text without its spaces and its punctuation: markup moves those."""
    return re.sub(r"[\W_]+", "", text)


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"wie": "gemeente", "netwerk": "nee", "igs": "nee"}, "kan niet"),
        ({"wie": "gemeente", "netwerk": "nee", "igs": "ja", "plannen": "ja"}, "Opstarttraject"),
        ({"wie": "gemeente", "netwerk": "lokaal", "nota": "nee"}, "geen subsidie meer"),
        (
            {"wie": "gemeente", "netwerk": "lokaal", "nota": "goedgekeurd", "fase": "begin"},
            "starttraject",
        ),
        ({"wie": "igs"}, "taak die je IGS zelf kiest"),
    ],
)
def test_the_launch_is_honest_about_what_is_possible(answers, says, at_launch):
    answer = state(only(WegwijzerPage), **answers)
    assert says.lower() in answer.h1.lower()
    assert answer.soup.select_one(".redenen li")


@pytest.mark.parametrize("address", ["/", "/trajecten/", "/bestaat-niet/", "/zoeken/?q=qqqqq"])
def test_whoever_doubts_finds_the_way_to_the_chooser(address, at_launch):
    assert LAUNCH in ask(address).links


@pytest.mark.parametrize("address", ["/", "/trajecten/", "/fr/", "/fr/parcours/", "/bestaat-niet/"])
def test_without_a_chooser_nothing_leads_to_one(address, at_launch):
    WegwijzerPage.objects.all().delete()
    answer = Client().get(address)
    assert answer.status_code in (200, 404)
    assert "welk-traject" not in answer.content.decode()


def test_the_chooser_of_the_launch_stands_below_the_trajectories():
    assert only(WegwijzerPage).get_parent().get_parent().specific == home()
