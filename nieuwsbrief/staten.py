"""The states of a subscription, and where it came from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Staat(models.TextChoices):
    """One person on one list."""

    WACHT = "wacht", _("wacht op bevestiging")
    ACTIEF = "actief", _("ingeschreven")
    WEG = "weg", _("uitgeschreven")
    ONBESTELBAAR = "onbestelbaar", _("adres bestaat niet")
    KLACHT = "klacht", _("klacht over ongewenste mail")


# Nothing is sent any more, and only the person herself begins again.
GESTOPT = (Staat.WEG, Staat.ONBESTELBAAR, Staat.KLACHT)


class Bron(models.TextChoices):
    """Where a subscription, or a change of it, came from."""

    SITE = "site", _("formulier op de site")
    VOORKEUREN = "voorkeuren", _("eigen pagina met keuzes")
    MAIL = "mail", _("link of knop in een mail")
    INVOER = "invoer", _("lijst ingevoerd door de redactie")
    INSCHRIJVING = "inschrijving", _("formulier om in te schrijven voor een vorming")
    REDACTIE = "redactie", _("redactie")
    POST = "post", _("melding van de mailserver")


class Soort(models.TextChoices):
    """What happened to a consent."""

    GEVRAAGD = "gevraagd", _("vroeg de nieuwsbrief aan")
    BEVESTIGD = "bevestigd", _("bevestigde met de knop na de mail")
    GEKOZEN = "gekozen", _("koos de nieuwsbrief op de eigen pagina")
    INGEVOERD = "ingevoerd", _("ingevoerd met bewijs van toestemming")
    INGETROKKEN = "ingetrokken", _("schreef zich uit")
    GESTOPT = "gestopt", _("gestopt door een melding van de mailserver")


# What gives consent, and so says what was agreed to.
GEEFT = (Soort.GEVRAAGD, Soort.BEVESTIGD, Soort.GEKOZEN, Soort.INGEVOERD)


class VerzendStaat(models.TextChoices):
    """The sending of one issue."""

    CONCEPT = "concept", "wacht op goedkeuring"
    GOEDGEKEURD = "goedgekeurd", "goedgekeurd"
    GEPLAND = "gepland", "gepland"
    VOORBEREIDEN = "voorbereiden", "ontvangers worden klaargezet"
    VERZENDEN = "verzenden", "wordt verzonden"
    GEPAUZEERD = "gepauzeerd", "gepauzeerd"
    KLAAR = "klaar", "klaar"
    KLAAR_OPEN = "klaar_open", "klaar, met open vragen"
    GEANNULEERD = "geannuleerd", "geannuleerd"
    MISLUKT = "mislukt", "mislukt"


# Over for good: another sending of the same issue may begin.
VERZENDING_VOORBIJ = (VerzendStaat.GEANNULEERD, VerzendStaat.MISLUKT)
VERZENDING_KLAAR = (VerzendStaat.KLAAR, VerzendStaat.KLAAR_OPEN)
VERZENDING_LOOPT = (VerzendStaat.VERZENDEN, VerzendStaat.GEPAUZEERD)
