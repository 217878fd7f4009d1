"""Which rules a booking would break, asked of each minute by itself over the rows as they are: no SQL, no intervals.

It shares no code with the engine but the rules of the hours as values.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from bookings.core.interval import Interval
from bookings.models import Booking
from tests.reference.opening_oracle import wall_time, working_minutes
from tests.reference.random_cases import MINUTE, Situation
from tests.reference.strategies import minutes_of

CLOSED = frozenset({"hours", "time_off", "holiday"})
ROOM = timedelta(hours=25)


@dataclass(frozen=True)
class Person:
    """Who asks."""

    is_attendee: bool = True
    """Not a visitor, of whom no bookings are known."""
    is_limited: bool = True
    picks_slots: bool = True
    minds_overbooked: bool = True
    """The desk may book over what it has overbooked, though that is never suggested."""


ATTENDEE = Person()
VISITOR = Person(is_attendee=False)
PROVIDER = Person(picks_slots=False)
DESK = Person(is_limited=False, picks_slots=False, minds_overbooked=False)


class Oracle:
    """What one person can book in a situation; `moving` is a booking that is not in its own way."""

    def __init__(self, situation: Situation, person: Person, moving: Booking | None = None) -> None:
        self.situation, self.person, self.moving = situation, person, moving
        window = Interval(situation.starts.start, situation.starts.end + ROOM)
        self.works = _working_minutes(situation.rules, window)
        rows = [row for row in situation.kind.model.objects.all() if row != moving and self._blocks(row)]
        minded = [row for row in rows if person.minds_overbooked or not row.is_overbooked]
        at_provider = [row for row in rows if row.provider_id == situation.provider.key]
        own = [row for row in rows if person.is_attendee and row.attendee_id == situation.attendee.key]
        self.busy = minutes_of([row.busy_span for row in at_provider if row in minded])
        self.own = minutes_of([row.span for row in own if row in minded])
        self.by_day = Counter(self._day(row.start_at) for row in at_provider)
        self.own_by_day = Counter(self._day(row.start_at) for row in own if row in at_provider)
        self.open_ones = sum(
            row.start_at > situation.now and row.status in ("pending", "booked", "arrived") for row in own
        )

    def offered(self, length: timedelta, step: timedelta) -> list[Interval]:
        """Every minute of the situation's starts at which nothing is broken and that is on the grid."""
        starts = sorted(minutes_of([self.situation.starts]))
        spans = (Interval(at, at + length) for at in starts if self._is_on_grid(at, length, step))
        return [span for span in spans if not self.broken(span)]

    def broken(self, span: Interval) -> set[str]:
        """The names of the rules that stand against it; `closed` for the three about hours, `overlap` for conflicts."""
        provider, now = self.situation.provider, self.situation.now
        found = set()
        if not any(_minutes(span) <= minutes for minutes in self.works.values()):
            found.add("closed")
        before, after = self.situation.buffers
        if _minutes(Interval(span.start - before, span.end + after)) & self.busy or _minutes(span) & self.own:
            found.add("overlap")
        if self.person.picks_slots:
            found |= set(self._not_offered(span))
        if self.person.is_limited:
            if span.start <= now:
                found.add("past")
            elif span.start < now + provider.minimum_notice_minutes * MINUTE:
                found.add("notice")
            if provider.horizon_days is not None and span.start > now + timedelta(days=provider.horizon_days):
                found.add("horizon")
            found |= set(self._too_many(span))
        return found

    def _not_offered(self, span: Interval) -> Iterator[str]:
        required, step = self.situation.required, self.situation.step
        if self.moving is not None and required is not None:
            required = self.moving.span.length
        if required not in (None, span.length):
            yield "length"
        if step is not None and not self._is_on_grid(span.start, span.length, step):
            yield "slot"

    def _too_many(self, span: Interval) -> Iterator[str]:
        provider, day = self.situation.provider, self._day(span.start)
        if provider.day_limit is not None and self.by_day[day] >= provider.day_limit:
            yield "day_limit"
        if self.person.is_attendee:
            if provider.attendee_day_limit is not None and self.own_by_day[day] >= provider.attendee_day_limit:
                yield "attendee_day_limit"
            if self.moving is None and self.open_ones >= self.situation.open_limit:
                yield "open_limit"

    def _is_on_grid(self, at: datetime, length: timedelta, step: timedelta) -> bool:
        """Whether a whole number of steps lies between the start of a working interval that holds it all and `at`."""
        wall = wall_time(at, self.situation.rules.zone)
        return any(
            work.start <= wall < work.end
            and not (wall - work.start) % step
            and _minutes(Interval(at, at + length)) <= minutes
            for work, minutes in self.works.items()
        )

    def _blocks(self, row: Any) -> bool:
        is_expired = row.status == "pending" and row.expires_at is not None and row.expires_at <= self.situation.now
        return row.status != "cancelled" and not is_expired

    def _day(self, at: datetime) -> Any:
        return wall_time(at, self.situation.rules.zone).date()


_working_minutes = lru_cache(maxsize=8)(working_minutes)


def _minutes(span: Interval) -> set[datetime]:
    """The minutes that a span touches."""
    return {span.start + n * MINUTE for n in range(-(-span.length // MINUTE))}
