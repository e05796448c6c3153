"""What is checked before an issue leaves: every kind of bad input is a finding with a way out."""

import datetime

import pytest
from django.urls import reverse
from wagtail.models import PageViewRestriction
from wagtail.rich_text import RichText

from core.models import Begrip
from home.models import ArtikelPage
from nieuwsbrief.brief import controle, inhoud, tekstcontrole
from nieuwsbrief.brief.controle import controleer, mag_weg
from nieuwsbrief.brief.render import mail_van
from nieuwsbrief.models import Lijst, NieuwsbriefPage
from post.freezing import MAX_SUBJECT
from tests.factories import (
    AfbeeldingFactory,
    ArtikelPageFactory,
    BestandFactory,
    NieuwsbriefPageFactory,
    TermijnFactory,
    VormingPageFactory,
)
from tests.nieuwsbrief.conftest import tekst

pytestmark = pytest.mark.django_db


def uitleg(page, **more):
    return [one.uitleg for one in controleer(page, **more)]


def bevat(page, woorden, **more):
    found = [one for one in controleer(page, **more) if woorden in one.uitleg]
    assert found, uitleg(page, **more)
    assert found[0].wat_te_doen
    return found[0]


def ander(pagina, **meer):
    return {"pagina": pagina, "titel": "", "tekst": "", **meer}


def met_tekst(html):
    return NieuwsbriefPageFactory(body=[("inleiding", RichText(html))])


def opnieuw(page):
    return NieuwsbriefPage.objects.get(pk=page.pk)


@pytest.fixture(autouse=True)
def op_een_dinsdag(klok):
    return klok


def test_a_good_issue_has_no_findings():
    artikel = ArtikelPage.objects.filter(locale__language_code="nl", live=True)[0]
    page = NieuwsbriefPageFactory(
        body=[
            ("inleiding", RichText("<p>Kort en klaar.</p>")),
            ("artikel", ander(artikel, tekst="Een zin.")),
        ]
    )
    assert controleer(page) == []
    assert mag_weg([])


# --- The fields ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("velden", "woorden", "blokkeert"),
    [
        ({"onderwerp": ""}, "geen onderwerp", True),
        ({"onderwerp": "  "}, "geen onderwerp", True),
        ({"onderwerp": "a" * 61}, "telt 61 tekens", False),
        ({"onderwerp": "Nu inschrijven!!"}, "Het onderwerp roept", False),
        ({"nummer": None}, "geen nummer", True),
        ({"eerste_maand": None}, "maanden zijn niet gekozen", True),
        ({"preheader": "Kort."}, "kort of leeg", False),
        ({"preheader": "", "samenvatting": ""}, "kort of leeg", False),
        ({"preheader": "a" * 111}, "telt 111 tekens", False),
    ],
)
def test_a_field_that_is_missing_or_long_is_told(velden, woorden, blokkeert):
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")])
    for name, value in velden.items():
        setattr(page, name, value)
    assert bevat(page, woorden).blokkeert is blokkeert


def test_a_subject_of_sixty_characters_is_well():
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")], onderwerp="a" * 60)
    assert uitleg(page) == []


def test_a_subject_that_no_mail_can_have_stops_it():
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")])
    page.onderwerp = "x" * (MAX_SUBJECT + 1)
    assert bevat(page, "veel te lang").blokkeert


def test_what_stops_an_issue_stands_first():
    page = NieuwsbriefPageFactory(onderwerp="GROOT NIEUWS!!", preheader="Kort.", body=[])
    found = [one.blokkeert for one in controleer(page)]
    assert found == sorted(found, reverse=True)
    assert set(found) == {True, False}


def test_lists_that_are_not_there_any_more_are_told():
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")], lijsten=[])
    assert bevat(page, "naar geen enkele lijst").blokkeert
    lijst = Lijst.objects.te_kiezen()[0]
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")], lijsten=[lijst])
    Lijst.objects.filter(pk=lijst.pk).update(actief=False)
    assert bevat(opnieuw(page), "niet meer in gebruik").blokkeert


def test_lists_with_another_sender_are_told_whose_is_used(brief, ezine, admin_client):
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")], lijsten=[brief, ezine])
    assert uitleg(page) == []
    Lijst.objects.filter(pk=ezine.pk).update(antwoord_adres="ezine@example.org")
    found = bevat(opnieuw(page), "niet hetzelfde adres voor antwoorden")
    eerste = opnieuw(page).lijsten.first()
    assert not found.blokkeert
    assert f"die van ‘{eerste}’" in found.uitleg
    Lijst.objects.update(antwoord_adres="", afzender_adres="nieuws@example.org")
    found = bevat(opnieuw(page), "niet dezelfde afzender")
    assert f"{eerste.naam} <nieuws@example.org>" in found.uitleg
    seen = tekst(admin_client.get(reverse("nieuwsbrief_brieven:nakijken", args=[page.pk])))
    assert "niet dezelfde afzender" in seen
    # The same for both, in words too.
    Lijst.objects.update(afzender_naam="De redactie")
    assert uitleg(opnieuw(page)) == []


