"""What one click to leave costs, and what an issue costs to make and to send."""

import datetime
import statistics
import time
from urllib.parse import urlsplit

import mrml
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import BasePage, Termijn
from nieuwsbrief import links
from nieuwsbrief.brief import render
from nieuwsbrief.models import Abonnee, Lijst, NieuwsbriefIndexPage, NieuwsbriefPage
from nieuwsbrief.services import aanmelden
from tests.bench import verzenden

ADRES = "meting@example.org"


KEREN = 15


def measure() -> list[dict]:
    """Return the figures of the newsletter. Leaves nothing behind."""
    return [*_one_click(), *_freeze(), *verzenden.measure()]


def _freeze() -> list[dict]:
    """Return what freezing an issue of 20 blocks costs, beside one call of the compiler."""
    with transaction.atomic():
        key = _issue().pk
        render.freeze_page(NieuwsbriefPage.objects.get(pk=key))
        page = NieuwsbriefPage.objects.get(pk=key)
        with CaptureQueriesContext(connection) as queries:
            render.freeze_page(page)
        mjml = _mjml_of(page)
        whole, compiler = [], []
        for _ in range(KEREN):
            page = NieuwsbriefPage.objects.get(pk=key)
            whole.append(_seconds(lambda page=page: render.freeze_page(page)))
            compiler.append(_seconds(lambda: mrml.to_html(mjml)))
        transaction.set_rollback(True)
    took, alone = statistics.median(whole), statistics.median(compiler)
    return [
        {
            "name": "nieuwsbrief.freeze_ratio",
            "value": round(took / alone, 1),
            "unit": "x",
            "note": f"20 blokken: {took * 1000:.0f} ms, mrml alleen {alone * 1000:.1f} ms",
        },
        {
            "name": "nieuwsbrief.freeze_queries",
            "value": len(queries),
            "unit": "queries",
            "note": "met die van de blokken",
        },
    ]


def _issue() -> NieuwsbriefPage:
    index = NieuwsbriefIndexPage.objects.filter(locale__language_code="nl").get()
    pages = [
        page
        for page in index.get_parent().get_descendants().live().specific()[:40]
        if isinstance(page, BasePage)
    ]
    plain = {"titel": "", "tekst": ""}
    body = [("inleiding", "<p>Een woord vooraf.</p>"), ("kop", "In de kijker")]
    body += [("artikel", {"pagina": page, "beeld": True, **plain}) for page in pages[:10]]
    news = [{"pagina": page, "wat": ""} for page in pages[10:18]]
    body += [("nieuw", {"titel": "Nieuw", "paginas": news})]
    live = Termijn.objects.filter(locale=index.locale_id, live=True)
    body += [("termijn", {"termijn": one}) for one in live[:3]]
    body += [("citaat", {"tekst": "We begonnen.", "wie": "Iemand", "rol": ""})]
    body += [("streep", None)] * (20 - len(body))
    page = NieuwsbriefPage(
        title="Meting",
        slug="meting",
        samenvatting="Een meting.",
        onderwerp="Een meting",
        nummer=9999,
        eerste_maand=datetime.date(2030, 1, 1),
        eigenaar=index.eigenaar,
        body=body,
    )
    index.add_child(instance=page)
    return page


def _mjml_of(page) -> str:
    """Return what the compiler gets for an issue."""
    seen: list[str] = []
    real = mrml.to_html

    def listen(mjml, *args):
        seen.append(mjml)
        return real(mjml, *args)

    mrml.to_html = listen
    try:
        render.mail_van(page)
    finally:
        mrml.to_html = real
    return seen[0]


def _seconds(job) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def _one_click() -> list[dict]:
    """Return the queries of the POST that mail providers send (RFC 8058)."""
    client = Client(headers={"host": "127.0.0.1"})
    with transaction.atomic():
        lijst = Lijst.objects.te_kiezen()[0]
        aanmelden.aanmelden(adres=ADRES, lijsten=[lijst], taal="nl")
        abonnee = Abonnee.objects.van_adres(ADRES).get()
        aanmelden.bevestigen(uid=abonnee.uid)
        address = urlsplit(links.uitschrijf_link(abonnee, lijst.pk)).path
        with CaptureQueriesContext(connection) as queries:
            status = client.post(address, {"List-Unsubscribe": "One-Click"}).status_code
        ended = not abonnee.abonnementen.actief().exists()
        transaction.set_rollback(True)
    if status != 200 or not ended:
        raise RuntimeError(f"Uitschrijven met één klik antwoordt {status}.")
    return [
        {
            "name": "nieuwsbrief.one_click_queries",
            "value": len(queries),
            "unit": "queries",
            "note": "met begin en einde van de transactie",
        }
    ]
