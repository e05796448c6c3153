"""Read the mailbox to which mail servers report what did not arrive."""

import mailbox
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from post import bounces, imap


class Command(BaseCommand):
    help = (
        "Leest meldingen van mailservers (RFC 3464) uit een Maildir, een mbox-bestand, met --imap "
        "uit de mailbox van POST_BOUNCE_MAILBOX of, zonder pad, van de standaardinvoer. Een "
        "melding telt een keer, hoe vaak je ze ook leest."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", nargs="?", type=Path, help="Maildir of mbox; anders stdin")
        parser.add_argument("--imap", action="store_true", help="lees POST_BOUNCE_MAILBOX")

    def handle(self, *args, path, **options):
        if options["imap"]:
            self._read_imap(path)
            return
        read = settled = 0
        for source in mails_in(path) if path else [sys.stdin.buffer.read(bounces.MAX_BYTES)]:
            read += 1
            settled += bounces.verwerk(source)
        self.stdout.write(f"{read} mails gelezen, {settled} leveringen bijgewerkt.")

    def _read_imap(self, path):
        if path:
            raise CommandError("Geef een pad of --imap, niet allebei.")
        if not settings.POST_BOUNCE_MAILBOX:
            raise CommandError("Zet POST_BOUNCE_MAILBOX: waar de mailbox is.")
        try:
            found = imap.lees(settings.POST_BOUNCE_MAILBOX)
        except imap.MailboxFout as fault:
            raise CommandError(str(fault)) from None
        more = " De rest komt de volgende keer." if found.meer else ""
        self.stdout.write(
            f"{found.gelezen} mails gelezen, {found.bijgewerkt} leveringen bijgewerkt.{more}"
        )


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
