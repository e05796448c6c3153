"""The log of who saw and changed subscribers. It outlives addresses, so it never holds one."""

import datetime

from wagtail.log_actions import LogActionRegistry, LogFormatter, log
from wagtail.models import ModelLogEntry

from core import clock
from nieuwsbrief.models import Abonnee, Verzending
from nieuwsbrief.services import verzenden

BEKEKEN = "nieuwsbrief.bekeken"
UITGESCHREVEN = "nieuwsbrief.uitgeschreven"
LINK = "nieuwsbrief.link"
LINK_VERNIEUWD = "nieuwsbrief.link_vernieuwd"
GEWIST = "nieuwsbrief.gewist"
GEEXPORTEERD = "nieuwsbrief.geexporteerd"
INGEVOERD = "nieuwsbrief.ingevoerd"

ONTVANGERS = "nieuwsbrief.verzending_ontvangers"
VERZENDEN = (
    (verzenden.VRAAG, "Goedkeuring gevraagd", "Vroeg een collega om de brief goed te keuren"),
    (verzenden.TERUG, "Brief teruggestuurd", "Stuurde de brief terug met een opmerking"),
    (verzenden.GOED, "Brief goedgekeurd", "Keurde de brief goed; de mail ligt vast"),
    (verzenden.GEPLAND, "Brief gepland", "Plande wanneer de brief vertrekt"),
    (verzenden.ONTPLAND, "Planning ingetrokken", "Trok de planning van de brief in"),
    (verzenden.GESTART, "Verzending gestart", "Startte het verzenden van de brief"),
    (verzenden.GEPAUZEERD, "Verzending gepauzeerd", "Zette het verzenden op pauze"),
    (verzenden.HERVAT, "Verzending hervat", "Liet het verzenden weer verdergaan"),
    (verzenden.GEANNULEERD, "Verzending gestopt", "Stopte het verzenden voorgoed"),
    (verzenden.GESTOPT, "Verzending gestopt in de postkamer", "Werd in de postkamer gestopt"),
    (verzenden.AANGEVULD, "Verzending aangevuld", "Stuurde de brief naar wie nog niets kreeg"),
    (
        verzenden.GEMIST,
        "Planning gemist",
        "De geplande brief vertrok niet op zijn uur",
    ),
    (verzenden.STIL, "Verzending vraagt na", "Het verzenden stopte na een lange stilstand"),
    (verzenden.KLAAR, "Verzending klaar", "De brief is verzonden"),
    (verzenden.GEWEIGERD, "Verzending geweigerd", "De mailserver weigerde elke mail"),
    (verzenden.MISLUKT, "Verzending mislukt", "Kon de ontvangers niet klaarzetten"),
    (ONTVANGERS, "Ontvangers bekeken", "Bekeek wie de brief niet kreeg, met adres"),
)

# Somebody who reloads a page does not look again.
SAME_LOOK = datetime.timedelta(hours=1)


def register(actions: LogActionRegistry) -> None:
    """Give every action its name."""
    actions.register_action(BEKEKEN, "Abonnee bekeken", "Bekeek de abonnee, met adres")
    actions.register_action(UITGESCHREVEN, "Abonnee uitgeschreven", "Schreef de abonnee uit")
    actions.register_action(LINK, "Link gestuurd", "Mailde de link naar de keuzes")
    actions.register_action(
        LINK_VERNIEUWD, "Link vernieuwd", "Mailde een nieuwe link; de oude werken niet meer"
    )
    actions.register_action(GEWIST, "Abonnee gewist", "Wiste alles van een adres, op vraag")
    for actie, label, tekst in VERZENDEN:
        actions.register_action(actie, label, tekst)
    actions.register_action(GEEXPORTEERD)(Geexporteerd)
    actions.register_action(INGEVOERD)(Ingevoerd)


class Geexporteerd(LogFormatter):
    """A file with addresses."""

    label = "Abonnees geëxporteerd"

    def format_message(self, log_entry):
        chosen = log_entry.data.get("filter") or "zonder filter"
        return f"Haalde abonnees op als CSV-bestand ({chosen})"


class Ingevoerd(LogFormatter):
    """A file that was brought in."""

    label = "Lijst ingevoerd"

    def format_message(self, log_entry):
        return f"Schreef {log_entry.data.get('aantal', 0)} mensen in uit een bestand"


def note(abonnee: Abonnee, action: str, user, **data) -> None:
    """Write down what `user` did with a subscriber, by number only."""
    log(abonnee, action, user=user, title=f"abonnee {abonnee.pk}", data=data)


def note_in_general(action: str, user, **data) -> None:
    """Write down what is about no subscriber in particular."""
    log(Abonnee(pk=0), action, user=user, title="abonnees", data=data)


def note_verzending(verzending: Verzending, action: str, user) -> None:
    """Write down what `user` did with the sending of an issue."""
    log(verzending, action, user=user, title=f"brief: {verzending.onderwerp}")


def note_look(abonnee: Abonnee, user) -> None:
    """Write down that `user` saw somebody, once an hour at most."""
    seen = ModelLogEntry.objects.for_instance(abonnee).filter(
        action=BEKEKEN, user=user, timestamp__gt=clock.now() - SAME_LOOK
    )
    if not seen.exists():
        note(abonnee, BEKEKEN, user)
