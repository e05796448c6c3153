"""An issue as mail, text, preview and archive."""

import datetime
import re
from email import message_from_bytes, policy

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.rich_text import RichText

from core.models import Termijn
from home.models import ArtikelPage
from nieuwsbrief.brief import render, voorbeeld
from nieuwsbrief.links import uitschrijf_link, voorkeuren_link
from nieuwsbrief.models import Abonnee, NieuwsbriefPage
from post.mime import Skelet, fill_html, fill_text
from post.models import Levering
from post.transports.memory import MemoryTransport
from tests.factories import (
    AfbeeldingFactory,
    ArtikelPageFactory,
    NieuwsbriefPageFactory,
    SessieFactory,
    TermijnFactory,
    VraagPageFactory,
)
from tests.markup import ask
from tests.nieuwsbrief.conftest import LIEN, abonneer, laatste_mail, staten, vraag_aan
from tests.nieuwsbrief.verzend import gebruiker, keur_goed, schrijf, werk, zet_klaar
from trajecten.models import VraagPage
from vorming.models import VormingPage

pytestmark = pytest.mark.django_db


def ander(pagina, **meer):
    return {"pagina": pagina, "titel": "", "tekst": "", **meer}


def vol_blad() -> list:
    """Return the body of an issue with every block, from pages of the launch."""
    artikel, praktijk = ArtikelPage.objects.filter(locale__language_code="nl", live=True)[:2]
    vorming = VormingPage.objects.filter(locale__language_code="nl", live=True)[0]
    vraag = VraagPage.objects.filter(locale__language_code="nl", live=True)[0]
    praktijk.deelbeeld = AfbeeldingFactory()
    praktijk.save()
    tekst = (
        f'<p>Dag <b>allemaal</b>. Lees <a linktype="page" id="{artikel.pk}">dit stuk</a> of '
        '<a href="https://www.example.org/a?b=1&amp;c=2">dit rapport</a>.</p><ul><li>Een</li></ul>'
    )
    return [
        ("inleiding", RichText(tekst)),
        ("kop", "In de kijker"),
        ("artikel", ander(artikel, tekst="Eigen woorden van de redactie.", beeld=True)),
        ("vorming", ander(vorming)),
        ("termijn", {"termijn": Termijn.objects.filter(locale__language_code="nl", live=True)[0]}),
        ("vraag", ander(vraag)),
        ("praktijk", ander(praktijk, beeld=True)),
        ("nieuw", {"titel": "Nieuw", "paginas": [{"pagina": artikel, "wat": "Nu met cijfers."}]}),
        (
            "partner",
            {
                "partner": "Voorbeeldpartner",
                "titel": "Een oproep",
                "tekst": RichText("<p>Doe mee.</p>"),
                "pagina": None,
                "adres": "https://partner.example.org/",
            },
        ),
        ("citaat", {"tekst": "We zijn begonnen.", "wie": "Voorbeeldpersoon", "rol": "regisseur"}),
        ("knop", {"tekst": "Schrijf je in", "pagina": vorming, "adres": ""}),
        ("streep", None),
    ]


@pytest.fixture
def vol(klok, at_launch) -> NieuwsbriefPage:
    """A published issue with every block."""
    page = NieuwsbriefPageFactory(title="Voorbeeldbrief", body=vol_blad())
    return NieuwsbriefPage.objects.get(pk=page.pk)


def soup(html):
    return BeautifulSoup(html, "html.parser")


def words(html):
    return " ".join(soup(html).get_text(" ").split())


# --- The mail ----------------------------------------------------------------------------


def test_mail_text_and_page_say_the_same(vol):
    mail = render.mail_van(vol)
    page = ask(vol.get_url()).visible_text()
    for what in [
        "Dag allemaal",
        "Een",
        "In de kijker",
        "Eigen woorden van de redactie.",
        "Vraag van de helpdesk",
        "Praktijk in de kijker",
        "Nu met cijfers.",
        "Nieuws van Voorbeeldpartner",
        "Een oproep",
        "We zijn begonnen.",
        "Voorbeeldpersoon, regisseur",
        "november – december 2026",
    ]:
        for form in (words(mail.html), " ".join(mail.tekst.split()), page):
            assert what in form, what
    for part in vol.onderdelen:
        if part.url:
            assert f"{part.linktekst}:\n{part.url}" in mail.tekst
            assert soup(mail.html).find("a", href=part.url)


