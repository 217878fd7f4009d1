"""The results of a soak in a few lines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

from bench.soak.plan import Outcome


@dataclass(frozen=True)
class Result:
    """The results of a finished soak."""

    outcomes: Sequence[Outcome]
    seconds: float
    checks: int
    violations: Sequence[str]
    killed: Mapping[str, int]
    deadlocks: int
    expired: int
    rows: int


def report(result: Result) -> str:
    """A summary in Markdown: figures, and a table of answers."""
    outcomes = result.outcomes
    statuses = Counter(outcome.status for outcome in outcomes)
    overlaps = sum(outcome.code == "overlap" for outcome in outcomes)
    rows = [
        ("operations", f"{len(outcomes):,} in {result.seconds:.0f} s, {len(outcomes) / result.seconds:.0f}/s"),
        ("changes acknowledged", f"{sum(len(outcome.effects) for outcome in outcomes):,}"),
        ("answers", ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))),
        ("conflicts (409, the time is taken)", f"{overlaps:,}"),
        ("bookings at the end; expired", f"{result.rows:,}; {result.expired:,}"),
        ("killed with SIGKILL", ", ".join(f"{kind}: {count}" for kind, count in result.killed.items()) or "none"),
        *_retries(outcomes),
        *_latencies(outcomes),
        ("deadlocks", str(result.deadlocks)),
        ("checks of the whole database", str(result.checks)),
        ("**violations**", f"**{len(result.violations)}**"),
    ]
    lines = ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]
    return "\n".join([*lines, *(f"VIOLATION: {violation}" for violation in result.violations)])


def actions(outcomes: Sequence[Outcome]) -> str:
    """A table of the answers to each sort of operation."""
    found = Counter((outcome.action, outcome.status) for outcome in outcomes)
    names = sorted({action for action, _status in found})
    statuses = sorted({status for _action, status in found})
    head = [f"| | {' | '.join(map(str, statuses))} |", f"|---|{'--:|' * len(statuses)}"]
    return "\n".join(
        [*head, *(f"| {name} | {' | '.join(f'{found[name, s]:,}' for s in statuses)} |" for name in names)]
    )


def _retries(outcomes: Sequence[Outcome]) -> list[tuple[str, str]]:
    return [
        ("retries", f"{sum(outcome.retries for outcome in outcomes):,}"),
        ("... after 503", f"{sum(outcome.unavailable for outcome in outcomes):,}"),
        ("... after a lost connection", f"{sum(outcome.dropped for outcome in outcomes):,}"),
        ("... while in progress", f"{sum(outcome.in_progress for outcome in outcomes):,}"),
        ("answers replayed", f"{sum(outcome.is_replay for outcome in outcomes):,}"),
    ]


def _latencies(outcomes: Sequence[Outcome]) -> list[tuple[str, str]]:
    calm = [outcome.seconds for outcome in outcomes if not outcome.retries]
    worst = max((outcome.seconds for outcome in outcomes), default=0)
    return [("latency without retries", _latency(calm)), ("worst latency, all retries included", f"{worst:.2f} s")]


def _latency(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return "-"
    cuts = quantiles(seconds, n=100, method="inclusive")
    return f"p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms, worst {max(seconds) * 1000:.0f} ms"
