"""E-mail addresses: what we accept, when two are the same, and how we remember one for ever.

An address goes into a header of a mail and into a command to a mail server. What could break
out of either is refused here, before anything is stored.
"""

import difflib
import hashlib
import hmac
import re
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

# RFC 5321 4.5.3.1: an address as a whole, and its part before the @.
MAX_LENGTH = 254
MAX_LOCAL = 64
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# What people mostly mean when they mistype.
COMMON_DOMAINS = [
    "gmail.com",
    "hotmail.com",
    "hotmail.be",
    "outlook.com",
    "outlook.be",
    "live.be",
    "telenet.be",
    "skynet.be",
    "proximus.be",
    "icloud.com",
    "yahoo.com",
]

# Not even localhost: the mail server would deliver that to itself.
_validate = EmailValidator(allowlist=[])


class InvalidAddress(ValueError):
    """An address that no mail can be sent to. The text says why, in Dutch."""


def check(address: str) -> str:
    """Return `address` without the space around it; raise InvalidAddress when it cannot be used.

    A domain with accents is turned into its form for mail servers; accents before the @ are
    refused, for many servers would refuse the mail.
    """
    address = for_servers(address)
    try:
        _validate(address)
    except ValidationError:
        raise InvalidAddress("Dit is geen e-mailadres.") from None
    return address


def for_servers(address: str) -> str:
    """Return an address as mail servers write it; raise InvalidAddress when that is impossible.

    Enough for an address of our own, which may be at a machine without a domain.
    """
    if CONTROL.search(address):
        raise InvalidAddress("Het adres bevat een teken dat niet in een e-mailadres kan.")
    local, at, domain = address.strip().rpartition("@")
    if not (at and local and domain):
        raise InvalidAddress("Het adres heeft geen naam of geen domein.")
    if not local.isascii():
        raise InvalidAddress("Vóór het apenstaartje kunnen geen letters met accenten staan.")
    try:
        address = f"{local}@{_domain_for_servers(domain)}"
    except UnicodeError:
        raise InvalidAddress("Het domein van het adres bestaat niet.") from None
    if len(address) > MAX_LENGTH or len(local) > MAX_LOCAL:
        raise InvalidAddress("Het adres is te lang.")
    return address


def _domain_for_servers(domain):
    return domain if domain.isascii() else domain.encode("idna").decode("ascii")


def normalise(address: str) -> str:
    """Return the form in which two addresses of one mailbox are equal.

    All in lower case, and a domain with accents as mail servers write it.
    """
    address = address.strip().lower()
    if address.isascii():
        return address
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{_domain_for_servers(domain)}"
    except UnicodeError:
        return address


def domain_of(address: str) -> str:
    """Return the part after the @, in lower case."""
    return normalise(address).rpartition("@")[2]


def probably_meant(address: str) -> str:
    """Return the address that was probably meant; empty when the one typed looks right."""
    local, _at, domain = address.rpartition("@")
    domain = domain.lower()
    if not local or domain in COMMON_DOMAINS:
        return ""
    close = difflib.get_close_matches(domain, COMMON_DOMAINS, n=1, cutoff=0.85)
    return f"{local}@{close[0]}" if close else ""


def fingerprint(address: str) -> str:
    """Return a keyed hash of an address.

    It recognises the address when it comes back, and does not give it away: without the key of
    the site nobody can try addresses against it.
    """
    key = settings.POST_HASH_KEY.encode()
    return hmac.new(key, normalise(address).encode(), hashlib.sha256).hexdigest()


def code_of(address: str) -> uuid.UUID:
    """Return the first half of the fingerprint: enough to tell addresses apart in a link.

    The same for one mailbox for ever, also after somebody was forgotten and came back.
    """
    return uuid.UUID(fingerprint(address)[:32])
