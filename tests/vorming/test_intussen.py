"""What changes while somebody fills in a form: she loses nothing, and is told what is so now."""

import datetime
import html
import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from core.public_forms import SEAL, Seal
from tests.factories import SessieFactory, VormingPageFactory, WorkshopFactory
from tests.vorming.bezoeker import colleague, form_data, own, send, text
from tests.vorming.conftest import DINSDAG, enrol, last_mail, mails, one, states
from vorming import links
from vorming.forms.eigen import WijzigForm
from vorming.models import Aanvraag, BijzondereNood, Inschrijving, Logregel
from vorming.services import deelnemer, sessies
from vorming.services.sessies import Dag
from vorming.slot import EvenDruk

pytestmark = pytest.mark.django_db


def shown(response):
    return html.unescape(text(response))


def hidden(response, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    return found[1] if found else ""


# --- No place, no list ---------------------------------------------------------------------


def test_a_double_click_on_the_last_place_shows_that_you_have_it(klok, client):
    sessie = SessieFactory(capaciteit=1, max_wachtlijst=0)
    data = {**form_data(), "actie": "bevestigen"}
    address = reverse("inschrijven", args=[sessie.pk])
    first, second = client.post(address, data), client.post(address, data)
    assert second.status_code == 302
    assert second["Location"] == first["Location"]
    assert "Je hebt een plaats" in shown(client.get(second["Location"]))
    assert Inschrijving.objects.count() == len(mails()) == 1


def test_the_seal_of_another_session_opens_nothing(klok, client):
    full, other = SessieFactory(capaciteit=1, max_wachtlijst=0), SessieFactory(over=40)
    enrol(full, 9)
    data = form_data()
    client.post(reverse("inschrijven", args=[other.pk]), {**data, "actie": "bevestigen"})
    late = client.post(reverse("inschrijven", args=[full.pk]), {**data, "actie": "bevestigen"})
    assert late.status_code == 409


@pytest.mark.parametrize("actie", ["nakijken", "bevestigen"])
def test_full_meanwhile_and_no_list_keeps_the_form(klok, client, actie):
    sessie = SessieFactory(capaciteit=1, max_wachtlijst=0)
    enrol(sessie, 9)
    late = send(client, sessie, actie, organisatie="Onze stad")
    assert late.status_code == 409
    assert "Intussen zijn alle plaatsen bezet." in shown(late)
    assert "Ook de wachtlijst is vol." in shown(late)
    assert "Onze stad" in shown(late)
    assert 'value="bevestigen"' not in late.content.decode()
    assert Aanvraag.objects.count() == 1


def test_a_group_that_never_fits_together_hears_so_and_can_go_on_apart(
    klok, client, redacteur_door
):
    """She ticked that they come together, and the room became smaller."""
    sessie = SessieFactory(capaciteit=3)
    enrol(sessie, 9)
    people = {"aantal": "2", **colleague(1, 2), **colleague(2, 3), "wachtlijst": "1"}
    asked = send(client, sessie, **people | {"wachtlijst": ""})
    assert 'id="id_samen"' in asked.content.decode()
    sessies.set_capacity(sessie.pk, 2, door=redacteur_door)
    late = send(client, sessie, **people, samen="1")
    assert late.status_code == 409
    assert "maar 2 plaatsen. 3 mensen kunnen er nooit samen komen. Ga je nu door" in shown(late)
    assert 'name="samen"' not in late.content.decode()
    assert Aanvraag.objects.count() == 1
    assert send(client, sessie, **people).status_code == 302
    assert not Aanvraag.objects.filter(samen=True).exists()


def test_a_group_for_which_there_are_too_few_places_reads_what_happens_to_whom(klok, client):
    sessie = SessieFactory(capaciteit=2)
    people = {"aantal": "2", **colleague(1, 2), **colleague(2, 3)}
    asked = send(client, sessie, **people)
    assert asked.status_code == 409
    assert "de eersten die je invulde een plaats en wachten de anderen" in shown(asked)
    assert "Schrijf 3 personen in, deels op de wachtlijst" in shown(asked)
    assert send(client, sessie, **people, wachtlijst="1").status_code == 302
    assert states(sessie) == {1: "bevestigd", 2: "bevestigd", 3: "wachtlijst"}


def test_closed_meanwhile_keeps_what_was_filled_in(klok, client, redacteur_door):
    sessie = SessieFactory()
    sessies.set_state(sessie.pk, "gesloten", door=redacteur_door)
    late = send(client, sessie, organisatie="Onze stad")
    assert late.status_code == 409
    assert "Inschrijving gesloten. Dit vulde je in" in shown(late)
    assert "Onze stad" in shown(late)
    assert Aanvraag.objects.count() == 0


def test_closed_meanwhile_half_filled_in_complains_of_nothing(klok, client, redacteur_door):
    sessie = SessieFactory()
    sessies.set_state(sessie.pk, "gesloten", door=redacteur_door)
    late = send(client, sessie, naam="", organisatie="Onze stad")
    assert late.status_code == 409
    assert "Inschrijving gesloten" in shown(late)
    assert "Vul je naam in." not in shown(late)
    assert 'value="Onze stad"' in late.content.decode()
    # It cannot be sent any more, so it says nothing of how long that takes.
    assert "Dit duurt ongeveer twee minuten" not in shown(late)


# --- Off the site --------------------------------------------------------------------------


def unpublished(sessie, door):
    sessie.vorming.unpublish()


def a_draft_again(sessie, door):
    sessies.set_state(sessie.pk, "concept", door=door)


@pytest.mark.parametrize("cause", [unpublished, a_draft_again], ids=lambda one: one.__name__)
@pytest.mark.parametrize(
    ("actie", "naam"), [("nakijken", "Voorbeeld"), ("bevestigen", "Voorbeeld"), ("nakijken", "")]
)
def test_off_the_site_meanwhile_keeps_what_was_filled_in(
    klok, client, redacteur_door, cause, actie, naam
):
    sessie = SessieFactory(vorming=VormingPageFactory())
    cause(sessie, redacteur_door)
    late = send(client, sessie, actie, organisatie="Onze stad", naam=naam)
    assert late.status_code == 409
    assert "Inschrijven voor deze sessie kan op dit moment niet." in shown(late)
    assert "Vraag het ons" in shown(late)
    assert "We helpen je graag." in shown(late)
    assert 'value="Onze stad"' in late.content.decode()
    assert 'value="bevestigen"' not in late.content.decode()
    # What an editor does with it meanwhile is nobody's yet, and no link leads nowhere.
    assert "Voorbeeldstraat 1" not in shown(late)
    if cause is unpublished:
        assert f'href="{sessie.vorming.url}"' not in late.content.decode()
    assert Aanvraag.objects.count() == 0
    assert client.get(reverse("inschrijven", args=[sessie.pk])).status_code == 404


def test_what_was_never_on_the_site_is_not_found_by_sending_a_form(klok, client):
    never = VormingPageFactory(live=False)
    for sessie in (SessieFactory(staat="concept"), SessieFactory(vorming=never)):
        assert send(client, sessie, "nakijken").status_code == 404


def test_a_double_click_across_unpublishing_shows_that_you_have_it(klok, client):
    sessie = SessieFactory(vorming=VormingPageFactory())
    data = {**form_data(), "actie": "bevestigen"}
    address = reverse("inschrijven", args=[sessie.pk])
    first = client.post(address, data)
    sessie.vorming.unpublish()
    assert client.post(address, data)["Location"] == first["Location"]


def test_a_lost_link_is_mailed_as_long_as_she_has_a_place(klok, client):
    """Also when the page of the course is off the site; without anybody in it, it is not found."""
    sessie = SessieFactory(vorming=VormingPageFactory())
    address = reverse("link_opnieuw", args=[sessie.pk])
    enrol(sessie, 1)
    sessie.vorming.unpublish()
    page = client.get(address)
    assert page.status_code == 200
    assert f'href="{sessie.vorming.url}"' not in page.content.decode()
    client.post(address, own_form("link", e_mail="sara1@example.org"))
    assert mails("link-opnieuw") == ["sara1@example.org"]
    deelnemer.cancel(one(sessie, 1).pk)
    assert client.get(address).status_code == 404


# --- Another day ---------------------------------------------------------------------------


def moved(sessie, door):
    begin = sessie.begint_op + datetime.timedelta(days=1)
    sessies.change(
        sessie.pk,
        velden={},
        dagen=[Dag(begin=begin, einde=begin + datetime.timedelta(hours=6))],
        door=door,
    )


def test_nobody_confirms_a_day_that_she_never_read(klok, client, redacteur_door):
    sessie = SessieFactory()
    check = send(client, sessie, "nakijken")
    before = hidden(check, "gelezen")
    moved(sessie, redacteur_door)
    told = send(client, sessie, gelezen=before, organisatie="Onze stad")
    assert told.status_code == 409
    assert "Intussen veranderde er iets aan deze sessie." in shown(told)
    assert 'href="#sessie-kort"' in told.content.decode()
    assert "Onze stad" in shown(told)
    assert Aanvraag.objects.count() == 0
    # Now she has read it: what stands in the form agrees.
    done = send(client, sessie, gelezen=hidden(told, "gelezen"))
    assert done.status_code == 302


def test_a_day_moved_before_the_check_is_told_there(klok, client, redacteur_door):
    sessie = SessieFactory()
    form = client.get(reverse("inschrijven", args=[sessie.pk]))
    moved(sessie, redacteur_door)
    check = send(client, sessie, "nakijken", gelezen=hidden(form, "gelezen"))
    assert "Intussen veranderde er iets aan deze sessie." in shown(check)
    assert 'value="bevestigen"' in check.content.decode()


@pytest.mark.parametrize(
    ("velden", "matters"),
    [({"gemeente": "Aalst"}, True), ({"prijs": 30}, True), ({"praktisch": "Neem mee."}, False)],
)
def test_what_matters_is_asked_again_and_the_rest_is_not(
    klok, client, redacteur_door, velden, matters
):
    sessie = SessieFactory(prijs=20)
    factuur = {"factuur_naam": "Gemeente", "factuur_adres": "Markt 1"}
    before = hidden(send(client, sessie, "nakijken", **factuur), "gelezen")
    sessies.change(sessie.pk, velden=velden, dagen=None, door=redacteur_door)
    answer = send(client, sessie, gelezen=before, **factuur)
    assert answer.status_code == (409 if matters else 302)


def test_who_waits_or_asked_hears_of_another_day_too(klok, redacteur_door):
    sessie = SessieFactory(capaciteit=1)
    enrol(sessie, 1)
    enrol(sessie, 2)
    moved(sessie, redacteur_door)
    assert mails("gewijzigd") == ["sara1@example.org", "sara2@example.org"]
    waiting = last_mail("gewijzigd")
    assert "waarvoor je op de wachtlijst staat" in waiting.tekst
    assert "bijlage" not in waiting.tekst
    assert not waiting.bijlagen
    asked = SessieFactory(over=60, goedkeuring=True)
    enrol(asked, 3)
    moved(asked, redacteur_door)
    assert "die je aanvroeg" in last_mail("gewijzigd").tekst


def test_another_online_link_is_told_to_who_has_a_place_alone(klok, redacteur_door):
    sessie = SessieFactory(capaciteit=1, vorm="online")
    enrol(sessie, 1)
    enrol(sessie, 2)
    sessies.change(
        sessie.pk,
        velden={"online_link": "https://online.example.org/b"},
        dagen=None,
        door=redacteur_door,
    )
    assert mails("gewijzigd") == ["sara1@example.org"]


# --- With a link ---------------------------------------------------------------------------


def own_form(form, **data):
    return {SEAL: Seal(Seal.new().key, DINSDAG - datetime.timedelta(minutes=2)).write(form), **data}


@pytest.mark.parametrize(
    ("scherm", "service", "data"),
    [
        (
            "collega",
            "swap",
            {"voornaam": "Bilal", "naam": "Voorbeeld", "e_mail": "bilal@example.org"},
        ),
        ("wijzigen", "change", {"functie": "regisseur in Bilzen"}),
    ],
)
def test_when_it_is_busy_a_participant_keeps_her_form(
    klok, client, monkeypatch, scherm, service, data
):
    sessie = SessieFactory()
    enrol(sessie, 1)

    def busy(*args, **kwargs):
        raise EvenDruk

    monkeypatch.setattr(f"vorming.services.deelnemer.{service}", busy)
    address = reverse(scherm, args=[links.token_of(one(sessie, 1))])
    answer = client.post(address, own_form(scherm, **data))
    assert answer.status_code == 503
    assert "Het is even druk." in shown(answer)
    for value in data.values():
        assert f'value="{value}"' in answer.content.decode()


def test_who_names_herself_as_her_colleague_keeps_the_form(klok, client):
    sessie = SessieFactory()
    enrol(sessie, 1)
    answer = client.post(
        reverse("collega", args=[links.token_of(one(sessie, 1))]),
        own_form(
            "collega",
            voornaam="Sara1",
            naam="Voorbeeld",
            e_mail="sara1@example.org",
            functie="regisseur",
        ),
    )
    assert answer.status_code == 409
    assert "Dat ben je zelf." in shown(answer)
    assert 'value="regisseur"' in answer.content.decode()


def test_an_answer_to_a_question_that_is_gone_stays(klok, client):
    page = VormingPageFactory(
        vragen=[("ja_nee", {"vraag": "Volgde je de basis?", "uitleg": "", "verplicht": False})]
    )
    page.refresh_from_db()
    sessie = SessieFactory(vorming=page)
    send(client, sessie, **{f"vraag_{page.vragen[0].id}": "ja"})
    found = Inschrijving.objects.get()
    page.vragen = []
    page.save()
    done = client.post(
        reverse("wijzigen", args=[links.token_of(found)]),
        own_form(WijzigForm.purpose, functie="regisseur"),
    )
    assert done.status_code == 302
    found.refresh_from_db()
    assert found.functie == "regisseur"
    assert [row["waarde"] for row in found.antwoorden] == ["ja"]


def a_choice(soort, *opties):
    return {
        "type": soort,
        "id": f"vraag-{soort}",
        "value": {"vraag": f"Hoe kom je? ({soort})", "verplicht": True, "opties": list(opties)},
    }


def test_an_answer_that_an_editor_gave_other_words_stays_until_she_chooses_another(klok, client):
    page = VormingPageFactory()

    def ask(*opties):
        page.vragen = [a_choice("keuze", *opties), a_choice("meerkeuze", *opties)]
        page.save()

    ask("Met de trein", "Met de fiets", "Te voet")
    one_of, many = "vraag_vraag-keuze", "vraag_vraag-meerkeuze"
    send(
        client,
        SessieFactory(vorming=page),
        **{one_of: "Met de trein", many: ["Met de trein", "Te voet"]},
    )
    ask("Trein of bus", "Met de fiets", "Te voet")
    address = reverse("wijzigen", args=[links.token_of(Inschrijving.objects.get())])

    def change(**answers):
        soup = BeautifulSoup(client.get(address).content, "html.parser")
        data: dict[str, object] = {SEAL: soup.select_one(f"[name={SEAL}]")["value"]}
        for name in (one_of, many):
            data[name] = [box["value"] for box in soup.select(f"[name={name}][checked]")]
        klok.shift(60)
        data |= answers
        assert client.post(address, data).status_code == 302
        return [row["waarde"] for row in Inschrijving.objects.get().antwoorden]

    assert change(functie="regisseur") == ["Met de trein", ["Met de trein", "Te voet"]]
    assert Logregel.objects.latest("pk").velden == ["functie"]
    assert change(**{one_of: "Trein of bus", many: ["Te voet"]}) == ["Trein of bus", ["Te voet"]]
    assert "Met de trein" not in shown(client.get(address))


def test_a_need_that_is_no_longer_asked_stays_until_she_takes_it_back(klok, client):
    page = VormingPageFactory()
    send(client, SessieFactory(vorming=page), voeding="geen noten", toegankelijkheid="ringleiding")
    address = reverse("wijzigen", args=[links.token_of(Inschrijving.objects.get())])
    page.vraag_noden = False
    page.save()
    assert "noten" not in shown(client.get(address))
    client.post(address, own_form(WijzigForm.purpose, functie="regisseur"))
    assert Inschrijving.objects.get().functie == "regisseur"
    needs = BijzondereNood.objects.values_list("voeding", "toegankelijkheid")
    assert list(needs) == [("geen noten", "ringleiding")]
    assert Logregel.objects.latest("pk").velden == ["functie"]
    page.vraag_noden = True
    page.save()
    client.post(address, own_form(WijzigForm.purpose, functie="regisseur", voeding="geen noten"))
    assert list(needs.all()) == [("geen noten", "")]
    client.post(address, own_form(WijzigForm.purpose, functie="regisseur"))
    assert not BijzondereNood.objects.exists()


# --- Workshops -----------------------------------------------------------------------------


def test_a_full_workshop_says_so_before_it_is_chosen(klok, client):
    sessie = SessieFactory()
    one_place = WorkshopFactory(sessie=sessie, naam="Regie", capaciteit=1)
    WorkshopFactory(sessie=sessie, naam="Toeleiding", capaciteit=30)
    WorkshopFactory(sessie=sessie, naam="Sport", capaciteit=3)
    send(client, sessie, ronde_0=str(one_place.pk))
    form = shown(client.get(reverse("inschrijven", args=[sessie.pk])))
    assert "Regie (volzet: je krijgt een plaats als er een vrijkomt)" in form
    assert "Sport (nog 3 plaatsen)" in form
    assert "Toeleiding (" not in form
    page = shown(client.get(sessie.vorming.get_url()))
    assert "Regie (volzet), Toeleiding, Sport (nog 3 plaatsen)" in page
    # It is hers: for her it is not full.
    mine = shown(client.get(reverse("wijzigen", args=[links.token_of(one(sessie, 1))])))
    assert "Regie" in mine
    assert "Regie (volzet" not in mine


def filled_up_while_she_read(client):
    """Somebody has a place in A that another wishes, reads that B has room, and B fills up."""
    sessie = SessieFactory(capaciteit=9)
    a, b = (WorkshopFactory(sessie=sessie, naam=naam, capaciteit=1) for naam in "AB")
    send(client, sessie, ronde_0=str(a.pk))
    for number, workshop in ((3, a), (2, b)):
        if number == 2:
            address = own(sessie, 1, "wijzigen")
            form = client.get(address)
            assert "B (nog 1 plaats)" in shown(form)
        send(
            client,
            sessie,
            voornaam=f"Sara{number}",
            e_mail=f"sara{number}@example.org",
            ronde_0=str(workshop.pk),
        )
    return sessie, a, b, address, hidden(form, "volzet")


def places(workshop):
    rows = workshop.keuzes.order_by("pk").values_list("inschrijving__voornaam", "plaats")
    return dict(rows)


def test_a_workshop_that_filled_up_while_she_read_costs_her_nothing(klok, client):
    sessie, a, b, address, full = filled_up_while_she_read(client)
    before = len(mails())
    data = {"functie": "regisseur", "ronde_0": str(b.pk)}
    told = client.post(address, own_form(WijzigForm.purpose, volzet=full, **data))
    assert told.status_code == 409
    assert "Intussen is “B” volzet. Er is nog niets veranderd." in shown(told)
    assert "B (volzet: je krijgt een plaats als er een vrijkomt)" in shown(told)
    assert 'value="regisseur"' in told.content.decode()
    assert places(a) == {"Sara1": 1, "Sara3": None}
    assert places(b) == {"Sara2": 1}
    assert one(sessie, 1).functie == ""
    assert len(mails()) == before
    # Now she knows: it is her own choice to wait.
    full = hidden(told, "volzet")
    assert (
        client.post(address, own_form(WijzigForm.purpose, volzet=full, **data)).status_code == 302
    )
    assert places(a) == {"Sara3": 1}
    assert places(b) == {"Sara2": 1, "Sara1": None}


def test_who_has_to_press_once_more_still_hears_of_a_workshop_that_filled_up(klok, client):
    _, a, b, address, full = filled_up_while_she_read(client)
    data = {"ronde_0": str(b.pk), "volzet": full}
    quick = client.post(address, {SEAL: Seal.new().write(WijzigForm.purpose), **data})
    again = own_form(WijzigForm.purpose, **data | {"volzet": hidden(quick, "volzet")})
    assert client.post(address, again).status_code == 409
    assert places(a)["Sara1"] == 1


def test_who_knowingly_chooses_a_full_workshop_waits_and_keeps_her_wish(klok, client):
    sessie, a, b, address, full = filled_up_while_she_read(client)
    address = own(sessie, 3, "wijzigen")
    full = hidden(client.get(address), "volzet")
    for functie, workshop in (("a", a), ("b", b)):
        data = {"functie": functie, "ronde_0": str(workshop.pk), "volzet": full}
        assert client.post(address, own_form(WijzigForm.purpose, **data)).status_code == 302
    assert places(b) == {"Sara2": 1, "Sara3": None}


# --- Ten people ----------------------------------------------------------------------------


def ten(number):
    found = {"aantal": str(number)}
    for person in range(1, number + 1):
        found |= colleague(person, person + 20)
    return found


def test_somebody_who_stays_home_enrols_ten_others(klok, client):
    sessie = SessieFactory(capaciteit=12)
    check = send(client, sessie, "nakijken", **ten(10), zelf="nee")
    assert "Schrijf 10 personen in" in shown(check)
    assert send(client, sessie, **ten(10), zelf="nee").status_code == 302
    assert Inschrijving.objects.count() == 10


def test_the_eleventh_is_refused_and_nobody_is_lost(klok, client):
    sessie = SessieFactory(capaciteit=12)
    refused = send(client, sessie, **ten(10), zelf="ja")
    assert refused.status_code == 422
    assert "dat meer dan 10 mensen" in shown(refused)
    assert "sara30@example.org" in shown(refused)
    assert Inschrijving.objects.count() == 0
    assert "Schrijf ook een collega in" not in shown(send(client, sessie, "nakijken", **ten(9)))
