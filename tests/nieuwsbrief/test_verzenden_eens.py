"""An issue leaves once, whatever breaks, doubles or stops underway."""

import datetime

import pytest
from wagtail.models import Locale

from core import clock, periodic
from nieuwsbrief.models import Abonnee
from nieuwsbrief.services import eens, uitschrijven, verzenden, volgen, voorbereiden
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.staten import Bron, VerzendStaat
from post import services as post
from post.engine.outcome import Afloop, Uitkomst
from post.models import Levering
from post.transports.memory import MemoryTransport
from tests.nieuwsbrief.conftest import LIEN, MARK, NORA
from tests.nieuwsbrief.verzend import (
    keur_goed,
    leeg_de_postkamer,
    leveringen,
    publiceer,
    schrijf,
    verstuurd,
    ververs,
    werk,
    zet_klaar,
)

pytestmark = pytest.mark.django_db


def test_preparing_goes_on_after_a_crash_at_any_part(goed, bert, lezers, brief, monkeypatch):
    monkeypatch.setattr(voorbereiden, "PER_DEEL", 1)
    verzenden.start(verzending=goed, door=bert)
    echt = post.add_recipients

    def val_om(bericht, ontvangers):
        echt(bericht, ontvangers)
        raise RuntimeError("stroom weg")

    for _ in range(3):
        monkeypatch.setattr(post, "add_recipients", val_om)
        with pytest.raises(RuntimeError):
            voorbereiden.bereid_voor(goed.pk, 60)
        monkeypatch.setattr(post, "add_recipients", echt)
        voorbereiden._deel(goed.pk)
        # Who leaves between two parts does not bring the accounts out of balance.
        uitschrijven.vertrek(uid=lezers[0].uid, lijst=brief.pk, bron=Bron.MAIL)
    voorbereiden.bereid_voor(goed.pk, 60)
    assert ververs(goed).staat == VerzendStaat.VERZENDEN
    assert (goed.kandidaten, goed.leveringen) == (3, 3)


def test_accounts_that_do_not_add_up_do_not_leave(goed, bert):
    verzenden.start(verzending=goed, door=bert)
    voorbereiden._deel(goed.pk)
    Levering.objects.filter(bericht=goed.bericht).first().delete()
    voorbereiden.bereid_voor(goed.pk, 60)
    werk()
    assert ververs(goed).staat == VerzendStaat.MISLUKT
    assert "Verwacht: 3 leveringen, klaargezet: 2." in goed.fout
    assert verstuurd() == []


def test_an_issue_that_is_deleted_while_it_waits_does_not_leave(goed, uitgave, bert):
    verzenden.start(verzending=goed, door=bert)
    uitgave.delete()
    voorbereiden.bereid_alles_voor()
    werk()
    assert (ververs(goed).staat, verstuurd()) == (VerzendStaat.MISLUKT, [])


def test_started_twice_is_sent_once(goed, bert):
    zet_klaar(goed, bert)
    with pytest.raises(NietMogelijk):
        verzenden.start(verzending=goed, door=bert)
    werk()
    werk()
    assert len(verstuurd()) == 3


def test_a_new_sending_after_a_cancelled_one_skips_who_got_it(goed, uitgave, bert):
    zet_klaar(goed, bert)
    from post.engine.worker import Worker

    worker = Worker(MemoryTransport([], size=1))
    worker.round()
    worker._finish()
    verzenden.annuleer(verzending=goed, door=bert)
    post.clear_cancelled()
    assert len(verstuurd()) == 1
    nieuw = zet_klaar(keur_goed(uitgave, bert), bert)
    assert nieuw.uitgesloten == {"kreeg_al": 1}
    werk()
    assert sorted(mail["To"] for mail in verstuurd()) == [LIEN, MARK, NORA]


@pytest.fixture
def fr(uitgave, ann, lezers):
    """The issue in French, and Lien reads French."""
    Abonnee.objects.filter(adres_norm=LIEN).update(taal="fr")
    fr = uitgave.copy_for_translation(Locale.objects.get(language_code="fr"), copy_parents=True)
    fr.onderwerp = "Nouvelles"
    fr = publiceer(fr, ann)
    leeg_de_postkamer()
    return fr


