"""How an editor makes and changes a session in the admin."""

import datetime
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from tests.admin import errors_of
from tests.factories import SessieFactory, WorkshopFactory
from tests.test_editor_language import english_in
from tests.vorming.beheer import (
    LIJST,
    at,
    form_of,
    main_of,
    new_session,
    said,
    text_of,
)
from tests.vorming.conftest import enrol, last_mail, mails, one
from vorming.models import Logregel, Sessie, Workshop, Workshopkeuze
from vorming.services import sessies
from vorming.services.basis import KLOK

pytestmark = pytest.mark.django_db

# --- Making --------------------------------------------------------------------------------


def test_a_session_is_made_as_a_draft_with_its_days(team, vormingsteam):
    data = form_of(team, f"{LIJST}nieuw/", **new_session())
    answer = team.post(f"{LIJST}nieuw/", data, follow=True)
    assert "staat klaar als concept" in said(answer)
    made = Sessie.objects.get(naam="voorjaar")
    assert (made.staat, made.capaciteit, str(made.prijs)) == ("concept", 12, "45.50")
    days = [(dag.begin.isoformat(), dag.uitleg) for dag in made.dagen.all()]
    assert days == [("2027-02-02T08:30:00+00:00", ""), ("2027-02-09T08:30:00+00:00", "Oefenen")]
    assert made.begint_op.isoformat() == "2027-02-02T08:30:00+00:00"
    assert made.eindigt_op.isoformat() == "2027-02-09T11:30:00+00:00"
    assert made.logregels.first().gebruiker == vormingsteam
    assert "2 februari 2027 tot en met 9 februari 2027" in text_of(answer)


def test_the_same_form_twice_makes_one_session(team):
    data = form_of(team, f"{LIJST}nieuw/", **new_session())
    first = team.post(f"{LIJST}nieuw/", data)
    second = team.post(f"{LIJST}nieuw/", data)
    assert first.url == second.url
    assert Sessie.objects.filter(naam="voorjaar").count() == 1


def test_what_is_wrong_is_said_kindly_and_everything_typed_stays(team):
    wrong = new_session(
        vorming="",
        capaciteit="0",
        prijs="veel",
        online_link="https://meet.example.org/a",
        sluit_op="2027-03-01T12:00",
        praktisch="Breng een brood mee.",
        **{"dagen-1-tot": "09:00", "dagen-0-datum": "2026-11-01"},
    )
    data = form_of(team, f"{LIJST}nieuw/", **wrong)
    answer = team.post(f"{LIJST}nieuw/", data)
    assert not Sessie.objects.filter(naam="voorjaar").exists()
    soup = BeautifulSoup(answer.content.decode(), "html.parser")
    assert soup.title.text.strip().startswith("Fout: ")
    summary = {
        link.get_text(): link["href"].removeprefix("#") for link in soup.select(".sessie-fouten a")
    }
    assert summary == {
        "Kies een vorming.": "id_vorming",
        "Een sessie heeft minstens 1 plaats.": "id_capaciteit",
        "Een link hoort bij een sessie die ook online is. Kies dat hierboven.": "id_online_link",
        "Vul een bedrag in, bijvoorbeeld 45 of 45,50.": "id_prijs",
        "Dag 1: Deze dag is voorbij. Kies vandaag of een dag die nog komt.": "id_dagen-0-datum",
        "Dag 2: De dag eindigt na het begin.": "id_dagen-1-tot",
    }
    for id_ in summary.values():
        assert soup.find(id=id_), id_
    for name in ("naam", "capaciteit", "prijs", "praktisch", "dagen-1-tot", "dagen-1-uitleg"):
        field = soup.find(attrs={"name": name})
        assert (field.text.strip() or field.get("value")) == wrong[name], name
    assert english_in(answer) == []


