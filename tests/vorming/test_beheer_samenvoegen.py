"""How an editor merges two rows of one person in the admin."""

import datetime
import uuid

import pytest
from django.urls import reverse

from tests.factories import SessieFactory
from tests.vorming.bestanden import columns_of
from tests.vorming.conftest import enrol, gegevens, mails, one, persoon, states
from tests.vorming.mensen import (
    RECHTEN,
    at,
    maak_redacteur,
    said,
    stamp,
    text,
)
from vorming.models import Inschrijving
from vorming.services import deelnemer, inschrijven
from vorming.staten import Staat

pytestmark = pytest.mark.django_db

# --- Merging -----------------------------------------------------------------------------------


def test_two_rows_of_one_person_are_compared_and_merged(beheer, klok, sessie, klopt):
    inschrijven.enrol(
        sessie=sessie.pk,
        token=uuid.uuid4(),
        gegevens=gegevens(),
        personen=[persoon(1), persoon(1, e_mail="sara.prive@example.org"), persoon(3)],
        wachtlijst=True,
    )
    row = Inschrijving.objects.get(e_mail="sara1@example.org")
    double = Inschrijving.objects.get(e_mail="sara.prive@example.org")
    shown = beheer.get(at(double))
    assert "Misschien dezelfde persoon" in text(shown)
    query = f"?met={row.pk}"
    assert "Iedereen in deze sessie" in text(beheer.get(at(double, "samenvoegen")))
    seen = stamp(beheer, double, "samenvoegen", query)
    address = at(double, "samenvoegen") + query
    nothing = beheer.post(address, {"stempel": seen})
    assert nothing.status_code == 422
    assert "Kies welke blijft." in text(nothing)
    data = {"stempel": seen, "houden": str(double.pk)}
    response = beheer.post(address, data, follow=True)
    assert said(response) == ["Samengevoegd: deze inschrijving blijft, de andere is beëindigd."]
    double.refresh_from_db()
    row.refresh_from_db()
    assert (double.staat, row.staat) == (Staat.BEVESTIGD, Staat.GEANNULEERD)
    # Of two places one came free, for who waited.
    assert states(sessie)[3] == "bevestigd"
    # A second click is told nothing else; whoever comes later or is another, reads why.
    again = beheer.post(address, data, follow=True)
    assert again.redirect_chain == response.redirect_chain
    assert said(again) == []
    klok.shift(datetime.timedelta(minutes=2))
    late = beheer.post(address, data, follow=True)
    assert "Daarom is er niets gebeurd" in said(late)[0]
    assert mails("samengevoegd") == ["sara1@example.org"]
    klopt()


def test_an_offer_that_is_over_is_not_what_stays_and_the_editor_reads_why(beheer, klok, klopt):
    sessie = SessieFactory(capaciteit=1, doorschuiven="aanbod")
    for number in (1, 2, 3, 4):
        enrol(sessie, number)
    deelnemer.cancel(one(sessie, 1).pk)
    klok.shift(datetime.timedelta(hours=49))
    late, other = one(sessie, 2), one(sessie, 4)
    query = f"?met={other.pk}"
    data = {"houden": late.pk, "stempel": stamp(beheer, late, "samenvoegen", query)}
    response = beheer.post(at(late, "samenvoegen") + query, data, follow=True)
    assert response.redirect_chain[-1][0] == at(other)
    assert "de tijd om dat aanbod te aanvaarden was om" in said(response)[1]
    assert states(sessie)[2] == "geannuleerd"
    assert states(sessie)[4] == "wachtlijst"
    klopt()


def test_only_people_of_the_same_session_are_offered_to_merge(beheer, sessie):
    other = SessieFactory()
    enrol(sessie, 1)
    enrol(other, 1)
    for key in (one(other, 1).pk, one(sessie, 1).pk, 999999):
        address = at(one(sessie, 1), "samenvoegen") + f"?met={key}"
        assert beheer.get(address).status_code == 404
        response = beheer.post(address, {"houden": key}, follow=True)
        assert "Daarom is er niets gebeurd" in said(response)[0]
    assert (states(sessie), states(other)) == ({1: "bevestigd"}, {1: "bevestigd"})


# --- The invoice ---------------------------------------------------------------------------------

