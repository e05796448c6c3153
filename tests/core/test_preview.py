"""An editor looks at a page as of another day; nobody else notices."""

import datetime
import threading

import pytest
from django.test import Client
from django.urls import reverse

from core import clock, memo, preview
from tests.admin import fill, form_in
from tests.factories import (
    ContentPageFactory,
    RegelkaderFactory,
    StapPageFactory,
    TermijnFactory,
    TrajectPageFactory,
)
from tests.markup import visible_text

pytestmark = pytest.mark.django_db


def show(editor_client, page, mode):
    """Return what an editor sees of `page` in a preview mode."""
    data = form_in(editor_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))
    fill(data, {"body-count": "0"})
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert editor_client.post(address, data).json()["is_valid"]
    answer = editor_client.get(address, {"mode": mode})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def step():
    termijn = TermijnFactory(naam="Nota indienen", dag=1, maand=4, jaar=2027)
    return StapPageFactory(termijn=termijn)


@pytest.mark.parametrize(
    ("mode", "shown", "day"),
    [
        ("", "nog 128 dagen", None),
        ("vooraf", "nog 14 dagen", "donderdag 18 maart 2027, 14 dagen voor"),
        ("laatste-dag", "Vandaag is de laatste dag", "donderdag 1 april 2027, de laatste dag van"),
        ("dag-erna", "Voorbij sinds vrijdag 2 april 2027", "vrijdag 2 april 2027, de dag na"),
    ],
)
def test_a_page_is_shown_as_on_a_day_around_its_deadline(
    mode, shown, day, editor_client, step, at_launch
):
    text = visible_text(show(editor_client, step, mode))
    assert shown in text
    if day:
        assert f"Zo ziet de pagina eruit op {day}" in text
        assert "‘Nota indienen’" in text
    else:
        assert "Voorbeeld." not in text


def test_every_page_offers_the_same_modes_in_dutch(editor_client, step):
    screen = editor_client.get(reverse("wagtailadmin_pages:edit", args=[step.pk]))
    names = [
        "Vandaag",
        "14 dagen voor de termijn",
        "Op de laatste dag van de termijn",
        "De dag na de termijn",
        "Onder de volgende regels",
        "Op papier",
    ]
    assert [name for _mode, name in preview.MODES] == names
    for name in names:
        assert name in screen.content.decode()


def test_the_deadline_of_the_trajectory_counts_for_its_steps(editor_client, at_launch):
    termijn = TermijnFactory(dag=1, maand=4, jaar=2027)
    step = StapPageFactory(parent=TrajectPageFactory(termijn=termijn))
    assert "Vandaag is de laatste dag" in show(editor_client, step, "laatste-dag")


def test_a_deadline_in_the_text_counts_when_it_is_the_only_one(at_launch):
    termijn = TermijnFactory(dag=1, maand=4, jaar=2027)
    page = ContentPageFactory(body=[("termijn", {"termijn": termijn})])
    assert preview.example_of(page, "laatste-dag").dag == datetime.date(2027, 4, 1)


def test_a_deadline_that_comes_goes_before_one_that_is_over(at_launch):
    over = TermijnFactory(dag=1, maand=4, jaar=2026)
    coming = TermijnFactory(dag=1, maand=4, jaar=2027)
    body = [("termijn", {"termijn": termijn}) for termijn in (over, coming)]
    page = ContentPageFactory(body=body)
    assert preview.example_of(page, "laatste-dag").dag == datetime.date(2027, 4, 1)
    coming.unpublish()
    page = type(page).objects.get(pk=page.pk)
    assert preview.example_of(page, "laatste-dag").dag == datetime.date(2026, 4, 1)


@pytest.mark.parametrize("mode", ["vooraf", "laatste-dag", "dag-erna"])
def test_a_page_without_deadline_says_so(mode, editor_client, at_launch):
    page = ContentPageFactory(body=[])
    assert "geen termijn met een datum" in show(editor_client, page, mode)


def test_the_next_rules_of_the_page_are_shown_on_their_first_day(editor_client, at_launch):
    # The launch has rules that start earlier; those of the page come first.
    new = RegelkaderFactory(naam="Regels van de zomer", geldig_van=datetime.date(2027, 7, 1))
    page = ContentPageFactory(regelkaders=[new], body=[])
    text = visible_text(show(editor_client, page, "volgende-regels"))
    assert "donderdag 1 juli 2027, de eerste dag van ‘Regels van de zomer’" in text


def test_the_old_rules_are_over_under_the_next_ones(editor_client, at_launch):
    old = RegelkaderFactory(geldig_van=None, geldig_tot=datetime.date(2026, 12, 31))
    page = ContentPageFactory(regelkaders=[old], body=[])
    assert "gelden niet meer" not in show(editor_client, page, "")
    # The launch has rules that start on 1 January 2027.
    text = show(editor_client, page, "volgende-regels")
    assert "vrijdag 1 januari 2027" in text
    assert "De regels op deze pagina gelden niet meer." in text


def test_without_next_rules_the_page_says_so(on_day):
    on_day(datetime.date(2040, 1, 1))
    example = preview.example_of(ContentPageFactory(body=[]), "volgende-regels")
    assert example.dag is None
    assert "geen regels die nog moeten ingaan" in example.uitleg


def test_on_paper_the_print_styles_hold_on_the_screen(editor_client):
    page = ContentPageFactory(body=[])
    assert 'afdruk.css" media="print"' in show(editor_client, page, "")
    paper = show(editor_client, page, "afdruk")
    assert 'afdruk.css" media="print"' not in paper
    assert "afdruk.css" in paper
    assert "op-papier" in paper


def test_an_unknown_mode_is_today(editor_client, step, at_launch):
    assert "nog 128 dagen" in show(editor_client, step, "ooit")


def test_a_reader_never_sees_the_day_of_a_preview(editor_client, step, at_launch):
    memo._kept.clear()
    show(editor_client, step, "dag-erna")
    text = Client().get(step.get_url()).content.decode()
    assert "nog 128 dagen" in text
    assert "Voorbeeld." not in text
    assert clock.today() == at_launch


def test_what_is_rendered_as_of_another_day_is_never_kept(step, at_launch):
    Client().get(step.get_url())
    memo.begin()
    try:
        kept = dict(memo._kept)
        with clock.as_of(datetime.date(2030, 1, 1)):
            assert memo.remember(("proef",), lambda: "van 2030") == "van 2030"
        assert dict(memo._kept) == kept
        # The negative control: on the real day it is kept.
        memo.remember(("proef",), lambda: "van vandaag")
        assert dict(memo._kept) != kept
    finally:
        memo.end()


def test_a_preview_in_one_thread_leaves_the_others_on_the_real_day(at_launch):
    seen = {}
    inside, done = threading.Event(), threading.Event()

    def editor():
        with clock.as_of(datetime.date(2030, 1, 1)):
            inside.set()
            done.wait(5)
            seen["redacteur"] = clock.today()

    thread = threading.Thread(target=editor)
    thread.start()
    inside.wait(5)
    seen["bezoeker"] = clock.today()
    done.set()
    thread.join()
    assert seen == {"redacteur": datetime.date(2030, 1, 1), "bezoeker": at_launch}


def test_a_preview_that_breaks_brings_the_real_day_back(step, at_launch, monkeypatch):
    def broken(*args):
        raise RuntimeError

    monkeypatch.setattr(type(step), "get_preview_context", broken)
    assert step.make_preview_request(preview_mode="dag-erna").status_code == 500
    assert clock.today() == at_launch
