"""What every change has in common: the lock on a person, the words, the event."""

import datetime
import hashlib

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from nieuwsbrief.models import (
    Abonnee,
    Abonnement,
    Lijst,
    NieuwsbriefInstellingen,
    Toestemming,
    Uitschrijving,
)
from nieuwsbrief.staten import Bron, Soort, Staat
from post import addresses
from post import services as post

# A form with somebody's address may not fill her mailbox, whoever fills it in.
TUSSENTIJD = datetime.timedelta(minutes=10)
PER_DAG = 3

ZIN = _(
    "Ik wil de nieuwsbrieven die ik aankruis per mail krijgen. Ik kan me altijd uitschrijven, met "
    "één klik."
)
TOELICHTING_BIJ_INSCHRIJVING = _(
    "Dan krijg je eerst een mail om te bevestigen. Je kunt je altijd uitschrijven, met één klik."
)


class NietMogelijk(Exception):
    """What was asked cannot be done (any more). The text says why, in Dutch."""


def op_slot(**wie) -> Abonnee | None:
    """Return a subscriber, locked until the end of the transaction; None when she is gone."""
    return Abonnee.objects.select_for_update().filter(**wie).first()


def tekst_van(lijst: Lijst, taal: str, bron: str = Bron.SITE) -> str:
    """Return the words that somebody agrees to, as the form shows them in a language."""
    with translation.override(taal):
        if bron == Bron.INSCHRIJVING:
            return f"{zin_bij_inschrijving(lijst)}\n{TOELICHTING_BIJ_INSCHRIJVING}"
        return f"{lijst.naam}: {lijst.uitleg_hier}\n{ZIN}"


def zin_bij_inschrijving(lijst: Lijst) -> str:
    """Return the words beside the box for a list, in the form of a course."""
    words = gettext("Ja, stuur mij de nieuwsbrief %(naam)s.") % {"naam": lijst.naam}
    return f"{words} {lijst.uitleg_hier}"


def versie_van(tekst: str) -> str:
    """Return a short name for a wording: another word, another version."""
    return hashlib.sha256(tekst.encode()).hexdigest()[:12] if tekst else ""


def privacyversie() -> str:
    """Return which version of the privacy statement a visitor can read now: its revision."""
    page = (
        NieuwsbriefInstellingen.objects.exclude(privacypagina=None)
        .values_list("privacypagina_id", "privacypagina__live_revision_id")
        .first()
    )
    return "{}.{}".format(*page) if page else ""


def noteer(
    abonnee: Abonnee, lijst_pk: int, soort: Soort, *, bron: Bron, tekst: str = "", **velden
) -> None:
    """Add one event to the history of a person and a list."""
    Toestemming.objects.create(
        abonnee=abonnee,
        lijst_id=lijst_pk,
        soort=soort,
        bron=bron,
        op=clock.now(),
        tekst=tekst,
        tekst_versie=versie_van(tekst),
        **velden,
    )


def onthoud_uitschrijving(adres: str, lijsten: list[int]) -> None:
    """Remember that an address does not want these lists, also after it is forgotten."""
    wie, nu = addresses.fingerprint(adres), clock.now()
    Uitschrijving.objects.bulk_create(
        [Uitschrijving(lijst_id=pk, vingerafdruk=wie, sinds=nu) for pk in lijsten],
        ignore_conflicts=True,
    )


def mag_weer(abonnee: Abonnee, lijsten: list[int]) -> None:
    """Forget that she left these lists: she asks for them again, from her own mailbox."""
    Uitschrijving.objects.filter(
        vingerafdruk=addresses.fingerprint(abonnee.adres), lijst__in=lijsten
    ).delete()
    post.allow_again(abonnee.adres)


def word_actief(abonnement: Abonnement) -> None:
    """Let somebody get a list from now on."""
    abonnement.staat = Staat.ACTIEF
    abonnement.sinds = abonnement.bevestigd_op = clock.now()
    abonnement.afscheid = False
    abonnement.save()


def mag_mailen(abonnee: Abonnee) -> bool:
    """Count a mail that a form asks for; say whether it may leave. Under the lock."""
    nu = clock.now()
    if abonnee.mail_op is None or abonnee.mail_op.astimezone(nu.tzinfo).date() != nu.date():
        abonnee.mail_aantal = 0
    elif nu - abonnee.mail_op < TUSSENTIJD or abonnee.mail_aantal >= PER_DAG:
        return False
    abonnee.mail_op = nu
    abonnee.mail_aantal += 1
    abonnee.save(update_fields=["mail_op", "mail_aantal"])
    return True


def taal_of(taal: str | None) -> str:
    """Return a language that the site has."""
    return taal if taal and taal in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