def onderwerpen_voor(adres):
    return [mail["Subject"] for mail in verstuurd() if mail["To"] == adres]


def test_in_two_languages_everybody_gets_one(uitgave, fr, bert):
    frans = zet_klaar(keur_goed(fr, bert), bert)
    assert leveringen(frans) == {LIEN: "wacht"}
    assert frans.uitgesloten == {"taal": 2}
    werk()
    nederlands = zet_klaar(keur_goed(uitgave, bert), bert)
    assert set(leveringen(nederlands)) == {MARK, NORA}
    assert nederlands.uitgesloten == {"kreeg_al": 1}


def test_in_two_languages_at_once_everybody_gets_one(uitgave, fr, bert):
    """The French issue first, as the manual says; not everything left yet."""
    frans = zet_klaar(keur_goed(fr, bert), bert)
    nederlands = zet_klaar(keur_goed(uitgave, bert), bert)
    assert nederlands.uitgesloten == {"kreeg_al": 1}
    werk()
    assert onderwerpen_voor(LIEN) == ["Nouvelles"]
    assert leveringen(frans) == {LIEN: "verzonden"}
    assert len(verstuurd()) == 3


def test_a_mail_that_waits_for_another_try_is_on_its_way(uitgave, fr, bert):
    frans = zet_klaar(keur_goed(fr, bert), bert)
    werk(Uitkomst(Afloop.TIJDELIJK, 451, "451 4.7.1 greylisted"))
    assert leveringen(frans) == {LIEN: "wacht"}
    nederlands = zet_klaar(keur_goed(uitgave, bert), bert)
    assert set(leveringen(nederlands)) == {MARK, NORA}


def test_what_was_stopped_is_not_on_its_way(uitgave, fr, bert):
    frans = zet_klaar(keur_goed(fr, bert), bert)
    verzenden.annuleer(verzending=frans, door=bert)
    nederlands = zet_klaar(keur_goed(uitgave, bert), bert)
    assert set(leveringen(nederlands)) == {LIEN, MARK, NORA}


def test_two_who_choose_without_seeing_each_other_still_send_one(uitgave, fr, bert, monkeypatch):
    monkeypatch.setattr(eens.Anderen, "van", lambda self, adressen: set())
    frans = zet_klaar(keur_goed(fr, bert), bert)
    nederlands = zet_klaar(keur_goed(uitgave, bert), bert)
    assert LIEN in leveringen(nederlands)
    # The Dutch one is about to leave while the French one waits: the one that was first, goes.
    verzenden.pauzeer(verzending=frans, door=bert)
    werk()
    assert leveringen(nederlands) == {LIEN: "overgeslagen", MARK: "verzonden", NORA: "verzonden"}
    verzenden.hervat(verzending=ververs(frans), door=bert)
    werk()
    assert onderwerpen_voor(LIEN) == ["Nouvelles"]


def test_who_got_it_in_another_language_since_is_not_tried_again(uitgave, fr, bert, klok):
    frans = zet_klaar(keur_goed(fr, bert), bert)
    werk(Uitkomst(Afloop.GEWEIGERD, 552, "552 5.2.2 mailbox full"))
    zet_klaar(keur_goed(uitgave, bert), bert)
    werk()
    assert onderwerpen_voor(LIEN) == ["Nieuws over netwerken"]
    klok.shift(60)
    verzenden.naar_ontbrekenden(verzending=ververs(frans), door=bert)
    voorbereiden.bereid_voor(frans.pk, 60)
    werk()
    assert onderwerpen_voor(LIEN) == ["Nieuws over netwerken"]
    assert leveringen(frans) == {LIEN: "overgeslagen"}
    assert "in een andere taal" in Levering.objects.get(bericht=frans.bericht).laatste_fout
    assert ververs(frans).staat == VerzendStaat.KLAAR


