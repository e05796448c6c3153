"""How often one sender may send a public form, and how much mail one mailbox gets by them.

Who sends is a network address, who gets is an address that anybody typed. Neither is stored: a row
holds a keyed hash that is another one every hour, or every day, and `tick` removes it soon after.
Counting in the database holds for any number of processes.
"""

import datetime
import hashlib
import hmac
import ipaddress
from collections import Counter
from collections.abc import Mapping

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core import clock
from core.models import Poging

# Several processes may count the same address at once: one statement adds and reads.
COUNT = """
    INSERT INTO core_poging (naam, wie, uur, aantal) VALUES {rows}
    ON CONFLICT (naam, wie, uur) DO UPDATE SET aantal = core_poging.aantal + excluded.aantal
    RETURNING naam, wie, aantal
"""
KEEP = datetime.timedelta(hours=2)
# Counts of mails to one mailbox, in an hour and in a day.
MAIL_PER_HOUR = "postvak-uur"
MAIL_PER_DAY = "postvak-dag"
KEEP_DAY = datetime.timedelta(hours=26)


def allow(
    name: str, request: HttpRequest, *, per_hour: int, weight: int = 1, who: str = ""
) -> bool:
    """Count an attempt at `name` by the sender of `request`; say whether it is still allowed.

    `weight` is for how many it counts, such as the number of people that it mails. With `who`,
    such as the name of what a link is for, it is counted for that and not for a network.
    Not in the transaction of the form: a form that is rolled back was an attempt too.
    """
    hour = _hour()
    row = (name, _hash(who or address_of(request), hour), hour)
    return _count({row: weight})[row[:2]] <= per_hour


def allow_mail(messages: Mapping[str, int]) -> str:
    """Count mails to addresses that somebody typed; return the first address that had enough.

    `messages` says how many mails each address gets. Empty text: all may leave, and are counted,
    whatever form they come from. Otherwise none is. It says nothing about who is known: what
    counts is only what was typed. Not in the transaction of the form.
    """
    rows = {address: list(_of_mailbox(address)) for address in messages}
    weights: Counter[tuple] = Counter()
    for address, number in messages.items():
        weights.update(dict.fromkeys(rows[address], number))
    counted = _count(weights)
    for address in messages:
        hourly, daily = [counted[row[:2]] for row in rows[address]]
        if hourly > settings.MAILBOX_PER_HOUR or daily > settings.MAILBOX_PER_DAY:
            give_back_mail(messages)
            return address
    return ""


def give_back_mail(messages: Mapping[str, int]) -> None:
    """Forget mails that were counted and did not leave after all."""
    for address, number in messages.items():
        for name, who, since in _of_mailbox(address):
            Poging.objects.filter(naam=name, wie=who, uur=since, aantal__gte=number).update(
                aantal=F("aantal") - number
            )


def too_much_mail(address: str) -> str:
    """Return what somebody reads who typed an address that had enough."""
    return _(
        "Naar %(adres)s stuurden we al veel mails. Probeer het later opnieuw, of vraag het ons. "
        "Wat je invulde, staat er nog."
    ) % {"adres": address}


def _of_mailbox(address):
    """Yield the two counts of a mailbox: their name, its hash, and since when they count."""
    local, _at, domain = address.strip().lower().rpartition("@")
    # What comes after a plus is for the owner: it is the same mailbox.
    mailbox = f"{local.partition('+')[0] or local}@{domain}"
    day = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    for name, since in ((MAIL_PER_HOUR, _hour()), (MAIL_PER_DAY, day)):
        text = f"core.rate|{name}|{since.isoformat()}|{mailbox}"
        yield name, _keyed(settings.POST_HASH_KEY, text), since


def _hour():
    return clock.now().astimezone(datetime.UTC).replace(minute=0, second=0, microsecond=0)


def _count(weights: Mapping[tuple, int]) -> dict[tuple, int]:
    """Add weights to rows (name, hash, since); return what each name and hash has by now."""
    values = []
    # In one order for all: who counts the same mailboxes never waits for each other in a circle.
    for (name, who, since), weight in sorted(weights.items()):
        values += [name, who, connection.ops.adapt_datetimefield_value(since), weight]
    rows = ", ".join(["(%s, %s, %s, %s)"] * len(weights))
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(rows=rows), values)
        return {(name, who): number for name, who, number in cursor.fetchall()}


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
    """Remove the counts of hours and days that are over."""
    now = clock.now()
    Poging.objects.filter(uur__lt=now - KEEP).exclude(naam=MAIL_PER_DAY).delete()
    Poging.objects.filter(uur__lt=now - KEEP_DAY, naam=MAIL_PER_DAY).delete()


def _hash(address, hour):
    return _keyed(settings.SECRET_KEY, f"core.rate|{hour.isoformat()}|{address}")


def _keyed(key, text):
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
