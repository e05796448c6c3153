"""The states of a message and of a delivery, and which changes are allowed."""

from django.db import models


class Prioriteit(models.IntegerChoices):
    """What goes first: a confirmation overtakes a newsletter."""

    DIRECT = 0, "meteen"
    BULK = 1, "in stroom"


class Beleid(models.TextChoices):
    """What happens with a mail of which we do not know whether it left."""

    HOOGSTENS_EENS = "hoogstens-eens", "nooit dubbel: een mens beslist"
    MINSTENS_EENS = "minstens-eens", "opnieuw, onder hetzelfde nummer"


class BerichtStaat(models.TextChoices):
    """A message."""

    KLAARZETTEN = "klaarzetten", "wordt klaargezet"
    VERZENDEN = "verzenden", "wordt verzonden"
    GEPAUZEERD = "gepauzeerd", "gepauzeerd"
    GEANNULEERD = "geannuleerd", "geannuleerd"


class Staat(models.TextChoices):
    """A delivery to one address."""

    WACHT = "wacht", "wacht"
    GENOMEN = "genomen", "genomen"
    BEZIG = "bezig", "wordt aangeboden"
    VERZONDEN = "verzonden", "verzonden"
    MISLUKT = "mislukt", "mislukt"
    ONZEKER = "onzeker", "onzeker"
    OVERGESLAGEN = "overgeslagen", "overgeslagen"
    GEANNULEERD = "geannuleerd", "geannuleerd"


ALLOWED: dict[Staat, set[Staat]] = {
    Staat.WACHT: {Staat.GENOMEN, Staat.OVERGESLAGEN, Staat.GEANNULEERD},
    Staat.GENOMEN: {Staat.BEZIG, Staat.WACHT, Staat.GEANNULEERD, Staat.OVERGESLAGEN},
    Staat.BEZIG: {Staat.VERZONDEN, Staat.WACHT, Staat.MISLUKT, Staat.ONZEKER},
    # Late news settles it; or a person decides.
    # Of who was forgotten, nobody can decide.
    Staat.ONZEKER: {Staat.VERZONDEN, Staat.MISLUKT, Staat.WACHT, Staat.OVERGESLAGEN},
    Staat.MISLUKT: {Staat.WACHT},
    # A bounce arrives after the relay took the mail.
    Staat.VERZONDEN: {Staat.MISLUKT},
    Staat.OVERGESLAGEN: set(),
    Staat.GEANNULEERD: set(),
}

FINISHED = {
    Staat.VERZONDEN,
    Staat.MISLUKT,
    Staat.OVERGESLAGEN,
    Staat.GEANNULEERD,
}
