"""From an approved issue to mails: once to everybody who asked for it, to nobody else."""

import datetime
from email import message_from_bytes, policy

import pytest
from django.db import IntegrityError, transaction
from wagtail.models import Locale, ModelLogEntry
from wagtail.rich_text import RichText

from core import clock, periodic
from nieuwsbrief.models import Abonnee, Abonnement, NieuwsbriefInstellingen, Verzending
from nieuwsbrief.services import goedkeuren, privacy, uitschrijven, verzenden, volgen, voorbereiden
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.staten import Bron, VerzendStaat
from post import services as post
from post.models import Bericht, Levering, Onderdrukking
from post.states import BerichtStaat
from post.transports.memory import MemoryTransport
from tests.nieuwsbrief.conftest import LIEN, abonneer, tekst
from tests.nieuwsbrief.verzend import (
    gebruiker,
    keur_goed,
    leveringen,
    publiceer,
    schrijf,
    werk,
    zet_klaar,
)

pytestmark = pytest.mark.django_db

MARK = "mark@example.org"
NORA = "nora@example.org"


@pytest.fixture(autouse=True)
def leeg():
    MemoryTransport.outbox.clear()


@pytest.fixture
def ann(klok):
    return gebruiker("ann")


@pytest.fixture
def bert(klok):
    return gebruiker("bert")


@pytest.fixture
def uitgave(ann, brief, ezine):
    """An issue that Ann wrote, for both lists."""
    return schrijf(ann, brief, ezine)


@pytest.fixture
def lezers(klok, brief, ezine):
    """Three readers: on one list, on the other, on both."""
    Levering.objects.all().delete()
    Bericht.objects.all().delete()
    return [abonneer(LIEN, brief), abonneer(MARK, ezine), abonneer(NORA, brief, ezine)]


@pytest.fixture
def goed(uitgave, lezers, bert):
    """The issue, approved by Bert."""
    leeg_de_postkamer()
    return keur_goed(uitgave, bert)


def leeg_de_postkamer():
    """Leave only what is about the issue in the mail room."""
    Levering.objects.all().delete()
    Bericht.objects.exclude(verzending__isnull=False).delete()


def mails():
    """Return what left to readers; editors are told when a sending stops (test_ritme)."""
    alle = [message_from_bytes(een, policy=policy.default) for een in MemoryTransport.outbox]
    return [een for een in alle if een["List-Unsubscribe"]]


def ververs(verzending):
    verzending.refresh_from_db()
    return verzending


# --- Approving ---------------------------------------------------------------------------


def test_who_wrote_the_last_version_does_not_approve_it(uitgave, ann, bert):
    with pytest.raises(NietMogelijk, match="collega"):
        keur_goed(uitgave, ann)
    assert not Verzending.objects.exists()
    publiceer(uitgave, bert)
    uitgave.refresh_from_db()
    with pytest.raises(NietMogelijk, match="collega"):
        keur_goed(uitgave, bert)
    assert keur_goed(uitgave, ann).staat == VerzendStaat.GOEDGEKEURD


def test_a_team_of_one_approves_its_own(uitgave, ann):
    instellingen = NieuwsbriefInstellingen.load()
    instellingen.alleen_goedkeuren = True
    instellingen.save()
    assert keur_goed(uitgave, ann).goedgekeurd_door == ann


def test_only_what_is_on_the_site_can_be_approved(uitgave, bert):
    uitgave.unpublish()
    uitgave.refresh_from_db()
    with pytest.raises(NietMogelijk, match="Publiceer"):
        keur_goed(uitgave, bert)


def test_a_draft_newer_than_the_live_version_does_not_go_along(uitgave, ann, bert, lezers, klok):
    uitgave.onderwerp = "Een onderwerp dat nog niemand goedkeurde"
    uitgave.save_revision(user=ann)
    uitgave.refresh_from_db()
    leeg_de_postkamer()
    verzending = zet_klaar(keur_goed(uitgave, bert), bert)
    werk()
    assert verzending.onderwerp == "Nieuws over netwerken"
    assert {mail["Subject"] for mail in mails()} == {"Nieuws over netwerken"}