def test_every_address_in_a_mail_is_whole(vol):
    mail = render.mail_van(vol)
    found = [link["href"] for link in soup(mail.html).find_all("a")]
    found += [image["src"] for image in soup(mail.html).find_all("img")]
    assert len(found) > 15
    for address in found:
        assert re.match(r"https?://[^/]+/|⟦[a-z]+⟧$", address), address
    assert "https://www.example.org/a?b=1&c=2" in found
    assert not re.search(r"\(/|\s/[a-z]+/", mail.tekst)


def test_a_mail_has_its_language_and_reads_without_pictures(vol):
    html = soup(render.mail_van(vol).html)
    assert html.html["lang"] == "nl-BE"
    assert html.find("title").get_text() == vol.title
    images = html.find_all("img")
    assert images
    for image in images:
        assert image.has_attr("alt")
        assert int(image["width"]) <= 552
    for link in html.find_all("a"):
        assert link.get_text(strip=True)


def test_a_picture_says_what_it_shows(klok, at_launch):
    image = AfbeeldingFactory(description="Vier mensen aan tafel", decoratief=False)
    block = NieuwsbriefPage._meta.get_field("body").stream_block.child_blocks["afbeelding"]
    value = block.to_python(
        {
            "afbeelding": {"image": image.pk, "alt_text": "Een volle zaal", "decorative": False},
            "bijschrift": "De startdag",
        }
    )
    page = NieuwsbriefPageFactory(body=[("afbeelding", value)])
    mail = render.mail_van(page)
    assert soup(mail.html).find("img")["alt"] == "Een volle zaal"
    assert "[Een volle zaal]\nDe startdag" in mail.tekst


def test_a_course_tells_where_there_is_a_place(klok, at_launch):
    vorming = VormingPage.objects.filter(locale__language_code="nl", live=True)[0]
    SessieFactory(vorming=vorming, capaciteit=9, gemeente="Mechelen")
    SessieFactory(vorming=vorming, staat="geannuleerd", gemeente="Gent")
    page = NieuwsbriefPageFactory(body=[("vorming", ander(vorming))])
    text = render.mail_van(page).tekst
    assert re.search(r"\w+dag \d+ \w+ \d{4}, Mechelen: nog 9 plaatsen", text)
    assert "Gent" not in text


def test_a_deadline_is_a_date_and_never_a_number_of_days(klok, at_launch):
    termijn = TermijnFactory(naam="Nota indienen", dag=1, maand=4, jaar=2027)
    page = NieuwsbriefPageFactory(body=[("termijn", {"termijn": termijn})])
    text = render.mail_van(page).tekst
    assert "tot en met donderdag 1 april 2027" in text
    assert "nog " not in text.lower().split("--")[0]


def test_a_withdrawn_page_and_a_withdrawn_deadline_are_left_out(klok, at_launch):
    page = NieuwsbriefPageFactory(body=vol_blad())
    artikel = ArtikelPage.objects.get(pk=page.body[2].value["pagina"].pk)
    artikel.unpublish()
    page.body[4].value["termijn"].unpublish()
    mail = render.mail_van(NieuwsbriefPage.objects.get(pk=page.pk))
    assert "Eigen woorden van de redactie." not in mail.tekst
    assert f"Lees verder: {artikel.title}" not in mail.html
    assert page.body[4].value["termijn"].naam not in mail.tekst
    assert "Schrijf je in" in mail.tekst


def test_a_frozen_issue_holds_every_value_of_its_reader_and_nothing_open(vol, brief):
    frozen = render.freeze_page(vol)
    lien = abonneer(LIEN, brief)
    Abonnee.objects.filter(pk=lien.pk).update(naam="Lien\r\nBcc: x@example.org <b>")
    lien.refresh_from_db()
    with CaptureQueriesContext(connection) as queries:
        values = render.values_of(lien, vol, brief)
    assert len(queries) == 0
    assert Skelet(frozen.skelet).names <= set(values)
    html, text = fill_html(frozen.html, values), fill_text(frozen.tekst, values)
    for form in (html, text):
        assert "⟦" not in form
        assert voorkeuren_link(lien) in form
        assert uitschrijf_link(lien, brief.pk) in form
        assert brief.naam in form
    assert "Dag Lien Bcc: x@example.org &lt;b&gt;," in html
    assert "Dag Lien Bcc: x@example.org <b>,\n" in text
    assert frozen.onderwerp == vol.onderwerp


