"""What editors wrote to the participants of a session."""

import uuid

from django.conf import settings
from django.db import models

from core import clock
from vorming.models.sessie import Sessie


class Mededeling(models.Model):
    """One mail of an editor to participants, chosen by their state.

    The mails themselves are in the mail room, each with the link of its person. Retention: stays;
    it holds what an editor wrote to a group and how many got it, never who.
    """

    # Random, from the form: the same form twice is the same mail.
    formuliertoken = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    sessie = models.ForeignKey(
        Sessie, verbose_name="sessie", on_delete=models.PROTECT, related_name="mededelingen"
    )
    onderwerp = models.CharField("onderwerp", max_length=150)
    tekst = models.TextField("tekst", max_length=5000)
    staten = models.JSONField("aan wie", default=list)
    aantal = models.PositiveIntegerField("aantal mensen")
    gebruiker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="door",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    op = models.DateTimeField("verstuurd op", default=clock.now)

    class Meta:
        verbose_name = "mail aan deelnemers"
        verbose_name_plural = "mails aan deelnemers"
        ordering = ["-pk"]

    def __str__(self):
        return self.onderwerp
