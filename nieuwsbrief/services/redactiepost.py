"""The mails to the editors of the newsletter: to whom they go, and that a sending stopped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from wagtail.permissions import page_permission_policy

from core import clock
from nieuwsbrief.models import NieuwsbriefIndexPage, NieuwsbriefInstellingen, Verzending
from post import addresses
from post import services as post
from post.models import Bericht

# The permission of who approves, plans and sends.
VERZENDEN = "nieuwsbrief.verzend_brief"
STILGEVALLEN = "nieuwsbrief/stilgevallen"
GEMIST, PAUZE, MISLUKT, OPEN, GESTOPT = "gemist", "pauze", "mislukt", "open", "gestopt"


@dataclass(frozen=True)
class Geadresseerden:
    """Whom we write about the newsletter, and whether that is the address of the settings."""

    adressen: list[str]
    is_ingesteld: bool


def geadresseerden(*, ook_verzenders: bool = False) -> Geadresseerden:
    """Return the address of the settings; without one, those of who may make an issue.

    With `ook_verzenders` also of who may send one. System administrators, who may do everything,
    only where there is nobody else. Addresses that cannot get mail are left out.
    """
    ingesteld = _geldig([NieuwsbriefInstellingen.load().redactie_adres])
    if ingesteld:
        return Geadresseerden(ingesteld, is_ingesteld=True)
    for met_beheerders in (False, True):
        mensen = set(_makers(met_beheerders))
        if ook_verzenders:
            users = get_user_model().objects
            mensen |= set(users.with_perm(VERZENDEN, include_superusers=met_beheerders))
        mensen = sorted(mensen, key=lambda een: een.pk)
        if gevonden := _geldig([een.email for een in mensen if een.is_active]):
            return Geadresseerden(gevonden, is_ingesteld=False)
    return Geadresseerden([], is_ingesteld=False)


def _makers(met_beheerders):
    index = (
        NieuwsbriefIndexPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
        .order_by("path")
        .first()
    )
    if index is None:
        return []
    return page_permission_policy.users_with_permission_for_instance(
        "add", index, include_superusers=met_beheerders
    )


def _geldig(adressen) -> list[str]:
    """Return the addresses that can get mail, each once."""
    gevonden: dict[str, str] = {}
    for adres in adressen:
        try:
            geldig = addresses.check(adres)
        except addresses.InvalidAddress:
            continue
        gevonden.setdefault(addresses.normalise(geldig), geldig)
    return list(gevonden.values())


@transaction.atomic
def schrijf(
    *, sleutel: str, soort: str, context: Callable[[], Mapping], ook_verzenders: bool = False
) -> bool:
    """Queue a mail to the editors, each address once per `sleutel`; say whether one is new.

    `context` is only worked out when there is somebody to write to.
    """
    wie = geadresseerden(ook_verzenders=ook_verzenders)
    # The shared address has the bare key: it stays the same mail when people come and go.
    sleutels = {
        sleutel if wie.is_ingesteld else f"{sleutel}:{addresses.fingerprint(adres)}": adres
        for adres in wie.adressen
    }
    bekend = Bericht.objects.filter(sleutel__in=sleutels).values_list("sleutel", flat=True)
    for key in bekend:
        del sleutels[key]
    if not sleutels:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        inhoud = {**context(), "soort": soort, "is_ingesteld": wie.is_ingesteld}
        for key, adres in sleutels.items():
            post.queue(key=key, template=soort, to=adres, context=inhoud)
    return True


def meld(verzending: Verzending, gebeurtenis: str, *, reden: str = "", onzeker: int = 0) -> None:
    """Tell the editors that a sending stopped without them, in the transaction of that change.

    Every time it happens is one mail: the change itself happens once.
    """
    schrijf(
        sleutel=f"nieuwsbrief:{gebeurtenis}:{verzending.pk}:{clock.now().isoformat()}",
        soort=STILGEVALLEN,
        ook_verzenders=True,
        context=lambda: {
            "gebeurtenis": gebeurtenis,
            "verzending": verzending,
            "reden": reden,
            "onzeker": onzeker,
            "link": settings.BASE_URL + _scherm(verzending),
        },
    )


def _scherm(verzending):
    if verzending.pagina_id is None:
        return reverse("nieuwsbrief_verzenden:index")
    return reverse("nieuwsbrief_verzenden:brief", args=[verzending.pagina_id])
