"""Every mail template, in every language; and that a broken one stops what asked for it."""

import re
from email import message_from_bytes, policy
from html.parser import HTMLParser
from types import SimpleNamespace

import mrml
import pytest
from django.conf import settings
from django.db import transaction
from django.template import TemplateSyntaxError, engines
from django.template.loader import get_template
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from post import services
from post.freezing import MAX_SUBJECT, freeze, freeze_parts
from post.mime import UnsafeHeader
from post.models import Bericht, Levering, Onderdrukking

FOLDER = settings.ROOT / "templates" / "emails"
# Those in a folder of an app ask for real things: they are tested there.
TEMPLATES = sorted(path.parent.name for path in FOLDER.glob("*/subject.txt"))
LANGUAGES = [code for code, _ in settings.LANGUAGES]
# What a template needs that would not render with any value at all.
CONTEXTS: dict[str, dict[str, object]] = {
    "proefmail": {"door": "manage.py post_test"},
    "verzoek_team": {"verzoek": SimpleNamespace(pk=1, get_soort_display="Vraag", kenmerk="BCD")},
}
PARTS = {"subject.txt", "body.txt", "body.mjml"}
ENGLISH = re.compile(
    r"\b(the|you|your|please|click|here|this|unsubscribe|hello|thanks|from|view|if)\b",
    re.IGNORECASE,
)


class Reader(HTMLParser):
    """Collects the language, the addresses and the words of a mail."""

    def __init__(self, html: str):
        super().__init__()
        self.languages, self.addresses, self.words = [], [], []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "html":
            self.languages.append(values.get("lang"))
        self.addresses += [values[name] for name in ("href", "src") if values.get(name)]
        self._hidden += tag in ("style", "script")

    def handle_endtag(self, tag):
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data):
        if not self._hidden:
            self.words.append(data)


def frozen(template: str, language: str):
    return freeze(template, CONTEXTS.get(template, {}), language=language)


