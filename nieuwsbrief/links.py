"""The links in mails to subscribers: confirm, choose, leave.

Nothing secret is stored. The link with which somebody leaves holds no version: it has to work as
long as a mail with it lies in a mailbox, also after she asked for a new link to her choices, or was
forgotten and came back. So it names her address (by a code), not the row that we have of her now.
"""

import uuid

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from core import signed_links
from core.signed_links import LinkOngeldig
from nieuwsbrief.models import Abonnee

BEVESTIGEN = "nieuwsbrief.bevestigen"
VOORKEUREN = "nieuwsbrief.voorkeuren"
UITSCHRIJVEN = "nieuwsbrief.uitschrijven-adres"
# As links to leave were written before: by the number of the subscriber.
UITSCHRIJVEN_UID = "nieuwsbrief.uitschrijven"
# Which issue a link to leave stood in. Not signed: it counts, and decides nothing.
BRIEF = "brief"
MAX_NUMMER = 2**31 - 1


def _link(abonnee, view, token):
    with translation.override(abonnee.taal):
        return settings.BASE_URL + reverse(view, args=[token])


def bevestig_link(abonnee: Abonnee) -> str:
    """Return the address where somebody confirms that she wants what she asked for."""
    token = signed_links.write(BEVESTIGEN, abonnee.uid, abonnee.link_versie)
    return _link(abonnee, "nieuwsbrief_bevestigen", token)


def voorkeuren_token(abonnee: Abonnee) -> str:
    """Return the signed part of the link to somebody's choices."""
    return signed_links.write(VOORKEUREN, abonnee.uid, abonnee.link_versie)


def voorkeuren_link(abonnee: Abonnee) -> str:
    """Return the address where somebody sees and changes her choices."""
    return _link(abonnee, "nieuwsbrief_voorkeuren", voorkeuren_token(abonnee))


def uitschrijf_link(abonnee: Abonnee, lijst_pk: int, verzending_nr: int | None = None) -> str:
    """Return the address to leave one list with one click (RFC 8058), from an issue or not."""
    token = signed_links.write(UITSCHRIJVEN, abonnee.adres_code, lijst_pk)
    link = _link(abonnee, "nieuwsbrief_uitschrijven", token)
    return f"{link}?{BRIEF}={verzending_nr}" if verzending_nr else link


def brief_in(waarde: str) -> int | None:
    """Return the issue that a link to leave names; None when it names none."""
    if waarde.isascii() and waarde.isdecimal() and len(waarde) < len(str(MAX_NUMMER)):
        return int(waarde)
    return None


def lees(purpose: str, token: str) -> Abonnee:
    """Return the subscriber of a link to confirm or to choose; raise LinkOngeldig."""
    uid, versie = signed_links.read(purpose, token)
    found = Abonnee.objects.filter(uid=uid, link_versie=versie).first()
    if found is None:
        raise LinkOngeldig
    return found


def lees_vertrek(token: str) -> tuple[dict[str, uuid.UUID], int]:
    """Return by what a link to leave knows its subscriber, and which list; raise LinkOngeldig."""
    try:
        code, lijst = signed_links.read(UITSCHRIJVEN, token)
    except LinkOngeldig:
        uid, lijst = signed_links.read(UITSCHRIJVEN_UID, token)
        return {"uid": uid}, lijst
    return {"adres_code": code}, lijst
