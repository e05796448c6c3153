"""Ways out of the building. `POST_TRANSPORT` chooses one."""

from django.conf import settings
from django.utils.module_loading import import_string

from post.transports.base import Transport

NAMES = {
    "smtp": "post.transports.smtp.SmtpTransport",
    "provider": "post.transports.provider.ProviderTransport",
    "demo": "post.transports.memory.DemoTransport",
    "memory": "post.transports.memory.MemoryTransport",
}


def make_transport() -> Transport:
    """Return the transport of this site."""
    return import_string(NAMES[settings.POST_TRANSPORT])()
