"""What providers have free: when their rules are open, without the busy times of both sides and without full days.

PostgreSQL subtracts the busy times, in one statement for one provider or for hundreds: `open - range_agg(busy)` as
multiranges, over scans of the btrees on (party, start) that the asked window bounds. (Rows through the ORM and a loop
in Python cost 29 times as much; ADR 12.)
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bookings.core.constraints import LATEST, LONGEST_BOOKING, LONGEST_BUFFER
from bookings.core.interval import MINUTE, Interval, end_of, merge, start_of, subtract
from bookings.core.sql import fetch
from bookings.models.querysets import statement_about
from bookings.schedule.booking_limits import has_too_many_open, read_full_days
from bookings.schedule.grid import Grid, gaps, slots
from bookings.schedule.loading import Key, Schedule
from bookings.schedule.openings import Opening, openings, spans_of
from bookings.schedule.slot_query import Slot, SlotQuery
from bookings.schedule.terms import bookable_starts, can_have, required_length

USUAL_LENGTH = timedelta(minutes=60)
"""The length of a slot where neither the query nor a service nor the provider says one."""
STEPS_CUT_FIRST = 4
"""Slots are cut only as far as they are wanted: at first from a piece of so many steps of the grid."""
CUT_GROWTH = 16
"""Each further piece is so many times as long as the one before it."""

Bookable = tuple[Schedule, Interval]
"""A provider with whom the query can be booked, and the time within which that may start."""


@dataclass(frozen=True, slots=True)
class ProviderFreeTime:
    """What one provider has free within the asked time, read once. Slots are cut from it one by one."""

    schedule: Schedule
    openings: Sequence[Opening]
    """When the provider's rules are open; where no hours exist all openings share their spans."""
    starts: Sequence[Interval]
    """When a slot may start: within the terms, not on a full day. Ordered."""
    length: timedelta
    """The length of each slot."""
    free: Sequence[Interval] = ()
    """What both sides have free of the open time, ordered and apart, each long enough for a slot."""

    def slots(self, within: Interval) -> Iterator[Slot]:
        """The slots on the provider's grid that start within this time, in order."""
        grid = Grid(self.schedule.step or self.length, self.length)
        for allowed in self.starts:
            if starts := allowed.intersection(within):
                for piece in self._pieces(starts, grid):
                    for span in slots(self._openings_in(piece), self.schedule.zone, self._free_in(piece), grid, piece):
                        yield Slot(span, self.schedule.key)

    def gaps(self) -> Iterator[Interval]:
        """Where any start is allowed: spans that fit, one after the other, none before the first full minute."""
        for starts in self.starts:
            first = starts.start.replace(second=0, microsecond=0)
            if first < starts.start:
                first += MINUTE
            if first < starts.end:
                yield from gaps(self.openings, self.free, self.length, Interval(first, starts.end))

    def _pieces(self, starts: Interval, grid: Grid) -> Iterator[Interval]:
        """The parts of `starts` in which something is free, ever longer: often only the first few slots are wanted."""
        start = starts.start
        length = STEPS_CUT_FIRST * (grid.step or grid.length)
        while (place := bisect_right(self.free, start, key=end_of)) < len(self.free):
            start = max(start, self.free[place].start)
            if start >= starts.end:
                return
            end = start + min(length, starts.end - start)
            yield Interval(start, end)
            start = end
            length *= CUT_GROWTH

    def _openings_in(self, piece: Interval) -> list[Opening]:
        """The openings that may share an instant with `piece`: not those that are over before or begin later."""
        return [each for each in self.openings if each.spans[0].start < piece.end and each.spans[-1].end > piece.start]

    def _free_in(self, piece: Interval) -> Sequence[Interval]:
        """The free spans, uncut, that share an instant with `piece`."""
        first = bisect_right(self.free, piece.start, key=end_of)
        return self.free[first : bisect_left(self.free, piece.end, first, key=start_of)]


def read_free_times(query: SlotQuery, schedules: Iterable[Schedule]) -> list[ProviderFreeTime]:
    """What these providers have free for the query, in their order; without those who have nothing."""
    return read_free_times_within(query.starts, query, find_bookable(query, schedules))


def find_bookable(query: SlotQuery, schedules: Iterable[Schedule]) -> list[Bookable]:
    """The providers with whom the query's length and service can be booked under its terms, and when that may start.

    Empty when the attendee has too many open bookings: one statement, if the terms name an attendee.
    """
    terms = query.terms
    now = query.now
    if query.excluding is None and terms.is_limited and has_too_many_open(query.kind, terms.attendee, now=now):
        return []
    windows = ((each, bookable_starts(each, query.starts, terms, now)) for each in schedules if _offers(each, query))
    return [(schedule, starts) for schedule, starts in windows if starts]


