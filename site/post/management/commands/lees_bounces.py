"""Read the mailbox to which mail servers report what did not arrive."""

import mailbox
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from post import bounces


class Command(BaseCommand):
    help = (
        "Leest meldingen van mailservers (RFC 3464) uit een Maildir, een mbox-bestand of, zonder "
        "pad, van de standaardinvoer. Een melding telt een keer, hoe vaak je ze ook leest."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", nargs="?", type=Path, help="Maildir of mbox; anders stdin")

    def handle(self, *args, path, **options):
        read = settled = 0
        for source in mails_in(path) if path else [sys.stdin.buffer.read(bounces.MAX_BYTES)]:
            read += 1
            settled += bounces.verwerk(source)
        self.stdout.write(f"{read} mails gelezen, {settled} leveringen bijgewerkt.")


def mails_in(path: Path) -> Iterator[bytes]:
    """Yield the mails of a Maildir or an mbox, which stays as it is."""
    if path.is_dir():
        if not (path / "cur").is_dir():
            raise CommandError(f"{path} is geen Maildir.")
        box: mailbox.Mailbox = mailbox.Maildir(path, create=False)
    elif path.is_file():
        box = mailbox.mbox(path, create=False)
    else:
        raise CommandError(f"{path} bestaat niet.")
    with closing(box):
        for key in box.iterkeys():
            with box.get_file(key) as file:
                yield file.read(bounces.MAX_BYTES)
