"""A mail server that takes everything, fast: `python -m tests.bench.sink --log FILE`.

So fast that the sender is what is measured. With a delay per mail it is a relay far away. It prints
its port; the log gets a line per mail, before the mail is said to be taken.
"""

import argparse
import asyncio
import contextlib
import os
import sys

GREETING = b"220 sink\r\n"
CAPABILITIES = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n"
END = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """One connection."""

    delay = 0.0
    log: int | None = None

    def connection_made(self, transport):
        self.transport = transport
        self.buffer = bytearray()
        self.in_mail = False
        self.scanned = 0
        self.recipient = b""
        transport.write(GREETING)

    def data_received(self, data):
        self.buffer += data
        while self.take_mail() if self.in_mail else self.take_command():
            pass

    def take_mail(self) -> bool:
        end = self.buffer.find(END, max(0, self.scanned - len(END)))
        if end < 0:
            self.scanned = len(self.buffer)
            return False
        if Sink.log is not None:
            start = self.buffer.find(b"Message-ID: ") + len(b"Message-ID: ")
            number = self.buffer[start : self.buffer.find(b"\r", start)]
            os.write(Sink.log, b"took %s %s\n" % (self.recipient, number))
        del self.buffer[: end + len(END)]
        self.in_mail = False
        if Sink.delay:
            asyncio.get_running_loop().call_later(self.delay, self.transport.write, b"250 ok\r\n")
        else:
            self.transport.write(b"250 ok\r\n")
        return True

    def take_command(self) -> bool:
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self.buffer[:end])
        del self.buffer[: end + 2]
        match line[:4].upper():
            case b"EHLO":
                self.transport.write(CAPABILITIES)
            case b"RCPT":
                self.recipient = line[line.find(b"<") + 1 : line.find(b">")]
                self.transport.write(b"250 ok\r\n")
            case b"DATA":
                self.in_mail, self.scanned = True, 0
                self.transport.write(b"354 go on\r\n")
            case b"QUIT":
                self.transport.write(b"221 bye\r\n")
                self.transport.close()
                return False
            case _:
                self.transport.write(b"250 ok\r\n")
        return True


async def serve(options):
    Sink.delay = options.delay
    if not options.quiet:
        Sink.log = os.open(options.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0, backlog=512)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", required=True)
    parser.add_argument("--quiet", action="store_true", help="write nothing down")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds per mail")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args()))
