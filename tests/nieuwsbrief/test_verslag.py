"""The report of an issue: the numbers that an editor reads, and the drawing of the last ones."""

import json
from base64 import b64encode

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from wagtail.models import Locale

from nieuwsbrief.beheer import verzonden
from nieuwsbrief.models import Abonnee, Klik, NieuwsbriefInstellingen, Verzending
from nieuwsbrief.services import uitschrijven, verzenden, volgen
from nieuwsbrief.staten import Bron
from post import services as post
from post.engine.outcome import Afloop, Uitkomst
from post.engine.worker import Worker
from post.models import Bericht, Levering, Onderdrukking
from post.transports.memory import MemoryTransport
from tests.nieuwsbrief.conftest import LIEN, abonneer, staten
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

LIJST = "/admin/nieuwsbrief/verzenden/"
MARK, NORA = "mark@example.org", "nora@example.org"
GEHEIM = "melder:geheim"


@pytest.fixture
def ann(klok):
    return gebruiker("ann")


@pytest.fixture
def bert(klok):
    return gebruiker("bert")


@pytest.fixture
def bij_bert(client, bert):
    client.force_login(bert)
    return client


@pytest.fixture
def lezers(klok, brief):
    for adres in (LIEN, MARK, NORA):
        abonneer(adres, brief)
    Levering.objects.all().delete()
    Bericht.objects.all().delete()


@pytest.fixture
def provider(settings):
    """A site that sends by way of a provider that reports."""
    settings.ROOT_URLCONF = "tests.post.urls"
    settings.ANYMAIL = {"WEBHOOK_SECRET": GEHEIM}


HARD = {"Type": "HardBounce", "TypeCode": 1, "Details": "550 user unknown"}
GEWEIGERD = {"Type": "Blocked", "TypeCode": 100006, "Details": "554 blocked by the receiver"}


def meld(client, levering, *, soort=HARD, nummer=1):
    """Report, as a provider does, that a mail came back."""
    bericht = {
        "RecordType": "Bounce",
        "ID": nummer,
        "MessageID": f"provider-{levering.pk}",
        "Email": levering.adres,
        "BouncedAt": "2026-11-24T10:00:00Z",
        "Metadata": {"levering": str(levering.pk)},
        **soort,
    }
    response = client.post(
        "/post/meldingen/postmark/tracking/",
        json.dumps(bericht),
        content_type="application/json",
        headers={"authorization": "Basic " + b64encode(GEHEIM.encode()).decode()},
    )
    assert response.status_code == 200


def soep(client, adres):
    return BeautifulSoup(client.get(adres).content, "html.parser")


def verslag(client, uitgave):
    """Return the report on the screen of an issue: words and number."""
    kop = soep(client, f"{LIJST}{uitgave.pk}/").find("h2", string="Verslag")
    return {een.dt.get_text(): een.dd.get_text() for een in kop.find_next("dl").find_all("div")}


def rij_in_lijst(client, uitgave):
    """Return the numbers behind an issue in the list of all of them."""
    link = soep(client, LIJST).find("a", href=f"{LIJST}{uitgave.pk}/")
    return [cel.get_text() for cel in link.find_parent("tr").find_all("td")[3:]]


def test_the_numbers_of_a_run(bij_bert, ann, bert, brief, lezers):
    for adres in ("vier@example.org", "vijf@example.org", "zes@example.org"):
        abonneer(adres, brief)
    Levering.objects.all().delete()
    uitgave = schrijf(ann, brief)
    zet_klaar(keur_goed(uitgave, bert), bert)
    weg = Abonnee.objects.van_adres("zes@example.org").get()
    uitschrijven.vertrek(uid=weg.uid, lijst=brief.pk, bron=Bron.MAIL)
    werk(
        Uitkomst(Afloop.GEWEIGERD, 552, "vol"),
        Uitkomst(Afloop.ONZEKER, None, "De verbinding brak af."),
        size=1,
    )
    assert verslag(bij_bert, uitgave) == {
        "Mensen op deze lijsten bij het begin": "6",
        "Verzonden": "3",
        "Mislukt": "1",
        "Onzeker": "1",
        "Overgeslagen": "1",
        "Teruggestuurd door de mailbox": "0",
        "Uitgeschreven via deze brief": "0",
    }
    assert rij_in_lijst(bij_bert, uitgave) == ["3", "1", "1", "0", "0"]


