"""New bookings. The desk's INSERT needs no lock; for others the counted parties are locked first (`limits`).

Whether the time is free is decided by the exclusion constraints alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models.constants import OnConflict
from django.utils import timezone

from bookings.access import permissions
from bookings.access.actor import Actor
from bookings.actions.limits import check_booking_limits, lock_counted
from bookings.actions.refusals import suggesting_other_times, write_or_explain
from bookings.actions.row_locks import lock_parties
from bookings.actions.validation import NO_OVERRIDE, Override, apply_override, apply_schedule, check_rules, validate
from bookings.core.errors import BookingError
from bookings.core.lifecycle import Action, Status
from bookings.core.transactions import domain_error, unit_of_work, unknown_party
from bookings.models import Booking
from bookings.schedule.loading import Schedule

B = TypeVar("B", bound=Booking)
LARGEST_BATCH = 50


@unit_of_work
def book(booking: B, *, by: Actor, override: Override = NO_OVERRIDE, now: datetime | None = None) -> B:
    """Insert an unsaved booking and return it; pending where the provider approves first and `by` may not approve.

    Raises Invalid, Forbidden, Conflict (with suggestions) or Unavailable; the database is then unchanged.
    """
    now = now or timezone.now()
    apply_override(booking, override, by=by)
    validate(booking)
    permissions.check_may_book(by, booking)
    schedule = apply_schedule(booking)
    terms = permissions.terms_for(by, booking)
    with suggesting_other_times(booking, schedule, terms, now=now):
        check_rules(booking.span, schedule, terms, now=now, is_any_hour=override.hours)
        if booking.attendee_id is None:
            raise unknown_party("attendee")
        await_approval(booking, schedule, by=by, now=now)
        booking.booked_by = booking.changed_by = by.user
        booking.changed_via = by.via
        if terms.is_limited:
            taken = lock_counted(booking, schedule, now=now)
            check_booking_limits(booking, schedule, taken, now=now)
        write_or_explain(booking, lambda: _insert_unless_taken(booking), is_new=True, now=now)
    return booking


@unit_of_work
def book_many(
    requests: Sequence[tuple[B, Override]], *, by: Actor, is_all_or_nothing: bool, now: datetime | None = None
) -> list[B | BookingError]:
    """Book up to 50 of one kind in one transaction: for each the saved booking, or why it was not booked.

    All or nothing: the first error is raised instead, and nothing is booked. Otherwise the rest is booked all the same.
    Locks all parties first: two transactions that insert several rows in different orders would deadlock.
    """
    bookings = [booking for booking, _override in requests]
    if bookings:
        providers = {b.provider_id for b in bookings}
        attendees = {b.attendee_id for b in bookings}
        lock_parties(type(bookings[0]), providers - {None}, attendees - {None})
    results: list[B | BookingError] = []
    for position, (booking, override) in enumerate(requests):
        try:
            with transaction.atomic():  # an unknown party breaks the statement, not the batch
                results.append(book(booking, by=by, override=override, now=now))
        except (BookingError, IntegrityError) as raised:
            error = raised if isinstance(raised, BookingError) else domain_error(raised)
            error.position = position
            if is_all_or_nothing:
                raise error from raised
            results.append(error)
    return results


def await_approval(booking: Booking, schedule: Schedule, *, by: Actor, now: datetime) -> None:
    """Make the booking pending, with a deadline, where the provider approves first and this actor may not approve."""
    if schedule.needs_approval and not permissions.may(by, Action.APPROVE, booking):
        booking.status = Status.PENDING
        booking.expires_at = min(now + timedelta(hours=settings.APPROVAL_HOURS), booking.start_at)


def _insert_unless_taken(booking: Booking) -> bool:
    """Whether the row went in; the booking then has its key.

    ON CONFLICT DO NOTHING waits for a concurrent INSERT of the same time. If that is rolled back, ours goes in; if it
    commits, no row comes back.
    """
    keys = insert_free([booking])
    if not keys:
        return False
    booking.pk = keys[0]
    booking._state.adding = False
    booking._state.db = connection.alias
    return True


def insert_free(bookings: Sequence[Booking]) -> list[int]:
    """Insert bookings of one kind in one statement, and return the keys of those whose time was free.

    Through Django's insert compiler: `bulk_create` that ignores conflicts returns no keys. For several bookings the
    caller holds the locks of all their parties.
    """
    meta = bookings[0]._meta
    manager = cast(Any, type(bookings[0])._base_manager)
    rows = manager._insert(  # noqa: SLF001
        list(bookings),
        fields=[field for field in meta.local_concrete_fields if field is not meta.auto_field],
        returning_fields=[meta.pk],
        using=connection.alias,
        on_conflict=OnConflict.IGNORE,
    )
    return [row[0] for row in rows if row is not None]  # a single booking that is left out comes back as [None]
