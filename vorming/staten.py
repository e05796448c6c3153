"""The states of an enrolment, and which may follow which.

Whether somebody was present is no state: it is a row per day. How near a session is to being full
is no state either: it is counted.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Staat(models.TextChoices):
    """How far the enrolment of one person is."""

    AANGEVRAAGD = "aangevraagd", _("aangevraagd")
    WACHTLIJST = "wachtlijst", _("op de wachtlijst")
    AANGEBODEN = "aangeboden", _("plaats aangeboden")
    BEVESTIGD = "bevestigd", _("bevestigd")
    GEANNULEERD = "geannuleerd", _("geannuleerd")
    GEWEIGERD = "geweigerd", _("niet aanvaard")
    VERVALLEN = "vervallen", _("vervallen")
    VERVANGEN = "vervangen", _("vervangen door een collega")


HOUDT_PLAATS = [Staat.AANGEBODEN, Staat.BEVESTIGD]
ACTIEF = [Staat.AANGEVRAAGD, Staat.WACHTLIJST, *HOUDT_PLAATS]
EINDE = [staat for staat in Staat if staat not in ACTIEF]

# An end stays an end: whoever comes back gets a new row, at the back of the queue.
TOEGELATEN: dict[Staat, set[Staat]] = {
    Staat.AANGEVRAAGD: {
        Staat.BEVESTIGD,
        Staat.WACHTLIJST,
        Staat.GEWEIGERD,
        Staat.GEANNULEERD,
    },
    Staat.WACHTLIJST: {Staat.BEVESTIGD, Staat.AANGEBODEN, Staat.GEANNULEERD},
    Staat.AANGEBODEN: {Staat.BEVESTIGD, Staat.VERVALLEN, Staat.GEANNULEERD},
    Staat.BEVESTIGD: {Staat.GEANNULEERD, Staat.VERVANGEN},
    **{staat: set() for staat in EINDE},
}


class Verder(models.TextChoices):
    """Where somebody goes on whose enrolment ended although nobody cancelled it."""

    SAMENGEVOEGD = "samengevoegd", "samengevoegd met een andere"
    VERPLAATST = "verplaatst", "verplaatst naar een andere sessie"


class SessieStaat(models.TextChoices):
    """What an editor decided about a session."""

    CONCEPT = "concept", "concept, nog niet te zien"
    OPEN = "open", "open voor inschrijving"
    GESLOTEN = "gesloten", "inschrijving gesloten"
    GEANNULEERD = "geannuleerd", "geannuleerd"


class Toestand(models.TextChoices):
    """What a visitor reads about a session: decided, and counted."""

    NOG_NIET_OPEN = "nog-niet-open", _("Inschrijven kan nog niet")
    OPEN = "open", _("Er is plaats")
    BIJNA_VOLZET = "bijna-volzet", _("Bijna volzet")
    WACHTLIJST = "wachtlijst", _("Volzet, wel een wachtlijst")
    VOLZET = "volzet", _("Volzet")
    GESLOTEN = "gesloten", _("Inschrijving gesloten")
    AFGELOPEN = "afgelopen", _("Afgelopen")
    GEANNULEERD = "geannuleerd", _("Gaat niet door")


class Vorm(models.TextChoices):
    """Where people meet."""

    TER_PLAATSE = "ter-plaatse", _("ter plaatse")
    ONLINE = "online", _("online")
    HYBRIDE = "hybride", _("ter plaatse of online")


class Doorschuiven(models.TextChoices):
    """What somebody on the waiting list gets when a place is free."""

    DIRECT = "direct", "meteen een plaats"
    AANBOD = "aanbod", "een aanbod om te aanvaarden"


class SoortOrganisatie(models.TextChoices):
    """What kind of organisation a participant works for."""

    LOKAAL_BESTUUR = (
        "lokaal-bestuur",
        _("Lokaal bestuur (cultuur, jeugd, sport of andere dienst)"),
    )
    OCMW = "ocmw", _("OCMW of sociale dienst")
    ARMOEDEVERENIGING = "armoedevereniging", _("Vereniging van personen in armoede")
    ANDERE = "andere", _("Andere organisatie")
