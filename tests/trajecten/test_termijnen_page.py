"""All deadlines on one page: by month, what is over apart, and honest about what is not known."""

import datetime

import pytest

from core.models import Termijn
from tests.factories import RegelkaderFactory, TermijnenPageFactory, TermijnFactory
from tests.markup import ask, assert_sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def pagina(at_launch):
    Termijn.objects.all().delete()
    return TermijnenPageFactory()


def sections(pagina):
    """Return the names under each heading, in order; months are headings too."""
    found, heading = {}, None
    for element in ask(pagina.get_url()).soup.select("main h2, .kalender-maand, .termijn-naam"):
        text = element.get_text(strip=True)
        if "termijn-naam" in element.get("class", []):
            found[heading].append(text)
        elif element.find_parent(class_="kalender"):
            heading = text
            found[heading] = []
    return found


def test_deadlines_stand_under_their_month_soonest_first(pagina):
    TermijnFactory(naam="Verre", dag=2, maand=4, jaar=2028)
    TermijnFactory(naam="Tweede", dag=20, maand=4, jaar=2027)
    TermijnFactory(naam="Eerste", dag=1, maand=4, jaar=2027)
    assert sections(pagina) == {
        "Dit komt eraan": [],
        "april 2027": ["Eerste", "Tweede"],
        "april 2028": ["Verre"],
    }


def test_what_is_over_stands_apart_latest_first(pagina):
    TermijnFactory(naam="Lang geleden", jaar=2020)
    TermijnFactory(naam="Pas voorbij", dag=23, maand=11, jaar=2026)
    TermijnFactory(naam="Vandaag", dag=24, maand=11, jaar=2026)
    assert sections(pagina) == {
        "Dit komt eraan": [],
        "november 2026": ["Vandaag"],
        "Voorbij": ["Pas voorbij", "Lang geleden"],
    }


def test_a_deadline_without_date_is_shown_honestly(pagina):
    TermijnFactory(naam="Beslissing 2027-2032", dag=None, maand=None, jaar=None)
    answer = ask(pagina.get_url())
    assert sections(pagina)["Nog zonder datum"] == ["Beslissing 2027-2032"]
    assert "We verzinnen er geen." in answer.visible_text()
    assert "Hiervoor is er nu geen datum." in answer.visible_text()
    assert "Er staat nu geen datum vast in de toekomst." in answer.visible_text()
    assert_sound({"zonder datum": answer})


def test_a_period_moves_from_its_first_day_to_now_to_over(pagina, on_day):
    TermijnFactory(
        naam="Indienen", soort="periode", begin=datetime.date(2027, 3, 1), dag=31, maand=3
    )
    places = []
    for day in ((2027, 2, 28), (2027, 3, 1), (2027, 3, 31), (2027, 4, 1)):
        on_day(datetime.date(*day))
        places.append(next(name for name, items in sections(pagina).items() if items))
    assert places == ["maart 2027", "Dit geldt nu", "Dit geldt nu", "Voorbij"]


def test_new_rules_move_from_coming_to_now_to_over(pagina, on_day):
    rules = RegelkaderFactory(
        geldig_van=datetime.date(2027, 1, 1), geldig_tot=datetime.date(2032, 12, 31)
    )
    TermijnFactory(naam="Nieuw", soort="ingang", dag=1, maand=1, jaar=2027, regelkader=rules)
    places, words = [], []
    for day in ((2026, 12, 31), (2027, 1, 1), (2032, 12, 31), (2033, 1, 1)):
        on_day(datetime.date(*day))
        places.append(next(name for name, items in sections(pagina).items() if items))
        words.append(ask(pagina.get_url()).soup.select_one(".termijn-stand").get_text(strip=True))
    assert places == ["januari 2027", "Dit geldt nu", "Dit geldt nu", "Voorbij"]
    assert words == ["over 1 dag", "Vandaag gaat dit in", "Dit geldt nu", "Dit geldt niet meer"]


def test_a_yearly_deadline_of_the_old_rules_is_over_once_they_have_ended(pagina, on_day):
    rules = RegelkaderFactory(geldig_van=None, geldig_tot=datetime.date(2026, 12, 31))
    TermijnFactory(naam="Elk jaar", soort="jaarlijks", dag=1, maand=12, jaar=None, regelkader=rules)
    assert sections(pagina)["december 2026"] == ["Elk jaar"]
    on_day(datetime.date(2026, 12, 2))
    assert sections(pagina)["Voorbij"] == ["Elk jaar"]


def test_only_published_deadlines_of_the_language_are_shown(pagina):
    TermijnFactory(naam="Nog een kladje", live=False)
    assert "Nog een kladje" not in ask(pagina.get_url()).text
    assert sections(pagina) == {"Dit komt eraan": []}


def test_the_page_costs_as_many_queries_with_40_deadlines_as_with_one(pagina):
    TermijnFactory(regelkader=RegelkaderFactory())
    one = ask(pagina.get_url())
    for _ in range(39):
        TermijnFactory(regelkader=RegelkaderFactory())
    many = ask(pagina.get_url())
    assert len(many.queries) <= len(one.queries)
    assert len(many.queries_after_a_change) <= len(one.queries_after_a_change)


def test_machines_find_the_feed_and_no_event_that_is_none(pagina):
    assert "DataFeed" not in [item["@type"] for item in ask(pagina.get_url()).json_ld]
    TermijnFactory()
    kinds = {item["@type"]: item for item in ask(pagina.get_url()).json_ld}
    assert "Event" not in kinds
    address = kinds["DataFeed"]["distribution"]["contentUrl"]
    links = {link["href"] for link in ask(pagina.get_url()).soup.select(".agenda-volgen a")}
    assert links == {address, address.replace("http:", "webcal:")}
    assert ask(address.removeprefix("http://testserver")).response.status_code == 200


@pytest.mark.parametrize("address", ["/", "/trajecten/"])
def test_the_page_of_deadlines_is_found_from_the_first_pages(address, at_launch):
    assert "/trajecten/termijnen/" in ask(address).links