def test_an_issue_that_not_everybody_may_read_is_told():
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")])
    slot = PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert bevat(opnieuw(page), "niet voor iedereen").blokkeert
    slot.page = page.get_parent()
    slot.save()
    assert bevat(opnieuw(page), "niet voor iedereen").blokkeert
    slot.delete()
    assert uitleg(opnieuw(page)) == []


def test_two_issues_with_one_number_are_told():
    NieuwsbriefPageFactory(nummer=5)
    page = NieuwsbriefPageFactory(nummer=6, body=[("kop", "Goed")])
    page.nummer = 5
    assert bevat(page, "al een brief met nummer 5").blokkeert


# --- The blocks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "block",
    [
        ("inleiding", RichText("<p> </p>")),
        ("kop", ""),
        ("artikel", ander(None, beeld=True)),
        ("vorming", ander(None)),
        ("vraag", ander(None)),
        ("praktijk", ander(None, beeld=True)),
        ("nieuw", {"titel": "Nieuw", "paginas": []}),
        ("nieuw", {"titel": "Nieuw", "paginas": [{"pagina": None, "wat": ""}]}),
        ("termijn", {"termijn": None}),
        ("citaat", {"tekst": "", "wie": "", "rol": ""}),
        ("knop", {"tekst": "Klik", "pagina": None, "adres": ""}),
        ("knop", {"tekst": "", "pagina": None, "adres": "https://example.org/"}),
        ("afbeelding", {"afbeelding": None, "bijschrift": ""}),
    ],
    ids=lambda block: block[0],
)
def test_an_empty_block_is_told(block):
    page = NieuwsbriefPageFactory(body=[("kop", "Goed"), block])
    assert bevat(opnieuw(page), "Blok 2 (").blokkeert
    assert any("is leeg" in one for one in uitleg(opnieuw(page)))


def test_an_issue_without_blocks_is_told():
    assert bevat(NieuwsbriefPageFactory(body=[]), "De brief is leeg").blokkeert


def test_pages_that_readers_cannot_see_are_told():
    concept = ArtikelPageFactory(title="Concept", live=False)
    besloten = ArtikelPageFactory(title="Besloten")
    PageViewRestriction.objects.create(page=besloten, restriction_type="login")
    page = NieuwsbriefPageFactory(
        body=[
            ("artikel", ander(concept)),
            ("nieuw", {"titel": "N", "paginas": [{"pagina": besloten, "wat": ""}]}),
        ]
    )
    assert bevat(page, "‘Concept’ is niet gepubliceerd").blokkeert
    assert bevat(page, "‘Besloten’ is niet gepubliceerd").blokkeert


@pytest.mark.parametrize("blok", ["inleiding", "partner"])
def test_a_link_in_running_text_to_what_readers_cannot_see_is_told(blok):
    concept, weg = ArtikelPageFactory(title="Concept", live=False), ArtikelPageFactory()
    html = "".join(
        f'<p>Lees <a linktype="page" id="{one.pk}">dit</a>.</p>' for one in (concept, weg)
    )
    partner = {"partner": "P", "titel": "T", "tekst": RichText(html), "pagina": None, "adres": ""}
    page = NieuwsbriefPageFactory(body=[(blok, partner if blok == "partner" else RichText(html))])
    weg.delete()
    page = opnieuw(page)
    assert bevat(page, "de tekst verwijst naar ‘Concept’, die niet gepubliceerd is").blokkeert
    assert bevat(page, "de tekst verwijst naar een pagina die er niet meer is").blokkeert


def test_a_link_in_running_text_that_works_is_no_finding():
    goed = ArtikelPageFactory()
    begrip = Begrip.objects.first()
    page = met_tekst(
        f'<p><a linktype="page" id="{goed.pk}">Goed</a> en '
        f'<a linktype="begrip" id="{begrip.pk}">woord</a>.</p>'
    )
    assert not [one for one in uitleg(page) if "verwijst" in one]