def test_a_bounce_reported_by_a_provider_reaches_the_report(
    bij_bert, client, ann, bert, brief, lezers, provider
):
    uitgave = schrijf(ann, brief)
    verzending = zet_klaar(keur_goed(uitgave, bert), bert)
    werk()
    assert verslag(bij_bert, uitgave)["Teruggestuurd door de mailbox"] == "0"
    hard = Levering.objects.get(bericht=verzending.bericht, adres=LIEN)
    geweigerd = Levering.objects.get(bericht=verzending.bericht, adres=MARK)
    for _twice in range(2):
        meld(client, hard, nummer=1)
    # A second report about the same mail is not a second mail.
    meld(client, hard, nummer=2)
    meld(client, geweigerd, nummer=3, soort=GEWEIGERD)
    call_command("tick")
    assert leveringen(verzending) == {LIEN: "mislukt", MARK: "mislukt", NORA: "verzonden"}
    gezien = verslag(bij_bert, uitgave)
    assert gezien["Teruggestuurd door de mailbox"] == "2"
    assert (gezien["Verzonden"], gezien["Mislukt"]) == ("1", "2")
    assert rij_in_lijst(bij_bert, uitgave) == ["1", "2", "0", "2", "0"]
    assert staten(LIEN) == {"netwerkgemeente": "onbestelbaar"}
    assert staten(MARK) == {"netwerkgemeente": "actief"}


def test_what_came_back_stays_counted_when_the_mail_room_forgets(
    bij_bert, client, ann, bert, brief, lezers, provider
):
    uitgave = schrijf(ann, brief)
    verzending = zet_klaar(keur_goed(uitgave, bert), bert)
    werk()
    meld(client, Levering.objects.get(bericht=verzending.bericht, adres=LIEN))
    volgen.volg()
    Verzending.objects.get().bericht.leveringen.get(adres=LIEN).gebeurtenissen.all().delete()
    volgen.volg()
    assert verslag(bij_bert, uitgave)["Teruggestuurd door de mailbox"] == "1"


def test_clicks_stand_beside_their_link(bij_bert, client, ann, bert, brief, lezers):
    instellingen = NieuwsbriefInstellingen.load()
    instellingen.klikken_tellen = True
    instellingen.save()
    uitgave = schrijf(ann, brief)
    uitgave.body = [
        {
            "type": "inleiding",
            "value": '<p><a href="https://example.org/een">Een</a> '
            '<a href="https://example.org/twee">Twee</a></p>',
        }
    ]
    uitgave = publiceer(uitgave, ann)
    verzending = zet_klaar(keur_goed(uitgave, bert), bert)
    werk()
    for adres, keer in (("https://example.org/een", 1), ("https://example.org/twee", 3)):
        klik = Klik.objects.get(verzending=verzending, adres=adres)
        for _ in range(keer):
            client.get(f"/nieuwsbrief/naar/{verzending.pk}/{klik.nummer}/")
    tabel = soep(bij_bert, f"{LIJST}{uitgave.pk}/").find(attrs={"aria-label": "Geopende links"})
    rijen = [
        tuple(cel.get_text() for cel in rij.find_all("td")) for rij in tabel.select("tbody tr")
    ]
    assert rijen[:2] == [("https://example.org/twee", "3"), ("https://example.org/een", "1")]
    assert {getal for _adres, getal in rijen[2:]} <= {"0"}