def test_nor_when_the_mail_room_sends_it_again(uitgave, fr, bert):
    frans = zet_klaar(keur_goed(fr, bert), bert)
    werk(Uitkomst(Afloop.GEWEIGERD, 552, "552 5.2.2 mailbox full"))
    zet_klaar(keur_goed(uitgave, bert), bert)
    werk()
    post.send_again([Levering.objects.get(bericht=frans.bericht).pk])
    werk()
    assert onderwerpen_voor(LIEN) == ["Nieuws over netwerken"]


def test_one_run_that_cannot_be_followed_holds_up_no_other(
    goed, bert, klok, ann, brief, monkeypatch
):
    eerste, tweede = goed, keur_goed(schrijf(ann, brief), bert)
    for een in (eerste, tweede):
        zet_klaar(een, bert)
    echt, stuk = volgen.tellingen, set()

    def val_om(verzending):
        if verzending.pk in stuk:
            raise RuntimeError("kan niet tellen")
        return echt(verzending)

    monkeypatch.setattr(volgen, "tellingen", val_om)
    for een, ander in ((eerste, tweede), (tweede, eerste)):
        stuk.clear()
        stuk.add(een.pk)
        klok.shift(60)
        # The periodic work says that something failed.
        assert periodic.run_all() == ["nieuwsbrief: verzendingen volgen"]
        assert ververs(ander).gezien_op == clock.now()


def test_what_the_mail_room_resumes_after_a_standstill_asks_again(goed, bert, klok, ann, brief):
    """On pause here, a night without a minute of ours, and then resumed in the mail room."""
    gepauzeerd = zet_klaar(goed, bert)
    verzenden.pauzeer(verzending=gepauzeerd, door=bert)
    stil = zet_klaar(keur_goed(schrijf(ann, brief), bert), bert)
    klok.shift(datetime.timedelta(hours=2))
    post.resume(gepauzeerd.bericht)
    assert periodic.run_all() == []
    werk()
    for een in (gepauzeerd, stil):
        assert (ververs(een).staat, een.fout) == (VerzendStaat.GEPAUZEERD, volgen.STIL_REDEN)
    assert verstuurd() == []


def test_pause_cancel_and_resume(goed, bert):
    zet_klaar(goed, bert)
    verzenden.pauzeer(verzending=goed, door=bert)
    werk()
    assert (verstuurd(), ververs(goed).staat) == ([], VerzendStaat.GEPAUZEERD)
    with pytest.raises(NietMogelijk):
        verzenden.pauzeer(verzending=goed, door=bert)
    verzenden.hervat(verzending=goed, door=bert)
    verzenden.annuleer(verzending=goed, door=bert)
    werk()
    assert (verstuurd(), ververs(goed).staat) == ([], VerzendStaat.GEANNULEERD)
    with pytest.raises(NietMogelijk):
        verzenden.hervat(verzending=goed, door=bert)


def test_pause_while_the_recipients_are_chosen(goed, bert, monkeypatch):
    monkeypatch.setattr(voorbereiden, "PER_DEEL", 1)
    verzenden.start(verzending=goed, door=bert)
    voorbereiden._deel(goed.pk)
    verzenden.pauzeer(verzending=goed, door=bert)
    voorbereiden.bereid_alles_voor()
    volgen.volg()
    assert (len(leveringen(goed)), ververs(goed).staat) == (1, VerzendStaat.GEPAUZEERD)
    verzenden.hervat(verzending=goed, door=bert)
    voorbereiden.bereid_alles_voor()
    werk()
    assert len(verstuurd()) == 3


def test_what_the_mail_room_does_is_followed(goed, bert):
    zet_klaar(goed, bert)
    post.pause(goed.bericht, "De relay ligt plat.")
    volgen.volg()
    assert (ververs(goed).staat, goed.fout) == (VerzendStaat.GEPAUZEERD, "De relay ligt plat.")
    post.resume(goed.bericht)
    volgen.volg()
    assert ververs(goed).staat == VerzendStaat.VERZENDEN
    post.cancel(goed.bericht)
    volgen.volg()
    assert ververs(goed).staat == VerzendStaat.GEANNULEERD
