"""Pending bookings that were not approved in time: the job cancels them, or a booking that needs their time does."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from bookings.access.actor import JOB
from bookings.actions.row_locks import lock_parties
from bookings.core.lifecycle import Status
from bookings.core.transactions import unit_of_work
from bookings.models import Booking
from bookings.models.booking import CHANGE
from bookings.models.querysets import BookingQuerySet

BATCH = 500


@unit_of_work
def expire(kind: type[Booking], *, now: datetime | None = None) -> int:
    """Cancel up to 500 expired bookings of a kind, and return how many; rows locked by others are skipped."""
    now = now or timezone.now()
    due = kind.objects.expired(now).order_by("pk").select_for_update(no_key=True, skip_locked=True)
    return _cancel(due[:BATCH], now)


def expire_blockers(booking: Booking, *, now: datetime) -> int:
    """Cancel the expired bookings in the way of `booking`, and return how many. Its INSERT or UPDATE comes after that.

    The parties are locked first. Otherwise this deadlocks: a `reschedule` that holds them waits, within its UPDATE,
    until what is cancelled here is committed, and our INSERT then waits for that UPDATE. (Whoever has locked an expired
    row waits for no party: the change is refused at once, because of the row's state.)
    """
    expired = type(booking).objects.expired(now).exclude(pk=booking.pk)
    at_provider = expired.of_provider(booking.provider_id).busy_during(booking.busy_span)
    at_attendee = expired.of_attendee(booking.attendee_id).during(booking.span)
    if not (at_provider.exists() or at_attendee.exists()):
        return 0
    lock_parties(type(booking), {booking.provider_id}, {booking.attendee_id})
    keys = Q(pk__in=at_provider.values("pk")) | Q(pk__in=at_attendee.values("pk"))
    return _cancel(expired.filter(keys).order_by("pk").select_for_update(no_key=True), now)


def _cancel(due: BookingQuerySet[Booking], now: datetime) -> int:
    """Cancel these bookings, whose rows are locked; returns how many."""
    for booking in due:
        booking.status = Status.CANCELLED
        booking.expires_at = None
        booking.cancelled_at = now
        booking.record_change(JOB.user, JOB.via)
        booking.save(update_fields=["status", "expires_at", "cancelled_at", *CHANGE])
    return len(due)
