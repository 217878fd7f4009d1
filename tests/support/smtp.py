"""A mail server on loopback that speaks as much SMTP as a test needs, and keeps what it is given."""

import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default


@dataclass
class Mailbox:
    """Where the server listens, what came in, and how it answers a recipient."""

    port: int = 0
    tls: ssl.SSLContext | None = None
    """What STARTTLS is offered with."""
    mails: list[Message] = field(default_factory=list)
    recipient_reply: bytes = b"250 ok"
    is_silent: bool = False
    """Whether it takes connections and never says a word; afterwards it hangs up on those."""
    ignored: int = 0
    """How many connections it was silent to."""


class Conversation(socketserver.StreamRequestHandler):
    """One client's mails."""

    mailbox: Mailbox

    def handle(self) -> None:
        if self.mailbox.is_silent:
            self.say_nothing()
        else:
            self.converse()

    def say_nothing(self) -> None:
        """Keep the client waiting for as long as the server is silent."""
        self.mailbox.ignored += 1
        while self.mailbox.is_silent:
            time.sleep(0.02)

    def converse(self) -> None:
        """Greet, and answer every command."""
        self.say(b"220 test")
        while line := self.rfile.readline().strip():
            command = line[:4].upper()
            if command == b"DATA":
                self.say(b"354 go on")
                self.mailbox.mails.append(message_from_bytes(self.read_mail(), policy=default))
                self.say(b"250 ok")
            elif command == b"EHLO" and self.mailbox.tls:
                self.say(b"250-test\r\n250 STARTTLS")
            elif command == b"STAR" and self.mailbox.tls:
                self.say(b"220 go on")
                if not self.encrypt(self.mailbox.tls):
                    return
            elif command == b"QUIT":
                self.say(b"221 bye")
                return
            else:
                self.say(self.mailbox.recipient_reply if command == b"RCPT" else b"250 ok")

    def read_mail(self) -> bytes:
        """All lines up to the dot."""
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def encrypt(self, tls: ssl.SSLContext) -> bool:
        """Go on encrypted; false when the client does not trust our certificate."""
        try:
            self.request = self.connection = tls.wrap_socket(self.connection, server_side=True)
        except OSError:
            return False
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        return True

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # the encrypted one; the server closes the one that it gave us

    def say(self, reply: bytes) -> None:
        self.wfile.write(reply + b"\r\n")


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """A running server."""
    mailbox = Mailbox(tls=tls)
    handler = type("Handler", (Conversation,), {"mailbox": mailbox})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        mailbox.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield mailbox
        server.shutdown()
