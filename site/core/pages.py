"""Where pages stand, and what a list shows of them. Read in few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, Value
from wagtail.models import Page, get_page_models

TEASER_FIELDS = ("pk", "title", "url_path", "samenvatting")


@dataclass(frozen=True)
class Omgeving:
    """The published pages around a page.

    `boven` runs from the home page down to its parent; `vertalingen` are by language code and
    hold the page itself too.
    """

    boven: list[Page] = field(default_factory=list)
    vertalingen: dict[str, Page] = field(default_factory=dict)


def omgeving_of(page: Page) -> Omgeving:
    """Return what stands around `page`; empty for a page that is not saved yet."""
    if page.pk is None or not page.path:
        return Omgeving()
    above = [page.path[:end] for end in range(2 * page.steplen, len(page.path), page.steplen)]
    wanted = Q(path__in=above) | Q(translation_key=page.translation_key)
    return omgeving_among(page, Page.objects.live().filter(wanted).select_related("locale"))


def find_with_omgeving(root_path: str, components: Sequence[str]) -> tuple[Page, Omgeving] | None:
    """Return the published page at an address and what stands around it, in one query.

    `root_path` is the address of the home page in the tree, `components` the parts below it.
    """
    addresses = [root_path]
    for component in components:
        addresses.append(f"{addresses[-1]}{component}/")
    here = Page.objects.live().filter(url_path=addresses[-1])
    found = list(
        Page.objects.live()
        .filter(Q(url_path__in=addresses) | Q(translation_key__in=here.values("translation_key")))
        .select_related("locale")
        .order_by("path")
    )
    page = next((other for other in found if other.url_path == addresses[-1]), None)
    return None if page is None else (page, omgeving_among(page, found))


def omgeving_among(page: Page, pages: Iterable[Page]) -> Omgeving:
    """Pick what stands around `page` out of `pages`, each with its locale."""
    others = sorted(pages, key=lambda other: other.path)
    return Omgeving(
        boven=[
            other for other in others if page.path.startswith(other.path) and other.pk != page.pk
        ],
        vertalingen={
            other.locale.language_code: other
            for other in others
            if other.translation_key == page.translation_key
        },
    )


def teasers(where: Q, models: Sequence[type[Page]] = ()) -> list[Page]:
    """Return what a list shows of the pages `where`, of any type or of `models`, in one query.

    Only title, address and summary are read.
    """
    from core.models import BasePage

    models = models or [model for model in get_page_models() if issubclass(model, BasePage)]
    parts = [
        model.objects.filter(where)
        .order_by()
        .annotate(model_number=Value(number))
        .values_list("model_number", *TEASER_FIELDS)
        for number, model in enumerate(models)
    ]
    return [
        models[number](**dict(zip(TEASER_FIELDS, values, strict=True)))
        for number, *values in parts[0].union(*parts[1:], all=True)
    ]
