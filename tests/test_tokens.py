"""The colours of static/css/tokens.css: contrast computed anew, light and dark.

7 for text, 3 for borders and drawings (WCAG 1.4.6 and 1.4.11).
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOKENS = ROOT / "static" / "css" / "tokens.css"
TEXT, GRAPHIC = 7.0, 3.0

# What stands on what.
PAIRS = [
    *[("inkt", ground, TEXT) for ground in ("papier", "vlak", "zand", "let-op-vlak", "info-vlak")],
    *[("inkt-zacht", ground, TEXT) for ground in ("papier", "vlak", "zand")],
    *[("petrol", ground, TEXT) for ground in ("papier", "vlak", "zand", "info-vlak")],
    ("op-petrol", "petrol", TEXT),
    ("op-diep", "diep", TEXT),
    ("zon", "diep", TEXT),
    ("op-zon", "zon", TEXT),
    ("diep", "zon", TEXT),
    *[("baksteen", ground, TEXT) for ground in ("papier", "vlak")],
    # Large text only.
    ("baksteen", "zand", 4.5),
    *[("rand", ground, GRAPHIC) for ground in ("papier", "vlak", "zand")],
    *[
        (f"lijn-{name}", ground, TEXT)
        for name in ("opstart", "start", "doorstart")
        for ground in ("papier", "vlak")
    ],
    *[("inkt", f"tint-{name}", TEXT) for name in ("opstart", "start", "doorstart")],
    *[(f"lijn-{name}", f"tint-{name}", TEXT) for name in ("opstart", "start", "doorstart")],
    ("fout", "papier", TEXT),
    ("fout", "tint-fout", TEXT),
    ("goed", "papier", TEXT),
    ("goed", "tint-goed", TEXT),
]


def schemes() -> dict[str, dict[str, str]]:
    """Return the colours of each scheme; dark changes what it names and keeps the rest."""
    light, dark = TOKENS.read_text().split("@media (prefers-color-scheme: dark)")
    found = re.compile(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})\b")
    first = dict(found.findall(light))
    return {"licht": first, "donker": {**first, **dict(found.findall(dark))}}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_that_of_wcag():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#1D2A2E", "#FBF7F0") == pytest.approx(13.8, abs=0.1)


@pytest.mark.parametrize("scheme", ["licht", "donker"])
@pytest.mark.parametrize(("colour", "ground", "least"), PAIRS, ids=str)
def test_a_pair_of_colours_can_be_read(scheme, colour, ground, least):
    colours = schemes()[scheme]
    # Brick on sand in the dark is for large text, as in the light.
    assert contrast(colours[colour], colours[ground]) >= least


def test_dark_changes_the_colours():
    light, dark = schemes().values()
    assert light["papier"] != dark["papier"]
    assert luminance(light["papier"]) > 0.8
    assert luminance(dark["papier"]) < 0.05


def test_every_colour_of_the_public_pages_stands_in_the_tokens():
    sheets = re.findall(r"css/(\w+)\.css", (ROOT / "templates/components/stijlen.html").read_text())
    assert len(sheets) >= 4
    # Print is black on white.
    for name in set(sheets) - {"tokens", "afdruk"}:
        text = (TOKENS.parent / f"{name}.css").read_text()
        own = re.findall(r"#[0-9A-Fa-f]{3,8}\b|\b(?:rgba?|hsla?|oklch)\([^)]*\)", text)
        assert own == [], name


def test_focus_is_sun_and_ink_everywhere():
    colours = schemes()
    for scheme in colours.values():
        assert contrast(scheme["zon"], scheme["op-zon"]) >= TEXT


def test_no_colour_of_the_pairs_is_missing_in_either_scheme():
    names = {name for pair in PAIRS for name in pair[:2]}
    for scheme in schemes().values():
        assert names - set(scheme) == set()
