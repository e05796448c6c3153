"""Make the index of search again."""

from django.core.management.base import BaseCommand

from core.search import indexing


class Command(BaseCommand):
    help = "Maakt de index van de zoekfunctie opnieuw, voor alle pagina's en talen."

    def handle(self, *args, **options):
        self.stdout.write(f"Zoekindex gemaakt: {indexing.rebuild()} pagina's.")
