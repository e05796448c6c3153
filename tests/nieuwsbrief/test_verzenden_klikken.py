"""Links of an issue that are counted: off by default, a number per link, and no open redirect."""

import re
from email import message_from_bytes, policy

import pytest
from wagtail.rich_text import RichText

from nieuwsbrief.models import Klik, NieuwsbriefInstellingen
from nieuwsbrief.services import klikken
from post.models import Bericht, Levering
from post.transports.memory import MemoryTransport
from tests.nieuwsbrief.conftest import LIEN, abonneer, tekst
from tests.nieuwsbrief.verzend import gebruiker, keur_goed, publiceer, schrijf, werk, zet_klaar

pytestmark = pytest.mark.django_db

ELDERS = "https://www.example.org/pagina?a=1&b=2"


@pytest.fixture
def bert(klok):
    return gebruiker("bert")


@pytest.fixture
def uitgave(bert, brief):
    abonneer(LIEN, brief)
    Levering.objects.all().delete()
    Bericht.objects.all().delete()
    MemoryTransport.outbox.clear()
    ann = gebruiker("ann")
    page = schrijf(ann, brief)
    link = ELDERS.replace("&", "&amp;")
    page.body = [("inleiding", RichText(f'<p>Zie <a href="{link}">daar</a>.</p>'))]
    return publiceer(page, ann)


def tel_klikken(aan: bool):
    instellingen = NieuwsbriefInstellingen.load()
    instellingen.klikken_tellen = aan
    instellingen.save()


def verzend(uitgave, bert):
    verzending = zet_klaar(keur_goed(uitgave, bert), bert)
    werk()
    mail = message_from_bytes(MemoryTransport.outbox[-1], policy=policy.default)
    return verzending, mail.get_body(["html"]).get_content(), mail.get_body(["plain"]).get_content()


def test_off_by_default(uitgave, bert):
    _, html, _ = verzend(uitgave, bert)
    assert ELDERS.replace("&", "&amp;") in html
    assert "/nieuwsbrief/naar/" not in html
    assert not Klik.objects.exists()


def test_a_number_per_link_and_nothing_about_people(uitgave, bert, client):
    tel_klikken(True)
    verzending, html, plain = verzend(uitgave, bert)
    assert ELDERS not in html.replace("&amp;", "&")
    # Who reads the text sees where a link leads, and is not counted.
    assert ELDERS in plain
    # Personal links never lead past the counter, and there is no pixel.
    assert re.search(r'href="http://testserver/nieuwsbrief/uitschrijven/[^"]+"', html)
    assert "<img" not in html or "/naar/" not in "".join(re.findall(r"<img[^>]*>", html))
    klik = Klik.objects.get(verzending=verzending, adres=ELDERS)
    address = f"/nieuwsbrief/naar/{verzending.pk}/{klik.nummer}/"
    assert f"http://testserver{address}" in html
    for _ in range(3):
        response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, ELDERS)
    assert not response.cookies
    assert response["Referrer-Policy"] == "no-referrer"
    client.head(address)
    klik.refresh_from_db()
    assert klik.aantal == 3
    client.force_login(bert)
    screen = tekst(client.get(f"/admin/nieuwsbrief/verzenden/{uitgave.pk}/"))
    assert "Geopende links" in screen


def test_only_links_of_that_issue(uitgave, bert, client):
    tel_klikken(True)
    verzending, _, _ = verzend(uitgave, bert)
    base = f"/nieuwsbrief/naar/{verzending.pk}"
    for address in (
        f"{base}/999/",
        f"{base}/0/",
        f"/nieuwsbrief/naar/{verzending.pk + 1}/1/",
        f"{base}/{'9' * 30}/",
        f"/nieuwsbrief/naar/{'9' * 30}/1/",
    ):
        assert client.get(address).status_code == 404, address
    response = client.get(f"{base}/1/?naar=https://kwaad.example.org")
    assert response["Location"] == Klik.objects.get(verzending=verzending, nummer=1).adres
    assert client.post(f"{base}/1/").status_code == 405


def links_to(*adressen):
    return [
        ("inleiding", RichText("".join(f'<p><a href="{een}">{een}</a></p>' for een in adressen)))
    ]


def counted(verzending):
    return set(
        verzending.klikken.filter(adres__contains="example.org").values_list("adres", flat=True)
    )


def test_a_personal_link_is_never_counted(uitgave, bert):
    verzending = keur_goed(uitgave, bert)
    uitgave.body = links_to("https://www.example.org/?wie=⟦naam⟧", ELDERS.replace("&", "&amp;"))
    html = klikken.freeze_met_teller(verzending, uitgave).html
    assert 'href="https://www.example.org/?wie=⟦naam⟧"' in html
    assert counted(verzending) == {ELDERS}


def test_beyond_so_many_links_the_rest_is_not_counted(uitgave, bert, monkeypatch):
    verzending = keur_goed(uitgave, bert)
    one, other = "https://een.example.org/", "https://twee.example.org/"
    uitgave.body = links_to(one, other, one)
    html = klikken.freeze_met_teller(verzending, uitgave).html
    assert counted(verzending) == {one, other}
    before = Klik.objects.get(verzending=verzending, adres=one).nummer
    monkeypatch.setattr(klikken, "MAX_LINKS", before)
    html = klikken.freeze_met_teller(verzending, uitgave).html
    assert counted(verzending) == {one}
    assert f'href="{other}"' in html
    assert html.count(f'href="{klikken.link(verzending.pk, before)}"') == 2
