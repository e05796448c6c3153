"""The mails of one person, for who asks what we have on her."""

from django.contrib.auth.base_user import AbstractBaseUser

from core.personal import Deel, Rubriek
from post import addresses, services
from post.models import Levering
from post.screens.access import may_manage
from post.words import kind_in_words, moment_in_words


def zoek(adres: str, gebruiker: AbstractBaseUser) -> list[Rubriek]:
    """Return every mail that went to an address, or waits for it, latest first."""
    rows = (
        Levering.objects.filter(adres_norm=addresses.normalise(adres))
        .select_related("bericht")
        .order_by("-pk")
    )
    return [
        Rubriek(
            "Mail",
            [
                (
                    ("Onderwerp", row.bericht.onderwerp),
                    ("Soort", kind_in_words(row.bericht.soort)),
                    ("Staat", row.get_staat_display()),
                    ("Klaargezet op", moment_in_words(row.aangemaakt_op)),
                    ("Verzonden op", moment_in_words(row.verzonden_op)),
                )
                for row in rows
            ],
        )
    ]


MAILS = Deel(
    naam="Mails",
    mag=may_manage,
    zoek=zoek,
    wis=lambda adres, gebruiker: services.erase(adres),
    verdwijnt="Adres, naam en tekst van elke mail. Wat nog wachtte, vertrekt niet meer.",
    blijft=(
        "Dat er een mail was en wat ermee gebeurde. Een versleuteld kenmerk van het adres, zodat "
        "we het nooit meer mailen."
    ),
)
