"""Free slots: what somebody can book now, of one provider or the earliest among all. (FHIR: Slot.)

The rules become openings in plain Python, the busy times are subtracted by PostgreSQL, and the slots are cut from what
is left. `book()` asks the same functions: what is offered to a person can be booked by that person at that moment.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from bookings.availability import Grid, Opening, gaps, openings, slots, spans_of
from bookings.constraints import LATEST, LONGEST_BOOKING
from bookings.counts import FullDays, has_too_many_open, read_full_days
from bookings.free import Key, Open, read_free
from bookings.interval import Interval
from bookings.offers import INSTANT, Asker, bookable_starts, can_have, required_length
from bookings.schedules import MINUTE, Schedule, read_schedule, read_schedules

if TYPE_CHECKING:
    from bookings.models import Booking

USUAL = timedelta(minutes=60)
"""The length where neither the asker nor a service nor the provider says one."""
SEARCH = timedelta(days=7)
SUGGESTIONS = 3
FURTHEST = timedelta(days=62)
"""How far anybody looks at once."""
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


def schedule_for(kind: "type[Booking]", provider: Key | None, ask: Ask) -> Schedule | None:
    """The schedule of a provider as far as `ask` reaches; None for one who is unknown or takes no bookings."""
    found = read_schedule(kind.provider_model(), provider, ask.reach, service=ask.service)
    return found if found and found.is_active else None


def find_slots(
    kind: "type[Booking]", schedule: Schedule, ask: Ask, *, who: Asker, now: datetime, limit: int | None = None
) -> list[Slot]:
    """All slots of one provider, by start, or the first `limit`; none of a length that the asker cannot have."""
    return _Search(kind, [schedule], ask, who, now).cut(ask.starts, limit)[:limit]


def find_slots_of(
    kind: "type[Booking]",
    schedules: Sequence[Schedule],
    ask: Ask,
    *,
    who: Asker,
    now: datetime,
    without: int | None = None,
) -> list[Slot]:
    """All slots of these providers, by start; `without` is a booking that is about to move."""
    return _Search(kind, schedules, ask, who, now, without).cut(ask.starts)


def find_earliest(kind: "type[Booking]", ask: Ask, *, who: Asker, now: datetime, limit: int) -> list[Slot]:
    """The earliest `limit` slots over all providers, by start, then by the provider's name.

    The number of statements does not depend on that of providers or bookings, only on how far one has to look.
    """
    search = _Search(kind, read_schedules(kind.provider_model(), ask.reach, service=ask.service), ask, who, now)
    found: list[Slot] = []
    for starts in search.glances():
        found += search.cut(starts, limit - len(found))
        if len(found) >= limit:
            break
    return found[:limit]


def find_first_of_each(
    kind: "type[Booking]", providers: Iterable[Key], *, who: Asker, now: datetime, service: int | None = None
) -> dict[Key, Slot]:
    """The next slot of each of these providers within 62 days; those without any are left out."""
    ask = Ask(_forward(now, FURTHEST), service=service)
    schedules = read_schedules(kind.provider_model(), ask.reach, keys=providers, service=service)
    search = _Search(kind, schedules, ask, who, now)
    first: dict[Key, Slot] = {}
    for starts in search.glances():
        first |= {slot.provider: slot for slot in search.cut_first(starts)}
        search.schedules = [schedule for schedule in search.schedules if schedule.key not in first]
        if not search.schedules:
            break
    return first


def next_free(booking: "Booking", *, who: Asker, now: datetime, schedule: Schedule | None = None) -> list[Interval]:
    """Up to three spans that this asker could book instead, from the booking's start on, within seven days.

    As long as the booking where the asker may have that; where it may not start so early or so late, the earliest.
    `schedule` is one that was read for `search_window`.
    """
    ask = Ask(_forward(booking.start_at, SEARCH), booking.end_at - booking.start_at, booking.service_id)
    schedule = schedule or schedule_for(type(booking), booking.provider_key, ask)
    if schedule is not None and bookable_starts(schedule, ask.starts, who, now) is None:
        ask = Ask(_forward(now, SEARCH), ask.length, ask.service)
        again = schedule_for(type(booking), booking.provider_key, ask)
        schedule = again and replace(again, slot=schedule.slot, service=schedule.service)  # as for one that moves
    if schedule is None:
        return []
    if ask.length is not None and not can_have(schedule, ask.length, who):
        ask = Ask(ask.starts, None, ask.service)
    return _Search(type(booking), [schedule], ask, who, now, booking.pk).first(SUGGESTIONS)


def search_window(booking: "Booking") -> Interval:
    """Where free times are looked for instead of this one."""
    return Ask(_forward(booking.start_at, SEARCH)).reach


@dataclass(slots=True)
class _Look:
    """One provider's time: when its rules are open, where starts may lie, and what both sides have free of that."""

    schedule: Schedule
    openings: list[Opening]
    starts: Interval
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

    def slots(self, part: Interval | None = None) -> list[Interval]:
        """Everything on the provider's grid, or what of it starts within `part`."""
        starts = self.starts.intersection(part) if part else self.starts
        grid = Grid(self.step, self.length)
        return slots(self.openings, self.schedule.zone, self.free, grid, starts) if starts else []

    def gaps(self) -> Iterator[Interval]:
        """Where any start will do: what fits, one after the other, from a full minute on: now is none."""
        first = self.starts.start.replace(second=0, microsecond=0)
        if first < self.starts.start:
            first += MINUTE
        starts = Interval(first, self.starts.end) if first < self.starts.end else self.starts
        return gaps(self.openings, self.free, self.length, starts)


