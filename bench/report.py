"""The results as Markdown, on the screen and between two markers of `docs/performance.md`."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles

from bench.kinds import CLIENTS, KINDS
from bench.load import Run
from bench.plan import BARE, ONE_AND_MANY, OPEN, PGBENCH, SITE, Plan, Results
from bench.race import Races

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
LABELS = {
    SITE: "**this site**",
    BARE: "bare view, same token",
    OPEN: "bare view, no authentication",
    PGBENCH: "pgbench, no HTTP",
}


def report(results: Results, plan: Plan, command: str, postgresql: str) -> str:
    """All tables, and what they were measured on."""
    return "\n\n".join(
        (
            _circumstances(results, plan, command, postgresql),
            *(_speed(results, kind) for kind in KINDS),
            _races(results.races),
        )
    )


def write(text: str) -> None:
    """Put the report into the page, in place of the last one."""
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def _circumstances(results: Results, plan: Plan, command: str, postgresql: str) -> str:
    busiest = max(run.client_share for runs in results.runs.values() for run in runs)
    packages = ", ".join(f"{name} {version(name)}" for name in ("Django", "djangorestframework", "granian", "psycopg"))
    return (
        f"`{command}`, {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores for clients, web server and database"
        f" together; Python {platform.python_version()}, PostgreSQL {postgresql}, {packages}."
        f" Medians of {plan.rounds} rounds of {plan.seconds:g} s, the ways taking turns."
        f" The load generator needed at most {busiest:.0%} of one core."
    )


def _speed(results: Results, kind: str) -> str:
    rows = ["| clients | | bookings/s | p50 ms | p99 ms | this site reaches |", "|--:|---|--:|--:|--:|--:|"]
    for clients in ONE_AND_MANY:
        site = results.runs[kind, SITE, clients]
        for way, label in LABELS.items():
            if runs := results.runs.get((kind, way, clients)):
                share = "" if way == SITE else f"{_ratio(site, runs):.0%}"
                rate = median(run.rate for run in runs)
                p50, p99 = (median(_percentile(run.seconds, part) for run in runs) for part in (50, 99))
                rows.append(f"| {clients} | {label} | {rate:,.0f} | {p50:.2f} | {p99:.2f} | {share} |")
    return f"### {kind.capitalize()}\n\n" + "\n".join(rows)


def _races(races: dict[str, Races]) -> str:
    rows = [
        "| | slots | winners of each | others, 409 | p50 ms | p99 ms | slowest ms |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for kind, race in races.items():
        p50, p99 = (_percentile(race.seconds, part) for part in (50, 99))
        times = f"{p50:.1f} | {p99:.1f} | {max(race.seconds) * 1000:.1f}"
        rows.append(f"| {kind} | {race.rounds} | 1 | {len(race.losers) // race.rounds} | {times} |")
    return f"### {CLIENTS} racers on one slot\n\n" + "\n".join(rows)


def _ratio(site: Sequence[Run], other: Sequence[Run]) -> float:
    """The median of the rounds' ratios: both runs of a round met the same noise."""
    return median(one.rate / two.rate for one, two in zip(site, other, strict=True))


def _percentile(seconds: Sequence[float], part: int) -> float:
    """In milliseconds."""
    return quantiles(seconds, n=100, method="inclusive")[part - 1] * 1000
