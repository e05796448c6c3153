"""Who comes: a request, a row per person, and what each of them told us."""

import unicodedata
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from core import clock
from post import addresses
from vorming.models.sessie import Sessie, Workshop
from vorming.querysets import InschrijvingQuerySet
from vorming.staten import ACTIEF, HOUDT_PLAATS, SoortOrganisatie, Staat, Verder


def sleutel_van(voornaam: str, naam: str, e_mail: str) -> str:
    """Return what two enrolments of one person have in common.

    Address and name together: colleagues share a mailbox, and one person writes her name with and
    without accents or capitals.
    """
    return f"{addresses.normalise(e_mail)}|{zonder_accenten(f'{voornaam} {naam}')}"


def zonder_accenten(tekst: str) -> str:
    """Return a text as it is compared and sorted: small letters, no accents, single spaces."""
    plain = unicodedata.normalize("NFKD", tekst.casefold())
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())


# What an editor looks for in a request, folded, and the fields that each of it is made of.
GEVOUWEN = {"organisatie_norm": ("organisatie",), "contact_norm": ("voornaam", "naam")}
# Where an invoice goes: together they are of one organisation, and never of two.
FACTUUR = ("factuur_naam", "factuur_adres", "ondernemingsnummer", "bestelbon")


class Aanvraag(models.Model):
    """One submit of the form: a contact and one to ten people of one organisation.

    Retention: contact and invoice data are emptied together with the last of its enrolments.
    """

    # Random, from the form: the same form twice is the same request.
    formuliertoken = models.UUIDField("formuliertoken", unique=True, default=uuid.uuid4)
    sessie = models.ForeignKey(
        Sessie, verbose_name="sessie", on_delete=models.PROTECT, related_name="aanvragen"
    )
    voornaam = models.CharField("voornaam van de contactpersoon", max_length=80, blank=True)
    naam = models.CharField("naam van de contactpersoon", max_length=80, blank=True)
    e_mail = models.EmailField("e-mail van de contactpersoon", blank=True)
    e_mail_norm = models.CharField(max_length=254, blank=True, editable=False)
    telefoon = models.CharField("telefoon", max_length=40, blank=True)
    # The contact as she is looked up.
    contact_norm = models.TextField(blank=True, editable=False)
    organisatie = models.CharField("organisatie", max_length=150, blank=True)
    organisatie_norm = models.TextField(blank=True, editable=False)
    soort_organisatie = models.CharField(
        "soort organisatie", max_length=20, choices=SoortOrganisatie, blank=True
    )
    gemeente = models.CharField("gemeente", max_length=80, blank=True)
    factuur_naam = models.CharField("naam op de factuur", max_length=150, blank=True)
    factuur_adres = models.TextField("adres op de factuur", blank=True)
    ondernemingsnummer = models.CharField("ondernemingsnummer", max_length=20, blank=True)
    bestelbon = models.CharField("nummer van de bestelbon", max_length=60, blank=True)
    samen = models.BooleanField(
        "alleen samen",
        default=False,
        help_text="Op de wachtlijst schuiven deze mensen pas door als er voor allemaal plaats is.",
    )
    # The first time that this group was passed over because it did not fit.
    overgeslagen_op = models.DateTimeField("overgeslagen op", null=True, editable=False)
    # People in the form who were in already; on screen nobody is told who.
    aantal_dubbel = models.PositiveSmallIntegerField(default=0, editable=False)
    # What the site answered: how many people in which state, as if nobody was in already.
    gezegd = models.JSONField(default=dict, editable=False)
    privacyversie = models.CharField(
        "versie van de privacyverklaring", max_length=40, blank=True, editable=False
    )
    taal = models.CharField("taal", max_length=10, default="nl")
    door = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="ingegeven door",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Leeg: de deelnemer zelf.",
    )
    aangemaakt_op = models.DateTimeField("gemaakt op", default=clock.now, editable=False)
    geanonimiseerd_op = models.DateTimeField("geanonimiseerd op", null=True, editable=False)

    class Meta:
        verbose_name = "aanvraag"
        verbose_name_plural = "aanvragen"
        ordering = ["-aangemaakt_op", "-pk"]
        indexes = [models.Index(fields=["e_mail_norm"], name="vorming_aanvraag_adres")]

    def __str__(self):
        return self.organisatie or f"aanvraag {self.pk}"

    def save(self, *args, **kwargs):
        self.e_mail_norm = addresses.normalise(self.e_mail)
        stored = kwargs.get("update_fields")
        for name, sources in GEVOUWEN.items():
            setattr(self, name, zonder_accenten(" ".join(getattr(self, one) for one in sources)))
            if stored is not None and not set(sources).isdisjoint(stored):
                kwargs["update_fields"] = {*kwargs["update_fields"], name}
        super().save(*args, **kwargs)

    @property
    def heeft_factuur(self) -> bool:
        """Whether anything was filled in for the invoice."""
        return any(getattr(self, name) for name in FACTUUR)


