"""Send one mail, to see that mail leaves."""

import uuid

from django.core.management.base import BaseCommand, CommandError

from post import services
from post.addresses import InvalidAddress


class Command(BaseCommand):
    help = "Zet een proefmail klaar voor een adres. Een werker verstuurt ze."

    def add_arguments(self, parser):
        parser.add_argument("address")

    def handle(self, *args, address, **options):
        try:
            message = services.queue(
                key=f"proefmail:{uuid.uuid4()}",
                template="proefmail",
                to=address,
                context={"door": "manage.py post_test"},
            )
        except InvalidAddress as fault:
            raise CommandError(str(fault)) from None
        self.stdout.write(f"Klaargezet: {message.sleutel}")
