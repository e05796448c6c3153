"""A planned issue leaves on its minute, or asks."""

import datetime

import pytest
from wagtail.models import PageViewRestriction

from core import clock, periodic
from nieuwsbrief.models import Lijst, NieuwsbriefPage
from nieuwsbrief.services import verzenden, volgen, voorbereiden
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.staten import VerzendStaat
from post import services as post
from post.engine.outcome import Afloop, Uitkomst
from post.models import Bericht
from post.states import BerichtStaat
from tests.nieuwsbrief.conftest import tekst
from tests.nieuwsbrief.verzend import keur_goed, verstuurd, ververs, werk, zet_klaar

pytestmark = pytest.mark.django_db


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
    assert len(verstuurd()) == 3


@pytest.mark.parametrize("later", [{"minutes": 31}, {"hours": 9}, {"days": 40}])
def test_a_plan_found_too_late_asks(goed, bert, klok, later):
    """A night of standstill, a clock that leaps, a copy of last month that is put back."""
    verzenden.plan(verzending=goed, moment=om(14), door=bert)
    klok.move_to(om(14) + datetime.timedelta(**later))
    periodic.run_all()
    werk()
    assert (ververs(goed).staat, verstuurd()) == (VerzendStaat.GOEDGEKEURD, [])
    assert goed.gemist_op == om(14).replace(year=2026, month=11, day=24)
    verzenden.start(verzending=goed, door=bert)
    voorbereiden.bereid_alles_voor()
    werk()
    assert len(verstuurd()) == 3


VAN_DE_SITE = {
    "staat niet op de site": lambda page, lijst: page.unpublish(),
    "is niet voor iedereen": lambda page, lijst: PageViewRestriction.objects.create(
        page=page, restriction_type="login"
    ),
    "is niet meer in gebruik": lambda page, lijst: Lijst.objects.filter(pk=lijst.pk).update(
        actief=False
    ),
}


@pytest.mark.parametrize("waarom", VAN_DE_SITE)
def test_what_was_taken_away_since_does_not_leave(goed, bert, klok, uitgave, ezine, client, waarom):
    client.force_login(bert)
    scherm = f"/admin/nieuwsbrief/verzenden/{uitgave.pk}/"
    verzenden.plan(verzending=goed, moment=om(14), door=bert)
    VAN_DE_SITE[waarom](NieuwsbriefPage.objects.get(pk=uitgave.pk), ezine)
    seen = tekst(client.get(scherm))
    assert "zo kan hij niet vertrekken" in seen
    assert waarom in seen
    klok.move_to(om(14))
    client.force_login(bert)
    assert periodic.run_all() == []
    werk()
    assert (ververs(goed).staat, verstuurd()) == (VerzendStaat.GOEDGEKEURD, [])
    mail = Bericht.objects.filter(soort="nieuwsbrief/stilgevallen").first()
    assert mail.onderwerp == "De brief is niet vertrokken: Nieuws over netwerken"
    assert waarom in mail.tekst
    assert "te laat" not in mail.tekst
    seen = tekst(client.get(scherm))
    assert "moest vertrekken op 24/11/2026 14:00, maar dat kon niet" in seen
    assert waarom in seen
    # By hand neither, and by a new plan.
    assert waarom in tekst(client.post(f"{scherm}versturen/", follow=True))
    with pytest.raises(NietMogelijk, match=waarom):
        verzenden.plan(verzending=goed, moment=om(16), door=bert)
    assert ververs(goed).staat == VerzendStaat.GOEDGEKEURD


def test_it_leaves_when_it_is_there_again(goed, bert, klok, uitgave):
    page = NieuwsbriefPage.objects.get(pk=uitgave.pk)
    verzenden.plan(verzending=goed, moment=om(14), door=bert)
    page.unpublish()
    klok.move_to(om(14))
    periodic.run_all()
    page.get_latest_revision().publish()
    verzenden.plan(verzending=ververs(goed), moment=om(15), door=bert)
    assert goed.fout == ""
    klok.move_to(om(15))
    periodic.run_all()
    werk()
    assert len(verstuurd()) == 3


