"""Where a page stands: above it, and in which languages. Read in one query."""

from dataclasses import dataclass, field

from django.db.models import Q
from wagtail.models import Page


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
    found = (
        Page.objects.live()
        .filter(Q(path__in=above) | Q(translation_key=page.translation_key))
        .select_related("locale")
        .order_by("path")
    )
    return Omgeving(
        boven=[other for other in found if other.path in above],
        vertalingen={
            other.locale.language_code: other
            for other in found
            if other.translation_key == page.translation_key
        },
    )
