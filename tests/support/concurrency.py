"""Two transactions at once, in one test."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, connections, transaction

from tests.support.lock_waits import waiting
from tests.support.waiting import SECONDS, wait_until


class Uncommitted:
    """A write in another connection that has happened and is not committed yet."""

    def __init__(self) -> None:
        self.written = threading.Event()
        self.may_commit = threading.Event()

    def hold(self, write: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                write()
                self.written.set()
                self.may_commit.wait(SECONDS)
        finally:
            connections.close_all()

    def meanwhile(self, act: Callable[[], Any]) -> Any:
        """Start `act` in a third connection; commit once it waits for a lock; return what `act` returned."""
        found: list[Any] = []
        actor = threading.Thread(target=lambda: self._act(act, found), daemon=True)
        actor.start()
        wait_until(lambda: waiting() > 0 or not actor.is_alive())
        assert actor.is_alive(), "it ended without waiting for a lock"
        self.may_commit.set()
        actor.join(SECONDS)
        return found[0]

    @staticmethod
    def _act(act: Callable[[], Any], found: list[Any]) -> None:
        try:
            found.append(act())
        finally:
            connections.close_all()


@contextmanager
def in_thread(write: Callable[[], object]) -> Iterator[Uncommitted]:
    """Make `write` in a transaction of its own, which is open while the block runs and committed at its end."""
    uncommitted = Uncommitted()
    writer = threading.Thread(target=uncommitted.hold, args=[write], daemon=True)
    writer.start()
    try:
        wait_until(lambda: uncommitted.written.is_set() or not writer.is_alive())
        assert uncommitted.written.is_set(), "it was not written"
        yield uncommitted
    finally:
        uncommitted.may_commit.set()
        writer.join(SECONDS)


@contextmanager
def other_connection(**changes: str) -> Iterator[psycopg.Connection[Any]]:
    """A second connection to the test's database, as another process would have it."""
    parameters = {**connection.get_connection_params(), **changes}
    kept = {name: parameters[name] for name in ("host", "port", "user", "password", "dbname") if parameters.get(name)}
    with psycopg.connect(**kept) as other:
        yield other
