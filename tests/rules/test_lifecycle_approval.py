"""Providers who approve first, and bookings that expire because nobody did: for both kinds."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from bookings.access.actor import SYSTEM, Actor
from bookings.actions import approve, cancel, expire, reschedule
from bookings.core.errors import Conflict, IllegalTransition
from bookings.core.lifecycle import Status
from bookings.models import Booking
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at, span, stored

pytestmark = pytest.mark.django_db

NOW = at(9, day=1)
START = at(10)
HOUR = timedelta(hours=1)


@pytest.fixture
def provider(kind: Kind) -> Any:
    """A provider with a login who approves first."""
    return kind.provider(user=UserFactory.create(), needs_approval=True)


@pytest.fixture
def asked(kind: Kind, provider: Any, attendee: Any) -> Booking:
    """What the attendee has asked the provider for, for ten o'clock."""
    return kind.book(span(10, 11), provider=provider, attendee=attendee, by=Actor(attendee.user), now=NOW)


def told(booking: Booking) -> list[tuple[int, str, str | None]]:
    """The history: revision, state, from where."""
    rows = booking.history.order_by("pgh_id")
    return [(row.revision, row.status, row.changed_via) for row in rows]


def test_book_by_the_attendee_awaits_approval(asked: Booking) -> None:
    assert (stored(asked).status, stored(asked).revision) == (Status.PENDING, 1)


@pytest.mark.parametrize(("now", "expires_at"), [(NOW, NOW + 48 * HOUR), (START - HOUR, START)])
def test_book_expires_after_the_set_time_but_at_its_start_at_the_latest(
    kind: Kind, provider: Any, attendee: Any, now: datetime, expires_at: datetime
) -> None:
    asked = kind.book(span(10, 11), provider=provider, attendee=attendee, by=Actor(attendee.user), now=now)
    assert stored(asked).expires_at == expires_at


def test_book_expires_after_the_hours_of_the_setting(
    kind: Kind, provider: Any, attendee: Any, settings: Settings
) -> None:
    settings.APPROVAL_HOURS = 3
    asked = kind.book(span(10, 11), provider=provider, attendee=attendee, by=Actor(attendee.user), now=NOW)
    assert stored(asked).expires_at == NOW + 3 * HOUR


def test_book_by_the_desk_needs_no_approval(kind: Kind, provider: Any) -> None:
    booked = stored(kind.book(span(10, 11), provider=provider, now=NOW))
    assert (booked.status, booked.expires_at) == (Status.BOOKED, None)


def test_pending_holds_the_time(kind: Kind, provider: Any, asked: Booking) -> None:
    with pytest.raises(Conflict):
        kind.book(span(10, 11), provider=provider, now=NOW + HOUR)
    with pytest.raises(Conflict):
        kind.book(span(10, 11), attendee=asked.attendee, now=NOW + HOUR)


def test_approve_in_time_keeps_it(kind: Kind, asked: Booking, provider: Any) -> None:
    booked = stored(approve(asked, by=Actor(provider.user, via="page"), now=NOW + 47 * HOUR))
    assert (booked.status, booked.revision, booked.expires_at) == (Status.BOOKED, 2, None)
    assert expire(kind.model, now=START) == 0


def test_approve_too_late_is_illegal(asked: Booking, provider: Any) -> None:
    with pytest.raises(IllegalTransition, match="cancelled"):
        approve(asked, by=Actor(provider.user), now=NOW + 48 * HOUR)
    assert stored(asked).status == Status.PENDING


def test_expired_is_shown_as_cancelled_and_changed_by_nobody_who_reads(kind: Kind, asked: Booking) -> None:
    later = NOW + 48 * HOUR
    assert stored(asked).status_at(later - HOUR) == Status.PENDING
    assert stored(asked).status_at(later) == Status.CANCELLED
    assert list(kind.model.objects.with_status(Status.CANCELLED, later)) == [asked]
    assert (stored(asked).status, stored(asked).revision) == (Status.PENDING, 1)


@pytest.mark.parametrize("side", ["provider", "attendee"])
def test_book_in_the_place_of_an_expired_one_cancels_it(kind: Kind, asked: Booking, side: str) -> None:
    desk = UserFactory.create(is_staff=True)
    booked = kind.book(span(10, 11), by=Actor(desk, via="token"), now=NOW + 48 * HOUR, **{side: getattr(asked, side)})
    assert told(asked) == [(1, "pending", "shell"), (2, "cancelled", "job")]
    assert told(booked) == [(1, "booked", "token")]
    assert (stored(asked).cancelled_at, stored(asked).cancelled_by) == (NOW + 48 * HOUR, None)


def test_book_in_the_place_of_several_expired_ones_cancels_all(kind: Kind) -> None:
    booked = kind.book(span(9, 10))
    waiting: dict[str, Any] = {"status": "pending", "expires_at": NOW}
    expired = [kind.book(span(hour, hour + 1), provider=booked.provider, **waiting) for hour in (10, 11)]
    expired.append(kind.book(span(10, 12), attendee=booked.attendee, **waiting))
    assert kind.book(span(10, 12), provider=booked.provider, attendee=booked.attendee, now=NOW).pk
    assert [stored(booking).status for booking in expired] == ["cancelled"] * 3


def test_book_beside_an_expired_one_that_is_not_all_that_is_in_the_way_changes_nothing(
    kind: Kind, asked: Booking
) -> None:
    kind.book(span(11, 12), provider=asked.provider)
    with pytest.raises(Conflict):
        kind.book(span(10, 12), provider=asked.provider, now=NOW + 48 * HOUR)
    assert (stored(asked).status, stored(asked).revision) == (Status.PENDING, 1)


def test_expire_cancels_what_is_due_and_says_how_much(kind: Kind, asked: Booking) -> None:
    assert expire(kind.model, now=NOW + 47 * HOUR) == 0
    assert expire(kind.model, now=NOW + 48 * HOUR) == 1
    assert expire(kind.model, now=NOW + 49 * HOUR) == 0
    assert told(asked)[1:] == [(2, "cancelled", "job")]
    gone = stored(asked)
    assert (gone.cancelled_at, gone.cancelled_by, gone.expires_at) == (NOW + 48 * HOUR, None, None)


def test_reschedule_by_the_attendee_awaits_approval_again(asked: Booking, kind: Kind, attendee: Any) -> None:
    approve(asked, by=SYSTEM, now=NOW)
    by, later = Actor(attendee.user), NOW + 5 * HOUR
    moved = stored(reschedule(asked, by=by, to=kind.times(span(14, 15)), now=later))
    assert (moved.status, moved.revision, moved.expires_at) == (Status.PENDING, 3, later + 48 * HOUR)


@pytest.mark.parametrize("role", ["desk", "provider"])
def test_reschedule_by_who_approves_stays_as_it_was(asked: Booking, kind: Kind, provider: Any, role: str) -> None:
    by = SYSTEM if role == "desk" else Actor(provider.user)
    assert stored(reschedule(asked, by=by, to=kind.times(span(14, 15)), now=NOW)).status == Status.PENDING
    approve(asked, by=SYSTEM, now=NOW)
    assert stored(reschedule(asked, by=by, to=kind.times(span(16, 17)), now=NOW)).status == Status.BOOKED


def test_cancel_ends_the_waiting(asked: Booking, kind: Kind, attendee: Any) -> None:
    gone = stored(cancel(asked, by=Actor(attendee.user), now=NOW))
    assert (gone.status, gone.expires_at) == (Status.CANCELLED, None)
    assert expire(kind.model, now=START) == 0
