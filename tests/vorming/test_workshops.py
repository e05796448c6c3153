"""A place in a workshop that comes free goes at once to who wished it first."""

import uuid

import pytest
from django.urls import reverse

from tests.factories import SessieFactory, WorkshopFactory
from tests.vorming import beheer
from tests.vorming.bezoeker import own
from tests.vorming.conftest import enrol, gegevens, last_mail, mails, one, persoon
from tests.vorming.mensen import at, stamp, take
from vorming.beheer.persoon import persoon_url
from vorming.models import Workshopkeuze
from vorming.services import deelnemer, inschrijven, verplaatsen, wachtlijst, werk
from vorming.services.samenvoegen import merge

pytestmark = pytest.mark.django_db


def choose(sessie, number, *workshops):
    """Enrol somebody who wishes these workshops."""
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(number),
        personen=[persoon(number, workshops=[workshop.pk for workshop in workshops])],
        wachtlijst=True,
    )


def change(sessie, number, *workshops):
    deelnemer.change(
        one(sessie, number).pk,
        functie="",
        antwoorden=[],
        workshops=[workshop.pk for workshop in workshops],
        voeding="",
        toegankelijkheid="",
    )


def who_has(workshop):
    rows = workshop.keuzes.filter(plaats__isnull=False).order_by("plaats")
    return [row.inschrijving.voornaam for row in rows]


def she_cancels(sessie, other, door):
    deelnemer.cancel(one(sessie, 1).pk)


def she_chooses_another(sessie, other, door):
    change(sessie, 1, other)


def she_chooses_none(sessie, other, door):
    change(sessie, 1)


def she_goes_to_another_session(sessie, other, door):
    verplaatsen.move(one(sessie, 1).pk, SessieFactory().pk, door=door)


def she_stood_in_the_list_twice(sessie, other, door):
    choose(sessie, 5, other)
    merge(one(sessie, 5).pk, one(sessie, 1).pk, door=door)


def her_colleague_cancels(sessie, other, door):
    deelnemer.swap(one(sessie, 1).pk, persoon=persoon(6))
    deelnemer.cancel(one(sessie, 6).pk)


@pytest.mark.parametrize(
    "cause",
    [
        she_cancels,
        she_chooses_another,
        she_chooses_none,
        she_goes_to_another_session,
        she_stood_in_the_list_twice,
        her_colleague_cancels,
    ],
    ids=lambda cause: cause.__name__,
)
def test_a_place_that_comes_free_goes_on_at_once_and_is_told(klok, redacteur_door, klopt, cause):
    sessie = SessieFactory(capaciteit=9)
    wanted = WorkshopFactory(sessie=sessie, capaciteit=1)
    other = WorkshopFactory(sessie=sessie, capaciteit=9)
    for number in (1, 2, 3):
        choose(sessie, number, wanted)
    assert who_has(wanted) == ["Sara1"]
    klopt()
    cause(sessie, other, redacteur_door)
    assert who_has(wanted) == ["Sara2"]
    assert mails("gewijzigd") == ["sara2@example.org"]
    assert "je hebt een plaats in een workshop die je koos" in last_mail("gewijzigd").tekst
    klopt()


def test_an_editor_corrects_merges_and_moves_somebody_with_a_workshop(beheer, klok, klopt):
    sessie, elsewhere = SessieFactory(capaciteit=9), SessieFactory()
    wanted = WorkshopFactory(sessie=sessie, capaciteit=1)
    WorkshopFactory(sessie=elsewhere)
    for number in (1, 2):
        choose(sessie, number, wanted)
    enrol(sessie, 3)
    # Correcting a name leaves her choice alone.
    take(beheer, one(sessie, 1), "verbeteren", voornaam="Sara1", naam="V", e_mail="s@example.org")
    assert who_has(wanted) == ["Sara1"]
    # Who is kept gets what the other had.
    kept, gone = one(sessie, 3), one(sessie, 1)
    query = f"?met={gone.pk}"
    data = {"stempel": stamp(beheer, kept, "samenvoegen", query), "houden": str(kept.pk)}
    beheer.post(at(kept, "samenvoegen") + query, data)
    assert who_has(wanted) == ["Sara3"]
    # Who goes to another session leaves it to the next.
    take(beheer, kept, "verplaatsen", naar=str(elsewhere.pk))
    assert who_has(wanted) == ["Sara2"]
    assert one(elsewhere, 3).staat == "bevestigd"
    klopt()


def test_a_colleague_who_takes_over_keeps_the_workshop(klok, klopt):
    sessie = SessieFactory(capaciteit=9)
    wanted = WorkshopFactory(sessie=sessie, capaciteit=1)
    choose(sessie, 1, wanted)
    choose(sessie, 2, wanted)
    deelnemer.swap(one(sessie, 1).pk, persoon=persoon(6))
    assert who_has(wanted) == ["Sara6"]
    assert mails("gewijzigd") == []
    klopt()


def test_an_offer_that_is_refused_gives_its_workshop_on(klok, klopt):
    sessie = SessieFactory(capaciteit=2, doorschuiven="aanbod")
    wanted = WorkshopFactory(sessie=sessie, capaciteit=1)
    enrol(sessie, 1)
    enrol(sessie, 2)
    choose(sessie, 3, wanted)
    deelnemer.cancel(one(sessie, 1).pk)
    # Offered, and with it the workshop; then another who is in wishes it too.
    assert who_has(wanted) == ["Sara3"]
    change(sessie, 2, wanted)
    assert who_has(wanted) == ["Sara3"]
    wachtlijst.decline(one(sessie, 3).pk)
    assert who_has(wanted) == ["Sara2"]
    assert mails("gewijzigd") == ["sara2@example.org"]
    klopt()