def test_a_run_that_was_stopped_and_sent_again_counts_once_and_whole(
    bij_bert, ann, bert, brief, lezers
):
    uitgave = schrijf(ann, brief)
    verzending = zet_klaar(keur_goed(uitgave, bert), bert)
    worker = Worker(MemoryTransport(size=1))
    worker.round()
    worker._finish()
    verzenden.annuleer(verzending=verzending, door=bert)
    post.clear_cancelled()
    assert rij_in_lijst(bij_bert, uitgave) == ["1", "0", "0", "0", "0"]
    nieuw = keur_goed(uitgave, bert)
    assert rij_in_lijst(bij_bert, uitgave) == ["1", "0", "0", "0", "0"]
    # Who has it already, is not among those who would get it.
    asked = soep(bij_bert, f"{LIJST}{uitgave.pk}/versturen/")
    assert asked.find("dt", string="Krijgt de brief").find_next("strong").get_text() == "2"
    assert "Wie deze brief al kreeg of nog krijgt, telt niet mee." in asked.get_text()
    zet_klaar(nieuw, bert)
    werk(Uitkomst(Afloop.GEWEIGERD, 552, "vol"), size=1)
    assert rij_in_lijst(bij_bert, uitgave) == ["2", "1", "0", "0", "0"]


def test_the_numbers_before_and_after_a_translation(bij_bert, ann, bert, brief, lezers):
    Abonnee.objects.filter(adres_norm=LIEN).update(taal="fr")
    uitgave = schrijf(ann, brief)
    fr = uitgave.copy_for_translation(Locale.objects.get(language_code="fr"), copy_parents=True)
    fr.onderwerp = "Nouvelles"
    fr = publiceer(fr, ann)
    verzending = keur_goed(fr, bert)
    for scherm in ("", "versturen/"):
        asked = soep(bij_bert, f"{LIJST}{fr.pk}/{scherm}")
        told = asked.find("dt", string="Krijgt de brief").find_next("dd").get_text()
        assert told == "1 mens, elk een keer"
        assert "Een vertaling gaat alleen naar wie die taal koos." in asked.get_text()
    zet_klaar(verzending, bert)
    werk(Uitkomst(Afloop.GEWEIGERD, 552, "552 vol"))

    def ontbreekt(brief):
        return soep(bij_bert, f"{LIJST}{brief.pk}/ontbrekenden/").get_text()

    assert "Mislukt: 1. Sindsdien ingeschreven: 0." in ontbreekt(fr)
    # The Dutch issue goes to everybody else, and to who did not get the French one.
    zet_klaar(keur_goed(uitgave, bert), bert)
    werk()
    assert "Mislukt: 0. Sindsdien ingeschreven: 0." in ontbreekt(fr)
    for adres in ("later@example.org", "mag-niet@example.org", "gaat-niet@example.org"):
        abonneer(adres, brief)
    post.suppress("mag-niet@example.org", Onderdrukking.Reden.GEWIST)
    Abonnee.objects.filter(adres="gaat-niet@example.org").update(adres="geen adres")
    assert "Mislukt: 0. Sindsdien ingeschreven: 1." in ontbreekt(uitgave)
    assert "Mislukt: 0. Sindsdien ingeschreven: 0." in ontbreekt(fr)


def test_the_bars_of_the_drawing_are_as_high_as_their_numbers(bij_bert, ann, bert, brief, lezers):
    for nummer, aantal in ((901, 1), (902, 3), (903, 2)):
        uitgave = schrijf(ann, brief, nummer=nummer)
        zet_klaar(keur_goed(uitgave, bert), bert)
        weigert = [Uitkomst(Afloop.GEWEIGERD, 552, "vol")] * (3 - aantal)
        werk(*weigert, size=1)
    svg = soep(bij_bert, LIJST).find("svg", class_="brief-tekening")
    balken = [(int(een["x"]), int(een["y"]), int(een["height"])) for een in svg.find_all("rect")]
    hoog = verzonden.HOOGTE
    # The oldest on the left; the highest fills the drawing, and all of them stand on the line.
    assert [hoogte for _x, _y, hoogte in balken] == [round(hoog / 3), hoog, round(hoog * 2 / 3)]
    assert {y + hoogte for _x, y, hoogte in balken} == {verzonden.BOVEN + hoog}
    assert [x for x, _y, _hoogte in balken] == sorted({x for x, _y, _hoogte in balken})
    assert [een.get_text() for een in svg.find_all("text")] == [
        *("1", "nr. 901"),
        *("3", "nr. 902"),
        *("2", "nr. 903"),
    ]
