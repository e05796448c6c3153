"""What an editor does with a session in the admin: make, look, change, open, resize, cancel."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from tests.admin import errors_of
from tests.factories import SessieFactory, WorkshopFactory, dutch
from tests.test_editor_language import english_in
from tests.vorming.beheer import (
    LIJST,
    at,
    form_of,
    main_of,
    said,
    team_client,  # noqa: F401 - a fixture
    text_of,
    vormingsteam,  # noqa: F401 - a fixture
)
from tests.vorming.conftest import enrol, last_mail, mails, one, states
from vorming.models import Logregel, Sessie, VormingPage, Workshop, Workshopkeuze
from vorming.services import deelnemer, sessies
from vorming.services.basis import KLOK
from vorming.slot import EvenDruk

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(team_client, klok):  # noqa: F811
    return team_client


def course():
    return VormingPage.objects.filter(locale=dutch()).first()


def new_session(**values):
    """Return what an editor fills in for a session of two days."""
    return {
        "vorming": str(course().pk),
        "naam": "voorjaar",
        "capaciteit": "12",
        "vorm": "ter-plaatse",
        "locatie": "Zaal Voorbeeld",
        "gemeente": "Voorbeeldgem",
        "doorschuiven": "direct",
        "prijs": "45,50",
        "dagen-TOTAL_FORMS": "2",
        "dagen-0-datum": "2027-02-02",
        "dagen-0-van": "09:30",
        "dagen-0-tot": "16:00",
        "dagen-1-datum": "2027-02-09",
        "dagen-1-van": "09:30",
        "dagen-1-tot": "12:30",
        "dagen-1-uitleg": "Oefenen",
        **values,
    }


# --- Making --------------------------------------------------------------------------------


def test_a_session_is_made_as_a_draft_with_its_days(team, vormingsteam):  # noqa: F811
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


# --- State ---------------------------------------------------------------------------------


def test_a_session_opens_closes_and_becomes_a_draft_again(team, klok):
    sessie = SessieFactory(staat="concept")
    assert "Open de inschrijving" in str(main_of(team.get(at(sessie))))
    for wanted, words in (
        ("open", "De inschrijving is open."),
        ("gesloten", "De inschrijving is gesloten."),
        ("concept", "weer een concept"),
    ):
        answer = team.post(at(sessie, "staat"), {"naar": wanted}, follow=True)
        assert words in said(answer)
        sessie.refresh_from_db()
        assert sessie.staat == wanted
    assert team.get(at(sessie, "staat")).status_code == 405


def test_what_cannot_be_opened_says_why(team, sessie):
    draft = Sessie.objects.create(vorming=course(), capaciteit=3)
    answer = team.post(at(draft, "staat"), {"naar": "open"}, follow=True)
    assert "Zet er eerst een dag bij." in said(answer)
    enrol(sessie, 1)
    answer = team.post(at(sessie, "staat"), {"naar": "concept"}, follow=True)
    assert "Er zijn inschrijvingen" in said(answer)
    assert team.post(at(sessie, "staat"), {"naar": "geannuleerd"}).url == at(sessie)
    sessie.refresh_from_db()
    assert (sessie.staat, Sessie.objects.get(pk=draft.pk).staat) == ("open", "concept")


# --- Number of places ----------------------------------------------------------------------


def effect(client, sessie, number):
    answer = client.get(at(sessie, "plaatsen"), {"capaciteit": number})
    return [item.get_text() for item in main_of(answer).select(".sessie-gevolg li")]


def test_more_places_name_who_moves_up_and_then_they_do(team, sessie, klopt):
    enrol(sessie, 1, 2)
    for number in (3, 4, 5):
        enrol(sessie, number)
    assert effect(team, sessie, 4) == [
        "2 mensen van de wachtlijst krijgen een plaats, en daarover een mail.",
        "De sessie is dan volzet.",
    ]
    assert effect(team, sessie, 7) == [
        "3 mensen van de wachtlijst krijgen een plaats, en daarover een mail.",
        "Er zijn dan nog 2 vrij.",
    ]
    assert states(sessie)[3] == "wachtlijst"
    answer = team.post(at(sessie, "plaatsen"), {"capaciteit": "4", "gezien": "2"}, follow=True)
    assert "Er zijn nu 4 plaatsen. 2 mensen van de wachtlijst kregen een plaats." in said(answer)
    assert list(states(sessie).values()) == ["bevestigd"] * 4 + ["wachtlijst"]
    klopt()


def test_fewer_places_take_nobody_s_place(team, klok, klopt):
    sessie = SessieFactory(capaciteit=5)
    enrol(sessie, 1, 2, 3, 4)
    assert effect(team, sessie, 2) == [
        "Er zijn 4 plaatsen bezet. Niemand verliest een plaats.",
        "De eerste 2 plaatsen die vrijkomen, worden niet opnieuw gegeven.",
    ]
    team.post(at(sessie, "plaatsen"), {"capaciteit": "2", "gezien": "5"})
    assert set(states(sessie).values()) == {"bevestigd"}
    assert "Er zijn 4 plaatsen bezet van 2" in text_of(team.get(at(sessie)))
    klopt()


def test_a_group_that_does_not_fit_is_not_promised_a_place(team, sessie):
    enrol(sessie, 1, 2)
    group = enrol(sessie, 3, 4)
    type(group).objects.filter(pk=group.pk).update(samen=True)
    enrol(sessie, 5)
    assert effect(team, sessie, 3)[0].startswith("1 persoon van de wachtlijst krijgt een plaats")


def on_the_last_day(team, user, sessie, klok):
    """Move the clock to the day before, and sign in again: the old sign-in lapsed."""
    klok.move_to(sessie.begint_op - datetime.timedelta(hours=20))
    team.force_login(user)


def test_on_the_last_day_the_effect_is_that_the_editor_phones(
    team,
    sessie,
    klok,
    vormingsteam,  # noqa: F811
):
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    on_the_last_day(team, vormingsteam, sessie, klok)
    assert "De wachtlijst schuift niet meer vanzelf door" in effect(team, sessie, 3)[0]


def test_two_editors_on_the_number_of_places_do_not_undo_each_other(team, sessie):
    sessies.set_capacity(sessie.pk, 9, door=KLOK)
    answer = team.post(at(sessie, "plaatsen"), {"capaciteit": "3", "gezien": "2"}, follow=True)
    assert "Iemand anders veranderde het aantal plaatsen intussen naar 9" in said(answer)
    sessie.refresh_from_db()
    assert sessie.capaciteit == 9


def test_a_number_that_is_none_is_refused(team, sessie):
    for wrong, words in (
        ("0", "minstens 1 plaats"),
        ("veel", "Vul een getal in."),
        ("", "hoeveel"),
    ):
        assert words in text_of(team.get(at(sessie, "plaatsen"), {"capaciteit": wrong}))
        assert words in text_of(team.post(at(sessie, "plaatsen"), {"capaciteit": wrong}))
    sessie.refresh_from_db()
    assert sessie.capaciteit == 2


# --- Cancelling ----------------------------------------------------------------------------


def test_a_session_is_cancelled_and_everybody_hears_it_once(team, sessie, klopt):
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    page = team.get(at(sessie, "annuleren"))
    assert "3 mensen krijgen meteen één mail" in text_of(page)
    assert "en mail 3 mensen" in main_of(page).select_one("button").get_text()
    refused = team.post(at(sessie, "annuleren"), {"reden": " "})
    assert "Schrijf waarom" in text_of(refused)
    assert mails("gaat-niet-door") == []
    for words in ("3 mensen krijgen een mail.", "Niemand kreeg een tweede mail."):
        answer = team.post(at(sessie, "annuleren"), {"reden": "De lesgever is ziek."}, follow=True)
        assert words in said(answer)
    assert sorted(mails("gaat-niet-door")) == [f"sara{n}@example.org" for n in (1, 2, 3)]
    assert "De lesgever is ziek." in last_mail("gaat-niet-door").tekst
    klopt()


def test_when_it_is_busy_the_reason_of_a_cancel_is_kept(team, sessie, monkeypatch):
    enrol(sessie, 1)

    def busy(*args, **kwargs):
        raise EvenDruk

    monkeypatch.setattr("vorming.services.sessies.cancel", busy)
    answer = team.post(at(sessie, "annuleren"), {"reden": "De lesgever is ziek."})
    assert "Het is even druk." in said(answer)
    assert "De lesgever is ziek." in main_of(answer).select_one("textarea").get_text()
    assert mails("gaat-niet-door") == []


def test_a_cancelled_session_changes_no_more(team, sessie):
    data = form_of(team, at(sessie, "wijzigen"), naam="anders")
    sessies.cancel(sessie.pk, reden="Ziek.", door=KLOK)
    assert "Deze sessie is geannuleerd" in text_of(team.post(at(sessie, "wijzigen"), data))
    assert team.get(at(sessie, "wijzigen")).url == at(sessie)
    buttons = [one.get_text(strip=True) for one in main_of(team.get(at(sessie))).select(".button")]
    assert buttons == ["Maak een nieuwe naar deze"]


def test_only_a_draft_that_nobody_enrolled_in_is_thrown_away(team, sessie):
    draft = SessieFactory(staat="concept")
    WorkshopFactory(sessie=draft)
    assert "Ja, verwijder het concept" in text_of(team.get(at(draft, "verwijderen")))
    assert team.post(at(draft, "verwijderen")).url == LIJST
    assert not Sessie.objects.filter(pk=draft.pk).exists()
    enrol(sessie, 1)
    answer = team.post(at(sessie, "verwijderen"), follow=True)
    assert "Alleen een concept zonder inschrijvingen kan weg." in said(answer)
    assert Sessie.objects.filter(pk=sessie.pk).exists()


# --- Looking -------------------------------------------------------------------------------


def rows(client, **params):
    answer = client.get(LIJST, params)
    soup = BeautifulSoup(answer.content.decode(), "html.parser")
    return [
        [" ".join(cell.get_text().split()) for cell in row.select("td")]
        for row in soup.select("table.listing tbody tr")
    ]


def names(client, **params):
    return [row[0].rsplit(", ", 1)[1] for row in rows(client, **params)]


def test_the_list_says_how_every_session_stands(team, klok):
    Sessie.objects.all().delete()
    sessie = SessieFactory(capaciteit=2, naam="vol", doorschuiven="aanbod")
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    sessies.set_capacity(sessie.pk, 3, door=KLOK)
    enrol(sessie, 4)
    (row,) = rows(team)
    assert row[1:] == [
        "24 december 2026",
        "Voorbeeldgem",
        "Volzet, wel een wachtlijst",
        "3",
        "3",
        "1",
        "1",
    ]


def test_the_list_is_in_the_order_of_work_and_is_narrowed_down(team, klok):
    other = VormingPage.objects.filter(locale=dutch()).last()
    SessieFactory(naam="ver", over=60, vorming=other)
    SessieFactory(naam="dichtbij", over=5, gemeente="Elders")
    SessieFactory(naam="lang voorbij", over=-50, staat="gesloten")
    SessieFactory(naam="pas voorbij", over=-5)
    SessieFactory(naam="online", over=20, vorm="online", locatie="", gemeente="")
    Sessie.objects.create(vorming=course(), capaciteit=3, naam="zonder dagen")
    everything = names(team)
    assert everything == [
        "zonder dagen",
        "dichtbij",
        "online",
        "ver",
        "pas voorbij",
        "lang voorbij",
    ]
    assert names(team, wanneer="komend") == ["dichtbij", "online", "ver"]
    assert names(team, wanneer="voorbij") == ["pas voorbij", "lang voorbij"]
    assert names(team, wanneer="geen") == ["zonder dagen"]
    assert names(team, staat="gesloten") == ["lang voorbij"]
    assert names(team, vorming=other.pk) == ["ver"]
    assert names(team, plaats="Elders") == ["dichtbij"]
    assert names(team, plaats="online") == ["online"]
    assert names(team, q="dichtbij") == ["dichtbij"]
    assert english_in(team.get(LIJST)) == []


def test_the_list_costs_the_same_whatever_it_holds(team, klok):
    SessieFactory()
    team.get(LIJST)
    with CaptureQueriesContext(
        connection,
    ) as few:
        team.get(LIJST)
    for number in range(12):
        full = SessieFactory(capaciteit=1)
        enrol(full, number + 10)
        enrol(full, number + 40)
    with CaptureQueriesContext(connection) as many:
        team.get(LIJST)
    assert len(many) == len(few)


def test_the_screen_of_a_session_shows_how_it_stands(team, sessie, vormingsteam):  # noqa: F811
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    answer = team.get(at(sessie))
    text = text_of(answer)
    figures = {
        div.dt.get_text(): div.dd.get_text()
        for div in main_of(answer).select(".sessie-cijfers div")
    }
    assert figures == {"plaatsen": "2", "bezet": "2", "vrij": "0", "op de wachtlijst": "1"}
    for part in (
        "Volzet, wel een wachtlijst",
        "donderdag 24 december 2026, van 09.30 tot 16.00 uur",
        "De wachtlijst schuift vanzelf door",
        "Sara3 Voorbeeld, Voorbeeldgemeente",
        "Ingeschreven: op de wachtlijst (een deelnemer)",
    ):
        assert part in text, part
    assert english_in(answer) == []
    # Names were shown: that is written down, once an hour.
    team.get(at(sessie))
    looks = ModelLogEntry.objects.for_instance(sessie).filter(action="vorming.wachtrij_bekeken")
    assert [look.user for look in looks] == [vormingsteam]


def test_on_the_last_day_the_editor_reads_whom_to_phone(
    team,
    sessie,
    klok,
    vormingsteam,  # noqa: F811
):
    enrol(sessie, 1, 2)
    waiting = enrol(sessie, 3)
    type(waiting).objects.filter(pk=waiting.pk).update(telefoon="0470 12 34 56")
    on_the_last_day(team, vormingsteam, sessie, klok)
    deelnemer.cancel(one(sessie, 1).pk, door=KLOK)
    text = text_of(team.get(at(sessie)))
    assert "Er is 1 plaats vrij, en iemand wacht." in text
    assert "Sara3 Voorbeeld, Voorbeeldgemeente: 0470 12 34 56" in text


def test_the_screen_of_a_session_costs_the_same_whoever_is_in_it(team, klok):
    small, large = SessieFactory(capaciteit=3), SessieFactory(capaciteit=3)
    enrol(small, 1, 2, 3)
    enrol(small, 4)
    for number in range(10, 30):
        enrol(large, number)
    team.get(at(small))
    team.get(at(large))
    counts = []
    for sessie in (small, large):
        with CaptureQueriesContext(connection) as queries:
            team.get(at(sessie))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["wijzigen", "plaatsen", "annuleren", "mailen", "verwijderen"])
def test_every_screen_of_a_session_is_dutch(team, sessie, name):
    enrol(sessie, 1)
    assert english_in(team.get(at(sessie, name))) == []
    assert english_in(team.get(f"{LIJST}nieuw/")) == []
