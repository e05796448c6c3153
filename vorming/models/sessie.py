"""When and where a course is given, and how many may come."""

import datetime
import uuid
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from core import clock
from vorming.doorschuiven import schuift_door
from vorming.querysets import SessieQuerySet, WorkshopQuerySet
from vorming.staten import Doorschuiven, SessieStaat, Toestand, Vorm

# Below this number of free places a visitor is told how many there are.
WEINIG_PLAATSEN = 5


class Sessie(models.Model):
    """One time that a course is given.

    Not a child of the course page: publishing an older draft of the page would bring back an older
    session, with its counters (docs/adr/0016). Whatever changes places or states goes through
    `vorming.services`, under the lock of the session.
    """

    # Random, from the form of an editor: the same form twice is the same session.
    formuliertoken = models.UUIDField(null=True, unique=True, editable=False)
    vorming = models.ForeignKey(
        "vorming.VormingPage",
        verbose_name="vorming",
        on_delete=models.PROTECT,
        related_name="sessies",
    )
    naam = models.CharField(
        "naam",
        max_length=80,
        blank=True,
        help_text="Alleen als dat helpt om sessies uit elkaar te houden, zoals: voorjaar, Gent.",
    )
    staat = models.CharField(
        "staat", max_length=12, choices=SessieStaat, default=SessieStaat.CONCEPT
    )
    vorm = models.CharField("vorm", max_length=12, choices=Vorm, default=Vorm.TER_PLAATSE)
    locatie = models.CharField("naam van de plaats", max_length=120, blank=True)
    adres = models.CharField("adres", max_length=200, blank=True)
    gemeente = models.CharField(
        "gemeente", max_length=80, blank=True, help_text="Hierop kunnen bezoekers kiezen."
    )
    online_link = models.URLField(
        "link om online mee te doen",
        max_length=500,
        blank=True,
        help_text="Alleen wie een bevestigde plaats heeft, krijgt deze link.",
    )
    praktisch = models.TextField(
        "praktische uitleg",
        blank=True,
        help_text="Bijvoorbeeld: de weg, de lunch, wat je meebrengt.",
    )
    capaciteit = models.PositiveIntegerField("aantal plaatsen", validators=[MinValueValidator(1)])
    max_wachtlijst = models.PositiveIntegerField(
        "hoogste aantal op de wachtlijst",
        null=True,
        blank=True,
        help_text="Leeg: geen grens. 0: geen wachtlijst.",
    )
    opent_op = models.DateTimeField(
        "inschrijven kan vanaf", null=True, blank=True, help_text="Leeg: meteen."
    )
    sluit_op = models.DateTimeField(
        "inschrijven kan tot en met", null=True, blank=True, help_text="Leeg: tot de sessie begint."
    )
    annuleren_tot = models.DateTimeField(
        "zelf annuleren kan tot en met",
        null=True,
        blank=True,
        help_text="Leeg: tot de sessie begint. Daarna kan alleen de redactie annuleren.",
    )
    vervangen_tot = models.DateTimeField(
        "een collega sturen kan tot en met",
        null=True,
        blank=True,
        help_text="Leeg: tot de sessie begint.",
    )
    prijs = models.DecimalField(
        "prijs per persoon in euro",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="0: gratis. Leeg: nog niet bekend.",
        validators=[MinValueValidator(0)],
    )
    prijs_uitleg = models.CharField("uitleg bij de prijs", max_length=200, blank=True)
    goedkeuring = models.BooleanField(
        "de redactie keurt elke inschrijving goed",
        default=False,
        help_text="Bijvoorbeeld als iemand eerst een andere vorming gevolgd moet hebben.",
    )
    doorschuiven = models.CharField(
        "wie op de wachtlijst staat, krijgt",
        max_length=10,
        choices=Doorschuiven,
        default=Doorschuiven.DIRECT,
    )
    verslag = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name="verslag met presentaties",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Een artikel. De sessie verwijst ernaar zodra ze voorbij is.",
    )
    attest_dagen = models.PositiveSmallIntegerField(
        "een attest is er vanaf zoveel dagen",
        null=True,
        blank=True,
        help_text="Leeg: alleen voor wie er alle dagen was.",
        validators=[MinValueValidator(1)],
    )
    attest_uren = models.DecimalField(
        "uren op het attest voor wie er alle dagen was",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Leeg: van het begin tot het einde van elke dag, pauzes inbegrepen.",
        validators=[MinValueValidator(Decimal("0.25"))],
    )
    # Kept by services.sessies, from the days.
    begint_op = models.DateTimeField("begint op", null=True, editable=False)
    eindigt_op = models.DateTimeField("eindigt op", null=True, editable=False)
    # Handed out under the lock: a time would tie, and a number that comes back would jump a queue.
    volgnummer_teller = models.PositiveIntegerField(default=0, editable=False)
    # So many places were held when somebody lowered the number of places on purpose.
    bewust_bezet = models.PositiveIntegerField(null=True, editable=False)
    bedankt_op = models.DateTimeField(null=True, editable=False)
    aangemaakt_op = models.DateTimeField("gemaakt op", default=clock.now, editable=False)

    objects = SessieQuerySet.as_manager()

    class Meta:
        verbose_name = "sessie"
        verbose_name_plural = "sessies"
        ordering = ["begint_op", "pk"]
        indexes = [
            models.Index(fields=["vorming", "begint_op"], name="vorming_sessie_van_vorming"),
            models.Index(fields=["begint_op"], name="vorming_sessie_begin"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(staat__in=SessieStaat.values), name="vorming_sessie_staat_bestaat"
            ),
            models.CheckConstraint(
                condition=Q(capaciteit__gte=0), name="vorming_sessie_capaciteit_niet_negatief"
            ),
            models.CheckConstraint(
                condition=Q(begint_op=None, eindigt_op=None) | Q(eindigt_op__gt=F("begint_op")),
                name="vorming_sessie_einde_na_begin",
                violation_error_message="Een sessie eindigt nadat ze begint.",
            ),
            models.CheckConstraint(
                condition=Q(sluit_op=None) | Q(begint_op=None) | Q(sluit_op__lte=F("begint_op")),
                name="vorming_sessie_sluit_voor_begin",
                violation_error_message="Inschrijven moet stoppen voor de sessie begint.",
            ),
            models.CheckConstraint(
                condition=Q(opent_op=None) | Q(sluit_op=None) | Q(opent_op__lt=F("sluit_op")),
                name="vorming_sessie_opent_voor_sluit",
                violation_error_message="Inschrijven moet beginnen voor het stopt.",
            ),
            models.CheckConstraint(
                condition=~Q(staat=SessieStaat.OPEN) | Q(begint_op__isnull=False),
                name="vorming_sessie_open_heeft_dagen",
                violation_error_message="Een sessie kan pas open als er een dag bij staat.",
            ),
            models.CheckConstraint(
                condition=Q(prijs=None) | Q(prijs__gte=0), name="vorming_sessie_prijs_niet_negatief"
            ),
        ]
        permissions = [
            ("exporteer_inschrijvingen", "Mag lijsten van deelnemers uitvoeren"),
        ]

    def __str__(self):
        return self._genoemd(self.vorming.title)

    def titel_in(self, taal: str | None) -> str:
        """Return what a session is called for who reads this language."""
        return self._genoemd(self.vorming.in_taal(taal).title)

    def _genoemd(self, vorming):
        return f"{vorming}, {self.naam}" if self.naam else vorming

    @property
    def laatste_inschrijving(self) -> datetime.datetime | None:
        """Until when somebody may enrol."""
        return self.sluit_op or self.begint_op

    @property
    def laatste_annulering(self) -> datetime.datetime | None:
        """Until when a participant may cancel."""
        return self.annuleren_tot or self.begint_op

    @property
    def laatste_vervanging(self) -> datetime.datetime | None:
        """Until when a participant may send a colleague."""
        return self.vervangen_tot or self.begint_op

    @property
    def is_voorbij(self) -> bool:
        return self.eindigt_op is not None and self.eindigt_op <= clock.now()

    @property
    def is_begonnen(self) -> bool:
        return self.begint_op is not None and self.begint_op <= clock.now()

    @property
    def vraagt_goedkeuring(self) -> bool:
        """Whether an editor decides who comes: she chose so, or the course asks another first."""
        return self.goedkeuring or self.vorming.vooraf_id is not None

    @property
    def is_online(self) -> bool:
        return self.vorm in (Vorm.ONLINE, Vorm.HYBRIDE)

    @property
    def waar(self) -> str:
        """Where people meet, in one line; empty when it is online only or not known."""
        return ", ".join(part for part in (self.locatie, self.adres, self.gemeente) if part)

    # --- What a visitor sees. Needs SessieQuerySet.met_stand --------------------------

    @property
    def vrij(self) -> int:
        """How many places are free. Read without a lock: the enrolment itself decides."""
        return max(0, self.capaciteit - self.bezet)

    @property
    def toestand(self) -> Toestand:
        """Say in one word whether somebody can still come."""
        now = clock.now()
        if self.staat == SessieStaat.GEANNULEERD:
            return Toestand.GEANNULEERD
        if self.eindigt_op is None or self.is_voorbij:
            return Toestand.AFGELOPEN if self.eindigt_op else Toestand.NOG_NIET_OPEN
        if self.staat != SessieStaat.OPEN or (self.laatste_inschrijving or self.eindigt_op) < now:
            return Toestand.GESLOTEN
        if self.opent_op and self.opent_op > now:
            return Toestand.NOG_NIET_OPEN
        # Where the list moves, who waits beside a free place is a group that does not fit in it.
        if self.vrij and (not self.wachtend or schuift_door(self, now)):
            return Toestand.BIJNA_VOLZET if self.vrij <= WEINIG_PLAATSEN else Toestand.OPEN
        if self.max_wachtlijst is None or self.wachtend < self.max_wachtlijst:
            return Toestand.WACHTLIJST
        return Toestand.VOLZET

    @property
    def kan_inschrijven(self) -> bool:
        """Whether a visitor may enrol now, if only for the waiting list."""
        return self.toestand in (Toestand.OPEN, Toestand.BIJNA_VOLZET, Toestand.WACHTLIJST)

    @property
    def rondes(self) -> dict[str, list["Workshop"]]:
        """The workshops by round. Needs `met_workshops`."""
        found: dict[str, list[Workshop]] = {}
        for workshop in self.workshops.all():
            found.setdefault(workshop.ronde, []).append(workshop)
        return found

    @property
    def weinig_plaatsen(self) -> bool:
        return self.toestand == Toestand.BIJNA_VOLZET