def read_free_times_within(within: Interval, query: SlotQuery, bookable: Iterable[Bookable]) -> list[ProviderFreeTime]:
    """What these providers have free for starts within a part of the asked time.

    One statement, two where somebody has a daily limit.
    """
    parts = ((schedule, starts.intersection(within)) for schedule, starts in bookable)
    opened = [_open_time(query, schedule, starts) for schedule, starts in parts if starts]
    times = _without_busy_times(query, [time for time in opened if time.openings])
    return _without_full_days(query, times, within) if query.terms.is_limited else times


def _offers(schedule: Schedule, query: SlotQuery) -> bool:
    """Whether the provider offers the query's service, if any, and that length."""
    if query.service is not None and not (schedule.service and schedule.service.is_offered):
        return False
    return query.length is None or can_have(schedule, query.length, query.terms)


def _open_time(query: SlotQuery, schedule: Schedule, starts: Interval) -> ProviderFreeTime:
    """When the provider's rules are open for slots that start within `starts`."""
    length = query.length or required_length(schedule) or USUAL_LENGTH
    opened = openings(schedule.rules, Interval(starts.start, min(starts.end + length, LATEST)))
    return ProviderFreeTime(schedule, opened, [starts], length)


def _without_busy_times(query: SlotQuery, times: Sequence[ProviderFreeTime]) -> list[ProviderFreeTime]:
    """These with their `free` spans, each long enough for a slot; without those who have none. One statement."""
    if not times:
        return []
    free: defaultdict[Key, list[Interval]] = defaultdict(list)
    for key, span in fetch(statement_about(query.kind, FREE), _parameters(query, times), _free):
        free[key].append(span)
    return [replace(time, free=free[time.schedule.key]) for time in times if time.schedule.key in free]


def _without_full_days(query: SlotQuery, times: Sequence[ProviderFreeTime], within: Interval) -> list[ProviderFreeTime]:
    """These, without starts on days on which the provider, or the attendee there, can have no more bookings."""
    schedules = [time.schedule for time in times]
    attendee = query.terms.attendee
    full = read_full_days(query.kind, schedules, within, attendee=attendee, now=query.now, excluding=query.excluding)
    return [replace(time, starts=subtract(time.starts, full.of(time.schedule.key))) for time in times]


def _parameters(query: SlotQuery, times: Sequence[ProviderFreeTime]) -> dict[str, Any]:
    """What `FREE` asks with; bookings outside the bounds on their start cannot reach into any open time."""
    opened = [spans_of(time.openings) for time in times]
    low = min(spans[0].start for spans in opened)
    high = max(span.end for spans in opened for span in spans)
    return {
        "keys": [time.schedule.key for time in times],
        "spans": [_multirange(spans) for spans in opened],
        "after": [time.schedule.buffer_after for time in times],  # before the next one, a slot keeps its own
        "before": [time.schedule.buffer_before for time in times],
        "lengths": [time.length for time in times],
        "provider_since": low - LONGEST_BOOKING - 2 * LONGEST_BUFFER,
        "provider_until": high + 2 * LONGEST_BUFFER,
        "attendee": query.terms.attendee,
        "attendee_since": low - LONGEST_BOOKING,
        "attendee_until": high,
        "now": query.now,
        "excluding": query.excluding,
    }


def _free(*, provider: Key, since: datetime, until: datetime) -> tuple[Key, Interval]:
    return provider, Interval(since, until)


def _multirange(spans: Iterable[Interval]) -> str:
    """The spans as PostgreSQL writes them; adjacent ones are joined."""
    return "{" + ",".join(f"[{span.start.isoformat()},{span.end.isoformat()})" for span in merge(spans)) + "}"


FREE = """
    WITH asked AS (
        SELECT * FROM unnest(%(keys)s::{key_type}[], %(spans)s::tstzmultirange[], %(after)s::interval[],
                             %(before)s::interval[], %(lengths)s::interval[])
                   AS a(provider, spans, after, before, length)
    )
    SELECT provider, lower(free) AS since, upper(free) AS until
      FROM asked,
           LATERAL (
               SELECT range_agg(tstzrange(busy_from - after, busy_until + before)) AS spans FROM {table}
                WHERE {provider} = provider AND {start} > %(provider_since)s AND {start} < %(provider_until)s
                  AND {is_blocking} AND NOT {is_expired}
           ) taken,
           (
               SELECT range_agg(tstzrange({start}, end_at)) AS spans FROM {table}
                WHERE {attendee} = %(attendee)s AND {start} > %(attendee_since)s AND {start} < %(attendee_until)s
                  AND {is_blocking} AND NOT {is_expired}
           ) own,
           unnest(asked.spans - coalesce(taken.spans, '{{}}') - coalesce(own.spans, '{{}}')) free
     WHERE upper(free) - lower(free) >= length
     ORDER BY provider, free
"""
