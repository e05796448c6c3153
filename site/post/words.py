"""What the states and the answers of mail servers mean, in words for an editor."""

import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats

from post.states import Staat

STATES = {
    Staat.WACHT: "De mail staat klaar en vertrekt zodra hij aan de beurt is.",
    Staat.GENOMEN: "De mail vertrekt zo meteen.",
    Staat.BEZIG: "De mail wordt nu aan de mailserver aangeboden.",
    Staat.VERZONDEN: "De mailserver nam de mail aan.",
    Staat.MISLUKT: "De mail kwam niet aan. We proberen het niet meer vanzelf.",
    Staat.ONZEKER: (
        "De verbinding brak af terwijl we de mail aanboden. We weten niet of hij vertrokken is. "
        "Daarom sturen we hem niet vanzelf nog eens: dan kreeg iemand hem misschien twee keer."
    ),
    Staat.OVERGESLAGEN: "Deze mail is bewust niet verstuurd.",
    Staat.GEANNULEERD: "Het bericht werd gestopt voor deze mail vertrok.",
}

# RFC 5321 4.2.3; what it usually means, and what helps.
SMTP_CODES = {
    421: "De mailserver had het te druk of was even dicht.",
    450: "De mailbox was even niet bereikbaar.",
    451: "De mailserver had een storing, of wil dat we het later nog eens proberen.",
    452: "De mailserver had geen plaats meer.",
    550: "Het adres bestaat niet, of de mailserver weigert onze mail.",
    551: "De ontvanger is verhuisd naar een ander adres.",
    552: "De mailbox is vol, of de mail is te groot.",
    553: "De mailserver aanvaardt dit adres niet.",
    554: "De mailserver weigert de mail, vaak omdat hij op reclame lijkt.",
}

# The kinds of event of Anymail.
EVENTS = {
    "queued": "Bij de provider klaargezet",
    "sent": "Door de provider verstuurd",
    "rejected": "Door de provider geweigerd",
    "failed": "Mislukt bij de provider",
    "bounced": "Teruggestuurd door de mailbox",
    "deferred": "Uitgesteld door de mailbox",
    "delivered": "Aangekomen in de mailbox",
    "autoresponded": "Automatisch beantwoord",
    "opened": "Geopend",
    "clicked": "Op een link geklikt",
    "complained": "Gemeld als ongewenste mail",
    "unsubscribed": "Uitgeschreven bij de provider",
    "subscribed": "Ingeschreven bij de provider",
}


def explain_code(code: int | None) -> str:
    """Return what the answer of a mail server means; nothing when we do not know."""
    if code is None or code < 400:
        return ""
    general = (
        "De mailserver weigert de mail." if code >= 500 else "De mailserver kon de mail niet nemen."
    )
    return SMTP_CODES.get(code, general)


def kind_in_words(kind: str) -> str:
    """Return the name of a kind of message as people read it."""
    words = kind.replace("-", " ").replace("_", " ").replace("/", " ")
    return words[:1].upper() + words[1:]


def event_in_words(kind: str) -> str:
    """Return what a provider reported."""
    return EVENTS.get(kind, "Melding van de provider")


def in_brussels(moment: datetime.datetime) -> datetime.datetime:
    """Return a moment on the clock of Brussels, whatever the zone of the reader."""
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE))


def moment_in_words(moment: datetime.datetime | None) -> str:
    """Return day and hour in Brussels."""
    return formats.date_format(in_brussels(moment), "d/m/Y H:i") if moment else ""


def number_in_words(number: int) -> str:
    """Return a number with a point per thousand."""
    return formats.number_format(number, use_l10n=True, force_grouping=True)


def duration_in_words(minutes: float) -> str:
    """Return roughly how long something takes."""
    if minutes < 1:
        return "minder dan een minuut"
    if minutes < 90:
        whole = round(minutes)
        return "ongeveer een minuut" if whole == 1 else f"ongeveer {whole} minuten"
    hours = round(minutes / 60)
    return f"ongeveer {hours} uur" if hours < 48 else f"ongeveer {round(hours / 24)} dagen"
