"""Who was there, per day."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core import clock
from vorming.models.inschrijving import Inschrijving
from vorming.models.sessie import Sessiedag


class Aanwezig(models.TextChoices):
    """What an editor records about one person on one day."""

    AANWEZIG = "aanwezig", "aanwezig"
    AFWEZIG = "afwezig", "afwezig"
    EXCUUS = "excuus", "verontschuldigd"


class Aanwezigheid(models.Model):
    """Whether one person was there on one day. No row: nobody recorded anything yet.

    Retention: the row says a number, the enrolment says who. That is emptied with the participants
    of a session, and then the name of the editor goes too; what is left counts in the figures.
    """

    inschrijving = models.ForeignKey(
        Inschrijving, on_delete=models.PROTECT, related_name="aanwezigheden"
    )
    dag = models.ForeignKey(Sessiedag, on_delete=models.PROTECT, related_name="aanwezigheden")
    stand = models.CharField("stand", max_length=8, choices=Aanwezig)
    door = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="aangeduid door",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    op = models.DateTimeField("aangeduid op", default=clock.now)

    class Meta:
        verbose_name = "aanwezigheid"
        verbose_name_plural = "aanwezigheden"
        constraints = [
            models.UniqueConstraint(
                fields=["inschrijving", "dag"], name="vorming_aanwezigheid_een_per_dag"
            ),
            models.CheckConstraint(
                condition=Q(stand__in=Aanwezig.values), name="vorming_aanwezigheid_stand_bestaat"
            ),
        ]

    def __str__(self):
        return f"{self.inschrijving_id} op {self.dag_id}: {self.stand}"
