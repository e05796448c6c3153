"""What the training offer holds about one person, for the screen that asks all apps."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import formats

from core.personal import Deel, Rubriek
from post.words import moment_in_words
from vorming.beheer import kijklog
from vorming.beheer.rechten import mag_inschrijvingen, mag_noden_zien
from vorming.models import Aanvraag, Attest, Inschrijving, Logregel
from vorming.services import privacy
from vorming.services.basis import redactie

NIET_TE_ZIEN = (
    "Er is iets bewaard over voeding of toegankelijkheid. Jouw account mag dat niet zien: vraag "
    "het aan wie dat wel mag, en bezorg het mee."
)


def zoek(adres: str, gebruiker: AbstractBaseUser) -> list[Rubriek]:
    """Return what we hold about an address; needs only for who may see them.

    Whoever looks is written down.
    """
    found = privacy.find(adres)
    needs = Rubriek("Voeding en toegankelijkheid")
    for row in found["inschrijvingen"]:
        kijklog.noteer_blik(row, gebruiker)
    if mag_noden_zien(gebruiker):
        for need in found["noden"]:
            kijklog.noteer_blik(need.inschrijving, gebruiker, kijklog.NODEN_BEKEKEN)
        needs.rijen.extend(
            (
                ("Bij inschrijving", str(need.inschrijving_id)),
                ("Voeding", need.voeding),
                ("Toegankelijkheid", need.toegankelijkheid),
            )
            for need in found["noden"]
        )
    elif found["noden"]:
        needs = Rubriek(needs.titel, uitleg=NIET_TE_ZIEN)
    return [
        Rubriek("Inschrijving", [_enrolment(row) for row in found["inschrijvingen"]]),
        Rubriek("Aanvraag als contactpersoon", [_request(row) for row in found["aanvragen"]]),
        needs,
        Rubriek(
            "Aanwezigheid",
            [
                (("Dag", moment_in_words(row.dag.begin)), ("Stand", row.get_stand_display()))
                for row in found["aanwezigheden"]
            ],
        ),
        Rubriek("Attest", [_certificate(row) for row in found["attesten"]]),
    ]


def _enrolment(row: Inschrijving):
    log = Logregel.objects.filter(inschrijving=row).order_by("pk")
    chosen = row.workshopkeuzes.order_by("workshop")
    return (
        ("Nummer", str(row.pk)),
        ("Vorming", str(row.sessie)),
        ("Begint op", moment_in_words(row.sessie.begint_op)),
        ("Voornaam", row.voornaam),
        ("Naam", row.naam),
        ("E-mail", row.e_mail),
        ("Functie", row.functie),
        ("Organisatie", row.aanvraag.organisatie),
        ("Gemeente", row.aanvraag.gemeente),
        ("Staat", row.get_staat_display()),
        ("Ingeschreven op", moment_in_words(row.aangemaakt_op)),
        ("Bevestigd op", moment_in_words(row.bevestigd_op)),
        *((answer["vraag"], antwoord_in_woorden(answer["waarde"])) for answer in row.antwoorden),
        ("Workshops", ", ".join(chosen.values_list("workshop__naam", flat=True))),
        ("Wat ermee gebeurde", "\n".join(_line(line) for line in log)),
    )


def _line(line: Logregel) -> str:
    what = f"{line.actie}: {line.naar}" if line.naar else line.actie
    return f"{moment_in_words(line.op)} {what} (door {line.rol})"


def _request(row: Aanvraag):
    return (
        ("Vorming", str(row.sessie)),
        ("Voornaam", row.voornaam),
        ("Naam", row.naam),
        ("E-mail", row.e_mail),
        ("Telefoon", row.telefoon),
        ("Organisatie", row.organisatie),
        ("Gemeente", row.gemeente),
        ("Naam op de factuur", row.factuur_naam),
        ("Adres op de factuur", row.factuur_adres),
        ("Ondernemingsnummer", row.ondernemingsnummer),
        ("Nummer van de bestelbon", row.bestelbon),
        ("Versie van de privacyverklaring", row.privacyversie),
        ("Gevraagd op", moment_in_words(row.aangemaakt_op)),
    )


def _certificate(row: Attest):
    return (
        ("Nummer", row.nummer),
        ("Naam", row.naam),
        ("Vorming", row.vorming),
        # Where an editor opens or revokes it, when the enrolment is no longer found.
        ("Sessie", str(row.inschrijving.sessie)),
        ("Uren", formats.localize(row.uren)),
        ("Staat", row.get_staat_display()),
        ("Uitgegeven op", moment_in_words(row.uitgegeven_op)),
    )


def antwoord_in_woorden(value: object) -> str:
    """Return the answer to a question of a course as somebody reads it."""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return formats.localize(value) if isinstance(value, (int, float)) else str(value)


def wis(adres: str, gebruiker: AbstractBaseUser) -> int:
    """Forget an address in the training offer; return how many rows."""
    return privacy.erase(adres, door=redactie(gebruiker))


VORMING = Deel(
    naam="Vorming",
    mag=mag_inschrijvingen,
    zoek=zoek,
    wis=wis,
    verdwijnt=(
        "Naam, e-mail, functie, antwoorden, voeding en toegankelijkheid, attesten, en wat iemand "
        "als contactpersoon of voor de factuur invulde. Wie nog een plaats heeft of wacht, wordt "
        "eerst geannuleerd: de plaats gaat naar de volgende."
    ),
    blijft=(
        "Dat er een inschrijving was, in welke sessie, in welke staat en of er iemand aanwezig "
        "was, en de organisatie en gemeente. Daarmee kloppen de cijfers van het jaar. Schreef "
        "iemand ook anderen in die een plaats hebben, dan blijft waar hun factuur naartoe gaat, "
        "tot ook de laatste van hen gewist is."
    ),
)
