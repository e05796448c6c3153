"""Load the launch content."""

from django.core.management.base import BaseCommand
from django.db import transaction
from wagtail.models import Locale, Page

from core.search.indexing import catch_up
from home.content.pages import load_pages, point_site_at, remove_welcome_page
from home.content.roles import load_roles
from home.content.snippets import (
    Facts,
    load_course_settings,
    load_mailing_lists,
    load_municipalities,
    load_newsletter_settings,
    load_notices,
    load_settings,
)
from home.content.translations import load_translations


class Command(BaseCommand):
    help = "Laadt de inhoud waarmee de site start. Maakt alleen wat ontbreekt; overschrijft niets."

    def handle(self, *args, **options):
        with transaction.atomic():
            report = self._load()
        # wagtail-localize publishes a translated page at the end of the transaction, with the
        # number of children that it had before they were made.
        Page.fix_tree()
        self.stdout.write(report)

    def _load(self) -> str:
        languages = {
            code: Locale.objects.get_or_create(language_code=code)[0] for code in ("nl", "fr", "en")
        }
        dutch = languages.pop("nl")
        load_roles()
        remove_welcome_page()
        facts = Facts(dutch)
        created = facts.load() + load_municipalities()
        pages, new_pages = load_pages(dutch, facts)
        site = point_site_at(pages["/"])
        created += load_notices(dutch, pages) + load_settings(site, pages)
        created += load_course_settings(pages)
        created += load_mailing_lists() + load_newsletter_settings(pages)
        translated = sum(load_translations(locale) for locale in languages.values())
        # What was published before there was an index, or before it learned its words.
        catch_up()
        return (
            f"Inhoud geladen: {new_pages} pagina's en {created} gegevens gemaakt, "
            f"{translated} vertaald."
        )
