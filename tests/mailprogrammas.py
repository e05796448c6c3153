"""What mail programs leave out of a mail, by the data of caniemail.com."""

import json
import subprocess

from tests.node import TOOLS, command, package

# What some programs leave out, and why our mails can do without. Anything else fails a test: look
# at https://www.caniemail.com/features/ before adding a name.
WAAROM = {
    "Rules of style sheets hold the dark mailbox, and the margins and sizes of headings and lists: "
    "without them the mail is light and looks a little plainer.": (
        "<style> element",
        "@media",
        "Type selector",
        "Class selector",
        "ID selector",
        "Descendant combinator",
        # The tool takes two classes one inside the other for two of one element; we have none.
        "Chaining selectors",
        "color-scheme meta tag",
    ),
    "Hides the line that a list of mails shows: it is one pixel high as well, in the colour of "
    "what is behind it.": ("display:none", "opacity", "max-height property", "overflow"),
    "Says again what a program does anyway, for those that do not.": (
        "<body> element",
        "border-spacing",
        "cursor",
        "height property",
        "outline",
        "target attribute",
        "text-decoration",
        "word-spacing",
    ),
    "A button has square corners.": ("border-radius",),
    "A very long word is wider than the mail.": ("word-break",),
    "A screen reader hears neither the name of the mail nor that tables are for layout; what it "
    "reads stays in order.": ("aria-label attribute", "role attribute"),
}
KAN_ZONDER = {name for names in WAAROM.values() for name in names}


def dropped(*mails: str) -> dict[str, list[str]]:
    """Return the features that `mails` (HTML) use, with the programs that leave each out."""
    package("caniemail", "package.json")
    result = subprocess.run(
        command(TOOLS / "mailprogrammas.mjs"),
        input=json.dumps(mails),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(result.stdout)


def needed_but_dropped(*mails: str) -> dict[str, list[str]]:
    """Return what `dropped` finds and `WAAROM` has no reason for."""
    return {name: who for name, who in dropped(*mails).items() if name not in KAN_ZONDER}
