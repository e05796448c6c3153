"""Delivery reports in a mailbox: what mail servers send back when a mail did not arrive (RFC 3464).

Only a report that names a mail of ours counts: its Message-ID, or the one of the mail that came
back with it. Without that, anybody could mail us a report and end the subscription of another.
Supported: `multipart/report; report-type=delivery-status` of one or more recipients. Free texts of
old servers, answers of people who are away and complaint reports (RFC 5965) are left alone.
"""

import hashlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from django.conf import settings
from django.db import IntegrityError, transaction

from core import clock
from post import addresses, services
from post.models import Gebeurtenis, Levering, Onderdrukking
from post.signals import adres_onbestelbaar
from post.states import Staat
from post.webhooks import settle

logger = logging.getLogger(__name__)

# A report with our mail in it is not larger; reading stops there.
MAX_BYTES = 2_000_000
MAX_RECIPIENTS = 50
MAX_TEXT = 500
# Enhanced status codes (RFC 3463): 5.1.x the address is wrong, 5.2.1 the mailbox is shut.
CODE = r"5\.(1\.[1-36]|1\.10|2\.1)"
BESTAAT_NIET = re.compile(CODE + "$")
# The answer of a mail server has its code at the beginning, after the number of three digits.
# Further on the same signs are something else: the address of a machine, a version, a name.
ANTWOORD_BESTAAT_NIET = r"^(5[0-9][0-9][ -])?" + CODE + "([^0-9.]|$)"


@dataclass(frozen=True)
class Terugmelding:
    """What a report says about one recipient. `code` is an enhanced status code (RFC 3463)."""

    message_id: str
    adres: str
    code: str
    tekst: str

    @property
    def is_definitief(self) -> bool:
        return self.code.startswith("5.")

    @property
    def bestaat_niet(self) -> bool:
        """The mailbox does not exist; a full one, or a refused mail, is another thing."""
        return BESTAAT_NIET.match(self.code) is not None


def lees(source: bytes) -> list[Terugmelding]:
    """Return what a mail reports; nothing for a mail that is no delivery report."""
    mail = message_from_bytes(source[:MAX_BYTES], policy=policy.compat32)
    if mail.get_content_type() != "multipart/report":
        return []
    if str(mail.get_param("report-type", "")).lower() != "delivery-status":
        return []
    message_id = _message_id(mail)
    return [*_meldingen(mail, message_id)][:MAX_RECIPIENTS] if message_id else []


def _message_id(mail) -> str:
    """Return the Message-ID of the mail of ours that came back, or of its headers."""
    for part in mail.walk():
        if part.get_content_type() not in ("message/rfc822", "text/rfc822-headers"):
            continue
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        if not isinstance(inner, Message):
            inner = message_from_bytes(part.get_payload(decode=True) or b"", policy=policy.compat32)
        if found := str(inner.get("Message-ID", "")).strip():
            return found
    return ""


def _meldingen(mail, message_id) -> Iterator[Terugmelding]:
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            action = str(block.get("Action", "")).strip().lower()
            if action != "failed":
                continue
            wie = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
            code = str(block.get("Status", "")).split()
            yield Terugmelding(
                message_id,
                wie.partition(";")[2].strip(),
                code[0] if code else "",
                " ".join(str(block.get("Diagnostic-Code", "")).split())[:MAX_TEXT],
            )


def verwerk(source: bytes) -> int:
    """Take in one mail, by the rules of the reports of a provider; return how many it settled.

    The same report again counts once. A later report about the same mail is another one: it may
    have been sent again in between.
    """
    kenmerk = hashlib.sha256(source).hexdigest()[:32]
    return sum(_verwerk_een(een, kenmerk) for een in lees(source))


def _levering_van(melding) -> Levering | None:
    domein = re.escape(settings.POST_MESSAGE_ID_DOMAIN)
    found = re.fullmatch(rf"<levering\.([0-9]{{1,18}})@{domein}>", melding.message_id)
    return Levering.objects.filter(pk=int(found[1])).first() if found else None


def _verwerk_een(melding, kenmerk) -> int:
    levering = _levering_van(melding)
    if levering is None or not melding.is_definitief:
        return 0
    if levering.adres_norm != addresses.normalise(melding.adres):
        # Forwarded, or made up: we know that this mail failed for another address than ours.
        return 0
    try:
        with transaction.atomic():
            Gebeurtenis.objects.create(
                levering=levering,
                provider_id=f"mailbox:{levering.pk}:{kenmerk}",
                soort="bounced",
                omschrijving=melding.tekst,
                op=clock.now(),
            )
            settle(
                levering,
                Staat.MISLUKT,
                [Staat.BEZIG, Staat.VERZONDEN, Staat.ONZEKER],
                laatste_fout=melding.tekst,
            )
            if melding.bestaat_niet:
                services.suppress(levering.adres, Onderdrukking.Reden.ONBESTELBAAR)
                adres_onbestelbaar.send(sender=Levering, adres=levering.adres, reden=melding.tekst)
    except IntegrityError:
        logger.info("Melding over levering %s was al bekend", levering.pk)
        return 0
    return 1
