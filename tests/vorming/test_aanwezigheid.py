"""Recording who was there: on a telephone, without script, and by two people at once."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import ModelLogEntry

from tests.factories import SessieFactory
from tests.test_editor_language import english_in
from tests.vorming.conftest import enrol, one, persoon
from tests.vorming.dag import after, editor, session_with, was_there
from vorming.models import Aanwezigheid, Inschrijving, Logregel, Sessiedag
from vorming.services import aanwezigheid, deelnemer, privacy, sessies, verplaatsen
from vorming.services.audit import audit
from vorming.services.basis import NietMogelijk
from vorming.services.samenvoegen import merge
from vorming.services.sessies import Dag
from vorming.slot import EvenDruk

pytestmark = pytest.mark.django_db


@pytest.fixture
def begonnen(db, klok):
    """A session of one day with three people, during that day."""
    sessie = session_with(1, 2, 3)
    klok.move_to(sessie.begint_op + datetime.timedelta(minutes=20))
    return sessie


def address(sessie, dag=None):
    if dag is None:
        return reverse("vorming_aanwezigheid", args=[sessie.pk])
    return reverse("vorming_aanwezigheid_dag", args=[sessie.pk, dag.pk])


def opened(client, sessie):
    """Return what the form of the day holds, as a browser would send it back."""
    return sent_back(client.get(address(sessie)))


def sent_back(answer):
    soup = BeautifulSoup(answer.content, "html.parser")
    form = soup.select_one("form.dag-formulier")
    data = {
        box["name"]: box["value"]
        for box in form.select("input")
        if box["type"] == "hidden" or box.has_attr("checked")
    }
    return form["action"], data


def choose(data, sessie, number, stand):
    data[f"stand_{one(sessie, number).pk}"] = stand


def stands(sessie):
    rows = Aanwezigheid.objects.filter(inschrijving__sessie=sessie).select_related("inschrijving")
    return {int(row.inschrijving.voornaam.removeprefix("Sara")): row.stand for row in rows}


def test_an_editor_records_a_day(begonnen):
    client = editor()
    where, data = opened(client, begonnen)
    choose(data, begonnen, 1, "aanwezig")
    choose(data, begonnen, 2, "excuus")
    answer = client.post(where, data, follow=True)
    assert "Bewaard voor 2 personen." in answer.content.decode()
    assert "2 van 3 aangeduid, 1 aanwezig." in answer.content.decode()
    assert stands(begonnen) == {1: "aanwezig", 2: "excuus"}
    row = Aanwezigheid.objects.get(stand="excuus")
    assert row.door.username == "begeleider"
    lines = Logregel.objects.filter(actie="aanwezigheid").order_by("pk")
    assert [(line.van, line.naar, line.rol) for line in lines] == [
        ("", "aanwezig", "redactie"),
        ("", "excuus", "redactie"),
    ]
    assert audit() == []


def test_when_it_is_busy_what_was_chosen_stays_on_the_screen(begonnen, monkeypatch):
    client = editor()
    where, data = opened(client, begonnen)
    choose(data, begonnen, 1, "aanwezig")

    def busy(*args, **kwargs):
        raise EvenDruk

    with monkeypatch.context() as patched:
        patched.setattr("vorming.services.aanwezigheid.record", busy)
        answer = client.post(where, data)
    assert "Het is even druk." in answer.content.decode()
    assert "0 van 3 aangeduid" in answer.content.decode()
    again = sent_back(answer)
    assert again[1][f"stand_{one(begonnen, 1).pk}"] == "aanwezig"
    assert stands(begonnen) == {}
    client.post(*again)
    assert stands(begonnen) == {1: "aanwezig"}


def test_two_editors_keep_each_others_work(begonnen):
    first, second = editor("een"), editor("twee")
    where, mine = opened(first, begonnen)
    _where, hers = opened(second, begonnen)
    choose(mine, begonnen, 1, "aanwezig")
    first.post(where, mine)
    # She still sees nothing about the first person, and says nothing about her.
    choose(hers, begonnen, 2, "afwezig")
    answer = second.post(where, hers, follow=True)
    assert "Een collega" not in answer.content.decode()
    assert stands(begonnen) == {1: "aanwezig", 2: "afwezig"}
    # What both changed stays as the first wrote it, and the second is told.
    choose(hers, begonnen, 1, "afwezig")
    answer = second.post(where, hers, follow=True)
    assert stands(begonnen) == {1: "aanwezig", 2: "afwezig"}
    assert "Een collega duidde intussen iets anders aan voor Sara1 Voorbeeld" in (
        answer.content.decode()
    )
    assert Aanwezigheid.objects.get(stand="aanwezig").door.username == "een"


def test_the_same_choice_twice_is_no_clash(begonnen):
    client = editor()
    where, data = opened(client, begonnen)
    choose(data, begonnen, 1, "aanwezig")
    client.post(where, data)
    answer = client.post(where, data, follow=True)
    assert "Er was niets veranderd." in answer.content.decode()
    assert Logregel.objects.filter(actie="aanwezigheid").count() == 1


def test_the_rest_was_present(begonnen):
    client = editor()
    was_there(begonnen, 3, "excuus")
    where, data = opened(client, begonnen)
    choose(data, begonnen, 1, "afwezig")
    client.post(where, data | {"rest": "1"})
    assert stands(begonnen) == {1: "afwezig", 2: "aanwezig", 3: "excuus"}


def is_cancelled(sessie, door):
    deelnemer.cancel(one(sessie, 2).pk, door=door)


def is_moved(sessie, door):
    verplaatsen.move(one(sessie, 2).pk, SessieFactory().pk, door=door)


def is_merged(sessie, door):
    merge(one(sessie, 3).pk, one(sessie, 2).pk, door=door)


@pytest.mark.parametrize(
    "meanwhile", [is_cancelled, is_moved, is_merged], ids=lambda value: value.__name__
)
def test_who_left_the_list_meanwhile_is_named_and_the_others_are_kept(
    begonnen, redacteur_door, meanwhile
):
    client = editor()
    where, data = opened(client, begonnen)
    choose(data, begonnen, 1, "aanwezig")
    choose(data, begonnen, 2, "aanwezig")
    meanwhile(begonnen, redacteur_door)
    said = client.post(where, data, follow=True).content.decode()
    assert "Niet bewaard voor Sara2 Voorbeeld (geannuleerd)" in said
    assert "Bewaard voor 1 persoon." in said
    assert stands(begonnen) == {1: "aanwezig"}
    # Whoever said nothing about her reads nothing about her.
    where, data = opened(client, begonnen)
    choose(data, begonnen, 1, "afwezig")
    assert "Niet bewaard" not in client.post(where, data, follow=True).content.decode()


def test_only_who_left_the_list_is_not_called_nothing_changed(begonnen, redacteur_door):
    client = editor()
    where, data = opened(client, begonnen)
    choose(data, begonnen, 2, "aanwezig")
    is_cancelled(begonnen, redacteur_door)
    said = client.post(where, data, follow=True).content.decode()
    assert "Niet bewaard voor Sara2 Voorbeeld" in said
    assert "Er was niets veranderd" not in said


@pytest.fixture
def two_days(begonnen, redacteur_door):
    """Return the session of today with another day before it, and that day."""
    (dag,) = begonnen.dagen.all()
    earlier = Sessiedag.objects.create(
        sessie=begonnen,
        begin=dag.begin - datetime.timedelta(days=1),
        einde=dag.einde - datetime.timedelta(days=1),
    )
    return begonnen, earlier


def test_a_day_that_was_taken_away_meanwhile_is_told_kindly(two_days):
    sessie, earlier = two_days
    client = editor()
    data = {"rest": "1"}
    where = address(sessie, earlier)
    earlier.delete()
    answer = client.post(where, data, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == address(sessie)
    assert "Iemand haalde deze dag intussen uit de sessie." in answer.content.decode()
    assert stands(sessie) == {}


def test_a_day_that_is_taken_away_in_the_same_moment_is_told_kindly(two_days, monkeypatch):
    sessie, earlier = two_days
    record = aanwezigheid.record

    def just_before(dag, **options):
        Sessiedag.objects.filter(pk=dag).delete()
        return record(dag, **options)

    monkeypatch.setattr("vorming.beheer.aanwezigheid.aanwezigheid.record", just_before)
    answer = editor().post(address(sessie, earlier), {"rest": "1"}, follow=True)
    assert answer.status_code == 200
    assert "Iemand haalde deze dag intussen uit de sessie." in answer.content.decode()


def test_a_mistake_can_be_taken_back(begonnen):
    client = editor()
    was_there(begonnen, 1)
    where, data = opened(client, begonnen)
    choose(data, begonnen, 1, "")
    client.post(where, data)
    assert stands(begonnen) == {}


@pytest.mark.parametrize("value", ["gisteren", "<b>", "aanwezig "])
def test_what_is_no_choice_changes_nothing(begonnen, value):
    client = editor()
    where, data = opened(client, begonnen)
    choose(data, begonnen, 1, value)
    data["was_x"] = data["was_99999999"] = "aanwezig"
    assert client.post(where, data).status_code == 302
    assert stands(begonnen) == {}


def test_who_has_no_place_is_not_on_the_list(db, klok):
    sessie = SessieFactory(capaciteit=1)
    enrol(sessie, 1)
    enrol(sessie, 2)
    klok.move_to(sessie.begint_op)
    answer = editor().get(address(sessie)).content.decode()
    assert "Sara1 Voorbeeld" in answer
    assert "Sara2 Voorbeeld" not in answer


def test_who_came_and_then_sent_a_colleague_stays_on_her_day(db, klok, redacteur_door):
    sessie = session_with(1, dagen=2)
    klok.move_to(sessie.begint_op)
    was_there(sessie, 1)
    deelnemer.swap(one(sessie, 1).pk, persoon=persoon(2), door=redacteur_door)
    first, second = sessie.dagen.order_by("begin")
    klok.move_to(second.begin)
    client = editor()
    assert "Sara1 Voorbeeld" in client.get(address(sessie, first)).content.decode()
    assert "Sara1 Voorbeeld" not in client.get(address(sessie, second)).content.decode()


def test_the_screen_opens_on_the_day_of_today(db, klok):
    sessie = session_with(1, dagen=3)
    second = sessie.dagen.order_by("begin")[1]
    klok.move_to(second.begin - datetime.timedelta(hours=2))
    where, _data = opened(editor(), sessie)
    assert where == address(sessie, second)


def test_before_the_day_there_is_a_list_and_nothing_to_record(sessie):
    enrol(sessie)
    (dag,) = sessie.dagen.all()
    client = editor()
    answer = client.get(address(sessie)).content.decode()
    assert "Deze dag moet nog komen." in answer
    assert "dag-formulier" not in answer
    person = one(sessie, 1).pk
    data = {f"was_{person}": "", f"stand_{person}": "aanwezig"}
    answer = client.post(address(sessie, dag), data, follow=True)
    assert "Deze dag moet nog komen." in answer.content.decode()
    assert stands(sessie) == {}


def test_a_session_without_days_or_people_breaks_nothing(db, klok):
    empty = SessieFactory(dagen=0, staat="concept")
    assert "nog geen dag" in editor().get(address(empty)).content.decode()
    nobody = SessieFactory(over=0)
    assert "Niemand heeft een plaats" in editor("twee").get(address(nobody)).content.decode()


def test_only_who_may_and_only_days_of_this_session(begonnen, klok):
    (dag,) = begonnen.dagen.all()
    stranger = editor("vreemde", zonder="change_inschrijving")
    assert stranger.get(address(begonnen)).status_code in (302, 403)
    assert stranger.post(address(begonnen, dag), {"rest": "1"}).status_code in (302, 403)
    assert stands(begonnen) == {}
    other = SessieFactory()
    assert editor().get(address(other, dag)).status_code == 404
    assert editor("drie").get(reverse("vorming_aanwezigheid", args=[0])).status_code == 404


def test_a_look_is_written_down_once_an_hour(begonnen, klok):
    client = editor()
    for _ in range(3):
        client.get(address(begonnen))
    looks = ModelLogEntry.objects.filter(action="vorming.aanwezigheid_bekeken")
    assert looks.count() == 1
    klok.shift(datetime.timedelta(minutes=61))
    client.get(address(begonnen))
    assert looks.count() == 2


def test_the_number_of_queries_does_not_grow(db, klok, django_assert_max_num_queries):
    small, large = session_with(1), session_with(*range(1, 11))
    enrol(large, *range(11, 21))
    klok.move_to(large.begint_op)
    client = editor()
    for sessie in (small, large):
        client.get(address(sessie))
    with django_assert_max_num_queries(60) as few:
        client.get(address(small))
    with django_assert_max_num_queries(60) as many:
        client.get(address(large))
    assert len(many) == len(few)


def test_the_screen_is_dutch_and_each_choice_belongs_to_a_name(begonnen):
    answer = editor().get(address(begonnen))
    assert english_in(answer) == []
    soup = BeautifulSoup(answer.content, "html.parser")
    groups = soup.select("form.dag-formulier fieldset")
    assert [group.legend.get_text(strip=True) for group in groups] == [
        "Sara1 Voorbeeld",
        "Sara2 Voorbeeld",
        "Sara3 Voorbeeld",
    ]
    for box in soup.select("form.dag-formulier input[type=radio]"):
        assert soup.select_one(f"label[for={box['id']}]").get_text(strip=True)


def test_a_day_with_presence_is_not_taken_away(db, klok, redacteur_door):
    sessie = session_with(1, dagen=2)
    klok.move_to(sessie.begint_op)
    was_there(sessie, 1)
    _first, second = sessie.dagen.order_by("begin")
    keep = [Dag(begin=second.begin, einde=second.einde, pk=second.pk)]
    with pytest.raises(NietMogelijk, match="al aangeduid"):
        sessies.change(sessie.pk, velden={}, dagen=keep, door=redacteur_door)
    assert sessie.dagen.count() == 2


def test_presence_stays_a_number_when_the_person_is_forgotten(begonnen, klok):
    client = editor()
    where, data = opened(client, begonnen)
    client.post(where, data | {"rest": "1"})
    assert len(privacy.find("sara1@example.org")["aanwezigheden"]) == 1
    after(klok, begonnen, days=731)
    privacy.retain()
    assert Inschrijving.objects.filter(geanonimiseerd_op=None).count() == 0
    assert list(Aanwezigheid.objects.values_list("stand", "door")) == [("aanwezig", None)] * 3
    assert audit() == []


def test_the_audit_sees_presence_on_a_day_of_another_session(begonnen):
    was_there(begonnen, 1)
    other = SessieFactory()
    Aanwezigheid.objects.update(dag=other.dagen.get())
    assert any("andere sessie" in fault for fault in audit())