HUGE = ["10001", "2147483648", "9" * 30, "9" * 5000]


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("field", ["capaciteit", "max_wachtlijst", "workshops-0-capaciteit"])
def test_a_number_that_is_far_too_large_is_said_kindly(team, field, number):
    workshop = {"workshops-0-ronde": "Middag", "workshops-0-naam": "Praten"}
    more = {"workshops-TOTAL_FORMS": "1", **workshop, "workshops-0-capaciteit": "5"}
    data = form_of(team, f"{LIJST}nieuw/", **(new_session() | more | {field: number}))
    answer = team.post(f"{LIJST}nieuw/", data)
    assert answer.status_code == 200
    if len(number) < 100:
        assert "Vul een getal in tot 10 000." in text_of(answer)
    assert not Sessie.objects.filter(naam="voorjaar").exists()


@pytest.mark.parametrize("number", HUGE[2:])
@pytest.mark.parametrize("row", ["dagen-0-pk", "workshops-0-pk"])
def test_a_row_that_cannot_be_there_breaks_nothing(team, sessie, row, number):
    WorkshopFactory(sessie=sessie, naam="Praten")
    before = list(sessie.dagen.values()), list(sessie.workshops.values())
    data = form_of(team, at(sessie, "wijzigen"), **{row: number, "workshops-0-naam": "Anders"})
    assert team.post(at(sessie, "wijzigen"), data).status_code in (200, 302, 404)
    assert (list(sessie.dagen.values()), list(sessie.workshops.values())) == before


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"sluit_op": "2027-02-02T10:00"}, "sluit_op", "ten laatste als de sessie begint"),
        ({"annuleren_tot": "2027-02-03T10:00"}, "annuleren_tot", "ten laatste als de sessie"),
        ({"vervangen_tot": "2027-02-03T10:00"}, "vervangen_tot", "ten laatste als de sessie"),
        (
            {"opent_op": "2027-01-03T10:00", "sluit_op": "2027-01-02T10:00"},
            "sluit_op",
            "moet stoppen nadat het begon",
        ),
    ],
)
def test_moments_that_cannot_be_are_refused_at_their_field(team, wrong, field, words):
    data = form_of(team, f"{LIJST}nieuw/", **new_session(**wrong))
    faults = errors_of(team.post(f"{LIJST}nieuw/", data))
    assert list(faults) == [field]
    assert words in faults[field][0]


def test_days_that_overlap_are_refused(team):
    data = form_of(team, f"{LIJST}nieuw/", **new_session(**{"dagen-1-datum": "2027-02-02"}))
    assert "Twee dagen overlappen" in text_of(team.post(f"{LIJST}nieuw/", data))
    assert not Sessie.objects.filter(naam="voorjaar").exists()


def test_a_row_is_added_without_script_and_nothing_typed_is_lost(team):
    data = form_of(team, f"{LIJST}nieuw/", **new_session(capaciteit="", nog="dagen"))
    answer = team.post(f"{LIJST}nieuw/", data)
    soup = BeautifulSoup(answer.content.decode(), "html.parser")
    assert len(soup.select(".sessie-rij--dag")) == 3
    assert soup.find(id="id_dagen-1-uitleg")["value"] == "Oefenen"
    # Nobody asked whether it was right yet.
    assert not soup.select(".sessie-fouten, .error-message")
    assert not Sessie.objects.filter(naam="voorjaar").exists()


def test_a_new_session_after_an_earlier_one_takes_rules_and_workshops_not_days_and_people(team):
    earlier = SessieFactory(capaciteit=2, goedkeuring=True, opent_op=None, naam="najaar")
    WorkshopFactory(sessie=earlier, naam="Praten", ronde="Voormiddag", capaciteit=4)
    enrol(earlier, 1)
    address = f"{LIJST}nieuw/?naar={earlier.pk}"
    assert f'href="{address}"' in team.get(at(earlier)).content.decode()
    data = form_of(team, address)
    assert (data["capaciteit"], data["goedkeuring"], data["dagen-0-datum"]) == ("2", "on", "")
    data |= {"naam": "voorjaar"}
    data |= {"dagen-0-datum": "2027-02-02", "dagen-0-van": "09:30", "dagen-0-tot": "16:00"}
    assert team.post(address, data).status_code == 302
    made = Sessie.objects.get(naam="voorjaar")
    assert (made.staat, made.goedkeuring, made.volgnummer_teller) == ("concept", True, 0)
    assert [(w.naam, w.ronde, w.capaciteit) for w in made.workshops.all()] == [
        ("Praten", "Voormiddag", 4)
    ]
    assert not made.inschrijvingen.exists()
    assert earlier.workshops.count() == 1
    assert f"naar sessie {earlier.pk}" in made.logregels.first().uitleg


