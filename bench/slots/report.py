"""The results as Markdown, on the screen and between two markers of `docs/performance.md`."""

import os
import platform
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.slots import asking
from bench.slots.data import BOOKED_A_DAY as A_DAY
from bench.slots.data import DAYS, FREE_SLOTS, PROVIDERS, WORKING_DAYS
from bench.slots.databases import Size
from bench.slots.peer import NAME
from bench.slots.plan import (
    EARLIEST,
    EVERYBODY,
    FEW_PROVIDERS,
    HTTP_EARLIEST,
    HTTP_SLOTS,
    PEER,
    ROWS,
    SLOTS,
    TIMES,
    Key,
    Results,
    milliseconds,
    ratio,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
LARGE = 10_000_000
AIM = 1.2
"""The largest size may take less than so many times as long as the smallest."""
LABELS = {
    TIMES: "bare SQL: the times of its bookings",
    ROWS: "bare SQL: its bookings, all columns",
    SLOTS: "**this site**: its free slots",
    HTTP_SLOTS: "**this site**: the same over HTTP",
    PEER: f"{NAME}: its free slots",
    EVERYBODY: "bare SQL: everybody's times of two days",
    EARLIEST: f"**this site**: the {asking.LIMIT} earliest free slots",
    HTTP_EARLIEST: "**this site**: the same over HTTP",
}
TABLES = {
    f"One provider's slots over {DAYS} days": (TIMES, (TIMES, ROWS, SLOTS, HTTP_SLOTS, PEER)),
    f"The earliest slots over {PROVIDERS} providers": (EVERYBODY, (EVERYBODY, EARLIEST, HTTP_EARLIEST)),
}


def report(results: Results, command: str, postgresql: str) -> str:
    """All tables, with a line about the machine and the versions."""
    tables = (_table(results, title, base, ways) for title, (base, ways) in TABLES.items())
    return "\n\n".join((_circumstances(results, command, postgresql), *tables, _findings(results)))


def write(text: str, sizes: list[Size]) -> None:
    """Replace the report in the page; runs with the largest size have a place of their own."""
    name = "slots of 10 million" if any(size.layout.rows >= LARGE for size in sizes) else "slots"
    begin = f"<!-- {name}: begin -->"
    end = f"<!-- {name}: end -->"
    before, found, rest = PAGE.read_text().partition(begin)
    if found:
        _, _, after = rest.partition(end)
        PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}")


def _circumstances(results: Results, command: str, postgresql: str) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("Django", "psycopg"))
    return (
        f"{command}, {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores (load average {results.load_before:.1f}"
        f" before it began); Python {platform.python_version()}, PostgreSQL {postgresql}, {packages}. Medians of"
        f" {results.rounds} rounds, sizes and ways in turns: of each round the quickest answer and the mean processor"
        f" time. Each provider has {A_DAY} bookings a working day, {WORKING_DAYS * A_DAY} in the {DAYS} days, and"
        f" {FREE_SLOTS} free slots; every answer was compared with the right one."
    )


def _table(results: Results, title: str, base: str, ways: tuple[str, ...]) -> str:
    sizes = [size.name for size in results.sizes]
    heads = [f"{_rows(size)}: ms | CPU ms" for size in results.sizes]
    lines = [
        f"| | {' | '.join(heads)} | times bare | by CPU | growth | by CPU |",
        f"|---|{'--:|' * (2 * len(sizes) + 4)}",
    ]
    for way in ways:
        if any((size, way) in results.walls for size in sizes):
            lines.append(f"| {LABELS[way]} | {' | '.join(_cells(results, way, base))} |")
    return f"#### {title}\n\n" + "\n".join(lines)


def _cells(results: Results, way: str, base: str) -> Iterator[str]:
    """The figures of each size, the comparison with the bare statement at the largest size, and the growth."""
    for size in results.sizes:
        for rounds in (results.walls, results.cpus):
            yield _number(milliseconds(rounds, (size.name, way)))
    largest = results.sizes[-1].name
    for rounds in (results.walls, results.cpus):
        yield _number(ratio(rounds, (largest, way), (largest, base)))
    for rounds in (results.walls, results.cpus):
        yield _number(_growth(results, rounds, way))


def _growth(results: Results, rounds: Mapping[Key, list[float]], way: str) -> float | None:
    """The growth from the smallest size to the largest."""
    small = results.sizes[0].name
    large = results.sizes[-1].name
    return ratio(rounds, (large, way), (small, way)) if small != large else None


def _findings(results: Results) -> str:
    """What the tables do not show: statements, the peer's ratio, missed aims, missing parts."""
    lines = [*_statements(results), *_peer(results), *_aims(results), *results.missing]
    return "\n".join(f"- {line}" for line in lines)


def _statements(results: Results) -> list[str]:
    of_one = results.statements[SLOTS, 1]
    few = results.statements[EARLIEST, FEW_PROVIDERS]
    all_of_them = results.statements[EARLIEST, PROVIDERS]
    lines = [f"Statements: {of_one} for one provider; the earliest {few} over {FEW_PROVIDERS} providers,"]
    lines[0] += f" {all_of_them} over {PROVIDERS}."
    if (PEER, 1) in results.statements:
        lines[0] += f" {NAME} for one provider: {results.statements[PEER, 1]}."
    return lines


def _peer(results: Results) -> list[str]:
    ratios = [(size, ratio(results.cpus, (size.name, PEER), (size.name, SLOTS))) for size in results.sizes]
    told = ", ".join(f"{times:,.0f} at {_rows(size)}" for size, times in ratios if times)
    return [f"{NAME} needs so many times the processor time of this site: {told}."] if told else []


def _aims(results: Results) -> list[str]:
    """Whether both measures meet the aim, and by how much they miss it."""
    lines = []
    for way in (SLOTS, EARLIEST):
        measures = {"elapsed": results.walls, "by CPU": results.cpus}
        growths = {name: _growth(results, rounds, way) for name, rounds in measures.items()}
        told = [f"{name} {growth:.2f} ({_verdict(growth)})" for name, growth in growths.items() if growth is not None]
        if told:
            lines.append(f"Growth of {LABELS[way].replace('**', '')}: {', '.join(told)}; the aim is below {AIM}.")
    return lines


def _verdict(growth: float) -> str:
    return "met" if growth < AIM else f"missed by {growth - AIM:.2f}"


def _rows(size: Size) -> str:
    return f"{size.layout.rows:,}"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"
