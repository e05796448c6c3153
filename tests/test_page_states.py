"""Every page type in every state of its data: nothing breaks, nothing grows."""

import datetime
import itertools
import re

import pytest
from taggit.models import Tag
from wagtail.models import Page

from core.models import BasePage, Regelkader
from home.models import ArtikelPage, BegrippenPage, InspiratieIndexPage
from tests.factories import (
    PAGE_FACTORIES,
    AfbeeldingFactory,
    ArtikelPageFactory,
    BestandFactory,
    ContentPageFactory,
    InspiratieIndexPageFactory,
    RegelkaderFactory,
    StapPageFactory,
    TermijnFactory,
    TrajectIndexPageFactory,
    TrajectPageFactory,
    VraagIndexPageFactory,
    VraagPageFactory,
    home,
)
from tests.markup import ask, assert_sound
from trajecten.models import StapPage, TrajectPage, VraagIndexPage

pytestmark = pytest.mark.django_db

every_page_type = pytest.mark.parametrize("model", PAGE_FACTORIES, ids=lambda m: m.__name__)


def make(model, **fields):
    """Return a published page of a type; for the home page the one that the site points at."""
    if model is not type(home()):
        return PAGE_FACTORIES[model](**fields)
    page = home()
    for name, value in fields.items():
        setattr(page, name, value)
    page.save()
    return page


def full_body(model):
    """Return a body with every block that the page type offers."""
    AfbeeldingFactory()
    BestandFactory()
    children = model._meta.get_field("body").stream_block.child_blocks
    return [(name, block.get_preview_value()) for name, block in children.items()]


def empty_optionals(model):
    """Return the optional fields of a page type, empty."""
    return {
        field.name: None if field.null else ""
        for field in model._meta.local_fields
        if field.blank and field.name != "body"
    }


@every_page_type
def test_a_page_is_sound_in_every_state_of_its_rules(model, at_launch):
    rules = {
        "geen": [],
        "lopend": [RegelkaderFactory(geldig_van=datetime.date(2020, 1, 1))],
        "voorbij": [RegelkaderFactory(geldig_van=None, geldig_tot=datetime.date(2026, 1, 1))],
    }
    answers = {}
    for staat, (name, regelkaders) in itertools.product(BasePage.Staat.values, rules.items()):
        page = make(model, staat=staat, regelkaders=regelkaders)
        answer = answers[f"{staat}, {name}"] = ask(page.get_url())
        # A list holds for no rules of its own; it only says when it is no longer kept.
        lists = (BegrippenPage, InspiratieIndexPage, VraagIndexPage)
        is_list = model in lists and staat == "actueel"
        for regelkader in [] if is_list else regelkaders:
            assert regelkader.korte_naam in answer.visible_text()
        if staat == "overgang" and name != "voorbij":
            assert "De regels veranderen" in answer.visible_text()
    assert_sound(answers)


@every_page_type
def test_a_page_with_nothing_optional_is_sound(model, at_launch):
    page = make(model, regelkaders=[], body=[], **empty_optionals(model))
    answer = ask(page.get_url())
    assert_sound({"kaal": answer})
    assert page.title in answer.visible_text()


@every_page_type
def test_a_page_with_everything_is_sound(model, at_launch):
    page = make(model, regelkaders=list(Regelkader.objects.all()[:2]), body=full_body(model))
    # The first visitor makes the sizes of the picture.
    ask(page.get_url())
    assert_sound({"vol": ask(page.get_url())})


@pytest.mark.parametrize("soort", TrajectPage.Soort.values)
@pytest.mark.parametrize("termijn", [True, False], ids=["met termijn", "zonder termijn"])
def test_a_step_of_every_kind_of_trajectory_is_sound(soort, termijn, at_launch):
    traject = TrajectPageFactory(soort=soort, termijn=TermijnFactory() if termijn else None)
    answers = {"traject zonder stappen": ask(traject.get_url())}
    steps = [
        StapPageFactory(parent=traject, groep="Eerste weken", herken_je="We komen niet samen."),
        StapPageFactory(parent=traject, termijn=TermijnFactory() if termijn else None),
        StapPageFactory(parent=traject),
    ]
    answers |= {f"stap {i}": ask(step.get_url()) for i, step in enumerate(steps, 1)}
    answers["traject"] = ask(traject.get_url())
    answers["uitslag"] = ask(f"{traject.get_url()}?test=1&k={steps[0].pk}")
    assert_sound(answers)
    if soort == "opstart":
        assert "Stap 2 van 3" in answers["stap 2"].visible_text()


