"""The screens with which an issue is approved, planned, sent and followed."""

import datetime
import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry
from wagtail.rich_text import RichText

from core import clock
from nieuwsbrief.models import Verzending
from nieuwsbrief.services import verzenden
from nieuwsbrief.services.redactiepost import VERZENDEN
from nieuwsbrief.staten import VerzendStaat
from post.engine.outcome import Afloop, Uitkomst
from post.models import Bericht, Levering
from post.transports.memory import MemoryTransport
from tests.nieuwsbrief.conftest import LIEN, abonneer, tekst
from tests.nieuwsbrief.verzend import gebruiker, keur_goed, publiceer, schrijf, werk, zet_klaar
from tests.test_editor_language import english_in

pytestmark = pytest.mark.django_db

LIJST = "/admin/nieuwsbrief/verzenden/"
NORA = "nora@example.org"


@pytest.fixture
def ann(klok):
    return gebruiker("ann")


@pytest.fixture
def bert(klok):
    return gebruiker("bert")


@pytest.fixture
def uitgave(ann, brief, ezine):
    abonneer(LIEN, brief)
    abonneer(NORA, brief, ezine)
    Levering.objects.all().delete()
    Bericht.objects.all().delete()
    MemoryTransport.outbox.clear()
    return schrijf(ann, brief, ezine)


@pytest.fixture
def bij_bert(client, bert):
    client.force_login(bert)
    return client


def at(uitgave, stap=""):
    return f"{LIJST}{uitgave.pk}/{stap}/" if stap else f"{LIJST}{uitgave.pk}/"


def doe(client, uitgave, stap, **data):
    response = client.post(at(uitgave, stap), data, follow=True)
    return tekst(response)


STAPPEN = [
    *("vragen", "goedkeuren", "versturen", "plannen", "ontplannen"),
    *("pauzeren", "hervatten", "ontbrekenden", "annuleren"),
]


def test_from_approval_to_sent_on_the_screen(bij_bert, uitgave):
    screen = tekst(bij_bert.get(at(uitgave)))
    assert "Keur de mail goed" in screen
    asked = tekst(bij_bert.get(at(uitgave, "goedkeuren")))
    assert re.findall(r"(\d+) ingeschreven", asked) == ["2", "1"]
    assert "<strong>2</strong> mensen" in asked
    done = doe(bij_bert, uitgave, "goedkeuren", revisie=uitgave.live_revision_id)
    assert "Kies wanneer hij vertrekt" in done
    moment = clock.now() + datetime.timedelta(days=1)
    done = doe(bij_bert, uitgave, "plannen", moment=f"{moment:%Y-%m-%dT%H:%M}")
    assert "vertrekt vanzelf op 25/11/2026 10:00" in done
    done = doe(bij_bert, uitgave, "versturen")
    assert "De brief vertrekt nu" in done
    werk()
    screen = tekst(bij_bert.get(at(uitgave)))
    assert "De brief is verzonden." in screen
    assert "2 van 2 afgehandeld (100 %)" in screen
    assert "klaar" in tekst(bij_bert.get(LIJST))


def test_the_writer_is_told_to_ask_a_colleague(client, ann, uitgave):
    client.force_login(ann)
    screen = tekst(client.get(at(uitgave)))
    assert "Een collega kijkt ze na" in screen
    assert "Keur de mail goed" not in screen
    assert "wacht nu op een collega" in doe(client, uitgave, "vragen")
    doe(client, uitgave, "goedkeuren", revisie=uitgave.live_revision_id)
    assert Verzending.objects.get().staat == VerzendStaat.CONCEPT


def test_approving_another_version_than_she_saw_is_refused(bij_bert, ann, uitgave):
    seen = uitgave.live_revision_id
    publiceer(uitgave, ann)
    assert "intussen gewijzigd" in doe(bij_bert, uitgave, "goedkeuren", revisie=seen)
    assert not Verzending.objects.exists()


