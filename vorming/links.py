"""The link with which a participant manages her enrolment, without an account.

The same link stands in every mail, and nothing secret is stored: it signs the name of the enrolment
and the version of its link. Raising that version revokes every link that was sent before.
"""

import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from core import clock, signed_links
from core.signed_links import LinkOngeldig
from vorming.models import Inschrijving, VormingInstellingen

__all__ = ["LinkOngeldig", "is_too_old", "link_of", "read", "token_of"]

SALT = "vorming.inschrijving"


def token_of(inschrijving: Inschrijving) -> str:
    """Return the signed part of the link of an enrolment."""
    return signed_links.write(SALT, inschrijving.uid, inschrijving.link_versie)


def link_of(inschrijving: Inschrijving, language: str | None = None) -> str:
    """Return the whole address where a participant manages her enrolment."""
    with translation.override(language or inschrijving.aanvraag.taal):
        path = reverse("mijn_inschrijving", args=[token_of(inschrijving)])
    return settings.BASE_URL + path


def read(token: str) -> Inschrijving:
    """Return the enrolment of a link; raise LinkOngeldig when it holds no more."""
    uid, version = signed_links.read(SALT, token)
    found = (
        Inschrijving.objects.select_related("sessie__vorming", "aanvraag")
        .filter(uid=uid, link_versie=version, geanonimiseerd_op=None)
        .first()
    )
    if found is None or is_too_old(found):
        raise LinkOngeldig
    return found


def is_too_old(inschrijving: Inschrijving) -> bool:
    """Say whether the session ended so long ago that links to it stopped."""
    end = inschrijving.sessie.eindigt_op
    if end is None:
        return False
    keep = VormingInstellingen.load().bewaar_links
    return clock.now() > end + datetime.timedelta(days=keep)
