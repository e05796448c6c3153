"""Pictures and documents: what must be known about them before they are kept."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.models import Afbeelding, Bestand
from tests.admin import errors_of
from tests.factories import AfbeeldingFactory, BestandFactory, ContentPageFactory
from tests.markup import ask

pytestmark = pytest.mark.django_db


def png(name="foto.png"):
    stream = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(stream, "PNG")
    return SimpleUploadedFile(name, stream.getvalue(), "image/png")


def add_picture(client, **values):
    data = {"title": "Een foto", "file": png(), "collection": "1", "tags": "", **values}
    return client.post(reverse("wagtailimages:add"), data)


def test_a_picture_needs_a_description_or_is_decorative(editor_client):
    response = add_picture(editor_client)
    assert errors_of(response) == {
        "description": ["Beschrijf wat er te zien is, of vink 'decoratief' aan."]
    }
    assert not Afbeelding.objects.exists()


def test_a_picture_is_not_both_described_and_decorative(editor_client):
    response = add_picture(editor_client, description="Drie mensen", decoratief="on")
    assert errors_of(response) == {
        "decoratief": ["Kies: een beschrijving, of decoratief. Niet allebei."]
    }
    assert not Afbeelding.objects.exists()


@pytest.mark.parametrize(
    ("values", "alt"),
    [({"description": "Drie mensen"}, "Drie mensen"), ({"decoratief": "on"}, "")],
)
def test_a_picture_with_a_decision_is_kept(values, alt, editor_client):
    response = add_picture(editor_client, maker="Jo Peeters", toestemming="Ja, per mail", **values)
    assert response.status_code == 302, errors_of(response)
    picture = Afbeelding.objects.get()
    assert picture.default_alt_text == alt
    assert (picture.maker, picture.toestemming) == ("Jo Peeters", "Ja, per mail")


def test_a_file_that_is_no_picture_is_refused(editor_client):
    fake = SimpleUploadedFile("foto.png", b"<script>alert(1)</script>", "image/png")
    response = add_picture(editor_client, file=fake, description="Iets")
    assert "file" in errors_of(response)
    svg = SimpleUploadedFile("tekening.svg", b"<svg/>", "image/svg+xml")
    response = add_picture(editor_client, file=svg, description="Iets")
    assert "file" in errors_of(response)
    assert not Afbeelding.objects.exists()


def test_a_picture_that_weighs_too_much_is_refused(editor_client, settings):
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10
    response = add_picture(editor_client, description="Iets")
    assert "file" in errors_of(response)


def test_a_picture_on_a_page_has_its_alternative_and_its_maker(at_launch):
    picture = AfbeeldingFactory()
    value = {
        "afbeelding": {"image": picture.pk, "alt_text": "Drie mensen", "decorative": False},
        "bijschrift": "Het eerste overleg",
    }
    block = ContentPageFactory._meta.model._meta.get_field("body").stream_block
    page = ContentPageFactory(
        body=[("afbeelding", block.child_blocks["afbeelding"].to_python(value))]
    )
    image = ask(page.get_url()).soup.select_one("figure img")
    assert image["alt"] == "Drie mensen"
    assert image["width"]
    assert image["height"]
    caption = image.find_parent("figure").figcaption.get_text()
    assert "Het eerste overleg" in caption
    assert "Voorbeeldmaker" in caption


def test_a_picture_made_in_code_follows_the_same_rule():
    with pytest.raises(ValidationError):
        AfbeeldingFactory(description="", decoratief=False).full_clean()


# --- Documents ------------------------------------------------------------------------


def add_document(client, **values):
    data = {
        "title": "Een sjabloon",
        "file": SimpleUploadedFile("sjabloon.txt", b"Een regel.\n", "text/plain"),
        "collection": "1",
        "tags": "",
        **values,
    }
    return client.post(reverse("wagtaildocs:add"), data)


def test_a_document_knows_what_it_is_for_and_where_the_same_stands(editor_client):
    twin = ContentPageFactory(title="Hetzelfde als pagina")
    response = add_document(
        editor_client, doel="Om samen in te vullen.", toegankelijke_versie=str(twin.pk)
    )
    assert response.status_code == 302, errors_of(response)
    document = Bestand.objects.get()
    assert document.doel == "Om samen in te vullen."
    assert document.toegankelijke_versie.pk == twin.pk


@pytest.mark.parametrize("name", ["virus.exe", "pagina.html", "tekening.svg", "script.js"])
def test_a_document_of_an_unsafe_kind_is_refused(name, editor_client):
    response = add_document(editor_client, file=SimpleUploadedFile(name, b"x"))
    assert "file" in errors_of(response)
    assert not Bestand.objects.exists()


def test_a_download_says_what_how_heavy_how_old_and_where_else(at_launch, client):
    twin = ContentPageFactory(title="Hetzelfde als pagina")
    document = BestandFactory(title="Sjabloon", toegankelijke_versie=twin)
    page = ContentPageFactory(body=[("download", {"document": document, "uitleg": ""})])
    block = ask(page.get_url()).soup.select_one(".download")
    text = " ".join(block.get_text(" ").split())
    for words in ("Sjabloon", "TXT", "17", "24 november 2026", document.doel, twin.title):
        assert words in text, words
    assert client.get(block.a["href"]).status_code == 200
    twin.unpublish()
    assert twin.title not in ask(page.get_url()).soup.select_one(".download").get_text()
