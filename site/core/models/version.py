"""The version of the content (core.memo)."""

from django.db import models


class Inhoudsversie(models.Model):
    """One row with a value that changes whenever a page or a fact changes."""

    waarde = models.CharField(max_length=32)

    class Meta:
        verbose_name = "versie van de inhoud"

    def __str__(self):
        return self.waarde
