"""From wall time to instants: a window is cut into the stretches in which the zone keeps one UTC offset.

Each stretch is treated by itself, which is right for every zone of the tz database, skipped days included.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bookings.core.interval import MICROSECOND, Interval, merge
from bookings.schedule.rules import DAY, WallSpan

PROBE = timedelta(hours=3)  # no zone has changed its offset there and back within three hours
SECOND = timedelta(seconds=1)


class Stretch(NamedTuple):
    """A part of a window with one UTC offset: its half-open span as instants (UTC) and as wall times (naive)."""

    start: datetime
    end: datetime
    wall_start: datetime
    wall_end: datetime

    def instant(self, wall: datetime) -> datetime:
        """The instant of a wall time of this stretch."""
        return self.start + (wall - self.wall_start)

    def wall(self, at: datetime) -> datetime:
        """What the clock shows at an instant of this stretch."""
        return self.wall_start + (at - self.start)


def stretches_of(zone: ZoneInfo, window: Interval) -> list[Stretch]:
    """`window` cut where the zone's UTC offset changes, in order."""
    stretches = []
    for start, end in pairwise([window.start, *_changes_within(zone.key, window), window.end]):
        wall_start = start.astimezone(zone).replace(tzinfo=None, fold=0)
        stretches.append(Stretch(start, end, wall_start, wall_start + (end - start)))
    return stretches


def instants_within(wall: WallSpan, stretches: Iterable[Stretch]) -> list[Interval]:
    """The instants of the stretches whose wall time lies in `wall`: several spans when a clock goes back."""
    found = []
    for stretch in stretches:
        # Cut before any arithmetic, so that "until 9999-12-31" stays within Python's years.
        start = max(wall.start, stretch.wall_start)
        end = min(wall.end, stretch.wall_end)
        if start < end:
            found.append(Interval(stretch.instant(start), stretch.instant(end)))
    return merge(found) if len(found) > 1 else found


def instants(wall: WallSpan, zone: ZoneInfo, window: Interval) -> list[Interval]:
    """The instants within `window` whose wall time in `zone` lies in `wall`: several spans when a clock goes back."""
    return instants_within(wall, stretches_of(zone, window))


def local_dates(stretches: list[Stretch]) -> list[date]:
    """Every date that the clock shows in the stretches, in order; without dates that the zone skipped."""
    found: set[date] = set()
    for stretch in stretches:
        day = stretch.wall_start.date()
        last = (stretch.wall_end - MICROSECOND).date()
        found.update(day + n * DAY for n in range((last - day).days + 1))
    return sorted(found)


def local_days(zone: ZoneInfo, window: Interval) -> list[list[Interval]]:
    """The local dates that `window` touches, in order, each as its instants: several spans where a clock goes back."""
    stretches = stretches_of(zone, window.widened(2 * DAY, 2 * DAY))  # whole days
    days = local_dates(stretches_of(zone, window))
    return [instants_within(WallSpan.of_days(day, None, day, None), stretches) for day in days]


def instants_of(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants, in UTC and in order, at which clocks in `zone` show the naive time `wall`.

    Empty when the clocks skip that time, two when they show it twice, one otherwise.
    """
    readings = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(at for at in readings if at.astimezone(zone).replace(tzinfo=None) == wall)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a date, in UTC; for a date that the zone skipped, of the next date."""
    midnight = datetime.combine(day, time.min)
    if found := instants_of(midnight, zone):
        return found[0]
    start = midnight.replace(tzinfo=UTC)  # no zone is a day away from it
    around = Interval(start - DAY, start + 2 * DAY)
    return instants(WallSpan.of_days(day, None, day + DAY, None), zone, around)[0].start


def _changes_within(zone_key: str, window: Interval) -> list[datetime]:
    """The instants strictly inside `window` at which the zone's offset changes."""
    changes: list[datetime] = []
    for year in range(window.start.year, window.end.year + 1):
        known = _offset_changes(zone_key, year)
        changes += known[bisect_right(known, window.start) : bisect_left(known, window.end)]
    return changes


@lru_cache(maxsize=2048)
def _offset_changes(zone_key: str, year: int) -> tuple[datetime, ...]:
    """The instants of a UTC year at which the zone's offset changes. zoneinfo does not list them, so we probe."""
    zone = ZoneInfo(zone_key)
    at = datetime(year, 1, 1, tzinfo=UTC) - PROBE
    end = datetime(year + 1, 1, 1, tzinfo=UTC)
    changes = []
    before = _offset(zone, at)
    while at < end:
        after = _offset(zone, at + PROBE)
        if after != before:
            changes.append(_bisect_change(zone, at, at + PROBE))
        at += PROBE
        before = after
    return tuple(change for change in changes if change.year == year)


def _bisect_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second in (before, after] that has the offset of `after`."""
    while after - before > SECOND:
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    if offset is None:
        raise ValueError(f"The zone {zone.key} has no offset at {at}.")
    return offset
