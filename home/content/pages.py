"""Loading the pages of the launch."""

import json
import re
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Locale, Page, Site

from core.models import BasePage, LeesOok
from home.content.files import PageFile, faults_in, read_pages, stable_key
from home.content.snippets import Facts

INTERNAL_LINK = re.compile(r'href="pagina:([^"]*)"')
TERM_LINK = re.compile(r'href="begrip:([^"]*)"')


def load_pages(locale: Locale, facts: Facts) -> tuple[dict[str, BasePage], int]:
    """Create the missing pages; return all launch pages by address, and how many are new.

    First every page gets its place, then the new ones get their text, for a text may link to
    any page.
    """
    existing = {
        page.translation_key: page
        for page in Page.objects.filter(locale=locale, depth__gt=1).specific()
    }
    files = read_pages()
    pages: dict[str, BasePage] = {}
    new: list[PageFile] = []
    for file in files:
        page = existing.get(stable_key("paginas", file.address))
        if page is None:
            with faults_in(f"pagina {file.address}"):
                page = _place(file, locale, facts, pages)
            new.append(file)
        pages[file.address] = page
    for file in new:
        with faults_in(f"pagina {file.address}"):
            _write(file, pages, facts)
    return pages, len(new)


def _place(file, locale, facts, pages):
    """Add a page to the tree, not yet published and without its text."""
    model = apps.get_model(file.model)
    fields = {name: value for name, value in file.fields.items() if value is not None}
    for name in streams_in(file):
        del fields[name]
    regelkaders = [facts.get("regelkaders", key) for key in fields.pop("regelkaders", [])]
    tags = fields.pop("tags", [])
    # Other pages, which may not be there yet.
    for name in ("lees_ook", "stappen"):
        fields.pop(name, None)
    fields["eigenaar"] = facts.get("teams", fields["eigenaar"])
    if key := fields.pop("termijn", None):
        fields["termijn"] = facts.get("termijnen", key)
    page = model(
        locale=locale,
        translation_key=stable_key("paginas", file.address),
        live=False,
        **fields,
    )
    # What the tree fills in is not there yet.
    page.clean_fields(exclude={"path", "depth"})
    page.regelkaders = regelkaders
    if tags:
        page.tags.add(*tags)
    parent = pages[file.parent_address] if file.parent_address else Page.get_first_root_node()
    parent.refresh_from_db()
    parent.add_child(instance=page)
    return page


def _write(file, pages, facts):
    """Give a page its text and publish it."""
    page = pages[file.address]
    for field in page._meta.get_fields():
        if isinstance(field, RichTextField) or field.name == "inleiding":
            text = getattr(page, field.name)
            setattr(page, field.name, with_terms(with_links(text, pages), facts))
    page.lees_ook = [
        LeesOok(naar=pages[address].page_ptr, sort_order=order)
        for order, address in enumerate(file.fields.get("lees_ook", []))
    ]
    if keys := file.fields.get("stappen"):
        page.stappen = [_page_at(address, pages) for address in keys]
    for name, stream in {"body": file.body, **streams_in(file)}.items():
        if stream:
            for block in stream:
                _refuse_unknown_names(getattr(page, name).stream_block, block)
            setattr(
                page,
                name,
                json.dumps([_block(block, pages, facts, file.address) for block in stream]),
            )
    page.full_clean()
    page.save_revision().publish()
    page.refresh_from_db()


def streams_in(file: PageFile) -> dict[str, list]:
    """Return the streams of blocks of a page besides its body, by the name of their field."""
    fields = apps.get_model(file.model)._meta.get_fields()
    names = [field.name for field in fields if isinstance(field, StreamField)]
    return {name: file.fields[name] or [] for name in names if name in file.fields}


def _page_at(address, pages):
    """Return the page at an address; raise ValueError when there is none."""
    if address not in pages:
        raise ValueError(f"de pagina {address} bestaat niet")
    return pages[address]


