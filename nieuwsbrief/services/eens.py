"""Nobody gets one issue twice: not in two languages, and not from two sendings.

Asked at two moments. Who chooses the recipients leaves out whoever got the issue, perhaps got it,
or is going to get it, from another sending of the same page or of its translation. That is not
enough: two who choose at the same time do not see each other on PostgreSQL, and what failed in one
language may be offered again after the other one left. So the guard asks once more when a mail is
about to leave. By then both choices are in the table, and of two that wait, the one that was there
first goes: both workers come to the same answer, without waiting for each other.
"""

from collections.abc import Collection, Iterable

from django.db.models import Q

from nieuwsbrief.models import NieuwsbriefPage
from post import addresses
from post.engine.queue import Genomen
from post.models import Bericht, Levering
from post.states import BerichtStaat, Staat

# What left, or perhaps did.
VERTROKKEN = (Staat.VERZONDEN, Staat.ONZEKER, Staat.BEZIG)
# What is going to leave, unless its message was cancelled.
ONDERWEG = (Staat.WACHT, Staat.GENOMEN)


class Anderen:
    """The other mails of an issue: earlier sendings, and those of its translations."""

    def __init__(self, pagina: NieuwsbriefPage | None, bericht: int | None):
        """Those beside mail `bericht` of the issue `pagina`."""
        rijen = (
            Bericht.objects.filter(verzending__pagina__translation_key=pagina.translation_key)
            .exclude(pk=bericht)
            .values_list("pk", "staat")
            if pagina
            else []
        )
        self._berichten = [pk for pk, _staat in rijen]
        self._lopend = [pk for pk, staat in rijen if staat != BerichtStaat.GEANNULEERD]

    @property
    def zijn_er(self) -> bool:
        """Whether there are any; mostly there are none."""
        return bool(self._berichten)

    def leveringen(self):
        """Return the deliveries by which somebody has the issue, or is going to get it."""
        return Levering.objects.filter(
            Q(staat__in=VERTROKKEN) | Q(staat__in=ONDERWEG, bericht__in=self._lopend),
            bericht__in=self._berichten,
        )

    def van(self, adressen: Collection[str]) -> set[str]:
        """Return who of these has the issue, or is going to get it."""
        if not self.zijn_er:
            return set()
        rijen = self.leveringen().filter(adres_norm__in=adressen)
        return set(rijen.values_list("adres_norm", flat=True))

    def gaan_voor(self, genomen: Iterable[Genomen]) -> set[int]:
        """Return which deliveries about to leave may not, by number."""
        if not self.zijn_er:
            return set()
        nummers = {addresses.normalise(een.adres): een.pk for een in genomen}
        rijen = self.leveringen().filter(adres_norm__in=nummers)
        return {
            nummers[adres]
            for adres, staat, pk in rijen.values_list("adres_norm", "staat", "pk")
            if staat != Staat.WACHT or pk < nummers[adres]
        }
