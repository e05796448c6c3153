"""The requests of one person, for the screen that asks all apps."""

from django.contrib.auth.base_user import AbstractBaseUser

from core.personal import Deel, Rubriek
from post import addresses
from post.words import moment_in_words
from trajecten.models import Verzoek
from trajecten.verzoeken import audit, services
from trajecten.verzoeken.access import may_treat


def zoek(adres: str, gebruiker: AbstractBaseUser) -> list[Rubriek]:
    """Return the requests that came from an address. Whoever looks is written down."""
    rows = list(Verzoek.objects.of_address(addresses.normalise(adres)).for_list().order_by("pk"))
    for row in rows:
        audit.note_look(row, gebruiker)
    mentions = Verzoek.objects.that_mention(adres.strip()).exclude(pk__in=[row.pk for row in rows])
    return [
        Rubriek("Verzoek", [_words(row) for row in rows]),
        Rubriek(
            "Verzoek van iemand anders waarin dit adres staat",
            [(("Kenmerk", row.kenmerk),) for row in mentions.order_by("pk")],
        ),
    ]


def _words(row: Verzoek):
    return (
        ("Kenmerk", row.kenmerk),
        ("Soort", row.get_soort_display()),
        ("Naam", row.naam),
        ("Rol", row.rol),
        ("Organisatie", row.organisatie),
        ("Gemeente", str(row.gemeente or "")),
        ("E-mail", row.e_mail),
        ("Telefoon", row.telefoon),
        ("Vraag", row.vraag),
        ("Momenten die passen", row.momenten),
        ("Notities van het team", row.notities),
        ("Staat", row.get_staat_display()),
        ("Ontvangen op", moment_in_words(row.ontvangen_op)),
    )


def wis(adres: str, gebruiker: AbstractBaseUser) -> int:
    """Forget an address in every request; return how many rows."""
    return services.erase(adres, user=gebruiker)


VERZOEKEN = Deel(
    naam="Vragen en gesprekken",
    mag=may_treat,
    zoek=zoek,
    wis=wis,
    verdwijnt=(
        "Naam, rol, organisatie, e-mail, telefoon, vraag en notities van elk verzoek. In verzoeken "
        "van anderen verdwijnt alleen het adres."
    ),
    blijft="Dat er een verzoek was: soort, gemeente en dag, om te tellen.",
)
