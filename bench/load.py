"""The load generator: clients with persistent connections, all in one event loop.

Plain sockets and ready-made requests: an exchange costs it some 50 microseconds of processor time, a small part of
what the server needs, so that clients do not hold each other up. `Run.client_share` tells how busy it was.
"""

import re
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from bench.errors import BenchError

PATIENCE_SECONDS = 30
CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """A response: its status, its body, and how long it took in seconds."""

    status: int
    body: bytes
    seconds: float


@dataclass(frozen=True)
class Run:
    """The measurements of one run."""

    rate: float
    """Bookings per second."""
    seconds: list[float]
    """Each booking's duration."""
    client_share: float = 0.0
    """The part of one processor that the load generator itself needed."""
    cpu: float = 0.0
    """Seconds of processor time that a booking cost the web server and the database together; 0 when unknown."""


class Connection:
    """A persistent connection, one request at a time."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self._sent_at = 0.0

    def fileno(self) -> int:
        """The descriptor for a selector."""
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def send(self, request: bytes) -> None:
        """Send a request; it is small enough for the socket's buffer."""
        self._sent_at = time.perf_counter()
        self._socket.sendall(request)

    def receive(self) -> Answer | None:
        """Read what has arrived: the answer, once it is complete."""
        part = self._socket.recv(65536)
        arrived_at = time.perf_counter()
        if not part:
            raise BenchError("The server closed a connection.")
        self._received += part
        head, blank, body = self._received.partition(b"\r\n\r\n")
        if not blank:
            return None
        length = CONTENT_LENGTH.search(head)
        if not length:
            raise BenchError("The server answered without Content-Length.")
        if len(body) < int(length[1]):
            return None
        self._received = b""
        return Answer(int(head[9:12]), body, arrived_at - self._sent_at)


@dataclass(frozen=True)
class Target:
    """A server on this machine, and the token of its client."""

    port: int
    token: str

    def request(self, path: str, body: bytes) -> bytes:
        """The bytes of a POST, as a proxy that terminates HTTPS would forward it."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nX-Forwarded-Proto: https\r\n"
            f"Authorization: Token {self.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class Clients:
    """Several connections that are waited for together."""

    def __init__(self, port: int, number: int) -> None:
        self.all = [Connection(port) for _ in range(number)]
        self._selector = selectors.DefaultSelector()
        self._waiting: set[Connection] = set()
        for connection in self.all:
            self._selector.register(connection, selectors.EVENT_READ, connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self._selector.close()
        for connection in self.all:
            connection.close()

    def send(self, connection: Connection, request: bytes) -> None:
        """Send a request; `answers` waits for its answer."""
        self._waiting.add(connection)
        connection.send(request)

    def answers(self) -> Iterator[tuple[Connection, Answer]]:
        """Each answer as it arrives, until none is outstanding."""
        while self._waiting:
            ready = self._selector.select(PATIENCE_SECONDS)
            if not ready:
                raise BenchError(f"The server did not answer for {PATIENCE_SECONDS} seconds.")
            for key, _ in ready:
                answer = key.data.receive()
                if answer is not None:
                    self._waiting.discard(key.data)
                    yield key.data, answer


def drive(port: int, clients: list[Iterator[bytes]], seconds: float) -> Run:
    """Let each client send requests one after the other for so long. Raises BenchError unless all answers are 201."""
    durations: list[float] = []
    with Clients(port, len(clients)) as connections:
        requests = dict(zip(connections.all, clients, strict=True))
        began = time.perf_counter()
        worked = time.process_time()
        for connection in connections.all:
            connections.send(connection, next(requests[connection]))
        for connection, answer in connections.answers():
            if answer.status != 201:
                raise BenchError(f"A booking was answered with {answer.status}: {answer.body.decode()}")
            durations.append(answer.seconds)
            if time.perf_counter() - began < seconds:
                connections.send(connection, next(requests[connection]))
        elapsed = time.perf_counter() - began
        return Run(len(durations) / elapsed, durations, (time.process_time() - worked) / elapsed)
