"""What stands around the text of every page: menu, footer, languages, notices.

Each part is read once per request, and only when a template asks for it.
"""

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.utils import translation
from django.utils.functional import cached_property
from wagtail.models import Page

from core import memo
from core.models import MenuItem, Notitie, SiteInstellingen


class SharedFrame:
    """Settings, menu and notices of one site in one language."""

    def __init__(self, request, language: str):
        self.instellingen = cast(SiteInstellingen, SiteInstellingen.for_request(request))
        self.menu = self._menu(request, language)
        self.mededelingen = list(
            Notitie.objects.current()
            .filter(locale__language_code=language)
            .select_related("pagina")
        )

    def _menu(self, request, language) -> dict[str, list[Page]]:
        """The pages of the menu that exist in this language, in the editors' order, per place."""
        items = list(
            MenuItem.objects.filter(instellingen=self.instellingen)
            .order_by("sort_order")
            .values_list("plaats", "pagina__translation_key")
        )
        here = {
            page.translation_key: page
            for page in Page.objects.live().filter(
                translation_key__in=[key for _, key in items], locale__language_code=language
            )
        }
        menu: dict[str, list[Page]] = {}
        for place, key in items:
            if key in here:
                here[key].menu_url = here[key].get_url(request=request)
                menu.setdefault(place, []).append(here[key])
        return menu


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
