"""Invented people and their bookings, for a lively demo and for benchmarks.

Each provider comes with attendees of its own, who book nowhere else: so the bookings cannot overlap by construction,
and the constraints, which hold here as everywhere, refuse none. The people that the plain seed makes are left alone:
the documented calls keep working.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from appointments.models import Appointment, DoctorHours
from bookings.availability import WeeklyHours, open_spans
from bookings.bulk import insert_many
from bookings.interval import Interval
from bookings.lifecycle import Status
from bookings.models import Attendee, Booking, Provider, WorkingHours
from scheduling.models import CoachHours, Session

NAMES = """
Ada Alan Amal Ayu Ben Bima Chen Dewi Edgar Eka Elif Farid Grace Hana Ines Iwan Jonas Kemal Lena Luis
Maya Mei Nils Noor Olga Omar Putri Quinn Rani Rosa Sami Sari Tariq Tess Uma Vera Wayan Xena Yusuf Zoe
"""
SURNAMES = "Example Sample Placeholder Fictitious Specimen Demo Mockup Invented Pretend Imaginary Testcase"
FIRST_NAMES, LAST_NAMES = NAMES.split(), SURNAMES.split()
ZONES = ("Asia/Jakarta", "Asia/Jakarta", "Asia/Jakarta", "Europe/Berlin", "America/New_York")
LENGTHS = (15, 20, 30, 30, 30, 45, 60, 60, 90)
PAUSES = (0, 0, 0, 0, 15, 30, 60)
MINUTE = timedelta(minutes=1)
BOOKINGS_EACH = 12  # how often an attendee comes, about
SHARE_CANCELLED, SHARE_NOSHOW = 0.08, 0.05


@dataclass(frozen=True)
class Kind:
    """What differs between the two kinds of booking."""

    model: type[Booking]
    hours: type[WorkingHours]
    title: str
    when: Callable[[Interval], dict[str, Any]]
    """The fields that say when."""


KINDS = (
    Kind(Session, CoachHours, "Coach", lambda span: {"start_at": span.start, "duration": span.length // MINUTE}),
    Kind(Appointment, DoctorHours, "Dr.", lambda span: {"start_at": span.start, "end_at": span.end}),
)


def add_bookings(count: int, *, days: int, random: Random, today: date) -> Iterator[int]:
    """Add `count` bookings, half of each kind, and yield after each batch how many went in.

    A batch, one provider with all that belongs to it, is one transaction. The bookings start within `days` days, of
    which half, rounded down, lie before `today`. The same `random` state and day give the same people and times; ids
    are always fresh.
    """
    first_day = today - timedelta(days=days // 2)
    missing = dict(zip(KINDS, (count - count // 2, count // 2), strict=True))
    number = 0
    while any(missing.values()):
        for kind in KINDS:
            if missing[kind]:
                number += 1
                made = _add_provider(kind, number, most=missing[kind], first_day=first_day, days=days, random=random)
                missing[kind] -= made
                yield made


def _add_provider(kind: Kind, number: int, *, most: int, first_day: date, days: int, random: Random) -> int:
    """Add one provider with hours, attendees and at most so many bookings; returns how many bookings."""
    provider, hours = _invent_provider(kind, number, random)
    spans = _fill_hours(hours, ZoneInfo(provider.time_zone), first_day, days, random)
    if len(spans) > most:
        spans = sorted(random.sample(spans, most))
    if not spans:
        return 0
    attendees = [_invent_attendee(kind, provider, random) for _ in range(1 + len(spans) // BOOKINGS_EACH)]
    with transaction.atomic():
        provider.save()
        hours_table: Any = kind.hours
        hours_table.objects.bulk_create(
            hours_table(provider=provider, weekday=rule.weekday, starts_at=rule.starts_at, minutes=rule.minutes)
            for rule in hours
        )
        kind.model.attendee_model()._default_manager.bulk_create(attendees)
        now = timezone.now()
        return insert_many(
            [_invent_booking(kind, span, provider, random.choice(attendees), random, now) for span in spans]
        )


def _invent_provider(kind: Kind, number: int, random: Random) -> tuple[Provider, list[WeeklyHours]]:
    """An unsaved provider and its hours: five days in a row, so that no day of the week is closed at all."""
    name = f"{kind.title} {random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)} {number}"
    first_weekday = random.choice((0, 0, 0, 1, 2)) if number > len(KINDS) * 2 else (number - 1) // len(KINDS) * 2
    starts_at = time(random.choice((8, 9, 9, 10)))
    hours = [
        WeeklyHours((first_weekday + day) % 7, at, minutes)
        for day in range(5)
        for at, minutes in ((starts_at, 4 * 60), (time(starts_at.hour + 5), 4 * 60))
    ]
    return kind.model.provider_model()(name=name, time_zone=random.choice(ZONES)), hours


def _invent_attendee(kind: Kind, provider: Provider, random: Random) -> Attendee:
    """An unsaved attendee without an address, so that nothing is ever sent."""
    name = f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"
    return kind.model.attendee_model()(name=name, time_zone=provider.time_zone)


def _fill_hours(hours: list[WeeklyHours], zone: ZoneInfo, first_day: date, days: int, random: Random) -> list[Interval]:
    """Spans inside the hours, one after the other with pauses."""
    start = datetime.combine(first_day, time.min, tzinfo=zone)
    window = Interval(start, start + timedelta(days=days))
    filled = []
    for opening in open_spans(hours, (), zone, window):
        at = opening.start
        while (end := at + random.choice(LENGTHS) * MINUTE) <= opening.end:
            filled.append(Interval(at, end))
            at = end + random.choice(PAUSES) * MINUTE
    return filled


def _invent_booking(
    kind: Kind, span: Interval, provider: Provider, attendee: Attendee, random: Random, now: datetime
) -> Booking:
    """An unsaved booking in a state that fits its time."""
    parties = {kind.model.provider_field: provider, kind.model.attendee_field: attendee}
    booking = kind.model(**parties, **kind.when(span))
    chance = random.random()
    if chance < SHARE_CANCELLED:
        booking.status, booking.cancelled_at = Status.CANCELLED, now
    elif span.end <= now:
        booking.status = Status.NOSHOW if chance < SHARE_CANCELLED + SHARE_NOSHOW else Status.FULFILLED
    elif span.start <= now:
        booking.status = Status.ARRIVED
    booking.revision = 1 if booking.status == Status.BOOKED else 2
    return booking
