"""The sending of one issue: what exactly leaves, to which lists, who decided, and how it ended."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from nieuwsbrief.models.brief import NieuwsbriefPage
from nieuwsbrief.querysets import VerzendingQuerySet
from nieuwsbrief.staten import VERZENDING_VOORBIJ, VerzendStaat
from post.models import Bericht


class Verzending(models.Model):
    """An issue on its way to its readers. Only `nieuwsbrief.services.verzenden` changes it.

    Retention: for ever. It holds numbers and no people; the mail room keeps who got what, for
    POST_RETENTION_DAYS.
    """

    pagina = models.ForeignKey(
        NieuwsbriefPage,
        verbose_name="nieuwsbrief",
        null=True,
        on_delete=models.SET_NULL,
        related_name="verzendingen",
    )
    # The number outlives the page and the revision, so that a ledger stays whole.
    pagina_nr = models.PositiveIntegerField("nummer van de pagina")
    revisie_nr = models.PositiveIntegerField("nummer van de versie")
    staat = models.CharField(
        "staat", max_length=12, choices=VerzendStaat, default=VerzendStaat.CONCEPT
    )
    onderwerp = models.CharField("onderwerp", max_length=250)
    # Per list its number and its name of that day.
    lijsten = models.JSONField("lijsten", default=list)
    sha256 = models.CharField("vingerafdruk van de mail", max_length=64, blank=True)
    bericht = models.OneToOneField(
        Bericht,
        verbose_name="bericht in de postkamer",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="verzending",
    )
    gepland_op = models.DateTimeField("gepland op", null=True, blank=True)
    respijt = models.PositiveSmallIntegerField("respijt, in minuten", default=0)
    # A plan that was found too late to carry out without asking.
    gemist_op = models.DateTimeField("gemist op", null=True, blank=True)
    gemaakt_door = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="gevraagd door",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    gemaakt_op = models.DateTimeField("gevraagd op")
    goedgekeurd_door = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="goedgekeurd door",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    goedgekeurd_op = models.DateTimeField("goedgekeurd op", null=True, blank=True)
    # What somebody said who did not approve it. Such a sending is over; the next one is a new row.
    opmerking = models.CharField("opmerking bij het terugsturen", max_length=1000, blank=True)
    gestart_op = models.DateTimeField("gestart op", null=True, blank=True)
    geeindigd_op = models.DateTimeField("geëindigd op", null=True, blank=True)
    # The last minute in which somebody looked after it. After a long silence it asks.
    gezien_op = models.DateTimeField("laatst gezien op", null=True, blank=True)
    # Preparing goes by the number of the subscriber, and is here after a crash.
    voorbereid_tot = models.BigIntegerField("voorbereid tot en met", default=0)
    kandidaten = models.PositiveIntegerField("kandidaten", default=0)
    leveringen = models.PositiveIntegerField("leveringen", default=0)
    # Per reason how many candidates get no delivery.
    uitgesloten = models.JSONField("uitgesloten", default=dict)
    fout = models.CharField("wat er misliep", max_length=300, blank=True)
    # Kept here too, for the mail room forgets and people are erased.
    teruggestuurd = models.PositiveIntegerField("teruggestuurd", default=0)
    uitgeschreven = models.PositiveIntegerField("uitgeschreven via deze brief", default=0)
    telt_klikken = models.BooleanField("telt klikken", default=False)

    objects = VerzendingQuerySet.as_manager()

    class Meta:
        verbose_name = "verzending"
        verbose_name_plural = "verzendingen"
        ordering = ["-pk"]
        permissions = [
            ("verzend_brief", "Mag brieven goedkeuren, plannen, verzenden en stoppen"),
        ]
        constraints = [
            # A double click, two editors or two machines: one of them wins.
            models.UniqueConstraint(
                fields=["pagina_nr"],
                condition=~Q(staat__in=VERZENDING_VOORBIJ),
                name="nieuwsbrief_verzending_een_per_brief",
            ),
            models.UniqueConstraint(
                fields=["revisie_nr"],
                condition=~Q(staat__in=VERZENDING_VOORBIJ),
                name="nieuwsbrief_verzending_een_per_versie",
            ),
            models.CheckConstraint(
                condition=Q(staat__in=VerzendStaat.values),
                name="nieuwsbrief_verzending_staat_bestaat",
            ),
            models.CheckConstraint(
                condition=Q(staat__in=[VerzendStaat.CONCEPT, *VERZENDING_VOORBIJ])
                | (Q(bericht__isnull=False) & ~Q(sha256="")),
                name="nieuwsbrief_verzending_is_bevroren",
            ),
            models.CheckConstraint(
                condition=~Q(staat=VerzendStaat.GEPLAND) | Q(gepland_op__isnull=False),
                name="nieuwsbrief_verzending_gepland_heeft_tijd",
            ),
        ]
        indexes = [
            models.Index(
                fields=["gepland_op"],
                name="nieuwsbrief_verzending_plan",
                condition=Q(staat=VerzendStaat.GEPLAND),
            ),
            models.Index(fields=["staat", "-id"], name="nieuwsbrief_verzending_staat"),
        ]

    def __str__(self):
        return self.onderwerp

    @property
    def lijst_nummers(self) -> list[int]:
        """The lists that get it, as frozen."""
        return [lijst["nr"] for lijst in self.lijsten]

    @property
    def lijsten_in_woorden(self) -> str:
        """The names of the lists, as frozen."""
        return " en ".join(lijst["naam"] for lijst in self.lijsten)

    @property
    def is_teruggestuurd(self) -> bool:
        """Whether a colleague did not approve it; then it is over."""
        return bool(self.opmerking)

    @property
    def aantal_uitgesloten(self) -> int:
        """How many candidates get no delivery."""
        return sum(self.uitgesloten.values())


class Klik(models.Model):
    """A link of an issue, and how often it was opened: a number, and nothing about people."""

    verzending = models.ForeignKey(Verzending, on_delete=models.CASCADE, related_name="klikken")
    nummer = models.PositiveSmallIntegerField("nummer in de brief")
    adres = models.TextField("adres")
    aantal = models.PositiveIntegerField("aantal keer geopend", default=0)

    class Meta:
        verbose_name = "link in een brief"
        verbose_name_plural = "links in brieven"
        ordering = ["nummer"]
        constraints = [
            models.UniqueConstraint(
                fields=["verzending", "nummer"], name="nieuwsbrief_klik_een_per_link"
            )
        ]

    def __str__(self):
        return f"{self.nummer}: {self.adres}"
