"""A small IMAP server for a test: RFC 9051 as far as reading a mailbox goes, over sockets."""

import re
import socketserver
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

NAME, PASSWORD = "meldingen@example.org", 'w "acht\\woord'


@dataclass
class Box:
    """What the mailbox holds, how the server misbehaves, and what it was asked."""

    mails: dict[int, bytes] = field(default_factory=dict)
    validity: int = 7
    next_uid: int = 0
    # Break the connection off at this many fetches; counted over all connections.
    break_at: int = 0
    hang: bool = False
    commands: list[str] = field(default_factory=list)
    port: int = 0

    def add(self, *sources: bytes) -> None:
        for source in sources:
            self.next_uid += 1
            self.mails[self.next_uid] = source

    @property
    def fetches(self) -> list[str]:
        return [one for one in self.commands if one.startswith("UID FETCH")]


class _Session(socketserver.StreamRequestHandler):
    # Waiting to fill a packet would take longer than the reading.
    disable_nagle_algorithm = True

    @property
    def box(self) -> Box:
        return self.server.box

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")
        self.wfile.flush()

    def handle(self):
        if self.box.hang:
            self.rfile.readline()
            return
        self.say(b"* OK klaar")
        while line := self.rfile.readline():
            tag, _, command = line.decode(errors="replace").strip().partition(" ")
            self.box.commands.append(command)
            if not self.answer(tag.encode(), command):
                return

    def answer(self, tag: bytes, command: str) -> bool:
        """Answer one command; say whether the connection stays."""
        word = command.upper().split()[0]
        if word == "CAPABILITY":
            self.say(b"* CAPABILITY IMAP4rev1")
        elif word == "LOGIN":
            return self.login(tag, command)
        elif word == "EXAMINE":
            if '"INBOX"' not in command:
                self.say(tag + b" NO bestaat niet")
                return True
            self.say(b"* %d EXISTS" % len(self.box.mails))
            self.say(b"* OK [UIDVALIDITY %d] geldig" % self.box.validity)
            self.say(b"* OK [UIDNEXT %d] volgende" % (self.box.next_uid + 1))
        elif command.upper().startswith("UID SEARCH"):
            begin, end = map(int, re.findall(r"\d+", command))
            found = [uid for uid in self.box.mails if begin <= uid <= end]
            self.say(b"* SEARCH " + b" ".join(b"%d" % uid for uid in found))
        elif command.upper().startswith("UID FETCH"):
            if self.box.break_at and len(self.box.fetches) == self.box.break_at:
                # In the middle of a mail.
                self.wfile.write(b"* 1 FETCH (UID 1 BODY[]<0> {9999}\r\nRetu")
                return False
            self.fetch(*map(int, re.findall(r"\d+", command)))
        elif word == "LOGOUT":
            self.say(b"* BYE dag")
        else:
            self.say(tag + b" BAD onbekend")
            return True
        self.say(tag + b" OK klaar")
        return word != "LOGOUT"

    def login(self, tag, command):
        quoted = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
        if command not in (f'LOGIN {NAME} "{quoted}"', f'LOGIN "{NAME}" "{quoted}"'):
            self.say(tag + b" NO [AUTHENTICATIONFAILED] " + command.encode())
        else:
            self.say(tag + b" OK welkom")
        return True

    def fetch(self, uid, start, size):
        source = self.box.mails.get(uid)
        if source is None:
            return
        part = source[start : start + size]
        self.say(b"* 1 FETCH (UID %d BODY[]<%d> {%d}" % (uid, start, len(part)))
        self.wfile.write(part)
        self.say(b")")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def running(context: ssl.SSLContext | None = None):
    """Start a server with an empty mailbox, yield the mailbox, and end it."""
    server = _Server(("127.0.0.1", 0), _Session)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    box = server.box = Box(port=server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
