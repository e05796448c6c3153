"""Counting how often a link of an issue is opened: a number per link, and nothing about people."""

import html
import re

from django.conf import settings
from django.db.models import F
from django.urls import reverse

from nieuwsbrief.brief.render import mail_van
from nieuwsbrief.models import Klik, NieuwsbriefPage, Verzending
from post.freezing import Bevroren, freeze_parts

HREF = re.compile(r'(<a\b[^>]*?\shref=")(https?://[^"]+)(")', re.IGNORECASE)
# The marks of the mail room: personal links are never counted.
TEKEN = re.compile("[⟦⟧]")
MAX_LINKS = 500


def freeze_met_teller(verzending: Verzending, versie: NieuwsbriefPage) -> Bevroren:
    """Return the mail of an issue with its links leading past the counter first."""
    mail = mail_van(versie)
    adressen: dict[str, str] = {}

    def vervang(found):
        adres = html.unescape(found[2])
        if TEKEN.search(adres) or (len(adressen) >= MAX_LINKS and adres not in adressen):
            return found[0]
        if adres not in adressen:
            adressen[adres] = link(verzending.pk, len(adressen) + 1)
        return f"{found[1]}{adressen[adres]}{found[3]}"

    body = HREF.sub(vervang, mail.html)
    verzending.klikken.all().delete()
    Klik.objects.bulk_create(
        [
            Klik(verzending=verzending, nummer=nummer, adres=adres)
            for nummer, adres in enumerate(adressen, start=1)
        ]
    )
    return freeze_parts(mail.onderwerp, mail.tekst, body)


def link(verzending: int, nummer: int) -> str:
    """Return the address that counts and leads on."""
    return settings.BASE_URL + reverse("nieuwsbrief_klik", args=[verzending, nummer])


def tel(verzending: int, nummer: int, *, tellen: bool = True) -> str | None:
    """Count one opening; return where the link leads, or None when no issue has it."""
    rij = Klik.objects.filter(verzending=verzending, nummer=nummer).first()
    if rij is None:
        return None
    if tellen:
        Klik.objects.filter(pk=rij.pk).update(aantal=F("aantal") + 1)
    return rij.adres
