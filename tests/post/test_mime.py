"""A mail says what it was given, whatever that was, and never more headers than it was given."""

import datetime
import re
from email import message_from_bytes, policy

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from post.mime import (
    Bijlage,
    Skelet,
    UnsafeHeader,
    address_value,
    build_skeleton,
    common_headers,
    fill_html,
    fill_text,
    header_block,
    token,
)

MOMENT = datetime.datetime(2026, 11, 24, 10, 0, tzinfo=datetime.UTC)
# What breaks encoders: dots and equals signs, lines of a thousand characters, no line at all.
HOSTILE = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200),
    st.text(alphabet=".=\r\n <>&é⟦⟧\t\x01", max_size=60),
    st.text(alphabet="abé.=", min_size=900, max_size=1200),
    st.sampled_from([".", "..", "\n.\n", "\r\n.\r\n", "\r.\r", "a\r\nb", "=\n.", "x" * 5000]),
)
TEXT_WITHOUT_TOKENS = HOSTILE.map(lambda text: text.replace("⟦", "(").replace("⟧", ")"))


def parts_of(body: bytes):
    return message_from_bytes(body, policy=policy.default)


def content(body: bytes, subtype: str) -> str:
    part = parts_of(body).get_body(preferencelist=(subtype,))
    return part.get_payload(decode=True).decode().replace("\r\n", "\n")


def as_lines(text: str) -> str:
    """Line breaks are all one kind on the wire."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def unstuffed(wire: bytes) -> bytes:
    """Take away what a receiving server takes away (RFC 5321 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"", wire)


def refuse_long_lines(body: bytes, limit: int = 998) -> None:
    for line in body.split(b"\r\n"):
        assert len(line) <= limit
        assert b"\n" not in line
        assert b"\r" not in line


@given(TEXT_WITHOUT_TOKENS)
def test_skeleton_hostile_text_arrives_unchanged(text):
    body = Skelet(build_skeleton(text, "<p></p>")).fill({})
    assert content(body, "plain") == as_lines(text)
    refuse_long_lines(body)


@given(TEXT_WITHOUT_TOKENS, HOSTILE, TEXT_WITHOUT_TOKENS)
@example("vóór ", ".", " na")
@example("", "een\n.twee", "")
@example("", "een\r\n.twee", "")
@example("", "x" * 75 + ".", ".")
def test_fill_hostile_value_arrives_in_its_place(before, value, after):
    name = token("naam")
    skeleton = Skelet(build_skeleton(f"{before}{name}{after}", f"<p>{name}</p>"))
    body = skeleton.fill({"naam": value})
    assert content(body, "plain") == as_lines(before) + as_lines(value) + as_lines(after)
    assert content(body, "html") == as_lines(fill_html(f"<p>{name}</p>", {"naam": value}))
    refuse_long_lines(body)


@given(TEXT_WITHOUT_TOKENS, HOSTILE)
@example("", ".")
@example(".\n..\n", "een\n.twee")
@example("", "een\r\n.\r\ntwee")
def test_wire_hostile_value_same_after_the_server_took_the_dots(text, value):
    skeleton = Skelet(build_skeleton(f"{text}{token('naam')}\n.", f"<p>.{token('naam')}</p>"))
    wire = skeleton.fill({"naam": value}, for_wire=True)
    assert b"\r\n.\r\n" not in b"\r\n" + wire
    assert unstuffed(wire) == skeleton.fill({"naam": value})
    refuse_long_lines(wire)


def test_fill_markup_in_value_escaped_in_html_only():
    name = token("naam")
    body = Skelet(build_skeleton(name, f"<b>{name}</b>")).fill({"naam": "<script>&"})
    assert content(body, "plain") == "<script>&"
    assert content(body, "html") == "<b>&lt;script&gt;&amp;</b>"


def test_fill_missing_value_empty():
    body = Skelet(build_skeleton(f"Dag {token('naam')}!", "<p></p>")).fill({})
    assert content(body, "plain") == "Dag !"


def test_fill_half_a_character_does_not_stop_the_mail():
    body = Skelet(build_skeleton(token("naam"), "<p></p>")).fill({"naam": "a\ud800b"})
    assert content(body, "plain") == "a?b"


@pytest.mark.parametrize("column", range(60, 90))
def test_skeleton_token_at_any_column_not_cut(column):
    text = "x" * column + token("uitschrijven") + "y" * 200
    skeleton = Skelet(build_skeleton(text, f"<p>{text}</p>"))
    assert skeleton.names == {"uitschrijven"}
    value = "https://example.org/uitschrijven/" + "s" * 80
    body = skeleton.fill({"uitschrijven": value})
    assert content(body, "plain") == "x" * column + value + "y" * 200
    assert content(body, "html") == f"<p>{'x' * column}{value}{'y' * 200}</p>"


def test_skeleton_marks_in_a_text_are_no_tokens():
    skeleton = Skelet(build_skeleton("\x01T:naam\x01", "<p>\x01H:naam\x01</p>"))
    assert skeleton.names == set()


