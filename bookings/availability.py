"""When a provider is open: wall-clock rules become spans of UTC instants. Plain Python, no database.

An instant is open if and only if its wall time in the provider's zone lies in the hours. So both passes of a repeated
hour are open, and a skipped time does not exist. Each stretch of constant UTC offset is treated by itself, which is
right for every zone of the tz database, skipped days included.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Self
from zoneinfo import ZoneInfo

from bookings.interval import Interval, merge, subtract

PROBE = timedelta(hours=3)  # no zone has changed its offset there and back within three hours
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Open every week from `starts_at` on `weekday` (Monday is 0) for `minutes`, over midnight too."""

    weekday: int
    starts_at: time
    minutes: int


@dataclass(frozen=True, slots=True)
class WallSpan:
    """From one wall time up to, not including, another; naive datetimes, read in the provider's zone."""

    start: datetime
    end: datetime

    @classmethod
    def of_days(
        cls,
        first_day: date,
        starts_at: time | None,
        last_day: date,
        ends_at: time | None,
    ) -> Self:
        """From `starts_at` (or midnight) of the first day to `ends_at` (or midnight after it) of the last."""
        start = datetime.combine(first_day, starts_at or time.min)
        if ends_at:
            return cls(start, datetime.combine(last_day, ends_at))
        return cls(
            start,
            datetime.combine(date.max, time.max)
            if last_day == date.max
            else datetime.combine(last_day + DAY, time.min),
        )


def open_spans(
    hours: Iterable[WeeklyHours],
    time_off: Iterable[WallSpan],
    zone: ZoneInfo,
    window: Interval,
) -> list[Interval]:
    """The open spans within `window`, ordered by start, in UTC.

    Each lies in one working interval: neighbouring intervals are not joined, so a booking that fits into one span
    crosses no border between two. Without any hours all of `window` is open, less the time off.
    """
    hours = list(hours)
    rules = (span for day_span in _wall_spans(hours, zone, window) for span in instants(day_span, zone, window))
    off = [span for wall in time_off for span in instants(wall, zone, window)]
    return subtract(rules if hours else [window], off)


def instants(wall: WallSpan, zone: ZoneInfo, window: Interval) -> list[Interval]:
    """The instants within `window` whose wall time in `zone` lies in `wall`: several spans when a clock goes back."""
    found = []
    # Cut to what can matter (no offset reaches a day), so that "until 9999-12-31" stays within Python's years.
    first = max(wall.start, _naive(window.start) - 2 * DAY).replace(tzinfo=UTC)
    last = min(wall.end, _naive(window.end) + 2 * DAY).replace(tzinfo=UTC)
    for stretch, offset in _constant_offsets(zone.key, window):
        start, end = max(first - offset, stretch.start), min(last - offset, stretch.end)
        if start < end:
            found.append(Interval(start, end))
    return merge(found)


def first_gaps(free: Iterable[Interval], length: timedelta, count: int) -> list[Interval]:
    """The first `count` spans of `length` that fit into the `free` spans, one after the other, soonest first.

    Where free spans overlap (hours may), each is cut by itself and no gap comes twice.
    """
    gaps: set[Interval] = set()
    for span in free:
        starts = (span.start + n * length for n in range(min(count, span.length // length)))
        gaps.update(Interval(start, start + length) for start in starts)
    return sorted(gaps)[:count]


def _wall_spans(hours: list[WeeklyHours], zone: ZoneInfo, window: Interval) -> Iterator[WallSpan]:
    """The weekly hours written out for each local date that can touch `window`.

    Hours may run over midnight, and a clock that goes back over midnight repeats the end of the day before.
    """
    day = window.start.astimezone(zone).date() - 2 * DAY
    last = window.end.astimezone(zone).date() + DAY
    while day <= last:
        for rule in hours:
            if rule.weekday == day.weekday():
                start = datetime.combine(day, rule.starts_at)
                yield WallSpan(start, start + timedelta(minutes=rule.minutes))
        day += DAY


def _constant_offsets(zone_key: str, window: Interval) -> Iterator[tuple[Interval, timedelta]]:
    """`window` cut where the zone's UTC offset changes, each part with its offset."""
    changes = [
        at
        for year in range(window.start.year, window.end.year + 1)
        for at in _offset_changes(zone_key, year)
        if window.start < at < window.end
    ]
    zone = ZoneInfo(zone_key)
    for start, end in pairwise([window.start, *changes, window.end]):
        yield Interval(start, end), _offset(zone, start)


@lru_cache(maxsize=2048)
def _offset_changes(zone_key: str, year: int) -> tuple[datetime, ...]:
    """The instants of a UTC year at which the zone's offset changes; zoneinfo does not tell, so it is probed."""
    zone = ZoneInfo(zone_key)
    at, end = (
        datetime(year, 1, 1, tzinfo=UTC) - PROBE,
        datetime(year + 1, 1, 1, tzinfo=UTC),
    )
    changes = []
    while at < end:
        if _offset(zone, at) != _offset(zone, at + PROBE):
            changes.append(_bisect_change(zone, at, at + PROBE))
        at += PROBE
    return tuple(change for change in changes if change.year == year)


def _bisect_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second in (before, after] that has the offset of `after`."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _naive(at: datetime) -> datetime:
    """An instant as a clock in UTC shows it."""
    return at.astimezone(UTC).replace(tzinfo=None)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    """The zone's offset from UTC at an instant."""
    offset = at.astimezone(zone).utcoffset()
    if offset is None:
        raise ValueError(f"The zone {zone.key} has no offset at {at}.")
    return offset
