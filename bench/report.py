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
BEGIN = "<!-- bench: begin -->"
END = "<!-- bench: end -->"
LABELS = {
    SITE: "**this site**",
    BARE: "bare view, same token",
    OPEN: "bare view, no authentication",
    PGBENCH: "pgbench, no HTTP",
}


def report(results: Results, plan: Plan, command: str, postgresql: str) -> str:
    """All tables, with a line about the machine and the versions."""
    return "\n\n".join(
        (
            _circumstances(results, plan, command, postgresql),
            *(_speed(results, kind) for kind in KINDS),
            _races(results.races),
        )
    )


def write(text: str) -> None:
    """Replace the report in the page."""
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def _circumstances(results: Results, plan: Plan, command: str, postgresql: str) -> str:
    busiest = max(run.client_share for runs in results.runs.values() for run in runs)
    packages = ", ".join(f"{name} {version(name)}" for name in ("Django", "djangorestframework", "granian", "psycopg"))
    return (
        f"`{command}`, {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores for clients, web server and database"
        f" together (load average {results.load_before:.1f} before it began); Python {platform.python_version()},"
        f" PostgreSQL {postgresql}, {packages}. Medians of {results.rounds} rounds of {plan.seconds:g} s, in"
        f" turns. The load generator needed at most {busiest:.0%} of one core."
    )


def _speed(results: Results, kind: str) -> str:
    rows = [
        "| clients | | bookings/s | p50 ms | p99 ms | CPU ms | this site reaches | by CPU |",
        "|--:|---|--:|--:|--:|--:|--:|--:|",
    ]
    for clients in ONE_AND_MANY:
        site = results.runs[kind, SITE, clients]
        for way, label in LABELS.items():
            if runs := results.runs.get((kind, way, clients)):
                shares = " | " if way == SITE else _shares(site, runs)
                rows.append(f"| {clients} | {label} | {_measures(runs)} | {shares} |")
    return f"### {kind.capitalize()}\n\n" + "\n".join(rows)


def _measures(runs: Sequence[Run]) -> str:
    rate = median(run.rate for run in runs)
    cpu = median(run.cpu for run in runs)
    p50, p99 = (median(_percentile(run.seconds, part) for run in runs) for part in (50, 99))
    return f"{rate:,.0f} | {p50:.2f} | {p99:.2f} | {f'{cpu * 1000:.2f}' if cpu else ''}"


def _shares(site: Sequence[Run], other: Sequence[Run]) -> str:
    """The medians of the ratios within each round: both runs of a round had the same noise."""
    pairs = list(zip(site, other, strict=True))
    by_rate = median(one.rate / two.rate for one, two in pairs)
    by_cpu = median(two.cpu / one.cpu if one.cpu else 0 for one, two in pairs)
    return f"{by_rate:.0%} | {f'{by_cpu:.0%}' if by_cpu else ''}"


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


def _percentile(seconds: Sequence[float], part: int) -> float:
    """The `part`th percentile of these times, in milliseconds."""
    return quantiles(seconds, n=100, method="inclusive")[part - 1] * 1000
