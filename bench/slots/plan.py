"""What is measured in which order: sizes and ways in turns, so that a noisy moment affects all alike."""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from statistics import mean, median
from typing import TypeVar
from zoneinfo import ZoneInfo

import psycopg

from bench.slots import asking
from bench.slots.data import ASKED, DAYS, PROVIDERS, ZONE
from bench.slots.databases import Databases, Size
from bench.slots.databases import asking as asking_database
from bench.slots.meter import Cost
from bench.slots.peer import Peer
from bench.slots.web import Web

TIMES = "times"
ROWS = "rows"
SLOTS = "slots"
HTTP_SLOTS = "HTTP slots"
PEER = "peer"
EVERYBODY = "everybody"
EARLIEST = "earliest"
HTTP_EARLIEST = "HTTP earliest"
FEW_PROVIDERS = 20

Part = TypeVar("Part")
Opener = Callable[[Size], AbstractContextManager[Part | None]]
"""Opens the peer or the web server for a size; None where it is left out."""


@dataclass(frozen=True)
class Plan:
    """The number of rounds and questions."""

    rounds: int
    asks: int
    """The number of questions for each way in a round, each about another provider."""
    peer_asks: int
    """The same for the peer: fewer, because it is slow."""


FULL = Plan(rounds=9, asks=ASKED, peer_asks=3)
QUICK = Plan(rounds=2, asks=ASKED, peer_asks=3)


Key = tuple[str, str]
"""Size and way."""


@dataclass
class Results:
    """The measurements of all rounds so far."""

    sizes: list[Size]
    missing: list[str]
    """Sentences about what could not be measured, and why."""
    walls: defaultdict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))
    """The shortest time of each round in seconds: the one that other processes disturbed least."""
    cpus: defaultdict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))
    """The mean processor seconds of each round."""
    statements: dict[tuple[str, int], int] = field(default_factory=dict)
    """The number of statements by way and number of providers."""
    load_before: float = field(default_factory=lambda: os.getloadavg()[0])
    """The load average before: other processes."""

    @property
    def rounds(self) -> int:
        """The number of rounds so far."""
        return max(map(len, self.walls.values()))

    def keep(self, key: Key, costs: list[Cost]) -> None:
        """Record the costs of one round."""
        self.walls[key].append(min(cost.wall for cost in costs))
        self.cpus[key].append(mean(cost.cpu for cost in costs))


def milliseconds(rounds: Mapping[Key, list[float]], key: Key) -> float | None:
    """The median of the rounds; None where it was not measured."""
    return median(rounds[key]) * 1000 if key in rounds else None


def ratio(rounds: Mapping[Key, list[float]], one: Key, other: Key) -> float | None:
    """How many times as much `one` costs as `other`: the median of the rounds' ratios, within which noise is equal."""
    if one not in rounds or other not in rounds or not min(rounds[other]):
        return None
    return median(first / second for first, second in zip(rounds[one], rounds[other], strict=True))


@dataclass
class Measurement:
    """All questions to one database."""

    size: Size
    plain: "psycopg.Connection"
    peer: Peer | None
    web: Web | None

    def ways(self) -> dict[str, Callable[[int], Cost]]:
        """A function for each way that asks about a provider and returns the cost."""
        layout = self.size.layout
        plain = self.plain
        soon = (layout.window[0], layout.window[0] + asking.SOON)
        ways: dict[str, Callable[[int], Cost]] = {
            TIMES: lambda provider: asking.fetch(plain, asking.TIMES, provider, *layout.window),
            ROWS: lambda provider: asking.fetch(plain, asking.ROWS, provider, *layout.window),
            SLOTS: lambda provider: asking.slots(layout, provider),
            EVERYBODY: lambda _: asking.fetch(plain, asking.EVERYBODY, *soon),
            EARLIEST: lambda _: asking.earliest(layout),
        }
        if web := self.web:
            ways[HTTP_SLOTS] = web.slots
            ways[HTTP_EARLIEST] = lambda _: web.earliest()
        if peer := self.peer:
            ways[PEER] = lambda provider: self._ask(peer, provider)
        return ways

    def _ask(self, peer: Peer, provider: int) -> Cost:
        cost, starts = peer.slots(provider, DAYS)
        right = [asking.wall(at.astimezone(ZoneInfo(ZONE))) for at in self.size.layout.free_starts(provider)]
        asking.expect("The peer", starts, right)
        return cost


def measure(measurements: list[Measurement], plan: Plan, missing: list[str]) -> Results:
    """Ask once as a warm-up, then run all rounds."""
    results = Results([each.size for each in measurements], missing)
    began = time.monotonic()
    for number in range(-1, plan.rounds):
        for each in measurements:
            with asking_database(each.size.database):
                _round(each, plan, results if number >= 0 else Results([], []))
        say(f"round {number + 1} of {plan.rounds}, {time.monotonic() - began:.0f} s")
    with asking_database(measurements[-1].size.database):
        _count(measurements[-1], results)
    return results


def _round(measurement: Measurement, plan: Plan, results: Results) -> None:
    """Ask about each provider in every way. The first question of a way finds cold caches and does not count."""
    for way, ask in measurement.ways().items():
        costs = [ask(provider) for provider in range(1, 1 + (plan.peer_asks if way == PEER else plan.asks))]
        results.keep((measurement.size.name, way), costs[1:])


def _count(measurement: Measurement, results: Results) -> None:
    layout = measurement.size.layout
    results.statements[SLOTS, 1] = asking.statements(lambda: asking.slots(layout, 1))
    for providers in (FEW_PROVIDERS, PROVIDERS):
        results.statements[EARLIEST, providers] = asking.statements_of_earliest(layout, providers)
    if measurement.peer:
        results.statements[PEER, 1] = measurement.peer.statements(1, DAYS)


@contextmanager
def measurements(
    sizes: list[Size], databases: Databases, peer_of: Opener[Peer], web_of: Opener[Web]
) -> Iterator[list[Measurement]]:
    """The connections and processes of all sizes; closed afterwards."""
    with ExitStack() as stack:
        found = []
        for size in sizes:
            plain = stack.enter_context(databases.connect(size.database))
            say(f"{size.name}: peer and web server")
            peer = stack.enter_context(peer_of(size))
            web = stack.enter_context(web_of(size))
            found.append(Measurement(size, plain, peer, web))
        yield found


def say(line: str) -> None:
    """Print the progress to standard error."""
    print(f"{datetime.now():%H:%M:%S} {line}", file=sys.stderr, flush=True)  # noqa: DTZ005  for people beside it
