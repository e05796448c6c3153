"""An issue goes from one colleague to another: who hears what by mail."""

import pytest
from django.contrib.auth.models import User
from wagtail.models import ModelLogEntry

from nieuwsbrief.models import NieuwsbriefInstellingen, Verzending
from nieuwsbrief.services import goedkeuren, verzenden
from nieuwsbrief.services.basis import NietMogelijk
from nieuwsbrief.staten import VerzendStaat
from post.models import Bericht, Levering
from tests.nieuwsbrief.conftest import tekst
from tests.nieuwsbrief.verzend import gebruiker, keur_goed, publiceer, schrijf

pytestmark = pytest.mark.django_db

LIJST = "/admin/nieuwsbrief/verzenden/"


@pytest.fixture
def ann(klok):
    return gebruiker("ann")


@pytest.fixture
def bert(klok):
    return gebruiker("bert")


@pytest.fixture
def uitgave(ann, brief):
    User.objects.filter(is_superuser=True).update(is_active=False)
    return schrijf(ann, brief)


def at(uitgave, stap=""):
    return f"{LIJST}{uitgave.pk}/{stap}/" if stap else f"{LIJST}{uitgave.pk}/"


def naar(soort):
    rows = Levering.objects.filter(bericht__soort=f"redactie/{soort}").order_by("adres")
    return list(rows.values_list("adres", flat=True))


def vraag(uitgave, ann):
    return goedkeuren.vraag_goedkeuring(page=uitgave, door=ann)


def test_who_may_approve_hears_that_somebody_asks(client, uitgave, ann, bert):
    gebruiker("cis", "Eindredacteurs")
    gebruiker("dirk")
    client.force_login(ann)
    asked = tekst(client.get(at(uitgave, "vragen")))
    assert "Een mail met de link gaat naar bert en dirk." in asked
    assert Bericht.objects.count() == 0
    client.post(at(uitgave, "vragen"))
    assert naar("gevraagd") == ["bert@example.org", "dirk@example.org"]
    mail = Bericht.objects.filter(soort="redactie/gevraagd").first()
    assert mail.onderwerp == f"ann vraagt je goedkeuring: {uitgave.onderwerp}"
    assert f"http://testserver{at(uitgave)}" in mail.tekst
    assert "Er vertrekt nog niets" in mail.tekst
    assert mail.antwoord_aan == ann.email
    client.post(at(uitgave, "vragen"))
    assert len(naar("gevraagd")) == 2


def test_nobody_to_ask_is_said_before_she_asks(client, uitgave, ann):
    client.force_login(ann)
    assert "Let op: nu krijgt niemand een mail." in tekst(client.get(at(uitgave, "vragen")))
    client.post(at(uitgave, "vragen"))
    assert naar("gevraagd") == []


def test_a_team_of_one_is_mailed_its_own_question(uitgave, ann):
    instellingen = NieuwsbriefInstellingen.load()
    instellingen.alleen_goedkeuren = True
    instellingen.save()
    vraag(uitgave, ann)
    assert naar("gevraagd") == [ann.email]


def test_who_wrote_it_is_not_asked_when_another_asks(uitgave, ann, bert):
    cis = gebruiker("cis")
    vraag(uitgave, cis)
    assert naar("gevraagd") == [bert.email]


def test_the_makers_hear_that_it_is_approved(uitgave, ann, bert):
    cis = gebruiker("cis")
    vraag(uitgave, cis)
    goedkeuren.keur_goed(page=uitgave, revisie_nr=uitgave.live_revision_id, door=bert)
    assert naar("goedgekeurd") == [ann.email, cis.email]
    assert "bert keurde" in Bericht.objects.filter(soort="redactie/goedgekeurd").first().tekst


def test_an_issue_goes_back_with_a_remark_and_can_be_asked_again(client, uitgave, ann, bert):
    vraag(uitgave, ann)
    client.force_login(bert)
    assert "Stuur terug met een opmerking" in tekst(client.get(at(uitgave)))
    empty = client.post(at(uitgave, "terugsturen"), {"opmerking": " "})
    assert empty.status_code == 422
    assert "Schrijf wat er nog moet gebeuren." in tekst(empty)
    assert Verzending.objects.get().staat == VerzendStaat.CONCEPT
    done = client.post(at(uitgave, "terugsturen"), {"opmerking": "De datum <b>klopt</b> niet."})
    assert done.status_code == 302
    assert naar("teruggestuurd") == [ann.email]
    mail = Bericht.objects.get(soort="redactie/teruggestuurd")
    assert "De datum <b>klopt</b> niet." in mail.tekst
    assert "<b>klopt" not in mail.html
    assert ModelLogEntry.objects.filter(action=verzenden.TERUG, user=bert).count() == 1
    client.force_login(ann)
    screen = tekst(client.get(at(uitgave)))
    assert "Een collega stuurde de brief terug." in screen
    assert "De datum &lt;b&gt;klopt&lt;/b&gt; niet." in screen
    assert "teruggestuurd" in tekst(client.get(LIJST))
    client.post(at(uitgave, "vragen"))
    assert "De datum" not in tekst(client.get(at(uitgave)))
    assert naar("gevraagd") == [bert.email] * 2


def test_only_a_colleague_sends_back_and_only_what_waits(client, uitgave, ann, bert):
    verzending = vraag(uitgave, ann)
    client.force_login(ann)
    assert "Stuur terug" not in tekst(client.get(at(uitgave)))
    client.post(at(uitgave, "terugsturen"), {"opmerking": "Toch niet."})
    verzending.refresh_from_db()
    assert verzending.staat == VerzendStaat.CONCEPT
    keur_goed(uitgave, bert)
    client.force_login(bert)
    client.post(at(uitgave, "terugsturen"), {"opmerking": "Te laat."})
    with pytest.raises(NietMogelijk):
        goedkeuren.stuur_terug(verzending=verzending, opmerking="Te laat.", door=bert)
    verzending.refresh_from_db()
    assert (verzending.staat, verzending.opmerking) == (VerzendStaat.GOEDGEKEURD, "")
    assert naar("teruggestuurd") == []


def test_nobody_hears_of_what_did_not_happen(uitgave, ann, bert):
    vraag(uitgave, ann)
    seen = uitgave.live_revision_id
    publiceer(uitgave, ann)
    with pytest.raises(NietMogelijk):
        goedkeuren.keur_goed(page=uitgave, revisie_nr=seen, door=bert)
    assert naar("goedgekeurd") == []