def test_a_page_that_is_gone_is_an_empty_block():
    weg = ArtikelPageFactory(title="Weg")
    page = NieuwsbriefPageFactory(body=[("kop", "Goed"), ("artikel", ander(weg))])
    weg.delete()
    assert bevat(opnieuw(page), "Blok 2 (Artikel of pagina) is leeg").blokkeert


def test_a_draft_newer_than_the_page_is_told():
    artikel = ArtikelPageFactory(title="Half herzien")
    artikel.save_revision()
    page = NieuwsbriefPageFactory(body=[("artikel", ander(artikel, tekst="Goed."))])
    assert not bevat(page, "nog niet gepubliceerd zijn").blokkeert


def test_deadlines_that_are_over_or_withdrawn_are_told():
    voorbij = TermijnFactory(naam="Voorbij", dag=1, maand=3, jaar=2026)
    page = NieuwsbriefPageFactory(body=[("termijn", {"termijn": voorbij})])
    assert not bevat(page, "‘Voorbij’ is voorbij").blokkeert
    voorbij.unpublish()
    assert bevat(opnieuw(page), "‘Voorbij’ is niet gepubliceerd").blokkeert


def test_a_course_without_sessions_is_told():
    page = NieuwsbriefPageFactory(body=[("vorming", ander(VormingPageFactory(title="Leeg")))])
    assert not bevat(page, "‘Leeg’ heeft geen sessie").blokkeert


def test_a_card_without_a_title_is_told():
    partner = {"partner": "Voorbeeldpartner", "titel": "", "tekst": RichText("<p>Doe mee.</p>")}
    partner |= {"pagina": None, "adres": "https://partner.example.org/"}
    page = NieuwsbriefPageFactory(body=[("kop", "Goed"), ("partner", partner)])
    assert bevat(page, "Blok 2 (").blokkeert


@pytest.mark.parametrize(
    ("alt", "decoratief", "goed"),
    [("", False, False), ("", True, True), ("Een volle zaal", False, True)],
)
def test_a_picture_without_words_is_told(alt, decoratief, goed):
    image = AfbeeldingFactory(description="")
    block = NieuwsbriefPage._meta.get_field("body").stream_block.child_blocks["afbeelding"]
    raw = {"image": image.pk, "alt_text": alt, "decorative": decoratief}
    value = block.to_python({"afbeelding": raw, "bijschrift": ""})
    page = NieuwsbriefPageFactory(body=[("kop", "Goed"), ("afbeelding", value)])
    assert ("geen alternatieve tekst" in str(uitleg(page))) is not goed


def test_a_picture_of_which_the_file_is_gone_is_told():
    image = AfbeeldingFactory()
    block = NieuwsbriefPage._meta.get_field("body").stream_block.child_blocks["afbeelding"]
    raw = {"image": image.pk, "alt_text": "Iets", "decorative": False}
    value = block.to_python({"afbeelding": raw, "bijschrift": ""})
    page = NieuwsbriefPageFactory(body=[("kop", "Goed"), ("afbeelding", value)])
    image.file.storage.delete(image.file.name)
    assert bevat(opnieuw(page), "het bestand van de afbeelding ontbreekt").blokkeert


# --- The words -------------------------------------------------------------------------------


def test_dates_that_are_over_and_long_sentences_are_told():
    lang = " ".join(["woord"] * 26)
    page = met_tekst(f"<p>Kom op 23 november 2026. Of op 24 november 2026.</p><p>{lang}.</p>")
    assert not bevat(page, "‘23 november 2026’ is voorbij").blokkeert
    assert "24 november" not in str(uitleg(page))
    assert not bevat(page, "een zin van 26 woorden").blokkeert
    assert uitleg(met_tekst(f"<p>{' '.join(['woord'] * 25)}.</p>")) == []


def test_words_beside_a_new_page_are_read_too():
    artikel = ArtikelPageFactory(title="Nieuw stuk")
    punten = [{"pagina": artikel, "wat": "Inschrijven kan tot 3 maart 2020."}]
    page = NieuwsbriefPageFactory(body=[("nieuw", {"titel": "Nieuw", "paginas": punten})])
    assert not bevat(page, "is voorbij").blokkeert


def test_what_is_wrong_in_two_places_is_said_once():
    page = met_tekst(
        '<p><a href="ftp://a.example.org">hier</a> <a href="ftp://b.example.org">hier</a></p>'
    )
    assert [one for one in uitleg(page) if "heet ‘hier’" in one] == ["Een link heet ‘hier’."]


def test_a_day_that_no_calendar_has_is_no_date():
    today = datetime.date(2026, 11, 24)
    assert list(tekstcontrole.voorbije_dagen("31 februari 2020 en 0 mei 2020", today)) == []


