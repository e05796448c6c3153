"""What one click to leave costs."""

from urllib.parse import urlsplit

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nieuwsbrief import links
from nieuwsbrief.models import Abonnee, Lijst
from nieuwsbrief.services import aanmelden

ADRES = "meting@example.org"


def measure() -> list[dict]:
    """Return the queries of the POST that mail providers send (RFC 8058). Leaves nothing behind."""
    client = Client(headers={"host": "127.0.0.1"})
    with transaction.atomic():
        lijst = Lijst.objects.te_kiezen()[0]
        aanmelden.aanmelden(adres=ADRES, lijsten=[lijst], taal="nl")
        abonnee = Abonnee.objects.van_adres(ADRES).get()
        aanmelden.bevestigen(uid=abonnee.uid)
        address = urlsplit(links.uitschrijf_link(abonnee, lijst.pk)).path
        with CaptureQueriesContext(connection) as queries:
            status = client.post(address, {"List-Unsubscribe": "One-Click"}).status_code
        ended = not abonnee.abonnementen.actief().exists()
        transaction.set_rollback(True)
    if status != 200 or not ended:
        raise RuntimeError(f"Uitschrijven met één klik antwoordt {status}.")
    return [
        {
            "name": "nieuwsbrief.one_click_queries",
            "value": len(queries),
            "unit": "queries",
            "note": "met begin en einde van de transactie",
        }
    ]
