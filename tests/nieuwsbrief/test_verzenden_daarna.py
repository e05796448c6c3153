"""After an issue: who has nothing yet, and what stays counted."""

import datetime

import pytest

from nieuwsbrief.models import Abonnement
from nieuwsbrief.services import privacy, verzenden, volgen, voorbereiden
from nieuwsbrief.staten import VerzendStaat
from post import services as post
from post.models import Levering
from post.transports.memory import MemoryTransport
from tests.nieuwsbrief.conftest import LIEN, MARK, NORA, abonneer, staten, tekst
from tests.nieuwsbrief.verzend import leveringen, verstuurd, ververs, werk, zet_klaar

pytestmark = pytest.mark.django_db


def test_to_who_has_nothing_yet(goed, bert, brief, klok):
    from post.engine.outcome import Afloop, Uitkomst

    zet_klaar(goed, bert)
    werk(
        Uitkomst(Afloop.GEWEIGERD, 550, "vol"),
        Uitkomst(Afloop.ONZEKER, None, "weg"),
        Uitkomst(Afloop.AANVAARD, 250, ""),
        size=1,
    )
    assert leveringen(goed) == {LIEN: "mislukt", MARK: "onzeker", NORA: "verzonden"}
    assert ververs(goed).staat == VerzendStaat.KLAAR_OPEN
    klok.shift(datetime.timedelta(hours=1))
    abonneer("later@example.org", brief)
    Levering.objects.exclude(bericht=goed.bericht).delete()
    MemoryTransport.outbox.clear()
    verzenden.naar_ontbrekenden(verzending=goed, door=bert)
    voorbereiden.bereid_alles_voor()
    werk()
    assert sorted(mail["To"] for mail in verstuurd()) == ["later@example.org", LIEN]
    assert leveringen(goed)[MARK] == "onzeker"
    assert ververs(goed).staat == VerzendStaat.KLAAR_OPEN
    assert (goed.kandidaten, goed.leveringen) == (4, 4)


@pytest.mark.parametrize(
    ("antwoord", "staat"),
    [
        ("550 5.1.1 <x@example.org>: Recipient address rejected: User unknown", "onbestelbaar"),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound", "onbestelbaar"),
        ("550 5.2.1: The account is disabled", "onbestelbaar"),
        ("553 5.1.3 Invalid address", "onbestelbaar"),
        # The address of our own server, and not a code.
        ("550 5.7.1 Service unavailable, Client host [185.1.10.3] blocked", "actief"),
        ("550 Client host 5.1.1.7 blocked", "actief"),
        ("550 5.1.1.7 is listed", "actief"),
        ("550 5.1.8 Sender address rejected", "actief"),
        ("550 5.7.1 see policy 5.1.1", "actief"),
        ("552 5.2.2 mailbox full", "actief"),
        ("550 unknown", "actief"),
    ],
)
def test_only_a_mailbox_that_is_not_there_ends_a_subscription(goed, bert, antwoord, staat):
    from post.engine.outcome import Afloop, Uitkomst

    zet_klaar(goed, bert)
    werk(Uitkomst(Afloop.GEWEIGERD, int(antwoord[:3]), antwoord), size=1)
    volgen.volg()
    assert staten(LIEN) == {"netwerkgemeente": staat}
    assert post.is_suppressed(LIEN) is (staat == "onbestelbaar")


def test_long_after_the_end_the_mail_room_may_send_one_again(goed, bert, klok):
    from post.engine.outcome import Afloop, Uitkomst

    zet_klaar(goed, bert)
    werk(Uitkomst(Afloop.GEWEIGERD, 552, "vol"), size=1)
    klok.shift(datetime.timedelta(days=20))
    volgen.volg()
    MemoryTransport.outbox.clear()
    assert post.send_again([Levering.objects.get(bericht=goed.bericht, staat="mislukt").pk]) == 1
    werk()
    assert len(verstuurd()) == 1


def test_leaving_through_an_issue_is_counted_and_stays_counted(goed, bert, client, lezers):
    zet_klaar(goed, bert)
    werk()
    mail = next(een for een in verstuurd() if een["To"] == LIEN)
    address = mail["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    assert f"?brief={goed.pk}" in tekst(client.get(address))
    volgen.volg()
    assert ververs(goed).uitgeschreven == 0
    for _ in range(2):
        client.post(address, {"List-Unsubscribe": "One-Click"})
    volgen.volg()
    assert ververs(goed).uitgeschreven == 1
    privacy.erase(LIEN, bericht=False)
    volgen.volg()
    assert ververs(goed).uitgeschreven == 1
    assert not Abonnement.objects.filter(abonnee__adres_norm=LIEN).exists()