def test_brackets_of_the_mail_itself_are_told():
    page = met_tekst("<p>Dag ⟦uitschrijven⟧ en ⟦naam⟧.</p>")
    assert bevat(page, "⟦uitschrijven⟧").blokkeert


def test_links_are_named_after_where_they_go():
    page = met_tekst('<p>Lees <a href="https://example.org/">hier</a>.</p>')
    assert bevat(page, "Een link heet ‘hier’")


def test_a_heavy_mail_is_told():
    page = met_tekst("".join(f"<p>Alinea nummer {number} is kort.</p>" for number in range(3000)))
    assert not bevat(page, "kB. Vanaf 102 kB knipt Gmail").blokkeert


@pytest.mark.parametrize(
    ("bytes_under", "told"), [(1, False), (0, True), (-1023, True)], ids=["under", "at", "over"]
)
def test_a_mail_is_heavy_from_ninety_kilobytes(monkeypatch, bytes_under, told):
    page = met_tekst("<p>Dit is een korte brief.</p>")
    make = controle.build_skeleton

    def as_heavy(*parts):
        skeleton = make(*parts)
        return skeleton + b" " * (90 * 1024 - bytes_under - len(skeleton))

    monkeypatch.setattr(controle, "build_skeleton", as_heavy)
    assert [one for one in uitleg(page) if "weegt" in one] == (
        [
            "De mail weegt 90 kB. Vanaf 102 kB knipt Gmail het einde weg, met de link om uit te "
            "schrijven."
        ]
        if told
        else []
    )


def test_a_mail_that_cannot_be_made_is_a_finding(monkeypatch, editor_client):
    def stuk(page):
        raise RuntimeError

    monkeypatch.setattr(controle, "mail_van", stuk)
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")])
    assert bevat(page, "kunnen we geen mail maken").blokkeert
    edit = editor_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert "kunnen we geen mail maken" in tekst(edit)


def test_a_mail_without_the_way_out_is_stopped(monkeypatch):
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")])
    real = controle.mail_van(page)
    for changed in (
        controle.Mail(real.onderwerp, real.tekst.replace("⟦uitschrijven⟧", ""), real.html),
        controle.Mail(real.onderwerp, real.tekst, real.html.replace("⟦uitschrijven⟧", "#")),
    ):
        monkeypatch.setattr(controle, "mail_van", lambda page, mail=changed: mail)
        assert bevat(page, "ontbreekt de link om uit te schrijven").blokkeert


# --- The links of this site --------------------------------------------------------------------


def test_personal_links_that_do_not_survive_stop_it(monkeypatch):
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")])
    whole = controle.build_skeleton
    monkeypatch.setattr(controle, "build_skeleton", lambda *parts: whole("tekst", "<p>html</p>"))
    assert bevat(page, "raken beschadigd").blokkeert


def test_an_issue_that_is_a_draft_may_lead_to_itself():
    page = NieuwsbriefPageFactory(body=[("kop", "Goed")], live=False)
    assert inhoud.adres_van(page) in mail_van(page).html
    assert not [one for one in uitleg(page) if "gaat naar een pagina die er niet is" in one]


def test_links_of_this_site_are_looked_up():
    artikel = ArtikelPageFactory()
    bestand = BestandFactory()
    good = [
        artikel.get_url(),
        f"http://testserver{artikel.get_url()}?van=brief#kop",
        "/",
        "/fr/",
        "/zoeken/",
        "/nieuwsbrief/",
        bestand.url,
        "mailto:hulp@example.org",
        "tel:+3220000000",
    ]
    links = "".join(f'<p>Zie <a href="{one}">pagina {i}</a>.</p>' for i, one in enumerate(good))
    assert uitleg(met_tekst(links)) == []
    for bad in ("/bestaat-niet/", "/documenten/99999/x.pdf", "onzin/", "http://testserver/x.php"):
        page = met_tekst(f'<p>Zie <a href="{bad}">deze pagina</a>.</p>')
        assert bevat(page, "gaat naar een pagina die er niet is").blokkeert
    artikel.unpublish()
    assert bevat(met_tekst(links), "gaat naar een pagina die er niet is")


@pytest.mark.parametrize("bad", ["javascript:alert(1)", "ftp://example.org/x", "data:text/html,x"])
def test_what_is_no_address_is_stopped(bad):
    page = NieuwsbriefPageFactory(body=[("knop", {"tekst": "Ga", "pagina": None, "adres": bad})])
    assert bevat(page, "is geen geldig adres").blokkeert
