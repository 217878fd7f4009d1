"""Random situations of one provider and one attendee: hours, exceptions, limits, bookings, in several zones.

The same number makes the same situation for both kinds.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from bookings.access.actor import SYSTEM
from bookings.actions import Override, book
from bookings.core.errors import Conflict
from bookings.core.interval import Interval
from bookings.models import Booking
from bookings.schedule.rules import Rules, WallSpan, WeeklyHours
from tests.support.factories import UserFactory
from tests.support.kinds import Kind

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
PLACES = (
    ("UTC", date(2030, 1, 7), ""),
    ("Europe/Berlin", date(2030, 12, 25), "DE-BY"),  # a public holiday, and the next day too
    ("Europe/London", date(2030, 3, 31), ""),  # 01:00 becomes 02:00
    ("Europe/London", date(2030, 10, 27), "GB"),  # 02:00 becomes 01:00
    ("America/New_York", date(2030, 11, 3), "US"),
    ("America/Santiago", date(2030, 4, 7), ""),  # midnight becomes 23:00
    ("Australia/Lord_Howe", date(2030, 10, 6), ""),  # half an hour
    ("Asia/Kathmandu", date(2030, 5, 1), ""),
    ("Pacific/Apia", date(2011, 12, 31), ""),  # the 30th was skipped
)
STATUSES = ("booked", "booked", "booked", "pending", "pending", "pending", "cancelled", "noshow", "fulfilled")


@dataclass
class Situation:
    """What is in the database, once more as plain values where it is rules."""

    kind: Kind
    provider: Any
    attendee: Any
    service: Any | None
    now: datetime
    starts: Interval
    """A day and a half about the place's day: where starts are looked for."""
    open_limit: int
    """For OPEN_BOOKINGS_LIMIT."""
    rules: Rules = field(init=False)

    def __post_init__(self) -> None:
        self.rules = _rules_of(self.provider)

    @property
    def required(self) -> timedelta | None:
        """How long what an attendee books must be."""
        minutes = self.service.duration_minutes if self.service else self.provider.slot_minutes
        return None if minutes is None else minutes * MINUTE

    @property
    def step(self) -> timedelta | None:
        """From one offered start to the next."""
        minutes = self.provider.slot_step_minutes or self.provider.slot_minutes
        return None if minutes is None else minutes * MINUTE

    @property
    def buffers(self) -> tuple[timedelta, timedelta]:
        """Before and after: the service's own, else the provider's."""
        before, after = self.provider.buffer_before_minutes, self.provider.buffer_after_minutes
        if self.service and self.service.buffer_before_minutes is not None:
            before = self.service.buffer_before_minutes
        if self.service and self.service.buffer_after_minutes is not None:
            after = self.service.buffer_after_minutes
        return before * MINUTE, after * MINUTE

    def build(self, span: Interval) -> Booking:
        """The unsaved booking of the two."""
        service = {"service_id": self.service.pk} if self.service else {}
        return self.kind.build(span, provider=self.provider, attendee=self.attendee, **service)


