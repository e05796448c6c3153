"""What the blocks of an issue say, once for mail, text and page.

Pages and pictures of all blocks together are looked up in a few queries. What is gone, or is not
public, leaves its part out: `controle` tells the editor.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from bs4 import BeautifulSoup, NavigableString, Tag
from django.conf import settings
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.blocks import StreamValue
from wagtail.models import Page
from wagtail.rich_text import RichText

from core import links
from core.models import Afbeelding, BasePage, Termijn

# Twice the width of the text, for sharp screens. Outlook shows no WebP.
BEELD = "width-1104|format-jpeg|jpegquality-70|bgcolor-ffffff"
BREEDTE = 552
BLOK_TAGS = {"p", "ul", "ol", "li", "h2", "h3", "h4", "br", "hr", "div"}


@dataclass(frozen=True)
class Beeld:
    """A picture at a whole address. `hoogte` belongs to `breedte`, in pixels of the layout."""

    url: str
    breedte: int
    hoogte: int
    alt: str


@dataclass(frozen=True)
class Punt:
    """One line of a list of pages."""

    titel: str
    url: str
    tekst: str


@dataclass(frozen=True)
class Onderdeel:
    """A part of an issue, ready to be shown in any form.

    `vorm` says how: tekst, kop, kaart, lijst, citaat, beeld, knop or streep. `html` is rich text
    with whole addresses, `tekst` the same or other words without markup.
    """

    vorm: str
    soort: str
    label: str = ""
    titel: str = ""
    html: str = ""
    tekst: str = ""
    beeld: Beeld | None = None
    url: str = ""
    linktekst: str = ""
    feiten: tuple[str, ...] = ()
    punten: tuple[Punt, ...] = ()
    wie: str = ""
    rol: str = ""
    # Of its own heading: under a sub-heading one lower.
    niveau: int = 2


def adres_van(page: Page) -> str:
    """Return the whole address of a page."""
    return urljoin(f"{settings.BASE_URL}/", page.get_url() or "")


def onderdelen_van(page) -> list[Onderdeel]:
    """Return the parts of an issue in its order, without those that have nothing to show."""
    found, level = [], 2
    for _block, part in per_blok(page):
        if part is None:
            continue
        found.append(part if part.vorm == "kop" else replace(part, niveau=level))
        if part.vorm == "kop":
            level = 3
    return found


def per_blok(page) -> list[tuple[StreamValue.StreamChild, Onderdeel | None]]:
    """Return every block of an issue with its part, None where it has nothing to show."""
    blocks = list(page.body)
    links.remember_links_of(page)
    bron = _Bron.van(blocks)
    return [(block, _MAAK[block.block_type](block.value, bron)) for block in blocks]


def gekozen_paginas(blocks: Iterable) -> Iterator[Page]:
    """Yield every page that an editor chose in a block."""
    for block in blocks:
        if block.block_type == "nieuw":
            yield from filter(None, (one.get("pagina") for one in block.value.get("paginas") or []))
        elif hasattr(block.value, "get") and (page := block.value.get("pagina")):
            yield page


@dataclass(frozen=True)
class _Bron:
    """The pages and pictures of all blocks, looked up together."""

    paginas: dict[int, BasePage]
    beelden: dict[int, Beeld]

    @classmethod
    def van(cls, blocks):
        keys = {page.pk for page in gekozen_paginas(blocks)}
        pages = {}
        if keys:
            public = Page.objects.filter(pk__in=keys).live().public().specific()
            pages = {page.pk: page for page in public}
        # An ImageBlock hands over a picture of its own, with the words of this place.
        images = {
            block.value["afbeelding"].pk
            for block in blocks
            if block.block_type == "afbeelding" and block.value.get("afbeelding")
        }
        images |= {image for page in pages.values() if (image := _deelbeeld(page))}
        return cls(pages, _beelden(images))

    def pagina(self, value):
        chosen = value.get("pagina")
        return self.paginas.get(chosen.pk) if chosen else None


def _deelbeeld(page) -> int | None:
    return getattr(page, "deelbeeld_id", None)


def _beelden(keys: set[int]) -> dict[int, Beeld]:
    found = {}
    images = Afbeelding.objects.filter(pk__in=keys).prefetch_renditions(BEELD) if keys else []
    for image in images:
        try:
            rendition = image.get_rendition(BEELD)
        except (OSError, ValueError):
            # The file is gone or is no picture any more: a mail reads well without.
            continue
        width = min(BREEDTE, rendition.width)
        height = round(rendition.height * width / rendition.width)
        url = urljoin(f"{settings.BASE_URL}/", rendition.url)
        found[image.pk] = Beeld(url, width, height, image.default_alt_text)
    return found


# --- Rich text ----------------------------------------------------------------------------


def rijke_tekst(value) -> tuple[SafeString, str]:
    """Return rich text with whole addresses, and the same as plain text."""
    source = value.source if isinstance(value, RichText) else str(value or "")
    soup = BeautifulSoup(str(RichText(source)), "html.parser")
    for link in soup.find_all("a"):
        href = link.get("href")
        if not href:
            # A term of the glossary, or a page that is gone: the words stay.
            link.unwrap()
            continue
        link.attrs = {"href": urljoin(f"{settings.BASE_URL}/", str(href))}
    for image in soup.find_all("img"):
        # In a mailbox there is no site that an address could be relative to.
        if src := image.get("src"):
            image.attrs["src"] = urljoin(f"{settings.BASE_URL}/", str(src))
            image.attrs.pop("srcset", None)
        else:
            image.decompose()
    # Wagtail cleaned it when it was stored; only addresses changed.
    return mark_safe(str(soup)), _als_tekst(soup)  # noqa: S308


def _als_tekst(soup) -> str:
    lines = "".join(_regels(soup)).split("\n")
    text = "\n".join(" ".join(line.split()) for line in lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()


def _regels(node, number=None) -> Iterator[str]:
    place = 0
    for child in node.children:
        if isinstance(child, NavigableString):
            yield str(child).replace("\n", " ")
        elif isinstance(child, Tag):
            if child.name == "br":
                yield "\n"
            elif child.name == "li":
                place += 1
                yield f"\n{place}. " if node.name == "ol" else "\n- "
                yield from _regels(child)
            else:
                yield "\n\n" if child.name in BLOK_TAGS else ""
                yield from _regels(child)
                if child.name == "a" and child.get_text() != child["href"]:
                    yield f" ({child['href']})"
                yield "\n\n" if child.name in BLOK_TAGS else ""


# --- One maker per kind of block ----------------------------------------------------------


def _woorden(value, name: str) -> str:
    """Return a field of a block; one that nobody filled in may be None."""
    return value.get(name) or ""


def _tekst(value, bron):
    html, text = rijke_tekst(value)
    return Onderdeel("tekst", "inleiding", html=html, tekst=text) if text else None


def _kop(value, bron):
    return Onderdeel("kop", "kop", titel=value) if value else None


def _kaart(soort, label, linktekst):
    def maak(value, bron):
        page = bron.pagina(value)
        if page is None:
            return None
        beeld = bron.beelden.get(_deelbeeld(page)) if value.get("beeld") else None
        return Onderdeel(
            "kaart",
            soort,
            label=_(label) if label else "",
            titel=_woorden(value, "titel") or page.title,
            tekst=_woorden(value, "tekst") or getattr(page, "samenvatting", ""),
            beeld=beeld,
            url=adres_van(page),
            linktekst=_(linktekst),
            feiten=tuple(page.kernfeiten()) if isinstance(page, BasePage) else (),
        )

    return maak


def _termijn(value, bron):
    termijn = value.get("termijn")
    if termijn is None or not termijn.live:
        return None
    woorden = termijn_in_woorden(termijn)
    uitleg = termijn.tekst_voorbij if termijn.stand.is_voorbij else termijn.toelichting
    return Onderdeel(
        "kaart",
        "termijn",
        label=_("Termijn"),
        titel=termijn.naam,
        tekst=uitleg or "",
        feiten=(woorden,),
    )


def termijn_in_woorden(termijn: Termijn) -> str:
    """Return when a deadline falls. Never "nog 5 dagen": a mail is read on another day."""
    stand = termijn.stand
    if stand.laatste_dag is None:
        return _("Hiervoor is er nu geen datum.")
    last = date_format(stand.laatste_dag, "l j F Y")
    if stand.gold_tot:
        return f"{_('van')} {last} {_('tot en met')} {date_format(stand.gold_tot, 'l j F Y')}"
    if termijn.soort == Termijn.Soort.INGANG:
        return f"{_('sinds') if stand.is_voorbij else _('vanaf')} {last}"
    if stand.is_voorbij:
        return f"{_('De laatste dag was')} {last}"
    if stand.eerste_dag:
        first = date_format(stand.eerste_dag, "l j F Y")
        return f"{_('van')} {first} {_('tot en met')} {last}"
    return f"{_('tot en met')} {last}"


def _nieuw(value, bron):
    punten = []
    for one in value.get("paginas") or []:
        if page := bron.pagina(one):
            tekst = one.get("wat") or getattr(page, "samenvatting", "")
            punten.append(Punt(page.title, adres_van(page), tekst))
    if not punten:
        return None
    return Onderdeel("lijst", "nieuw", titel=_woorden(value, "titel"), punten=tuple(punten))


def _partner(value, bron):
    html, text = rijke_tekst(value.get("tekst"))
    page = bron.pagina(value)
    if not _woorden(value, "titel") and not text:
        return None
    return Onderdeel(
        "kaart",
        "partner",
        label=_("Nieuws van %(partner)s") % {"partner": _woorden(value, "partner")},
        titel=_woorden(value, "titel"),
        html=html,
        tekst=text,
        url=adres_van(page) if page else value.get("adres") or "",
        linktekst=_("Lees meer"),
    )


def _citaat(value, bron):
    if not value.get("tekst"):
        return None
    return Onderdeel(
        "citaat",
        "citaat",
        tekst=value["tekst"],
        wie=_woorden(value, "wie"),
        rol=_woorden(value, "rol"),
    )


def _afbeelding(value, bron):
    image = value.get("afbeelding")
    found = bron.beelden.get(image.pk) if image else None
    if found is None:
        return None
    alt = "" if image.decorative else image.contextual_alt_text or found.alt
    beeld = Beeld(found.url, found.breedte, found.hoogte, alt)
    return Onderdeel("beeld", "afbeelding", beeld=beeld, tekst=_woorden(value, "bijschrift"))


def _knop(value, bron):
    page = bron.pagina(value)
    url = adres_van(page) if page else value.get("adres") or ""
    if not url or not value.get("tekst"):
        return None
    return Onderdeel("knop", "knop", url=url, linktekst=value["tekst"])


def _streep(value, bron):
    return Onderdeel("streep", "streep")


_MAAK = {
    "inleiding": _tekst,
    "kop": _kop,
    "artikel": _kaart("artikel", "", gettext_noop("Lees verder")),
    "vorming": _kaart("vorming", gettext_noop("Vorming"), gettext_noop("Bekijk en schrijf je in")),
    "termijn": _termijn,
    "vraag": _kaart(
        "vraag", gettext_noop("Vraag van de helpdesk"), gettext_noop("Lees het antwoord")
    ),
    "praktijk": _kaart(
        "praktijk", gettext_noop("Praktijk in de kijker"), gettext_noop("Lees hoe ze het doen")
    ),
    "nieuw": _nieuw,
    "partner": _partner,
    "citaat": _citaat,
    "afbeelding": _afbeelding,
    "knop": _knop,
    "streep": _streep,
}