@pytest.mark.parametrize("template", TEMPLATES)
def test_folder_of_a_mail_has_its_three_parts(template):
    assert {path.name for path in (FOLDER / template).iterdir()} >= PARTS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_freeze_every_template_has_all_a_mail_needs(template, language):
    mail = frozen(template, language)
    assert 0 < len(mail.onderwerp) <= MAX_SUBJECT
    assert mail.tekst.strip()
    assert "<" not in mail.tekst
    assert "&#" not in mail.tekst + mail.onderwerp
    assert "{" not in mail.onderwerp + mail.tekst
    reader = Reader(mail.html)
    assert reader.languages == [settings.LANGUAGE_TAGS[language]]
    assert "<mj-" not in mail.html
    relative = [one for one in reader.addresses if not re.match(r"https?://|mailto:|tel:", one)]
    assert not relative
    assert reader.addresses
    parts = message_from_bytes(mail.skelet, policy=policy.default)
    assert [part.get_content_type() for part in parts.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_mjml_every_template_compiles_without_warnings(template, language):
    context = {
        **CONTEXTS.get(template, {}),
        "basis_url": settings.BASE_URL,
        "taal_tag": settings.LANGUAGE_TAGS[language],
        "onderwerp": "Onderwerp",
    }
    with translation.override(language):
        source = get_template(f"emails/{template}/body.mjml").render(context)
    assert list(mrml.to_html(source).warnings) == []
    assert "<mj-preview>" in source


@pytest.mark.parametrize("template", TEMPLATES)
def test_freeze_dutch_mail_has_no_english(template):
    mail = frozen(template, "nl")
    text = " ".join([mail.onderwerp, mail.tekst, *Reader(mail.html).words])
    assert ENGLISH.findall(re.sub(r"\S+[@/.]\S+", "", text)) == []


def test_freeze_value_with_markup_escaped_in_html_and_plain_in_text():
    mail = freeze("proefmail", {"door": "Lies & <b>Jan</b>"})
    assert "Lies & <b>Jan</b>" in mail.tekst
    assert "Lies &amp; &lt;b&gt;Jan&lt;/b&gt;" in mail.html


@given(st.text(max_size=60))
@example("]]>")
@example("<!--")
@example("{{ mjml }}")
@example("<mj-text>")
def test_freeze_anything_a_person_typed_gives_a_mail(value):
    mail = freeze("proefmail", {"door": value})
    assert "Proefmail" in mail.onderwerp
    assert "</html>" in mail.html


# --- What can go wrong --------------------------------------------------------------


@pytest.fixture
def broken_template(monkeypatch):
    """Let the subject of the test mail say what a test wants."""

    def change(source):
        def template(name, using=None):
            if name.endswith("subject.txt"):
                return engines["django"].from_string(source)
            return get_template(name, using)

        monkeypatch.setattr("post.freezing.get_template", template)

    return change


def test_queue_template_fault_queues_nothing_and_fails_the_caller(db, broken_template):
    broken_template("{% include 'emails/bestaat-niet.txt' %}")

    @transaction.atomic
    def caller():
        services.suppress("gevolg@example.org", Onderdrukking.Reden.KLACHT)
        services.queue(key="k", template="proefmail", to="lies@example.org", context={})

    with pytest.raises(Exception, match="bestaat-niet"):
        caller()
    assert not Bericht.objects.exists()
    assert not Levering.objects.exists()
    assert not Onderdrukking.objects.exists()


def test_freeze_template_that_does_not_parse_raises(broken_template):
    broken_template("{% if %}")
    with pytest.raises(TemplateSyntaxError):
        freeze("proefmail", {})


def test_freeze_unknown_template_raises():
    with pytest.raises(Exception, match="bestaat-niet"):
        freeze("bestaat-niet", {})


def test_freeze_subject_with_line_break_from_a_person_on_one_line(broken_template):
    broken_template("Vraag van {{ door }}")
    mail = freeze("proefmail", {"door": "Lies\r\nBcc: allen@example.org\x07"})
    assert mail.onderwerp == "Vraag van Lies Bcc: allen@example.org"


def test_freeze_long_subject_from_a_person_cut(broken_template):
    broken_template("{{ door }}")
    mail = freeze("proefmail", {"door": "x" * 400})
    assert len(mail.onderwerp) == MAX_SUBJECT
    assert mail.onderwerp.endswith("…")


def test_freeze_parts_empty_subject_refused():
    with pytest.raises(ValueError, match="onderwerp"):
        freeze_parts("", "tekst", "<p></p>")


def test_freeze_parts_subject_with_line_break_refused():
    with pytest.raises(UnsafeHeader):
        freeze_parts("Onderwerp\r\nBcc: allen@example.org", "tekst", "<p></p>")


@pytest.mark.parametrize("template", TEMPLATES)
def test_template_opened_asks_nothing_of_another_site(template):
    html = freeze(template, CONTEXTS.get(template, {})).html
    # mrml adds a web font of its own for a font that it knows.
    hosts = set(re.findall(r"https?://([^/\"\s<>]+)", html))
    assert hosts <= {settings.BASE_URL.split("//")[1], "www.w3.org"}


def test_what_a_template_leaves_out_leaves_no_hole_in_the_text():
    frozen = freeze(
        "redactie/teruggestuurd",
        {
            "soort": "redactie/teruggestuurd",
            "naam": "Ann",
            "wie": "Bert",
            "titel": "Brief",
            "opmerking": "",
            "link": "http://testserver/",
        },
    )
    assert "\n\n\n" not in frozen.tekst
    assert "Dag Ann,\n\nBert stuurde" in frozen.tekst


def test_lines_after_a_dash_become_a_list_and_nothing_typed_becomes_html():
    frozen = freeze(
        "redactie/teruggestuurd",
        {
            "soort": "redactie/teruggestuurd",
            "naam": "Ann",
            "wie": "Bert",
            "titel": "Brief",
            "opmerking": "Twee dingen:\r\n- de <b>dag</b>\r\n- de bron\r\nDank je.\r\n\r\n"
            "http://testserver/nieuwsbrief/?a=1&b=2\r\n\r\nhttps://elders.example/",
            "link": "http://testserver/",
        },
    )
    assert '<a href="http://testserver/nieuwsbrief/?a=1&amp;b=2">' in frozen.html
    assert '"https://elders.example/' not in frozen.html
    assert (
        "<p>Twee dingen:</p><ul><li>de &lt;b&gt;dag&lt;/b&gt;</li><li>de bron</li></ul>"
        "<p>Dank je.</p>"
    ) in frozen.html
    assert "- de <b>dag</b>" in frozen.tekst


def test_in_the_dark_the_whole_mail_is_dark_and_its_button_reads():
    frozen = freeze("proefmail", CONTEXTS["proefmail"])
    dark = frozen.html.partition("prefers-color-scheme: dark")[2].partition("</style>")[0]
    for part in (".buiten", ".vlak", ".voet", ".knop"):
        assert part in dark
    for part in ("buiten", "vlak", "voet"):
        assert re.search(rf'class="[^"]*\b{part}\b', frozen.html), part
