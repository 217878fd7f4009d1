"""The limits that count bookings: so many a day, so many open ones.

For slots a look is enough; `book()` asks once more under the locks of the parties whose bookings are counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings

from bookings.availability import DAY
from bookings.interval import Interval
from bookings.schedules import Schedule

if TYPE_CHECKING:
    from bookings.models import Booking

Key = int | str


@dataclass(frozen=True, slots=True)
class FullDays:
    """The days of providers on which nothing more may be booked; of some of them for one attendee only."""

    of_provider: Mapping[Key, frozenset[date]] = field(default_factory=dict)
    of_attendee: Mapping[Key, frozenset[date]] = field(default_factory=dict)

    def is_full(self, schedule: Schedule, span: Interval) -> bool:
        """Whether a booking that starts with `span` would be one too many."""
        return self.is_provider_full(schedule, span) or self.is_attendee_full(schedule, span)

    def is_provider_full(self, schedule: Schedule, span: Interval) -> bool:
        """Whether the provider has all its bookings of that day."""
        return _has(self.of_provider, schedule, span)

    def is_attendee_full(self, schedule: Schedule, span: Interval) -> bool:
        """Whether the attendee has all its bookings of that day with this provider."""
        return _has(self.of_attendee, schedule, span)


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
    without: int | None = None,
) -> FullDays:
    """The full days among those that `starts` touches, in each provider's zone. No statement where nobody has a limit.

    Counted are the bookings that start on the day and hold their time, but for the one with the id `without`.
    """
    limited = {each.key: each for each in schedules if each.day_limit or (each.attendee_day_limit and attendee)}
    if not limited:
        return FullDays()
    of_provider: Counter[tuple[Key, date]] = Counter()
    of_attendee: Counter[tuple[Key, date]] = Counter()
    found = kind.objects.of_providers(limited).blocking().unlapsed(now).exclude(pk=without)
    found = found.starting_within(starts.start - 2 * DAY, starts.end + 2 * DAY)  # whole days, whatever the zone
    names = kind.attname(kind.provider_field), kind.attname(kind.attendee_field)
    for key, who, start_at in found.values_list(*names, "start_at"):
        day = key, _day(limited[key], start_at)
        of_provider[day] += 1
        of_attendee[day] += who == attendee
    return FullDays(
        _full(of_provider, {key: each.day_limit for key, each in limited.items()}),
        _full(of_attendee, {key: each.attendee_day_limit for key, each in limited.items()}),
    )


def _full(counted: Counter[tuple[Key, date]], limits: Mapping[Key, int | None]) -> dict[Key, frozenset[date]]:
    """The days on which a provider's limit is reached."""
    full: defaultdict[Key, set[date]] = defaultdict(set)
    for (key, day), number in counted.items():
        limit = limits[key]
        if limit is not None and number >= limit:
            full[key].add(day)
    return {key: frozenset(days) for key, days in full.items()}


def _has(full: Mapping[Key, frozenset[date]], schedule: Schedule, span: Interval) -> bool:
    days = full.get(schedule.key)
    return days is not None and _day(schedule, span.start) in days  # most have none: spare the zone's arithmetic


def _day(schedule: Schedule, at: datetime) -> date:
    return at.astimezone(schedule.zone).date()
