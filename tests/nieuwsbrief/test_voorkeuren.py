"""One's own page: choose, change name and language, get one's data, ask a link again."""

import datetime
import json
from email import message_from_bytes, policy

import pytest

from core import clock
from core.public_forms import SEAL
from nieuwsbrief import links
from nieuwsbrief.forms import LinkForm, VoorkeurForm
from nieuwsbrief.models import Abonnee, Lijst, Toestemming, Uitschrijving
from nieuwsbrief.services import privacy, uitschrijven, voorkeuren
from nieuwsbrief.staten import Bron, Soort
from post import services as post
from post.engine.worker import Worker
from post.models import Levering, Onderdrukking
from post.transports.memory import MemoryTransport
from tests.markup import ask, assert_sound
from tests.nieuwsbrief.conftest import (
    LIEN,
    abonneer,
    laatste_mail,
    link_in,
    mails,
    seal,
    staten,
    tekst,
    vraag_aan,
)
from tests.nieuwsbrief.verzend import leveringen, verstuurd, werk, zet_klaar

pytestmark = pytest.mark.django_db

LINK = "/nieuwsbrief/link/"


@pytest.fixture
def lien(klok, brief):
    """Somebody on one list."""
    return abonneer(LIEN, brief)


@pytest.fixture
def pagina(lien):
    """Where she sees her choices."""
    return link_in(laatste_mail("welkom"))


def kies(client, pagina, *lijsten, **more):
    data = {
        SEAL: seal(VoorkeurForm.purpose),
        "lijsten": [lijst.pk for lijst in lijsten],
        "naam": "",
        "taal": "nl",
    }
    return client.post(pagina, {**data, **more})


def test_she_joins_and_leaves_a_list_and_changes_name_and_language(client, pagina, brief, ezine):
    page = tekst(client.get(pagina))
    assert LIEN in page
    assert page.count(" checked") == 2, "her list and her language"
    answer = kies(client, pagina, ezine, naam="  Lien   Voorbeeld ", taal="fr")
    assert answer.status_code == 302
    assert "We bewaarden je keuze" in tekst(client.get(answer["Location"]))
    assert staten() == {"netwerkgemeente": "weg", "e-zine": "actief"}
    lien = Abonnee.objects.get()
    assert (lien.naam, lien.taal) == ("Lien Voorbeeld", "fr")
    joined = Toestemming.objects.get(soort=Soort.GEKOZEN)
    assert (joined.bron, joined.lijst) == (Bron.VOORKEUREN, ezine)
    assert ezine.naam in joined.tekst
    assert Uitschrijving.objects.get().lijst == brief


def test_nothing_ticked_is_leaving_and_nothing_new_happens_the_second_time(client, pagina, brief):
    for _ in range(2):
        answer = kies(client, pagina)
        assert "Je bent uitgeschreven" in tekst(client.get(answer["Location"]))
    assert staten() == {"netwerkgemeente": "weg"}
    assert Toestemming.objects.filter(soort=Soort.INGETROKKEN).count() == 1


def test_the_same_choice_again_writes_nothing_down(client, pagina, brief):
    kies(client, pagina, brief)
    assert [event.soort for event in Toestemming.objects.all()] == ["gevraagd", "bevestigd"]


def test_she_keeps_a_list_that_nobody_can_join_any_more(client, pagina, brief, ezine):
    Lijst.objects.update(zichtbaar=False)
    page = tekst(client.get(pagina))
    assert brief.naam in page
    assert ezine.naam not in page
    assert kies(client, pagina, ezine).status_code == 422
    assert kies(client, pagina, brief).status_code == 302
    assert staten() == {"netwerkgemeente": "actief"}


def test_a_name_cannot_become_a_header_or_a_formula_of_the_mail(client, pagina, brief, ezine):
    kies(client, pagina, brief, naam="Lien\r\nBcc: kwaad@example.org <b>x</b> {{ 7 }}")
    voorkeuren.stuur_gegevens(uid=Abonnee.objects.get().uid)
    mail = laatste_mail("gegevens")
    assert "\nBcc:" not in mail.skelet.decode("latin-1").split("\n\n")[0]
    assert "<b>x</b>" not in mail.html


def test_her_data_come_by_mail_with_all_we_have(client, pagina, brief):
    answer = client.post(f"{pagina}gegevens/")
    assert "Je gegevens zijn onderweg" in tekst(client.get(answer["Location"]))
    mail = laatste_mail("gegevens")
    assert LIEN in mail.tekst
    assert "bevestigde met de knop na de mail" in mail.tekst
    message = message_from_bytes(bytes(mail.skelet), policy=policy.default)
    (part,) = [part for part in message.walk() if part.get_filename() == "mijn-gegevens.json"]
    data = json.loads(part.get_payload(decode=True))
    assert data["adres"] == LIEN
    assert [one["wat"] for one in data["geschiedenis"]] == ["gevraagd", "bevestigd"]
    assert brief.uitleg in data["geschiedenis"][0]["tekst"]
    # A get asks for nothing.
    assert client.get(f"{pagina}gegevens/").status_code == 302
    assert mails().count("gegevens") == 1


