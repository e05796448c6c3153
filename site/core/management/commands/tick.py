"""Run the work of every minute."""

from django.core.management.base import BaseCommand, CommandError

from core import periodic


class Command(BaseCommand):
    help = "Doet het werk van elke minuut, zoals geplande publicaties. Mag dubbel of te laat lopen."

    def handle(self, *args, **options):
        failed = periodic.run_all()
        if failed:
            raise CommandError(f"Mislukt: {', '.join(failed)}")
