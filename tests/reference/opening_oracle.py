"""The brute-force model of availability: every minute is asked by itself what the clock shows and which hours it is in.

It shares no code with `bookings.schedule` but the rules as values. It knows offsets only by asking zoneinfo for a
wall time, and public holidays only by asking the `holidays` package for a date.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from holidays import HolidayBase, country_holidays

from bookings.core.interval import Interval
from bookings.schedule.grid import Grid
from bookings.schedule.rules import Rules, WallSpan, WeeklyHours
from tests.reference.strategies import MINUTE, minutes_of

HOUR_SECONDS = 3600


class Work(NamedTuple):
    """One working interval of one date; the number tells twins apart."""

    start: datetime
    end: datetime
    number: int
    is_weekly: bool


def minutes_at_wall(wall: WallSpan, zone: ZoneInfo, window: Interval) -> set[datetime]:
    """The minutes of `window` whose wall time lies in `wall`."""
    return {at for at in minutes_of([window]) if wall.start <= wall_time(at, zone) < wall.end}


def working_minutes(rules: Rules, window: Interval) -> dict[Work, set[datetime]]:
    """The open minutes of `window` by working interval, those with none left out.

    Where no hours exist each local date of the window is a working interval that has all open minutes.
    """
    found: dict[Work, set[datetime]] = {}
    everything: set[datetime] = set()
    works_on: dict[date, list[Work]] = {}
    for at in minutes_of([window]):
        wall = wall_time(at, rules.zone)
        day = wall.date()
        if day not in works_on:
            works_on[day] = list(_works_on(rules, day))
        if any(off.start <= wall < off.end for off in rules.time_off):
            continue
        is_holiday = bool(rules.holidays) and day in _calendar(rules.holidays)
        if rules.is_always_open and not is_holiday:
            everything.add(at)
        for work in works_on[day]:
            if work.start <= wall < work.end and not (is_holiday and work.is_weekly):
                found.setdefault(work, set()).add(at)
    if rules.is_always_open:
        midnights = [datetime.combine(day, time.min) for day in works_on if everything]
        return {Work(start, start + 1440 * MINUTE, 0, is_weekly=True): everything for start in midnights}
    return found


def offered_starts(
    works: dict[Work, set[datetime]], zone: ZoneInfo, free: Iterable[Interval], grid: Grid, starts: Interval
) -> list[datetime]:
    """Where a slot starts: each minute is asked whether it is on a grid and all minutes of the slot are there."""
    free, step = list(free), grid.step
    assert step
    found = set()
    for work, minutes in works.items():
        for at in minutes:
            wall = wall_time(at, zone)
            if (
                (wall - work.start) % step == timedelta(0)
                and work.start <= wall < work.end
                and starts.start <= at < starts.end
                and any(span.start <= at and at + grid.length <= span.end for span in free)
                and all(at + n * MINUTE in minutes for n in range(grid.length // MINUTE))
            ):
                found.add(at)
    return sorted(found)


def first_fits(
    works: dict[Work, set[datetime]], free: Iterable[Interval], length: timedelta, starts: Interval
) -> list[datetime]:
    """Where any start will do: each minute in turn, unless what was taken before lasts longer."""
    free, found = list(free), []
    at = starts.start
    while at < starts.end:
        if any(span.start <= at and at + length <= span.end for span in free) and any(
            all(at + n * MINUTE in minutes for n in range(length // MINUTE)) for minutes in works.values()
        ):
            found.append(at)
            at += length
        else:
            at += MINUTE
    return found


def changes_of(zone: ZoneInfo, year: int) -> list[datetime]:
    """The full hours of a year, in UTC, in or at which the zone's offset has changed, by asking at every full hour."""
    first = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
    last = int(datetime(year + 1, 1, 1, tzinfo=UTC).timestamp())
    seconds = range(first, last + 1, HOUR_SECONDS)
    offsets = [datetime.fromtimestamp(at, zone).utcoffset() for at in seconds]
    return [
        datetime.fromtimestamp(at, UTC)
        for at, offset, before in zip(seconds[1:], offsets[1:], offsets, strict=False)
        if offset != before
    ]


def wall_time(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock shows."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def _works_on(rules: Rules, day: date) -> Iterator[Work]:
    """The working intervals that can have a minute on this date: today's, yesterday's, and all dated ones."""
    for number, rule in enumerate(rules.hours):
        for begins_on in (day - timedelta(days=1), day):
            if _begins_on(rule, begins_on):
                start = datetime.combine(begins_on, rule.starts_at)
                yield Work(start, start + rule.minutes * MINUTE, number, is_weekly=True)
    for number, extra in enumerate(rules.extra_hours):
        yield Work(extra.start, extra.end, number, is_weekly=False)


def _begins_on(rule: WeeklyHours, day: date) -> bool:
    """Whether the weekly interval begins on this date."""
    is_late_enough = rule.valid_from is None or day >= rule.valid_from
    is_early_enough = rule.valid_until is None or day <= rule.valid_until
    return day.weekday() == rule.weekday and is_late_enough and is_early_enough


@lru_cache
def _calendar(code: str) -> HolidayBase:
    """A calendar that fills itself when it is asked for a date."""
    country, _hyphen, part = code.partition("-")
    return country_holidays(country, subdiv=part or None)
