"""Everybody who asked for an issue gets it once, with links of her own, and nobody else does."""

import datetime
from types import SimpleNamespace

import pytest

from nieuwsbrief.models import Abonnee
from nieuwsbrief.services import privacy, uitschrijven, verzenden, volgen, voorbereiden
from nieuwsbrief.staten import Bron, VerzendStaat
from post import services as post
from post.engine.worker import TAKE_ANEW_SECONDS, Worker
from post.models import Levering, Onderdrukking
from post.transports.memory import MemoryTransport
from tests.nieuwsbrief.conftest import LIEN, MARK, NORA, abonneer
from tests.nieuwsbrief.verzend import (
    keur_goed,
    leeg_de_postkamer,
    leveringen,
    schrijf,
    verstuurd,
    ververs,
    werk,
    zet_klaar,
)
from tests.post.mails import refuse_wrong_counts

pytestmark = pytest.mark.django_db


def test_everybody_once_with_her_own_links(goed, bert, brief):
    zet_klaar(goed, bert)
    werk()
    assert leveringen(ververs(goed)) == dict.fromkeys([LIEN, MARK, NORA], "verzonden")
    assert goed.staat == VerzendStaat.KLAAR
    assert (goed.kandidaten, goed.leveringen, goed.uitgesloten) == (3, 3, {})
    assert sorted(mail["To"] for mail in verstuurd()) == [LIEN, MARK, NORA]
    assert len({mail["List-Unsubscribe"] for mail in verstuurd()}) == 3
    for mail in verstuurd():
        leave = mail["List-Unsubscribe"].strip("<>")
        assert leave.endswith(f"?brief={goed.pk}")
        assert leave in mail.get_body(["html"]).get_content()
        assert leave in mail.get_body(["plain"]).get_content().replace("\n", "")


def test_capitals_on_both_lists_are_one_mail(uitgave, bert, brief, ezine, klok):
    abonneer("Lien@Example.org", brief)
    abonneer("LIEN@example.ORG", ezine)
    leeg_de_postkamer()
    zet_klaar(keur_goed(uitgave, bert), bert)
    werk()
    assert len(verstuurd()) == 1


def test_only_active_subscriptions_on_these_lists(ann, bert, brief, ezine, lezers):
    from nieuwsbrief.services import aanmelden

    aanmelden.aanmelden(adres="wacht@example.org", lijsten=[brief], taal="nl")
    verzending = zet_klaar(keur_goed(schrijf(ann, brief), bert), bert)
    assert set(leveringen(verzending)) == {LIEN, NORA}


def test_suppressed_and_unmailable_addresses_are_named_exclusions(goed, bert, lezers):
    post.suppress(LIEN, Onderdrukking.Reden.GEWIST)
    Abonnee.objects.filter(adres_norm=MARK).update(adres="geen adres")
    zet_klaar(goed, bert)
    assert leveringen(goed) == {NORA: "wacht"}
    assert goed.uitgesloten == {"onderdrukt": 1, "ongeldig": 1}
    assert goed.kandidaten == goed.leveringen + goed.aantal_uitgesloten == 3


def test_who_joins_after_the_start_is_not_a_recipient(goed, bert, brief, klok):
    verzenden.start(verzending=goed, door=bert)
    klok.shift(datetime.timedelta(minutes=1))
    abonneer("later@example.org", brief)
    voorbereiden.bereid_voor(goed.pk, 60)
    assert set(leveringen(goed)) == {LIEN, MARK, NORA}


def test_who_leaves_after_preparing_is_skipped(goed, bert, lezers, brief):
    zet_klaar(goed, bert)
    uitschrijven.vertrek(uid=lezers[0].uid, lijst=brief.pk, bron=Bron.MAIL)
    post.suppress(MARK, Onderdrukking.Reden.KLACHT)
    werk()
    assert leveringen(ververs(goed)) == {
        LIEN: "overgeslagen",
        MARK: "overgeslagen",
        NORA: "verzonden",
    }
    assert goed.staat == VerzendStaat.KLAAR
    assert "uit voor" in Levering.objects.get(bericht=goed.bericht, adres_norm=LIEN).laatste_fout


def test_who_leaves_while_her_mail_is_in_hand_is_skipped(goed, bert, lezers, monkeypatch):
    """A slow run takes many mails at once, and sends the last of them minutes later."""
    now = [1000.0]
    monkeypatch.setattr(
        "post.engine.worker.time", SimpleNamespace(monotonic=lambda: now[0], sleep=lambda _: None)
    )
    zet_klaar(goed, bert)
    worker = Worker(MemoryTransport(size=1))
    worker.round()
    uitschrijven.vertrek_overal(uid=lezers[2].uid, bron=Bron.MAIL)
    post.suppress(MARK, Onderdrukking.Reden.KLACHT)
    now[0] += TAKE_ANEW_SECONDS + 1
    worker.run(until_empty=True)
    assert leveringen(ververs(goed)) == {
        LIEN: "verzonden",
        MARK: "overgeslagen",
        NORA: "overgeslagen",
    }
    refuse_wrong_counts()


def test_who_leaves_one_of_two_lists_gets_it_because_of_the_other(goed, bert, lezers, brief, ezine):
    zet_klaar(goed, bert)
    uitschrijven.vertrek(uid=lezers[2].uid, lijst=brief.pk, bron=Bron.MAIL)
    werk()
    mail = next(een for een in verstuurd() if een["To"] == NORA)
    assert mail["List-Id"] == ezine.list_id_kop
    assert ezine.naam in mail.get_body(["plain"]).get_content()


def test_erased_while_it_waits_gets_nothing_and_stays_in_the_accounts(goed, bert, lezers):
    zet_klaar(goed, bert)
    privacy.erase(LIEN, bericht=False)
    werk()
    assert sorted(leveringen(ververs(goed)).values()) == ["overgeslagen", "verzonden", "verzonden"]
    assert LIEN not in {mail["To"] for mail in verstuurd()}
    assert goed.leveringen == 3


def test_erased_from_a_finished_run(goed, bert, lezers, client):
    zet_klaar(goed, bert)
    werk()
    privacy.erase(LIEN, bericht=False)
    volgen.volg()
    assert ververs(goed).staat == VerzendStaat.KLAAR
    assert list(leveringen(goed).values()) == ["verzonden"] * 3
    assert not Levering.objects.filter(bericht=goed.bericht, adres__contains="lien").exists()
    client.force_login(bert)
    assert (
        LIEN not in client.get(f"/admin/nieuwsbrief/verzenden/{goed.pagina_nr}/").content.decode()
    )


def test_a_name_cannot_break_out_of_a_header(goed, bert, lezers):
    naam = 'Eva\r\nBcc: dief@example.org\r\n\r\n<b>"hack" ⟦lijst⟧'
    Abonnee.objects.filter(adres_norm=LIEN).update(naam=naam)
    zet_klaar(goed, bert)
    werk()
    mail = next(een for een in verstuurd() if LIEN in een["To"])
    assert mail["Bcc"] is None
    assert [adres.addr_spec for adres in mail["To"].addresses] == [LIEN]
    assert "<b>" not in mail.get_body(["html"]).get_content()
