"""A half-open span of time, `[start, end)`: back to back is not an overlap (ISO 8601-1, RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)
"""The shortest time that two instants can be apart."""


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """The instants from `start` up to, not including, `end`.

    Both ends are aware datetimes, kept in UTC: Python compares and subtracts two datetimes of one zone by their wall
    time, wrongly where the offset changes between them. Raises ValueError when one is naive or the span is empty.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("An interval needs aware datetimes.")
        if self.start.tzinfo is not UTC or self.end.tzinfo is not UTC:  # slots are made by the thousand, in UTC
            object.__setattr__(self, "start", self.start.astimezone(UTC))
            object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise ValueError("An interval ends after it starts.")

    @property
    def length(self) -> timedelta:
        """The span's length in elapsed time, across daylight-saving changes too."""
        return self.end - self.start

    def overlaps(self, other: Self) -> bool:
        """Whether the two share an instant."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Self) -> bool:
        """Whether every instant of `other` lies in this span."""
        return self.start <= other.start and other.end <= self.end

    def intersection(self, other: Self) -> Self | None:
        """The shared instants, or None when there are none."""
        start = max(self.start, other.start)
        end = min(self.end, other.end)
        return type(self)(start, end) if start < end else None

    def widened(self, before: timedelta, after: timedelta) -> Self:
        """This span with `before` added in front of it and `after` behind it."""
        return type(self)(self.start - before, self.end + after)

    def minus(self, other: Self) -> list[Self]:
        """What is left of this span without `other`: no, one or two spans, in order."""
        if not self.overlaps(other):
            return [self]
        left = [type(self)(self.start, other.start)] if self.start < other.start else []
        right = [type(self)(other.end, self.end)] if other.end < self.end else []
        return left + right


def start_of(span: Interval) -> datetime:
    """The start, to search and sort by."""
    return span.start


def end_of(span: Interval) -> datetime:
    """The end, to search and sort by."""
    return span.end


def subtract(spans: Iterable[Interval], taken: Iterable[Interval]) -> list[Interval]:
    """The parts of `spans` that no span of `taken` covers, ordered by start."""
    left = sorted(spans)
    for gone in taken:
        left = [part for span in left for part in span.minus(gone)]
    return sorted(left)  # overlapping spans leave parts out of order


def merge(spans: Iterable[Interval]) -> list[Interval]:
    """The same instants as the fewest spans: overlapping and adjacent ones are joined, ordered by start."""
    merged: list[Interval] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged
