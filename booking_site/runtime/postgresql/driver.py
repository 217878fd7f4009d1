"""psycopg as Django uses it (PEP 249), with connections that give up on a silent server.

No setting of libpq or of the server does that: a frozen server does not enforce its own statement_timeout, and TCP's
time-outs do not fire while the server's kernel acknowledges.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg import (
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout

from booking_site.runtime.postgresql import limits

__all__ = [
    "Connection",
    "DataError",
    "DatabaseError",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "Silent",
    "connect",
]

INTERVAL_SECONDS = 0.1  # psycopg's own, to notice Ctrl-C
R = TypeVar("R")


class Silent(OperationalError):
    """The database does not answer."""

    def __init__(self) -> None:
        super().__init__("the database does not answer")


class Connection(psycopg.Connection):
    """A connection that closes itself when the server does not answer in time, in a process with limits."""

    has_met_silence = False
    _most_seconds = limits.STATEMENT_SECONDS

    def wait(self, gen: PQGen[R], interval: float = INTERVAL_SECONDS, timeout: float | None = None) -> R:
        """Wait for the answer to a statement or commit. Raises Silent; the connection is then closed."""
        if timeout is not None or not limits.are_on():
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self._most_seconds)
        except _WaitTimeout:
            self.has_met_silence = True
            self.pgconn.finish()
            raise Silent from None

    @contextmanager
    def limited_to(self, seconds: float) -> Iterator[None]:
        """Wait at most so long for each answer within the block."""
        self._most_seconds = seconds
        try:
            yield
        finally:
            self._most_seconds = limits.STATEMENT_SECONDS


connect = Connection.connect
