"""Invented people and their bookings, for the demo and for benchmarks.

Each provider comes with attendees of its own, who book nowhere else. So the bookings cannot overlap by construction,
and the constraints refuse none. The people of the plain seed get no bookings, so that the documented calls keep
working.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from appointments.models import Appointment
from booking_site.seeding.filling import fill, invent_rules
from bookings.actions.bulk import insert_many
from bookings.core.interval import MINUTE, Interval
from bookings.core.lifecycle import Status
from bookings.models import Attendee, Booking, Provider
from bookings.schedule.rules import WeeklyHours
from scheduling.models import Session

NAMES = """
Ada Alan Amal Ayu Ben Bima Chen Dewi Edgar Eka Elif Farid Grace Hana Ines Iwan Jonas Kemal Lena Luis
Maya Mei Nils Noor Olga Omar Putri Quinn Rani Rosa Sami Sari Tariq Tess Uma Vera Wayan Xena Yusuf Zoe
"""
SURNAMES = "Example Sample Placeholder Fictitious Specimen Demo Mockup Invented Pretend Imaginary Testcase"
FIRST_NAMES = NAMES.split()
LAST_NAMES = SURNAMES.split()
BOOKINGS_EACH = 12  # how often an attendee comes, about
SHARE_CANCELLED = 0.08
SHARE_NOSHOW = 0.05


@dataclass(frozen=True)
class Kind:
    """The differences between the two kinds of booking."""

    model: type[Booking]
    title: str
    when: Callable[[Interval], dict[str, object]]
    """The fields that say when."""


KINDS = (
    Kind(Session, "Coach", lambda span: {"start_at": span.start, "duration": span.length // MINUTE}),
    Kind(Appointment, "Dr.", lambda span: {"start_at": span.start, "end_at": span.end}),
)


def add_bookings(count: int, *, days: int, random: Random, today: date) -> Iterator[int]:
    """Add `count` bookings, half of each kind; yields after each batch how many were inserted.

    A batch is one provider with all its rows, in one transaction. The bookings start within `days` days, half of which,
    rounded down, are before `today`. The same `random` state and day give the same people and times; ids are always
    new.
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
    """Add one provider with hours, services, attendees and at most so many bookings; returns how many."""
    provider, hours = _invent_provider(kind, number, random)
    spans = fill(provider, hours, first_day, days, random)
    if len(spans) > most:
        spans = sorted(random.sample(spans, most))
    if not spans:
        return 0
    attendees = [_invent_attendee(kind, provider, random) for _ in range(1 + len(spans) // BOOKINGS_EACH)]
    with transaction.atomic():
        provider.save()
        _add_rules(provider, hours)
        kind.model.attendee_model()._default_manager.bulk_create(attendees)
        now = timezone.now()
        return insert_many(
            [_invent_booking(kind, span, provider, random.choice(attendees), random, now) for span in spans]
        )


def _add_rules(provider: Any, hours: list[WeeklyHours]) -> None:
    """Add the hours, and offer every service of the kind."""
    table = provider.working_hours.model
    table.objects.bulk_create(
        table(provider=provider, weekday=rule.weekday, starts_at=rule.starts_at, minutes=rule.minutes) for rule in hours
    )
    provider.services.set(provider.services.model.objects.all())


def _invent_provider(kind: Kind, number: int, random: Random) -> tuple[Provider, list[WeeklyHours]]:
    """An unsaved provider and its hours. The hours of the first ones together cover every weekday."""
    name = f"{kind.title} {random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)} {number}"
    first_weekday = random.choice((0, 0, 0, 1, 2)) if number > len(KINDS) * 2 else (number - 1) // len(KINDS) * 2
    provider = kind.model.provider_model()(name=name)
    return provider, invent_rules(provider, first_weekday, random)


def _invent_attendee(kind: Kind, provider: Provider, random: Random) -> Attendee:
    """An unsaved attendee without an address, so that no mail is ever sent."""
    name = f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"
    return kind.model.attendee_model()(name=name, time_zone=provider.time_zone)


def _invent_booking(
    kind: Kind, span: Interval, provider: Provider, attendee: Attendee, random: Random, now: datetime
) -> Booking:
    """An unsaved booking in a state that fits its time."""
    parties = {"provider": provider, "attendee": attendee}
    booking = kind.model(**parties, **kind.when(span))
    chance = random.random()
    if chance < SHARE_CANCELLED:
        booking.status = Status.CANCELLED
        booking.cancelled_at = now
    elif span.end <= now:
        booking.status = Status.NOSHOW if chance < SHARE_CANCELLED + SHARE_NOSHOW else Status.FULFILLED
    elif span.start <= now:
        booking.status = Status.ARRIVED
    booking.revision = 1 if booking.status == Status.BOOKED else 2
    return booking
