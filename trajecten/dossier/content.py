"""What editors wrote in the steps of a trajectory, as nodes.

Read from the stored data and not from the blocks: a block that points at a fact asks for it by
itself, a whole trajectory asks once. A kind of block that is not known here is rendered as on its
page, and read back.
"""

from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from core.blocks.doing import WIE
from core.models import Bron, Termijn
from trajecten.dossier.markup import nodes_of, paragraph, text_run

# Between two rich texts that are looked through for links together.
SEAM = "\n<!--naad-->\n"
# More text than the longest trajectory; beyond it, a step is only named.
MOST_LETTERS = 250_000


def read_steps(steps: Iterable, origin: str) -> list[dict]:
    """Return each step with its result and its blocks as nodes, and the deadlines it names.

    `steps` are pages with their text; the trajectory itself may be one of them. Costs as many
    queries for one as for twenty.
    """
    steps = list(steps)
    expand = _Expander(_rich_texts(steps), origin)
    facts = _Facts(steps)
    found = []
    letters = 0
    for step in steps:
        letters += len(str(step.body.raw_data)) if step.body else 0
        is_short = letters > MOST_LETTERS
        deadlines = [facts.termijnen.get(step.termijn_id)] if step.termijn_id else []
        blocks = []
        for place, raw in enumerate(step.body.raw_data if step.body else []):
            if raw["type"] == "termijn":
                deadlines.append(facts.termijnen.get(raw["value"].get("termijn")))
            elif not is_short or raw["type"] == "acties":
                blocks += _nodes(step.body, place, raw, expand, facts)
        found.append(
            {
                "resultaat": expand(step.resultaat),
                "blokken": without_gaps(blocks),
                "ingekort": is_short,
                "termijnen": [found for found in deadlines if found is not None and found.live],
            }
        )
    return found


def without_gaps(nodes: list[dict], level: int = 1) -> list[dict]:
    """Bring up each heading that skips a level below `level`: screen readers go by levels."""
    for node in nodes:
        if node["soort"] == "punten":
            level = 2
        elif node["soort"] == "kop":
            level = node["niveau"] = min(node["niveau"], level + 1)
    return nodes


def _nodes(body, place, raw, expand, facts) -> list[dict]:
    reader = READERS.get(raw["type"])
    if reader is not None:
        return reader(raw["value"], expand, facts)
    return nodes_of(body[place].render(), expand.origin)


def _items(value) -> Iterator:
    """Yield the values of a stored list, of today's form or the one before."""
    for item in value or []:
        yield item["value"] if isinstance(item, dict) and item.get("type") == "item" else item


def _ids(value) -> list[str]:
    return [item.get("id", "") if isinstance(item, dict) else "" for item in value or []]


# --- Kinds of blocks -----------------------------------------------------------------------


def _tekst(value, expand, facts):
    return expand(value)


def _kop(value, expand, facts):
    return [{"soort": "kop", "niveau": 2, "tekst": text_run(value)}]


def _in_het_kort(value, expand, facts):
    items = [[paragraph(sentence)] for sentence in _items(value)]
    return [
        {
            "soort": "kader",
            "variant": "kort",
            "label": "",
            "titel": _("In het kort"),
            "inhoud": [{"soort": "lijst", "genummerd": False, "punten": items}],
        }
    ]


def _acties(value, expand, facts):
    points = [
        {"sleutel": key or action["actie"], "actie": action["actie"], "uitleg": action["uitleg"]}
        for key, action in zip(_ids(value["acties"]), _items(value["acties"]), strict=True)
    ]
    return [{"soort": "punten", "titel": value["titel"], "punten": points}]


def _let_op(value, expand, facts):
    labels = {"info": _("Goed om te weten"), "waarschuwing": _("Waarschuwing")}
    return [
        {
            "soort": "kader",
            "variant": value["soort"],
            "label": labels.get(value["soort"], _("Let op")),
            "titel": value["titel"],
            "inhoud": expand(value["tekst"]),
        }
    ]


def _wie_doet_wat(value, expand, facts):
    names = dict(WIE)
    rows = [
        [text_run(_(names[row["wie"]]) if row["wie"] in names else ""), text_run(row["taak"])]
        for row in _items(value["rijen"])
    ]
    return [
        {"soort": "kop", "niveau": 2, "tekst": text_run(value["titel"])},
        {
            "soort": "tabel",
            "bijschrift": "",
            "koppen": [text_run(_("Wie")), text_run(_("Doet wat"))],
            "rijen": rows,
        },
    ]


def _bronnen(value, expand, facts):
    sources = [facts.bronnen[pk] for pk in _items(value) if pk in facts.bronnen]
    if not sources:
        return []
    items = [[{"soort": "alinea", "tekst": _source(source)}] for source in sources]
    return [
        {"soort": "kop", "niveau": 3, "tekst": text_run(_("Bronnen"))},
        {"soort": "lijst", "genummerd": False, "punten": items},
    ]


def _source(source: Bron) -> list[dict]:
    by = f", {source.uitgever}" if source.uitgever else ""
    return [{"t": source.titel, "u": source.url}, *(text_run(by) if by else [])]


def _nothing(value, expand, facts):
    return []


READERS: dict[str, Callable] = {
    # An invitation to click is of no use on paper.
    "contact": _nothing,
    "tekst": _tekst,
    "kop": _kop,
    "in_het_kort": _in_het_kort,
    "acties": _acties,
    "let_op": _let_op,
    "wie_doet_wat": _wie_doet_wat,
    "bronnen": _bronnen,
}


# --- Asked once for all steps ------------------------------------------------------------------


class _Facts:
    """The deadlines and the sources that the steps point at."""

    def __init__(self, steps):
        deadlines = {step.termijn_id for step in steps if step.termijn_id}
        sources = set()
        for step in steps:
            for raw in step.body.raw_data if step.body else []:
                if raw["type"] == "termijn":
                    deadlines.add(raw["value"].get("termijn"))
                elif raw["type"] == "bronnen":
                    sources.update(_items(raw["value"]))
        self.termijnen = Termijn.objects.in_bulk([pk for pk in deadlines if pk])
        self.bronnen = Bron.objects.in_bulk([pk for pk in sources if pk])


class _Expander:
    """Turns stored rich text into nodes; the links of all texts are looked up together."""

    def __init__(self, texts: Iterable[str], origin: str):
        self.origin = origin
        texts = list(dict.fromkeys(text for text in texts if text))
        html = expand_db_html(SEAM.join(texts)).split(SEAM) if texts else []
        self._html = dict(zip(texts, html, strict=True))

    def __call__(self, text: str) -> list[dict]:
        return nodes_of(self._html[text], self.origin) if text else []


def _rich_texts(steps) -> Iterator[str]:
    for step in steps:
        yield step.resultaat
        for raw in step.body.raw_data if step.body else []:
            if raw["type"] == "tekst":
                yield raw["value"]
            elif raw["type"] == "let_op":
                yield raw["value"]["tekst"]