@pytest.mark.parametrize("revisie", ["", "x", "9" * 40, "9" * 5000, "²"])
def test_a_version_that_is_no_number_is_refused(bij_bert, uitgave, revisie):
    doe(bij_bert, uitgave, "goedkeuren", revisie=revisie)
    assert not Verzending.objects.exists()


def test_a_double_click_sends_once(bij_bert, uitgave, bert):
    keur_goed(uitgave, bert)
    doe(bij_bert, uitgave, "versturen")
    assert "Hij vertrekt één keer" in doe(bij_bert, uitgave, "versturen")
    werk()
    assert len(MemoryTransport.outbox) == 2
    doe(bij_bert, uitgave, "versturen")
    werk()
    assert len(MemoryTransport.outbox) == 2
    assert ModelLogEntry.objects.filter(action=verzenden.GESTART).count() == 1


def test_a_get_changes_nothing_in_any_state(bij_bert, uitgave, bert):
    def alles():
        for stap in ["", *STAPPEN, "wie-niet"]:
            bij_bert.get(at(uitgave, stap))
        werk()

    alles()
    assert not Verzending.objects.exists()
    verzending = keur_goed(uitgave, bert)
    alles()
    verzending.refresh_from_db()
    assert verzending.staat == VerzendStaat.GOEDGEKEURD
    zet_klaar(verzending, bert)
    verzenden.pauzeer(verzending=verzending, door=bert)
    alles()
    verzending.refresh_from_db()
    assert verzending.staat == VerzendStaat.GEPAUZEERD
    assert MemoryTransport.outbox == []


def frame_of(client, screen):
    """Return what stands in the frame of a screen."""
    page = client.get(screen)
    assert page.status_code == 200
    answer = client.get(re.search(r'<iframe[^>]* src="([^"]+)"', tekst(page))[1])
    assert answer.status_code == 200
    assert "sandbox" in answer["Content-Security-Policy"]
    return tekst(answer)


def test_who_approves_reads_the_mail_first_and_afterwards_what_was_approved(
    bij_bert, uitgave, bert, ann
):
    """Bert edits no pages: the previews of a page are not for him."""
    link = re.search(r'href="([^"]+)"[^>]*>Bekijk de mail<', tekst(bij_bert.get(at(uitgave))))[1]
    assert "Er is nieuws." in frame_of(bij_bert, link)
    assert "zoals de brief nu op de site staat" in tekst(bij_bert.get(link))
    assert "NIEUWS OVER NETWERKEN" in frame_of(bij_bert, f"{link}?als=mail-tekst")
    keur_goed(uitgave, bert)
    uitgave.body = [("inleiding", RichText("<p>Andere woorden.</p>"))]
    publiceer(uitgave, ann)
    for als in ("mail-breed", "mail-smal", "mail-donker", "mail-zonder-beeld", "mail-tekst"):
        shown = frame_of(bij_bert, f"{link}?als={als}")
        assert "Er is nieuws." in shown
        assert "Andere woorden." not in shown
    assert "Dit is de mail die is goedgekeurd op 24 november 2026 10:00." in tekst(
        bij_bert.get(link)
    )
    # What it said is not kept for ever; the page stays.
    Bericht.objects.update(geleegd_op=clock.now())
    assert "Andere woorden." in frame_of(bij_bert, link)


def test_a_way_to_look_at_it_that_does_not_exist(bij_bert, uitgave):
    assert "Er is nieuws." in frame_of(bij_bert, at(uitgave, "mail") + "?als=onzin")
    assert bij_bert.get(at(uitgave, "mail") + "onzin/").status_code == 404
    uitgave.unpublish()
    assert bij_bert.get(at(uitgave, "mail")).status_code == 404
    assert "Bekijk de mail<" not in tekst(bij_bert.get(at(uitgave)))


