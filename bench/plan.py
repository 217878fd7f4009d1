"""What is measured in which order: short runs in turns, so that a noisy moment affects all ways alike."""

import itertools
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from bench.kinds import CLIENTS, KINDS, Kind, nth_booking
from bench.load import Run, Target, drive
from bench.pgbench import has_pgbench, run_pgbench
from bench.race import Races, race

SITE = "site"
BARE = "bare"
OPEN = "open"
PGBENCH = "pgbench"
PATHS = {SITE: "/api/v1/{}", BARE: "/bench/{}", OPEN: "/bench/open/{}"}
ONE_AND_MANY = (1, CLIENTS)


@dataclass(frozen=True)
class Plan:
    """The number and length of the runs."""

    rounds: int
    """The greatest number of rounds."""
    patience_seconds: float
    """No further round begins after so many seconds: a busy machine gets fewer."""
    seconds: float
    """The length of each run over HTTP."""
    races: int
    """The number of races per kind, in all rounds together."""
    warm_up_seconds: float


FULL = Plan(rounds=7, patience_seconds=200, seconds=1.5, races=350, warm_up_seconds=1.0)
QUICK = Plan(rounds=2, patience_seconds=15, seconds=0.5, races=40, warm_up_seconds=0.3)

Key = tuple[str, str, int]
"""The kind's name, the way, the number of clients."""


@dataclass
class Results:
    """The measurements of all rounds so far."""

    runs: dict[Key, list[Run]] = field(default_factory=lambda: defaultdict(list))
    races: dict[str, Races] = field(default_factory=lambda: {name: Races() for name in KINDS})
    rows: Counter[str] = field(default_factory=Counter)
    """Bookings answered with 201, by table."""
    rounds: int = 0
    load_before: float = field(default_factory=lambda: os.getloadavg()[0])
    """The load average before: other processes."""


class Session:
    """A run of the whole plan against one server."""

    def __init__(self, target: Target, database_host: str, user: int, cpu: Callable[[], float]) -> None:
        """`user` is the token's user; `cpu` returns the processor seconds of the server so far."""
        self.target = target
        self.database_host = database_host
        self.user = user
        self.cpu = cpu
        self.results = Results()
        self._numbers = itertools.count()  # each run books days of its own

    def measure(self, plan: Plan) -> Results:
        """Warm up, then run all rounds."""
        for kind in KINDS.values():
            for way in PATHS:
                self._drive(kind, way, CLIENTS, plan.warm_up_seconds)
        started = time.monotonic()
        while self.results.rounds < plan.rounds and time.monotonic() - started < plan.patience_seconds:
            self._round(plan)
            self.results.rounds += 1
            _say(f"round {self.results.rounds} of {plan.rounds}, {time.monotonic() - started:.0f} s")
        return self.results

    def _round(self, plan: Plan) -> None:
        for kind in KINDS.values():
            for clients in ONE_AND_MANY:
                for way in PATHS:
                    self._keep((kind.name, way, clients), self._drive(kind, way, clients, plan.seconds))
            if has_pgbench():
                self._keep((kind.name, PGBENCH, CLIENTS), self._pgbench(kind))
            self._race(kind, plan.races // plan.rounds)

    def _keep(self, key: Key, run: Run) -> None:
        self.results.runs[key].append(run)
        kind, way, clients = key
        _say(f"  {kind:<13} {way:<8} {clients:>2} clients {run.rate:>8,.0f}/s")

    def _drive(self, kind: Kind, way: str, clients: int, seconds: float) -> Run:
        run = next(self._numbers)
        path = PATHS[way].format(kind.name)
        streams = [self._requests(kind, path, client, run) for client in range(clients)]
        used = self.cpu()
        measured = drive(self.target.port, streams, seconds)
        measured = replace(measured, cpu=(self.cpu() - used) / len(measured.seconds))
        self.results.rows[kind.name if way == SITE else kind.bare_table] += len(measured.seconds)
        return measured

    def _requests(self, kind: Kind, path: str, client: int, run: int) -> Iterator[bytes]:
        for n in itertools.count():
            number, start = nth_booking(client, n, run)
            yield self.target.request(path, kind.body(number, number, start))

    def _pgbench(self, kind: Kind) -> Run:
        measured = run_pgbench(kind, self.database_host, self.user, run=next(self._numbers), seconds=1)
        self.results.rows[kind.bare_table] += len(measured.seconds)
        return measured

    def _race(self, kind: Kind, rounds: int) -> None:
        race(self.target, kind, rounds, self.results.races[kind.name])
        self.results.rows[kind.name] += rounds
        _say(f"  {kind.name:<13} race     {CLIENTS} clients {rounds:>6} slots")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
