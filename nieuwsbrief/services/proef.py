"""A test mail: an issue in the mailboxes of the team, made and sent the way of the run."""

import hashlib
from collections.abc import Sequence

from django.db import transaction

from core import clock
from nieuwsbrief.brief.render import antwoord_aan, freeze_page, headers_of, voorbeeldwaarden
from nieuwsbrief.models import NieuwsbriefPage, Testadres
from nieuwsbrief.services.berichten import SOORT
from post import services as post
from post.models import Bericht

PROEF = f"{SOORT}proef"


@transaction.atomic
def stuur_proef(*, page: NieuwsbriefPage, adressen: Sequence[Testadres], door) -> Bericht:
    """Send the issue as it stands in `page` to test addresses, and return the message.

    A second press within a minute sends nothing more. The personal links lead to nobody's choices.
    Raises ValueError for an issue without a subject, and post.addresses.InvalidAddress.
    """
    frozen = freeze_page(page)
    lijst = next(iter(page.lijsten.all()), None)
    to = sorted(one.adres for one in adressen)
    what = hashlib.sha256(
        "\n".join([frozen.onderwerp, frozen.tekst, frozen.html, *to]).encode()
    ).hexdigest()[:24]
    message = post.prepare_bulk(
        key=f"nieuwsbrief:proef:{page.pk}:{what}:{clock.now():%Y%m%d%H%M}",
        kind=PROEF,
        frozen=frozen,
        language=page.locale.language_code,
        headers=headers_of(page, lijst),
        sender=lijst.afzender if lijst else "",
        reply_to=antwoord_aan(lijst),
    )
    values = voorbeeldwaarden(page)
    post.queue_bulk(message, [post.Ontvanger(adres=one, gegevens=values) for one in to])
    return message
