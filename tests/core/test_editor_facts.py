"""What editors do with the shared facts, through the admin."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from core.models import Begrip, Bron, Notitie, Regelkader, Synoniemgroep, Team, Termijn, Woordvorm
from tests.admin import errors_of, fill, form_in
from tests.factories import (
    FACT_FACTORIES,
    BronFactory,
    RegelkaderFactory,
    StapPageFactory,
    TermijnFactory,
)
from tests.markup import ask

pytestmark = pytest.mark.django_db


def url(model, name, *arguments):
    return reverse(model.snippet_viewset.get_url_name(name), args=arguments)


def open_form(client, model, instance=None):
    address = url(model, "edit", instance.pk) if instance else url(model, "add")
    return address, form_in(client.get(address), form_id="w-editor-form")


def send(client, model, values, instance=None, publish=False):
    address, data = open_form(client, model, instance)
    fill(data, values)
    if publish:
        data["action-publish"] = "action-publish"
    return client.post(address, data)


def complete(model):
    bron = str(BronFactory().pk)
    return {
        Team: {"naam": "Nieuw team", "e_mail": "team@example.org"},
        Bron: {"titel": "Nieuwe bron", "url": "https://www.example.org/nieuw"},
        Regelkader: {"naam": "Nieuwe regels", "korte_naam": "Nieuw", "bron": bron},
        Termijn: {
            "naam": "Nieuwe termijn",
            "soort": "eenmalig",
            "dag": "1",
            "maand": "4",
            "jaar": "2027",
            "bron": bron,
        },
        Begrip: {"term": "Nieuw begrip", "uitleg": "Een uitleg."},
        Synoniemgroep: {"woorden": "Nieuw woord, ander woord", "werking": "zoek"},
        Woordvorm: {"woord": "nieuwvorm", "telt_als": "vorm"},
        Notitie: {"titel": "Nieuwe mededeling", "tekst": "Een zin.", "begin": "2026-12-01"},
    }[model]


def newest(model):
    return model.objects.order_by("-pk").first()


@pytest.mark.parametrize("model", FACT_FACTORIES, ids=lambda m: m.__name__)
def test_a_complete_fact_is_kept_and_listed(model, editor_client):
    values = complete(model)
    response = send(editor_client, model, values, publish=True)
    assert response.status_code == 302, errors_of(response)
    name, value = next(iter(values.items()))
    assert getattr(newest(model), name) == value
    assert getattr(newest(model), "live", True)
    listing = editor_client.get(url(model, "list"))
    assert value in listing.content.decode()


@pytest.mark.parametrize("model", FACT_FACTORIES, ids=lambda m: m.__name__)
def test_an_empty_fact_is_refused_in_dutch(model, editor_client):
    name = next(iter(complete(model)))
    response = send(editor_client, model, {name: ""}, publish=True)
    errors = errors_of(response)
    assert errors[name] == ["Dit is een verplicht veld."]
    assert "vanwege fouten" in response.content.decode()


@pytest.mark.parametrize("model", FACT_FACTORIES, ids=lambda m: m.__name__)
def test_a_changed_fact_is_kept(model, editor_client):
    instance = FACT_FACTORIES[model]()
    name = next(iter(complete(model)))
    changed = "Gewijzigd, anders" if model is Synoniemgroep else "Gewijzigd"
    response = send(editor_client, model, {name: changed}, instance, publish=True)
    assert response.status_code == 302, errors_of(response)
    instance.refresh_from_db()
    assert getattr(instance, name) == changed


# --- Publishing ------------------------------------------------------------------


def test_a_termijn_without_source_is_saved_as_draft(editor_client):
    response = send(editor_client, Termijn, {**complete(Termijn), "bron": ""})
    assert response.status_code == 302, errors_of(response)
    assert not newest(Termijn).live


def test_a_termijn_without_source_cannot_be_published(editor_client):
    response = send(editor_client, Termijn, {**complete(Termijn), "bron": ""}, publish=True)
    assert errors_of(response) == {"bron": ["Dit is een verplicht veld."]}
    assert not Termijn.objects.filter(naam="Nieuwe termijn").exists()


def test_a_published_termijn_cannot_lose_its_source(editor_client):
    termijn = TermijnFactory()
    response = send(editor_client, Termijn, {"bron": ""}, termijn, publish=True)
    assert "bron" in errors_of(response)
    termijn.refresh_from_db()
    assert termijn.bron is not None


def test_a_termijn_with_only_a_name_is_saved_as_draft(editor_client):
    response = send(editor_client, Termijn, {"naam": "Nog uit te zoeken"})
    assert response.status_code == 302, errors_of(response)
    assert not newest(Termijn).live


def test_a_termijn_whose_date_nobody_knows_is_published_honestly(editor_client, at_launch):
    values = {**complete(Termijn), "dag": "", "maand": "", "jaar": ""}
    response = send(editor_client, Termijn, values, publish=True)
    assert response.status_code == 302, errors_of(response)
    text = ask("/trajecten/termijnen/").visible_text()
    assert "Nieuwe termijn Hiervoor is er nu geen datum." in text


def test_rules_without_source_cannot_be_published(editor_client):
    response = send(editor_client, Regelkader, {**complete(Regelkader), "bron": ""}, publish=True)
    assert "bron" in errors_of(response)


def test_a_source_that_is_used_cannot_be_deleted(editor_client):
    bron = BronFactory()
    TermijnFactory(bron=bron)
    editor_client.post(url(Bron, "delete", bron.pk))
    assert Bron.objects.filter(pk=bron.pk).exists()


def test_a_redacteur_cannot_publish_a_termijn(client, redacteur):
    client.force_login(redacteur)
    assert 'name="action-publish"' not in client.get(url(Termijn, "add")).content.decode()
    send(client, Termijn, complete(Termijn), publish=True)
    assert not newest(Termijn).live


def test_an_eindredacteur_sees_the_publish_button(editor_client):
    # The negative control of the test above.
    assert 'name="action-publish"' in editor_client.get(url(Termijn, "add")).content.decode()


@pytest.mark.parametrize("model", FACT_FACTORIES, ids=lambda m: m.__name__)
def test_somebody_without_rights_sees_no_facts(model, client, django_user_model):
    user = django_user_model.objects.create_user("lezer")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    for address in (url(model, "list"), url(model, "add")):
        assert client.get(address).status_code == 302


# --- Dates ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"dag": "31", "maand": "4"}, "dag", "Deze maand heeft niet zoveel dagen."),
        ({"dag": "29", "maand": "2", "jaar": "2027"}, "dag", "niet zoveel dagen"),
        ({"dag": "32"}, "dag", "hoogstens 31"),
        ({"jaar": ""}, "jaar", "Vul het jaar in."),
        ({"soort": "jaarlijks"}, "jaar", "heeft geen jaar"),
        ({"soort": "periode"}, "begin", "Vul de eerste dag van de periode in."),
        ({"soort": "periode", "begin": "2027-04-02"}, "begin", "na de laatste dag"),
        ({"begin": "2027-01-01"}, "begin", "Alleen een periode"),
        ({"jaar": "1066"}, "jaar", "minstens 2000"),
    ],
)
def test_an_impossible_date_is_named_in_dutch(values, field, message, editor_client):
    response = send(editor_client, Termijn, {**complete(Termijn), **values}, publish=True)
    errors = errors_of(response)
    assert set(errors) == {field}
    assert message in errors[field][0]
    assert not Termijn.objects.filter(naam="Nieuwe termijn").exists()


def test_29_february_is_accepted_in_a_leap_year(editor_client):
    values = {**complete(Termijn), "dag": "29", "maand": "2", "jaar": "2028"}
    response = send(editor_client, Termijn, values, publish=True)
    assert response.status_code == 302, errors_of(response)


@pytest.mark.parametrize(
    ("model", "first", "last", "message"),
    [
        (Regelkader, "geldig_van", "geldig_tot", "vóór de begindatum"),
        (Notitie, "begin", "einde", "vóór de eerste dag"),
    ],
)
def test_an_end_before_its_begin_is_refused(model, first, last, message, editor_client):
    values = {**complete(model), first: "2027-01-02", last: "2027-01-01"}
    response = send(editor_client, model, values, publish=True)
    assert message in errors_of(response)[last][0]
    values[last] = "2027-01-02"
    response = send(editor_client, model, values, publish=True)
    assert response.status_code == 302, errors_of(response)


def test_a_date_is_read_as_a_belgian_writes_it(editor_client):
    response = send(editor_client, Notitie, {**complete(Notitie), "begin": "02-01-2027"})
    assert response.status_code == 302, errors_of(response)
    assert newest(Notitie).begin == datetime.date(2027, 1, 2)


# --- What a change does --------------------------------------------------------------


def test_a_deadline_changed_in_the_admin_changes_every_page(editor_client, at_launch):
    termijn = TermijnFactory(dag=5, maand=5, jaar=2027)
    pages = [StapPageFactory(termijn=termijn), StapPageFactory(termijn=termijn)]
    for page in pages:
        assert "5 mei 2027" in ask(page.get_url()).text
    response = send(editor_client, Termijn, {"dag": "6"}, termijn, publish=True)
    assert response.status_code == 302, errors_of(response)
    for page in pages:
        assert "6 mei 2027" in ask(page.get_url()).text


def test_a_deadline_changed_but_not_published_changes_nothing(editor_client, at_launch):
    termijn = TermijnFactory(dag=5, maand=5, jaar=2027)
    page = StapPageFactory(termijn=termijn)
    send(editor_client, Termijn, {"dag": "6"}, termijn)
    assert "5 mei 2027" in ask(page.get_url()).text


def test_an_editor_sees_where_a_deadline_is_used(editor_client):
    termijn = TermijnFactory()
    page = StapPageFactory(termijn=termijn, title="Gebruikt de termijn")
    listing = editor_client.get(url(Termijn, "usage", termijn.pk))
    assert page.title in listing.content.decode()


def test_the_list_of_deadlines_says_how_near_they_are(editor_client, at_launch):
    TermijnFactory(naam="Bijna", dag=1, maand=12, jaar=2026)
    TermijnFactory(naam="Voorbij dus", dag=1, maand=11, jaar=2026)
    TermijnFactory(naam="Nog leeg", dag=None, maand=None, jaar=None, live=False)
    text = editor_client.get(url(Termijn, "list"), {"locale": "nl"}).content.decode()
    for words in ("binnen 14 dagen", "voorbij", "geen datum", "1 december 2026"):
        assert words in text.lower(), words


def test_the_factories_of_rules_and_their_deadlines_agree():
    rules = RegelkaderFactory(geldig_tot=datetime.date(2026, 12, 31))
    termijn = TermijnFactory(regelkader=rules, dag=1, maand=4, jaar=2027)
    # A deadline outside its rules has no last day.
    assert termijn.stand.laatste_dag is None
