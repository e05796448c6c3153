"""What else to read: first what editors chose, then what shares a step, a theme or a term."""

from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from taggit.managers import TaggableManager
from wagtail.models import Page, ReferenceIndex, get_page_models

from core.models import BasePage, Begrip, LeesOok, Zoekpagina

MOST = 5
# Read a few more: the same page may be related in more ways than one.
READ = 4 * MOST

CHOSEN, SAME_STEP, SAME_THEME, SAME_TERM = range(4)
STEP = "trajecten.StapPage"


def related_to(page: BasePage) -> list[Page]:
    """Return at most `MOST` public pages in the language of `page`, never itself, each once.

    Title, address and summary only, in one query: the index of search holds them, for the
    published pages that everybody may see.
    """
    if page.pk is None:
        return []
    public = Zoekpagina.objects.filter(pagina__live=True, pagina__locale=page.locale_id)
    if page.some_pages_are_private:
        closed = Page.objects.all().private_q()
        public = public.exclude(pagina__in=Page.objects.filter(closed))
    parts = list(_candidates(page, public.exclude(pk=page.pk).order_by()))
    rows = parts[0].union(*parts[1:], all=True).order_by("soort", "-raak", "pk")[:READ]
    found: dict[int, Page] = {}
    for _why, _how_much, pk, title, url_path, summary in rows:
        if pk not in found:
            found[pk] = Page(pk=pk, title=title, url_path=url_path)
            found[pk].samenvatting = summary
    return list(found.values())[:MOST]


def _candidates(page: BasePage, public: QuerySet) -> Iterator[QuerySet]:
    """Yield what may be related, as rows of (why, how much, page)."""
    chosen = LeesOok.objects.filter(pagina=page.pk)
    # The editor chose a page; a reader gets it in the language of this one.
    here = public.filter(pagina__translation_key__in=chosen.values("naar__translation_key"))
    place = LeesOok.objects.filter(
        pagina=page.pk, naar__translation_key=OuterRef("pagina__translation_key")
    )
    yield _rows(here, CHOSEN, -Subquery(place.values("sort_order")[:1]))
    steps = _steps_of(page)
    for model in _page_models() if steps else []:
        for name in _step_fields(model):
            same = model.objects.filter(**{f"{name}__in": steps}).values("pk")
            yield _rows(public.filter(pk__in=same), SAME_STEP, Value(1))
    if own := _tagged(type(page)):
        themes = own.objects.filter(content_object=page.pk).values("tag")
        for through in filter(None, map(_tagged, _page_models())):
            same = through.objects.filter(tag__in=themes)
            yield _sharing(public, SAME_THEME, same, "content_object", OuterRef("pk"))
    types = ContentType.objects.get_for_models(Page, Begrip)
    explained = ReferenceIndex.objects.filter(
        base_content_type=types[Page], to_content_type=types[Begrip]
    )
    terms = explained.filter(object_id=str(page.pk)).values("to_object_id")
    same = explained.filter(to_object_id__in=terms)
    yield _sharing(public, SAME_TERM, same, "object_id", Cast(OuterRef("pk"), CharField()))


def _sharing(public: QuerySet, why: int, same: QuerySet, field: str, here) -> QuerySet:
    """Return the pages that `same` points at by `field`, with how often it does."""
    pages = same.values(page=Cast(field, IntegerField()))
    times = same.filter(**{field: here}).order_by().values(field).annotate(times=Count("pk"))
    return _rows(public.filter(pk__in=pages), why, Subquery(times.values("times")))


def _rows(pages: QuerySet, why: int, how_much) -> QuerySet:
    return pages.annotate(
        soort=Value(why, IntegerField()), raak=Cast(how_much, IntegerField())
    ).values_list("soort", "raak", "pk", "pagina__title", "pagina__url_path", "samenvatting")


def _page_models() -> list[type[BasePage]]:
    return [model for model in get_page_models() if issubclass(model, BasePage)]


def _step_fields(model: type[BasePage]) -> list[str]:
    """Return the fields that say to which step a page of this type belongs."""
    return [
        field.name
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.related_model is not None and field.related_model._meta.label == STEP
    ]


def _steps_of(page: BasePage) -> list[int]:
    """Return the steps that a page belongs to; a step itself shows its own in its text."""
    found: list[int] = []
    for name in _step_fields(type(page)):
        value = getattr(page, name)
        found += [step.pk for step in value.all()] if hasattr(value, "all") else [value.pk]
    return found


def _tagged(model: type[BasePage]):
    """Return the table of the themes of a page type, None for a type without."""
    for field in model._meta.get_fields():
        if isinstance(field, TaggableManager):
            return field.through
    return None
