"""Deciding about many at once: never about more than what stood on the screen."""

import pytest
from bs4 import BeautifulSoup
from wagtail.models import ModelLogEntry

from post import services
from post.models import Levering
from post.states import Staat
from tests.post_admin.mailroom import (
    AANVAARD,
    GEWEIGERD,
    ONZEKER,
    bulk,
    newsletter,
    state_of,
    states_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_letters():
    """Twenty failed deliveries, of which five of the second letter."""
    return (
        newsletter(15, subject="Eerste", answers=[GEWEIGERD] * 15),
        newsletter(5, subject="Tweede", answers=[GEWEIGERD] * 5),
    )


def confirm(client, address, **more):
    """Open the question and say yes, as a browser does."""
    question = client.get(address)
    soup = BeautifulSoup(question.content.decode(), "html.parser")
    form = soup.select_one("form[method=post]:has([name=mislukt])")
    assert form is not None, question.content.decode()
    data = {field["name"]: field.get("value", "") for field in form.select("input[type=hidden]")}
    return client.post(form["action"], {**data, **more}, follow=True)


def test_all_in_the_list_is_all_in_the_filtered_list(desk, two_letters):
    first, second = two_letters
    address = bulk("opnieuw", f"bericht={second.pk}&id=all")
    question = desk.get(address).content.decode()
    assert "5 mislukt en 0 onzeker" in question
    assert "Tweede" in question
    answer = confirm(desk, address)
    assert "5 mails staan opnieuw klaar" in answer.content.decode()
    assert set(states_of(second)) == {Staat.WACHT}
    assert set(states_of(first)) == {Staat.MISLUKT}


def test_all_in_the_list_respects_the_search_box(desk, two_letters):
    first, second = two_letters
    confirm(desk, bulk("opnieuw", "q=tweede&id=all"))
    assert states_of(second).count(Staat.WACHT) == 5
    assert states_of(first).count(Staat.WACHT) == 0


def test_the_question_without_a_filter_says_that_it_is_about_everything(desk, two_letters):
    question = desk.get(bulk("opnieuw", "id=all")).content.decode()
    assert "Er staat geen filter aan." in question
    assert "20 mislukt" in question


@pytest.mark.parametrize("query", ["staat=onzin", "soort=onzin", "bericht=999999", "q=%00"])
def test_a_filter_that_makes_no_sense_chooses_nobody(query, desk, two_letters):
    address = bulk("opnieuw", f"{query}&id=all")
    assert "Dit filter bestaat niet" in desk.get(address).content.decode()
    desk.post(address, {"mislukt": "99", "onzeker": "99", "ook_onzeker": "on"})
    assert not Levering.objects.filter(staat=Staat.WACHT).exists()


def test_chosen_rows_are_those_rows_whatever_the_filter(desk, two_letters):
    first, second = two_letters
    rows = list(first.leveringen.order_by("pk")[:2])
    confirm(desk, bulk("opnieuw", f"id={rows[0].pk}&id={rows[1].pk}"))
    assert states_of(first)[:3] == [Staat.WACHT, Staat.WACHT, Staat.MISLUKT]
    assert set(states_of(second)) == {Staat.MISLUKT}


@pytest.mark.parametrize("query", ["id=x", "id=-1", "id=99999999999999999999999", "id=", "a=b"])
def test_rows_that_do_not_exist_are_nobody(query, desk, two_letters):
    answer = desk.get(bulk("opnieuw", query))
    assert "is er geen waarvoor dit kan" in answer.content.decode()
    desk.post(bulk("opnieuw", query), {"mislukt": "20", "onzeker": "0"})
    assert not Levering.objects.filter(staat=Staat.WACHT).exists()


def test_uncertain_mails_are_sent_again_only_when_somebody_says_so(desk):
    message = newsletter(3, answers=[GEWEIGERD, ONZEKER, AANVAARD])
    address = bulk("opnieuw", f"bericht={message.pk}&id=all")
    assert "1 mislukt en 1 onzeker" in desk.get(address).content.decode()
    confirm(desk, address)
    assert states_of(message) == [Staat.WACHT, Staat.ONZEKER, Staat.VERZONDEN]
    confirm(desk, address, ook_onzeker="on")
    assert states_of(message) == [Staat.WACHT, Staat.WACHT, Staat.VERZONDEN]


def test_called_arrived_are_only_the_uncertain_ones(desk):
    message = newsletter(3, answers=[GEWEIGERD, ONZEKER, ONZEKER])
    answer = confirm(desk, bulk("aangekomen", f"bericht={message.pk}&id=all"))
    assert "2 mails zijn aangekomen" in answer.content.decode()
    assert states_of(message) == [Staat.MISLUKT, Staat.VERZONDEN, Staat.VERZONDEN]


def test_what_failed_after_the_question_is_asked_about_again(desk):
    first = newsletter(1, answers=[GEWEIGERD])
    newsletter(2, answers=[GEWEIGERD] * 2)
    address = bulk("opnieuw", "staat=mislukt&id=all")
    answer = desk.post(address, {"mislukt": "1", "onzeker": "0"})
    assert "Er zijn intussen leveringen bij gekomen" in answer.content.decode()
    assert "3 mislukt" in answer.content.decode()
    assert states_of(first) == [Staat.MISLUKT]


@pytest.mark.parametrize("data", [{}, {"mislukt": "x", "onzeker": "0"}])
def test_a_post_without_the_confirmed_numbers_does_nothing(data, desk, two_letters):
    answer = desk.post(bulk("opnieuw", "id=all"), data)
    assert answer.status_code == 200
    assert not Levering.objects.filter(staat=Staat.WACHT).exists()


def test_nothing_of_a_cancelled_or_emptied_message_is_touched(desk, two_letters):
    first, second = two_letters
    services.cancel(first)
    erased = second.leveringen.first()
    services.erase(erased.adres)
    address = bulk("opnieuw", "id=all")
    assert "4 mislukt" in desk.get(address).content.decode()
    confirm(desk, address)
    assert set(states_of(first)) == {Staat.MISLUKT}
    assert state_of(erased) == Staat.MISLUKT


def test_more_than_a_chunk_is_carried_out_and_every_one_is_logged(desk, monkeypatch):
    monkeypatch.setattr("post.screens.bulk.CHUNK", 3)
    message = newsletter(8, answers=[GEWEIGERD] * 8)
    confirm(desk, bulk("opnieuw", f"bericht={message.pk}&id=all"))
    assert set(states_of(message)) == {Staat.WACHT}
    entries = ModelLogEntry.objects.filter(action="post.opnieuw")
    assert {entry.object_id for entry in entries} == {
        str(pk) for pk in message.leveringen.values_list("pk", flat=True)
    }


def test_the_number_of_queries_does_not_grow_with_the_rows(desk, django_assert_max_num_queries):
    message = newsletter(60, answers=[GEWEIGERD] * 60)
    address = bulk("opnieuw", f"bericht={message.pk}&id=all")
    desk.get(address)
    with django_assert_max_num_queries(20):
        desk.get(address)


def test_afterwards_somebody_is_back_in_the_same_list(desk, two_letters):
    following = "%2Fadmin%2Fpost%2Fleveringen%2F%3Fstaat%3Dmislukt"
    address = f"/admin/bulk/post/levering/opnieuw/?staat=mislukt&id=all&next={following}"
    answer = confirm(desk, address)
    assert answer.redirect_chain == [("/admin/post/leveringen/?staat=mislukt", 302)]


def test_nobody_is_led_to_another_site(desk, two_letters):
    address = "/admin/bulk/post/levering/opnieuw/?id=all&next=https://kwaad.example/"
    assert "kwaad.example" not in confirm(desk, address).redirect_chain[0][0]