def test_the_headers_let_a_reader_leave_with_one_click(vol, brief):
    headers = render.headers_of(vol, brief)
    assert headers["List-Unsubscribe"] == "<⟦uitschrijven⟧>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Id"] == brief.list_id_kop
    assert headers["List-Archive"] == "<http://testserver/nieuwsbrief/>"
    assert headers["List-Help"] == "<http://testserver/nieuwsbrief/link/>"
    lien = abonneer(LIEN, brief)
    mine = render.values_of(lien, vol, brief)
    assert render.headers_of(vol)["List-Id"] == "⟦list_id⟧"
    assert mine["list_id"] == brief.list_id_kop


def test_the_mail_that_leaves_holds_every_header_and_each_leads_somewhere(klok, client, brief):
    MemoryTransport.outbox.clear()
    abonneer(LIEN, brief)
    Levering.objects.all().delete()
    bert = gebruiker("bert")
    page = schrijf(gebruiker("ann"), brief)
    zet_klaar(keur_goed(page, bert), bert)
    werk()
    mail = message_from_bytes(MemoryTransport.outbox[-1], policy=policy.default)
    assert mail["To"] == LIEN
    assert mail["Precedence"] == "bulk"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == brief.list_id_kop
    (leave,) = re.fullmatch(
        "<http://testserver(/nieuwsbrief/uitschrijven/.+)>", mail["List-Unsubscribe"]
    ).groups()
    for header in ("List-Archive", "List-Help"):
        address = re.fullmatch("<http://testserver(.+)>", mail[header])[1]
        assert client.get(address).status_code == 200, header
    answer = client.post(leave, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.content) == (200, b"OK\n")
    assert staten() == {"netwerkgemeente": "weg"}


def test_html_and_text_lead_to_the_web_version(klok, client, brief):
    page = schrijf(gebruiker("ann"), brief)
    mail = render.mail_van(page)
    link = soup(mail.html).find("a", string="Lees de brief op de site")
    assert link["href"] == page.full_url
    assert page.full_url in mail.tekst
    shown = client.get(page.get_url())
    assert shown.status_code == 200
    assert "Er is nieuws." in shown.content.decode()


def test_a_relative_image_in_rich_text_gets_a_whole_address(klok, at_launch):
    afbeelding = AfbeeldingFactory()
    body = [
        (
            "inleiding",
            RichText(
                '<p>Kijk:</p><img src="/media/oud.png" srcset="/media/groot.png 2x" alt="Oud">'
                '<img alt="Zonder adres"><img src="https://elders.example.org/a.png" alt="Elders">'
                f'<embed embedtype="image" id="{afbeelding.pk}" format="fullwidth" alt="Nieuw"/>'
            ),
        )
    ]
    mail = render.mail_van(NieuwsbriefPageFactory(body=body))
    images = {one["alt"]: one for one in soup(mail.html).find_all("img")}
    assert sorted(images) == ["Elders", "Nieuw", "Oud"]
    assert images["Oud"]["src"] == "http://testserver/media/oud.png"
    assert images["Elders"]["src"] == "https://elders.example.org/a.png"
    assert images["Nieuw"]["src"].startswith("http://testserver/media/")
    assert not soup(mail.html).select("[srcset]")


def test_a_freeze_takes_few_queries_however_many_pages_it_shows(klok, at_launch):
    def queries(number):
        pages = [ArtikelPageFactory(deelbeeld=AfbeeldingFactory()) for _ in range(number)]
        body = [("artikel", ander(one, beeld=True)) for one in pages]
        key = NieuwsbriefPageFactory(body=body).pk
        render.freeze_page(NieuwsbriefPage.objects.get(pk=key))
        page = NieuwsbriefPage.objects.get(pk=key)
        with CaptureQueriesContext(connection) as found:
            render.freeze_page(page)
        return len(found)

    assert queries(20) == queries(2) <= 12


def test_what_no_xml_can_hold_does_not_stop_a_mail(klok, at_launch):
    page = NieuwsbriefPageFactory(
        onderwerp="Nieuws \x0b & <b>meer</b>",
        body=[("citaat", {"tekst": "a \x01\x0b < b & c </mj-text> ]]>", "wie": "W", "rol": ""})],
    )
    mail = render.mail_van(page)
    assert "&lt;/mj-text&gt;" in mail.html
    assert "< b & c </mj-text> ]]>" in mail.tekst


# --- What an editor sees -------------------------------------------------------------------


@pytest.mark.parametrize("mode", sorted(voorbeeld.MAIL_MODES))
def test_a_preview_of_the_mail_can_do_nothing(vol, mode, editor_client):
    vol.save_revision()
    address = reverse("wagtailadmin_pages:view_draft", args=[vol.pk])
    answer = editor_client.get(f"{address}?mode={mode}")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert "allow-scripts" not in policy
    page = answer.content.decode()
    assert "Eigen woorden van de redactie." in page
    assert "⟦" not in page


