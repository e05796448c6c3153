"""A mail server that does what the address says: `python -m tests.post.sink`.

Runs in its own process, so that a lost connection is a real one. It prints its port, and writes a
line to its log for every connection and every mail that it took, before it says so.

    ok.1@      takes the mail
    later.1@   451 to the recipient         laterdata.1@   451 after the mail
    no.1@      550 to the recipient         nodata.1@      550 after the mail
    busy.1@    421 to the recipient, and hangs up
    gone.1@    hangs up before the mail     cut.1@         in the middle of it
    lost.1@    takes the mail and hangs up without a word
    hang.1@    never answers the recipient  hangdata.1@    never answers the mail
"""

import argparse
import asyncio
import logging
import ssl
import sys
import warnings
from email import message_from_bytes
from email import policy as email_policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

FOR_EVER = 3600


class Relay(SMTP):
    """aiosmtpd, with the bad manners of real servers."""

    def __init__(self, options, log, **settings):
        self.options = options
        self.log = log
        self.mails = 0
        super().__init__(self, hostname="sink", **settings)

    def connection_made(self, transport):
        if self._tls_handshake_okay is not False and not self.options.tls:
            self.log("connect")
        super().connection_made(transport)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        if self.options.pipelining:
            responses.insert(1, "250-PIPELINING")
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        match address.partition(".")[0]:
            case "later":
                return "451 4.3.0 later"
            case "no":
                return "550 5.1.1 unknown"
            case "busy":
                await self.push("421 4.3.2 closing")
                self.transport.close()
                await asyncio.sleep(FOR_EVER)
            case "gone":
                self.transport.abort()
                await asyncio.sleep(FOR_EVER)
            case "hang":
                await asyncio.sleep(FOR_EVER)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def smtp_DATA(self, arg):
        recipients = self.envelope.rcpt_tos
        if not recipients and self.options.data_always:
            # Allowed, and done by some: the mail that follows is refused (RFC 2920 3.1).
            await self.push("354 go on")
            while await self._reader.readuntil(b"\r\n") != b".\r\n":
                pass
            await self.push("554 5.5.1 no recipients")
            self._set_post_data_state()
            return
        if recipients and recipients[0].startswith("cut."):
            await self.push("354 go on")
            await self._reader.readuntil(b"\r\n")
            self.transport.abort()
            return
        await super().smtp_DATA(arg)

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        match address.partition(".")[0]:
            case "laterdata":
                return "451 4.3.0 later"
            case "nodata":
                return "550 5.7.1 unwanted"
            case "hangdata":
                await asyncio.sleep(FOR_EVER)
        mail = message_from_bytes(envelope.original_content, policy=email_policy.default)
        self.log(f"took {address} {mail['Message-ID']}")
        if self.options.keep:
            name = f"{address}.eml"
            (self.options.keep / name).write_bytes(envelope.original_content)
        self.mails += 1
        if address.startswith("lost."):
            self.transport.abort()
            await asyncio.sleep(FOR_EVER)
        if self.options.idle is not None:
            asyncio.get_running_loop().call_later(self.options.idle, self.hang_up)
        return "250 2.0.0 taken"

    def hang_up(self):
        """Close a line that is idle, as relays do: with a word or without."""
        if self.options.word:
            self._writer.write(b"421 4.4.2 idle too long\r\n")
        self.transport.close()


def sign_in(server, session, envelope, mechanism, data):
    right = data.login == b"site" and data.password == b"geheim"
    return AuthResult(success=right, handled=False)


async def serve(options):
    tls = None
    if options.tls:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(options.tls)
    settings = {"tls_context": tls, "require_starttls": bool(tls)}
    if options.auth:
        settings |= {
            "authenticator": sign_in,
            "auth_required": True,
            "auth_require_tls": bool(tls),
        }
    with options.log.open("a", buffering=1) as file:

        def log(line):
            file.write(line + "\n")

        server = await asyncio.get_running_loop().create_server(
            lambda: Relay(options, log, **settings), "127.0.0.1", options.port, backlog=100
        )
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="write each mail into this folder")
    parser.add_argument("--pipelining", action="store_true")
    parser.add_argument("--data-always", action="store_true", help="354 without recipients too")
    parser.add_argument("--idle", type=float, help="hang up so many seconds after a mail")
    parser.add_argument("--word", action="store_true", help="say 421 before hanging up")
    parser.add_argument("--auth", action="store_true", help="only for who signs in")
    parser.add_argument("--tls", type=Path, help="certificate and key: only after STARTTLS")
    warnings.simplefilter("ignore")
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
