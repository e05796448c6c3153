"""What visitors say about a page: it helped or not, and why."""

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from wagtail.models import Page


class OordeelQuerySet(models.QuerySet):
    """Opinions."""

    def with_text(self):
        """Keep those in which somebody wrote something."""
        return self.exclude(tekst="")

    def counts(self) -> dict[str, int]:
        """Return how many said that it helped (`ja`) and that it did not (`nee`)."""
        return self.aggregate(
            ja=Count("pk", filter=Q(nuttig=True)), nee=Count("pk", filter=Q(nuttig=False))
        )


class Oordeel(models.Model):
    """One answer to "did this page help you".

    Retention: removed by `tick` after OORDEEL_RETENTION_MONTHS. Nothing in it says who gave it: no
    address of a computer, no hour; addresses and numbers are taken out of the text.
    """

    pagina = models.ForeignKey(
        Page, verbose_name="pagina", on_delete=models.CASCADE, related_name="+"
    )
    nuttig = models.BooleanField("geholpen")
    tekst = models.TextField("wat iemand erbij schreef", blank=True)
    op = models.DateField("dag", db_index=True)

    objects = OordeelQuerySet.as_manager()

    class Meta:
        verbose_name = "oordeel"
        verbose_name_plural = "oordelen"
        ordering = ["-op", "-pk"]

    def __str__(self):
        return f"{'Geholpen' if self.nuttig else 'Niet geholpen'}: {self.pagina}"


def with_opinions(pages):
    """Give every page of a queryset `aantal_ja` and `aantal_nee`, without a query per page."""

    def number(helped):
        found = Oordeel.objects.filter(pagina=OuterRef("pk"), nuttig=helped).order_by()
        return Coalesce(Subquery(found.values("pagina").annotate(n=Count("pk")).values("n")), 0)

    return pages.annotate(aantal_ja=number(True), aantal_nee=number(False))
