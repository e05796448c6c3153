"""How an editor sees an issue: as mail on a wide and a narrow screen, as text, in the dark."""

import re

from django.http import HttpResponse
from django.template.loader import render_to_string

from post.mime import fill_html, fill_text
from post.reading import MAIL_POLICY, mail_response

BREED, SMAL, DONKER, ZONDER_BEELD, TEKST, PAGINA = (
    "mail-breed",
    "mail-smal",
    "mail-donker",
    "mail-zonder-beeld",
    "mail-tekst",
    "pagina",
)
MODES = [
    (BREED, "Mail, breed scherm"),
    (SMAL, "Mail, smal scherm"),
    (DONKER, "Mail, donker"),
    (ZONDER_BEELD, "Mail, zonder afbeeldingen"),
    (TEKST, "Mail als tekst"),
    (PAGINA, "Pagina op de site"),
]
MAIL_MODES = {BREED, SMAL, DONKER, ZONDER_BEELD, TEKST}

# What a mail does with a wide screen and with a dark one, wherever it is looked at.
WIDE_ONLY = re.compile(r"@media only screen and \(min-width:\s*\d+px\)")
DARK_ONLY = re.compile(r"@media \(prefers-color-scheme:\s*dark\)")
PICTURE = re.compile(r'(<img\b[^>]*?\s)src="[^"]*"')
LIGHT, DARK = "color-scheme: light", "color-scheme: dark"


def toon(page, mode: str) -> HttpResponse:
    """Return an issue in one of MAIL_MODES, to be shown in a frame of the admin.

    Nothing in it can run or be sent, and its personal links lead to nobody's choices.
    """
    from nieuwsbrief.brief.render import mail_van

    mail = mail_van(page)
    return _in_frame(page, mail.tekst, mail.html, mode)


def toon_bevroren(page, bericht, mode: str) -> HttpResponse:
    """Return the mail of an issue as it was approved, in one of MAIL_MODES, just as harmless."""
    return _in_frame(page, bericht.tekst, bericht.html, mode)


def _in_frame(page, tekst, html, mode):
    from nieuwsbrief.brief.render import voorbeeldwaarden

    values = voorbeeldwaarden(page)
    if mode == TEKST:
        html = render_to_string(
            "nieuwsbrief/brief/als_tekst.html",
            {"titel": page.title, "tekst": fill_text(tekst, values)},
        )
    else:
        html = _seen(fill_html(html, values), mode)
    response = mail_response(html)
    # The admin keeps the place on the page while an editor types, and has to reach into the frame.
    response["Content-Security-Policy"] = MAIL_POLICY.replace(
        "sandbox", "sandbox allow-same-origin"
    )
    return response


def _seen(html: str, mode: str) -> str:
    """Return a mail as it looks in `mode`, whatever screen it is shown on."""
    style = f":root {{ {DARK if mode == DONKER else LIGHT}; }}"
    if mode == DONKER:
        html = DARK_ONLY.sub("@media all", html)
    else:
        html = DARK_ONLY.sub("@media not all", html)
    html = WIDE_ONLY.sub("@media not all" if mode == SMAL else "@media all", html)
    if mode == SMAL:
        style += " body { max-width: 320px; margin: 0 auto !important; }"
    else:
        # The frame of the admin is narrow; the mail scrolls in it.
        style += " body { min-width: 632px; }"
    if mode == ZONDER_BEELD:
        html = PICTURE.sub(r"\1", html)
    return html.replace("</head>", f"<style>{style}</style></head>", 1)
