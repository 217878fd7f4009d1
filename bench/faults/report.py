"""The results as a table in Markdown."""

import re
from collections.abc import Sequence

from bench.faults.run import Result

WIDEST_LINE = 200


def report(results: Sequence[Result]) -> str:
    """A row for each disaster, then all violations."""
    rows = ["| disaster | answers | slowest | works again after | the log says |", "|---|---|--:|--:|---|"]
    rows += [_skipped(result) if result.skipped else _row(result) for result in results]
    violations = [f"VIOLATION: {sentence}" for result in results for sentence in result.violations]
    return "\n".join((*rows, "", f"**Violations: {len(violations)}**", *violations))


def _row(result: Result) -> str:
    cells = (
        f"**{result.disaster.name}**: {result.disaster.told}",
        _answers(result),
        f"{result.slowest:.1f} s ({result.slowest_path})",
        f"{result.seconds_to_work:.1f} s",
        f"`{_line(result.cause)}`" if result.cause else "nothing",
    )
    return f"| {' | '.join(cells)} |"


def _skipped(result: Result) -> str:
    return f"| **{result.disaster.name}** | skipped: {result.skipped} | | | |"


def _answers(result: Result) -> str:
    """Each set of statuses with its paths."""
    by_statuses: dict[str, list[str]] = {}
    for path, statuses in result.statuses.items():
        by_statuses.setdefault(" or ".join(map(str, sorted(statuses))), []).append(path)
    return "; ".join(f"{statuses}: {', '.join(paths)}" for statuses, paths in sorted(by_statuses.items(), reverse=True))


def _line(cause: str) -> str:
    """The message of a log line, cut to the width of a table."""
    line = re.sub(r"^.*?\[[0-9a-f]{32}\] ", "", cause).replace("|", "\\|").replace("`", "'")
    return line if len(line) <= WIDEST_LINE else f"{line[:WIDEST_LINE]}..."