# --- Growth ----------------------------------------------------------------------


def articles_with_tags(count, parent):
    for number in range(count):
        article = ArtikelPageFactory(parent=parent)
        article.tags.add("sport", f"thema {number % 5}")
        article.save()


def steps_of(soort):
    def make_steps(count):
        traject = TrajectPageFactory(soort=soort, termijn=TermijnFactory())
        for number in range(count):
            StapPageFactory(
                parent=traject, groep=f"Groep {number // 4}", herken_je=f"Herken je {number}?"
            )
        return traject

    return make_steps


def a_step_among(soort):
    def make_step(count):
        return StapPage.objects.child_of(steps_of(soort)(count)).last()

    return make_step


def content_with_children(count):
    page = ContentPageFactory()
    for _ in range(count):
        ContentPageFactory(parent=page)
    return page


def overview_with_trajectories(count):
    page = TrajectIndexPageFactory()
    for _ in range(count):
        TrajectPageFactory(parent=page)
    return page


def inspiration_with_articles(count):
    page = InspiratieIndexPageFactory()
    articles_with_tags(count, page)
    return page


def article_with_tags(count):
    page = ArtikelPageFactory()
    page.tags.add(*[f"thema {number}" for number in range(count)])
    page.save()
    return page


def questions_with_tags(count):
    page = VraagIndexPageFactory()
    for number in range(count):
        question = VraagPageFactory(parent=page)
        question.tags.add("geld", f"thema {number % 5}")
        question.save()
    return page


def question_with_steps(count):
    question = VraagPageFactory()
    question.stappen = [StapPageFactory() for _ in range(count)]
    question.tags.add(*[f"thema {number}" for number in range(count)])
    question.save()
    return question


def step_with_questions(count):
    step = StapPageFactory()
    for _ in range(count):
        question = VraagPageFactory()
        question.stappen = [step]
        question.save()
    return step


def home_with_articles(count):
    for _ in range(count):
        ArtikelPageFactory()
    return home()


def page_with_facts(count):
    """A page with many deadlines and rules of its own."""
    facts = [TermijnFactory(regelkader=RegelkaderFactory()) for _ in range(count)]
    body = [("termijn", {"termijn": fact}) for fact in facts]
    return ContentPageFactory(body=body, regelkaders=[fact.regelkader for fact in facts])


def page_with_links(count):
    """A page with many links in its text."""
    text = "".join(
        f'<p><a linktype="page" id="{page.pk}">Lees over {page.title}</a></p>'
        for page in Page.objects.live().filter(depth__gt=2)[:count]
    )
    return ContentPageFactory(body=[("tekst", text)])


GROWING = {
    "voorpagina": home_with_articles,
    "uitleg": content_with_children,
    "overzicht": overview_with_trajectories,
    "opstart": steps_of("opstart"),
    "start": steps_of("start"),
    "doorstart": steps_of("doorstart"),
    "stap": a_step_among("opstart"),
    "taak": a_step_among("start"),
    "inspiratie": inspiration_with_articles,
    "artikel": article_with_tags,
    "vragen": questions_with_tags,
    "vraag": question_with_steps,
    "stap met vragen": step_with_questions,
    "gegevens": page_with_facts,
    "links": page_with_links,
}


@pytest.mark.parametrize("make_page", GROWING.values(), ids=GROWING)
def test_a_page_costs_as_many_queries_with_20_children_as_with_one(make_page, at_launch):
    one = ask(make_page(1).get_url())
    twenty = ask(make_page(20).get_url())
    assert_sound({"1": one, "20": twenty})
    assert len(twenty.queries) <= len(one.queries), "\n".join(twenty.queries)


def test_the_second_leaf_of_a_theme_is_sound(at_launch):
    page = inspiration_with_articles(30)
    for article in ArtikelPage.objects.child_of(page):
        article.tags.add("sport en spel")
        article.save()
    slug = Tag.objects.get(name="sport en spel").slug
    answers = {
        leaf: ask(f"{page.get_url()}?thema={slug}&pagina={leaf}") for leaf in ("1", "2", "3", "x")
    }
    assert_sound(answers)
    assert "Pagina 2 van 3" in answers["2"].visible_text()
    titles = [link.get_text() for answer in answers.values() for link in answer.soup.select("h3 a")]
    assert len(set(titles)) == 30
    assert any(f"thema={slug}&pagina=3" in link for link in answers["2"].links)


