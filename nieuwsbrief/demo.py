"""Example subscribers in every state, for who tries the site out. All at example.org."""

from nieuwsbrief.models import Abonnee, Lijst
from nieuwsbrief.services import aanmelden, uitschrijven
from nieuwsbrief.staten import Bron, Staat

AANTAL = 24
TALEN = ["nl", "nl", "nl", "fr", "nl", "en"]


def load() -> int:
    """Make the example subscribers where there are none; return how many."""
    lijsten = list(Lijst.objects.te_kiezen())
    if Abonnee.objects.exists() or not lijsten:
        return 0
    for number in range(1, AANTAL + 1):
        adres = f"lezer{number}@example.org"
        gekozen = lijsten if number % 3 == 0 else [lijsten[number % len(lijsten)]]
        aanmelden.aanmelden(adres=adres, lijsten=gekozen, taal=TALEN[number % len(TALEN)])
        abonnee = Abonnee.objects.van_adres(adres).get()
        if number % 8 == 7:
            # Does not confirm.
            continue
        aanmelden.bevestigen(uid=abonnee.uid)
        if number % 8 == 5:
            uitschrijven.vertrek(uid=abonnee.uid, lijst=gekozen[0].pk, bron=Bron.MAIL)
    uitschrijven.stop("lezer9@example.org", Staat.ONBESTELBAAR)
    uitschrijven.stop("lezer12@example.org", Staat.KLACHT)
    return AANTAL