def _refuse_unknown_names(block, value):
    """Raise ValueError for a name that `block` does not know: Wagtail would drop it in silence."""
    if isinstance(block, blocks.ListBlock):
        for item in value:
            _refuse_unknown_names(block.child_block, item)
    elif isinstance(block, (blocks.StructBlock, blocks.StreamBlock)):
        for name, child in value.items():
            if name not in block.child_blocks:
                raise ValueError(f"'{name}' is hier geen bekende naam")
            _refuse_unknown_names(block.child_blocks[name], child)


def with_links(html: str, pages: dict[str, BasePage]) -> str:
    """Turn `href="pagina:/adres/"` into a link that survives a rename."""

    def link(match):
        if match[1] not in pages:
            raise ValueError(f"de link naar {match[1]} leidt nergens heen")
        return f'linktype="page" id="{pages[match[1]].pk}"'

    return INTERNAL_LINK.sub(link, html)


def with_terms(html: str, facts: Facts) -> str:
    """Turn `href="begrip:sleutel"` into an explained term."""

    def link(match):
        return f'linktype="begrip" id="{facts.get("begrippen", match[1]).pk}"'

    return TERM_LINK.sub(link, html)


def _block(block, pages, facts, address):
    ((kind, value),) = block.items()
    if kind == "termijn":
        value = {"termijn": facts.get("termijnen", value["termijn"]).pk}
    elif kind == "bronnen":
        value = [facts.get("bronnen", key).pk for key in value]
    elif kind == "uitkomst":
        value = _outcome(value, pages, facts)
    elif kind == "pagina":
        value = _page_at(value, pages).pk
    return {"type": kind, "value": _linked(value, pages, facts, address)}


def _outcome(value, pages, facts):
    """Return an outcome of the route chooser with its pages and its deadline looked up."""
    value = dict(value)
    for name in ("actie", "contact"):
        if address := value.get(name):
            if address not in pages:
                raise ValueError(f"de link naar {address} leidt nergens heen")
            value[name] = pages[address].pk
    if key := value.get("termijn"):
        value["termijn"] = facts.get("termijnen", key).pk
    return value


def _linked(value, pages, facts, address):
    if isinstance(value, str):
        return with_terms(with_links(value, pages), facts)
    if isinstance(value, list):
        # With an id per item: without it, wagtail-localize passes a list over. The same id on
        # every installation, for the ticks of a visitor are named after it (trajecten.vinkjes).
        return [
            {
                "type": "item",
                "value": _linked(item, pages, facts, address),
                "id": str(stable_key("punten", f"{address}{json.dumps(item, sort_keys=True)}")),
            }
            for item in value
        ]
    if isinstance(value, dict):
        return {name: _linked(item, pages, facts, address) for name, item in value.items()}
    return value


def remove_welcome_page():
    """Remove the page that Wagtail's own migration makes, if it is still the empty one."""
    for page in Page.objects.filter(depth=2, slug="home", content_type__model="page"):
        if page.get_children_count() == 0:
            page.delete()


def point_site_at(home: BasePage) -> Site:
    """Make `home` the root of the default site, at BASE_URL; return that site.

    Only a site that nobody touched since Wagtail's own migration made it.
    """
    site = Site.objects.filter(is_default_site=True).first() or Site(
        hostname="localhost", is_default_site=True
    )
    if site.root_page_id is None or site.root_page.depth == 1:
        site.root_page = home.page_ptr
        site.site_name = site.site_name or "Vrije tijd in de netwerkgemeente"
        if (site.hostname, site.port) == ("localhost", 80):
            put_at(site, settings.BASE_URL)
        site.save()
    return site


def put_at(site: Site, address: str) -> None:
    """Give `site` the host and port of `address`: they stand in every canonical address."""
    parts = urlsplit(address)
    site.hostname = parts.hostname or site.hostname
    site.port = parts.port or (443 if parts.scheme == "https" else 80)
