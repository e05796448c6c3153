"""What the newsletter holds about one person, for the screen that asks all apps."""

from django.contrib.auth.base_user import AbstractBaseUser

from core.personal import Deel, Rubriek
from nieuwsbrief.beheer import audit
from nieuwsbrief.beheer.rechten import mag_wijzigen
from nieuwsbrief.services import privacy
from post.words import moment_in_words


def zoek(adres: str, gebruiker: AbstractBaseUser) -> list[Rubriek]:
    """Return what the newsletter has about an address. Whoever looks is written down."""
    found = privacy.find(adres)
    for abonnee in found["abonnees"]:
        audit.note_look(abonnee, gebruiker)
    return [
        Rubriek(
            "Abonnee van de nieuwsbrief",
            [
                (
                    ("E-mail", row.adres),
                    ("Naam", row.naam),
                    ("Taal", row.get_taal_display()),
                )
                for row in found["abonnees"]
            ],
        ),
        Rubriek(
            "Nieuwsbrief",
            [
                (
                    ("Lijst", row.lijst.naam),
                    ("Staat", row.get_staat_display()),
                    ("Sinds", moment_in_words(row.sinds)),
                    ("Bevestigd op", moment_in_words(row.bevestigd_op)),
                )
                for row in found["abonnementen"]
            ],
        ),
        Rubriek(
            "Wat iemand zei over de nieuwsbrief",
            [
                (
                    ("Lijst", row.lijst.naam),
                    ("Wat", row.get_soort_display()),
                    ("Wanneer", moment_in_words(row.op)),
                    ("Waar", row.get_bron_display()),
                    ("Bij deze tekst", row.tekst),
                    ("Bewijs", row.bewijs),
                )
                for row in found["toestemmingen"]
            ],
        ),
        Rubriek(
            "Wil deze nieuwsbrief niet",
            [
                (("Lijst", row.lijst.naam), ("Sinds", moment_in_words(row.sinds)))
                for row in found["uitschrijvingen"]
            ],
        ),
        Rubriek(
            "Ingevoerd bestand waarin dit adres staat",
            [
                (
                    ("Bestand", row.bestandsnaam),
                    ("Ingevoerd op", moment_in_words(row.aangemaakt_op)),
                )
                for row in found["ingevoerd"]
            ],
        ),
    ]


def wis(adres: str, gebruiker: AbstractBaseUser) -> int:
    """Forget an address in the newsletter; return how many people that were."""
    audit.note_in_general(audit.GEWIST, gebruiker)
    return int(privacy.erase(adres))


NIEUWSBRIEF = Deel(
    naam="Nieuwsbrief",
    mag=mag_wijzigen,
    zoek=zoek,
    wis=wis,
    schrijft_laatste_mail=True,
    verdwijnt=(
        "Adres, naam, taal, keuzes en toestemmingen. Er vertrekt nog een laatste mail die dat "
        "bevestigt."
    ),
    blijft=(
        "Een code van het adres, die het niet toont. Zo vertrekt er nooit nog een nieuwsbrief naar "
        "wie er niet opnieuw om vroeg."
    ),
)
