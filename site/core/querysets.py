"""Reads of the shared facts."""

from django.db.models import Manager, Q, QuerySet
from django.db.models.functions import Lower

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


class BegripQuerySet(QuerySet):
    """Terms of the glossary."""

    def in_order_of(self, locale_id):
        """Return the terms of a language from a to z, whatever their capitals."""
        found = self.filter(locale=locale_id).select_related("bron")
        return found.order_by(Lower("term"), "pk")

    def words(self, language):
        """Return every name of every term in a language: what readability may not count as hard."""
        rows = self.filter(locale__language_code=language).values_list("term", "andere_namen")
        names = [name for row in rows for text in row for name in text.split(",")]
        return sorted({" ".join(name.split()) for name in names if name.strip()})


class NotitieQuerySet(QuerySet):
    """Notices."""

    def current(self):
        """Keep the notices that stand on the site today."""
        day = clock.today()
        return self.filter(live=True, begin__lte=day).filter(
            Q(einde__isnull=True) | Q(einde__gte=day)
        )