def test_a_version_that_changed_while_she_looked_is_not_approved(uitgave, ann, bert):
    seen = uitgave.live_revision_id
    publiceer(uitgave, ann)
    with pytest.raises(NietMogelijk, match="gewijzigd"):
        goedkeuren.keur_goed(page=uitgave, revisie_nr=seen, door=bert)


def test_an_issue_without_a_list_is_stopped(ann, bert):
    with pytest.raises(NietMogelijk, match="lijst"):
        keur_goed(schrijf(ann), bert)
    assert not Verzending.objects.exists()


def test_one_sending_per_issue_unless_cancelled(goed, uitgave, ann, bert):
    with pytest.raises(NietMogelijk):
        keur_goed(uitgave, bert)
    with pytest.raises(NietMogelijk):
        goedkeuren.vraag_goedkeuring(page=uitgave, door=ann)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verzending.objects.create(
            pagina=uitgave,
            pagina_nr=uitgave.pk + 1,
            revisie_nr=uitgave.live_revision_id,
            onderwerp="x",
            gemaakt_op=clock.now(),
        )
    verzenden.annuleer(verzending=goed, door=bert)
    assert keur_goed(uitgave, bert).pk != goed.pk


def test_an_edit_after_approval_changes_nothing_in_the_run(goed, uitgave, ann, bert):
    zet_klaar(goed, bert)
    uitgave.onderwerp = "Helemaal anders"
    uitgave.body = [("inleiding", RichText("<p>Niet meer hetzelfde.</p>"))]
    publiceer(uitgave, ann)
    werk()
    assert len(mails()) == 3
    for mail in mails():
        assert mail["Subject"] == "Nieuws over netwerken"
        assert "Er is nieuws." in mail.get_body(["plain"]).get_content()
    assert ververs(goed).sha256 == goed.bericht.sha256


def test_every_change_is_in_the_log_and_names_nobody(goed, bert):
    zet_klaar(goed, bert)
    verzenden.pauzeer(verzending=goed, door=bert)
    verzenden.hervat(verzending=goed, door=bert)
    werk()
    rijen = ModelLogEntry.objects.for_instance(goed).order_by("pk")
    assert [rij.action.removeprefix("nieuwsbrief.verzending_") for rij in rijen] == [
        "goedgekeurd",
        "gestart",
        "gepauzeerd",
        "hervat",
        "klaar",
    ]
    assert not [rij for rij in rijen if "@" in f"{rij.label}{rij.data}"]


# --- Who gets it ---------------------------------------------------------------------------


def test_everybody_once_with_her_own_links(goed, bert, brief):
    zet_klaar(goed, bert)
    werk()
    assert leveringen(ververs(goed)) == dict.fromkeys([LIEN, MARK, NORA], "verzonden")
    assert goed.staat == VerzendStaat.KLAAR
    assert (goed.kandidaten, goed.leveringen, goed.uitgesloten) == (3, 3, {})
    assert sorted(mail["To"] for mail in mails()) == [LIEN, MARK, NORA]
    assert len({mail["List-Unsubscribe"] for mail in mails()}) == 3
    for mail in mails():
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
    assert len(mails()) == 1


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


def test_who_leaves_one_of_two_lists_gets_it_because_of_the_other(goed, bert, lezers, brief, ezine):
    zet_klaar(goed, bert)
    uitschrijven.vertrek(uid=lezers[2].uid, lijst=brief.pk, bron=Bron.MAIL)
    werk()
    mail = next(een for een in mails() if een["To"] == NORA)
    assert mail["List-Id"] == ezine.list_id_kop
    assert ezine.naam in mail.get_body(["plain"]).get_content()


