"""How often a public form was sent (core.rate)."""

from django.db import models


class Poging(models.Model):
    """The attempts of one sender in one hour, or the mails to one mailbox in an hour or a day.

    Retention: two hours after it began, for a day 26. `wie` is a keyed hash that changes every hour
    or day; no address is stored.
    """

    naam = models.CharField(max_length=80)
    wie = models.CharField(max_length=64)
    uur = models.DateTimeField()
    aantal = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "poging"
        verbose_name_plural = "pogingen"
        constraints = [
            models.UniqueConstraint(fields=["naam", "wie", "uur"], name="core_poging_een_per_uur")
        ]
        indexes = [models.Index(fields=["uur"], name="core_poging_uur")]

    def __str__(self):
        return f"{self.naam}: {self.aantal}"