FACTUUR = {
    "factuur_naam": "Stad Voorbeeld",
    "factuur_adres": "Markt 1",
    "ondernemingsnummer": "0123.456.789",
    "bestelbon": "BB-7",
}


@pytest.fixture
def betalend(client, klok):
    """A session that costs money, and who merges and makes the list of invoices."""
    client.force_login(maak_redacteur("els", (*RECHTEN, "exporteer_inschrijvingen")))
    return SessieFactory(prijs="45", capaciteit=5)


def merged(client, keep, gone):
    """Merge on the screen, and return the kept row and the lines of the invoices."""
    query = f"?met={gone.pk}"
    data = {"houden": keep.pk, "stempel": stamp(client, keep, "samenvoegen", query)}
    response = client.post(at(keep, "samenvoegen") + query, data, follow=True)
    assert "Samengevoegd" in said(response)[0]
    keep.refresh_from_db()
    return keep, columns_of(
        client.post(reverse("vorming_uitvoer"), {"wat": "facturen", "formaat": "csv"})
    )


def with_invoice(sessie, number=2, **changes):
    """Enrol somebody who filled in everything about her organisation."""
    contact = {
        "telefoon": "0470 12 34 56",
        "gemeente": "Gent",
        "soort_organisatie": "ocmw",
        "factuur": FACTUUR,
        **changes,
    }
    enrol(sessie, number, gegevens=gegevens(number, **contact))
    return one(sessie, number)


def test_the_invoice_of_who_goes_comes_along_where_there_was_none(client, betalend, klopt):
    enrol(betalend, 1)
    keep, gone = one(betalend, 1), with_invoice(betalend, organisatie="Een andere dienst")
    shown = text(client.get(at(keep, "samenvoegen") + f"?met={gone.pk}"))
    for words in FACTUUR.values():
        assert words in shown
    kept, (line,) = merged(client, keep, gone)
    assert line["Naam op de factuur"] == "Stad Voorbeeld"
    assert line["Adres op de factuur"] == "Markt 1"
    assert line["Ondernemingsnummer"] == "0123.456.789"
    assert line["Nummer van de bestelbon"] == "BB-7"
    told = kept.aanvraag
    assert (told.gemeente, told.soort_organisatie) == ("Gent", "ocmw")
    assert told.telefoon == "0470 12 34 56"
    log = kept.logregels.get(actie="samengevoegd")
    assert log.velden == ["factuur", "gemeente", "soort organisatie", "telefoon"]
    klopt()


def test_an_invoice_that_was_there_already_is_not_mixed_with_another(client, betalend):
    enrol(betalend, 1, gegevens=gegevens(1, gemeente="Aalst", factuur={"bestelbon": "A-1"}))
    kept, (line,) = merged(client, one(betalend, 1), with_invoice(betalend))
    assert line["Nummer van de bestelbon"] == "A-1"
    assert (line["Naam op de factuur"], line["Adres op de factuur"]) == ("", "")
    assert (kept.aanvraag.gemeente, kept.aanvraag.telefoon) == ("Aalst", "0470 12 34 56")


@pytest.mark.parametrize(
    ("changes", "invoiced"),
    [
        ({"organisatie": "Een andere dienst"}, ""),
        ({"organisatie": "VOORBEELDGEMEENTE "}, "Stad Voorbeeld"),
        ({"organisatie": "Een andere dienst", "e_mail": "Sara1@example.org"}, "Stad Voorbeeld"),
    ],
)
def test_colleagues_get_no_invoice_of_another_organisation(client, betalend, changes, invoiced):
    enrol(betalend, 1, 3)
    kept, (line,) = merged(client, one(betalend, 1), with_invoice(betalend, **changes))
    assert (line["Naam op de factuur"], line["Personen met een plaats"]) == (invoiced, "2")
    assert bool(kept.aanvraag.telefoon) == bool(invoiced)


def test_a_colleague_who_cancelled_does_not_hold_the_invoice_back(client, betalend):
    enrol(betalend, 1, 3)
    deelnemer.cancel(one(betalend, 3).pk)
    gone = with_invoice(betalend, organisatie="Een andere dienst")
    _, (line,) = merged(client, one(betalend, 1), gone)
    assert line["Naam op de factuur"] == "Stad Voorbeeld"
