"""Bring the catalogues of the launch translations up to date."""

import polib
from django.core.management.base import BaseCommand
from wagtail_localize.models import TranslationSource

from home.content.files import FOLDER
from home.content.translations import originals_to_translate, texts_of


class Command(BaseCommand):
    help = (
        "Zet in home/content/<taal>.po elke tekst die vertaald moet worden, en haalt weg wat niet "
        "meer bestaat. Eerst load_content draaien op een lege databank."
    )

    def add_arguments(self, parser):
        parser.add_argument("language", choices=["fr", "en"])

    def handle(self, *args, language, **options):
        path = FOLDER / f"{language}.po"
        known: dict[tuple[str | None, str], str] = {}
        if path.exists():
            known = {
                (entry.msgctxt, entry.msgid): entry.msgstr for entry in polib.pofile(str(path))
            }
        catalogue = polib.POFile(wrapwidth=100)
        catalogue.metadata = {"Language": language, "Content-Type": "text/plain; charset=utf-8"}
        for key, place in self._texts().items():
            context, text = key
            catalogue.append(
                polib.POEntry(msgctxt=context, msgid=text, msgstr=known.get(key, ""), comment=place)
            )
        catalogue.save(str(path))
        missing = len(catalogue.untranslated_entries())
        self.stdout.write(f"{path.name}: {len(catalogue)} teksten, {missing} nog te vertalen.")

    def _texts(self) -> dict[tuple[str | None, str], str]:
        """Return every text once, with the first place where it stands."""
        texts = {}
        for original in originals_to_translate():
            source, _ = TranslationSource.update_or_create_from_instance(original)
            for segment, context in texts_of(source):
                key = (context or None, segment.string.data)
                texts.setdefault(key, f"{original._meta.verbose_name}: {original}")
        return texts
