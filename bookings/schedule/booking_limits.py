"""The limits that count bookings: so many a day, so many open ones.

Slots are listed without a lock; `book()` counts again under the locks of the parties whose bookings are counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from bookings.core.interval import Interval
from bookings.core.sql import fetch
from bookings.models.querysets import statement_about
from bookings.schedule.loading import Key, Schedule
from bookings.schedule.wall_time import local_days

if TYPE_CHECKING:
    from bookings.models import Booking


@dataclass(frozen=True, slots=True)
class FullDays:
    """Time spans of days whose booking limit is reached, by provider; of one attendee's limit, or of everybody's."""

    of_provider: Mapping[Key, Sequence[Interval]] = field(default_factory=dict)
    of_attendee: Mapping[Key, Sequence[Interval]] = field(default_factory=dict)

    def of(self, provider: Key) -> list[Interval]:
        """All full days at a provider, for whichever reason."""
        return [*self.of_provider.get(provider, ()), *self.of_attendee.get(provider, ())]


def has_too_many_open(kind: "type[Booking]", attendee: Key | None, *, now: datetime) -> bool:
    """Whether the attendee has as many open bookings ahead as anybody may have (OPEN_BOOKINGS_LIMIT)."""
    if attendee is None:
        return False
    limit: int = settings.OPEN_BOOKINGS_LIMIT
    return kind.objects.of_attendee(attendee).open_after(now)[:limit].count() >= limit


def read_full_days(
    kind: "type[Booking]",
    schedules: Iterable[Schedule],
    starts: Interval,
    *,
    attendee: Key | None,
    now: datetime,
    excluding: int | None = None,
) -> FullDays:
    """The full days among those that `starts` touches, in each provider's zone. No statement where nobody has a limit.

    Counts the bookings that start on the day and hold their time, except the one with the id `excluding`.
    """
    limited = [schedule for schedule in schedules if _has_day_limit(schedule, attendee)]
    days = [(schedule, spans) for schedule in limited for spans in local_days(schedule.zone, starts)]
    if not days:
        return FullDays()
    of_provider: defaultdict[Key, list[Interval]] = defaultdict(list)
    of_attendee: defaultdict[Key, list[Interval]] = defaultdict(list)
    counted = _count(kind, days, attendee, now, excluding)
    for number, (schedule, spans) in enumerate(days):
        booked, own = counted.get(number, (0, 0))
        if _is_reached(schedule.day_limit, booked):
            of_provider[schedule.key] += spans
        if _is_reached(schedule.attendee_day_limit, own):
            of_attendee[schedule.key] += spans
    return FullDays(of_provider, of_attendee)


def _has_day_limit(schedule: Schedule, attendee: Key | None) -> bool:
    """Whether the provider limits bookings a day: of everybody, or of each attendee where one is asked for."""
    return bool(schedule.day_limit or (schedule.attendee_day_limit and attendee is not None))


def _is_reached(limit: int | None, booked: int) -> bool:
    return limit is not None and booked >= limit


def _count(
    kind: "type[Booking]",
    days: Sequence[tuple[Schedule, Sequence[Interval]]],
    attendee: Key | None,
    now: datetime,
    excluding: int | None,
) -> dict[int, tuple[int, int]]:
    """How many bookings start on each of the days, by its number: of anybody, and of the attendee. One statement."""
    rows = [(number, day.key, span) for number, (day, spans) in enumerate(days) for span in spans]
    parameters = {
        "numbers": [number for number, _key, _span in rows],
        "keys": [key for _number, key, _span in rows],
        "since": [span.start for _number, _key, span in rows],
        "until": [span.end for _number, _key, span in rows],
        "attendee": attendee,
        "now": now,
        "excluding": excluding,
    }
    return dict(fetch(statement_about(kind, COUNT), parameters, _counted))


def _counted(*, number: int, booked: int, own: int) -> tuple[int, tuple[int, int]]:
    return number, (int(booked), int(own))


COUNT = """
    SELECT number, sum(booked) AS booked, sum(own) AS own
      FROM unnest(%(numbers)s::int[], %(keys)s::{key_type}[], %(since)s::timestamptz[], %(until)s::timestamptz[])
        AS day(number, provider, since, until),
           LATERAL (
               SELECT count(*) AS booked, count(*) FILTER (WHERE {attendee} = %(attendee)s) AS own
                 FROM {table}
                WHERE {provider} = provider AND {start} >= since AND {start} < until
                  AND {is_blocking} AND NOT {is_expired}
           ) counted
     GROUP BY number
"""
