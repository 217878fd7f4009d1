"""The writers: everything that changes a booking, on every path, goes through here.

Order of locks, everywhere: booking rows by id, then provider rows by key, then attendee rows by key. `book` needs
none of them: one `INSERT ... ON CONFLICT DO NOTHING` waits for nobody in a circle, and the exclusion constraints
are the only judge. Nothing may wait on another booking after the INSERT or UPDATE.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db.models.constants import OnConflict
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings import policy
from bookings.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    Invalid,
    Stale,
    Unavailable,
)
from bookings.lifecycle import TRANSITIONS, Status, may_follow
from bookings.models import Booking
from bookings.overlaps import find_overlaps, next_free
from bookings.policy import Actor, Role
from bookings.schedules import Schedule, read_schedule
from bookings.transactions import unit_of_work, unknown_party

B = TypeVar("B", bound=Booking)
INSERT_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Override:
    """What the desk sets aside on purpose, and why: the provider's hours, the overlap with other bookings."""

    hours: bool = False
    overlap: bool = False
    reason: str = ""


NO_OVERRIDE = Override()


@unit_of_work
def book(
    booking: B,
    *,
    by: Actor,
    override: Override = NO_OVERRIDE,
    now: datetime | None = None,
) -> B:
    """Insert an unsaved booking and return it, saved.

    Raises Invalid, Forbidden, Conflict (with suggestions) or Unavailable; the database is then unchanged.
    """
    now = now or timezone.now()
    _apply_override(booking, override, by=by)
    _validate(booking)
    policy.check_may_book(by, booking)
    schedule = read_schedule(booking.provider_model(), booking.provider_key, booking.span)
    if schedule is None or not schedule.is_active:
        raise unknown_party("provider")
    if booking.attendee_key is None:
        raise unknown_party("attendee")
    if not policy.may(by, "ignore_time_limits", booking):
        _check_time_limits(booking, schedule, now)
    if not override.hours:
        _check_open(booking, schedule)
    booking.keep_free(schedule.buffer_before, schedule.buffer_after)
    booking.booked_by = by.user
    _insert(booking, by=by, now=now)
    return booking


@unit_of_work
def cancel(
    booking: B,
    *,
    by: Actor,
    reason: str = "",
    if_revision: int | None = None,
    now: datetime | None = None,
) -> B:
    """Cancel a booking and return it as it is now; its time is free at once.

    `if_revision` is the revision that the caller has seen (If-Match). Raises Forbidden, Stale or IllegalTransition.
    Needs the booking's row lock alone: it leaves the constraints' condition, so it waits on no other booking.
    """
    now = now or timezone.now()
    booking = type(booking).objects.select_for_update(no_key=True).get(pk=booking.pk)
    policy.check(by, "cancel", booking)
    _check_revision(booking, if_revision)
    _check_transition(booking, Status.CANCELLED)
    _check_cancellation_window(booking, by=by, now=now)
    booking.status = Status.CANCELLED
    booking.revision += 1
    booking.cancelled_at, booking.cancelled_by, booking.cancel_reason = (
        now,
        by.user,
        reason,
    )
    booking.expires_at = None
    _validate(booking)
    booking.save()
    return booking


def _apply_override(booking: Booking, override: Override, *, by: Actor) -> None:
    """Write a deliberate exception onto the booking, where the constraints' condition sees it."""
    booking.is_overbooked, booking.override_reason = (
        override.overlap,
        override.reason.strip(),
    )
    if not (override.hours or override.overlap):
        return
    policy.check(by, "override", booking)
    if not booking.override_reason:
        raise Invalid(errors={"override": [_("Give a reason for the exception.")]})


def _validate(booking: Booking) -> None:
    """The booking's own fields and rules; parties and overlaps are the database's to judge.

    (`full_clean` would look up each foreign key and unique field, and call a conflict a validation error.)
    """
    try:
        booking.clean_fields(
            exclude={
                booking.provider_field,
                booking.attendee_field,
                "busy_from",
                "busy_until",
            }
        )
        booking.clean()
    except ValidationError as error:
        raise Invalid(errors=_by_part(booking, error)) from error