def test_erased_while_it_waits_gets_nothing_and_stays_in_the_accounts(goed, bert, lezers):
    zet_klaar(goed, bert)
    privacy.erase(LIEN, bericht=False)
    werk()
    assert sorted(leveringen(ververs(goed)).values()) == ["overgeslagen", "verzonden", "verzonden"]
    assert LIEN not in {mail["To"] for mail in mails()}
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
    mail = next(een for een in mails() if LIEN in een["To"])
    assert mail["Bcc"] is None
    assert [adres.addr_spec for adres in mail["To"].addresses] == [LIEN]
    assert "<b>" not in mail.get_body(["html"]).get_content()


# --- Crashes and doubles ---------------------------------------------------------------------


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
    assert mails() == []


def test_an_issue_that_is_deleted_while_it_waits_does_not_leave(goed, uitgave, bert):
    verzenden.start(verzending=goed, door=bert)
    uitgave.delete()
    voorbereiden.bereid_alles_voor()
    werk()
    assert (ververs(goed).staat, mails()) == (VerzendStaat.MISLUKT, [])


def test_started_twice_is_sent_once(goed, bert):
    zet_klaar(goed, bert)
    with pytest.raises(NietMogelijk):
        verzenden.start(verzending=goed, door=bert)
    werk()
    werk()
    assert len(mails()) == 3


def test_a_new_sending_after_a_cancelled_one_skips_who_got_it(goed, uitgave, bert):
    zet_klaar(goed, bert)
    from post.engine.worker import Worker

    worker = Worker(MemoryTransport([], size=1))
    worker.round()
    worker._finish()
    verzenden.annuleer(verzending=goed, door=bert)
    post.clear_cancelled()
    assert len(mails()) == 1
    nieuw = zet_klaar(keur_goed(uitgave, bert), bert)
    assert nieuw.uitgesloten == {"kreeg_al": 1}
    werk()
    assert sorted(mail["To"] for mail in mails()) == [LIEN, MARK, NORA]


def test_in_two_languages_everybody_gets_one(uitgave, ann, bert, brief, ezine, lezers):
    Abonnee.objects.filter(adres_norm=LIEN).update(taal="fr")
    fr = uitgave.copy_for_translation(Locale.objects.get(language_code="fr"), copy_parents=True)
    fr.onderwerp = "Nouvelles"
    fr = publiceer(fr, ann)
    leeg_de_postkamer()
    frans = zet_klaar(keur_goed(fr, bert), bert)
    assert leveringen(frans) == {LIEN: "wacht"}
    assert frans.uitgesloten == {"taal": 2}
    werk()
    nederlands = zet_klaar(keur_goed(uitgave, bert), bert)
    assert set(leveringen(nederlands)) == {MARK, NORA}
    assert nederlands.uitgesloten == {"kreeg_al": 1}


def test_pause_cancel_and_resume(goed, bert):
    zet_klaar(goed, bert)
    verzenden.pauzeer(verzending=goed, door=bert)
    werk()
    assert (mails(), ververs(goed).staat) == ([], VerzendStaat.GEPAUZEERD)
    with pytest.raises(NietMogelijk):
        verzenden.pauzeer(verzending=goed, door=bert)
    verzenden.hervat(verzending=goed, door=bert)
    verzenden.annuleer(verzending=goed, door=bert)
    werk()
    assert (mails(), ververs(goed).staat) == ([], VerzendStaat.GEANNULEERD)
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
    assert len(mails()) == 3


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


# --- Planning ----------------------------------------------------------------------------------


def om(uur, minuut=0):
    return clock.now().replace(hour=uur, minute=minuut)


def test_a_plan_leaves_on_its_minute_and_once(goed, bert, klok):
    verzenden.plan(verzending=goed, moment=om(14), door=bert)
    periodic.run_all()
    assert ververs(goed).staat == VerzendStaat.GEPLAND
    klok.move_to(om(14, 1))
    assert periodic.run_all() == []
    assert periodic.run_all() == []
    werk()
    assert ververs(goed).staat == VerzendStaat.KLAAR
    assert len(mails()) == 3


