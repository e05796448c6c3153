"""How often one address may send a public form in an hour.

The address itself is never stored: a row holds a keyed hash that is another one every hour, and
`tick` removes it soon after. Counting in the database holds for any number of processes.
"""

import datetime
import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from core import clock
from core.models import Poging

# Several processes may count the same address at once: one statement adds and reads.
COUNT = """
    INSERT INTO core_poging (naam, wie, uur, aantal) VALUES (%s, %s, %s, %s)
    ON CONFLICT (naam, wie, uur) DO UPDATE SET aantal = core_poging.aantal + excluded.aantal
    RETURNING aantal
"""
KEEP = datetime.timedelta(hours=2)


def allow(name: str, request: HttpRequest, *, per_hour: int, weight: int = 1) -> bool:
    """Count an attempt at `name` by the sender of `request`; say whether it is still allowed.

    `weight` is for how many it counts, such as the number of people that it mails.
    Outside a transaction: a form that is rolled back was an attempt too.
    """
    hour = clock.now().astimezone(datetime.UTC).replace(minute=0, second=0, microsecond=0)
    values = [
        name,
        _hash(address_of(request), hour),
        connection.ops.adapt_datetimefield_value(hour),
        weight,
    ]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        (number,) = cursor.fetchone()
    return number <= per_hour


def address_of(request: HttpRequest) -> str:
    """Return the network address of a sender; of an IPv6 address the part that is one household.

    Behind proxies of our own (settings.TRUSTED_PROXIES) it is what the outermost of them saw;
    anything before that the sender may have made up.
    """
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if settings.TRUSTED_PROXIES and forwarded != [""]:
        address = forwarded[-min(settings.TRUSTED_PROXIES, len(forwarded))]
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6:
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)


def forget_old() -> None:
    """Remove the counts of hours that are over."""
    Poging.objects.filter(uur__lt=clock.now() - KEEP).delete()


def _hash(address, hour):
    text = f"core.rate|{hour.isoformat()}|{address}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
