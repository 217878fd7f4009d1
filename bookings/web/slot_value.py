"""A free time as the value of a button or a radio: an ISO 8601 interval of two instants in UTC, and with whom."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bookings.core.constraints import EARLIEST, LATEST
from bookings.core.interval import MINUTE, Interval
from bookings.core.url_ids import HASH_ID
from bookings.models.representation import instant

INSTANT_PATTERN = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?Z"
PATTERN = re.compile(rf"({INSTANT_PATTERN})/({INSTANT_PATTERN})", re.ASCII)
YEARS = range(EARLIEST.year, LATEST.year)
KEY = re.compile(HASH_ID, re.ASCII)
"""A provider's public id."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A picked time, and the public id of its provider; empty where the provider is chosen elsewhere."""

    provider: str
    span: Interval


def write_choice(provider: int | str, span: Interval) -> str:
    """For example `17/2026-12-01T04:00:00Z/2026-12-01T05:00:00Z`."""
    return f"{provider}/{write_suggestion(span)}"


def read_choice(text: str) -> Choice | None:
    """What `write_choice` wrote, or `write_suggestion`; None for anything else."""
    if span := read_suggestion(text):
        return Choice("", span)
    provider, _slash, rest = text.partition("/")
    span = read_suggestion(rest)
    return Choice(provider, span) if span and KEY.fullmatch(provider) else None


def write_suggestion(span: Interval) -> str:
    """For example `2026-12-01T04:00:00Z/2026-12-01T05:00:00Z`."""
    return "/".join(map(instant, (span.start, span.end)))


def read_suggestion(text: str) -> Interval | None:
    """The span that `write_suggestion` wrote; None for anything else."""
    match = PATTERN.fullmatch(text)
    if match is None:
        return None
    try:
        start, end = (datetime.fromisoformat(part) for part in match.groups())
        return Interval(start, end) if start.year in YEARS and end.year in YEARS else None
    except ValueError:
        return None


def wall_values(span: Interval, zone: ZoneInfo) -> dict[str, str]:
    """The values of the form's fields for this span."""
    start = span.start.astimezone(zone)
    end = span.end.astimezone(zone)
    return {
        "day": f"{start:%Y-%m-%d}",
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
        "duration": str(span.length // MINUTE),
        "start_fold": str(start.fold),
        "end_fold": str(end.fold),
    }
