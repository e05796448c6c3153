"""The dossier: a whole trajectory on paper, as a page and as a PDF."""

import io
import threading

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from wagtail.models import PageViewRestriction

from core import pdf
from tests.factories import (
    BronFactory,
    StapPageFactory,
    TermijnFactory,
    TrajectPageFactory,
)
from tests.markup import ask, faults
from tests.test_page_states import full_body
from trajecten.dossier import content
from trajecten.dossier.markup import nodes_of
from trajecten.models import StapPage, TrajectPage

pytestmark = pytest.mark.django_db

OVERVIEW = "/trajecten/opstarttraject/"
STEP = f"{OVERVIEW}verken-de-mogelijkheden/"


def first_names(count=2):
    boxes = ask(STEP).soup.select(".afvinklijst input")
    return [box["value"] for box in boxes[:count]]


def printed(client, address):
    """Return a PDF of the site, and its text with single spaces."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def actions(*texts):
    return (
        "acties",
        {"titel": "Wat je doet", "acties": [{"actie": t, "uitleg": ""} for t in texts]},
    )


# --- The page ---------------------------------------------------------------------------------


def test_the_page_holds_every_step_with_ticks_dates_and_sum(at_launch):
    first, second = first_names()
    answer = ask(f"{OVERVIEW}dossier/?k={first},{second}&bedrag=5.517")
    text = answer.visible_text()
    for step in TrajectPage.objects.get(url_path__endswith=OVERVIEW).stappen:
        assert step.title in text
    assert "Stand van 24 november 2026" in text
    assert "Vrije tijd in de netwerkgemeente (Dēmos)" in text
    assert f"http://testserver{OVERVIEW}" in text
    assert "2 van 54 afgevinkt" in text.replace("  ", " ")
    assert len(answer.soup.select(".dossier-punten .klaar")) == 2
    assert "Je brengt minstens 11.034 euro per jaar zelf in" in text
    # From the trajectory itself, and from a step.
    assert "Start van de nieuwe regels" in text
    assert "Nieuwe afsprakennota van bestaande lokale netwerken voor 2027-2032" in text
    assert faults(answer) == []


@pytest.mark.parametrize("slug", ["opstarttraject", "starttraject", "doorstarttraject"])
def test_every_launch_dossier_is_sound_and_shows_every_point(slug, at_launch):
    answer = ask(f"/trajecten/{slug}/dossier/")
    assert faults(answer) == []
    text = answer.visible_text()
    steps = StapPage.objects.filter(url_path__contains=f"/{slug}/", locale__language_code="nl")
    for step in steps:
        for block in step.body:
            if block.block_type == "acties":
                for action in block.value["acties"]:
                    assert action["actie"] in text
                    assert action["uitleg"] in text


def test_a_dossier_is_not_for_search_engines(at_launch, client):
    assert ask(f"{OVERVIEW}dossier/").meta("robots") == "noindex"
    assert client.get(f"{OVERVIEW}dossier.pdf")["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    "query",
    ["k=<b>&bedrag=abc", "bedrag=-5", "bedrag=5517&regels=weg", "k=zzzz&aanvrager=x", "gemeente=x"],
)
def test_a_tampered_address_gives_the_dossier_without_it(query, at_launch):
    answer = ask(f"{OVERVIEW}dossier/?{query}")
    assert faults(answer) == []
    assert answer.soup.select(".rekenuitslag, .dossier-punten .klaar") == []


def test_the_ticks_of_a_form_are_brought_to_the_short_address(client):
    first, second = first_names()
    answer = client.get(f"{OVERVIEW}dossier/?k={second}&k={first}")
    assert answer["Location"] == f"{OVERVIEW}dossier/?k={second},{first}"


@pytest.mark.parametrize(
    "address",
    [
        "/over/dossier/",
        "/trajecten/dossier/",
        f"{STEP}dossier/",
        f"{OVERVIEW}dossier/nog-dieper/",
        f"{OVERVIEW}iets.pdf",
        "/over/dossier.pdf",
        f"{OVERVIEW}dossier.pdf/",
    ],
)
def test_only_a_trajectory_has_a_dossier(address, client):
    assert client.get(address).status_code == 404


def test_a_private_trajectory_keeps_its_dossier_private(client):
    step = StapPageFactory(title="Geheime stap")
    traject = step.traject
    PageViewRestriction.objects.create(
        page=traject, restriction_type=PageViewRestriction.PASSWORD, password="sesam"
    )
    for name in ("dossier/", "dossier.pdf"):
        answer = client.get(traject.get_url() + name)
        assert b'name="password"' in answer.content
        assert b"Geheime stap" not in answer.content


def test_a_dossier_costs_as_many_queries_for_twenty_steps_as_for_one(at_launch):
    def dossier(count):
        traject = TrajectPageFactory()
        for _ in range(count):
            body = [
                actions("Bel", "Schrijf"),
                ("termijn", {"termijn": TermijnFactory()}),
                ("bronnen", [BronFactory(), BronFactory()]),
                ("let_op", {"soort": "info", "titel": "Kijk", "tekst": "<p>Let op.</p>"}),
            ]
            StapPageFactory(parent=traject, body=body, termijn=TermijnFactory())
        return ask(f"{traject.get_url()}dossier/")

    one, twenty = dossier(1), dossier(20)
    assert len(twenty.queries) <= len(one.queries) <= 12
    assert len(twenty.queries_after_a_change) <= len(one.queries_after_a_change) <= 20


def test_every_kind_of_block_reaches_the_dossier(client, at_launch):
    step = StapPageFactory(body=full_body(StapPage))
    answer = ask(f"{step.traject.get_url()}dossier/")
    on_page = BeautifulSoup(ask(step.get_url()).text, "html.parser").select_one("main .inhoud")
    dossier = answer.visible_text()
    for part in on_page.select("p, li, td, h2, h3"):
        words = part.get_text(" ", strip=True).split()
        if words and not part.find_parent(class_="video-vlak") and not part.select("button"):
            assert words[0] in dossier
    assert faults(answer) == []
    printed(client, f"{step.traject.get_url()}dossier.pdf")


# --- The PDF ------------------------------------------------------------------------------------


def test_the_pdf_is_tagged_and_says_what_it_is(client, at_launch):
    first, second = first_names()
    reader, text = printed(client, f"{OVERVIEW}dossier.pdf?k={first},{second}&bedrag=5.517")
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "nl-BE"
    assert reader.metadata.title == "Dossier: Opstarttraject"
    assert reader.outline
    assert "pdfuaid" in reader.xmp_metadata.rdf_root.toxml()
    assert "2 van 54 afgevinkt" in text
    assert text.count("(afgevinkt)") == 2
    assert "Je brengt minstens 11.034 euro per jaar zelf in" in text
    assert "Dēmos" in text
    links = [
        annotation.get_object()["/A"].get("/URI", "")
        for page in reader.pages
        for annotation in page.get("/Annots", [])
        if "/A" in annotation.get_object()
    ]
    assert f"http://testserver{OVERVIEW}dossier/?k={first},{second}&bedrag=5517" in links
    assert any(link.startswith("https://demos.be/") for link in links)


def test_every_sheet_carries_date_source_address_and_number(client, at_launch):
    reader, _ = printed(client, f"{OVERVIEW}dossier.pdf")
    assert len(reader.pages) > 5
    for number, page in enumerate(reader.pages, start=1):
        text = " ".join(page.extract_text().split())
        assert "Stand van 24 november 2026. Vrije tijd in de netwerkgemeente (Dēmos)" in text
        assert f"http://testserver{OVERVIEW}" in text
        assert f"{number} / {len(reader.pages)}" in text


def test_the_pdf_has_the_headings_of_the_steps_in_its_structure(client, at_launch):
    reader, _ = printed(client, f"{OVERVIEW}dossier.pdf")
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert "Waar je staat" in titles
    assert "Stap 1: Verken de mogelijkheden" in titles


INJECTIONS = [
    '#panic("binnen")',
    '#read("/etc/passwd")',
    '= Kop #import "x": *',
    "$ x^2 $ `code` *vet* _schuin_ @label <label> // weg /* weg */",
    '"}; #panic() //',
    "\\u{41} \\ #{1+1} ~ --- ...",
    "<script>alert(1)</script> & < > \" '",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_looks_like_code_is_printed_as_it_is_written(text, client, at_launch):
    traject = TrajectPageFactory(title=text, inleiding=text, voor_wie=text)
    StapPageFactory(
        parent=traject,
        title=text,
        slug="stap",
        inleiding=text,
        groep=text,
        termijn=TermijnFactory(naam=text, toelichting=text, bron=BronFactory(titel=text)),
        body=[
            ("kop", text),
            actions(text),
            ("let_op", {"soort": "let-op", "titel": text, "tekst": "<p>x</p>"}),
            ("in_het_kort", [text]),
            ("wie_doet_wat", {"titel": text, "rijen": [{"wie": "ocmw", "taak": text}]}),
        ],
    )
    reader, found = printed(client, f"{traject.get_url()}dossier.pdf")
    bare = "".join(text.split())
    assert "".join(found.split()).count(bare) >= 8
    assert reader.metadata.title == f"Dossier: {text}"
    page = ask(f"{traject.get_url()}dossier/")
    assert page.soup.select("main script") == []
    assert "".join(page.visible_text().split()).count(bare) >= 8


def test_a_link_with_an_unsafe_address_loses_it():
    nodes = nodes_of('<p><a href="javascript:alert(1)">a</a> <a href="//elders.example">b</a></p>')
    assert [run.get("u") for run in nodes[0]["tekst"] if run["t"] != " "] == [None, None]


@pytest.mark.parametrize(
    "html",
    [
        "<li>los</li>",
        "</ul></li></p>",
        "<ul><li>een<ul><li>twee</ul></ul>",
        "<table><tr><td>a</table><p>b",
        "<h3><p>x</h3>",
        "<ul>tekst<li>punt</li></ul>",
        "<p>" * 300 + "diep",
    ],
)
def test_broken_markup_loses_no_text_and_breaks_nothing(html):
    letters = "".join(BeautifulSoup(html, "html.parser").get_text().split())
    found = str(nodes_of(html))
    assert all(word in found for word in letters)


def test_too_much_text_is_left_to_the_site(monkeypatch, client, at_launch):
    monkeypatch.setattr(content, "MOST_LETTERS", 50)
    step = StapPageFactory(body=[("tekst", "<p>Veel tekst.</p>"), actions("Bel je OCMW")])
    _reader, text = printed(client, f"{step.traject.get_url()}dossier.pdf")
    assert "Veel tekst" not in text
    assert "Bel je OCMW" in text
    assert "De tekst van deze pagina lees je op de site." in text


def test_when_it_is_busy_a_visitor_is_asked_for_patience(monkeypatch, client, at_launch):
    monkeypatch.setattr(pdf, "PATIENCE", 0)
    monkeypatch.setattr(pdf, "_places", threading.BoundedSemaphore(1))
    pdf._places.acquire()
    answer = client.get(f"{OVERVIEW}dossier.pdf")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "Even geduld" in answer.content.decode()
    pdf._places.release()
    assert client.get(f"{OVERVIEW}dossier.pdf").status_code == 200


def test_a_dossier_of_a_trajectory_without_steps_is_no_accident(client, at_launch):
    traject = TrajectPageFactory()
    assert faults(ask(f"{traject.get_url()}dossier/")) == []
    printed(client, f"{traject.get_url()}dossier.pdf")