def test_skeleton_lines_within_76_characters_as_quoted_printable_asks():
    text = "é" * 300 + token("naam") + "x" * 300 + "\n" + token("naam") + "."
    body = Skelet(build_skeleton(text, f"<p>{text}</p>")).fill({"naam": "ü" * 100 + "x" * 75})
    refuse_long_lines(body, limit=76)


# --- Attachments ---------------------------------------------------------------


def test_skeleton_calendar_is_an_alternative_with_its_method():
    calendar = b"BEGIN:VCALENDAR\r\n" + b"X-COMMENT:" + b"a" * 5000 + b"\r\nEND:VCALENDAR\r\n"
    body = build_skeleton(
        "tekst", "<p>html</p>", [Bijlage("sessie.ics", calendar, "text/calendar", "CANCEL")]
    )
    mail = parts_of(body)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    part = list(mail.iter_parts())[-1]
    assert part["Content-Type"].params["method"] == "CANCEL"
    assert part.get_payload(decode=True) == calendar
    refuse_long_lines(body)


@given(st.binary(max_size=4000))
def test_skeleton_file_arrives_unchanged_behind_the_text(file):
    body = build_skeleton("tekst", "<p>html</p>", [Bijlage("attest.pdf", file, "application/pdf")])
    mail = parts_of(body)
    assert mail.get_content_type() == "multipart/mixed"
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_filename() == "attest.pdf"
    assert attachment.get_payload(decode=True) == file
    assert content(body, "plain") == "tekst"
    refuse_long_lines(body)


@given(HOSTILE)
@example('attest\r\nX-Kwaad: ja\r\n\r\n"')
@example("\x01T:naam\x01")
def test_skeleton_hostile_file_name_starts_no_header(name):
    body = build_skeleton("tekst", "<p></p>", [Bijlage(name, b"inhoud", "application/pdf")])
    (attachment,) = parts_of(body).iter_attachments()
    assert {key.lower() for key in attachment.keys()} <= {  # noqa: SIM118
        "content-type",
        "mime-version",
        "content-transfer-encoding",
        "content-disposition",
    }
    assert attachment.get_payload(decode=True) == b"inhoud"
    assert Skelet(body).names == set()
    refuse_long_lines(body)


# --- Headers -------------------------------------------------------------------


def block(common=(), *, to="lies@example.org", values=None) -> bytes:
    return header_block(
        common, to=to, message_id="<levering.1@example.org>", moment=MOMENT, values=values or {}
    )


def headers_of(raw: bytes):
    return message_from_bytes(raw + b"\r\n", policy=policy.default)


@given(HOSTILE, HOSTILE)
@example("Onderwerp\r\nBcc: allen@example.org", "x")
@example("Onderwerp", "x\nBcc: allen@example.org")
def test_headers_hostile_value_refused_or_arrives_unchanged(subject, value):
    try:
        raw = block(
            common_headers(
                subject=subject,
                sender="Vrije tijd <info@example.org>",
                reply_to="",
                extra={"X-Vrij": token("vrij")},
            ),
            values={"vrij": value},
        )
    except UnsafeHeader:
        assert re.search(r"[\x00-\x1f\x7f]", subject + value) or len(subject + value) > 900
        return
    refuse_long_lines(raw)
    headers = headers_of(raw)
    assert headers.keys() == ["To", "Message-ID", "Date", "From", "Subject", "X-Vrij"]
    assert str(headers["Subject"]).split() == subject.split()


@given(HOSTILE)
@example("Lies\r\nBcc: allen@example.org")
@example('De Man, "Lies" <jan@example.org>')
def test_headers_hostile_name_adds_no_recipient(name):
    try:
        to = address_value("lies@example.org", name)
    except UnsafeHeader:
        return
    headers = headers_of(block(to=to))
    assert headers.keys() == ["To", "Message-ID", "Date"]
    assert [one.addr_spec for one in headers["To"].addresses] == ["lies@example.org"]


def test_headers_accents_in_name_and_subject_arrive():
    raw = block(
        common_headers(
            subject="Één vrije plaats in Zoërsel",
            sender="Gemeente Zoërsel <info@example.org>",
            reply_to="Lïes <lies@example.org>",
            extra={},
        ),
        to=address_value("jan@example.org", "Jan Peeters-Défossez"),
    )
    headers = headers_of(raw)
    assert raw.isascii()
    assert headers["Subject"] == "Één vrije plaats in Zoërsel"
    assert headers["From"].addresses[0].display_name == "Gemeente Zoërsel"
    assert headers["Reply-To"].addresses[0].addr_spec == "lies@example.org"
    assert headers["To"].addresses[0].display_name == "Jan Peeters-Défossez"


def test_headers_same_mail_same_message_id_and_moment():
    headers = headers_of(block())
    assert headers["Message-ID"] == "<levering.1@example.org>"
    assert headers["Date"].datetime == MOMENT


@given(HOSTILE)
def test_fill_text_and_html_same_value_as_the_mail(value):
    name = token("naam")
    assert fill_text(f"Dag {name}", {"naam": value}) == f"Dag {value}"
    body = Skelet(build_skeleton("x", f"<p>{name}</p>")).fill({"naam": value})
    assert content(body, "html") == as_lines(fill_html(f"<p>{name}</p>", {"naam": value}))
