"""The Flemish municipalities, and the names they had before they merged."""

import difflib
from dataclasses import dataclass

from django.db import models
from wagtail.admin.panels import FieldPanel

from core.gemeenten import Gids, folded, zonder_rang

# What somebody types who works for no Flemish municipality, in the languages of the site.
ANDERE = {"andere", "autre", "other"}


@dataclass(frozen=True)
class Gevonden:
    """A municipality, and the former name by which it was found, if that is another one."""

    gemeente: "Gemeente"
    vroegere: "VroegereGemeente | None" = None


class GemeenteQuerySet(models.QuerySet):
    """Municipalities."""

    def find(self, name: str) -> Gevonden | None:
        """Return the municipality with this name or former name; None when there is none.

        Capitals, accents, hyphens and spaces make no difference, nor does a postal code or a rank.
        """
        wanted = folded(zonder_rang(name))
        if not wanted:
            return None
        if gemeente := self.filter(zoeknaam=wanted).first():
            return Gevonden(gemeente)
        former = VroegereGemeente.objects.filter(zoeknaam=wanted).select_related("gemeente").first()
        return Gevonden(former.gemeente, former) if former else None

    def nearest(self, name: str) -> str:
        """Return the name, or former name, that looks most like `name`; empty when none does."""
        names = {
            row.zoeknaam: row.naam
            for rows in (VroegereGemeente.objects.all(), self)
            for row in rows.only("naam", "zoeknaam")
        }
        close = difflib.get_close_matches(folded(name), names, n=1, cutoff=0.75)
        return names[close[0]] if close else ""

    def gids(self) -> Gids:
        """Return every name somebody may type, current and former, and what it is called now."""
        names = self.order_by().values_list("naam", "naam")
        before = VroegereGemeente.objects.order_by().values_list("naam", "gemeente__naam")
        now: dict[str, str] = {}
        for name, today in names.union(before, all=True):
            # Who kept its name in a merger is found under it.
            if name not in now or name == today:
                now[name] = today
        return Gids(namen=tuple(sorted(now, key=folded)), nu=now)


class Gemeente(models.Model):
    """A Flemish municipality of today, by its NIS code."""

    nis = models.CharField("NIS-code", max_length=5, primary_key=True)
    naam = models.CharField("naam", max_length=60, unique=True)
    provincie = models.CharField("provincie", max_length=30)
    zoeknaam = models.CharField(max_length=60, unique=True, editable=False)

    panels = [FieldPanel("nis"), FieldPanel("naam"), FieldPanel("provincie")]

    objects = GemeenteQuerySet.as_manager()

    class Meta:
        verbose_name = "gemeente"
        verbose_name_plural = "gemeenten"
        ordering = ["zoeknaam"]

    def __str__(self):
        return self.naam

    def save(self, *args, **kwargs):
        self.zoeknaam = folded(self.naam)
        super().save(*args, **kwargs)


class VroegereGemeente(models.Model):
    """A municipality that merged into another; its name still finds that one."""

    nis = models.CharField("NIS-code", max_length=5)
    naam = models.CharField("naam", max_length=60)
    gemeente = models.ForeignKey(
        Gemeente, verbose_name="hoort nu bij", on_delete=models.CASCADE, related_name="vroegere"
    )
    ingang = models.DateField("sinds")
    zoeknaam = models.CharField(max_length=60, editable=False, db_index=True)

    panels = [
        FieldPanel("nis"),
        FieldPanel("naam"),
        FieldPanel("gemeente"),
        FieldPanel("ingang"),
    ]

    class Meta:
        verbose_name = "vroegere gemeente"
        verbose_name_plural = "vroegere gemeenten"
        ordering = ["zoeknaam"]
        constraints = [
            models.UniqueConstraint(fields=["nis", "ingang"], name="trajecten_vroegere_eens")
        ]

    def __str__(self):
        return self.naam

    def save(self, *args, **kwargs):
        self.zoeknaam = folded(self.naam)
        super().save(*args, **kwargs)
