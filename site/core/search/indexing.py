"""Keeping the index: a page goes in when it is published, and out when it is withdrawn.

All of it in the transaction of the change. Every page type that is made from `BasePage` comes
along by its `search_fields`.
"""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import ForeignKey, Q
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models
from wagtail.search import index

from core.models import BasePage, Termijn
from core.models.search import Zoekpagina, Zoekplaats, Zoekwoord
from core.search.rules import Rules, read_rules
from core.search.weighing import weigh

BATCH = 200
# Search fields that are weighed on their own.
OUTSIDE_THE_BODY = {"title", "samenvatting", "search_description", "seo_title"}


def index_page(page: BasePage, rules: Rules | None = None) -> None:
    """Put a published page in the index, in place of what was there."""
    rules = rules or read_rules(page.locale.language_code)
    summaries = [page.samenvatting, page.search_description, page.seo_title, *_tags(page)]
    body = list(_texts(page))
    headings = [str(block.value) for block in _blocks(page) if block.block_type == "kop"]
    found = weigh(page.title, [text for text in summaries if text], headings, body, rules)
    locale_id = page.locale_id
    with transaction.atomic():
        Zoekplaats.objects.filter(pagina=page.pk).delete()
        Zoekpagina.objects.update_or_create(
            pagina_id=page.pk,
            defaults={
                "locale_id": locale_id,
                "samenvatting": page.samenvatting,
                "tekst": "\n".join(body),
                "verouderd": False,
            },
        )
        Zoekplaats.objects.bulk_create(
            Zoekplaats(
                pagina_id=page.pk,
                locale_id=locale_id,
                sleutel=key,
                gewicht=weight,
                vormen="|".join(found.forms[key]),
            )
            for key, weight in sorted(found.weights.items())
        )
        _remember_words(found.words, locale_id)


def _remember_words(words: dict[str, str], locale_id: int) -> None:
    Zoekwoord.objects.bulk_create(
        (
            Zoekwoord(
                locale_id=locale_id, woord=folded, vorm=form, begin=folded[0], lengte=len(folded)
            )
            for folded, form in sorted(words.items())
        ),
        ignore_conflicts=True,
    )


def _tags(page) -> Iterable[str]:
    """Return the themes of a page that has them."""
    tags = getattr(page, "tags", None)
    return [tag.name for tag in tags.all()] if tags is not None else []


def _texts(page: BasePage) -> Iterable[str]:
    """Yield the texts of a page beyond its title and summary, piece by piece."""
    for field in page.get_search_fields():
        if not isinstance(field, index.SearchField) or field.field_name in OUTSIDE_THE_BODY:
            continue
        yield from _plain(field.get_value(page))
    yield from _deadlines(page)
    yield from page.extra_zoekteksten()


def _deadlines(page: BasePage) -> Iterable[str]:
    """Yield the deadlines that a page shows: they are what many visitors look for."""
    found = [block.value["termijn"] for block in _blocks(page) if block.block_type == "termijn"]
    found += [
        getattr(page, field.name)
        for field in page._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model is Termijn
    ]
    for termijn in dict.fromkeys(found):
        if termijn is not None and termijn.live:
            yield f"{Termijn._meta.verbose_name}: {termijn.naam}. {termijn.toelichting}"


def _blocks(page: BasePage) -> Iterable:
    """Yield the blocks that a page is made of."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield from getattr(page, field.name) or []


def _plain(value) -> Iterable[str]:
    """Yield a value of a search field as plain texts, one per paragraph or block."""
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from _plain(part)
    elif value:
        for line in str(value).splitlines():
            if line.strip():
                yield " ".join(line.split())


def remove(pages: Q) -> None:
    """Take pages out of the index."""
    gone = Page.objects.filter(pages).values("pk")
    Zoekplaats.objects.filter(pagina__in=gone).delete()
    Zoekpagina.objects.filter(pagina__in=gone).delete()


def page_changed(page: BasePage) -> None:
    """Bring the index up to date with a page that was saved."""
    if page.live and not _restricted(page):
        index_page(page)
    else:
        remove(Q(pk=page.pk))


def _restricted(page: Page) -> bool:
    # Wagtail's own question, and not `BasePage`'s, which may still know an earlier answer.
    return Page.get_view_restrictions(page).exists()


def subtree_changed(root: Page) -> None:
    """Bring the index up to date with a page and all below it: moved, or made private or public."""
    below = Page.objects.descendant_of(root, inclusive=True)
    remove(Q(path__startswith=root.path))
    index_pages(below.live().public())


def rules_changed(locale_id: int) -> None:
    """Mark what the index says about a language as out of date: `tick` does it again."""
    Zoekpagina.objects.filter(locale=locale_id).update(verouderd=True)


def index_pages(pages) -> int:
    """Put published pages in the index; return how many. Rules are read once per language."""
    rules: dict[int, Rules] = {}
    number = 0
    for page in pages.filter(depth__gt=1).order_by("pk").specific().iterator(chunk_size=BATCH):
        if not isinstance(page, BasePage):
            continue
        if page.locale_id not in rules:
            rules[page.locale_id] = read_rules(page.locale.language_code)
        index_page(page, rules[page.locale_id])
        number += 1
    return number


def catch_up() -> int:
    """Index what is missing or out of date; return how many pages. Changes nothing otherwise."""
    indexed = Zoekpagina.objects.filter(verouderd=False).values("pk")
    missing = Page.objects.live().public().filter(_known_types()).exclude(pk__in=indexed)
    return index_pages(missing)


def _known_types() -> Q:
    models = [model for model in get_page_models() if issubclass(model, BasePage)]
    return Q(content_type__in=ContentType.objects.get_for_models(*models).values())


@transaction.atomic
def rebuild() -> int:
    """Make the whole index again, and forget the words of pages that are gone."""
    for model in (Zoekplaats, Zoekpagina, Zoekwoord):
        model.objects.all().delete()
    return catch_up()
