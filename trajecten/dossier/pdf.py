"""Printing a dossier as a tagged PDF (PDF/UA-1), with the typst compiler inside this process.

The content goes in as data, next to the code and never into it. Typst reads no file and no network
here, and its own fonts are the only ones, so that a dossier looks the same on every server.
"""

import json
import threading
from pathlib import Path

import typst
from django.conf import settings

from core import clock

TEMPLATE = Path("templates") / "trajecten" / "dossier.typ"
# So many at a time, and so long (seconds) may another one wait: printing takes a processor whole.
AT_ONCE = 2
PATIENCE = 10

_places = threading.BoundedSemaphore(AT_ONCE)


class Druk(Exception):
    """Too many dossiers are being printed; later is better."""


def render(dossier: dict) -> bytes:
    """Return the PDF of a dossier (`document.build`). Raises Druk when it is too busy."""
    if not _places.acquire(timeout=PATIENCE):
        raise Druk
    try:
        return typst.compile(
            (settings.ROOT / TEMPLATE).read_bytes(),
            sys_inputs={"dossier": json.dumps(dossier, ensure_ascii=False)},
            font_paths=[],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=int(clock.now().timestamp()),
        )
    finally:
        _places.release()
