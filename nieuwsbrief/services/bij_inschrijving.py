"""The newsletter as a question on the side, in the form with which somebody enrols in a course."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import rate
from core.bijvragen import Bijvraag, KeuzeField
from nieuwsbrief.models import Lijst
from nieuwsbrief.services.aanmelden import PER_UUR, aanmelden
from nieuwsbrief.services.basis import TOELICHTING_BIJ_INSCHRIJVING, zin_bij_inschrijving
from nieuwsbrief.staten import Bron


def _veld() -> KeuzeField | None:
    lijsten = list(Lijst.objects.bij_inschrijving())
    if not lijsten:
        return None
    return KeuzeField(
        label=_("Wil je ook nieuws krijgen?"),
        help_text=TOELICHTING_BIJ_INSCHRIJVING,
        choices=[(str(lijst.pk), zin_bij_inschrijving(lijst)) for lijst in lijsten],
    )


def _mag(request: HttpRequest) -> bool:
    return rate.allow("nieuwsbrief", request, per_hour=PER_UUR)


def _doe(e_mail: str, taal: str, keuze: Sequence[str]) -> None:
    lijsten = list(Lijst.objects.bij_inschrijving().filter(pk__in=keuze))
    aanmelden(adres=e_mail, lijsten=lijsten, taal=taal, bron=Bron.INSCHRIJVING)


NIEUWSBRIEF = Bijvraag(
    naam="nieuwsbrief",
    titel=gettext_lazy("Nieuwsbrief"),
    uitleg=gettext_lazy("Dit staat los van je inschrijving. Je hoeft niets aan te kruisen."),
    veld=_veld,
    mag=_mag,
    doe=_doe,
    gelukt=gettext_lazy(
        "Je vroeg ook de nieuwsbrief. Daarvoor krijg je een aparte mail. Klik in die mail op de "
        "knop: pas daarna krijg je de nieuwsbrief."
    ),
    mislukt=gettext_lazy(
        "De nieuwsbrief aanvragen is niet gelukt. Dat verandert niets aan je inschrijving."
    ),
    elders="nieuwsbrief_aanmelden",
    elders_in_woorden=gettext_lazy("Vraag de nieuwsbrief hier aan"),
)