@pytest.mark.parametrize(
    ("ends", "rule"),
    [
        (["16:00", "16:00"], (1, Decimal(10))),
        (["16:00", "12:30"], (1, None)),
        (["16:00"], (None, None)),
    ],
)
def test_the_rule_for_certificates_goes_along_as_far_as_it_fits_the_days(team, ends, rule):
    earlier = SessieFactory(dagen=2, attest_dagen=1, attest_uren=10)
    address = f"{LIJST}nieuw/?naar={earlier.pk}"
    data = form_of(team, address, naam="voorjaar", **{"dagen-TOTAL_FORMS": len(ends)})
    for number, end in enumerate(ends):
        data |= {
            f"dagen-{number}-datum": f"2027-02-0{number + 2}",
            f"dagen-{number}-van": "09:30",
            f"dagen-{number}-tot": end,
        }
    assert team.post(address, data).status_code == 302
    made = Sessie.objects.get(naam="voorjaar")
    assert (made.attest_dagen, made.attest_uren) == rule


# --- Changing ------------------------------------------------------------------------------


def test_a_change_of_the_day_is_heard_once_by_who_is_in_or_waits(team, sessie):
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    page = team.get(at(sessie, "wijzigen"))
    assert "de 3 mensen die ingeschreven zijn of wachten" in text_of(page)
    data = form_of(team, at(sessie, "wijzigen"), **{"dagen-0-datum": "2026-12-30"})
    answer = team.post(at(sessie, "wijzigen"), data, follow=True)
    assert "3 mensen horen het met een mail." in said(answer)
    assert sorted(mails("gewijzigd")) == [f"sara{number}@example.org" for number in (1, 2, 3)]
    sessie.refresh_from_db()
    assert sessie.begint_op.date() == datetime.date(2026, 12, 30)


def test_a_form_that_changes_nothing_changes_nothing(team, sessie):
    enrol(sessie, 1)
    before = (Sessie.objects.values().get(pk=sessie.pk), list(sessie.dagen.values()))
    lines = Logregel.objects.count()
    assert team.post(at(sessie, "wijzigen"), form_of(team, at(sessie, "wijzigen"))).url == at(
        sessie
    )
    assert (Sessie.objects.values().get(pk=sessie.pk), list(sessie.dagen.values())) == before
    assert Logregel.objects.count() == lines
    assert mails("gewijzigd") == []


def test_two_editors_on_different_fields_both_keep_their_change(team, sessie):
    data = form_of(team, at(sessie, "wijzigen"), naam="van mij")
    sessies.change(sessie.pk, velden={"locatie": "Zaal 2"}, dagen=None, door=KLOK)
    assert team.post(at(sessie, "wijzigen"), data).status_code == 302
    sessie.refresh_from_db()
    assert (sessie.naam, sessie.locatie) == ("van mij", "Zaal 2")


def test_a_stale_form_never_undoes_what_somebody_else_changed(team, sessie):
    data = form_of(team, at(sessie, "wijzigen"), locatie="Zaal van mij", naam="van mij")
    sessies.change(sessie.pk, velden={"locatie": "Zaal 2"}, dagen=None, door=KLOK)
    answer = team.post(at(sessie, "wijzigen"), data)
    assert "Iemand anders wijzigde intussen ook “naam van de plaats”" in text_of(answer)
    soup = main_of(answer)
    assert soup.find(id="id_locatie")["value"] == "Zaal van mij"
    sessie.refresh_from_db()
    assert (sessie.locatie, sessie.naam[:9]) == ("Zaal 2", "voorbeeld")
    # Sending the refused form again is refused again.
    assert "Iemand anders" in text_of(team.post(at(sessie, "wijzigen"), data))


