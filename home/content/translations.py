"""Loading the French and English launch pages.

The translations are stored as gettext catalogues, `fr.po` and `en.po`, from Dutch text to
translated text, and go in through wagtail-localize: editors find them in its translation screen
and can correct them there (docs/adr/0009).
"""

import polib
from django.core.management.base import CommandError
from wagtail.models import Locale, Page, TranslatableMixin
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from core.models import Bron, Notitie, Regelkader, Team, Termijn
from home.content.files import FOLDER, stable_key

# The pages that exist in three languages from the first day, parents first.
PAGES = [
    "/",
    "/trajecten/",
    "/trajecten/opstarttraject/",
    "/trajecten/starttraject/",
    "/trajecten/doorstarttraject/",
    "/contact/",
]
# What those pages refer to; a later one may refer to an earlier one.
FACTS = [Team, Bron, Regelkader, Termijn, Notitie]


def load_translations(locale: Locale) -> int:
    """Translate every launch page and fact that has no translation yet; return how many.

    Raises CommandError naming the texts that the catalogue lacks: a page is never shown
    half-translated.
    """
    catalogue = read_catalogue(locale.language_code)
    if not catalogue:
        return 0
    originals = [
        original for original in originals_to_translate() if not original.has_translation(locale)
    ]
    missing = []
    for original in originals:
        missing += _translate(original, locale, catalogue)
    if missing:
        lines = "\n".join(f"  {context}: {text}" for context, text in missing)
        raise CommandError(f"{locale.language_code}.po mist de vertaling van:\n{lines}")
    return len(originals)


def originals_to_translate() -> list[TranslatableMixin]:
    """Return the Dutch facts and pages that launch in every language, in order."""
    dutch = Locale.objects.get(language_code="nl")
    facts = [
        row for model in FACTS for row in model.objects.filter(locale=dutch).exclude(sleutel="")
    ]
    pages = {
        page.translation_key: page
        for page in Page.objects.filter(
            locale=dutch, translation_key__in=[stable_key("paginas", address) for address in PAGES]
        ).specific()
    }
    in_order = [pages.get(stable_key("paginas", address)) for address in PAGES]
    return facts + [page for page in in_order if page]


def read_catalogue(language_code: str) -> dict[tuple[str, str], str]:
    """Return the translations by (context, Dutch text); the context is 'slug' or empty."""
    path = FOLDER / f"{language_code}.po"
    if not path.exists():
        return {}
    return {
        (entry.msgctxt or "", entry.msgid): entry.msgstr
        for entry in polib.pofile(str(path))
        if entry.msgstr
    }


def texts_of(source: TranslationSource):
    """Return (segment, context) of every text that must be translated."""
    segments = (
        StringSegment.objects.filter(source=source)
        .select_related("string", "context")
        .order_by("order")
    )
    return [(segment, "slug" if segment.context.path == "slug" else "") for segment in segments]


def _translate(original, locale, catalogue):
    """Make the translation of `original`; return the texts that are missing instead."""
    source, _ = TranslationSource.update_or_create_from_instance(original)
    translation, _ = Translation.objects.get_or_create(source=source, target_locale=locale)
    missing = []
    for segment, context in texts_of(source):
        text = catalogue.get((context, segment.string.data))
        if text is None:
            missing.append((context or "tekst", segment.string.data))
            continue
        StringTranslation.objects.update_or_create(
            translation_of=segment.string,
            context=segment.context,
            locale=locale,
            defaults={"data": text},
        )
    if not missing:
        translation.save_target(publish=True)
    return missing
