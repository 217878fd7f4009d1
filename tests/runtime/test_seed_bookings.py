"""`manage.py seed --bookings`, and the bulk insert below it."""

import re
from collections import Counter
from datetime import date, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError

from appointments.models import Appointment
from booking_site.seeding.example import add_bookings
from booking_site.seeding.filling import fill
from bookings.actions.bulk import insert_many
from bookings.core.lifecycle import Status
from bookings.schedule.loading import read_schedule
from bookings.schedule.rules import WeeklyHours
from bookings.schedule.terms import BookingTerms, can_have, is_slot
from scheduling.models import Session
from tests.support.concurrency import in_thread
from tests.support.kinds import APPOINTMENTS, KINDS, Kind, span
from tests.support.seeding import seed
from tests.support.session_factories import CoachFactory

pytestmark = pytest.mark.django_db


def test_seed_bookings_makes_as_many_as_asked() -> None:
    out, err = seed(bookings=301, days=30, random_seed=1)

    assert "Made 301 bookings." in out
    assert "301 of 301 bookings" in err
    assert (Session.objects.count(), Appointment.objects.count()) == (151, 150)


@pytest.mark.parametrize("days", [1, 2, 7])
def test_seed_bookings_finds_room_in_few_days(days: int) -> None:
    assert sum(add_bookings(60, days=days, random=Random(1), today=date(2030, 1, 6))) == 60  # a Sunday


def test_seed_bookings_leaves_the_documented_calls_free() -> None:
    seed(bookings=200, days=30)

    assert not Appointment.objects.filter(provider_id__in=(1, 2)).exists()
    assert not Session.objects.filter(provider__coach_hash_id__in=("123", "456")).exists()


def test_seed_bookings_keep_to_the_rules_in_fitting_states(kind: Kind) -> None:
    seed(bookings=700, days=6, random_seed=2)

    days: Counter[tuple[Any, ...]] = Counter()
    bookings = list(kind.model.objects.with_parties())
    for booking in bookings:
        schedule = read_schedule(kind.provider_model, booking.provider_id, booking.span)
        assert schedule is not None
        assert schedule.is_open(booking.span)
        assert can_have(schedule, booking.span.length, BookingTerms())
        assert is_slot(schedule, booking.span, BookingTerms())
        assert (booking.status == Status.CANCELLED) == (booking.cancelled_at is not None)
        days[schedule.key, schedule.day_limit, booking.start_at.astimezone(schedule.zone).date()] += 1
    for booking in bookings[::20]:
        booking.full_clean()
    assert all(limit is None or number <= limit for (_key, limit, _day), number in days.items())
    assert {booking.status for booking in bookings} >= {"booked", "fulfilled", "cancelled", "noshow"}


@pytest.mark.parametrize("slot", [{}, {"slot_minutes": 30, "buffer_before_minutes": 5, "buffer_after_minutes": 10}])
def test_seed_bookings_leave_holidays_and_buffers_free_and_keep_the_daily_limit(slot: dict[str, int]) -> None:
    provider = CoachFactory.build(time_zone="Europe/Berlin", holiday_calendar="DE", day_limit=3, **slot)
    hours = [WeeklyHours(weekday, time(9), 480) for weekday in range(7)]

    spans = fill(provider, hours, date(2030, 12, 24), 4, Random(1))

    assert Counter(span.start.date() for span in spans) == {date(2030, 12, 24): 3, date(2030, 12, 27): 3}
    assert all(later.start - span.end >= sum(provider.buffers, timedelta()) for span, later in pairwise(spans))


def test_seed_bookings_come_with_providers_of_many_manners() -> None:
    seed()
    list(add_bookings(1200, days=6, random=Random(2), today=date(2030, 1, 9)))

    for kind in KINDS:
        people: Any = kind.provider_model
        providers = people.objects.filter(name__regex=r" \d+$")
        for provider in providers:
            provider.full_clean()
            assert list(provider.services.order_by("pk")) == list(kind.service_model._default_manager.order_by("pk"))
        for name in ("slot_minutes", "slot_step_minutes", "buffer_after_minutes", "day_limit", "holiday_calendar"):
            assert len(set(providers.values_list(name, flat=True))) > 1, name
        assert {provider.holiday_calendar for provider in providers.filter(time_zone="Europe/Berlin")} == {"DE"}
        intervals = Counter(provider.working_hours.count() // 5 for provider in providers)
        assert set(intervals) == {1, 2}


def test_seed_bookings_with_one_random_seed_are_the_same() -> None:
    def shape() -> list[Any]:
        batches = add_bookings(100, days=20, random=Random(3), today=date(2030, 1, 7))
        before = [row.pk for row in Appointment.objects.all()]
        list(batches)
        added = Appointment.objects.exclude(pk__in=before).order_by("start_at", "pk")
        return list(added.values_list("start_at", "end_at", "status", "provider__name", "attendee__name"))

    assert shape() == shape()


def test_seed_bookings_interrupted_leaves_whole_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: Any, **options: Any) -> Any:
        for number, made in enumerate(add_bookings(*args, **options)):
            yield made
            if number == 1:
                raise KeyboardInterrupt

    monkeypatch.setattr("booking_site.management.commands.seed.add_bookings", interrupted)

    with pytest.raises(CommandError, match=r"^Interrupted: ([0-9,]+) of 9,000 bookings made\.$") as caught:
        seed(bookings=9000, days=365, random_seed=4)

    made = int(re.sub(r"\D", "", str(caught.value).partition(" of ")[0]))
    assert Session.objects.count() + Appointment.objects.count() == made > 0
    assert caught.value.returncode == 130


def test_insert_many_leaves_out_what_is_taken(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    parties = {"provider": booked.provider, "attendee": booked.attendee}

    made = insert_many([kind.build(hours, **parties) for hours in (span(10, 12), span(12, 13), span(12, 14))])

    assert made == 1
    assert insert_many([kind.build(span(12, 13), **parties)]) == 0
    assert insert_many([kind.build(span(14, 15), **parties)]) == 1


def test_insert_many_keeps_the_buffers_free() -> None:
    provider = APPOINTMENTS.provider(buffer_after_minutes=30)

    made = insert_many([APPOINTMENTS.build(hours, provider=provider) for hours in (span(10, 11), span(11, 12))])

    assert made == 1


def test_insert_many_of_none() -> None:
    assert insert_many([]) == 0


@pytest.mark.race
@pytest.mark.parametrize("party", ["provider", "attendee"])
@pytest.mark.django_db(transaction=True)
def test_insert_many_waits_for_whoever_holds_its_people(kind: Kind, party: str) -> None:
    parties = {"provider": kind.provider(), "attendee": kind.attendee()}
    held = type(parties[party]).objects.filter(pk=parties[party].pk).select_for_update(no_key=True)

    with in_thread(lambda: list(held)) as holder:
        made = holder.meanwhile(lambda: insert_many([kind.build(span(10, 11), **parties)]))

    assert made == 1
