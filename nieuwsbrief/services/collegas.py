"""Who of the team approves an issue, and the mails that pass between them."""

from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse

from nieuwsbrief.beheer.rechten import VERZENDEN
from nieuwsbrief.models import NieuwsbriefInstellingen, NieuwsbriefPage, Verzending
from post import goedkeuring

SCHERM = "nieuwsbrief_verzenden:brief"


def schreef_zelf(page: NieuwsbriefPage, gebruiker) -> bool:
    """Say whether somebody wrote the version that would leave, and so may not approve it."""
    schreef = page.live_revision is not None and page.live_revision.user_id == gebruiker.pk
    return schreef and not NieuwsbriefInstellingen.load().alleen_goedkeuren


def wie_krijgt_de_vraag(page: NieuwsbriefPage, door) -> list[Any]:
    """Return who may approve an issue and can be mailed.

    Who asks is not among them, unless nobody else is and a team of one may approve its own.
    """
    team = get_user_model()._default_manager.with_perm(VERZENDEN).order_by("last_name", "pk")
    mogen = [
        een
        for een in team
        if not schreef_zelf(page, een) and goedkeuring.krijgt_mail(een, goedkeuring.GEVRAAGD)
    ]
    return [een for een in mogen if een.pk != door.pk] or mogen


def vraag(verzending: Verzending, page: NieuwsbriefPage, door) -> int:
    """Mail who may approve that somebody asks; return how many."""
    return goedkeuring.mail(
        goedkeuring.GEVRAAGD,
        naar=wie_krijgt_de_vraag(page, door),
        door=door,
        gevolg="Keur je de mail goed, dan ligt hij vast. Er vertrekt nog niets.",
        **_over(verzending, page),
    )


def antwoord_ja(verzending: Verzending, page: NieuwsbriefPage, door) -> int:
    """Mail who made and who asked that the issue is approved."""
    return goedkeuring.mail(
        goedkeuring.GOEDGEKEURD,
        naar=_makers(verzending, page, door),
        door=door,
        gevolg="De mail ligt vast. Kies nu wanneer hij vertrekt.",
        **_over(verzending, page),
    )


def antwoord_nee(verzending: Verzending, page: NieuwsbriefPage, door) -> int:
    """Mail who made and who asked what still has to change."""
    return goedkeuring.mail(
        goedkeuring.TERUGGESTUURD,
        naar=_makers(verzending, page, door),
        door=door,
        opmerking=verzending.opmerking,
        **_over(verzending, page),
    )


def _makers(verzending, page, door):
    makers = {verzending.gemaakt_door, page.live_revision.user if page.live_revision else None}
    return [een for een in makers if een is not None and een.pk != door.pk]


def _over(verzending, page):
    return {
        "sleutel": f"brief:{verzending.pk}",
        "titel": verzending.onderwerp,
        "adres": reverse(SCHERM, args=[page.pk]),
    }
