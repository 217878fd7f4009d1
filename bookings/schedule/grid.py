"""From openings and free spans to slots: the starts that are offered, on a grid of wall time."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bookings.core.interval import Interval, end_of
from bookings.schedule.openings import Opening, spans_of
from bookings.schedule.rules import WallSpan
from bookings.schedule.wall_time import Stretch, stretches_of


@dataclass(frozen=True, slots=True)
class Grid:
    """How slots are cut. Raises ValueError unless both times are positive."""

    step: timedelta | None
    """From one start to the next; None: any start is allowed, so that no list can be made."""
    length: timedelta

    def __post_init__(self) -> None:
        if self.length <= timedelta(0) or (self.step is not None and self.step <= timedelta(0)):
            raise ValueError("A grid needs a positive step and length.")


class _StartRange(NamedTuple):
    """Where a slot of the asked length fits: it may start from `first` up to and including `last`."""

    first: datetime
    last: datetime


def slots(
    openings: Iterable[Opening], zone: ZoneInfo, free: Iterable[Interval], grid: Grid, starts: Interval
) -> list[Interval]:
    """The slots that start within `starts` (half-open), ordered, each once.

    Each lies in one span of an opening and in one of the `free` spans, and starts at a wall time of that opening's
    grid: its start plus a whole number of steps. So the grid stays where it is when the clock changes, and neither
    bookings nor time off move it. Raises ValueError when the grid has no step.
    """
    if grid.step is None:
        raise ValueError("There is no list of all starts: give a step.")
    stretches = stretches_of(zone, starts)
    ordered = _outermost(free)
    spans: tuple[Interval, ...] = ()
    ranges: list[_StartRange] = []
    found: list[datetime] = []
    for opening in openings:
        if opening.spans is not spans:  # shared by all openings where no hours exist
            spans = opening.spans
            ranges = _start_ranges(spans, ordered, grid.length)
        if ranges:
            for stretch in stretches:
                found += _starts(opening.wall, grid.step, ranges, stretch)
    found.sort()  # overlapping openings and repeated hours leave them out of order
    return [Interval(at, at + grid.length) for at, _same in groupby(found)]


def gaps(
    openings: Iterable[Opening], free: Iterable[Interval], length: timedelta, starts: Interval
) -> Iterator[Interval]:
    """Where any start is allowed: the spans of `length` that fit, one after the other, that start within `starts`.

    As `slots`, each lies in one span of an opening and in one free span.
    """
    ordered = _outermost(free)
    end = starts.start
    for allowed in _start_ranges(spans_of(openings), ordered, length):
        end = max(end, allowed.first)
        while end <= allowed.last and end < starts.end:
            yield Interval(end, end + length)
            end += length


def _starts(wall: WallSpan, step: timedelta, ranges: Sequence[_StartRange], stretch: Stretch) -> Iterator[datetime]:
    """The grid's starts of one working interval that lie in a stretch and in a range."""
    wall_first = max(wall.start, stretch.wall_start)
    wall_end = min(wall.end, stretch.wall_end)
    if wall_first >= wall_end:
        return
    first = stretch.instant(wall_first)
    end = stretch.instant(wall_end)
    for n in range(bisect_left(ranges, first, key=_last), len(ranges)):
        allowed = ranges[n]
        if allowed.first >= end:
            return
        offset = stretch.wall(max(first, allowed.first)) - wall.start
        at = stretch.instant(wall.start + -(-offset // step) * step)
        while at <= allowed.last and at < end:
            yield at
            at += step


def _start_ranges(spans: Iterable[Interval], free: Sequence[Interval], length: timedelta) -> list[_StartRange]:
    """Where a span and a free span both leave room for `length`. Both are in order, and so is the answer."""
    ranges = []
    for span in spans:
        for n in range(bisect_right(free, span.start, key=end_of), len(free)):
            if free[n].start >= span.end:
                break
            first = max(span.start, free[n].start)
            last = min(span.end, free[n].end) - length
            if first <= last:
                ranges.append(_StartRange(first, last))
    return ranges


def _outermost(spans: Iterable[Interval]) -> list[Interval]:
    """The spans without those that lie inside another one, so that both starts and ends are in order."""
    kept: list[Interval] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return kept


def _last(allowed: _StartRange) -> datetime:
    return allowed.last