def make_situation(kind: Kind, number: int) -> Situation:
    """One of as many situations as there are numbers."""
    random = Random(number)
    zone, day, holidays = PLACES[number % len(PLACES)]
    provider = kind.provider(
        time_zone=zone,
        user=UserFactory.create(),
        holiday_calendar=random.choice((holidays, "")),
        **_limits(random),
    )
    _open(random, provider, day)
    attendee = kind.attendee(user=UserFactory.create())
    noon = datetime.combine(day, time(12), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    now = noon - 30 * 60 * MINUTE + timedelta(minutes=random.randrange(30 * 60), seconds=random.choice((0, 30)))
    situation = Situation(
        kind=kind,
        provider=provider,
        attendee=attendee,
        service=_service(random, kind, provider) if random.random() < 0.4 else None,
        now=now,
        starts=Interval(noon - 18 * 60 * MINUTE, noon + 18 * 60 * MINUTE),
        open_limit=random.choice((10, 10, 10, 10, 2)),
    )
    _fill(random, situation)
    return situation


def _limits(random: Random) -> dict[str, Any]:
    slot = random.choice((None, 15, 20, 30, 45, 60))
    return {
        "slot_minutes": slot,
        "slot_step_minutes": slot and random.choice((None, None, 10, 15, 40)),
        "buffer_before_minutes": random.choice((0, 0, 5, 15)),
        "buffer_after_minutes": random.choice((0, 0, 10, 45)),
        "minimum_notice_minutes": random.choice((0, 0, 30, 240)),
        "horizon_days": random.choice((None, None, None, 1)),
        "day_limit": random.choice((None, 2, 3)),
        "attendee_day_limit": random.choice((None, None, 1, 2)),
    }


def _service(random: Random, kind: Kind, provider: Any) -> Any:
    buffers = {
        "buffer_before_minutes": random.choice((None, 0, 20)),
        "buffer_after_minutes": random.choice((None, 0, 5)),
    }
    return kind.service(provider, duration_minutes=random.choice((10, 30, 50)), **buffers)


def _open(random: Random, provider: Any, day: date) -> None:
    """Weekly hours about the day (or none: always open), and exceptions."""
    nearby = [day - DAY, day, day, day + DAY]
    if random.random() < 0.85:
        taken = set()
        for _ in range(random.randint(1, 6)):
            begins_on, starts_at = random.choice(nearby), _quarter(random)
            if (begins_on.weekday(), starts_at) not in taken:
                taken.add((begins_on.weekday(), starts_at))
                validity = random.choice(({}, {}, {"valid_from": day}, {"valid_until": day - DAY}))
                length = random.choice((60, 180, 475, 1440))
                provider.working_hours.create(
                    weekday=begins_on.weekday(), starts_at=starts_at, minutes=length, **validity
                )
        if random.random() < 0.4:
            provider.extra_hours.create(starts_on=day, starts_at=_quarter(random), minutes=random.choice((90, 600)))
    for _ in range(random.choice((0, 0, 1, 2))):
        first, last = sorted((day, random.choice((day, day, *nearby))))
        since, until = sorted(random.sample([time(n // 4, n % 4 * 15) for n in range(96)], 2))
        times = {"starts_at": since, "ends_at": until} if random.random() < 0.8 else {}
        provider.time_off.create(starts_on=first, ends_on=last, **times)


def _fill(random: Random, situation: Situation) -> None:
    """Bookings of the two and of others: some pending, expired, over or cancelled, some overbooked, by any buffers."""
    kind, provider = situation.kind, situation.provider
    buffers = {name: getattr(provider, name) for name in ("buffer_before_minutes", "buffer_after_minutes")}
    for _ in range(random.randint(3, 8)):
        start = situation.starts.start + random.randrange(36 * 12) * 5 * MINUTE
        both = {"provider": provider, "attendee": situation.attendee}
        parties = random.choice((both, {"provider": provider}, {"provider": provider}, {"attendee": both["attendee"]}))
        status = random.choice(STATUSES)
        expires_at = situation.now + random.choice((-60, -60, 60)) * MINUTE if status == "pending" else None
        override = Override(hours=True, overlap=random.random() < 0.25, reason="Emergency")
        _keep(provider, buffer_before_minutes=random.choice((0, 10)), buffer_after_minutes=random.choice((0, 25)))
        booking = kind.build((start, start + random.choice((15, 30, 85)) * MINUTE), **parties)
        booking.status, booking.expires_at = status, expires_at
        try:
            with transaction.atomic():
                _book(booking, override, situation.now)
        except Conflict:
            continue
    _keep(provider, **buffers)


def _book(booking: Booking, override: Override, now: datetime) -> None:
    book(booking, by=SYSTEM, override=override, now=now)


def _keep(provider: Any, **buffers: int) -> None:
    """Give the provider these buffers."""
    vars(provider).update(buffers)
    provider.save(update_fields=list(buffers))


def _quarter(random: Random) -> time:
    return time(random.randrange(24), random.choice((0, 0, 15, 30)))


def _rules_of(provider: Any) -> Rules:
    """The provider's rows as rules, read with the ORM."""
    hours = [
        WeeklyHours(row.weekday, row.starts_at, row.minutes, row.valid_from, row.valid_until)
        for row in provider.working_hours.all()
    ]
    extra = [(datetime.combine(row.starts_on, row.starts_at), row.minutes) for row in provider.extra_hours.all()]
    off = [
        WallSpan(
            datetime.combine(row.starts_on, row.starts_at or time.min),
            datetime.combine(row.ends_on, row.ends_at)
            if row.ends_at
            else datetime.combine(row.ends_on + DAY, time.min),
        )
        for row in provider.time_off.all()
    ]
    return Rules(
        zone=ZoneInfo(provider.time_zone),
        hours=tuple(hours),
        extra_hours=tuple(WallSpan(start, start + minutes * MINUTE) for start, minutes in extra),
        time_off=tuple(off),
        holidays=provider.holiday_calendar,
        is_always_open=provider.is_always_open and not hours and not extra,
    )
