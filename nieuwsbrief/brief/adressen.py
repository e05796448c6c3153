"""Whether the links in an issue lead somewhere.

What is on this site is looked up, never asked. What is elsewhere is asked with a time limit. An
editor may type any address, so the question may only go to public places: every address that a
name stands for is judged, the connection goes to the very one that was judged, and every redirect
is judged anew. Otherwise a link in an issue would let this server ask around in its own network.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, unquote, urljoin, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from wagtail.models import Page, Site

from core.models import Bestand

# Seconds for one answer, and for all of them together.
PER_ADRES, ALLES = 6, 20
MEESTE, TEGELIJK, DOORVERWIJZINGEN = 100, 8, 4
POORTEN = {80, 443}
DOCUMENT = re.compile(r"^/documenten/(\d{1,9})/")
NAT64 = ipaddress.ip_network("64:ff9b::/96")
NIET_GEVRAAGD = "We kregen niet op tijd een antwoord."
SAFE = "/?&=%:@!$'()*+,;~-._[]"
WIE = "Mozilla/5.0 (compatible; linkcontrole van een nieuwsbrief)"


class MagNiet(Exception):
    """An address that this server may not ask. The message says why, in Dutch."""


def is_hier(adres: str) -> bool:
    """Say whether an address is one of this site."""
    return urlsplit(adres).netloc == urlsplit(settings.BASE_URL).netloc


def stuk_hier(adressen: Iterable[str]) -> set[str]:
    """Return which addresses of this site lead to nothing that everybody may see.

    Two queries at most, however many there are.
    """
    by_path: dict[str, set[str]] = {}
    for adres in adressen:
        by_path.setdefault(unquote(urlsplit(adres).path) or "/", set()).add(adres)
    asked, documents, broken = {}, {}, set()
    for path, originals in by_path.items():
        if found := DOCUMENT.match(path):
            documents[int(found[1])] = originals
            continue
        try:
            name = resolve(path).url_name
        except Resolver404:
            broken |= originals
            continue
        if name in ("page", "wagtail_serve"):
            asked[path] = originals
    broken |= _no_pages(asked) | _no_documents(documents)
    return broken


def _no_pages(asked):
    if not asked:
        return set()
    roots = {root.language_code: root.root_path for root in Site.get_site_root_paths()}
    stored = {path: _stored_path(path, roots) for path in asked}
    pages = Page.objects.live().public().filter(url_path__in=set(stored.values()))
    there = set(pages.values_list("url_path", flat=True))
    return {
        one for path, originals in asked.items() if stored[path] not in there for one in originals
    }


def _stored_path(path, roots) -> str:
    """Return the path of a page in the tree: every language but the first stands in an address."""
    first, _, rest = path.removeprefix("/").partition("/")
    language = first if first in roots and first != settings.LANGUAGE_CODE else ""
    own = rest if language else path.removeprefix("/")
    root = roots.get(language or settings.LANGUAGE_CODE, "/")
    return f"{root}{own}" if not own or own.endswith("/") else f"{root}{own}/"


def _no_documents(documents):
    if not documents:
        return set()
    there = set(Bestand.objects.filter(pk__in=documents).values_list("pk", flat=True))
    return {one for pk, originals in documents.items() if pk not in there for one in originals}


# --- Elsewhere ----------------------------------------------------------------------------


def stuk_elders(adressen: Iterable[str]) -> dict[str, str]:
    """Return the addresses elsewhere that do not answer well, each with the reason in Dutch.

    Takes `ALLES` seconds at most. What was not answered by then is told too.
    """
    wanted = list(dict.fromkeys(adressen))
    found = dict.fromkeys(wanted[MEESTE:], "Er zijn te veel links om ze allemaal na te kijken.")
    pool = ThreadPoolExecutor(TEGELIJK, thread_name_prefix="linkcontrole")
    until = time.monotonic() + ALLES
    try:
        asked = {adres: pool.submit(vraag, adres) for adres in wanted[:MEESTE]}
        for adres, answer in asked.items():
            try:
                reason = answer.result(timeout=max(0, until - time.monotonic()))
            except TimeoutError:
                reason = NIET_GEVRAAGD
            if reason:
                found[adres] = reason
    finally:
        # A name server that does not answer may not keep the editor waiting.
        pool.shutdown(wait=False, cancel_futures=True)
    return found


def vraag(adres: str) -> str:
    """Ask an address whether it is there; return what is wrong in Dutch, empty when it is well."""
    try:
        for _step in range(DOORVERWIJZINGEN + 1):
            status, naar = _ask("HEAD", adres)
            if status in (403, 405, 501):
                # Some sites answer only who wants to read.
                status, naar = _ask("GET", adres)
            if status not in (301, 302, 303, 307, 308) or not naar:
                return _judged(status)
            adres = urljoin(adres, naar)
    except MagNiet as reason:
        return str(reason)
    except TimeoutError:
        return NIET_GEVRAAGD
    except (OSError, http.client.HTTPException, ValueError):
        return "We konden geen verbinding maken."
    return "Dit adres stuurt ons eindeloos door."


def _judged(status: int) -> str:
    if status < 400:
        return ""
    if status in (404, 410):
        return "Deze pagina bestaat niet."
    if status in (401, 403, 429):
        return "Deze site laat ons niet kijken. Open de link zelf eens."
    return f"Deze site geeft een fout ({status})."


def _ask(method: str, adres: str) -> tuple[int, str]:
    parts = urlsplit(adres)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise MagNiet("Dit is geen webadres.")
    if parts.username or parts.password:
        raise MagNiet("In dit adres staat een naam of een wachtwoord.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if port not in POORTEN:
        raise MagNiet("Dit adres heeft een ongewone poort.")
    place = _public_place(parts.hostname, port)
    kind = _Https if parts.scheme == "https" else _Http
    connection = kind(place, parts.hostname, port)
    try:
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        connection.request(
            method,
            quote(path, safe=SAFE),
            headers={"User-Agent": WIE, "Accept": "*/*", "Connection": "close"},
        )
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location") or ""
    finally:
        connection.close()


def _public_place(host: str, port: int) -> str:
    """Return the network address to connect to; raise MagNiet unless all of them are public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise MagNiet("Dit adres bestaat niet.") from None
    places = [str(one[4][0]) for one in found]
    if not places or not all(map(is_openbaar, places)):
        raise MagNiet("Dit adres is van een besloten netwerk.")
    return places[0]


def is_openbaar(place: str) -> bool:
    """Say whether a network address is one of the public internet."""
    ip = ipaddress.ip_address(place.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_openbaar(str(ip.ipv4_mapped))
        if ip.sixtofour or ip.teredo or ip in NAT64:
            # They carry another address in them.
            return False
    return ip.is_global and not ip.is_multicast


class _Http(http.client.HTTPConnection):
    """Goes to the place that was judged, whatever its name stands for by now."""

    def __init__(self, place, host, port):
        super().__init__(host, port, timeout=PER_ADRES)
        self._place = place

    def connect(self):
        self.sock = socket.create_connection((self._place, self.port), self.timeout)


class _Https(http.client.HTTPSConnection):
    """The same, with the certificate of the name."""

    def __init__(self, place, host, port):
        super().__init__(host, port, timeout=PER_ADRES)
        self._place, self._tls = place, ssl.create_default_context()

    def connect(self):
        plain = socket.create_connection((self._place, self.port), self.timeout)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