def test_only_who_may_send_comes_in(client, eindredacteur, uitgave, bert):
    keur_goed(uitgave, bert)
    for user in (None, eindredacteur):
        if user:
            client.force_login(user)
        for screen in [LIJST, at(uitgave), *(at(uitgave, stap) for stap in STAPPEN)]:
            assert client.get(screen).status_code == 302, screen
            assert client.post(screen).status_code == 302, screen
        for name in ("voortgang", "wie-niet", "mail", "mail/mail-breed"):
            assert client.get(at(uitgave, name)).status_code == 302
    assert Verzending.objects.get().staat == VerzendStaat.GOEDGEKEURD


def test_who_only_sends_sees_numbers_and_no_names_and_edits_nothing(client, uitgave, bert):
    cleo = gebruiker("cleo", "Niemand")
    cleo.user_permissions.add(
        *Permission.objects.filter(codename__in=["access_admin", VERZENDEN.partition(".")[2]])
    )
    zet_klaar(keur_goed(uitgave, bert), bert)
    werk(Uitkomst(Afloop.GEWEIGERD, 550, "Bestaat niet."), size=1)
    texts = {}
    dora = gebruiker("dora", "Nieuwsbriefteam", "Eindredacteurs")
    for user in (cleo, dora):
        client.force_login(user)
        texts[user] = tekst(client.get(at(uitgave)))
    for link in ("Wie kreeg de brief niet?", "Bewerk de pagina"):
        assert link not in texts[cleo]
        assert link in texts[dora]
    client.force_login(cleo)
    refused = client.get(at(uitgave, "wie-niet"), follow=True)
    assert LIEN not in tekst(refused)
    assert client.get(at(uitgave, "voortgang")).status_code == 200


def test_before_anybody_approves_there_is_no_progress(bij_bert, uitgave):
    assert bij_bert.get(at(uitgave, "voortgang")).status_code == 404


def test_an_issue_off_the_site_cannot_be_approved(bij_bert, client, uitgave, ann):
    seen = uitgave.live_revision_id
    uitgave.unpublish()
    assert "Keur de mail goed" not in tekst(bij_bert.get(at(uitgave)))
    doe(bij_bert, uitgave, "goedkeuren", revisie=seen)
    client.force_login(ann)
    assert "Vraag een collega om goedkeuring" not in tekst(client.get(at(uitgave)))
    doe(client, uitgave, "vragen")
    assert not Verzending.objects.exists()


def test_a_draft_or_a_change_after_approving_is_told(bij_bert, uitgave, bert, ann):
    newer, changed = "nieuwere kladversie", "na de goedkeuring nog gewijzigd"
    keur_goed(uitgave, bert)
    screen = tekst(bij_bert.get(at(uitgave)))
    assert newer not in screen
    assert changed not in screen
    uitgave.save_revision(user=ann)
    assert newer in tekst(bij_bert.get(at(uitgave)))
    publiceer(uitgave, ann)
    screen = tekst(bij_bert.get(at(uitgave)))
    assert newer not in screen
    assert changed in screen


def test_a_plan_in_the_past_is_asked_again_beside_the_field(bij_bert, uitgave, bert):
    keur_goed(uitgave, bert)
    response = bij_bert.post(at(uitgave, "plannen"), {"moment": "2020-01-01T10:00"})
    assert response.status_code == 422
    assert "Dat moment is voorbij" in tekst(response)
    assert 'value="2020-01-01T10:00"' in tekst(response)
    assert "Kies een dag en een uur" in tekst(bij_bert.post(at(uitgave, "plannen"), {}))


def test_a_missed_plan_says_so_and_offers_both_ways(bij_bert, uitgave, bert, klok):
    verzending = keur_goed(uitgave, bert)
    moment = clock.now() + datetime.timedelta(hours=1)
    verzenden.plan(verzending=verzending, moment=moment, door=bert)
    klok.shift(datetime.timedelta(hours=9))
    verzenden.start_geplande()
    screen = tekst(bij_bert.get(at(uitgave)))
    assert "moest vertrekken op 24/11/2026 11:00" in screen
    assert "Verstuur nu" in screen
    assert "Plan het vertrek" in screen


