"""The search for free slots: what each provider has open, what both sides have free of that, and slots cut from it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from bookings.core.constraints import LATEST, LONGEST_BOOKING
from bookings.core.interval import Interval, subtract
from bookings.schedule.booking_limits import has_too_many_open, read_full_days
from bookings.schedule.free_time import Key, Open, read_free
from bookings.schedule.grid import Grid, gaps, slots
from bookings.schedule.loading import MINUTE, Schedule
from bookings.schedule.openings import Opening, openings, spans_of
from bookings.schedule.terms import Asker, bookable_starts, can_have, required_length

if TYPE_CHECKING:
    from bookings.models import Booking

USUAL = timedelta(minutes=60)
"""The length where neither the asker nor a service nor the provider says one."""
PARTS = (timedelta(hours=2), timedelta(hours=22), timedelta(days=6))
"""How much time is cut into slots at once where there may be many times those that are asked for."""
MANY = 4
GLANCES = (timedelta(days=1), timedelta(days=7))
"""How far ahead the earliest slots are looked for first, and then: most are near, and a wide look costs more."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is looked for: slots that start within `starts`."""

    starts: Interval
    length: timedelta | None = None
    """None: the service's, else the provider's slot length, else an hour."""
    service: int | None = None

    @property
    def reach(self) -> Interval:
        """Where such a slot can lie."""
        return Interval(self.starts.start, self.starts.end + LONGEST_BOOKING)


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time of one provider."""

    span: Interval
    provider: Key


@dataclass(slots=True)
class FreeTime:
    """One provider's time: when its rules are open, where starts may lie, and what both sides have free of that."""

    schedule: Schedule
    openings: list[Opening]
    starts: Sequence[Interval]
    length: timedelta
    free: list[Interval] = field(default_factory=list)

    @property
    def open(self) -> Open:
        """What PostgreSQL is asked about; where no hours exist all openings share their spans."""
        return Open(self.schedule, spans_of(self.openings), self.length)

    @property
    def step(self) -> timedelta:
        """From one slot to the next."""
        return self.schedule.step or self.length

    def slots(self, part: Interval) -> Iterator[Interval]:
        """What starts within `part` on the provider's grid."""
        grid = Grid(self.step, self.length)
        for each in self.starts:
            starts = each.intersection(part)
            if starts is not None and self._touches(starts):
                yield from slots(self.openings, self.schedule.zone, self.free, grid, starts)

    def gaps(self) -> Iterator[Interval]:
        """Where any start will do: what fits, one after the other, from a full minute on: now is none."""
        for each in self.starts:
            first = each.start.replace(second=0, microsecond=0)
            if first < each.start:
                first += MINUTE
            if first < each.end:
                yield from gaps(self.openings, self.free, self.length, Interval(first, each.end))

    def _touches(self, starts: Interval) -> bool:
        """Whether a free span shares an instant with `starts`; most parts of a week have none."""
        place = bisect_right(self.free, starts.start, key=_end)
        return place < len(self.free) and self.free[place].start < starts.end


@dataclass(frozen=True, slots=True)
class Glance:
    """What is free at some providers, for one asker, read once; slots are cut from it as far as they are wanted."""

    starts: Interval
    times: Sequence[FreeTime]

    def each(self, part: Interval) -> Iterator[Slot]:
        """The slots that start within `part`, one provider's after the other's."""
        return (Slot(span, time.schedule.key) for time in self.times for span in time.slots(part))

    def slots(self, part: Interval | None = None) -> list[Slot]:
        """The slots that start within `part`, else all, by start, then by the providers' order."""
        return sorted(self.each(part or self.starts), key=lambda slot: slot.span.start)

    def earliest(self, limit: int) -> list[Slot]:
        """The first `limit` of `slots()`, or some more."""
        found: list[Slot] = []
        for part in self._parts(self.times, limit):
            found += self.slots(part)
            if len(found) >= limit:
                break
        return found

    def first_of_each(self) -> Iterator[Slot]:
        """The first slot of each provider who has any."""
        for time in self.times:
            own = replace(self, times=[time])
            yield from islice((slot for part in self._parts([time], 1) for slot in own.each(part)), 1)

    def gaps(self) -> Iterator[Interval]:
        """Where any start will do, not on a grid: what fits at the only provider."""
        for time in self.times:
            yield from time.gaps()

    def _parts(self, times: Iterable[FreeTime], limit: int) -> Iterator[Interval]:
        """All at once, or in parts where many times the `limit` may fit: most are not asked for."""
        start = self.starts.start
        if sum(span.length // time.step for time in times for span in time.free) > MANY * limit:
            for length in PARTS:
                if start + length < self.starts.end:
                    yield Interval(start, start + length)
                    start += length
        yield Interval(start, self.starts.end)


class Search:
    """The providers among whom one asker looks for one thing."""

    def __init__(
        self,
        kind: "type[Booking]",
        schedules: Sequence[Schedule],
        ask: Ask,
        who: Asker,
        now: datetime,
        without: int | None = None,
    ) -> None:
        """Those where the asker can have what is asked; `without` is a booking that is about to move."""
        self.kind, self.ask, self.who, self.now, self.without = kind, ask, who, now, without
        self.schedules = [each for each in schedules if ask.length is None or can_have(each, ask.length, who)]
        if ask.service is not None:
            self.schedules = [each for each in self.schedules if each.service and each.service.is_offered]
        if without is None and who.is_limited and has_too_many_open(kind, who.attendee, now=now):
            self.schedules = []

    def look(self, starts: Interval | None = None) -> Glance:
        """What is free for starts within `starts`, else within all that was asked for.

        One statement, two where somebody has a daily limit.
        """
        starts = starts or self.ask.starts
        times = self._free_times(starts)
        limited = [time.schedule for time in times] if self.who.is_limited else []
        attendee, now = self.who.attendee, self.now
        full = read_full_days(self.kind, limited, starts, attendee=attendee, now=now, without=self.without)
        for time in times:
            time.starts = subtract(time.starts, full.of(time.schedule.key))
        return Glance(starts, times)

    def looks(self) -> Iterator[Glance]:
        """One look after the other, ever wider, from the first start that may be booked anywhere."""
        within = [bookable_starts(each, self.ask.starts, self.who, self.now) for each in self.schedules]
        first = min((starts.start for starts in within if starts), default=None)
        if first is None:
            return
        ends = [first + glance for glance in GLANCES if first + glance < self.ask.starts.end]
        for start, end in pairwise([first, *ends, self.ask.starts.end]):
            yield self.look(Interval(start, end))

    def _free_times(self, starts: Interval) -> list[FreeTime]:
        """Of all providers; those without any are left out."""
        times = {}
        for schedule in self.schedules:
            if within := bookable_starts(schedule, starts, self.who, self.now):
                length = self.ask.length or required_length(schedule) or USUAL
                opened = openings(schedule.rules, Interval(within.start, min(within.end + length, LATEST)))
                times[schedule.key] = FreeTime(schedule, opened, [within], length)
        asked = [time.open for time in times.values() if time.openings]
        free = read_free(self.kind, asked, attendee=self.who.attendee, now=self.now, without=self.without)
        for key, spans in free.items():
            times[key].free = spans
        return [time for time in times.values() if time.free]


def _end(span: Interval) -> datetime:
    return span.end
