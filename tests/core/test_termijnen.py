import datetime
from datetime import date

import pytest

from core.models import Regelkader, Termijn
from core.termijnen import Nabijheid, stand_of, validation_errors

OLD_RULES = Regelkader(pk=1, naam="Oude regels", geldig_tot=date(2026, 12, 31))


def yearly(**fields):
    return Termijn(**{"soort": "jaarlijks", "dag": 1, "maand": 10, **fields})


def once(**fields):
    return Termijn(**{"soort": "eenmalig", "dag": 1, "maand": 4, "jaar": 2026, **fields})


@pytest.mark.parametrize(
    ("day", "nabijheid", "days"),
    [
        (date(2026, 1, 30), Nabijheid.VER, 61),
        (date(2026, 1, 31), Nabijheid.NABIJ, 60),
        (date(2026, 3, 17), Nabijheid.NABIJ, 15),
        (date(2026, 3, 18), Nabijheid.DICHTBIJ, 14),
        (date(2026, 3, 31), Nabijheid.DICHTBIJ, 1),
        (date(2026, 4, 1), Nabijheid.LAATSTE_DAG, 0),
        (date(2026, 4, 2), Nabijheid.VOORBIJ, -1),
    ],
)
def test_stand_of_a_deadline_that_falls_once(day, nabijheid, days):
    stand = stand_of(once(), day)
    assert (stand.nabijheid, stand.dagen) == (nabijheid, days)
    assert stand.laatste_dag == date(2026, 4, 1)


def test_the_days_left_do_not_change_with_summer_time():
    # The clock goes forward on 29 March 2026.
    assert stand_of(once(), date(2026, 3, 28)).dagen == 4
    assert stand_of(once(), date(2026, 3, 30)).dagen == 2


def test_a_deadline_that_is_not_inclusive_ends_the_day_before():
    stand = stand_of(once(inclusief=False), date(2026, 3, 31))
    assert stand.laatste_dag == date(2026, 3, 31)
    assert stand.nabijheid == Nabijheid.LAATSTE_DAG


@pytest.mark.parametrize(
    ("day", "last_day"),
    [
        (date(2025, 12, 31), date(2026, 10, 1)),
        (date(2026, 10, 1), date(2026, 10, 1)),
        (date(2026, 10, 2), date(2027, 10, 1)),
    ],
)
def test_a_yearly_deadline_comes_back(day, last_day):
    assert stand_of(yearly(), day).laatste_dag == last_day


def test_a_yearly_deadline_ends_with_its_rules():
    stand = stand_of(yearly(regelkader=OLD_RULES), date(2026, 10, 2))
    assert stand.nabijheid == Nabijheid.VOORBIJ
    assert stand.laatste_dag == date(2026, 10, 1)


def test_a_yearly_deadline_years_after_its_rules_still_names_the_last_real_day():
    stand = stand_of(yearly(regelkader=OLD_RULES), date(2031, 5, 5))
    assert stand.laatste_dag == date(2026, 10, 1)


def test_a_deadline_may_fall_before_its_rules_start():
    new_rules = Regelkader(pk=2, naam="Nieuwe regels", geldig_van=date(2027, 1, 1))
    assert stand_of(once(regelkader=new_rules), date(2026, 3, 1)).laatste_dag == date(2026, 4, 1)


def test_a_yearly_exclusive_deadline_on_new_years_day_ends_in_the_old_year():
    termijn = yearly(dag=1, maand=1, inclusief=False)
    assert stand_of(termijn, date(2026, 12, 31)).nabijheid == Nabijheid.LAATSTE_DAG


def test_29_february_falls_on_the_28th_in_an_ordinary_year():
    termijn = yearly(dag=29, maand=2)
    assert stand_of(termijn, date(2027, 1, 1)).laatste_dag == date(2027, 2, 28)
    assert stand_of(termijn, date(2028, 1, 1)).laatste_dag == date(2028, 2, 29)


def test_a_period_that_has_not_begun():
    period = once(soort="periode", begin=date(2026, 3, 1))
    assert stand_of(period, date(2026, 2, 28)).nabijheid == Nabijheid.NIET_BEGONNEN
    assert stand_of(period, date(2026, 3, 1)).nabijheid == Nabijheid.NABIJ


def test_a_draft_without_date_has_no_last_day():
    stand = stand_of(Termijn(naam="Nog leeg"), date(2026, 1, 1))
    assert stand.nabijheid == Nabijheid.GEEN
    assert stand.laatste_dag is None


@pytest.mark.parametrize(
    ("termijn", "field"),
    [
        (yearly(jaar=2026), "jaar"),
        (once(jaar=None), "jaar"),
        (once(dag=31), "dag"),
        (once(dag=29, maand=2), "dag"),
        (once(soort="periode"), "begin"),
        (once(soort="periode", begin=date(2026, 5, 1)), "begin"),
        (once(begin=date(2026, 1, 1)), "begin"),
        (once(dag=None), "dag"),
        (once(maand=None), "maand"),
        (yearly(maand=None), "maand"),
        (once(dag=None, maand=None), "dag"),
        (Termijn(soort="periode", begin=date(2026, 1, 1)), "dag"),
    ],
)
def test_impossible_dates_are_named(termijn, field):
    assert field in validation_errors(termijn)


