"""The soak itself: client processes, the expire job, checks and faults on a timetable."""

import multiprocessing
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg

from bench.soak.checks import TABLES, find_violations
from bench.soak.client import PATIENCE_SECONDS, work
from bench.soak.faults import KINDS, Faults
from bench.soak.ledger import compare, expired
from bench.soak.operations import RECENT
from bench.soak.plan import Outcome, World
from bench.soak.report import Result
from bookings.actions import expire
from bookings.core.errors import Unavailable
from bookings.models import Booking

CLIENTS = 8
CHECK_SECONDS = 1.0
EXPIRE_SECONDS = 2.0
FAULT_SECONDS = 4.0
CALM_SECONDS = 3.0
"""The time without faults at the end."""


@dataclass
class Soak:
    """One run against a served site."""

    world: World
    kinds: tuple[type[Booking], ...]
    database: dict[str, Any]
    """The parameters for psycopg."""
    seconds: float
    faults: Faults | None
    violations: list[str] = field(default_factory=list)
    checks: int = 0

    def run(self) -> Result:
        """Run everything. Its processes are ended in any case."""
        began = time.monotonic()
        with self._clients() as pipes_and_stop:
            pipes, stop = pipes_and_stop
            self._supervise(began)
            stop.set()
            outcomes = self._collect(pipes)
        seconds = time.monotonic() - began
        with self._connected() as connection:
            self._check(connection)
            self.violations += compare(connection, outcomes)
            deadlocks = _deadlocks(connection)
            rows = _rows(connection)
            by_job = expired(connection)
        killed = self.faults.killed if self.faults else {}
        if self.faults and self.seconds > 2 * FAULT_SECONDS + CALM_SECONDS and not all(killed.values()):
            self.violations.append(f"The faults did not happen: {killed}")
        return Result(outcomes, seconds, self.checks, self.violations, killed, deadlocks, by_job, rows)

    @contextmanager
    def _clients(self) -> Iterator[tuple[list[Connection], Any]]:
        context = multiprocessing.get_context("spawn")
        stop = context.Event()
        shared = {kind.plural: context.RawArray("q", RECENT) for kind in self.world.kinds}
        began_at = datetime.now(UTC)
        seed = secrets.randbelow(10**6) * 100
        pipes = []
        processes = []
        try:
            for number in range(CLIENTS):
                ours, theirs = context.Pipe(duplex=False)
                args = (self.world, seed + number, began_at, shared, stop, theirs)
                process = context.Process(target=work, args=args, daemon=True)
                process.start()
                theirs.close()
                pipes.append(ours)
                processes.append(process)
            yield pipes, stop
        finally:
            for process in processes:
                process.kill()
                process.join()

    def _collect(self, pipes: list[Connection]) -> list[Outcome]:
        """The outcomes of all clients; a client that died or hangs is a violation."""
        outcomes: list[Outcome] = []
        deadline = time.monotonic() + PATIENCE_SECONDS + 10
        for number, pipe in enumerate(pipes):
            try:
                if not pipe.poll(max(0, deadline - time.monotonic())):
                    raise EOFError
                outcomes += pipe.recv()
            except EOFError:
                self.violations.append(f"Client {number} ended without a report.")
        return outcomes

    def _supervise(self, began: float) -> None:
        """Check, expire and kill, each on its own timetable, until the time is over."""
        due = {"check": CHECK_SECONDS, "expire": EXPIRE_SECONDS, "fault": FAULT_SECONDS}
        strikes = 0
        while (now := time.monotonic() - began) < self.seconds:
            if now >= due["check"]:
                self._check_if_up()
                took = time.monotonic() - began - now
                due["check"] = now + CHECK_SECONDS + 10 * took  # at most a tenth of the time
            if now >= due["expire"]:
                self._expire()
                due["expire"] = now + EXPIRE_SECONDS
            if self.faults and now >= due["fault"] and now < self.seconds - CALM_SECONDS:
                self.faults.strike(KINDS[strikes % len(KINDS)])
                strikes += 1
                due["fault"] = now + FAULT_SECONDS
            time.sleep(0.05)

    def _check_if_up(self) -> None:
        with suppress(psycopg.OperationalError), psycopg.connect(**self.database) as connection:
            self._check(connection)

    def _check(self, connection: psycopg.Connection) -> None:
        found = list(find_violations(connection))
        self.checks += 1
        self.violations += [sentence for sentence in found if sentence not in self.violations]

    def _expire(self) -> None:
        """Do what `manage.py expire` does; with the database away the next call does it."""
        for kind in self.kinds:
            with suppress(Unavailable):
                expire(kind)

    def _connected(self) -> psycopg.Connection:
        """A connection, however long the database takes to come back."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return psycopg.connect(**self.database, autocommit=True)
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                self._expire()  # the site's own connection starts the database
                time.sleep(0.2)


def database_of(var_dir: Path) -> dict[str, Any]:
    """The parameters with which psycopg connects to the site's database; does not start it."""
    from booking_site.runtime.embedded.cluster import DATABASE, ROLE
    from booking_site.runtime.embedded.server import Server

    return {"host": Server(var_dir).host, "user": ROLE, "dbname": DATABASE, "connect_timeout": 5}


def _deadlocks(connection: psycopg.Connection) -> int:
    """The number of deadlocks since the last crash, at which PostgreSQL loses its statistics."""
    row = connection.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    return int(row[0]) if row else 0


def _rows(connection: psycopg.Connection) -> int:
    return sum(int(row[0]) for table in TABLES for row in connection.execute(f"SELECT count(*) FROM {table.bookings}"))