def test_all_that_we_keep_of_her_is_in_the_file(client, pagina, lien, brief, ezine):
    uitschrijven.vertrek(uid=lien.uid, lijst=brief.pk, bron=Bron.VOORKEUREN)
    post.suppress(LIEN, Onderdrukking.Reden.KLACHT)
    Toestemming.objects.create(
        abonnee=lien,
        lijst=ezine,
        soort=Soort.INGEVOERD,
        bron=Bron.INVOER,
        tekst="Ja, graag.",
        bewijs="map 3",
        gegeven_op=datetime.date(2025, 3, 4),
        op=clock.now(),
    )
    kept = privacy.find(LIEN)
    voorkeuren.stuur_gegevens(uid=lien.uid)
    mail = laatste_mail("gegevens")
    message = message_from_bytes(bytes(mail.skelet), policy=policy.default)
    (part,) = [part for part in message.walk() if part.get_filename() == "mijn-gegevens.json"]
    data = json.loads(part.get_payload(decode=True))
    names = {
        "abonnementen": "abonnementen",
        "toestemmingen": "geschiedenis",
        "uitschrijvingen": "uitgeschreven",
        "onderdrukkingen": "geen nieuwsbrieven meer",
        "ingevoerd": "ingevoerde bestanden",
        "mails": "mails",
    }
    assert {*names, "abonnees"} == set(kept)
    for key, name in names.items():
        assert len(data[name]) == len(kept[key]), key
    assert data["geschiedenis"][-1]["gegeven op"] == "2025-03-04"
    assert "toestemming van 4 maart 2025" in mail.tekst
    assert "sturen we geen nieuwsbrieven meer naar dit adres" in mail.tekst


def test_a_new_link_stops_the_old_one(client, pagina, lien):
    voorkeuren.stuur_link(abonnee=lien.pk, vernieuw=True)
    new = link_in(laatste_mail("link"))
    assert client.get(pagina).status_code == 404
    assert kies(client, pagina).status_code == 404
    assert client.get(new).status_code == 200
    assert staten() == {"netwerkgemeente": "actief"}


def test_a_form_from_another_site_is_refused(client, pagina, brief):
    for address in (pagina, f"{pagina}gegevens/", f"{pagina}wissen/"):
        answer = client.post(address, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403
    assert staten() == {"netwerkgemeente": "actief"}


def test_a_lost_link_is_mailed_and_the_answer_never_tells_who_is_known(client, klok, lien, brief):
    klok.shift(datetime.timedelta(hours=1))
    answers = {}
    for adres in (LIEN.upper(), "onbekend@example.org"):
        data = {SEAL: seal(LinkForm.purpose), "e_mail": adres}
        answers[adres] = client.post(LINK, data)
    known, unknown = answers.values()
    assert known.status_code == unknown.status_code == 200
    assert known.content == unknown.content
    assert mails() == ["bevestig", "welkom", "link"]
    assert mails("onbekend@example.org") == []
    assert "Mijn nieuwsbrief" in tekst(client.get(link_in(laatste_mail("link"))))


def test_who_did_not_confirm_yet_gets_the_button_again_and_no_link_to_choices(client, klok, brief):
    vraag_aan(client, brief)
    klok.shift(datetime.timedelta(minutes=30))
    client.post(LINK, {SEAL: seal(LinkForm.purpose), "e_mail": LIEN})
    assert mails() == ["bevestig", "bevestig"]


def test_who_left_gets_a_link_too(client, klok, lien, brief):
    uitschrijven.vertrek_overal(uid=lien.uid, bron=Bron.MAIL)
    klok.shift(datetime.timedelta(hours=1))
    client.post(LINK, {SEAL: seal(LinkForm.purpose), "e_mail": LIEN})
    address = link_in(laatste_mail("link"))
    kies(client, address, brief)
    assert staten() == {"netwerkgemeente": "actief"}
    assert not Uitschrijving.objects.exists()


def test_the_pages_are_sound_in_every_language(pagina, lien, brief):
    kies_leeg = f"{pagina}?gedaan=bewaard"
    assert_sound({adres: ask(adres) for adres in (pagina, kies_leeg, f"{pagina}wissen/", LINK)})


def test_no_page_of_a_person_is_kept_or_passed_on(client, pagina, lien, brief):
    for address in (pagina, f"{pagina}wissen/", "/nieuwsbrief/aanmelden/"):
        answer = client.get(address)
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]


def test_a_link_does_not_fill_a_mailbox_with_data(client, klok, pagina, lien):
    for _ in range(10):
        answer = client.post(pagina + "gegevens/", follow=True)
        assert answer.status_code == 200
        klok.shift(datetime.timedelta(minutes=2))
    assert mails().count("gegevens") == 3


@pytest.mark.parametrize("taken", [False, True])
def test_who_asks_for_a_new_link_while_an_issue_waits_finds_it_in_there(
    client, admin_client, goed, bert, taken
):
    """Also when a worker has her mail in hand already."""
    zet_klaar(goed, bert)
    worker = Worker(MemoryTransport(size=1))
    if taken:
        worker.round()
    wacht = Levering.objects.filter(bericht=goed.bericht, staat__in=["wacht", "genomen"])
    adres = wacht.latest("pk").adres
    abonnee = Abonnee.objects.van_adres(adres).get()
    old = links.voorkeuren_link(abonnee)
    admin_client.post(f"/admin/nieuwsbrief/abonnees/{abonnee.pk}/nieuwe-link/")
    worker.run(until_empty=True)
    werk()
    (mail,) = (een for een in verstuurd() if een["To"] == adres)
    body = mail.get_body(("plain",))
    assert body
    words = body.get_content()
    assert old not in words
    new = links.voorkeuren_link(Abonnee.objects.get(pk=abonnee.pk))
    assert new in words
    assert client.get(new.removeprefix("http://testserver")).status_code == 200
    assert set(leveringen(goed).values()) == {"verzonden"}
