"""Each predicate about bookings says the same in all of its forms: a query set's method, plain SQL, Python."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection

from bookings.core.interval import Interval
from bookings.core.lifecycle import BLOCKING, Status
from bookings.models import Booking
from bookings.models.querysets import BookingQuerySet, statement_about
from tests.support.kinds import Kind, at

pytestmark = pytest.mark.django_db

NOW = at(12)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def bookings(kind: Kind) -> list[Booking]:
    """In every state: without a deadline, with one that is over, with one ahead; as usual and overbooked."""
    provider = kind.provider()
    deadlines = (None, NOW - MINUTE, NOW, NOW + MINUTE)
    for number, (status, expires_at, is_overbooked) in enumerate(product(Status.values, deadlines, (False, True))):
        start = at(13) + number * HOUR
        row = kind.model.objects.filter(pk=kind.book(Interval(start, start + HOUR), provider=provider).pk)
        row.update(status=status, expires_at=expires_at, is_overbooked=is_overbooked, override_reason="Emergency")
    return list(kind.model.objects.all())


def ids(found: list[Booking] | BookingQuerySet[Booking]) -> set[int]:
    return {booking.pk for booking in found}


def ids_by_sql(kind: Kind, condition: str) -> set[int]:
    """Of the bookings that meet a condition in plain SQL."""
    with connection.cursor() as cursor:
        statement = statement_about(kind.model, f"SELECT id FROM {{table}} WHERE {condition}")
        cursor.execute(statement, {"now": NOW, "excluding": None})
        return {pk for (pk,) in cursor.fetchall()}


def test_expired_is_the_same_in_all_forms(kind: Kind, bookings: list[Booking]) -> None:
    expired = ids([b for b in bookings if b.status == Status.PENDING and b.status_at(NOW) == Status.CANCELLED])

    assert len(expired) == 4
    assert ids(kind.model.objects.expired(NOW)) == expired
    assert ids(kind.model.objects.unexpired(NOW)) == ids(bookings) - expired
    assert ids_by_sql(kind, "{is_expired}") == expired


@pytest.mark.parametrize("status", Status.values)
def test_state_that_readers_see_is_the_same_in_all_forms(kind: Kind, bookings: list[Booking], status: str) -> None:
    seen = ids([booking for booking in bookings if booking.status_at(NOW) == status])

    assert seen
    assert ids(kind.model.objects.with_status(status, NOW)) == seen


def test_blocking_and_holding_time_are_the_same_in_all_forms(kind: Kind, bookings: list[Booking]) -> None:
    blocking = ids([booking for booking in bookings if booking.status in BLOCKING])
    holding = ids([booking for booking in bookings if booking.holds_time])

    assert holding < blocking < ids(bookings)
    assert ids(kind.model.objects.blocking()) == ids_by_sql(kind, "{is_blocking}") == blocking
    assert ids(kind.model.objects.holding_time()) == holding
