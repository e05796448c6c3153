"""Ticking off the points of a step: the address holds it all."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.urls import reverse
from wagtail.models import PageViewRestriction
from wagtail.test.utils.form_data import streamfield

from tests.admin import fill, form_in
from tests.factories import StapPageFactory, TrajectPageFactory
from tests.markup import ask, assert_sound
from trajecten.models import StapPage
from trajecten.vinkjes import MOST, RuwPunt, names_of, ticks_in

pytestmark = pytest.mark.django_db

STEP = "/trajecten/opstarttraject/verken-de-mogelijkheden/"
NEXT = "/trajecten/opstarttraject/bouw-aan-draagvlak/"
OVERVIEW = "/trajecten/opstarttraject/"


def lists(*texts):
    """Return a body with a checklist."""
    actions = [{"actie": text, "uitleg": "Zo doe je dat."} for text in texts]
    return [("acties", {"titel": "Wat je doet", "acties": actions})]


def boxes(answer):
    return answer.soup.select(".afvinklijst input[type=checkbox]")


def names(address):
    """Return the names of the points on a page."""
    return [box["value"] for box in boxes(ask(address))]


def ticked(answer):
    return [box["value"] for box in boxes(answer) if box.has_attr("checked")]


def status(answer):
    return " ".join(answer.soup.select_one(".vinkjes .stand").get_text(" ").split())


def test_every_launch_step_has_points_with_names_of_their_own(at_launch):
    seen = []
    for step in StapPage.objects.filter(locale__language_code="nl"):
        found = names(step.get_url())
        assert len(found) >= 5, step
        seen += found
    assert len(seen) == len(set(seen)) >= 140


def test_what_is_in_the_address_is_ticked_and_counted(at_launch):
    first, second, *others = names(STEP)
    answer = ask(f"{STEP}?k={second},{first}")
    assert ticked(answer) == [first, second]
    assert status(answer) == "2 van 6 afgevinkt"
    still_open = [link["href"] for link in answer.soup.select(".open-punten a")]
    assert still_open == [f"#k-{name}" for name in others]
    assert_sound({"vinkjes": answer})


def test_a_page_with_ticks_is_not_for_search_engines_and_its_bare_address_is(at_launch):
    (first, *_) = names(STEP)
    answer = ask(f"{STEP}?k={first}")
    assert answer.meta("robots") == "noindex"
    assert answer.canonical.endswith(STEP)
    bare = ask(STEP)
    assert bare.meta("robots") == ""
    assert ticked(bare) == []
    # The page of one visitor is not kept for the next.
    assert ticked(ask(STEP)) == []


def test_the_form_of_a_browser_is_brought_to_the_short_address(client):
    first, second, *_ = names(STEP)
    for query in (f"k={first}&k={second}", f"k={first}%2C{second}", f"k={first}&k={second},zzzz"):
        answer = client.get(f"{STEP}?{query}")
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"{STEP}?k={first},{second}")
    # It never goes on and on.
    assert client.get(f"{STEP}?k={first},{second}").status_code == 200
    kept = client.get(f"{STEP}?k={first}&k={second}&bedrag=5.517")
    assert kept["Location"] == f"{STEP}?k={first},{second}&bedrag=5.517"


@pytest.mark.parametrize(
    "query",
    [
        "k=",
        "k=bestaat-niet",
        "k=zzzz",
        "k=%00%ff",
        "k=<script>alert(1)</script>",
        "k=" + "a," * 3_000,
        "k=1,2,3",
        "k[]=abcd&k[0]=x",
        "K=ABCD",
    ],
)
def test_a_tampered_or_ancient_address_still_opens_the_page(query, at_launch):
    answer = ask(f"{STEP}?{query}")
    assert answer.response.status_code == 200
    assert ticked(answer) == []
    assert "<script>alert" not in answer.text


def test_unknown_names_are_left_behind_and_known_ones_kept(at_launch):
    (first, *_) = names(STEP)
    answer = ask(f"{STEP}?k=zzzz,{first.upper()},n0ne")
    assert ticked(answer) == [first]
    assert f"{NEXT}?k={first}" in answer.links


def test_a_very_long_list_of_names_is_cut_off():
    query = QueryDict("k=" + ",".join(["abcd"] * 5_000))
    assert ticks_in(query) == ["abcd"]
    assert len(ticks_in(QueryDict("k=" + ",".join(f"a{n:03d}" for n in range(5_000))))) <= MOST


def test_ticks_travel_through_the_trajectory(at_launch):
    mine, theirs = names(STEP)[0], names(NEXT)[0]
    answer = ask(f"{NEXT}?k={theirs},{mine}")
    assert ticked(answer) == [theirs]
    assert "In het hele traject: 2 van" in status(answer)
    # What this page does not show goes along with its form.
    carried = answer.soup.select_one("form#vinkjes input[name=k]")
    assert carried["value"] == mine
    for target in (STEP, OVERVIEW, f"{OVERVIEW}dossier/"):
        assert f"{target}?k={mine},{theirs}" in answer.links, target


def test_the_overview_counts_per_step_once_there_is_something_to_count(at_launch):
    (first, *_) = names(STEP)
    bare, answer = ask(OVERVIEW), ask(f"{OVERVIEW}?k={first}")
    assert "1 van 6 afgevinkt" in answer.visible_text()
    assert "afgevinkt" not in bare.visible_text()
    assert f"{NEXT}?k={first}" in answer.links
    assert_sound({"overzicht": answer})


def test_everything_done_says_so(at_launch):
    step = StapPageFactory(body=lists("Bel", "Schrijf"))
    answer = ask(f"{step.get_url()}?k={','.join(names(step.get_url()))}")
    assert status(answer) == "2 van 2 afgevinkt"
    assert "Alle punten van deze pagina zijn klaar." in answer.visible_text()


def test_a_state_can_be_passed_on_by_mail(at_launch):
    (first, *_) = names(STEP)
    link = ask(f"{STEP}?k={first}").soup.select_one('.delen-rij a[href^="mailto:"]')
    body = parse_qs(urlsplit(link["href"]).query)["body"][0]
    assert body == f"http://testserver{STEP}?k={first}"


# --- Names ------------------------------------------------------------------------------


def test_a_tick_survives_another_order_and_another_wording(editor_client):
    step = StapPageFactory(body=lists("Bel je OCMW", "Schrijf een brief"))
    call, write = names(step.get_url())
    # Through the editor, as a person does it: the second point first, the other reworded.
    address = reverse("wagtailadmin_pages:edit", args=[step.pk])
    page = editor_client.get(address)
    data = form_in(page)
    stored = StapPage.objects.get(pk=step.pk).body.raw_data[0]
    ids = [item["id"] for item in stored["value"]["acties"]]
    fill(
        data,
        {
            "body": {
                "count": "1",
                "0": {
                    "deleted": "",
                    "order": "0",
                    "type": "acties",
                    "id": stored["id"],
                    "value": {
                        "titel": "Wat je doet",
                        "acties": {
                            "count": "2",
                            "0": {
                                "deleted": "",
                                "order": "1",
                                "id": ids[0],
                                "value": {"actie": "Bel het OCMW van je gemeente", "uitleg": ""},
                            },
                            "1": {
                                "deleted": "",
                                "order": "0",
                                "id": ids[1],
                                "value": {"actie": "Schrijf een brief", "uitleg": ""},
                            },
                        },
                    },
                },
            },
            "action-publish": "action-publish",
        },
    )
    assert editor_client.post(address, data).status_code == 302
    answer = ask(f"{step.get_url()}?k={call}")
    assert names(step.get_url()) == [write, call]
    assert ticked(answer) == [call]
    assert "Bel het OCMW van je gemeente" in answer.visible_text()


def test_a_copy_of_a_step_has_names_of_its_own(at_launch):
    step = StapPageFactory(body=lists("Bel", "Schrijf"))
    copy = step.copy(update_attrs={"slug": "kopie", "title": "Kopie"})
    assert set(names(step.get_url())).isdisjoint(names(copy.get_url()))


def test_the_same_point_has_the_same_name_on_every_installation(at_launch):
    before = names(STEP)
    StapPage.objects.get(url_path__endswith=STEP).delete()
    call_command("load_content", verbosity=0)
    assert names(STEP) == before


def test_two_points_that_would_share_a_name_get_longer_ones():
    points = [RuwPunt(str(number), "Doe iets") for number in range(3_000)]
    named = names_of({"stap": points})["stap"]
    found = [point.naam for point in named.values()]
    assert len(set(found)) == 3_000
    assert {len(name) for name in found} == {4, 10}
    assert all(ticks_in(QueryDict(f"k={name}")) == [name] for name in found)


def test_a_draft_point_shows_in_the_preview_of_a_step(editor_client):
    step = StapPageFactory(body=lists("Bel"))
    step.body = lists("Bel", "Nieuw punt")
    step.save_revision()
    answer = editor_client.get(reverse("wagtailadmin_pages:view_draft", args=[step.pk]))
    assert "Nieuw punt" in answer.content.decode()
    assert answer.content.decode().count('form="vinkjes" name="k"') == 2


def test_points_of_a_private_step_are_not_counted(at_launch):
    step = StapPageFactory(body=lists("Bel"))
    hidden = StapPageFactory(parent=step.traject, body=lists("Geheim", "Ook geheim"))
    PageViewRestriction.objects.create(
        page=hidden, restriction_type=PageViewRestriction.PASSWORD, password="sesam"
    )
    (first,) = names(step.get_url())
    answer = ask(f"{step.traject.get_url()}?k={first}")
    assert "1 van 1 punten afgevinkt" in answer.visible_text()


def test_a_step_may_not_take_the_address_of_the_dossier(editor_client):
    step = StapPageFactory()
    address = reverse("wagtailadmin_pages:edit", args=[step.pk])
    data = form_in(editor_client.get(address))
    fill(data, {"slug": "dossier", "body": streamfield([])})
    answer = editor_client.post(address, data)
    assert "Op dit adres staat al het dossier" in answer.content.decode()


# --- Beside the self-test ---------------------------------------------------------------------


def test_the_self_test_and_the_ticks_leave_each_other_alone(at_launch):
    traject = TrajectPageFactory(soort="doorstart")
    step = StapPageFactory(
        parent=traject, herken_je="We komen niet samen.", body=lists("Bel", "Schrijf")
    )
    first, second = names(step.get_url())
    only_ticks = ask(f"{traject.get_url()}?k={first}")
    assert only_ticks.soup.select_one("#uitslag") is None
    assert "1 van 2 punten afgevinkt" in only_ticks.visible_text()
    assert only_ticks.soup.select_one("form.zelftest input[type=hidden][name=k]")["value"] == first
    both = ask(f"{traject.get_url()}?test=1&k={first}&k={step.pk}")
    assert both.soup.select_one("#uitslag") is not None
    assert f"{step.get_url()}?k={first}" in both.links
    # And nobody's key looks like a number.
    assert not any(name.isdecimal() for name in (first, second))
    assert_sound({"allebei": both})
