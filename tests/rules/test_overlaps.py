"""The plain SQL of `overlaps` and the query sets say the same."""

from datetime import timedelta

import pytest

from bookings.access.actor import SYSTEM
from bookings.actions import Override, cancel
from bookings.models import Booking
from bookings.models.overlaps import find_overlaps, read_taken
from tests.support.kinds import Kind, at, span

OVERBOOK = Override(overlap=True, reason="Emergency")


@pytest.fixture
def asked(kind: Kind) -> Booking:
    """A booking that was asked for, among booked, cancelled and overbooked ones of both its parties and of others."""
    provider = kind.provider(buffer_before_minutes=45, buffer_after_minutes=30)
    attendee = kind.attendee()
    for day, hour in ((6, 22), (7, 10), (7, 13), (8, 9)):
        kind.book(span(hour, hour + 1, day=day), provider=provider)
        kind.book(span(hour, hour + 1, day=day), attendee=attendee)
    cancel(kind.book(span(18, 19), provider=provider, attendee=attendee), by=SYSTEM)
    kind.book(span(10, 11), provider=provider, attendee=attendee, override=OVERBOOK)
    kind.book(span(16, 17), provider=provider, attendee=attendee)
    kind.book(span(10, 11))
    booking = kind.build(span(10, 11), provider=provider, attendee=attendee)
    booking.derive_end()
    booking.set_busy_time(timedelta(minutes=45), timedelta(minutes=30))
    return booking


@pytest.mark.django_db
def test_taken_times_are_those_of_the_query_sets(kind: Kind, asked: Booking) -> None:
    """At the provider those that touch the busy time, of the attendee those that touch the booking's own."""
    blocking = kind.model.objects.blocking()
    buffers = timedelta(minutes=45), timedelta(minutes=30)
    for start, hours in (
        (at(h, m, day=d), n) for d in (6, 7, 8) for h in range(0, 24, 2) for m in (0, 30) for n in (1, 9)
    ):
        asked.start_at, asked.end_at = start, start + timedelta(hours=hours)
        asked.set_busy_time(*buffers)
        taken = read_taken(asked)
        busy = blocking.of_provider(asked.provider_id).busy_during(asked.busy_span).order_by("start_at")
        own = blocking.of_attendee(asked.attendee_id).during(asked.span).order_by("start_at")
        assert [other.span for other in taken if other.part == "provider"] == [b.busy_span for b in busy]
        assert [other.span for other in taken if other.part == "attendee"] == [b.span for b in own]


@pytest.mark.django_db
def test_booking_is_not_in_its_own_way(kind: Kind) -> None:
    assert find_overlaps(kind.book(span(10, 11))) == {}


@pytest.mark.django_db
def test_deliberate_overbooking_takes_time_but_does_not_hold_it(kind: Kind, asked: Booking) -> None:
    taken = read_taken(asked)
    assert [other.holds_time for other in taken if other.part == "provider"].count(False) == 1
    assert list(find_overlaps(asked)) == ["provider", "attendee"]