@pytest.mark.parametrize(
    "termijn",
    [
        yearly(),
        once(),
        yearly(dag=29, maand=2),
        once(soort="periode", begin=date(2026, 1, 1)),
        *[Termijn(soort=soort) for soort in Termijn.Soort.values],
    ],
)
def test_possible_dates_are_accepted(termijn):
    assert validation_errors(termijn) == {}


def test_every_day_of_ten_years_has_a_stand():
    termijn = yearly(regelkader=OLD_RULES)
    day = date(2024, 1, 1)
    while day < date(2034, 1, 1):
        stand = stand_of(termijn, day)
        assert stand.laatste_dag is not None
        assert stand.laatste_dag <= OLD_RULES.geldig_tot
        assert stand.is_voorbij == (stand.laatste_dag < day)
        day += datetime.timedelta(days=1)


# --- The rules around a deadline -------------------------------------------------------------

NEW_RULES = Regelkader(
    pk=2, naam="Nieuwe regels", geldig_van=date(2027, 1, 1), geldig_tot=date(2032, 12, 31)
)


@pytest.mark.parametrize("rules", [OLD_RULES, NEW_RULES], ids=["oude regels", "nieuwe regels"])
@pytest.mark.parametrize(
    ("days_before", "nabijheid"),
    [
        (61, Nabijheid.VER),
        (60, Nabijheid.NABIJ),
        (15, Nabijheid.NABIJ),
        (14, Nabijheid.DICHTBIJ),
        (1, Nabijheid.DICHTBIJ),
        (0, Nabijheid.LAATSTE_DAG),
        (-1, Nabijheid.VOORBIJ),
    ],
)
@pytest.mark.parametrize("soort", ["eenmalig", "jaarlijks"])
def test_every_state_under_the_old_and_under_the_new_rules(rules, days_before, nabijheid, soort):
    last_day = rules.geldig_tot.replace(month=10, day=1)
    year = None if soort == "jaarlijks" else last_day.year
    termijn = Termijn(soort=soort, dag=1, maand=10, jaar=year, regelkader=rules)
    stand = stand_of(termijn, last_day - datetime.timedelta(days=days_before))
    assert (stand.nabijheid, stand.dagen) == (nabijheid, days_before)
    assert stand.laatste_dag == last_day


@pytest.mark.parametrize("rules", [OLD_RULES, NEW_RULES], ids=["oude regels", "nieuwe regels"])
def test_a_deadline_after_the_end_of_its_rules_has_no_date(rules):
    termijn = once(jaar=rules.geldig_tot.year + 1, regelkader=rules)
    assert stand_of(termijn, date(2026, 1, 1)).nabijheid == Nabijheid.GEEN


def test_before_the_day_after_the_rules_end_is_still_within_them():
    termijn = yearly(dag=1, maand=1, inclusief=False, regelkader=OLD_RULES)
    assert stand_of(termijn, date(2026, 12, 31)).nabijheid == Nabijheid.LAATSTE_DAG
    assert stand_of(termijn, date(2030, 5, 5)).laatste_dag == date(2026, 12, 31)


def test_a_yearly_deadline_starts_in_the_year_before_its_rules():
    later = Regelkader(pk=3, naam="Veel later", geldig_van=date(2033, 1, 1))
    stand = stand_of(yearly(regelkader=later), date(2026, 11, 24))
    assert stand.laatste_dag == date(2032, 10, 1)


def test_the_same_day_is_past_under_the_old_rules_and_still_comes_under_the_new():
    day = date(2027, 3, 1)
    assert stand_of(yearly(regelkader=OLD_RULES), day).nabijheid == Nabijheid.VOORBIJ
    assert stand_of(yearly(regelkader=NEW_RULES), day).nabijheid == Nabijheid.VER


def test_something_that_starts_holds_until_its_rules_end():
    start = Termijn(soort="ingang", dag=1, maand=1, jaar=2027, regelkader=NEW_RULES)
    stands = {
        day: stand_of(start, day)
        for day in (date(2026, 12, 31), date(2027, 1, 1), date(2032, 12, 31), date(2033, 1, 1))
    }
    assert [stand.geldt_nu for stand in stands.values()] == [False, True, True, False]
    assert [stand.gold_tot for stand in stands.values()] == [None, None, None, date(2032, 12, 31)]


def test_something_that_starts_cannot_leave_out_its_own_day():
    start = Termijn(soort="ingang", dag=1, maand=1, jaar=2027, inclusief=False)
    assert validation_errors(start) == {
        "inclusief": "De dag waarop iets ingaat, telt altijd zelf mee."
    }


@pytest.mark.parametrize(
    ("day", "runs", "first"),
    [
        (date(2026, 2, 28), False, date(2026, 3, 1)),
        (date(2026, 3, 1), True, date(2026, 4, 1)),
        (date(2026, 4, 1), True, date(2026, 4, 1)),
        (date(2026, 4, 2), False, date(2026, 4, 1)),
    ],
)
def test_a_period_runs_from_its_first_to_its_last_day(day, runs, first):
    stand = stand_of(once(soort="periode", begin=date(2026, 3, 1)), day)
    assert stand.geldt_nu is runs
    assert stand.eerstvolgende_dag == first
