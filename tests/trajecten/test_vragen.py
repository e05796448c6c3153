"""Questions and answers: found by theme and word, beside their step, told to machines."""

import pytest
from django.urls import reverse

from home.content.files import read_pages
from tests.factories import (
    StapPageFactory,
    VraagIndexPageFactory,
    VraagPageFactory,
    dutch,
    only,
)
from tests.markup import ask, assert_sound
from trajecten.models import VraagIndexPage, VraagPage

pytestmark = pytest.mark.django_db

OVERVIEW = "/vragen/"
LAUNCH = [file for file in read_pages() if file.model == "trajecten.VraagPage"]


def titles(answer):
    return [link.get_text() for link in answer.soup.select("main .lijst h3 a")]


def test_the_launch_answers_the_fourteen_questions_from_sources(at_launch):
    assert len(LAUNCH) == 14
    for file in LAUNCH:
        kinds = [next(iter(block)) for block in file.body]
        assert kinds[-1] == "bronnen", file.address
        assert file.fields["title"].endswith("?")
        assert file.fields["regelkaders"], file.address
        assert file.fields["stappen"], file.address
    assert len(titles(ask(OVERVIEW))) == 14


def test_the_menu_leads_to_the_questions(at_launch):
    assert OVERVIEW in ask("/").links


def test_the_answer_is_the_first_thing_under_the_question(at_launch):
    page = VraagPageFactory(title="Mag dat?", antwoord="Ja, dat mag.")
    answer = ask(page.get_url())
    lead = answer.soup.find("h1").find_next("p")
    assert answer.h1 == "Mag dat?"
    assert lead.get_text() == "Ja, dat mag."


def test_questions_are_filtered_by_theme_and_by_word_and_by_both(at_launch):
    overview = VraagIndexPageFactory()
    for title, answer, tags in (
        ("Wat kost het?", "Een eigen bijdrage is niet verplicht.", ["geld"]),
        ("Wie betaalt mee?", "De gemeenten samen.", ["geld", "partners"]),
        ("Wie doet mee?", "De kernpartners.", ["partners"]),
    ):
        page = VraagPageFactory(parent=overview, title=title, antwoord=answer)
        page.tags.add(*tags)
        page.save()
    url = overview.get_url()
    assert titles(ask(f"{url}?thema=geld")) == ["Wat kost het?", "Wie betaalt mee?"]
    assert titles(ask(f"{url}?q=bijdrage")) == ["Wat kost het?"]
    assert titles(ask(f"{url}?q=GEMEENTEN")) == ["Wie betaalt mee?"]
    # Also a part of a word.
    assert titles(ask(f"{url}?q=partner")) == ["Wie doet mee?"]
    assert titles(ask(f"{url}?thema=partners&q=betaalt")) == ["Wie betaalt mee?"]
    none = ask(f"{url}?q=qqqqq")
    assert titles(none) == []
    assert "We vonden geen vraag die past" in none.visible_text()
    assert none.soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert len(titles(ask(f"{url}?thema=bestaat-niet"))) == 3


@pytest.mark.parametrize(
    "query", ['q="', "q=%00%01", "q=%25_%5C", "q=" + "x" * 5000, "thema=%00", "q=<b>"]
)
def test_strange_words_give_a_sound_page(query, at_launch):
    answer = ask(f"{OVERVIEW}?{query}")
    assert_sound({query: answer})
    assert "<b>" not in str(answer.soup.find(id="vraag-zoeken").parent.find_next("h2"))


def test_a_step_shows_its_questions_and_a_question_its_steps(at_launch):
    step, other = StapPageFactory(title="Bel rond"), StapPageFactory(title="Schrijf op")
    question = VraagPageFactory(title="Wie bel ik?")
    question.stappen = [step]
    question.save()
    draft = VraagPageFactory(title="Nog niet klaar?", live=False)
    draft.stappen = [step]
    draft.save()
    assert question.get_url() in ask(step.get_url()).links
    assert "Nog niet klaar?" not in ask(step.get_url()).text
    assert question.get_url() not in ask(other.get_url()).links
    assert step.get_url() in ask(question.get_url()).links


def test_machines_read_the_same_questions_and_answers_as_people(at_launch):
    for page in (only(VraagIndexPage), VraagPage.objects.filter(locale=dutch()).first()):
        answer = ask(page.get_url())
        (faq,) = [item for item in answer.json_ld if item["@type"] == "FAQPage"]
        assert faq["mainEntity"]
        for question in faq["mainEntity"]:
            assert question["name"] in answer.visible_text()
            assert question["acceptedAnswer"]["text"] in answer.visible_text()
    filtered = ask(f"{OVERVIEW}?thema=geld")
    (faq,) = [item for item in filtered.json_ld if item["@type"] == "FAQPage"]
    assert len(faq["mainEntity"]) == 14


def test_editors_have_a_list_of_questions_and_tick_steps_by_name(editor_client):
    assert "Wie mag een subsidie" in editor_client.get("/admin/vragen/").content.decode()
    page = VraagPage.objects.filter(locale=dutch()).first()
    html = editor_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "Opstarttraject: Verken de mogelijkheden" in html
