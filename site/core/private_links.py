"""Addresses that open something by themselves: a signed link, or a random name.

Whoever has such an address may change an enrolment or leave a newsletter. Whatever is answered to
it, nobody on the way keeps it or hands it on, and it stands in no log.
"""

import logging
import re

# A signed link (core.signed_links), a UUID, and the token of an evaluation. The file of a deadline
# is everybody's, though a UUID names it.
SECRET = re.compile(
    r"[\w-]{22}\.\d{1,10}\.[\w-]{20,}"
    r"|(?<!/agenda/termijnen/)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|(?<=/evaluatie/)[\w-]{20,}"
)
HIDDEN = "[link]"
HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


class PrivateLinkMiddleware:
    """Keeps every answer to such an address out of caches, search engines and other sites.

    Also what no view of ours answers: a slash that is added, a page that is not found, a refusal.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if SECRET.search(request.path):
            for name, value in HEADERS.items():
                response[name] = value
        return response


class WithoutSecrets(logging.Filter):
    """Takes such addresses out of what is logged: Django logs the path of what went wrong."""

    def filter(self, record):
        message = record.getMessage()
        hidden = SECRET.sub(HIDDEN, message)
        if hidden != message:
            record.msg, record.args = hidden, None
        return True
