"""Bringing in a table of trekkingsrechten, as an editor does it in the admin."""

import datetime
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import ModelLogEntry

from core.models import Regelkader
from tests.factories import BronFactory
from tests.markup import visible_text
from trajecten.models import Gemeente, Trekkingsrecht, TrekkingsrechtTabel

pytestmark = pytest.mark.django_db

ADD = "trekkingsrechten:add"
GOOD = "NIS-code;gemeente;bedrag\n11002;Antwerpen;1.234,56\n24062;Leuven;5517\n"


@pytest.fixture
def about():
    """What an editor fills in beside the file."""
    return {
        "regelkader": str(
            Regelkader.objects.get(sleutel="participatiedecreet", locale__language_code="nl").pk
        ),
        "van_jaar": "2026",
        "tot_jaar": "2026",
        "bron": str(BronFactory(titel="Tabel van het departement").pk),
        "datum": "2026-01-15",
    }


def offer(client, about, content, name="tabel.csv"):
    """Choose a file; return what the preview says."""
    content = content.encode() if isinstance(content, str) else content
    upload = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.post(reverse(ADD), {**about, "bestand": upload})


def confirm(client, preview):
    """Press the button of the preview with all its hidden fields."""
    form = BeautifulSoup(preview.content, "html.parser").find("button", attrs={"name": "bevestig"})
    fields = {i["name"]: i.get("value", "") for i in form.find_parent("form").select("input")}
    return client.post(reverse(ADD), {**fields, "bevestig": "1"}, follow=True)


def text_of(response):
    return visible_text(BeautifulSoup(response.content, "html.parser").body)


def test_a_table_goes_in_after_a_look_at_it(editor_client, about, eindredacteur, at_launch):
    preview = offer(editor_client, about, GOOD)
    assert TrekkingsrechtTabel.objects.count() == 0
    assert "2 gemeenten, samen 6.751,56 euro per jaar" in text_of(preview)
    answer = confirm(editor_client, preview)
    assert "2 gemeenten ingevoerd" in text_of(answer)
    tabel = TrekkingsrechtTabel.objects.get()
    assert (tabel.datum, tabel.bestandsnaam) == (datetime.date(2026, 1, 15), "tabel.csv")
    assert tabel.ingevoerd_door == eindredacteur
    rights = dict(tabel.rechten.values_list("gemeente__naam", "bedrag"))
    assert rights == {"Antwerpen": Decimal("1234.56"), "Leuven": Decimal("5517")}
    entry = ModelLogEntry.objects.get(content_type__model="trekkingsrechttabel")
    assert entry.data == {"bestand": "tabel.csv", "gemeenten": 2}
    assert entry.user == eindredacteur


def test_the_same_table_twice_is_one_table(editor_client, about):
    preview = offer(editor_client, about, GOOD)
    confirm(editor_client, preview)
    assert "al ingevoerd" in text_of(confirm(editor_client, preview))
    # Written in another way, in another order: still the same amounts.
    other = 'gemeente,code,bedrag\nLeuven,24062,"5517,00"\nAntwerpen,11002,"1.234,56"\n'
    again = offer(editor_client, about, other)
    assert "Deze tabel is al ingevoerd" in text_of(again)
    confirm(editor_client, again)
    assert TrekkingsrechtTabel.objects.count() == 1
    assert Trekkingsrecht.objects.count() == 2


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.replace("\n", "\r\n").encode("cp1252"),
        GOOD.encode("utf-16"),
        GOOD.replace(";", "\t").encode(),
        b'NIS,Naam,Trekkingsrecht\n11002,Antwerpen,"1.234,56"\n\n24062,Leuven,5517\n',
    ],
    ids=["utf-8", "windows", "utf-16", "tabs", "komma's"],
)
def test_a_file_is_read_as_its_program_wrote_it(content, editor_client, about):
    assert "2 gemeenten, samen 6.751,56 euro" in text_of(offer(editor_client, about, content))


