"""Two transactions at once, in one test."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, connections, transaction

SECONDS = 10.0


class Uncommitted:
    """A write in another connection that has happened and is not committed yet."""

    def __init__(self) -> None:
        self.written, self.may_commit = threading.Event(), threading.Event()

    def hold(self, write: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                write()
                self.written.set()
                assert self.may_commit.wait(SECONDS)
        finally:
            connections.close_all()

    def meanwhile(self, act: Callable[[], Any], *, until: Callable[[], bool]) -> Any:
        """Start `act` in a third connection; commit once `until` holds; return what `act` returned."""
        found: list[Any] = []
        actor = threading.Thread(target=lambda: self._act(act, found))
        actor.start()
        deadline = time.monotonic() + SECONDS
        while not until():
            assert time.monotonic() < deadline
            time.sleep(0.01)
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
    writer = threading.Thread(target=uncommitted.hold, args=[write])
    writer.start()
    assert uncommitted.written.wait(SECONDS)
    try:
        yield uncommitted
    finally:
        uncommitted.may_commit.set()
        writer.join(SECONDS)


def someone_waits_for_a_lock() -> bool:
    """Whether a statement in this database waits for another transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def other_connection(**changes: str) -> Iterator[psycopg.Connection[Any]]:
    """A second connection to the test's database, as another process would have it."""
    parameters = {**connection.get_connection_params(), **changes}
    kept = {name: parameters[name] for name in ("host", "port", "user", "password", "dbname") if parameters.get(name)}
    with psycopg.connect(**kept) as other:
        yield other