def test_who_has_nothing_yet_gets_no_link_to_a_page_that_is_gone(goed, bert, uitgave):
    zet_klaar(goed, bert)
    werk(Uitkomst(Afloop.GEWEIGERD, 552, "552 vol"), size=1)
    NieuwsbriefPage.objects.get(pk=uitgave.pk).unpublish()
    with pytest.raises(NietMogelijk, match="niet op de site"):
        verzenden.naar_ontbrekenden(verzending=ververs(goed), door=bert)


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
    assert len(verstuurd()) == 3


def test_a_copy_of_a_run_that_is_put_back_asks_before_it_sends(goed, bert, klok):
    zet_klaar(goed, bert)
    klok.shift(datetime.timedelta(hours=5))
    # The worker is there before the first minute of ours.
    werk()
    assert verstuurd() == []
    assert ververs(goed).staat == VerzendStaat.GEPAUZEERD
    assert Bericht.objects.get(pk=goed.bericht_id).staat == BerichtStaat.GEPAUZEERD
    assert "kopie" in goed.fout
    verzenden.hervat(verzending=goed, door=bert)
    werk()
    assert len(verstuurd()) == 3


def test_a_plan_that_is_cancelled_in_the_mail_room_is_told_and_made_again(
    goed, bert, klok, uitgave, client, admin_user
):
    scherm = f"/admin/nieuwsbrief/verzenden/{uitgave.pk}/"
    verzenden.plan(verzending=goed, moment=om(14), door=bert)
    client.force_login(admin_user)
    client.post(f"/admin/post/berichten/{goed.bericht_id}/annuleren/")
    client.force_login(bert)
    seen = tekst(client.get(scherm))
    assert "vertrekt vanzelf" not in seen
    assert "De vorige verzending is gestopt." in seen
    assert periodic.run_all() == []
    assert periodic.run_all() == []
    assert (ververs(goed).staat, goed.geeindigd_op) == (VerzendStaat.GEANNULEERD, clock.now())
    mails = Bericht.objects.filter(soort="nieuwsbrief/stilgevallen")
    assert {mail.onderwerp for mail in mails} == {
        "De brief is gestopt in de postkamer: Nieuws over netwerken"
    }
    assert len(mails) == len(set(mails.values_list("leveringen__adres", flat=True)))
    assert "Werd in de postkamer gestopt, vanzelf" in tekst(client.get(scherm))
    klok.move_to(om(14))
    periodic.run_all()
    zet_klaar(keur_goed(uitgave, bert), bert)
    werk()
    assert len(verstuurd()) == 3


def test_what_was_cancelled_a_moment_ago_is_made_again_at_once(goed, bert, uitgave):
    post.cancel(goed.bericht)
    assert keur_goed(uitgave, bert).pk != goed.pk
    assert ververs(goed).staat == VerzendStaat.GEANNULEERD


def test_cancelled_in_the_mail_room_while_the_recipients_are_chosen(goed, bert):
    verzenden.start(verzending=goed, door=bert)
    post.cancel(goed.bericht)
    voorbereiden.bereid_voor(goed.pk, 60)
    werk()
    assert (ververs(goed).staat, verstuurd()) == (VerzendStaat.MISLUKT, [])
    assert "in de postkamer gestopt" in goed.fout
    volgen.volg()
    assert ververs(goed).staat == VerzendStaat.MISLUKT


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


def test_an_issue_that_was_approved_long_before_its_day_still_leaves(goed, bert, klok):
    """Longer than the mail room keeps what it sent (POST_RETENTION_DAYS)."""
    dag = om(14) + datetime.timedelta(days=95)
    verzenden.plan(verzending=goed, moment=dag, door=bert)
    for moment in (dag - datetime.timedelta(days=1), dag):
        klok.move_to(moment)
        periodic.run_all()
    werk()
    assert ververs(goed).staat == VerzendStaat.KLAAR
    assert [een["Subject"] for een in verstuurd()] == [goed.onderwerp] * 3
