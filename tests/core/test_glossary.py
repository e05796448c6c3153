"""A term inside a text: explained where it stands, whatever happens to it."""

import pytest
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail.rich_text import features
from wagtail.test.utils.form_data import rich_text, streamfield

from core.editor import Teksteditor
from core.models import Begrip
from core.rich_text import KORTE_TEKST, TEKST
from home.models import BegrippenPage, ContentPage
from tests.admin import PAGINASOORTEN, add_url, complete, fill, form_in
from tests.factories import (
    BegripFactory,
    BronFactory,
    ContentPageFactory,
    StapPageFactory,
    dutch,
    only,
)
from tests.markup import ask, assert_sound

pytestmark = pytest.mark.django_db


def link(begrip, text):
    return f'<a linktype="begrip" id="{begrip.pk}">{text}</a>'


def page_with(*texts, **fields):
    return ContentPageFactory(body=[("tekst", text) for text in texts], **fields)


def explanations(answer):
    """Return what each button on the page opens, by the words on the button."""
    return {
        button.get_text(): " ".join(
            answer.soup.find(id=button["popovertarget"]).get_text(" ").split()
        )
        for button in answer.soup.main.select("button.begrip")
    }


def test_a_term_opens_its_explanation_whatever_its_inflection(at_launch):
    begrip = BegripFactory(term="zwerkbal", uitleg="Een spel op bezems.")
    page = page_with(f"<p>Wie {link(begrip, 'zwerkballen')} wil, mag.</p>")
    answer = ask(page.get_url())
    assert list(explanations(answer)) == ["zwerkballen"]
    assert "zwerkbal : Een spel op bezems." in explanations(answer)["zwerkballen"]
    assert "Wie zwerkballen wil, mag." in answer.visible_text()
    opened = answer.soup.select_one("div[popover]")
    assert opened.find("a")["href"] == "/woordenlijst/#zwerkbal"
    assert opened.find("button")["popovertargetaction"] == "hide"
    assert_sound({"begrip": answer})


def test_the_same_term_twice_has_one_explanation_per_text(at_launch):
    begrip = BegripFactory()
    text = f"<p>{link(begrip, 'een')} en {link(begrip, 'twee')}</p>"
    answer = ask(page_with(text, f"<p>Nog eens {link(begrip, 'drie')}</p>").get_url())
    assert len(explanations(answer)) == 3
    assert len(answer.soup.select("div[popover]")) == 2
    assert_sound({"twee keer": answer})


def test_a_term_that_is_gone_leaves_its_words(at_launch):
    begrip = BegripFactory()
    page = page_with(f"<p>Wie {link(begrip, 'zwerkballen')} wil, mag.</p>")
    begrip.delete()
    answer = ask(page.get_url())
    assert "Wie zwerkballen wil, mag." in answer.visible_text()
    assert explanations(answer) == {}
    assert "begrip" not in str(answer.soup.main.select_one(".inhoud"))
    assert_sound({"weg": answer})


@pytest.mark.parametrize("attributes", ['id="x"', 'id=""', "", 'id="99999999999999999999"'])
def test_a_broken_term_leaves_its_words(attributes, at_launch):
    answer = ask(page_with(f'<p>Een <a linktype="begrip" {attributes}>woord</a>.</p>').get_url())
    assert "Een woord." in answer.visible_text()
    assert explanations(answer) == {}
    assert_sound({"stuk": answer})


def test_a_changed_explanation_shows_at_once(at_launch):
    begrip = BegripFactory(uitleg="Oude uitleg.")
    page = page_with(f"<p>{link(begrip, 'woord')}</p>")
    assert "Oude uitleg." in ask(page.get_url()).text
    begrip.uitleg = "Nieuwe <uitleg> & meer."
    begrip.save()
    answer = ask(page.get_url())
    assert "Nieuwe <uitleg> & meer." in explanations(answer)["woord"]
    assert "&lt;uitleg&gt;" in answer.text


def test_another_language_gets_its_own_explanation_or_only_the_words(at_launch):
    begrip = BegripFactory(term="zwerkbal")
    french = Locale.objects.get(language_code="fr")
    page = Page.objects.get(url_path__endswith="/contact/", locale=french).specific
    page.body = [("tekst", f"<p>Le {link(begrip, 'quidditch')}.</p>")]
    page.save()
    assert explanations(ask(page.get_url())) == {}
    begrip.copy_for_translation(french).save()
    Begrip.objects.filter(locale=french).update(term="quidditch", uitleg="Un jeu de balais.")
    Begrip.objects.get(locale=french, translation_key=begrip.translation_key).save()
    answer = ask(page.get_url())
    assert "Un jeu de balais." in explanations(answer)["quidditch"]
    # There is no list in French.
    assert answer.soup.select_one("div[popover] a") is None
    assert_sound({"frans": answer})


