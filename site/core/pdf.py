"""Printing tagged PDFs (PDF/UA-1) with the typst compiler inside this process.

The content goes in as data, next to the code and never into it: what looks like code in a name is
printed as it is written. Typst reads no file and no network here, and its own fonts are the only
ones, so that a page looks the same on every server.
"""

import json
import threading
from pathlib import Path

import typst
from django.conf import settings

from core import clock

# So many at a time, and so long (seconds) may another one wait: printing takes a processor whole.
AT_ONCE = 2
PATIENCE = 10

_places = threading.BoundedSemaphore(AT_ONCE)


class Druk(Exception):
    """Too many PDFs are being printed; later is better."""


def render(template: str, data: dict) -> bytes:
    """Return the PDF that a typst template below `templates/` makes of `data`.

    The template reads `sys.inputs.data` as JSON. A letter that the fonts do not know is printed as
    a box, and then the PDF does not claim to be PDF/UA. Raises Druk when it is too busy.
    """
    text = json.dumps(data, ensure_ascii=False)
    if not _places.acquire(timeout=PATIENCE):
        raise Druk
    try:
        try:
            return _compile(template, text, ["ua-1"])
        except typst.TypstError:
            # One name in another script may not cost everybody the sheet.
            return _compile(template, text, [])
    finally:
        _places.release()


def _compile(template, text, standards):
    return typst.compile(
        (settings.ROOT / Path("templates") / template).read_bytes(),
        sys_inputs={"data": text},
        font_paths=[],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=standards,
        timestamp=int(clock.now().timestamp()),
    )
