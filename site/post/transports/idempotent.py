"""Providers that take a key with a call, and do the same call once however often it is made.

Bron: Resend, "Idempotency keys": kept for 24 hours, longer than our last attempt waits.
"""

from anymail.backends.resend import EmailBackend as AnymailResend

BACKENDS = {
    "anymail.backends.resend.EmailBackend": "post.transports.idempotent.ResendBackend",
}
# The answer to a call that is still being dealt with.
BUSY = 409
HEADER = "Idempotency-Key"


class ResendBackend(AnymailResend):
    """Anymail's backend, with the key of the mail on each call."""

    def build_message_payload(self, message, defaults):
        payload = super().build_message_payload(message, defaults)
        payload.headers = {**(payload.headers or {}), HEADER: message.sleutel}
        return payload
