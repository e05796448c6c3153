"""What stands around the text of every page: menu, footer, languages, notices.

Each part is read once per request, and only when a template asks for it.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.utils import translation
from django.utils.functional import cached_property
from wagtail.models import Page, Site

from core import memo
from core.models import MenuItem, Notitie, SiteInstellingen

FIELDS_HERE = ("id", "title", "slug", "depth", "url_path")


def translated_page(field: str, language: str) -> dict[str, Subquery]:
    """Return annotations that find the page of `field` in another language, published."""
    here = Page.objects.live().filter(
        translation_key=OuterRef(f"{field}__translation_key"), locale__language_code=language
    )
    return {f"hier_{name}": Subquery(here.values(name)[:1]) for name in FIELDS_HERE}


def page_here(row) -> Page | None:
    """Return the page that the annotations of a row found, None where there is none."""
    if row.hier_id is None:
        return None
    return Page(**{name: getattr(row, f"hier_{name}") for name in FIELDS_HERE})


class SharedFrame:
    """Settings, menu and notices of one site in one language."""

    def __init__(self, request, language: str):
        items = list(
            MenuItem.objects.filter(instellingen__site=Site.find_for_request(request))
            .select_related("instellingen")
            .annotate(**translated_page("pagina", language))
            .order_by("sort_order")
        )
        # The settings come along with the menu, which every site has.
        self.instellingen: SiteInstellingen = (
            items[0].instellingen if items else SiteInstellingen.for_request(request)
        )
        self.menu: dict[str, list[Page]] = {}
        for item in items:
            page = page_here(item)
            if page is not None:
                page.menu_url = page.get_url(request=request)
                self.menu.setdefault(item.plaats, []).append(page)
        self.mededelingen = list(
            Notitie.objects.current()
            .filter(locale__language_code=language)
            .select_related("pagina")
            .annotate(**translated_page("pagina", language))
        )
        for notice in self.mededelingen:
            here = page_here(notice)
            notice.anderstalig = here is None and notice.pagina is not None
            # Better the Dutch page than none.
            notice.pagina_hier = here or (
                notice.pagina if notice.pagina and notice.pagina.live else None
            )


@dataclass(frozen=True)
class Taal:
    """A language in which the current page can be read."""

    code: str
    tag: str
    naam: str
    url: str
    is_huidig: bool


class SiteFrame:
    """The frame of one response."""

    def __init__(self, request):
        self.request = request

    @cached_property
    def taal_tag(self) -> str:
        """The language of the interface as browsers want it: nl-BE, fr-BE, en."""
        return settings.LANGUAGE_TAGS[self._language]

    @property
    def _language(self):
        return translation.get_language() or settings.LANGUAGE_CODE

    @cached_property
    def _shared(self) -> "SharedFrame":
        """What is the same on every page of this site in this language."""
        return memo.remember(
            ("frame", self.request.get_host(), self._language),
            lambda: SharedFrame(self.request, self._language),
        )

    @property
    def instellingen(self) -> SiteInstellingen:
        return self._shared.instellingen

    @property
    def hoofdmenu(self) -> list[Page]:
        return self._shared.menu.get(MenuItem.Plaats.BOVEN, [])

    @property
    def voetmenu(self) -> list[Page]:
        return self._shared.menu.get(MenuItem.Plaats.VOET, [])

    @property
    def mededelingen(self) -> list[Notitie]:
        return self._shared.mededelingen

    @cached_property
    def home_url(self) -> str:
        prefix = "" if self._language == settings.LANGUAGE_CODE else f"/{self._language}"
        return f"{prefix}/"

    def talen_van(self, page) -> list[Taal]:
        """Return the languages in which `page` is published, the current one included."""
        if page is None:
            return []
        return memo.remember(
            ("talen", page.pk, self.request.get_host(), self.request.scheme),
            lambda: self._languages_of(page),
        )

    def _languages_of(self, page):
        translations = page.omgeving.vertalingen
        return [
            Taal(
                code=code,
                tag=settings.LANGUAGE_TAGS[code],
                naam=name,
                url=translations[code].get_full_url(self.request) or "",
                is_huidig=translations[code].pk == page.pk,
            )
            for code, name in settings.LANGUAGES
            if code in translations
        ]