def test_who_moves_up_reads_of_her_workshop_in_that_mail_and_after_who_wished_it_first(klok, klopt):
    sessie = SessieFactory(capaciteit=2)
    wanted = WorkshopFactory(sessie=sessie, capaciteit=1)
    for number in (1, 2, 3):
        choose(sessie, number, wanted)
    deelnemer.cancel(one(sessie, 1).pk)
    assert one(sessie, 3).staat == "bevestigd"
    assert who_has(wanted) == ["Sara2"]
    assert mails("gewijzigd") == ["sara2@example.org"]
    deelnemer.cancel(one(sessie, 2).pk)
    assert who_has(wanted) == ["Sara3"]
    klopt()


def test_who_moves_up_into_a_workshop_hears_it_once(klok, klopt):
    sessie = SessieFactory(capaciteit=1)
    wanted = WorkshopFactory(sessie=sessie, capaciteit=1)
    choose(sessie, 1, wanted)
    choose(sessie, 2, wanted)
    deelnemer.cancel(one(sessie, 1).pk)
    assert who_has(wanted) == ["Sara2"]
    assert mails("gewijzigd") == []
    assert wanted.naam in last_mail("doorgeschoven").tekst
    klopt()


def test_the_minute_finds_a_workshop_that_was_left_empty_and_the_audit_too(klok, klopt):
    from vorming.services.audit import audit

    sessie = SessieFactory(capaciteit=9)
    wanted = WorkshopFactory(sessie=sessie, capaciteit=1)
    choose(sessie, 1, wanted)
    choose(sessie, 2, wanted)
    Workshopkeuze.objects.filter(plaats=1).delete()
    assert audit() == [f"sessie {sessie.pk}: een plaats in een workshop vrij terwijl iemand ze wil"]
    assert werk.move_up() == 1
    assert who_has(wanted) == ["Sara2"]
    assert werk.move_up() == 0
    klopt()


def leave_out(client, sessie, workshop):
    """Take a workshop out in the form of the session."""
    address = beheer.at(sessie, "wijzigen")
    data = beheer.form_of(client, address)
    (row,) = [
        name.removesuffix("-pk")
        for name, value in data.items()
        if name.startswith("workshops-") and name.endswith("-pk") and value == str(workshop.pk)
    ]
    return client.post(address, data | {f"{row}-DELETE": "on"}, follow=True)


def test_a_workshop_that_only_somebody_who_left_chose_can_go(klok, team, klopt):
    sessie = SessieFactory(capaciteit=9)
    first, second = WorkshopFactory(sessie=sessie), WorkshopFactory(sessie=sessie, ronde="Later")
    choose(sessie, 1, first, second)
    choose(sessie, 2, first)
    deelnemer.cancel(one(sessie, 1).pk)
    table = beheer.main_of(team.get(beheer.at(sessie))).select(".sessie-tabel tbody tr")
    assert [row.select("td")[-1].get_text() for row in table] == ["0", "0"]
    refused = leave_out(team, sessie, first)
    assert f"Mensen kozen “{first.naam}” al." in beheer.text_of(refused)
    done = leave_out(team, sessie, second)
    assert "De sessie is bewaard." in beheer.said(done)
    assert list(sessie.workshops.all()) == [first]
    assert one(sessie, 1).workshopkeuzes.get().workshop == first
    assert f"“{second.naam}”, 1 keer gekozen door wie niet meer komt" in beheer.text_of(done)
    hers = one(sessie, 1).logregels.latest("pk")
    assert (hers.actie, hers.velden) == ("workshop weggelaten", ["workshops"])
    klopt()


def test_the_round_of_a_workshop_that_nobody_who_comes_chose_can_change(klok, team, klopt):
    sessie = SessieFactory(capaciteit=9)
    workshop = WorkshopFactory(sessie=sessie)
    choose(sessie, 1, workshop)
    deelnemer.cancel(one(sessie, 1).pk)
    address = beheer.at(sessie, "wijzigen")
    data = beheer.form_of(team, address, **{"workshops-0-ronde": "Namiddag"})
    assert team.post(address, data).status_code == 302
    assert sessie.workshops.get().ronde == "Namiddag"
    klopt()


def test_workshops_stand_everywhere_in_the_order_of_the_programme(klok, team):
    sessie = SessieFactory()
    names = ["Tekenatelier", "Kookatelier", "Dansatelier", "Zangatelier"]
    for order, name in reversed(list(enumerate(names))):
        WorkshopFactory(sessie=sessie, naam=name, ronde=f"Ronde {9 - order}", volgorde=order)
    choose(sessie, 1, *sessie.workshops.all())
    pages = {
        "page of the course": sessie.vorming.get_url(),
        "form": reverse("inschrijven", args=[sessie.pk]),
        "page of her own": own(sessie, 1),
        "session": beheer.at(sessie),
        "person": persoon_url(one(sessie, 1).pk),
    }
    read = {where: beheer.text_of(team.get(address)) for where, address in pages.items()}
    read["mail"] = last_mail("bevestigd").tekst
    for where, words in read.items():
        found = [words.find(name) for name in names]
        assert -1 not in found, where
        assert found == sorted(found), where
