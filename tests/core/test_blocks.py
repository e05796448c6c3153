"""The blocks that editors build pages from."""

import pytest
from django.core.exceptions import ValidationError
from wagtail import blocks

from core.blocks import ARTIKEL, GIDS, INHOUD, STAP, VideoBlock, WieDoetWatBlock
from tests.factories import AfbeeldingFactory, BestandFactory, BronFactory, ContentPageFactory
from tests.markup import ask

pytestmark = pytest.mark.django_db

CATALOGUES = {"INHOUD": INHOUD, "STAP": STAP, "GIDS": GIDS, "ARTIKEL": ARTIKEL}
EVERY_BLOCK = dict([*INHOUD, *STAP, *GIDS, *ARTIKEL])


@pytest.mark.parametrize("name", EVERY_BLOCK)
def test_a_block_tells_editors_what_it_is(name):
    meta = EVERY_BLOCK[name].meta
    assert meta.icon != "placeholder"
    assert meta.label
    assert meta.label[0].isupper()
    assert meta.group
    assert meta.description.endswith(".")


@pytest.mark.parametrize("name", EVERY_BLOCK)
def test_a_block_renders_its_own_example(name):
    AfbeeldingFactory()
    BestandFactory()
    block = EVERY_BLOCK[name]
    html = block.render(block.get_preview_value())
    assert len(html.strip()) > 20
    assert "None" not in html


@pytest.mark.parametrize("name", ["download", "afbeelding"])
def test_a_block_about_a_file_renders_while_there_is_none(name):
    html = EVERY_BLOCK[name].render(EVERY_BLOCK[name].get_preview_value())
    assert "None" not in html
    assert "<img" not in html


@pytest.mark.parametrize("catalogue", CATALOGUES.values(), ids=CATALOGUES)
def test_a_catalogue_is_small_enough_to_choose_from(catalogue):
    names = [name for name, _ in catalogue]
    assert 5 <= len(names) <= 13
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("url", "player", "host"),
    [
        (
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
            "YouTube",
        ),
        (
            "https://youtu.be/dQw4w9WgXcQ?t=4",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
            "YouTube",
        ),
        ("https://vimeo.com/123456789", "https://player.vimeo.com/video/123456789?dnt=1", "Vimeo"),
    ],
)
def test_a_video_is_played_without_tracking(url, player, host):
    value = VideoBlock().to_python({"titel": "Een video", "url": url, "transcript": "<p>Tekst</p>"})
    assert value.speler_url == player
    assert value.aanbieder == host
    VideoBlock().clean(value)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.org/video.mp4",
        "https://evil.example/https://vimeo.com/123456789",
        "http://vimeo.com/123456789",
        "https://vimeo.com/showcase",
    ],
)
def test_a_video_of_an_unknown_host_is_refused_in_dutch(url):
    value = VideoBlock().to_python({"titel": "Een video", "url": url, "transcript": "<p>Tekst</p>"})
    with pytest.raises(ValidationError) as refusal:
        VideoBlock().clean(value)
    assert "YouTube of Vimeo" in str(refusal.value.as_json_data())


def test_a_page_with_a_video_fetches_nothing_from_elsewhere(at_launch):
    page = ContentPageFactory(body=[("video", VideoBlock().get_preview_value())])
    answer = ask(page.get_url())
    assert "player.vimeo.com" in answer.text
    assert answer.soup.find("iframe") is None
    assert answer.soup.select_one('[data-speler^="https://player.vimeo.com/"]') is not None
    assert answer.soup.find("a", href="https://vimeo.com/123456789") is not None


def test_a_heading_can_be_linked_to(at_launch):
    page = ContentPageFactory(body=[("kop", "Spreek af wie wat doet")])
    assert "kop-spreek-af-wie-wat-doet" in ask(page.get_url()).ids


@pytest.mark.parametrize("kop", ["Wat je doet", "Inhoud", "Wegwijzer kop", "?!"])
def test_equal_headings_have_different_anchors(at_launch, kop):
    """And none is one of the page around them; links to them lead to all."""
    page = ContentPageFactory(body=[("kop", kop)] * 2 + [("kop", f"{kop} 2")])
    answer = ask(page.get_url())
    assert len(answer.ids) == len(answer.soup.find_all(id=True))
    links = answer.soup.select(".wegwijzer a")
    assert [link["href"] for link in links] == [
        f"#{h2['id']}" for h2 in answer.soup.select(".inhoud h2")
    ]
    assert len(links) == 3


def test_markup_of_an_editor_is_shown_as_text(at_launch):
    page = ContentPageFactory(
        title="Jan & <script>alert(1)</script>",
        body=[
            ("kop", "<script>alert(1)</script>"),
            ("citaat", {"tekst": "<b>vet</b>", "wie": '"><img src=x>', "rol": ""}),
        ],
    )
    answer = ask(page.get_url())
    assert "<script>alert(1)" not in answer.text
    assert answer.soup.select("blockquote b, figcaption img") == []
    assert answer.h1 == "Jan & <script>alert(1)</script>"


def test_a_source_that_was_deleted_leaves_no_hole(at_launch):
    kept, gone = BronFactory(titel="Blijft"), BronFactory(titel="Verdwijnt")
    page = ContentPageFactory(body=[("bronnen", [kept, gone])])
    gone.delete()
    answer = ask(page.get_url())
    assert answer.response.status_code == 200
    assert len(answer.soup.select("section.bronnen li")) == 1


def test_every_role_of_the_table_has_a_dutch_name():
    choices = dict(
        WieDoetWatBlock().child_blocks["rijen"].child_block.child_blocks["wie"].field.choices
    )
    assert all(isinstance(label, str) and label for key, label in choices.items() if key)


def test_no_block_is_nested_deeper_than_two():
    def depth(block):
        if isinstance(block, blocks.ListBlock):
            return 1 + depth(block.child_block)
        if isinstance(block, blocks.StructBlock) and type(block).__module__.startswith("core"):
            return 1 + max(depth(child) for child in block.child_blocks.values())
        return 0

    assert {name: depth(b) for name, b in EVERY_BLOCK.items() if depth(b) > 3} == {}
