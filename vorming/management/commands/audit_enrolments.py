"""Check the enrolments."""

from django.core.management.base import BaseCommand, CommandError

from vorming.services.audit import audit


class Command(BaseCommand):
    help = (
        "Kijkt na of elke plaats, wachtlijst, bevestiging en bewaartermijn klopt. Verandert niets; "
        "eindigt met een fout en een lijst als er iets niet klopt."
    )

    def handle(self, *args, **options):
        faults = audit()
        if faults:
            raise CommandError("Er klopt iets niet:\n" + "\n".join(f"  {one}" for one in faults))
        self.stdout.write("Alle inschrijvingen kloppen.")