class Sessiedag(models.Model):
    """One day or half day of a session."""

    # The name of this day in calendars, for ever.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sessie = models.ForeignKey(
        Sessie, verbose_name="sessie", on_delete=models.PROTECT, related_name="dagen"
    )
    begin = models.DateTimeField("begint om")
    einde = models.DateTimeField("eindigt om")
    locatie = models.CharField(
        "andere plaats", max_length=200, blank=True, help_text="Leeg: de plaats van de sessie."
    )
    uitleg = models.CharField("wat er die dag gebeurt", max_length=200, blank=True)
    # Set when the reminder for this day left or came too late; emptied when it gets another date.
    herinnerd_week_op = models.DateTimeField(null=True, editable=False)
    herinnerd_dag_op = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "dag"
        verbose_name_plural = "dagen"
        ordering = ["begin"]
        indexes = [models.Index(fields=["begin"], name="vorming_dag_begin")]
        constraints = [
            models.CheckConstraint(
                condition=Q(einde__gt=F("begin")),
                name="vorming_dag_einde_na_begin",
                violation_error_message="Een dag eindigt nadat hij begint.",
            ),
        ]

    def __str__(self):
        return f"{self.sessie_id}: {self.begin}"


class Workshop(models.Model):
    """Something to choose at an exchange day, with places of its own."""

    sessie = models.ForeignKey(
        Sessie, verbose_name="sessie", on_delete=models.PROTECT, related_name="workshops"
    )
    ronde = models.CharField(
        "ronde",
        max_length=60,
        default="Workshop",
        help_text="Uit elke ronde kiest een deelnemer er een. Bijvoorbeeld: Voormiddag.",
    )
    naam = models.CharField("naam", max_length=120)
    uitleg = models.CharField("uitleg", max_length=300, blank=True)
    capaciteit = models.PositiveIntegerField("aantal plaatsen")
    volgorde = models.PositiveSmallIntegerField("volgorde", default=0)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = "workshop"
        verbose_name_plural = "workshops"
        ordering = ["volgorde", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sessie", "ronde", "naam"], name="vorming_workshop_naam_uniek"
            ),
        ]

    def __str__(self):
        return self.naam

    @property
    def vrij(self) -> int:
        """How many places are free, read without a lock. Needs WorkshopQuerySet.met_stand."""
        return max(0, self.capaciteit - self.bezet)

    @property
    def weinig_plaatsen(self) -> bool:
        return 0 < self.vrij <= WEINIG_PLAATSEN
