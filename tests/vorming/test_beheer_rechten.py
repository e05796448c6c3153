"""Who may do what with sessions, and where editors meet them."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from home.content.roles import load_roles
from tests.factories import SessieFactory, VormingPageFactory, dutch, only
from tests.test_editor_language import english_in
from tests.vorming.beheer import (
    LIJST,
    at,
    main_of,
    said,
    text_of,
)
from tests.vorming.conftest import enrol, states
from vorming.models import Sessie, VormingIndexPage, VormingPage
from vorming.services import sessies
from vorming.services.basis import KLOK

pytestmark = pytest.mark.django_db

SCHERMEN = ["", "wijzigen", "plaatsen", "annuleren", "verwijderen", "mailen"]
DOEN = ["wijzigen", "staat", "plaatsen", "annuleren", "verwijderen", "mailen"]


# --- Roles ---------------------------------------------------------------------------------


def test_the_team_of_the_courses_may_do_everything_with_them(team_client, klok, sessie):
    enrol(sessie, 1)
    for address in (LIJST, f"{LIJST}nieuw/", *(at(sessie, name) for name in SCHERMEN)):
        assert team_client.get(address).status_code == 200, address
    group = Group.objects.get(name="Vormingsteam")
    found = set(group.permissions.values_list("codename", flat=True))
    assert found == {
        "access_admin",
        *(f"{action}_sessie" for action in ("add", "change", "view")),
        *(f"{action}_inschrijving" for action in ("add", "change", "view")),
        "view_bijzonderenood",
        "exporteer_inschrijvingen",
    }


def test_who_publishes_sees_sessions_but_no_persons_and_changes_nothing(
    client, klok, sessie, eindredacteur
):
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    client.force_login(eindredacteur)
    assert str(sessie) in text_of(client.get(LIJST))
    answer = client.get(at(sessie))
    assert "Sara" not in answer.content.decode()
    assert "De wachtlijst schuift vanzelf door" in text_of(answer)
    assert main_of(answer).select(".button, button, form") == []
    for address in (f"{LIJST}nieuw/", *(at(sessie, name) for name in SCHERMEN[1:])):
        assert client.get(address).status_code == 302, address
    before = Sessie.objects.values().get(pk=sessie.pk)
    for name in DOEN:
        data = {"naar": "gesloten", "capaciteit": "9", "reden": "Zomaar."}
        assert client.post(at(sessie, name), data).status_code == 302
    assert Sessie.objects.values().get(pk=sessie.pk) == before


def test_who_only_writes_sees_no_sessions(client, klok, sessie, redacteur):
    client.force_login(redacteur)
    for address in (LIJST, f"{LIJST}lijst/", at(sessie)):
        assert client.get(address).status_code == 302
    home = client.get("/admin/").content.decode()
    assert LIJST not in home
    assert "panel-sessies" not in home


def test_a_site_that_exists_gets_the_group_once(klok):
    Group.objects.get(name="Vormingsteam").delete()
    publishers = Group.objects.get(name="Eindredacteurs")
    view = Permission.objects.get(codename="view_sessie")
    publishers.permissions.remove(view)
    load_roles()
    assert Group.objects.get(name="Vormingsteam").permissions.count() == 9
    assert view in publishers.permissions.all()
    # What the site's own people change afterwards, stays.
    publishers.permissions.remove(view)
    Group.objects.get(name="Vormingsteam").permissions.clear()
    load_roles()
    assert view not in publishers.permissions.all()
    assert not Group.objects.get(name="Vormingsteam").permissions.exists()


# --- A course with sessions ----------------------------------------------------------------


def wis(page):
    return reverse("wagtailadmin_pages:delete", args=[page.pk])


def test_a_course_with_sessions_is_not_deleted_and_says_why(admin_client, sessie):
    page = sessie.vorming
    for target in (page, only(VormingIndexPage)):
        for method in (admin_client.get, admin_client.post):
            answer = method(wis(target), follow=True)
            assert "Er is niets verwijderd." in said(answer)
            assert f"“{page.title}”" in said(answer)
    assert VormingPage.objects.filter(pk=page.pk).exists()


def test_a_course_with_sessions_is_not_deleted_among_others_either(admin_client, sessie):
    other = VormingPageFactory()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    several = f"{address}?id={sessie.vorming_id}&id={other.pk}&next=/admin/"
    # Wagtail itself sees that a session points to this page, and offers no button.
    page = admin_client.get(several)
    assert english_in(page) == []
    assert "yes-or-no" not in page.content.decode()
    admin_client.post(several)
    # Not so for a page above it.
    above = f"{address}?id={only(VormingIndexPage).pk}&next=/admin/"
    data = {"wagtail_site_name": "Vrije tijd in de netwerkgemeente", "confirm_site_name": ""}
    data["confirm_site_name"] = data["wagtail_site_name"]
    assert "Er is niets verwijderd." in said(admin_client.post(above, data, follow=True))
    assert VormingPage.objects.filter(pk__in=[sessie.vorming_id, other.pk]).count() == 2


def test_a_course_without_sessions_is_deleted(admin_client):
    page = VormingPageFactory()
    assert admin_client.get(wis(page)).status_code == 200
    admin_client.post(wis(page))
    assert not VormingPage.objects.filter(pk=page.pk).exists()


def test_a_course_that_another_asks_first_is_not_deleted_and_says_why(admin_client):
    """Without it, that other course would give a place to whoever fills in the form."""
    basis = VormingPageFactory(title="De basis")
    sessie = SessieFactory(vorming=VormingPageFactory(title="De rest", vooraf=basis))
    for method in (admin_client.get, admin_client.post):
        answer = said(method(wis(basis), follow=True))
        assert "Er is niets verwijderd. “De rest” vraagt om eerst een vorming" in answer
    several = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    answer = said(admin_client.post(f"{several}?id={basis.pk}&next=/admin/", follow=True))
    assert "“De rest” vraagt om eerst een vorming" in answer
    # Taking it off the site is allowed, and leaves the approval as it was.
    admin_client.post(reverse("wagtailadmin_pages:unpublish", args=[basis.pk]))
    basis.refresh_from_db()
    assert not basis.live
    enrol(sessie, 1)
    assert states(sessie) == {1: "aangevraagd"}
    VormingPage.objects.filter(vooraf=basis).update(vooraf=None)
    admin_client.post(wis(basis))
    assert not VormingPage.objects.filter(pk=basis.pk).exists()


def panel_of(client, page):
    answer = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    soup = BeautifulSoup(answer.content.decode(), "html.parser")
    found = [panel for panel in soup.select("section.w-panel") if "Sessies" in panel.h2.get_text()]
    return found[0] if found else None


def test_the_page_of_a_course_leads_to_its_sessions_and_to_a_new_one(admin_client, sessie):
    enrol(sessie, 1)
    page = sessie.vorming
    panel = panel_of(admin_client, page)
    text = " ".join(panel.get_text().split())
    assert f"24 december 2026, {sessie.naam}: 1 van 2 plaatsen bezet" in text
    links = [link["href"] for link in panel.select("a") if "vorming/sessies" in link["href"]]
    assert links == [at(sessie), f"{LIJST}nieuw/?vorming={page.pk}"]
    form = admin_client.get(links[1])
    chosen = main_of(form).select_one("#id_vorming option[selected]")
    assert chosen["value"] == str(page.pk)
    assert "nog geen sessies" in panel_of(admin_client, VormingPageFactory()).get_text()


def test_who_may_not_see_sessions_has_no_such_panel(client, redacteur):
    client.force_login(redacteur)
    assert panel_of(client, VormingPage.objects.filter(locale=dutch()).first()) is None


# --- The first page ------------------------------------------------------------------------


def home_panel(client):
    answer = client.get("/admin/")
    soup = BeautifulSoup(answer.content.decode(), "html.parser")
    return soup.select_one(".sessie-paneel")


def test_the_first_page_says_what_comes_and_what_needs_somebody(team_client, klok):
    assert "Er komt geen enkele sessie aan." in home_panel(team_client).get_text()
    approval = SessieFactory(goedkeuring=True, naam="met goedkeuring")
    enrol(approval, 1)
    SessieFactory(naam="rustig", over=40)
    SessieFactory(naam="nog concept", over=10, staat="concept")
    SessieFactory(naam="zonder link", over=3, vorm="online")
    too_full = SessieFactory(naam="te vol", over=50)
    enrol(too_full, 11, 12)
    sessies.set_capacity(too_full.pk, 1, door=KLOK)
    gone = SessieFactory(naam="gaat niet door")
    sessies.cancel(gone.pk, reden="Ziek.", door=KLOK)
    panel = home_panel(team_client)
    first, second = (
        {line.a.get_text().rsplit(", ", 1)[1]: line.get_text() for line in part.select("li")}
        for part in panel.select("ul")
    )
    assert {name: line.rsplit("): ", 1)[1] for name, line in first.items()} == {
        "zonder link": "er is nog geen link om online mee te doen",
        "nog concept": "is nog een concept",
        "met goedkeuring": "1 inschrijving wacht op goedkeuring",
        "te vol": "2 plaatsen bezet van 1",
    }
    assert list(second) == ["zonder link", "nog concept", "met goedkeuring", "rustig", "te vol"]
    assert english_in(team_client.get("/admin/")) == []


def test_the_first_page_says_that_somebody_must_phone(team_client, klok, sessie, vormingsteam):
    enrol(sessie, 1, 2)
    enrol(sessie, 3)
    klok.move_to(sessie.begint_op - datetime.timedelta(hours=20))
    team_client.force_login(vormingsteam)
    assert "bel de volgende" not in home_panel(team_client).get_text()
    sessies.set_capacity(sessie.pk, 3, door=KLOK)
    assert "bel de volgende" in home_panel(team_client).get_text()


def test_the_first_page_costs_the_same_however_many_sessions_come(team_client, klok):
    SessieFactory()
    team_client.get("/admin/")
    with CaptureQueriesContext(connection) as few:
        team_client.get("/admin/")
    for _ in range(8):
        SessieFactory(staat="concept", over=5)
    with CaptureQueriesContext(connection) as many:
        team_client.get("/admin/")
    assert len(many) == len(few)
