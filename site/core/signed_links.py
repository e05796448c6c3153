"""Links that say for whom they are, and can be revoked without being stored anywhere.

A link signs the name of something and the version of its link. Raising that version revokes every
link that was sent before. Who may do what with a link, the app that makes it decides.
"""

import base64
import binascii
import uuid

from django.conf import settings
from django.core.signing import BadSignature, Signer


class LinkOngeldig(Exception):
    """Not a link of ours, or one that was revoked or is too old."""


def _signer(purpose):
    keys = settings.LINK_KEYS or [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    key, *fallbacks = keys
    return Signer(key=key, fallback_keys=fallbacks, salt=purpose, sep=".")


def write(purpose: str, uid: uuid.UUID, number: int) -> str:
    """Return the signed part of an address, for `purpose` and nothing else."""
    name = base64.urlsafe_b64encode(uid.bytes).decode().rstrip("=")
    return _signer(purpose).sign(f"{name}.{number}")


def read(purpose: str, token: str) -> tuple[uuid.UUID, int]:
    """Return the name and the number that `token` was made of; raise LinkOngeldig."""
    try:
        name, number = _signer(purpose).unsign(token).split(".")
        return uuid.UUID(bytes=base64.urlsafe_b64decode(name + "==")), int(number)
    except (BadSignature, ValueError, binascii.Error):
        raise LinkOngeldig from None
