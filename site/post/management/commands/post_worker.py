"""Run a worker of the mail room."""

import signal

from django.core.management.base import BaseCommand

from post.engine.worker import Worker
from post.transports import make_transport


class Command(BaseCommand):
    help = "Verstuurt wat klaarstaat, tot je het stopt. Meer dan een tegelijk mag, op PostgreSQL."

    def add_arguments(self, parser):
        parser.add_argument("--seconds", type=float, help="stop na zoveel seconden")
        parser.add_argument("--until-empty", action="store_true", help="stop als er niets meer is")

    def handle(self, *args, seconds, until_empty, **options):
        worker = Worker(make_transport())
        for stop in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop, lambda *_: worker.stop())
        offered = worker.run(seconds, until_empty=until_empty)
        self.stdout.write(f"{offered} mails aangeboden.")
