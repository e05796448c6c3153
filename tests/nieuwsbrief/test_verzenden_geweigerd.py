"""A mail server that refuses every mail of an issue: it is told, it stops, and it can be mended."""

import pytest

from nieuwsbrief.models import Lijst
from nieuwsbrief.services import verzenden, volgen, weigering
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.staten import VerzendStaat
from post import services as post
from post.engine import worker
from post.engine.outcome import Afloop, Uitkomst
from post.engine.worker import Worker
from post.models import Bericht, Levering
from post.transports.memory import MemoryTransport
from tests.nieuwsbrief.conftest import LIEN, tekst
from tests.nieuwsbrief.verzend import (
    keur_goed,
    leveringen,
    verstuurd,
    ververs,
    werk,
    zet_klaar,
)
from tests.test_editor_language import english_in

pytestmark = pytest.mark.django_db

LIJST = "/admin/nieuwsbrief/verzenden/"
AFZENDER = Uitkomst(Afloop.GEWEIGERD, 553, f"553 5.7.1 <{LIEN}>: Sender address rejected")


@pytest.fixture
def bij_bert(client, bert):
    client.force_login(bert)
    return client


def scherm(uitgave, stap=""):
    return f"{LIJST}{uitgave.pk}/{stap}/" if stap else f"{LIJST}{uitgave.pk}/"


def mails_aan_de_redactie():
    return list(Bericht.objects.filter(soort="nieuwsbrief/stilgevallen").order_by("pk"))


@pytest.fixture
def geweigerd(goed, bert):
    """A run of which every mail was refused."""
    zet_klaar(goed, bert)
    werk(*[AFZENDER] * 3)
    return ververs(goed)


def test_a_run_that_nobody_got_says_so_everywhere(geweigerd, bij_bert, uitgave):
    assert set(leveringen(geweigerd).values()) == {"mislukt"}
    mail = mails_aan_de_redactie()[0]
    assert mail.onderwerp == "De brief kon niet vertrekken: Nieuws over netwerken"
    assert "Sender address rejected" in mail.tekst
    pagina = tekst(bij_bert.get(scherm(uitgave)))
    assert "De brief is verzonden." not in pagina
    assert "Niemand kreeg de brief. De mailserver weigerde elke mail" in pagina
    assert "post-staat--mislukt" in pagina
    assert "niemand kreeg de brief" in tekst(bij_bert.get(LIJST))
    assert "niemand kreeg de brief. De mailserver weigerde" in tekst(bij_bert.get("/admin/"))
    assert english_in(bij_bert.get(scherm(uitgave))) == []


def test_of_what_the_server_said_no_address_of_a_reader_is_kept(geweigerd):
    assert "‘553 5.7.1 <…>: Sender address rejected’" in geweigerd.fout
    assert LIEN not in geweigerd.fout + mails_aan_de_redactie()[0].tekst


def test_it_can_be_stopped_and_made_again_with_another_sender(
    geweigerd, bij_bert, uitgave, bert, ezine
):
    Lijst.objects.update(afzender_adres="goed@example.org")
    assert "Niemand kreeg de brief" in tekst(bij_bert.get(scherm(uitgave, "annuleren")))
    bij_bert.post(scherm(uitgave, "annuleren"))
    assert ververs(geweigerd).staat == VerzendStaat.GEANNULEERD
    zet_klaar(keur_goed(uitgave, bert), bert)
    werk()
    assert len(verstuurd()) == 3
    assert all("goed@example.org" in mail["From"] for mail in verstuurd())


def test_or_the_same_mail_goes_once_more(geweigerd, bij_bert, uitgave):
    bij_bert.post(scherm(uitgave, "ontbrekenden"))
    werk()
    assert len(verstuurd()) == 3
    assert (ververs(geweigerd).staat, geweigerd.fout) == (VerzendStaat.KLAAR, "")
    assert "De brief is verzonden." in tekst(bij_bert.get(scherm(uitgave)))


def test_a_run_that_somebody_got_is_not_stopped_afterwards(goed, bert, bij_bert, uitgave):
    zet_klaar(goed, bert)
    werk(AFZENDER, size=1)
    assert (ververs(goed).staat, goed.fout) == (VerzendStaat.KLAAR, "")
    assert "De brief is verzonden." in tekst(bij_bert.get(scherm(uitgave)))
    with pytest.raises(NietMogelijk):
        verzenden.annuleer(verzending=goed, door=bert)
    bij_bert.post(scherm(uitgave, "annuleren"))
    assert ververs(goed).staat == VerzendStaat.KLAAR


# --- Halfway ---------------------------------------------------------------------------------


@pytest.fixture
def twee_genoeg(monkeypatch):
    """A worker that takes one mail at a time, and two refusals are enough."""
    monkeypatch.setattr(worker, "CLAIM", 1)
    monkeypatch.setattr(weigering, "TE_VEEL", 2)


def met_een_per_keer(*antwoorden):
    Worker(MemoryTransport(antwoorden, size=1)).run(until_empty=True)
    volgen.volg()


def test_a_run_stops_before_the_whole_list_is_refused(
    goed, bert, bij_bert, uitgave, twee_genoeg, klok
):
    zet_klaar(goed, bert)
    met_een_per_keer(*[AFZENDER] * 3)
    assert sorted(leveringen(goed).values()) == ["mislukt", "mislukt", "wacht"]
    assert ververs(goed).staat == VerzendStaat.GEPAUZEERD
    mails = mails_aan_de_redactie()
    assert {mail.onderwerp for mail in mails} == {"De brief staat op pauze: Nieuws over netwerken"}
    mail = mails[0]
    assert "weigerde elke mail tot nu toe: ‘553 5.7.1" in mail.tekst
    assert "kies ‘Hervat’ op het scherm ‘Verzenden’." in mail.tekst
    # The cause is gone: whoever resumes, has the refused ones offered again.
    assert "krijgt de mail dan ook opnieuw" in tekst(bij_bert.get(scherm(uitgave, "hervatten")))
    bij_bert.post(scherm(uitgave, "hervatten"))
    met_een_per_keer()
    assert len(verstuurd()) == 3
    assert ververs(goed).staat == VerzendStaat.KLAAR


def test_one_taken_mail_says_that_the_refusals_are_about_readers(goed, bert, twee_genoeg):
    zet_klaar(goed, bert)
    met_een_per_keer(Uitkomst(Afloop.AANVAARD, 250, ""), AFZENDER, AFZENDER)
    assert ververs(goed).staat == VerzendStaat.KLAAR


def test_the_longest_answer_leaves_the_way_out_readable(goed, bert, twee_genoeg):
    zet_klaar(goed, bert)
    met_een_per_keer(*[Uitkomst(Afloop.GEWEIGERD, 554, "554 5.7.1 " + "x" * 290)] * 2)
    assert ververs(goed).fout.endswith("kies ‘Hervat’ op het scherm ‘Verzenden’.")


def test_of_a_run_that_ended_the_mail_room_may_send_one_again(geweigerd, twee_genoeg):
    een = Levering.objects.filter(bericht=geweigerd.bericht, staat="mislukt").first()
    assert post.send_again([een.pk]) == 1
    werk()
    assert len(verstuurd()) == 1
