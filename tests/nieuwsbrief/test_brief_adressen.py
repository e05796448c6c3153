"""The links of an issue to other sites: asked when an editor wants it, and never our network."""

import http.server
import socket
import threading

import pytest

from nieuwsbrief.brief import adressen
from tests.nieuwsbrief.conftest import tekst
from tests.nieuwsbrief.test_brief_controle import met_tekst

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def op_een_dinsdag(klok):
    return klok


@pytest.mark.parametrize(
    "adres",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://0.0.0.0/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://127.1/",
    ],
)
def test_the_network_of_the_server_is_never_asked(adres, monkeypatch):
    def mag_niet(*args, **kwargs):
        raise AssertionError(args)

    monkeypatch.setattr(socket, "create_connection", mag_niet)
    assert "besloten netwerk" in adressen.vraag(adres) or "bestaat niet" in adressen.vraag(adres)


@pytest.mark.parametrize(
    "adres",
    [
        "file:///etc/passwd",
        "gopher://example.org/",
        "http:///x",
        "http://[kapot/",
        "http://example.org:99999/",
        f"http://{'a' * 300}.org/",
        "http://xn--\x00/",
    ],
)
def test_a_strange_address_is_a_reason_and_no_error(adres, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", None)
    assert adressen.vraag(adres)


@pytest.mark.parametrize(
    ("adres", "reden"),
    [
        ("http://example.org:8080/", "ongewone poort"),
        ("http://example.org:22/", "ongewone poort"),
        ("https://naam:geheim@example.org/", "een naam of een wachtwoord"),
    ],
)
def test_only_the_web_is_asked_and_without_a_name(adres, reden, monkeypatch):
    public = [(2, 1, 6, "", ("93.184.216.34", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: public)
    monkeypatch.setattr(socket, "create_connection", None)
    assert reden in adressen.vraag(adres)


def test_a_name_with_one_private_place_is_not_asked(monkeypatch):
    places = [(2, 1, 6, "", (one, 80)) for one in ("93.184.216.34", "10.0.0.5")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: places)
    assert "besloten netwerk" in adressen.vraag("http://example.org/")


class Antwoorden(http.server.BaseHTTPRequestHandler):
    gevraagd: list = []

    def do_HEAD(self):
        self.gevraagd.append((self.command, self.path, self.headers["Host"]))
        kind = self.path.strip("/").split("/")[0]
        if kind == "door":
            self.send_response(302)
            self.send_header("Location", "http://10.0.0.1/geheim")
        elif kind == "rond":
            self.send_response(301)
            self.send_header("Location", "/rond/")
        elif kind == "head" and self.command == "HEAD":
            self.send_response(405)
        elif kind.isdigit():
            self.send_response(int(kind))
        else:
            self.send_response(200)
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *args):
        pass


@pytest.fixture
def buiten(monkeypatch):
    """A site elsewhere, at a name that stands for a public place; returns what it was asked."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Antwoorden)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    real_names, real_connect = socket.getaddrinfo, socket.create_connection

    def names(host, *args, **kwargs):
        if host == "buiten.example.org":
            return [(2, 1, 6, "", ("93.184.216.34", 80))]
        return real_names(host, *args, **kwargs)

    def connect(place, *args, **kwargs):
        # Only the place that was judged.
        assert place == ("93.184.216.34", 80)
        return real_connect(("127.0.0.1", server.server_port), *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", names)
    monkeypatch.setattr(socket, "create_connection", connect)
    Antwoorden.gevraagd = []
    yield Antwoorden.gevraagd
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("pad", "reden"),
    [
        ("/", ""),
        ("/head/", ""),
        ("/404/", "Deze pagina bestaat niet."),
        ("/403/", "laat ons niet kijken"),
        ("/500/", "geeft een fout (500)"),
        ("/door/", "besloten netwerk"),
        ("/rond/", "eindeloos"),
    ],
)
def test_sites_elsewhere_are_asked(buiten, pad, reden):
    found = adressen.vraag(f"http://buiten.example.org{pad}?q=é x")
    assert found == reden if not reden else reden in found
    assert buiten[0][2] == "buiten.example.org"
    assert len(buiten) <= 5


def test_a_site_that_does_not_answer_does_not_hold_up_an_editor(monkeypatch):
    wait = threading.Event()
    monkeypatch.setattr(adressen, "ALLES", 0.2)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: wait.wait(5) or [])
    found = adressen.stuk_elders([f"http://traag{number}.example.org/" for number in range(20)])
    wait.set()
    assert len(found) == 20
    assert adressen.NIET_GEVRAAGD in found.values()


def test_links_of_others_are_only_asked_when_the_editor_wants_it(buiten, editor_client):
    page = met_tekst('<p>Zie <a href="http://buiten.example.org/404/">dit rapport</a>.</p>')
    screen = f"/admin/nieuwsbrief/brieven/{page.pk}/nakijken/"
    editor_client.get(screen)
    assert buiten == []
    shown = tekst(editor_client.post(screen, {"actie": "links"}))
    assert "De link ‘dit rapport’" in shown
    assert "Deze pagina bestaat niet." in shown
    assert len(buiten) == 1


def test_more_links_than_we_ask_are_told(monkeypatch):
    monkeypatch.setattr(adressen, "MEESTE", 1)
    monkeypatch.setattr(adressen, "vraag", lambda adres: "")
    found = adressen.stuk_elders(["http://a.example.org/", "http://b.example.org/"])
    assert list(found) == ["http://b.example.org/"]