def test_the_previews_differ_in_what_they_show(vol, editor_client):
    address = reverse("wagtailadmin_pages:view_draft", args=[vol.pk])
    pages = {
        mode: editor_client.get(f"{address}?mode={mode}").content.decode()
        for mode, _name in voorbeeld.MODES
    }
    assert len(set(pages.values())) == len(voorbeeld.MODES)
    assert "prefers-color-scheme" not in pages[voorbeeld.DONKER]
    assert "@media all" in pages[voorbeeld.DONKER]
    assert "max-width: 320px" in pages[voorbeeld.SMAL]
    assert 'src="' in pages[voorbeeld.BREED]
    assert 'src="' not in pages[voorbeeld.ZONDER_BEELD]
    assert "<pre>" in pages[voorbeeld.TEKST]
    assert 'class="omvat paginakop"' in pages[voorbeeld.PAGINA]


def test_a_preview_of_an_issue_without_anything_is_no_error(klok, at_launch, editor_client):
    page = NieuwsbriefPageFactory(body=[], live=False)
    NieuwsbriefPage.objects.filter(pk=page.pk).update(
        onderwerp="", nummer=None, eerste_maand=None, preheader=""
    )
    address = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
    for mode, _name in voorbeeld.MODES:
        assert editor_client.get(f"{address}?mode={mode}").status_code == 200, mode


# --- The archive ---------------------------------------------------------------------------


def test_the_archive_shows_published_issues_by_year(klok, at_launch):
    oud = NieuwsbriefPageFactory(nummer=3, eerste_maand=datetime.date(2025, 11, 1), title="Oud")
    nieuw = NieuwsbriefPageFactory(nummer=9, eerste_maand=datetime.date(2026, 9, 1), title="Nieuw")
    NieuwsbriefPageFactory(nummer=10, title="Nog niet", live=False)
    page = ask("/nieuwsbrief/").soup.select_one("#archief")
    assert [one.get_text() for one in page.select("h3")] == ["2026", "2025"]
    assert [one["href"] for one in page.select("h4 a")] == [nieuw.get_url(), oud.get_url()]
    feed = ask("/nieuwsbrief/feed/").response
    assert feed["Content-Type"].startswith("application/atom+xml")
    text = feed.content.decode()
    assert text.index("Nieuw</title>") < text.index("Oud</title>")
    assert "Nog niet" not in text


def test_without_issues_there_is_no_archive(at_launch):
    assert ask("/nieuwsbrief/").soup.select_one("#archief") is None
    assert ask("/nieuwsbrief/feed/").response.status_code == 200


def test_an_issue_goes_by_whole_months_and_a_number_of_its_own(klok, at_launch):
    page = NieuwsbriefPageFactory(nummer=4, eerste_maand=datetime.date(2026, 12, 17))
    assert page.eerste_maand == datetime.date(2026, 12, 1)
    assert page.maanden == "december 2026 – januari 2027"
    with pytest.raises(Exception, match="Er is al een brief met dit nummer"):
        NieuwsbriefPageFactory(nummer=4)


def test_who_is_welcomed_can_read_the_last_issue(klok, client, brief, ezine):
    page = NieuwsbriefPageFactory(lijsten=[brief], nummer=5)
    NieuwsbriefPageFactory(lijsten=[ezine], nummer=6, eerste_maand=datetime.date(2027, 1, 1))
    NieuwsbriefPageFactory(lijsten=[brief], nummer=7, live=False)
    vraag_aan(client, brief)
    abonneer(LIEN, brief)
    mail = laatste_mail("welkom")
    assert f"Lees alvast de laatste brief:\nhttp://testserver{page.get_url()}" in mail.tekst
    abonneer("ander@example.org", ezine, taal="fr")
    assert "http://testserver/nieuwsbrief/" in laatste_mail("welkom").tekst


def test_a_question_of_the_helpdesk_comes_with_its_answer(klok, at_launch):
    vraag = VraagPageFactory(title="Mag dat?", samenvatting="Ja, dat mag.")
    page = NieuwsbriefPageFactory(body=[("vraag", ander(vraag))])
    text = render.mail_van(page).tekst
    assert "Vraag van de helpdesk\n* Mag dat?\nJa, dat mag.\nLees het antwoord:\n" in text
