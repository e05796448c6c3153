"""What search keeps: what editors teach it, its index, and what it could not find."""

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.models import Locale, Page, TranslatableMixin
from wagtail.search import index

from core.models.snippets import Snippet

# The longest key of a word or of an expression in the index.
KEY_LENGTH = 100


class Synoniemgroep(Snippet):
    """Words that visitors use for one thing."""

    class Werking(models.TextChoices):
        ZOEK = "zoek", "bij het zoeken"
        INDEX = "index", "bij het opslaan van een pagina"
        BEIDE = "beide", "bij allebei"

    woorden = models.TextField(
        "woorden",
        help_text=(
            "Twee of meer woorden of uitdrukkingen, met een komma ertussen. Wie het ene zoekt, "
            "vindt ook het andere. Enkelvoud volstaat."
        ),
    )
    werking = models.CharField(
        "werking",
        max_length=5,
        choices=Werking,
        default=Werking.ZOEK,
        help_text=(
            "Bij het zoeken werkt meteen. Bij het opslaan telt het woord mee alsof het op de "
            "pagina staat; dat duurt enkele minuten."
        ),
    )

    panels = [
        HelpPanel("Zet alleen woorden samen die voor onze bezoekers hetzelfde zijn."),
        FieldPanel("woorden"),
        FieldPanel("werking"),
    ]
    search_fields = [index.SearchField("woorden"), index.FilterField("locale")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = "synoniemgroep"
        verbose_name_plural = "synoniemen"
        ordering = ["woorden"]

    def __str__(self):
        return ", ".join(self.termen)

    @property
    def termen(self) -> list[str]:
        """The words and expressions of the group."""
        pieces = self.woorden.replace("\n", ",").split(",")
        return [" ".join(piece.split()) for piece in pieces if piece.strip()]

    def clean(self):
        super().clean()
        if self.woorden and len({term.lower() for term in self.termen}) < 2:
            raise ValidationError({"woorden": "Geef minstens twee verschillende woorden."})


class Woordvorm(Snippet):
    """A word that search would take for the wrong one."""

    woord = models.CharField("woord", max_length=60, help_text="Zoals bezoekers het typen.")
    telt_als = models.CharField(
        "telt als",
        max_length=60,
        help_text=(
            "Het woord waarvan dit een andere vorm is. Hetzelfde woord: dan telt het alleen "
            "als zichzelf."
        ),
    )

    panels = [FieldPanel("woord"), FieldPanel("telt_als")]
    search_fields = [
        index.SearchField("woord"),
        index.SearchField("telt_als"),
        index.FilterField("locale"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = "woordvorm"
        verbose_name_plural = "woordvormen"
        ordering = ["woord"]

    def __str__(self):
        return f"{self.woord} telt als {self.telt_als}"

    def clean(self):
        super().clean()
        faults = {
            name: "Geef één woord, zonder spatie."
            for name in ("woord", "telt_als")
            if len(getattr(self, name).split()) > 1
        }
        if faults:
            raise ValidationError(faults)


class Zoekpagina(models.Model):
    """A page in the index, as text. Only published pages that everybody may see."""

    pagina = models.OneToOneField(
        Page, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    samenvatting = models.TextField()
    tekst = models.TextField()
    # What editors taught has changed since; `tick` does the page again.
    verouderd = models.BooleanField(default=False, db_index=True)

    class Meta:
        verbose_name = "doorzoekbare pagina"

    def __str__(self):
        return f"pagina {self.pk}"


class Zoekplaats(models.Model):
    """That a key stands on a page, and how much it weighs there."""

    pagina = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+", db_index=False)
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+", db_index=False)
    sleutel = models.CharField(max_length=KEY_LENGTH)
    gewicht = models.PositiveIntegerField()
    # Which words of the page stand for the key, folded: "subsidie|subsidies".
    vormen = models.TextField()

    class Meta:
        verbose_name = "vindplaats"
        constraints = [
            models.UniqueConstraint(fields=["pagina", "sleutel"], name="een_gewicht_per_pagina"),
        ]
        indexes = [
            # The heaviest pages of a word stand first: reading them costs the same on any site.
            models.Index(fields=["locale", "sleutel", "-gewicht", "pagina"], name="zwaarste_eerst"),
        ]

    def __str__(self):
        return f"{self.sleutel} op {self.pagina_id}"


class Zoekwoord(models.Model):
    """A word of the site, to suggest in place of a typing error."""

    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+", db_index=False)
    woord = models.CharField(max_length=60)
    vorm = models.CharField(max_length=60)
    begin = models.CharField(max_length=1)
    lengte = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "woord van de site"
        constraints = [
            models.UniqueConstraint(fields=["locale", "woord"], name="een_keer_per_taal"),
        ]
        indexes = [models.Index(fields=["locale", "begin", "lengte"], name="woorden_die_lijken")]

    def __str__(self):
        return self.vorm


class ZoekZonderResultaat(models.Model):
    """How often something was searched for on a day that the site does not have.

    Only what was typed and how often: no time, no address, nothing that looks personal
    (`core.search.missed`). Kept for `BEWAARDAGEN`.
    """

    BEWAARDAGEN = 180

    dag = models.DateField("dag")
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    zoekterm = models.CharField("zoekterm", max_length=60)
    aantal = models.PositiveIntegerField("aantal", default=0)

    class Meta:
        verbose_name = "zoekopdracht zonder resultaat"
        verbose_name_plural = "zoekopdrachten zonder resultaat"
        constraints = [
            models.UniqueConstraint(
                fields=["dag", "locale", "zoekterm"], name="een_telling_per_dag"
            ),
        ]

    def __str__(self):
        return self.zoekterm
