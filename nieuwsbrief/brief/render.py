"""From an issue to a mail: one way for preview, test mail, web version and the run.

What differs per recipient stands in it as a token (post.mime): the greeting, the link to her
choices, the link to leave, and the list for which she gets it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import mrml
from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.models import SiteInstellingen
from nieuwsbrief import links
from nieuwsbrief.brief.inhoud import adres_van
from nieuwsbrief.models import Abonnee, Lijst, NieuwsbriefPage
from post.freezing import EMPTY_LINES, NOT_IN_XML, Bevroren, freeze_parts
from post.mime import CONTROL, token

AANSPREKING, VOORKEUREN, UITSCHRIJVEN = "aanspreking", "voorkeuren", "uitschrijven"
LIJST, LIST_ID = "lijst", "list_id"
# How mail programs ask to leave with one click (RFC 8058).
EEN_KLIK = "List-Unsubscribe=One-Click"


@dataclass(frozen=True)
class Mail:
    """An issue with its tokens, before it is frozen."""

    onderwerp: str
    tekst: str
    html: str


def freeze_page(page: NieuwsbriefPage) -> Bevroren:
    """Return the mail of an issue as it stands in `page`: the object decides, not the database.

    Give the revision that is to be sent. Raises ValueError for an issue without a subject, and
    whatever a faulty template raises.
    """
    mail = mail_van(page)
    return freeze_parts(mail.onderwerp, mail.tekst, mail.html)


def mail_van(page: NieuwsbriefPage) -> Mail:
    """Return the mail of an issue to look at; also of one that may not leave yet."""
    language = page.locale.language_code
    with translation.override(language):
        context = _context(page, language)
        subject = " ".join(CONTROL.sub(" ", page.onderwerp).split())
        template = get_template("emails/nieuwsbrief/brief/body.txt").template
        text = template.render(Context(context, autoescape=False)).strip() + "\n"
        # Parts that are empty leave no holes.
        text = EMPTY_LINES.sub("\n\n", text)
        mjml = get_template("emails/nieuwsbrief/brief/body.mjml").render(
            {**context, "onderwerp": subject}
        )
    html = str(mrml.to_html(NOT_IN_XML.sub("", mjml)).content)
    return Mail(subject, text, html)


def _context(page, language):
    instellingen = SiteInstellingen.objects.first()
    return {
        "page": page,
        "onderdelen": page.onderdelen,
        "webversie": adres_van(page),
        "basis_url": settings.BASE_URL,
        "taal": language,
        "taal_tag": settings.LANGUAGE_TAGS[language],
        "organisatie": instellingen.organisatie if instellingen else "",
        "t_aanspreking": token(AANSPREKING),
        "t_voorkeuren": token(VOORKEUREN),
        "t_uitschrijven": token(UITSCHRIJVEN),
        "t_lijst": token(LIJST),
    }


def headers_of(page: NieuwsbriefPage, lijst: Lijst | None = None) -> dict[str, str]:
    """Return the headers of a newsletter, for `post.services.prepare_bulk`.

    Without `lijst` the list differs per recipient, and its List-Id is a token too.
    """
    with translation.override(page.locale.language_code):
        help_page = settings.BASE_URL + reverse("nieuwsbrief_link")
    return {
        "List-Id": lijst.list_id_kop if lijst else token(LIST_ID),
        "List-Unsubscribe": f"<{token(UITSCHRIJVEN)}>",
        "List-Unsubscribe-Post": EEN_KLIK,
        "List-Archive": f"<{_archief(page)}>",
        "List-Help": f"<{help_page}>",
        "Precedence": "bulk",
    }


def antwoord_aan(lijst: Lijst | None) -> str:
    """Return the address that answers to an issue go to: of the list, or else the helpdesk."""
    instellingen = SiteInstellingen.objects.first()
    helpdesk = instellingen.helpdesk_e_mail if instellingen else ""
    return (lijst.antwoord_adres if lijst else "") or helpdesk


def _archief(page: NieuwsbriefPage) -> str:
    """Return the address of the page with all issues."""
    index = page.get_parent() if page.path else None
    return adres_van(cast("Page", index)) if index else settings.BASE_URL


def values_of(abonnee: Abonnee, page: NieuwsbriefPage, lijst: Lijst) -> Mapping[str, str]:
    """Return the values of the tokens for one recipient; `lijst` is why she gets this issue.

    No query.
    """
    with translation.override(page.locale.language_code):
        aanspreking = aanspreking_van(abonnee.naam)
    return {
        AANSPREKING: aanspreking,
        VOORKEUREN: links.voorkeuren_link(abonnee),
        UITSCHRIJVEN: links.uitschrijf_link(abonnee, lijst.pk),
        LIJST: lijst.naam,
        LIST_ID: lijst.list_id_kop,
    }


def aanspreking_van(naam: str) -> str:
    """Return the greeting, with the name if there is one, in the active language."""
    naam = " ".join(CONTROL.sub(" ", naam).split())
    return f"{_('Dag')} {naam}," if naam else f"{_('Dag')},"


def voorbeeldwaarden(page: NieuwsbriefPage) -> Mapping[str, str]:
    """Return values for a look at an issue: links that lead to the forms, not to anybody."""
    lijsten = list(page.lijsten.all())
    with translation.override(page.locale.language_code):
        hier = _archief(page)
        return {
            AANSPREKING: aanspreking_van(""),
            VOORKEUREN: hier,
            UITSCHRIJVEN: hier,
            LIJST: lijsten[0].naam if lijsten else _("Nieuwsbrief"),
            LIST_ID: lijsten[0].list_id_kop if lijsten else "",
        }
