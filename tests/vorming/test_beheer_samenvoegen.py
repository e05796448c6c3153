"""How an editor merges two rows of one person in the admin."""

import datetime
import uuid

import pytest

from tests.factories import SessieFactory
from tests.vorming.conftest import enrol, gegevens, mails, one, persoon, states
from tests.vorming.mensen import (
    at,
    said,
    stamp,
    text,
)
from vorming.models import Inschrijving
from vorming.services import deelnemer, inschrijven
from vorming.staten import Staat

pytestmark = pytest.mark.django_db

# --- Merging -----------------------------------------------------------------------------------


def test_two_rows_of_one_person_are_compared_and_merged(beheer, sessie, klopt):
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
    again = beheer.post(address, data, follow=True)
    assert "Daarom is er niets gebeurd" in said(again)[0]
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