@pytest.mark.parametrize("later", [{"minutes": 31}, {"hours": 9}, {"days": 40}])
def test_a_plan_found_too_late_asks(goed, bert, klok, later):
    """A night of standstill, a clock that leaps, a copy of last month that is put back."""
    verzenden.plan(verzending=goed, moment=om(14), door=bert)
    klok.move_to(om(14) + datetime.timedelta(**later))
    periodic.run_all()
    werk()
    assert (ververs(goed).staat, mails()) == (VerzendStaat.GOEDGEKEURD, [])
    assert goed.gemist_op == om(14).replace(year=2026, month=11, day=24)
    verzenden.start(verzending=goed, door=bert)
    voorbereiden.bereid_alles_voor()
    werk()
    assert len(mails()) == 3


def test_a_clock_that_goes_back_does_not_send_again(goed, bert, klok):
    verzenden.plan(verzending=goed, moment=om(14), door=bert)
    klok.move_to(om(14, 1))
    periodic.run_all()
    werk()
    klok.move_to(om(13, 59))
    periodic.run_all()
    klok.move_to(om(14, 1))
    periodic.run_all()
    werk()
    assert len(mails()) == 3


def test_a_copy_of_a_run_that_is_put_back_asks_before_it_sends(goed, bert, klok):
    zet_klaar(goed, bert)
    klok.shift(datetime.timedelta(hours=5))
    # The worker is there before the first minute of ours.
    werk()
    assert mails() == []
    assert ververs(goed).staat == VerzendStaat.GEPAUZEERD
    assert Bericht.objects.get(pk=goed.bericht_id).staat == BerichtStaat.GEPAUZEERD
    assert "kopie" in goed.fout
    verzenden.hervat(verzending=goed, door=bert)
    werk()
    assert len(mails()) == 3


def test_a_plan_can_be_moved_and_taken_back(goed, bert, klok):
    with pytest.raises(NietMogelijk, match="voorbij"):
        verzenden.plan(verzending=goed, moment=om(9), door=bert)
    verzenden.plan(verzending=goed, moment=om(14), door=bert)
    verzenden.plan(verzending=goed, moment=om(16), door=bert)
    klok.move_to(om(14, 1))
    periodic.run_all()
    assert ververs(goed).staat == VerzendStaat.GEPLAND
    verzenden.ontplan(verzending=goed, door=bert)
    klok.move_to(om(16, 1))
    periodic.run_all()
    assert ververs(goed).staat == VerzendStaat.GOEDGEKEURD


# --- Afterwards --------------------------------------------------------------------------------


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
    assert sorted(mail["To"] for mail in mails()) == ["later@example.org", LIEN]
    assert leveringen(goed)[MARK] == "onzeker"
    assert ververs(goed).staat == VerzendStaat.KLAAR_OPEN
    assert (goed.kandidaten, goed.leveringen) == (4, 4)


def test_long_after_the_end_the_mail_room_may_send_one_again(goed, bert, klok):
    from post.engine.outcome import Afloop, Uitkomst

    zet_klaar(goed, bert)
    werk(Uitkomst(Afloop.GEWEIGERD, 552, "vol"), size=1)
    klok.shift(datetime.timedelta(days=20))
    volgen.volg()
    MemoryTransport.outbox.clear()
    assert post.send_again([Levering.objects.get(bericht=goed.bericht, staat="mislukt").pk]) == 1
    werk()
    assert len(mails()) == 1


def test_leaving_through_an_issue_is_counted_and_stays_counted(goed, bert, client, lezers):
    zet_klaar(goed, bert)
    werk()
    mail = next(een for een in mails() if een["To"] == LIEN)
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
