"""Reading sessions and enrolments."""

import datetime
import functools

from django.db import models
from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from core import clock
from vorming.opzoeken import OpzoekQuerySet
from vorming.staten import ACTIEF, HOUDT_PLAATS, SessieStaat, Staat


class SessieQuerySet(models.QuerySet):
    """Sessions."""

    def zichtbaar(self):
        """Return what a visitor may see: no drafts."""
        return self.exclude(staat=SessieStaat.CONCEPT)

    def van(self, page):
        """Return the sessions of a course, whatever the language of its page."""
        return self.filter(vorming__translation_key=page.translation_key)

    def komend(self):
        """Return what has not ended yet."""
        return self.filter(eindigt_op__gt=clock.now())

    def voorbij(self):
        """Return what has ended."""
        return self.filter(eindigt_op__lte=clock.now())

    def met_stand(self):
        """Count per session who holds a place and who waits: what a visitor hears of it.

        Each count reads one index, so that a session with many enrolments costs no more.
        """
        return self.annotate(bezet=_count(*HOUDT_PLAATS), wachtend=_count(Staat.WACHTLIJST))

    def met_workshops(self):
        """Read the workshops too, with how many of their places are held."""
        from vorming.models import Workshop

        return self.prefetch_related(Prefetch("workshops", Workshop.objects.met_stand()))

    def met_tellingen(self):
        """Count besides who was offered a place, and who asked for one: for editors."""
        return self.met_stand().annotate(
            aangeboden=_count(Staat.AANGEBODEN),
            aangevraagd=_count(Staat.AANGEVRAAGD),
        )

    def met_werk(self):
        """Return the sessions where somebody waits and that have not begun, for `tick`."""
        waiting = _rows([Staat.WACHTLIJST])
        return self.filter(
            Exists(waiting),
            staat__in=[SessieStaat.OPEN, SessieStaat.GESLOTEN],
            begint_op__gt=clock.now(),
        )

    def met_workshopwens(self):
        """Return the coming sessions where a workshop has room for who has a place and wished it.

        It was given on at once: `tick` finds only what a fault or a change by hand left.
        """
        from vorming.models import Workshopkeuze

        taken = Workshopkeuze.objects.filter(workshop=OuterRef("workshop"), plaats__isnull=False)
        counted = taken.order_by().values("workshop").annotate(aantal=Count("pk")).values("aantal")
        wishes = Workshopkeuze.objects.filter(
            inschrijving__sessie=OuterRef("pk"), inschrijving__staat__in=HOUDT_PLAATS, plaats=None
        ).annotate(bezet=Coalesce(Subquery(counted, output_field=models.IntegerField()), 0))
        return self.komend().filter(
            Exists(wishes.filter(bezet__lt=F("workshop__capaciteit"))),
            staat__in=[SessieStaat.OPEN, SessieStaat.GESLOTEN],
        )


class WorkshopQuerySet(models.QuerySet):
    """Workshops."""

    def met_stand(self):
        """Count per workshop how many of its places are held, in the order of the programme.

        That order is asked for again: a query that groups rows forgets the one of its model.
        """
        held = Count("keuzes", filter=Q(keuzes__plaats__isnull=False))
        return self.annotate(bezet=held).order_by(*self.model._meta.ordering)


def _rows(states):
    from vorming.models import Inschrijving

    return Inschrijving.objects.filter(sessie=OuterRef("pk"), staat__in=states).order_by()


@functools.cache
def _count(*states):
    """Return the count of who is in one of these states; it says the same for every reading."""
    counted = _rows(states).values("sessie").annotate(aantal=Count("pk")).values("aantal")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


class InschrijvingQuerySet(OpzoekQuerySet):
    """Enrolments."""

    def actief(self):
        """Return what has not ended."""
        return self.filter(staat__in=ACTIEF)

    def met_plaats(self):
        """Return who holds a place."""
        return self.filter(staat__in=HOUDT_PLAATS)

    def wachtrij(self):
        """Return who waits, the first in line first. Who was forgotten waits for nothing."""
        return self.filter(staat=Staat.WACHTLIJST, geanonimiseerd_op=None).order_by("volgnummer")

    def verlopen_aanbod(self, nu: datetime.datetime):
        """Return the offers whose time is up."""
        return self.filter(staat=Staat.AANGEBODEN, aanbod_tot__lte=nu)

    def plaatsen_in_de_rij(self, sessies) -> dict[int, int]:
        """Return for everybody who waits for these sessions the place in the queue, from 1."""
        places: dict[int, int] = {}
        counters: dict[int, int] = {}
        rows = self.wachtrij().filter(sessie__in=sessies)
        for pk, sessie in rows.values_list("pk", "sessie_id"):
            counters[sessie] = places[pk] = counters.get(sessie, 0) + 1
        return places

    def van_adres(self, adres: str):
        """Return every enrolment of an address, as participant or as contact."""
        return self.filter(Q(e_mail_norm=adres) | Q(aanvraag__e_mail_norm=adres))

    def groep_van(self, one):
        """Return who still comes only together with somebody, and herself; else only herself."""
        if not one.aanvraag.samen:
            return self.filter(pk=one.pk)
        return self.actief().filter(aanvraag=one.aanvraag_id, sessie=one.sessie_id)

    def vraagt_samen_met(self, one):
        """Return who asks to come only together with somebody, but for herself."""
        return self.groep_van(one).filter(staat=Staat.AANGEVRAAGD).exclude(pk=one.pk)

    def hoogste_regel(self, aanvraag: int) -> int:
        """Return the last line number of a request."""
        return self.filter(aanvraag=aanvraag).aggregate(hoogste=Max("regel"))["hoogste"] or 0
