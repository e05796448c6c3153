"""What is sent, to whom, and how far it is."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from post.querysets import BerichtQuerySet, LeveringQuerySet, TussenstandQuerySet
from post.states import Beleid, BerichtStaat, Prioriteit, Staat


def message_id_of(levering_pk: int) -> str:
    """Return the Message-ID of a delivery."""
    return f"<levering.{levering_pk}@{settings.POST_MESSAGE_ID_DOMAIN}>"


class Bericht(models.Model):
    """A message, made once and never changed.

    Retention: subject, bodies and skeleton are emptied POST_RETENTION_DAYS after the last
    delivery ended; key, kind and counts stay. What still waits for its recipients is kept.
    """

    sleutel = models.CharField("sleutel", max_length=200, unique=True)
    soort = models.CharField("soort", max_length=80)
    prioriteit = models.PositiveSmallIntegerField(
        "volgorde", choices=Prioriteit, default=Prioriteit.DIRECT
    )
    beleid = models.CharField(
        "bij twijfel", max_length=15, choices=Beleid, default=Beleid.HOOGSTENS_EENS
    )
    staat = models.CharField(
        "staat", max_length=12, choices=BerichtStaat, default=BerichtStaat.VERZENDEN
    )
    pauze_reden = models.CharField("reden van de pauze", max_length=300, blank=True)
    onderwerp = models.CharField("onderwerp", max_length=250)
    taal = models.CharField("taal", max_length=10, default="nl")
    afzender = models.CharField("afzender", max_length=300)
    antwoord_aan = models.CharField("antwoord aan", max_length=300, blank=True)
    koppen = models.JSONField("extra koppen", default=dict, blank=True)
    tekst = models.TextField("tekst", blank=True)
    html = models.TextField("html", blank=True)
    bijlagen = models.JSONField("bijlagen", default=list, blank=True)
    skelet = models.BinaryField("skelet", default=b"")
    sha256 = models.CharField("vingerafdruk", max_length=64, editable=False)
    aantal_verwacht = models.PositiveIntegerField("verwacht aantal", null=True, blank=True)
    aangemaakt_op = models.DateTimeField("gemaakt op")
    geleegd_op = models.DateTimeField("geleegd op", null=True, blank=True)

    objects = BerichtQuerySet.as_manager()

    class Meta:
        verbose_name = "bericht"
        verbose_name_plural = "berichten"
        ordering = ["-aangemaakt_op", "-pk"]
        indexes = [
            models.Index(fields=["soort", "aangemaakt_op"], name="post_bericht_soort"),
            models.Index(
                fields=["id"],
                name="post_bericht_stroom",
                condition=Q(prioriteit=Prioriteit.BULK, staat=BerichtStaat.VERZENDEN),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(staat__in=BerichtStaat.values), name="post_bericht_staat_bestaat"
            ),
        ]

    def __str__(self):
        return self.onderwerp or self.sleutel


class Levering(models.Model):
    """A message on its way to one address.

    Retention: address, name and values are emptied together with the message.
    """

    bericht = models.ForeignKey(
        Bericht, verbose_name="bericht", on_delete=models.PROTECT, related_name="leveringen"
    )
    prioriteit = models.PositiveSmallIntegerField("volgorde", choices=Prioriteit)
    adres = models.CharField("adres", max_length=254)
    adres_norm = models.CharField("adres, vergelijkbaar", max_length=254)
    vingerafdruk = models.CharField("vingerafdruk van het adres", max_length=64)
    domein = models.CharField("domein", max_length=253)
    naam = models.CharField("naam", max_length=150, blank=True)
    gegevens = models.JSONField("gegevens", default=dict, blank=True)
    staat = models.CharField("staat", max_length=12, choices=Staat, default=Staat.WACHT)
    werker = models.CharField("werker", max_length=60, blank=True)
    pacht_tot = models.DateTimeField("gepacht tot", null=True, blank=True)
    niet_voor = models.DateTimeField("niet vóór")
    pogingen = models.PositiveSmallIntegerField("pogingen", default=0)
    smtp_code = models.PositiveSmallIntegerField("antwoord van de server", null=True, blank=True)
    laatste_fout = models.CharField("laatste fout", max_length=500, blank=True)
    provider_id = models.CharField("nummer bij de provider", max_length=200, blank=True)
    verzonden_op = models.DateTimeField("verzonden op", null=True, blank=True)
    aangemaakt_op = models.DateTimeField("gemaakt op")

    objects = LeveringQuerySet.as_manager()

    class Meta:
        verbose_name = "levering"
        verbose_name_plural = "leveringen"
        ordering = ["-pk"]
        permissions = [("beheer_leveringen", "Mag leveringen zien, opnieuw versturen en beslissen")]
        constraints = [
            models.UniqueConstraint(
                fields=["bericht", "adres_norm"], name="post_levering_een_per_adres"
            ),
            models.CheckConstraint(
                condition=Q(staat__in=Staat.values), name="post_levering_staat_bestaat"
            ),
            models.CheckConstraint(
                condition=~Q(staat__in=[Staat.GENOMEN, Staat.BEZIG])
                | (Q(pacht_tot__isnull=False) & ~Q(werker="")),
                name="post_levering_pacht_heeft_werker",
            ),
            models.CheckConstraint(
                condition=~Q(staat=Staat.VERZONDEN) | Q(verzonden_op__isnull=False),
                name="post_levering_verzonden_heeft_tijd",
            ),
        ]
        indexes = [
            models.Index(
                fields=["bericht", "niet_voor", "id"],
                name="post_levering_wachtrij",
                condition=Q(staat=Staat.WACHT),
            ),
            models.Index(
                fields=["niet_voor", "id"],
                name="post_levering_meteen",
                condition=Q(staat=Staat.WACHT, prioriteit=Prioriteit.DIRECT),
            ),
            models.Index(
                fields=["pacht_tot"],
                name="post_levering_pacht",
                condition=Q(staat__in=[Staat.GENOMEN, Staat.BEZIG]),
            ),
            models.Index(
                fields=["-id"],
                name="post_levering_aandacht",
                condition=Q(staat__in=[Staat.MISLUKT, Staat.ONZEKER]),
            ),
            models.Index(fields=["adres_norm"], name="post_levering_adres"),
            models.Index(
                fields=["provider_id"],
                name="post_levering_provider",
                condition=~Q(provider_id=""),
            ),
            models.Index(fields=["bericht", "staat", "id"], name="post_levering_per_staat"),
            models.Index(fields=["staat", "-id"], name="post_levering_staat"),
        ]

    def __str__(self):
        return f"{self.adres_norm} ({self.get_staat_display()})"

    @property
    def message_id(self) -> str:
        """The Message-ID of the mail: the same at every attempt, so that a mailbox sees one."""
        return message_id_of(self.pk)


class Tussenstand(models.Model):
    """How many deliveries of a message are in a state, counted per worker.

    The sum over workers is exact. Each worker writes its own row, so that workers do not wait
    for each other, and a progress page never counts a million rows.
    """

    bericht = models.ForeignKey(Bericht, on_delete=models.CASCADE, related_name="tussenstanden")
    werker = models.CharField(max_length=60)
    staat = models.CharField(max_length=12, choices=Staat)
    aantal = models.IntegerField(default=0)

    objects = TussenstandQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bericht", "werker", "staat"], name="post_tussenstand_een_rij"
            )
        ]

    def __str__(self):
        return f"{self.aantal} {self.staat}"


class Onderdrukking(models.Model):
    """An address that may not get bulk mail any more, known only by its fingerprint.

    Retention: for ever, by law: whoever left may not be mailed again (domain: 11.2).
    """

    class Reden(models.TextChoices):
        UITGESCHREVEN = "uitgeschreven", "uitgeschreven"
        KLACHT = "klacht", "klacht over ongewenste mail"
        ONBESTELBAAR = "onbestelbaar", "adres bestaat niet"
        GEWIST = "gewist", "vroeg om gewist te worden"

    vingerafdruk = models.CharField("vingerafdruk", max_length=64, unique=True)
    reden = models.CharField("reden", max_length=15, choices=Reden)
    sinds = models.DateTimeField("sinds")

    class Meta:
        verbose_name = "onderdrukt adres"
        verbose_name_plural = "onderdrukte adressen"
        ordering = ["-sinds"]

    def __str__(self):
        return f"{self.get_reden_display()} ({self.vingerafdruk[:8]})"


class Gebeurtenis(models.Model):
    """What a mail provider tells about a delivery afterwards.

    Retention: emptied together with the delivery.
    """

    levering = models.ForeignKey(
        Levering, null=True, blank=True, on_delete=models.CASCADE, related_name="gebeurtenissen"
    )
    provider_id = models.CharField("nummer bij de provider", max_length=200, unique=True)
    soort = models.CharField("soort", max_length=40)
    omschrijving = models.CharField("omschrijving", max_length=500, blank=True)
    op = models.DateTimeField("op")

    class Meta:
        verbose_name = "melding van de provider"
        verbose_name_plural = "meldingen van de provider"
        ordering = ["-op"]

    def __str__(self):
        return f"{self.soort} ({self.provider_id})"


class Postbus(models.Model):
    """How far the reports in a mailbox elsewhere were read. It holds no mails and no people."""

    naam = models.CharField("mailbox", max_length=300, unique=True)
    # Numbers of mails hold as long as this one stays the same (RFC 9051, 2.3.1.1).
    geldigheid = models.PositiveBigIntegerField("geldigheid van de nummers")
    uid = models.PositiveBigIntegerField("gelezen tot en met", default=0)

    class Meta:
        verbose_name = "mailbox met meldingen"
        verbose_name_plural = "mailboxen met meldingen"

    def __str__(self):
        return self.naam


class Doorgang(models.Model):
    """How fast mail may leave, and whether it may leave at all.

    One row for all mail together, named "", and one per domain that has a limit of its own.
    """

    naam = models.CharField(max_length=253, unique=True)
    tegoed = models.FloatField("tegoed", default=0)
    bijgewerkt_op = models.DateTimeField("bijgewerkt op")
    dicht_tot = models.DateTimeField("dicht tot", null=True, blank=True)
    reden = models.CharField("reden", max_length=300, blank=True)
    fouten = models.PositiveIntegerField("fouten na elkaar", default=0)

    class Meta:
        verbose_name = "doorgang"
        verbose_name_plural = "doorgangen"

    def __str__(self):
        return self.naam or "alle mail"