def test_a_name_with_an_accent_survives_the_code_page_of_excel(editor_client, about):
    gemeente = Gemeente.objects.exclude(naam__regex=r"^[A-Za-z' -]+$").first()
    line = f"nis;gemeente;bedrag\n{gemeente.nis};{gemeente.naam};100\n" if gemeente else GOOD
    assert "gemeenten, samen" in text_of(offer(editor_client, about, line.encode("cp1252")))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("99999;Nergens;100", "“99999” is geen NIS-code van een Vlaamse gemeente"),
        ("24062;Antwerpen;100", "NIS-code 24062 is Leuven, maar er staat “Antwerpen”"),
        ("11002;Antwerpen;200", "Antwerpen staat ook al op regel 2"),
        ("24062;Leuven;abc", "Bedrag “abc”"),
        ("24062;Leuven;-5", "onder nul"),
        ("24062;Leuven;1,234.56", "Bedoel je 1.234,56?"),
        ("24062;Leuven", "te weinig kolommen"),
        (";Totaal;1.391.569", "Haal een regel met een totaal weg"),
        ("11007;Borsbeek;100", "bestaat niet meer en hoort nu bij Antwerpen (11002)"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_goes_in(line, fault, editor_client, about):
    content = f"NIS-code;gemeente;bedrag\n11002;Antwerpen;100\n{line}\n"
    preview = offer(editor_client, about, content)
    text = text_of(preview)
    assert "1 regel klopt niet" in text
    assert fault in text
    assert "bevestig" not in preview.content.decode()
    # Nor when somebody sends the confirmation anyway.
    editor_client.post(reverse(ADD), {**about, "inhoud": content, "bevestig": "1"})
    assert TrekkingsrechtTabel.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "Het verstuurde bestand is leeg"),
        ("\n\n", "Dit bestand is leeg"),
        ("a;b;c\n1;2;3\n", "noemt deze kolommen niet: NIS-code, gemeente, bedrag"),
        (b"PK\x03\x04\0\0\0\0", "geen CSV-bestand"),
        ('nis;naam;bedrag\n"11002;Antwerpen;100\n', "aanhalingsteken"),
        ("nis;naam;bedrag\n" + "1;a;1\n" * 1_100, "te veel regels"),
        ("x" * 200_001, "te groot"),
    ],
    ids=["leeg", "witregels", "kolommen", "excel", "aanhalingsteken", "regels", "groot"],
)
def test_a_file_that_is_no_table_is_refused_in_dutch(content, fault, editor_client, about):
    answer = offer(editor_client, about, content)
    assert fault in text_of(answer)
    assert answer.status_code == 200


def test_a_newer_table_takes_over_and_the_older_comes_back(editor_client, about):
    confirm(editor_client, offer(editor_client, about, GOOD))
    newer = {**about, "datum": "2026-06-01"}
    preview = offer(editor_client, newer, "nis;gemeente;bedrag\n11002;Antwerpen;2.000\n")
    assert "1 bedragen anders, 0 gemeenten erbij, 1 gemeenten niet meer" in text_of(preview)
    confirm(editor_client, preview)
    rules = [Regelkader.objects.get(pk=about["regelkader"])]
    key = rules[0].translation_key
    first, second = TrekkingsrechtTabel.objects.order_by("datum")
    assert TrekkingsrechtTabel.objects.in_use_for(rules)[key] == second
    editor_client.post(reverse("trekkingsrechten:delete", args=[second.pk]))
    assert TrekkingsrechtTabel.objects.in_use_for(rules)[key] == first


def test_the_screens_show_what_went_in(editor_client, about):
    confirm(editor_client, offer(editor_client, about, GOOD))
    tabel = TrekkingsrechtTabel.objects.get()
    assert "Trekkingsrechten 2026" in text_of(editor_client.get(reverse("trekkingsrechten:index")))
    shown = text_of(editor_client.get(reverse("trekkingsrechten:inspect", args=[tabel.pk])))
    assert "Antwerpen 1.234,56" in shown
    edited = editor_client.get(reverse("trekkingsrechten:edit", args=[tabel.pk]))
    assert "De bedragen zelf kun je hier niet wijzigen" in text_of(edited)


def test_only_who_may_brings_a_table_in(client, redacteur, about):
    client.force_login(redacteur)
    assert client.get(reverse(ADD)).status_code == 302
    offer(client, about, GOOD)
    assert TrekkingsrechtTabel.objects.count() == 0


def test_the_last_year_may_not_come_before_the_first(editor_client, about):
    answer = offer(editor_client, {**about, "van_jaar": "2027"}, GOOD)
    assert "Het laatste jaar ligt vóór het eerste jaar." in text_of(answer)
