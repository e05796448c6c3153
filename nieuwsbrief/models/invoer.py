"""A list of addresses from elsewhere, between the file and the subscriptions."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from nieuwsbrief.models.lijst import Lijst


class Invoer(models.Model):
    """A file of an editor: what stood in it, and the proof that these people agreed.

    Retention: `bewaar_invoer` days (NieuwsbriefInstellingen), carried out or not.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lijst = models.ForeignKey(Lijst, on_delete=models.PROTECT, related_name="+")
    bestandsnaam = models.CharField("bestand", max_length=200)
    tekst = models.TextField("tekst van de toestemming")
    gegeven_op = models.DateField("toestemming gegeven op")
    bewijs = models.CharField("waar het bewijs is", max_length=300)
    # Per line its number, address, name, language, and what becomes of it. What was carried out
    # is taken out: the people stand among the subscribers.
    regels = models.JSONField("regels", default=list)
    # After carrying out: how many of each outcome.
    uitkomst = models.JSONField("uitkomst", default=dict)
    gebruiker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    aangemaakt_op = models.DateTimeField("gemaakt op")
    uitgevoerd_op = models.DateTimeField("ingevoerd op", null=True, blank=True)

    class Meta:
        verbose_name = "ingevoerde lijst"
        verbose_name_plural = "ingevoerde lijsten"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(tekst="") & ~Q(bewijs=""), name="nieuwsbrief_invoer_heeft_bewijs"
            )
        ]

    def __str__(self):
        return self.bestandsnaam