class Inschrijving(models.Model):
    """One person in one session. Its state changes only in `vorming.services`.

    Retention: emptied by `services.privacy.retain`, sooner when the person did not come.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sessie = models.ForeignKey(
        Sessie, verbose_name="sessie", on_delete=models.PROTECT, related_name="inschrijvingen"
    )
    aanvraag = models.ForeignKey(
        Aanvraag, verbose_name="aanvraag", on_delete=models.PROTECT, related_name="inschrijvingen"
    )
    regel = models.PositiveSmallIntegerField("regel van de aanvraag", editable=False)
    voornaam = models.CharField("voornaam", max_length=80, blank=True)
    naam = models.CharField("naam", max_length=80, blank=True)
    e_mail = models.EmailField("e-mail", blank=True)
    e_mail_norm = models.CharField(max_length=254, blank=True, editable=False)
    functie = models.CharField("functie", max_length=100, blank=True)
    sleutel = models.CharField(max_length=420, editable=False)
    staat = models.CharField("staat", max_length=12, choices=Staat, editable=False)
    # An end that is no cancellation. It stays when the person is forgotten: the figures read it.
    verder = models.CharField(
        "gaat verder", max_length=12, choices=Verder, blank=True, editable=False
    )
    staat_sinds = models.DateTimeField("staat sinds", default=clock.now, editable=False)
    bevestigd_op = models.DateTimeField("bevestigd op", null=True, editable=False)
    volgnummer = models.PositiveIntegerField(
        "volgnummer op de wachtlijst", null=True, editable=False
    )
    plaats = models.PositiveIntegerField("plaats", null=True, editable=False)
    aanbod_tot = models.DateTimeField("aanbod geldt tot", null=True, editable=False)
    antwoorden = models.JSONField("antwoorden", default=list, blank=True)
    link_versie = models.PositiveIntegerField(default=1, editable=False)
    # Raised at every change that a calendar must hear of (RFC 5545, SEQUENCE).
    ical_seq = models.PositiveIntegerField(default=0, editable=False)
    vervangt = models.OneToOneField(
        "self",
        verbose_name="komt in de plaats van",
        null=True,
        on_delete=models.PROTECT,
        related_name="opvolger",
        editable=False,
    )
    # Of the form with which she gave her place to a colleague: the same form twice is once.
    doorgegeven_met = models.UUIDField(null=True, editable=False)
    aangemaakt_op = models.DateTimeField("gemaakt op", default=clock.now, editable=False)
    geanonimiseerd_op = models.DateTimeField("geanonimiseerd op", null=True, editable=False)

    objects = InschrijvingQuerySet.as_manager()

    class Meta:
        verbose_name = "inschrijving"
        verbose_name_plural = "inschrijvingen"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(staat__in=Staat.values), name="vorming_inschrijving_staat_bestaat"
            ),
            models.CheckConstraint(
                condition=Q(staat__in=HOUDT_PLAATS, plaats__isnull=False)
                | (~Q(staat__in=HOUDT_PLAATS) & Q(plaats=None)),
                name="vorming_inschrijving_plaats_bij_staat",
            ),
            models.CheckConstraint(
                condition=Q(plaats=None) | Q(plaats__gte=1),
                name="vorming_inschrijving_plaats_vanaf_een",
            ),
            models.UniqueConstraint(
                fields=["sessie", "plaats"], name="vorming_inschrijving_plaats_een_keer"
            ),
            models.CheckConstraint(
                condition=~Q(staat=Staat.WACHTLIJST) | Q(volgnummer__isnull=False),
                name="vorming_inschrijving_wacht_met_nummer",
            ),
            models.UniqueConstraint(
                fields=["sessie", "volgnummer"], name="vorming_inschrijving_nummer_een_keer"
            ),
            models.CheckConstraint(
                condition=Q(staat=Staat.AANGEBODEN, aanbod_tot__isnull=False)
                | (~Q(staat=Staat.AANGEBODEN) & Q(aanbod_tot=None)),
                name="vorming_inschrijving_aanbod_met_einde",
            ),
            models.UniqueConstraint(
                fields=["sessie", "sleutel"],
                condition=Q(staat__in=ACTIEF),
                name="vorming_inschrijving_een_actieve",
            ),
            models.UniqueConstraint(
                fields=["aanvraag", "regel"], name="vorming_inschrijving_regel_een_keer"
            ),
        ]
        indexes = [
            models.Index(fields=["sessie", "staat"], name="vorming_inschrijving_per_staat"),
            models.Index(fields=["staat", "-id"], name="vorming_inschrijving_staat"),
            models.Index(fields=["e_mail_norm"], name="vorming_inschrijving_adres"),
            models.Index(
                fields=["aanbod_tot"],
                name="vorming_inschrijving_aanbod",
                condition=Q(staat=Staat.AANGEBODEN),
            ),
        ]

    def __str__(self):
        return self.volledige_naam or f"inschrijving {self.pk}"

    def save(self, *args, **kwargs):
        self.e_mail_norm = addresses.normalise(self.e_mail)
        super().save(*args, **kwargs)

    @property
    def volledige_naam(self) -> str:
        return f"{self.voornaam} {self.naam}".strip()

    @property
    def is_actief(self) -> bool:
        return self.staat in ACTIEF

    @property
    def staat_tekst(self) -> str:
        """How far it is, for editors: also when she only goes on in another enrolment."""
        words = str(Staat(self.staat).label)
        return f"{words} ({Verder(self.verder).label})" if self.verder else words


class Workshopkeuze(models.Model):
    """What somebody chose in a round. Without a place it is a wish: she waits, or it was full."""

    inschrijving = models.ForeignKey(
        Inschrijving, on_delete=models.PROTECT, related_name="workshopkeuzes"
    )
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="keuzes")
    ronde = models.CharField("ronde", max_length=60)
    plaats = models.PositiveIntegerField("plaats", null=True)

    class Meta:
        verbose_name = "keuze van workshop"
        verbose_name_plural = "keuzes van workshops"
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "plaats"], name="vorming_workshopkeuze_plaats_een_keer"
            ),
            models.UniqueConstraint(
                fields=["inschrijving", "ronde"], name="vorming_workshopkeuze_een_per_ronde"
            ),
            models.CheckConstraint(
                condition=Q(plaats=None) | Q(plaats__gte=1),
                name="vorming_workshopkeuze_plaats_vanaf_een",
            ),
        ]

    def __str__(self):
        return f"{self.inschrijving_id}: {self.workshop_id}"


class BijzondereNood(models.Model):
    """What somebody needs to take part. It may tell of health or belief (AVG art. 9).

    A table of its own, so that it has its own permission and appears in no list or export by
    accident. Retention: deleted soon after the last day.
    """

    inschrijving = models.OneToOneField(
        Inschrijving, on_delete=models.CASCADE, related_name="bijzondere_nood"
    )
    voeding = models.CharField("voeding", max_length=300, blank=True)
    toegankelijkheid = models.CharField("toegankelijkheid", max_length=300, blank=True)

    class Meta:
        verbose_name = "bijzondere nood"
        verbose_name_plural = "bijzondere noden"

    def __str__(self):
        return f"bij inschrijving {self.inschrijving_id}"


class Logregel(models.Model):
    """Who did what, and when. It names fields and states, never what stood in a field.

    Retention: stays, for it holds no personal data but the name of the editor.
    """

    sessie = models.ForeignKey(Sessie, on_delete=models.PROTECT, related_name="logregels")
    inschrijving = models.ForeignKey(
        Inschrijving, null=True, on_delete=models.PROTECT, related_name="logregels"
    )
    actie = models.CharField("wat", max_length=40)
    van = models.CharField("van", max_length=12, blank=True)
    naar = models.CharField("naar", max_length=12, blank=True)
    velden = models.JSONField("velden", default=list, blank=True)
    uitleg = models.CharField("uitleg", max_length=300, blank=True)
    # deelnemer, klok or redactie.
    rol = models.CharField("door", max_length=10)
    gebruiker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    op = models.DateTimeField("wanneer", default=clock.now)

    class Meta:
        verbose_name = "regel van het logboek"
        verbose_name_plural = "logboek"
        ordering = ["pk"]
        indexes = [models.Index(fields=["sessie", "-id"], name="vorming_logregel_van_sessie")]

    def __str__(self):
        return f"{self.actie} ({self.rol})"
