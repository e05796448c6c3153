"""Reading HTML into nodes: paragraphs, headings, lists and tables of runs of text.

What is not known is read for its text; what is hidden, drawn or there to be clicked is left out.
"""

from html.parser import HTMLParser
from urllib.parse import urlsplit

SKIPPED = {"script", "style", "svg", "template", "form", "button", "input", "iframe"}
VOID = {"br", "img", "input", "hr", "wbr", "source", "path"}
BREAKS = {"p", "div", "section", "ul", "ol", "li", "table", "tr", "td", "th", "caption"}
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}
SCHEMES = {"http", "https", "mailto", "tel"}


def nodes_of(html: str, origin: str = "") -> list[dict]:
    """Return the nodes in `html`; a link within the site gets `origin` before it."""
    reader = _Reader(origin)
    reader.feed(html)
    reader.close()
    return reader.finish()


def text_run(text: str) -> list[dict]:
    """Return plain text as a paragraph holds it."""
    return [{"t": text}]


def paragraph(text: str) -> dict:
    """Return a paragraph of plain text."""
    return {"soort": "alinea", "tekst": text_run(text)}


class _Reader(HTMLParser):
    """Builds nodes while it reads. `_into` are the lists that are open, the innermost last."""

    def __init__(self, origin):
        super().__init__(convert_charrefs=True)
        self._origin = origin
        self._top: list[dict] = []
        self._into: list[list] = [self._top]
        # What each of those is: "li" holds nodes, "ul" holds items.
        self._kinds = ["li"]
        self._runs: list[dict] = []
        self._heading = 0
        self._bold = self._italic = 0
        self._links: list[str] = []
        # The elements that are left out, with all that they hold.
        self._skipping: list[str] = []
        self._table: dict | None = None

    def finish(self):
        self._close_paragraph()
        return self._top

    # --- Elements ---

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        is_hidden = tag in SKIPPED or values.get("aria-hidden") == "true" or "hidden" in values
        if self._skipping or is_hidden:
            if tag not in VOID:
                self._skipping.append(tag)
            return
        if tag == "br":
            self._runs.append({"t": "\n", "br": True})
        elif tag in ("b", "strong"):
            self._bold += 1
        elif tag in ("i", "em", "cite"):
            self._italic += 1
        elif tag == "a":
            self._links.append(self._address(values.get("href") or ""))
        elif tag in HEADINGS:
            self._close_paragraph()
            self._heading = HEADINGS[tag]
        elif tag in ("td", "th") and self._table is not None:
            self._runs = []
            if values.get("class") == "cijfer":
                self._table["cijfers"] = True
        elif tag in BREAKS:
            self._close_paragraph()
            self._open(tag)

    def handle_endtag(self, tag):
        if self._skipping:
            if tag in self._skipping:
                while self._skipping.pop() != tag:
                    pass
            return
        if tag in ("b", "strong"):
            self._bold = max(0, self._bold - 1)
        elif tag in ("i", "em", "cite"):
            self._italic = max(0, self._italic - 1)
        elif tag == "a":
            if self._links:
                self._links.pop()
        elif tag in ("td", "th") and self._table is not None:
            self._close_cell(tag)
        elif tag in HEADINGS or tag in BREAKS:
            self._close_paragraph()
            self._close(tag)

    def handle_data(self, data):
        if not self._skipping:
            self._add(data)

    # --- Blocks ---

    def _open(self, tag):
        if tag in ("ul", "ol") and self._kinds[-1] == "li":
            node = {"soort": "lijst", "genummerd": tag == "ol", "punten": []}
            self._push("ul", node, node["punten"])
        elif tag == "li" and self._kinds[-1] == "ul":
            item: list[dict] = []
            self._push("li", item, item)
        elif tag == "table":
            self._table = {"soort": "tabel", "bijschrift": "", "koppen": [], "rijen": []}
            self._into[-1].append(self._table)
        elif tag == "tr" and self._table is not None:
            self._table["rijen"].append([])

    def _close(self, tag):
        if tag in ("ul", "ol", "li"):
            kind = "li" if tag == "li" else "ul"
            if len(self._into) > 1 and self._kinds[-1] == kind:
                self._into.pop()
                self._kinds.pop()
        elif tag == "table" and self._table is not None:
            rows = [row for row in self._table["rijen"] if row]
            if rows and all(is_head for is_head, _ in rows[0][1:]):
                self._table["koppen"] = [runs for _, runs in rows.pop(0)]
            self._table["rijen"] = [[runs for _, runs in row] for row in rows]
            self._table = None

    def _push(self, kind, node, inside):
        self._into[-1].append(node)
        self._into.append(inside)
        self._kinds.append(kind)

    def _close_cell(self, tag):
        if self._table is not None and self._table["rijen"]:
            self._table["rijen"][-1].append((tag == "th", self._take()))

    def _close_paragraph(self):
        runs, heading = self._take(), self._heading
        self._heading = 0
        if not runs:
            return
        if self._kinds[-1] == "ul":
            # Text between two items belongs to none: keep it as one.
            self._into[-1].append([{"soort": "alinea", "tekst": runs}])
        elif self._table is not None:
            self._table["bijschrift"] = "".join(run["t"] for run in runs)
        elif heading:
            self._into[-1].append({"soort": "kop", "niveau": heading, "tekst": runs})
        else:
            self._into[-1].append({"soort": "alinea", "tekst": runs})

    # --- Runs ---

    def _add(self, text):
        run = {"t": text}
        if self._bold:
            run["b"] = True
        if self._italic:
            run["i"] = True
        if self._links and self._links[-1]:
            run["u"] = self._links[-1]
        self._runs.append(run)

    def _take(self):
        """Return the runs so far with their spaces as a browser shows them, and begin anew."""
        pending, self._runs = self._runs, []
        found: list[dict] = []
        before = " "
        for run in pending:
            text = "\n" if run.pop("br", False) else _squeezed(run["t"], before)
            if text:
                found.append({**run, "t": text})
                before = text[-1]
        if found:
            found[-1]["t"] = found[-1]["t"].rstrip()
        return [run for run in found if run["t"]]

    def _address(self, href):
        if href.startswith("/") and not href.startswith("//"):
            return self._origin + href if self._origin else ""
        return href if urlsplit(href).scheme in SCHEMES else ""


def _squeezed(text, before):
    """Return `text` with one space for every white space, none after one."""
    words = text.split()
    start = " " if text[:1].isspace() and not before.isspace() else ""
    end = " " if words and text[-1:].isspace() else ""
    return start + " ".join(words) + end if words else start