class _Search:
    """Free times for one asker."""

    def __init__(
        self,
        kind: "type[Booking]",
        schedules: Sequence[Schedule],
        ask: Ask,
        who: Asker,
        now: datetime,
        without: int | None = None,
    ) -> None:
        """At those providers where the asker can have what is asked; `without` is a booking that is about to move."""
        self.kind, self.ask, self.who, self.now, self.without = kind, ask, who, now, without
        self.schedules = [each for each in schedules if ask.length is None or can_have(each, ask.length, who)]
        if without is None and ask.service is not None:
            self.schedules = [each for each in self.schedules if each.service and each.service.is_offered]
        if without is None and who.is_limited and has_too_many_open(kind, who.attendee, now=now):
            self.schedules = []

    def glances(self) -> Iterator[Interval]:
        """The asked starts one part after the other, from the first one that may be booked anywhere."""
        within = [bookable_starts(each, self.ask.starts, self.who, self.now) for each in self.schedules]
        first = min((starts.start for starts in within if starts), default=None)
        if first is None:
            return
        ends = [first + glance for glance in GLANCES if first + glance < self.ask.starts.end]
        for start, end in pairwise([first, *ends, self.ask.starts.end]):
            yield Interval(start, end)

    def cut(self, starts: Interval, limit: int | None = None) -> list[Slot]:
        """The slots that start within `starts`, by start, then by the providers' order; at least the first `limit`.

        One statement, two where somebody has a daily limit.
        """
        looks = self._look(starts)
        full = self._full_days(looks, starts)
        found: list[Slot] = []
        for part in _parts(looks, starts, limit):
            cut = [
                Slot(span, look.schedule.key)
                for look in looks
                for span in look.slots(part)
                if not full.is_full(look.schedule, span)
            ]
            found += sorted(cut, key=lambda slot: slot.span.start)
            if limit is not None and len(found) >= limit:
                break
        return found

    def cut_first(self, starts: Interval) -> Iterator[Slot]:
        """The first slot within `starts` of each provider who has any; as many statements."""
        looks = self._look(starts)
        full = self._full_days(looks, starts)
        for look in looks:
            spans = (span for part in _parts([look], starts, 1) for span in look.slots(part))
            first = next((span for span in spans if not full.is_full(look.schedule, span)), None)
            if first is not None:
                yield Slot(first, look.schedule.key)

    def first(self, count: int) -> list[Interval]:
        """The first slots of the only provider; gaps for those who may start at any time."""
        looks = self._look(self.ask.starts)
        full = self._full_days(looks, self.ask.starts)
        found: list[Interval] = []
        for look in looks:
            is_free_start = look.schedule.step is None or not self.who.picks_slots
            for span in look.gaps() if is_free_start else look.slots():
                if len(found) < count and not full.is_full(look.schedule, span):
                    found.append(span)
        return found

    def _look(self, starts: Interval) -> list[_Look]:
        """The open and free times of all providers; those without any are left out."""
        looks = {}
        for schedule in self.schedules:
            if within := bookable_starts(schedule, starts, self.who, self.now):
                length = self.ask.length or required_length(schedule) or USUAL
                opened = openings(schedule.rules, Interval(within.start, min(within.end + length, LATEST)))
                looks[schedule.key] = _Look(schedule, opened, within, length)
        asked = [look.open for look in looks.values() if look.openings]
        free = read_free(self.kind, asked, attendee=self.who.attendee, now=self.now, without=self.without)
        for key, spans in free.items():
            looks[key].free = spans
        return [look for look in looks.values() if look.free]

    def _full_days(self, looks: Iterable[_Look], starts: Interval) -> FullDays:
        schedules = [look.schedule for look in looks] if self.who.is_limited else []
        attendee, now = self.who.attendee, self.now
        return read_full_days(self.kind, schedules, starts, attendee=attendee, now=now, without=self.without)


def _parts(looks: Iterable[_Look], starts: Interval, limit: int | None) -> Iterator[Interval]:
    """`starts` at once, or in parts where many times the `limit` may fit into the free time: most are not asked for."""
    start = starts.start
    if limit is not None and sum(span.length // look.step for look in looks for span in look.free) > MANY * limit:
        for length in PARTS:
            if start + length < starts.end:
                yield Interval(start, start + length)
                start += length
    yield Interval(start, starts.end)


def _forward(start: datetime, length: timedelta) -> Interval:
    """So far from an instant, within the years that can be booked."""
    return Interval(start, max(min(start + length, LATEST), start + INSTANT))