def _by_part(booking: Booking, error: ValidationError) -> dict[str, list[str]]:
    """The sentences of a ValidationError by part; a field that is no part keeps its name."""
    start, end = booking.time_fields
    parts = {start: "start", end: "end", "end_at": "end"}
    return {parts.get(field, field): sentences for field, sentences in error.message_dict.items()}


def _check_time_limits(booking: Booking, schedule: Schedule, now: datetime) -> None:
    """Attendees book the future, with the provider's notice, within its horizon."""
    if booking.start_at <= now:
        raise Invalid(errors={"start": [_("This time is in the past.")]})
    if booking.start_at < now + schedule.minimum_notice:
        raise Invalid(errors={"start": [_("This is too short notice. Please choose a later time.")]})
    if schedule.horizon is not None and booking.start_at > now + schedule.horizon:
        raise Invalid(errors={"start": [_("This is too far ahead. Please choose an earlier time.")]})


def _check_open(booking: Booking, schedule: Schedule) -> None:
    """The booking lies inside one interval of the provider's hours, outside its time off."""
    if not schedule.is_open(booking.span):
        raise Invalid(errors={"start": [_("Outside the working hours (%(zone)s).") % {"zone": schedule.zone.key}]})


def _insert(booking: Booking, *, by: Actor, now: datetime) -> None:
    """Insert once; when another booking holds the time, say which side it is on.

    ON CONFLICT DO NOTHING waits for a concurrent inserter of the same time: rolled back, ours goes in; committed,
    no row comes back. The blocker may be gone again by the time we look, so the insert is repeated a few times.
    """
    for _attempt in range(INSERT_ATTEMPTS):
        if _insert_unless_taken(booking):
            return
        if not booking.attendee_model()._default_manager.filter(
            **{booking.attendee_model().key_field: booking.attendee_key}
        ):
            raise unknown_party("attendee")
        taken = find_overlaps(booking)
        if taken:
            not_before = None if policy.may(by, "ignore_time_limits", booking) else now
            raise Conflict(errors=taken, suggestions=next_free(booking, not_before=not_before))
        if type(booking).objects.filter(uid=booking.uid).exists():
            raise Conflict(_("This booking was sent before. Please start anew."))
    raise Unavailable


def _insert_unless_taken(booking: Booking) -> bool:
    """Whether the row went in. Through Django's insert compiler: `bulk_create` would not return the key."""
    meta = booking._meta
    now = [field for field in meta.local_concrete_fields if field is not meta.auto_field]
    insert = type(booking)._base_manager._insert  # type: ignore[attr-defined]  # noqa: SLF001
    rows = insert(
        [booking],
        fields=now,
        returning_fields=[meta.pk],
        using=booking._state.db or "default",
        on_conflict=OnConflict.IGNORE,
    )
    if not rows or rows[0] is None:
        return False
    booking.pk = rows[0][0]
    booking._state.adding, booking._state.db = False, "default"
    return True


def _check_revision(booking: Booking, if_revision: int | None) -> None:
    if if_revision is not None and if_revision != booking.revision:
        raise Stale


def _check_transition(booking: Booking, target: Status) -> None:
    if may_follow(booking.status, target):
        return
    allowed = ", ".join(sorted(TRANSITIONS[booking.status])) or _("none")
    raise IllegalTransition(
        _("A booking that is %(current)s cannot become %(target)s. Allowed: %(allowed)s.")
        % {"current": booking.status, "target": str(target), "allowed": allowed}
    )


def _check_cancellation_window(booking: Booking, *, by: Actor, now: datetime) -> None:
    """An attendee cancels up to the provider's window before the start; the desk and the provider always."""
    if by.roles_for(booking) != {Role.ATTENDEE}:
        return
    window = timedelta(minutes=booking.provider.cancellation_window_minutes)
    if now > booking.start_at - window:
        raise Forbidden(_("It is too late to cancel this here. Please call the practice."))
