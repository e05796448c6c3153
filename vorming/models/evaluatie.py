"""What people thought of a session, and the tokens with which they say so.

Nothing leads from an answer to who gave it: no person, no time, no order. A token holds for one
answer; the answer does not know which token it was.
"""

import uuid

from django.db import models

from vorming.models.sessie import Sessie


class Evaluatiesleutel(models.Model):
    """A token that was mailed. Only its hash is kept, and that is its key: no order tells of whom.

    Retention: deleted when the links of the participants stop; then nobody can answer any more.
    """

    hash = models.CharField(max_length=64, primary_key=True)
    sessie = models.ForeignKey(Sessie, on_delete=models.PROTECT, related_name="evaluatiesleutels")
    gebruikt = models.BooleanField(default=False)

    class Meta:
        verbose_name = "sleutel van een evaluatie"
        verbose_name_plural = "sleutels van evaluaties"

    def __str__(self):
        return f"voor sessie {self.sessie_id}"


class Evaluatie(models.Model):
    """The answers of one participant, who is not known. Retention: stays, nobody is in it."""

    # Random: rows in the order in which they came in would tell of whom they are.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sessie = models.ForeignKey(Sessie, on_delete=models.PROTECT, related_name="evaluaties")
    # Code of the statement to a number from 1 to 5; what was left open is not in it.
    scores = models.JSONField(default=dict)
    # {"vraag", "waarde"}: the question in the words of then.
    antwoorden = models.JSONField(default=list)
    opmerking = models.TextField(blank=True)

    class Meta:
        verbose_name = "evaluatie"
        verbose_name_plural = "evaluaties"
        ordering = ["id"]

    def __str__(self):
        return f"van sessie {self.sessie_id}"