@pytest.mark.parametrize("count", [1, 20])
def test_many_terms_cost_no_more_than_one(count, at_launch):
    def text(number):
        return f"<p>{link(BegripFactory(), f'woord {number}')}</p>"

    plain = ask(page_with("<p>Geen woord.</p>").get_url())
    answer = ask(page_with(*[text(number) for number in range(count)]).get_url())
    assert len(explanations(answer)) == count
    assert len(answer.queries) <= len(plain.queries)
    assert len(answer.queries_after_a_change) <= len(plain.queries_after_a_change) + 1


def test_the_list_has_every_term_in_order_with_its_source(at_launch):
    BegripFactory(term="Aardvarken", bron=BronFactory(titel="Over aardvarkens"))
    answer = ask(only(BegrippenPage).get_url())
    terms = [" ".join(term.find(string=True).split()) for term in answer.soup.select("dt")]
    assert terms[0] == "Aardvarken"
    assert len(terms) == Begrip.objects.filter(locale=dutch()).count()
    assert terms == sorted(terms, key=str.lower)
    assert "Over aardvarkens" in answer.soup.select_one("#aardvarken").get_text()
    assert_sound({"woordenlijst": answer})


def test_main_pages_of_the_launch_explain_words():
    used = [
        page
        for page in Page.objects.live().filter(locale=dutch()).specific()
        if 'linktype="begrip"' in str(getattr(page, "body", "").raw_data if page.depth > 1 else "")
    ]
    assert len(used) >= 10


def test_names_of_terms_are_listed_for_readability():
    words = Begrip.objects.words("nl")
    assert {"afsprakennota", "trekker", "OCMW"} <= set(words)
    assert "" not in words


# --- In the editor ---------------------------------------------------------------------------


def test_the_editor_keeps_a_term_as_its_id():
    begrip = BegripFactory(term="zwerkbal")
    editor = Teksteditor(features=TEKST)
    stored = f"<p>Wie {link(begrip, 'zwerkballen')} wil.</p>"
    shown = editor.format_value(stored)
    assert '"BEGRIP"' in shown
    assert '"term": "zwerkbal"' in shown
    back = editor.value_from_datadict({"x": shown}, {}, "x")
    assert f'<a linktype="begrip" id="{begrip.pk}">zwerkballen</a>' in back


@pytest.mark.parametrize("features_of_field", [KORTE_TEKST, TEKST])
def test_a_term_may_stand_wherever_a_link_may(features_of_field):
    assert "begrip" in Teksteditor(features=features_of_field).features
    assert "begrip" not in Teksteditor(features=["bold"]).features
    assert features.get_editor_plugin("draftail", "begrip")


def test_an_editor_publishes_a_page_with_a_term(editor_client, at_launch):
    begrip = BegripFactory(term="zwerkbal", uitleg="Een spel op bezems.")
    soort = next(soort for soort in PAGINASOORTEN if soort.model is ContentPage)
    html = f"<p>{link(begrip, 'zwerkballen')}</p>"
    body = streamfield([("tekst", rich_text(html, features=[*TEKST, "begrip"]))])
    form = form_in(editor_client.get(add_url(soort, soort.parent())))
    data = fill(form, {**complete(soort), "slug": "over-sport", "body": body})
    data["action-publish"] = "1"
    response = editor_client.post(add_url(soort, soort.parent()), data)
    assert response.status_code == 302, response.context["form"].errors
    answer = ask(ContentPage.objects.get(slug="over-sport").get_url())
    assert "Een spel op bezems." in explanations(answer)["zwerkballen"]


def test_a_term_says_where_it_is_used(editor_client, at_launch, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        begrip = BegripFactory()
        StapPageFactory(title="Hier gebruikt", body=[("tekst", f"<p>{link(begrip, 'woord')}</p>")])
    address = reverse(Begrip.snippet_viewset.get_url_name("usage"), args=[begrip.pk])
    assert "Hier gebruikt" in editor_client.get(address).content.decode()
