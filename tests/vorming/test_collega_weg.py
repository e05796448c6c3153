"""Somebody is taken out of the form again: everybody else keeps what was filled in, and no more."""

import pytest

from tests.factories import SessieFactory, VormingPageFactory, WorkshopFactory
from tests.vorming.bezoeker import colleague, of_colleague, send
from tests.vorming.mensen import LIJST, soup

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["bezoeker", "telefoon"])
def stuur(request, beheer):
    """Send the form of visitors, or the one of an editor."""

    def post(sessie, actie, **data):
        if request.param == "bezoeker":
            return send(beheer, sessie, actie, **data)
        return beheer.post(f"{LIJST}inschrijven/{sessie.pk}/", {**data, "actie": actie})

    return post


def filled_in(response):
    """Return what the fields of the form on this page hold, by name."""
    found = {}
    for field in soup(response).select("form[method=post] input[name]"):
        if field.get("type") in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        found.setdefault(field["name"], []).append(field.get("value", ""))
    return found


def two_rounds():
    sessie = SessieFactory(capaciteit=9)
    rounds = [
        [str(WorkshopFactory(sessie=sessie, ronde=ronde).pk) for _ in range(2)]
        for ronde in ("Voormiddag", "Namiddag")
    ]
    return sessie, rounds


def test_my_own_choices_stay_when_a_colleague_goes(stuur):
    sessie, (morning, noon) = two_rounds()
    mine = {"ronde_0": morning[0], "ronde_1": noon[0]}
    hers = of_colleague(1, ronde_0=morning[1], ronde_1=noon[1])
    left = filled_in(stuur(sessie, "weg-1", aantal="1", **mine, **colleague(1, 2), **hers))
    assert (left["ronde_0"], left["ronde_1"]) == ([morning[0]], [noon[0]])
    assert not any(name.startswith("collega") for name in left)


def test_who_chose_nothing_gets_nothing_of_who_goes(stuur):
    sessie, (morning, noon) = two_rounds()
    hers = of_colleague(1, ronde_0=morning[1], ronde_1=noon[1])
    people = {"aantal": "2", **colleague(1, 2), **colleague(2, 3)}
    left = filled_in(stuur(sessie, "weg-1", **people, **hers))
    assert left["collega1_voornaam"] == ["Sara3"]
    assert not [name for name in left if "ronde" in name]


def test_every_field_has_an_id_of_its_own(stuur):
    sessie, _ = two_rounds()
    page = soup(stuur(sessie, "erbij", aantal="1", **colleague(1, 2)))
    found = [tag["id"] for tag in page.select("form[method=post] [id]")]
    assert len(found) == len(set(found))


def test_every_answer_moves_up_with_who_gave_it(stuur):
    question = {"vraag": "Met wie?", "uitleg": "", "verplicht": False, "opties": list("abcd")}
    page = VormingPageFactory(vragen=[("meerkeuze", question)])
    page.refresh_from_db()
    sessie, name = SessieFactory(vorming=page), f"vraag_{page.vragen[0].id}"
    people = {"aantal": "4", name: ["a"]}
    given = {1: ["a", "b"], 2: ["b", "c"], 3: ["c", "d"], 4: []}
    for number, answer in given.items():
        people |= colleague(number, number + 1) | of_colleague(number, **{name: answer})
    left = filled_in(stuur(sessie, "weg-2", **people))
    kept = [left[f"collega{number}_voornaam"] for number in (1, 2, 3)]
    assert kept == [["Sara2"], ["Sara4"], ["Sara5"]]
    answers = [left.get(f"{who}{name}") for who in ("", "collega1_", "collega2_", "collega3_")]
    assert answers == [["a"], ["a", "b"], ["c", "d"], None]
