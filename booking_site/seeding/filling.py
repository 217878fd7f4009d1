"""Invented rules of a provider, and bookings that follow them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bookings.core.interval import MINUTE, Interval
from bookings.models import Provider
from bookings.schedule.grid import Grid, slots
from bookings.schedule.openings import openings
from bookings.schedule.rules import Rules, WeeklyHours

ZONES = ("Asia/Jakarta", "Asia/Jakarta", "Asia/Jakarta", "Europe/Berlin", "America/New_York")
HOLIDAYS = {"Europe/Berlin": "DE"}
LENGTHS = (15, 20, 30, 30, 30, 45, 60, 60, 90)  # where any length can be booked
PAUSES = (0, 0, 0, 0, 15, 30, 60)
SHARE_TAKEN = 0.75  # of the slots
DAY_LIMITS = (None, None, None, None, 6, 10)
WORKDAYS = (
    ((0, 240), (300, 240)),  # with a lunch break
    ((0, 240), (300, 240)),
    ((0, 210), (240, 240)),
    ((0, 480),),
    ((0, 300),),
)
"""The intervals of a day: minutes after its first one's start, and minutes long."""


class Manner(NamedTuple):
    """The lengths, steps and buffers of a provider, in minutes."""

    slot: int | None = None
    step: int | None = None
    before: int = 0
    after: int = 0


MANNERS = (
    Manner(),
    Manner(),
    Manner(after=10),
    Manner(15),
    Manner(20),
    Manner(30),
    Manner(30, step=15),
    Manner(25, step=30, after=5),
    Manner(45, step=60, before=5, after=10),
    Manner(50, step=60, after=10),
    Manner(60, step=30),
)


def invent_rules(provider: Provider, first_weekday: int, random: Random) -> list[WeeklyHours]:
    """Give an unsaved provider a zone and rules for booking; returns its hours, on five days in a row."""
    manner = random.choice(MANNERS)
    provider.time_zone = random.choice(ZONES)
    provider.holiday_calendar = HOLIDAYS.get(provider.time_zone, "")
    provider.slot_minutes = manner.slot
    provider.slot_step_minutes = manner.step
    provider.buffer_before_minutes = manner.before
    provider.buffer_after_minutes = manner.after
    provider.day_limit = random.choice(DAY_LIMITS)
    begin = datetime.combine(date.min, time(random.choice((8, 9, 9, 10))))
    workday = random.choice(WORKDAYS)
    return [
        WeeklyHours((first_weekday + day) % 7, (begin + after * MINUTE).time(), minutes)
        for day in range(5)
        for after, minutes in workday
    ]


def fill(
    provider: Provider, hours: Iterable[WeeklyHours], first_day: date, days: int, random: Random
) -> list[Interval]:
    """Spans that can be booked with this provider, in order, by the provider's rules; some time is left free.

    The rules are those of `book()`: in one working interval, not on a holiday, on slots if the provider has any, with
    the buffers free in between, and within the daily limit.
    """
    zone = ZoneInfo(provider.time_zone)
    start = datetime.combine(first_day, time.min, tzinfo=zone)
    window = Interval(start, start + timedelta(days=days))
    rules = Rules(zone, tuple(hours), holidays=provider.holiday_calendar)
    spans = _slots(provider, rules, window, random) if provider.slot_minutes else _any(provider, rules, window, random)
    return list(_limited(spans, provider.day_limit, zone))


def _slots(provider: Provider, rules: Rules, window: Interval, random: Random) -> Iterator[Interval]:
    """Slots on the provider's grid."""
    length = (provider.slot_minutes or 0) * MINUTE
    grid = Grid((provider.slot_step_minutes or provider.slot_minutes or 0) * MINUTE, length)
    ready = window.start
    gap = sum(provider.buffers, timedelta())
    for slot in slots(openings(rules, window), rules.zone, [window], grid, window):
        if slot.start >= ready and random.random() < SHARE_TAKEN:
            yield slot
            ready = slot.end + gap


def _any(provider: Provider, rules: Rules, window: Interval, random: Random) -> Iterator[Interval]:
    """Spans of random length with pauses, for providers without slots."""
    gap = sum(provider.buffers, timedelta())
    for opening in openings(rules, window):
        for span in opening.spans:
            at = span.start
            while (end := at + random.choice(LENGTHS) * MINUTE) <= span.end:
                yield Interval(at, end)
                at = end + gap + random.choice(PAUSES) * MINUTE


def _limited(spans: Iterable[Interval], limit: int | None, zone: ZoneInfo) -> Iterator[Interval]:
    """The first `limit` spans of each local day."""
    counted: Counter[date] = Counter()
    for span in spans:
        day = span.start.astimezone(zone).date()
        counted[day] += 1
        if limit is None or counted[day] <= limit:
            yield span
