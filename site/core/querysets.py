"""Reads of the shared facts."""

from django.db.models import Manager, Q, QuerySet

from core import clock


class RegelkaderQuerySet(QuerySet):
    """Sets of rules."""

    def holding_on(self, day):
        """Keep the rules that hold on `day`, both ends included."""
        return self.filter(
            Q(geldig_van__isnull=True) | Q(geldig_van__lte=day),
            Q(geldig_tot__isnull=True) | Q(geldig_tot__gte=day),
        )


class TermijnManager(Manager):
    """Deadlines, with the rules and the source that every date panel shows."""

    def get_queryset(self):
        return super().get_queryset().select_related("regelkader", "bron")


class NotitieQuerySet(QuerySet):
    """Notices."""

    def current(self):
        """Keep the notices that stand on the site today."""
        day = clock.today()
        return self.filter(live=True, begin__lte=day).filter(
            Q(einde__isnull=True) | Q(einde__gte=day)
        )
