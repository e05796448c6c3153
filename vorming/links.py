"""The link with which a participant manages her enrolment, without an account.

The same link stands in every mail, and nothing secret is stored: it signs the name of the enrolment
and the version of its link. Raising that version revokes every link that was sent before.
"""

import datetime
import uuid

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


def attest_link_of(inschrijving: Inschrijving) -> str:
    """Return the whole address where a participant finds her certificate."""
    with translation.override(inschrijving.aanvraag.taal):
        path = reverse("mijn_attest", args=[token_of(inschrijving)])
    return settings.BASE_URL + path


def controle_link(nummer: str, language: str) -> str:
    """Return the whole address where anybody can see whether a certificate is real."""
    with translation.override(language):
        return settings.BASE_URL + reverse("attest_nakijken", args=[nummer])


def evaluatie_link(sleutel: str, language: str) -> str:
    """Return the whole address where a token of an evaluation is spent."""
    with translation.override(language):
        return settings.BASE_URL + reverse("evaluatie", args=[sleutel])


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


def read_given(token: str, merk: uuid.UUID) -> Inschrijving:
    """Return the enrolment whose place was given on with this link, by the form with this mark.

    Only to say once more that it was: for all else the link is dead. Raises LinkOngeldig.
    """
    uid, version = signed_links.read(SALT, token)
    found = (
        Inschrijving.objects.select_related("sessie__vorming")
        .filter(uid=uid, link_versie=version + 1, doorgegeven_met=merk, geanonimiseerd_op=None)
        .first()
    )
    if found is None:
        raise LinkOngeldig
    return found


def is_too_old(inschrijving: Inschrijving) -> bool:
    """Say whether the session ended, or a certificate was made, so long ago that links stopped."""
    end = inschrijving.sessie.eindigt_op
    if end is None:
        return False
    keep = datetime.timedelta(days=VormingInstellingen.load().bewaar_links)
    if clock.now() <= end + keep:
        return False
    return not inschrijving.attesten.filter(uitgegeven_op__gte=clock.now() - keep).exists()
