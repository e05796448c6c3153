"""The register of certificates."""

import hashlib
import json
import re
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from vorming.models.inschrijving import Inschrijving

# Crockford's letters: none that somebody reads as another.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Eight of them are forty bits: who tries numbers finds none, even without the limit on asking.
WILLEKEURIG = 8
VERWISSELD = str.maketrans("OIL", "011")
NUMMER = re.compile(rf"(\d{{4}})([{LETTERS}]{{4}})([{LETTERS}]{{4}})")


class AttestStaat(models.TextChoices):
    """What a certificate is worth today."""

    GELDIG = "geldig", _("geldig")
    VERVANGEN = "vervangen", _("vervangen")
    INGETROKKEN = "ingetrokken", _("ingetrokken")


def nieuw_nummer() -> str:
    """Return a number for a certificate: the year, and what nobody can guess."""
    letters = "".join(secrets.choice(LETTERS) for _letter in range(WILLEKEURIG))
    return f"{clock.today().year}-{letters[:4]}-{letters[4:]}"


def lees_nummer(typed: str) -> str:
    """Return the number that somebody typed as the register writes it; empty when it is none."""
    plain = re.sub(r"[\s\-–./]", "", typed[:40].upper())
    found = NUMMER.fullmatch(plain.translate(VERWISSELD))
    return "-".join(found.groups()) if found else ""


class Attest(models.Model):
    """One issued certificate, with all that stands on it. What was issued never changes.

    The PDF is printed again from this row. A corrected name is a new row under a new number, and
    the old one says that it was replaced. Retention: a period of its own (`VormingInstellingen`),
    longer than that of the enrolment; deleted after it, and when somebody asks to be erased.
    """

    nummer = models.CharField("nummer", max_length=14, unique=True, default=nieuw_nummer)
    inschrijving = models.ForeignKey(
        Inschrijving, on_delete=models.PROTECT, related_name="attesten"
    )
    vervangt = models.OneToOneField(
        "self",
        verbose_name="komt in de plaats van",
        null=True,
        on_delete=models.PROTECT,
        related_name="opvolger",
    )
    staat = models.CharField(
        "staat", max_length=12, choices=AttestStaat, default=AttestStaat.GELDIG
    )
    naam = models.CharField("naam", max_length=170)
    vorming = models.CharField("vorming", max_length=255)
    # The begin of every day that she was there, as text: it is print, not a plan.
    dagen = models.JSONField("dagen")
    uren = models.DecimalField("uren", max_digits=5, decimal_places=2)
    taal = models.CharField("taal", max_length=10, default="nl")
    hash = models.CharField("controlegetal", max_length=64)
    # Finds the certificate of an address after the enrolment forgot it.
    adres_hash = models.CharField(max_length=64)
    uitgegeven_op = models.DateTimeField("uitgegeven op", default=clock.now)
    beeindigd_op = models.DateTimeField("niet meer geldig sinds", null=True)
    reden = models.CharField("reden", max_length=200, blank=True)
    door = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="uitgegeven door",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = "attest"
        verbose_name_plural = "attesten"
        ordering = ["pk"]
        indexes = [models.Index(fields=["adres_hash"], name="vorming_attest_adres")]
        constraints = [
            models.UniqueConstraint(
                fields=["inschrijving"],
                condition=Q(staat=AttestStaat.GELDIG),
                name="vorming_attest_een_geldig",
            ),
            models.CheckConstraint(
                condition=Q(staat=AttestStaat.GELDIG, beeindigd_op=None)
                | Q(
                    staat__in=[AttestStaat.VERVANGEN, AttestStaat.INGETROKKEN],
                    beeindigd_op__isnull=False,
                ),
                name="vorming_attest_einde_bij_staat",
            ),
            models.CheckConstraint(condition=Q(uren__gt=0), name="vorming_attest_uren_boven_nul"),
        ]

    def __str__(self):
        return self.nummer

    @property
    def is_geldig(self) -> bool:
        return self.staat == AttestStaat.GELDIG

    def bereken_hash(self) -> str:
        """Return the hash of what stands on the certificate."""
        printed = [self.nummer, self.naam, self.vorming, self.dagen, f"{self.uren:.2f}", self.taal]
        text = json.dumps(printed, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
