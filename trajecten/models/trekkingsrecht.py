"""What municipalities may draw, from tables that an editor brought in; never from us."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel

from core import clock
from core.models import Bron, Regelkader
from trajecten.models.gemeente import Gemeente


class TabelQuerySet(models.QuerySet):
    """Tables."""

    def in_use_for(self, rules) -> dict:
        """Return the newest table of each of `rules`, by the translation key of those rules."""
        keys = [regelkader.translation_key for regelkader in rules]
        found = (
            self.filter(regelkader__translation_key__in=keys)
            .select_related("bron", "regelkader")
            .order_by("datum", "pk")
        )
        return {tabel.regelkader.translation_key: tabel for tabel in found}


class TrekkingsrechtTabel(models.Model):
    """One published table of amounts per municipality and per year.

    A newer table takes the place of an older one; who deletes the newer gets the older back.
    """

    regelkader = models.ForeignKey(
        Regelkader,
        verbose_name="regels",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="De regels waaronder deze bedragen gelden.",
    )
    van_jaar = models.PositiveSmallIntegerField(
        "eerste jaar", validators=[MinValueValidator(2008), MaxValueValidator(2100)]
    )
    tot_jaar = models.PositiveSmallIntegerField(
        "laatste jaar",
        validators=[MinValueValidator(2008), MaxValueValidator(2100)],
        help_text="De bedragen in de tabel gelden per jaar, van het eerste tot en met dit jaar.",
    )
    bron = models.ForeignKey(
        Bron,
        verbose_name="bron",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Waar de tabel gepubliceerd staat. Bezoekers zien dit bij het bedrag.",
    )
    datum = models.DateField(
        "datum van de tabel", help_text="De dag waarop de tabel gepubliceerd is."
    )
    bestandsnaam = models.CharField("bestand", max_length=200, editable=False)
    vingerafdruk = models.CharField(max_length=64, editable=False)
    ingevoerd_op = models.DateTimeField("ingevoerd op", editable=False)
    ingevoerd_door = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="ingevoerd door",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )

    objects = TabelQuerySet.as_manager()

    panels = [
        HelpPanel(
            "De bedragen zelf kun je hier niet wijzigen: die komen uit het bestand. "
            "Klopt er een niet, voer dan een verbeterd bestand in."
        ),
        FieldPanel("regelkader"),
        FieldRowPanel([FieldPanel("van_jaar"), FieldPanel("tot_jaar")], heading="Periode"),
        FieldPanel("bron"),
        FieldPanel("datum"),
    ]

    class Meta:
        verbose_name = "tabel met trekkingsrechten"
        verbose_name_plural = "trekkingsrechten"
        ordering = ["-datum", "-pk"]
        constraints = [
            # The same file twice is the same table: a repeated click adds nothing.
            models.UniqueConstraint(
                fields=["regelkader", "van_jaar", "tot_jaar", "vingerafdruk"],
                name="trajecten_trekkingsrechttabel_eens",
            )
        ]

    def __str__(self):
        return f"Trekkingsrechten {self.jaren}"

    @property
    def jaren(self) -> str:
        """The years of this table: 2026, or 2027-2032."""
        return "-".join(str(year) for year in dict.fromkeys([self.van_jaar, self.tot_jaar]))

    @property
    def geldt_dit_jaar(self) -> bool:
        """Say whether the years of this table hold the year of today."""
        return self.van_jaar <= clock.today().year <= self.tot_jaar

    def clean(self):
        super().clean()
        if self.van_jaar and self.tot_jaar and self.tot_jaar < self.van_jaar:
            raise ValidationError({"tot_jaar": "Het laatste jaar ligt vóór het eerste jaar."})

    @property
    def lijst(self):
        """The amounts with their municipality, in the order of the alphabet."""
        return self.rechten.select_related("gemeente")

    def right_of(self, gemeente: Gemeente) -> "Trekkingsrecht | None":
        """Return what a municipality may draw according to this table."""
        return (
            self.rechten.filter(gemeente=gemeente).select_related("gemeente", "tabel__bron").first()
        )


class Trekkingsrecht(models.Model):
    """The amount of one municipality, in euro per year."""

    tabel = models.ForeignKey(TrekkingsrechtTabel, on_delete=models.CASCADE, related_name="rechten")
    gemeente = models.ForeignKey(
        Gemeente, verbose_name="gemeente", on_delete=models.PROTECT, related_name="+"
    )
    bedrag = models.DecimalField("bedrag per jaar", max_digits=11, decimal_places=2)

    class Meta:
        verbose_name = "trekkingsrecht"
        verbose_name_plural = "trekkingsrechten"
        ordering = ["gemeente__zoeknaam"]
        constraints = [
            models.UniqueConstraint(
                fields=["tabel", "gemeente"], name="trajecten_trekkingsrecht_eens"
            ),
            models.CheckConstraint(
                condition=models.Q(bedrag__gt=0), name="trajecten_trekkingsrecht_boven_nul"
            ),
        ]

    def __str__(self):
        return f"{self.gemeente}: {self.bedrag}"