def test_steering_on_the_screen(bij_bert, uitgave, bert):
    verzending = zet_klaar(keur_goed(uitgave, bert), bert)
    assert "Er vertrekt niets tot iemand hervat" in doe(bij_bert, uitgave, "pauzeren")
    assert "in een andere staat" in doe(bij_bert, uitgave, "pauzeren")
    doe(bij_bert, uitgave, "hervatten")
    assert bij_bert.get(at(uitgave, "voortgang")).json()["totaal"] == 2
    assert "De vorige verzending is gestopt" in doe(bij_bert, uitgave, "annuleren")
    verzending.refresh_from_db()
    assert verzending.staat == VerzendStaat.GEANNULEERD


def test_who_did_not_get_it_by_name_and_that_is_logged(bij_bert, uitgave, bert):
    verzending = zet_klaar(keur_goed(uitgave, bert), bert)
    werk(
        Uitkomst(Afloop.ONZEKER, None, "De verbinding brak af."),
        Uitkomst(Afloop.GEWEIGERD, 550, "Bestaat niet."),
        size=1,
    )
    assert "met open vragen" in tekst(bij_bert.get(at(uitgave)))
    screen = tekst(bij_bert.get(at(uitgave, "wie-niet")))
    assert screen.index("Onzeker") < screen.index(LIEN) < screen.index(NORA)
    assert ModelLogEntry.objects.for_instance(verzending).filter(
        action="nieuwsbrief.verzending_ontvangers", user=bert
    )
    # Who decides about mails, finds the screens of the mail room.
    bert.groups.add(Group.objects.get(name="Postbeheer"))
    staat = f"?bericht={verzending.bericht_id}&amp;staat=onzeker"
    assert staat in tekst(bij_bert.get(at(uitgave, "wie-niet")))
    MemoryTransport.outbox.clear()
    asked = tekst(bij_bert.get(at(uitgave, "ontbrekenden")))
    assert "Mislukt: 1. Sindsdien ingeschreven: 0." in asked
    doe(bij_bert, uitgave, "ontbrekenden")
    werk()
    assert [mail for mail in MemoryTransport.outbox if b"List-Unsubscribe:" in mail] == [
        mail for mail in MemoryTransport.outbox if f"To: {NORA}".encode() in mail
    ]
    assert sum(f"To: {NORA}".encode() in mail for mail in MemoryTransport.outbox) == 1


def test_the_last_issues_are_drawn_with_a_table(bij_bert, uitgave, ann, bert, brief):
    for een in (uitgave, schrijf(ann, brief)):
        zet_klaar(keur_goed(een, bert), bert)
        werk()
    page = bij_bert.get(LIJST).content.decode()
    svg = page[
        page.index('<svg class="brief-tekening"') : page.index(
            "</svg>", page.index("brief-tekening")
        )
    ]
    assert svg.count("<rect") == 2
    assert "style=" not in svg


def test_the_list_takes_the_same_queries_for_many(bij_bert, uitgave, ann, bert, brief):
    bij_bert.get(LIJST)
    zet_klaar(keur_goed(uitgave, bert), bert)
    with CaptureQueriesContext(connection) as een:
        bij_bert.get(LIJST)
    for _ in range(5):
        zet_klaar(keur_goed(schrijf(ann, brief), bert), bert)
    with CaptureQueriesContext(connection) as veel:
        bij_bert.get(LIJST)
    assert len(veel) == len(een)


def test_the_screens_are_dutch(bij_bert, uitgave, bert):
    for stap in ("", "goedkeuren"):
        assert english_in(bij_bert.get(at(uitgave, stap))) == []
    keur_goed(uitgave, bert)
    for stap in ("", "versturen", "plannen", "annuleren"):
        assert english_in(bij_bert.get(at(uitgave, stap))) == []
    assert english_in(bij_bert.get(LIJST)) == []


def test_the_page_of_an_issue_leads_to_its_sending(bij_bert, uitgave, bert):
    bert.groups.add(Group.objects.get(name="Eindredacteurs"))
    response = bij_bert.get(f"/admin/pages/{uitgave.pk}/edit/")
    assert at(uitgave) in response.content.decode()
