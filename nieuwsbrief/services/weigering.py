"""When the mail server refuses every mail of an issue: what it said, and what to do about it."""

import re
from email.utils import parseaddr

from nieuwsbrief.models import Verzending
from post import addresses
from post.models import Bericht, Levering
from post.progress import Voortgang, progress_of
from post.states import Staat

# So many refusals and nothing taken: then it is not about these readers.
TE_VEEL = 20
# A reason has 300 characters, and the way out may not fall off.
MAX_ANTWOORD = 70
ADRES = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']+")
AFZENDER = (
    "Ligt het aan de afzender? Verbeter die bij de lijst, kies ‘Stop voorgoed’ en laat de brief "
    "opnieuw goedkeuren."
)


def niemand_kreeg(verzending: Verzending) -> bool:
    """Say whether mails were offered and every one of them was refused."""
    return verzending.bericht is not None and progress_of([verzending.bericht])[0].alles_geweigerd


def reden(bericht: Bericht) -> str:
    """Return that every mail of a run was refused, what the server said, and the way out."""
    return f"De mailserver weigerde elke mail{_antwoord(bericht)}. {AFZENDER}"


def houdt_tegen(bericht: int) -> str:
    """Return why a run that is under way should offer no more mails; empty when it may go on."""
    voortgang = _stand(bericht)
    if voortgang is None or not voortgang.alles_geweigerd or voortgang.mislukt < TE_VEEL:
        return ""
    return (
        f"De mailserver weigerde elke mail tot nu toe{_antwoord(voortgang.bericht)}. {AFZENDER} "
        "Anders: los het op en kies ‘Hervat’ op het scherm ‘Verzenden’."
    )


def _stand(bericht) -> Voortgang | None:
    return next(iter(progress_of(Bericht.objects.for_list().filter(pk=bericht))), None)


def _antwoord(bericht: Bericht) -> str:
    """Return the last answer between quotes, without the addresses of readers.

    A sending is kept for ever and holds no people. The address of the sender stays: that is what
    servers often refuse.
    """
    mislukt = Levering.objects.in_index(bericht.pk, Staat.MISLUKT)
    tekst = mislukt.values_list("laatste_fout", flat=True).first() or ""
    afzender = addresses.normalise(parseaddr(bericht.afzender)[1])
    tekst = ADRES.sub(
        lambda adres: adres[0] if addresses.normalise(adres[0]) == afzender else "…", tekst
    )
    tekst = " ".join(tekst.split())
    return f": ‘{tekst[:MAX_ANTWOORD]}’" if tekst else ""