def test_a_stale_list_of_days_or_workshops_is_refused(team, sessie):
    workshop = WorkshopFactory(sessie=sessie, naam="Praten")
    (dag,) = sessie.dagen.all()
    days = form_of(team, at(sessie, "wijzigen"), **{"dagen-0-tot": "17:00"})
    lists = form_of(team, at(sessie, "wijzigen"), **{"workshops-0-naam": "Anders"})
    later = sessies.Dag(
        begin=dag.begin, einde=dag.einde + datetime.timedelta(minutes=30), pk=dag.pk
    )
    sessies.change(sessie.pk, velden={}, dagen=[later], door=KLOK)
    assert "intussen ook de dagen" in text_of(team.post(at(sessie, "wijzigen"), days))
    Workshop.objects.filter(pk=workshop.pk).update(capaciteit=9)
    assert "intussen ook de workshops" in text_of(team.post(at(sessie, "wijzigen"), lists))
    dag.refresh_from_db()
    workshop.refresh_from_db()
    assert dag.einde == later.einde
    assert workshop.naam == "Praten"


def test_a_day_is_left_out(team, klok):
    sessie = SessieFactory(dagen=2)
    data = form_of(team, at(sessie, "wijzigen"), **{"dagen-0-DELETE": "on"})
    assert team.post(at(sessie, "wijzigen"), data).status_code == 302
    assert sessie.dagen.count() == 1
    sessie.refresh_from_db()
    assert sessie.begint_op == sessie.dagen.get().begin


def test_an_open_session_keeps_a_day(team, sessie):
    data = form_of(team, at(sessie, "wijzigen"), **{"dagen-0-DELETE": "on"})
    answer = team.post(at(sessie, "wijzigen"), data)
    assert "Een sessie kan pas open als er een dag bij staat." in text_of(answer)
    assert sessie.dagen.count() == 1


def test_a_workshop_that_people_chose_is_not_taken_away(team, sessie):
    workshop = WorkshopFactory(sessie=sessie, naam="Praten", capaciteit=1)
    enrol(sessie, 1)
    Workshopkeuze.objects.create(
        inschrijving=one(sessie, 1), workshop=workshop, ronde=workshop.ronde, plaats=1
    )
    address = at(sessie, "wijzigen")
    away = form_of(team, address, **{"workshops-0-DELETE": "on"})
    assert "Mensen kozen “Praten” al" in text_of(team.post(address, away))
    other = form_of(team, address, **{"workshops-0-ronde": "Namiddag"})
    assert "Die ronde kan niet meer veranderen" in text_of(team.post(address, other))
    assert Workshop.objects.get().ronde == "Workshop"


def test_more_places_in_a_workshop_go_to_who_chose_it_and_she_hears_it(team, sessie, klopt):
    workshop = WorkshopFactory(sessie=sessie, naam="Praten", capaciteit=1)
    enrol(sessie, 1, 2)
    for number, place in ((1, 1), (2, None)):
        Workshopkeuze.objects.create(
            inschrijving=one(sessie, number), workshop=workshop, ronde="Workshop", plaats=place
        )
    data = form_of(team, at(sessie, "wijzigen"), **{"workshops-0-capaciteit": "2"})
    answer = team.post(at(sessie, "wijzigen"), data, follow=True)
    assert "1 persoon hoort het met een mail." in said(answer)
    assert mails("gewijzigd") == ["sara2@example.org"]
    assert "een plaats in een workshop die je koos" in last_mail("gewijzigd").tekst
    assert set(Workshopkeuze.objects.values_list("plaats", flat=True)) == {1, 2}
