"""The contract of `reschedule`, for both kinds."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.errors import ExclusionViolation

from bookings.access.actor import SYSTEM, Actor
from bookings.actions import Override, cancel, reschedule
from bookings.core.errors import Conflict, Forbidden, IllegalTransition, Invalid, Stale
from bookings.core.interval import Interval
from bookings.core.lifecycle import Status
from bookings.models import Booking
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at, span, stored

pytestmark = pytest.mark.django_db

NOW = at(9, day=1)
MINUTE = timedelta(minutes=1)
ON_PURPOSE = Override(overlap=True, reason="Emergency")


def times_told(booking: Booking) -> list[tuple[int, datetime, datetime]]:
    """The history: revision, start, end."""
    told = booking.history.order_by("pgh_id")
    return [(row.revision, row.start_at, row.end_at) for row in told]


def move(kind: Kind, booking: Booking, to: Interval, **options: Any) -> Booking:
    """Reschedule as the desk at `NOW` unless told otherwise."""
    options = {"by": SYSTEM, "now": NOW, **options}
    return reschedule(booking, to=kind.times(to, options.pop("provider", None)), **options)


def test_reschedule_stays_the_same_booking(kind: Kind) -> None:
    booking = kind.book(span(10, 11), note="Bring the papers")
    moved = stored(move(kind, booking, span(14, 16)))
    assert (moved.pk, moved.uid, moved.note, moved.created_at) == (
        booking.pk,
        booking.uid,
        booking.note,
        booking.created_at,
    )
    assert (moved.span, moved.busy_span, moved.status, moved.revision) == (span(14, 16), span(14, 16), "booked", 2)


def test_reschedule_keeps_the_old_time_in_history(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    move(kind, booking, span(14, 15))
    move(kind, booking, span(16, 17))
    assert times_told(booking) == [(1, at(10), at(11)), (2, at(14), at(15)), (3, at(16), at(17))]


def test_reschedule_frees_the_old_time_and_takes_the_new(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    move(kind, booking, span(14, 15))
    assert kind.book(span(10, 11), provider=booking.provider).pk
    with pytest.raises(Conflict):
        kind.book(span(14, 15), provider=booking.provider)


def test_reschedule_to_a_time_that_overlaps_its_own(kind: Kind) -> None:
    booking = kind.book(span(10, 12))
    assert move(kind, booking, span(11, 13)).span == span(11, 13)


@pytest.mark.parametrize("side", ["provider", "attendee"])
def test_reschedule_onto_another_is_refused_and_keeps_its_time(kind: Kind, side: str) -> None:
    booking = kind.book(span(10, 11))
    kind.book(span(14, 15), **{side: getattr(booking, side)})
    with pytest.raises(Conflict) as refused:
        move(kind, booking, span(14, 15))
    assert list(refused.value.errors) == [side]
    assert refused.value.suggestions[0] == span(15, 16)
    assert (stored(booking).span, stored(booking).revision) == (span(10, 11), 1)
    assert len(times_told(booking)) == 1


def test_reschedule_takes_the_buffers_of_the_provider_now(kind: Kind) -> None:
    provider = kind.provider(buffer_before_minutes=5, buffer_after_minutes=10)
    booking = kind.book(span(10, 11), provider=provider)
    type(provider).objects.update(buffer_before_minutes=20, buffer_after_minutes=0)
    assert move(kind, booking, span(14, 15)).busy_span == Interval(at(13, 40), at(15))


def test_reschedule_by_the_desk_to_another_provider(kind: Kind) -> None:
    booking, other = kind.book(span(10, 11)), kind.provider(buffer_after_minutes=15)
    former = booking.provider
    moved = stored(move(kind, booking, span(10, 11), provider=other.key))
    assert (moved.provider_id, moved.revision) == (other.key, 2)
    assert moved.busy_span == Interval(at(10), at(11, 15))
    assert kind.book(span(10, 11), provider=former).pk


def test_reschedule_by_the_desk_to_nobody_known_is_invalid(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    with pytest.raises(Invalid) as refused:
        move(kind, booking, span(10, 11), provider="nobody" if kind.plural == "sessions" else 2**40)
    assert list(refused.value.errors) == ["provider"]


@pytest.mark.parametrize("role", ["attendee", "provider"])
def test_reschedule_by_others_to_another_provider_is_forbidden(kind: Kind, role: str) -> None:
    user = UserFactory.create()
    booking = kind.book(span(10, 11), **{role: getattr(kind, role)(user=user)})
    with pytest.raises(Forbidden):
        move(kind, booking, span(14, 15), provider=kind.provider().key, by=Actor(user))
    assert stored(booking).revision == 1


@pytest.mark.parametrize("role", ["attendee", "provider", "nobody"])
def test_reschedule_of_a_strangers_booking_is_forbidden(kind: Kind, role: str) -> None:
    user = UserFactory.create()
    if role != "nobody":
        getattr(kind, role)(user=user)
    with pytest.raises(Forbidden):
        move(kind, kind.book(span(10, 11)), span(14, 15), by=Actor(user))


def test_reschedule_outside_the_hours_is_invalid_but_for_an_override(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    booking.provider.working_hours.create(weekday=0, starts_at="09:00", minutes=480)
    with pytest.raises(Invalid) as refused:
        move(kind, booking, span(18, 19))
    assert list(refused.value.errors) == ["start"]
    moved = stored(move(kind, booking, span(18, 19), override=Override(hours=True, reason="Evening talk")))
    assert (moved.span, moved.is_overbooked, moved.override_reason) == (span(18, 19), False, "Evening talk")


LIMITS: dict[str, tuple[dict[str, Any], Interval, datetime]] = {
    "past": ({}, span(10, 11), at(11)),
    "notice": ({"minimum_notice_minutes": 120}, span(14, 15), at(12, 1)),
    "horizon": ({"horizon_days": 2}, span(14, 15, day=9), at(13, 59)),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_reschedule_beyond_a_limit_is_invalid_for_the_attendee_alone(
    kind: Kind, attendee: Any, themself: Actor, limit: str
) -> None:
    rules, to, now = LIMITS[limit]
    booking = kind.book(span(14, 15, day=8), provider=kind.provider(**rules), attendee=attendee, now=NOW)
    with pytest.raises(Invalid) as refused:
        move(kind, booking, to, by=themself, now=now)
    assert list(refused.value.errors) == ["start"]
    assert move(kind, booking, to, now=now).revision == 2


@pytest.mark.parametrize(("now", "is_late"), [(at(8), False), (at(8, 1), True), (at(12), True)])
def test_reschedule_by_the_attendee_up_to_the_window(
    kind: Kind,
    attendee: Any,
    themself: Actor,
    now: datetime,
    is_late: bool,  # noqa: FBT001
) -> None:
    booking = kind.book(span(10, 11), provider=kind.provider(cancellation_window_minutes=120), attendee=attendee)
    if not is_late:
        assert move(kind, booking, span(14, 15), by=themself, now=now).revision == 2
        return
    with pytest.raises(Forbidden, match="too late"):
        move(kind, booking, span(14, 15), by=themself, now=now)


@pytest.mark.parametrize("status", [s for s in Status if s not in ("pending", "booked")])
def test_reschedule_from_another_state_is_illegal(kind: Kind, status: str) -> None:
    booking = kind.book(span(10, 11), status=status)
    with pytest.raises(IllegalTransition):
        move(kind, booking, span(14, 15))
    assert (stored(booking).span, stored(booking).revision) == (span(10, 11), 1)


def test_reschedule_with_another_revision_than_seen_is_stale(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    with pytest.raises(Stale):
        move(kind, booking, span(14, 15), if_revision=3)
    assert move(kind, booking, span(14, 15), if_revision=1).revision == 2


def test_reschedule_ignores_what_the_caller_changed_in_memory(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    booking.note, booking.status = "Never saved", Status.FULFILLED
    moved = stored(move(kind, booking, span(14, 15)))
    assert (moved.note, moved.status) == ("", Status.BOOKED)


def test_reschedule_onto_an_expired_booking_cancels_it(kind: Kind) -> None:
    expired = kind.book(span(14, 15), status=Status.PENDING, expires_at=NOW)
    booking = kind.book(span(10, 11), provider=expired.provider)
    move(kind, booking, span(14, 15), now=NOW)
    assert (stored(expired).status, stored(expired).revision) == (Status.CANCELLED, 2)


@pytest.mark.parametrize("side", ["provider", "attendee"])
def test_overbooking_exempts_both_sides(kind: Kind, side: str) -> None:
    booked = kind.book(span(10, 11))
    over = kind.book(span(10, 11), override=ON_PURPOSE, **{side: getattr(booked, side)})
    assert (stored(over).is_overbooked, stored(over).override_reason) == (True, "Emergency")
    moved = move(kind, kind.book(span(14, 15), provider=booked.provider), span(10, 11), override=ON_PURPOSE)
    assert stored(moved).is_overbooked


def test_overbooking_is_no_obstacle_to_others(kind: Kind) -> None:
    """It makes its time busy for slots and suggestions, but an ordinary booking may still be made there."""
    booked = kind.book(span(10, 11))
    kind.book(span(10, 12), override=ON_PURPOSE, provider=booked.provider)
    assert kind.book(span(11, 12), provider=booked.provider).pk
    with pytest.raises(Conflict) as refused:
        kind.book(span(10, 11), provider=booked.provider)
    assert refused.value.suggestions[0] == span(12, 13)


def test_overbooking_taken_back_while_it_overlaps_is_refused(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    over = kind.book(span(10, 11), override=ON_PURPOSE, provider=booked.provider)
    with pytest.raises(Conflict):
        reschedule(over, by=SYSTEM, to={}, now=NOW)
    assert (stored(over).is_overbooked, stored(over).revision) == (True, 1)
    cancel(booked, by=SYSTEM, now=NOW)
    taken_back = stored(reschedule(over, by=SYSTEM, to={}, now=NOW))
    assert (taken_back.is_overbooked, taken_back.revision, taken_back.span) == (False, 2, span(10, 11))
    with pytest.raises(Conflict):
        kind.book(span(10, 11), provider=booked.provider)


def test_overbooking_taken_back_in_plain_sql_is_refused_by_the_database(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    over = kind.book(span(10, 11), override=ON_PURPOSE, provider=booked.provider)
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {kind.plural} SET is_overbooked = false WHERE id = %s", [over.pk])
    assert isinstance(refused.value.__cause__, ExclusionViolation)