# --- Days -------------------------------------------------------------------------


def stap_with(**fields):
    return StapPageFactory(termijn=TermijnFactory(**fields))


@pytest.mark.parametrize(
    ("day", "shown", "hidden"),
    [
        # Zomertijd begint op 28 maart 2027.
        ((2027, 1, 30), "nog 61 dagen", "Voorbij"),
        ((2027, 3, 27), "nog 5 dagen", "Voorbij"),
        ((2027, 3, 28), "nog 4 dagen", "Voorbij"),
        ((2027, 3, 31), "nog 1 dag ", "Voorbij"),
        ((2027, 4, 1), "Vandaag is de laatste dag", "Voorbij"),
        ((2027, 4, 2), "Voorbij sinds vrijdag 2 april 2027", "nog 0"),
    ],
)
def test_a_step_says_how_near_its_deadline_is(day, shown, hidden, on_day):
    step = stap_with(naam="Nota indienen", dag=1, maand=4, jaar=2027)
    on_day(datetime.date(*day))
    panel = ask(step.get_url()).soup.select_one("#termijn")
    text = " ".join(panel.get_text(" ").split())
    assert shown in text
    assert hidden not in text
    assert "donderdag 1 april 2027" in text
    assert panel.find("time")["datetime"].startswith("2027-04-0")
    if "Voorbij" in shown:
        assert "Vraag aan de helpdesk wat nog kan." in text
    else:
        assert "tot en met" in text


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        ((2026, 12, 30), "nog 1 dag "),
        ((2026, 12, 31), "Vandaag is de laatste dag"),
        ((2027, 1, 1), "Voorbij sinds vrijdag 1 januari 2027"),
    ],
)
def test_a_step_turns_with_the_year(day, shown, on_day):
    step = stap_with(dag=31, maand=12, jaar=2026)
    on_day(datetime.date(*day))
    text = " ".join(ask(step.get_url()).soup.select_one("#termijn").get_text(" ").split())
    assert shown in text
    assert "donderdag 31 december 2026" in text


def test_a_page_of_the_old_rules_says_so_from_1_january_2027(on_day):
    old = Regelkader.objects.get(sleutel="participatiedecreet", locale__language_code="nl")
    step = StapPageFactory(regelkaders=[old])
    texts = {}
    for day in (datetime.date(2026, 12, 31), datetime.date(2027, 1, 1)):
        on_day(day)
        texts[day] = ask(step.get_url()).visible_text()
    before, after = texts.values()
    assert before != after
    assert "Participatiedecreet" in before
    assert "Participatiedecreet" in after
    assert not re.search(r"(gelden|geldt) niet meer|voorbij", before)
    assert re.search(r"(gelden|geldt|golden) niet meer|oude regels|voorbij|tot en met 31", after)


def test_a_changed_deadline_changes_every_page_that_shows_it(at_launch):
    termijn = TermijnFactory(dag=5, maand=5, jaar=2027)
    traject = TrajectPageFactory(termijn=termijn)
    pages = [
        traject,
        StapPageFactory(parent=traject),
        StapPageFactory(termijn=termijn),
        ContentPageFactory(body=[("termijn", {"termijn": termijn})]),
        make(type(home()), termijn=termijn),
    ]
    for page in pages:
        assert "woensdag 5 mei 2027" in ask(page.get_url()).visible_text(), page
    termijn.dag = 6
    termijn.save_revision().publish()
    for page in pages:
        text = ask(page.get_url()).visible_text()
        assert "donderdag 6 mei 2027" in text, page
        assert "5 mei 2027" not in text, page


def test_a_deadline_that_was_withdrawn_disappears(at_launch):
    termijn = TermijnFactory(naam="Ingetrokken termijn")
    traject = TrajectPageFactory(termijn=termijn)
    pages = [
        traject,
        StapPageFactory(parent=traject),
        ContentPageFactory(body=[("termijn", {"termijn": termijn})]),
    ]
    termijn.unpublish()
    for page in pages:
        assert "Ingetrokken termijn" not in ask(page.get_url()).text
