"""From a folder of templates to a frozen message."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import mrml
from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from post.mime import CONTROL, Bijlage, build_skeleton, header_value

MAX_SUBJECT = 250
EMPTY_LINES = re.compile(r"\n\s*\n\s*\n")
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Bevroren:
    """A message that will not change any more."""

    onderwerp: str
    tekst: str
    html: str
    skelet: bytes
    sha256: str


def freeze(
    template: str,
    context: Mapping[str, object],
    *,
    language: str = "nl",
    attachments: Sequence[Bijlage] = (),
) -> Bevroren:
    """Render the templates `emails/<template>/{subject.txt,body.txt,body.mjml}` once.

    A fault in a template is raised here, in the caller's transaction: then nothing is queued.
    """
    full_context = {
        **context,
        "basis_url": settings.BASE_URL,
        "taal": language,
        "taal_tag": settings.LANGUAGE_TAGS[language],
    }
    with translation.override(language):
        subject = _one_line(_render_text(f"emails/{template}/subject.txt", full_context))
        text = _render_text(f"emails/{template}/body.txt", full_context).strip() + "\n"
        # What a template leaves out leaves no hole.
        text = EMPTY_LINES.sub("\n\n", text)
        mjml = get_template(f"emails/{template}/body.mjml").render(
            {**full_context, "onderwerp": subject}
        )
    # One such character, typed by anybody, and the compiler refuses the whole mail.
    html = str(mrml.to_html(NOT_IN_XML.sub("", mjml)).content)
    return freeze_parts(subject, text, html, attachments=attachments)


def freeze_parts(
    subject: str, text: str, html: str, *, attachments: Sequence[Bijlage] = ()
) -> Bevroren:
    """Freeze a message whose parts are rendered already."""
    header_value(subject)
    if not subject or len(subject) > MAX_SUBJECT:
        raise ValueError("Een mail heeft een onderwerp van 1 tot 250 tekens.")
    skeleton = build_skeleton(text, html, attachments)
    return Bevroren(
        onderwerp=subject,
        tekst=text,
        html=html,
        skelet=skeleton,
        sha256=hashlib.sha256(skeleton).hexdigest(),
    )


def _one_line(subject):
    """Return a subject that fits, whatever people filled in that stands in it."""
    subject = " ".join(CONTROL.sub(" ", subject).split())
    return subject if len(subject) <= MAX_SUBJECT else subject[: MAX_SUBJECT - 1] + "…"


def _render_text(name, context):
    """Render a text template: what is not HTML is not escaped as HTML."""
    return get_template(name).template.render(Context(context, autoescape=False))
