"""axe and html-validate on every type of page."""

import json
import subprocess

import pytest

from tests.e2e.look import ask_axe
from tests.e2e.pages import PAGES

# What axe cannot decide and a person looked at: (rule, part of the selector), with the reason.
REVIEWED = {}
LOOKS = [(width, scheme) for width in (320, 1280) for scheme in ("light", "dark")]


def is_reviewed(finding):
    return any(finding["rule"] == rule and part in finding["where"] for rule, part in REVIEWED)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name, page, axe):
    page.goto(PAGES[name])
    found = []
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        result = ask_axe(page, axe)
        open_points = [f for f in result.incomplete if not is_reviewed(f)]
        found += [(width, scheme, f) for f in result.violations + open_points]
    assert found == []


def test_axe_would_find_something(page, axe):
    # The negative control: text that can hardly be read, and a picture without alternative.
    page.goto("/contact/")
    page.evaluate(
        """() => {
            document.querySelector("h1").style.color = "#ddd";
            document.querySelector("main").append(document.createElement("img"));
        }"""
    )
    rules = {finding["rule"] for finding in ask_axe(page, axe).violations}
    assert {"color-contrast", "image-alt"} <= rules


def test_the_markup_is_valid(page, html_validate, tmp_path, server):
    for number, (name, address) in enumerate(PAGES.items()):
        answer = page.request.get(address)
        (tmp_path / f"{number:02}-{name.replace(' ', '-')}.html").write_bytes(answer.body())
    (tmp_path / "fout.html").write_text(
        "<!DOCTYPE html><html><body><p><div></div></p></body></html>"
    )
    (tmp_path / ".htmlvalidate.json").write_text(
        json.dumps(
            {
                "root": True,
                "extends": ["html-validate:standard", "html-validate:a11y"],
                "rules": {
                    # Taste, not validity: how our templates are spaced and written.
                    "no-trailing-whitespace": "off",
                    "doctype-style": "off",
                    "void-style": "off",
                    "long-title": "off",
                    # Several boxes of one question share its name, as HTML has it.
                    "form-dup-name": [
                        "error",
                        {"shared": ["radio", "button", "reset", "submit", "checkbox"]},
                    ],
                },
            }
        )
    )
    result = subprocess.run(
        [*html_validate, "--formatter", "json", "--ext", "html", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(result.stdout)
    found = {
        item["filePath"].rsplit("/", 1)[-1]: [
            f"{m['ruleId']} {m['line']}: {m['message']}" for m in item["messages"]
        ]
        for item in report
    }
    # The negative control.
    assert found.pop("fout.html")
    assert found == {}
