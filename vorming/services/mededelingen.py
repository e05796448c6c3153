"""What editors write to participants: chosen by state, sent once."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from post.freezing import Bevroren
from post.models import Levering
from vorming.models import Aanvraag, Inschrijving, Mededeling, Sessie
from vorming.services import berichten
from vorming.services.basis import Door, NietMogelijk, noteer
from vorming.staten import ACTIEF, Staat

# Whom an editor may write to. Who was refused, lapsed or replaced has nothing more to hear.
ONTVANGERS = [
    Staat.BEVESTIGD,
    Staat.AANGEBODEN,
    Staat.WACHTLIJST,
    Staat.AANGEVRAAGD,
    Staat.GEANNULEERD,
]


def send(
    sessie: int,
    *,
    token: uuid.UUID,
    onderwerp: str,
    tekst: str,
    staten: Sequence[Staat],
    door: Door,
) -> tuple[Mededeling, bool]:
    """Mail everybody in these states; return the mail, and whether it is new.

    Everybody gets one of her own, with her own link, also where people share a mailbox. It is no
    newsletter: who unsubscribed from that still hears that a room changed. The same `token` again
    is the same mail. Raises NietMogelijk when nobody would get it.
    """
    with transaction.atomic():
        found = Sessie.objects.select_related("vorming").get(pk=sessie)
        rows = list(ontvangers(found, staten).select_related("aanvraag").order_by("pk"))
        # The token alone keeps two clicks apart: nobody who enrols meanwhile waits for our mails.
        made, is_new = Mededeling.objects.get_or_create(
            formuliertoken=token,
            defaults={
                "sessie": found,
                "onderwerp": onderwerp,
                "tekst": tekst,
                "staten": list(staten),
                "aantal": len(rows),
                "gebruiker": door.gebruiker,
            },
        )
        if not is_new:
            return made, False
        if not rows:
            raise NietMogelijk("Er is niemand om te mailen.")
        for one in rows:
            one.sessie = found
            berichten.mededeling(one, made)
        noteer(found, "mail aan deelnemers", door=door, uitleg=onderwerp)
        return made, True


def ontvangers(sessie: Sessie, staten: Iterable[Staat]):
    """Return who in these states can be mailed.

    Somebody who cancelled and came back counts once, as what she is now. Who was moved or merged
    did not cancel.
    """
    rows = Inschrijving.objects.filter(
        sessie=sessie, staat__in=staten, verder="", geanonimiseerd_op=None
    )
    later = Inschrijving.objects.filter(sessie=sessie, sleutel=OuterRef("sleutel")).filter(
        Q(staat__in=ACTIEF) | Q(pk__gt=OuterRef("pk"))
    )
    return rows.filter(Q(staat__in=ACTIEF) | ~Exists(later)).exclude(e_mail="")


def tellingen(sessie: Sessie) -> dict[Staat, int]:
    """Return for every state how many people can be mailed."""
    found = Counter(ontvangers(sessie, ONTVANGERS).values_list("staat", flat=True))
    return {staat: found[staat] for staat in ONTVANGERS}


def voorbeeld(sessie: Sessie, onderwerp: str, tekst: str, staten: Sequence[Staat]) -> Bevroren:
    """Return the mail as somebody in the first of these states would get it. Nothing is stored."""
    somebody = Inschrijving(
        sessie=sessie,
        aanvraag=Aanvraag(sessie=sessie),
        voornaam="Voornaam",
        staat=next((staat for staat in staten if staat in ACTIEF), staten[0]),
    )
    return berichten.voorbeeld(somebody, Mededeling(onderwerp=onderwerp, tekst=tekst))


def voortgang(mededeling: Mededeling) -> Counter[str]:
    """Return how many of the mails are in which state of delivery."""
    people = Inschrijving.objects.filter(sessie=mededeling.sessie_id).only("uid")
    keys = [berichten.key_of("mededeling", one, mededeling.formuliertoken) for one in people]
    found: Counter[str] = Counter()
    for start in range(0, len(keys), 500):
        found.update(
            Levering.objects.filter(bericht__sleutel__in=keys[start : start + 500]).values_list(
                "staat", flat=True
            )
        )
    return found
