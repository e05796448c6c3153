"""Looking people up: by what somebody types, and by what asks for attention."""

import datetime
import unicodedata

from django.db import models
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, When

from core import clock
from post import addresses
from vorming.staten import ACTIEF, SessieStaat, Staat

# So long before its end an offer, and before its start a session, asks for a phone call.
BIJNA = datetime.timedelta(hours=24)


class Aandacht(models.TextChoices):
    """Why an editor should look at an enrolment."""

    GOEDKEUREN = "goedkeuren", "wacht op goedkeuring"
    AANBOD = "aanbod", "aanbod vervalt binnen 24 uur"
    BELLEN = "bellen", "wacht nog, de sessie begint binnen 24 uur"
    GROEP = "groep", "groep overgeslagen: ze past niet samen"
    DUBBEL = "dubbel", "misschien dubbel"


class OpzoekQuerySet(models.QuerySet):
    """Enrolments, as editors look for them."""

    def voor_lijst(self):
        """Return what a list shows, in a number of queries that does not grow."""
        from vorming.models import Sessie

        sessies = Sessie.objects.select_related("vorming")
        return self.select_related("aanvraag").prefetch_related(Prefetch("sessie", sessies))

    def zoek(self, tekst: str):
        """Return who matches every word: name, address or organisation, also of the contact.

        Accents and capitals do not count. A whole address is looked up in an index, everything
        else reads names one by one.
        """
        rows = self
        for word in _folded(tekst).split():
            rows = rows.filter(_past_op(word))
        return rows

    def vraagt_aandacht(self, reden: str = ""):
        """Return who asks for attention: for one reason of Aandacht, or for any.

        Only in sessions that are not over: after that nothing helps.
        """
        from vorming.models import Sessie

        now = clock.now()
        reasons = _voorwaarden(now)
        wanted = reasons[Aandacht(reden)] if reden else Q()
        if not reden:
            for condition in reasons.values():
                wanted |= condition
        # Few sessions are still to come; named one by one, only their people are read.
        coming = list(Sessie.objects.filter(eindigt_op__gt=now).values_list("pk", flat=True))
        return self.filter(sessie__in=coming, staat__in=ACTIEF).filter(wanted)

    def redenen(self) -> dict[int, list[Aandacht]]:
        """Return for each of these rows why it asks for attention, if it does."""
        reasons = {
            f"om_{reason.value}": Case(When(condition, then=True), default=False)
            for reason, condition in _voorwaarden(clock.now()).items()
        }
        rows = self.vraagt_aandacht().order_by().annotate(**reasons).values_list("pk", *reasons)
        return {
            pk: [reason for reason, holds in zip(Aandacht, found, strict=True) if holds]
            for pk, *found in rows
        }

    def lijkt_op(self, inschrijving):
        """Return the other active rows of the session that may be the same person."""
        rows = self.filter(sessie=inschrijving.sessie_id, staat__in=ACTIEF, geanonimiseerd_op=None)
        return rows.exclude(pk=inschrijving.pk).filter(
            _zelfde(inschrijving.voornaam, inschrijving.naam, inschrijving.e_mail_norm)
        )


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _past_op(word):
    from vorming.models import Aanvraag, Inschrijving

    try:
        address = addresses.normalise(addresses.check(word))
    except addresses.InvalidAddress:
        requests = Aanvraag.objects.filter(
            Q(organisatie_norm__contains=word) | Q(contact_norm__contains=word)
        )
        return Q(sleutel__contains=word) | Q(aanvraag__in=requests.order_by().values("pk"))
    # Each half in an index of its own: an OR over two tables would read the whole of one.
    own = Inschrijving.objects.filter(e_mail_norm=address).order_by().values("pk")
    through = Inschrijving.objects.filter(aanvraag__e_mail_norm=address).order_by().values("pk")
    return Q(pk__in=own.union(through))


def _zelfde(voornaam, naam, adres):
    """Match one name under two addresses, or one address with half of the name."""
    first, last = Q(voornaam__iexact=voornaam), Q(naam__iexact=naam)
    return (first & last) | (Q(e_mail_norm=adres) & (first | last))


def _voorwaarden(now):
    """Return the condition of every reason, in the order of Aandacht."""
    from vorming.models import Inschrijving

    soon = now + BIJNA
    waits = Q(staat=Staat.WACHTLIJST)
    others = (
        Inschrijving.objects.filter(
            sessie=OuterRef("sessie"), staat__in=ACTIEF, geanonimiseerd_op=None
        )
        .exclude(pk=OuterRef("pk"))
        .filter(_zelfde(OuterRef("voornaam"), OuterRef("naam"), OuterRef("e_mail_norm")))
        .order_by()
    )
    return {
        Aandacht.GOEDKEUREN: Q(staat=Staat.AANGEVRAAGD),
        Aandacht.AANBOD: Q(staat=Staat.AANGEBODEN, aanbod_tot__lte=soon),
        Aandacht.BELLEN: waits
        & Q(
            sessie__begint_op__gt=now,
            sessie__begint_op__lte=soon,
            sessie__staat__in=[SessieStaat.OPEN, SessieStaat.GESLOTEN],
        ),
        Aandacht.GROEP: waits & Q(aanvraag__overgeslagen_op__isnull=False),
        Aandacht.DUBBEL: Q(geanonimiseerd_op=None) & Q(Exists(others)),
    }
