"""What somebody asked of the team: a question or a talk."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from trajecten.models.gemeente import Gemeente
from trajecten.verzoeken.querysets import VerzoekQuerySet


class Soort(models.TextChoices):
    """What is asked for."""

    HELPDESK = "helpdesk", _("Vraag aan de helpdesk")
    ORIENTATIE = "orientatie", _("Oriëntatiegesprek")
    DOORSTART = "doorstart", _("Doorstartgesprek")
    COACHING = "coaching", _("Coachingsgesprek")

    @property
    def is_gesprek(self) -> bool:
        """Whether the team calls first, so that it needs a telephone number."""
        return self is not Soort.HELPDESK


class Staat(models.TextChoices):
    """How far a request is."""

    NIEUW = "nieuw", "nieuw"
    VERKEND = "verkend", "verkend"
    INGEPLAND = "ingepland", "ingepland"
    AFGEROND = "afgerond", "afgerond"
    NIET_DOORGEGAAN = "niet-doorgegaan", "niet doorgegaan"


OPEN = [Staat.NIEUW, Staat.VERKEND, Staat.INGEPLAND]


class Verzoek(models.Model):
    """A request to the team.

    Retention: VERZOEK_RETENTION_MONTHS after it came in, `tick` empties everything that says who
    asked and what; kind, municipality, state and days stay, for counting. Written only by
    `trajecten.verzoeken.services`.
    """

    # Made from the seal of the form and what was filled in: sent twice is one request.
    zegel = models.UUIDField(unique=True, editable=False)
    kenmerk = models.CharField("kenmerk", max_length=12, unique=True)
    soort = models.CharField("soort", max_length=12, choices=Soort)
    staat = models.CharField("staat", max_length=16, choices=Staat, default=Staat.NIEUW)

    naam = models.CharField("naam", max_length=100, blank=True)
    organisatie = models.CharField("organisatie", max_length=150, blank=True)
    gemeente = models.ForeignKey(
        Gemeente,
        verbose_name="gemeente",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    rol = models.CharField("rol", max_length=100, blank=True)
    e_mail = models.EmailField("e-mailadres", blank=True)
    e_mail_norm = models.CharField(max_length=254, blank=True, db_index=True, editable=False)
    telefoon = models.CharField("telefoon", max_length=40, blank=True)
    vraag = models.TextField("vraag", blank=True)
    momenten = models.TextField("momenten die passen", blank=True)
    taal = models.CharField("taal", max_length=10, default="nl")
    pagina = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name="kwam van de pagina",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    antwoorden = models.JSONField("gaf deze antwoorden", default=list, blank=True)

    ontvangen_op = models.DateTimeField("ontvangen op", db_index=True)
    behandelaar = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="behandelaar",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Wie dit verzoek opneemt.",
    )
    opvolgen_op = models.DateField(
        "volgende stap ten laatste op",
        null=True,
        blank=True,
        help_text="Na deze dag staat het verzoek als te laat op het beginscherm.",
    )
    gesprek_op = models.DateTimeField("gesprek op", null=True, blank=True)
    notities = models.TextField(
        "notities",
        blank=True,
        help_text="Alleen voor het team. Schrijf hier niets over mensen in armoede zelf.",
    )
    geanonimiseerd_op = models.DateTimeField(null=True, blank=True, editable=False)

    objects = VerzoekQuerySet.as_manager()

    class Meta:
        verbose_name = "verzoek"
        verbose_name_plural = "verzoeken"
        ordering = ["-ontvangen_op", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(staat__in=Staat.values), name="trajecten_verzoek_staat"
            ),
        ]
        indexes = [
            models.Index(
                fields=["opvolgen_op"],
                name="trajecten_verzoek_open",
                condition=models.Q(staat__in=OPEN),
            ),
        ]

    def __str__(self):
        # The log keeps this text longer than the request keeps its name.
        return f"{self.kenmerk} · {self.get_soort_display()}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.staat in OPEN

    @property
    def waar(self) -> str:
        """For whom somebody works: organisation, municipality or both."""
        return ", ".join(str(part) for part in (self.organisatie, self.gemeente) if part)
