"""What the writers ask before they write: the desk's exceptions, the booking's own rules, the provider's times."""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bookings import policy
from bookings.errors import Conflict, Invalid
from bookings.models import Booking
from bookings.overlaps import Surroundings, search_window
from bookings.policy import Actor
from bookings.schedules import Schedule, read_schedule
from bookings.transactions import unknown_party


@dataclass(frozen=True, slots=True)
class Override:
    """What the desk sets aside on purpose, and why: the provider's hours, the overlap with other bookings."""

    hours: bool = False
    overlap: bool = False
    reason: str = ""


NO_OVERRIDE = Override()


def apply_override(booking: Booking, override: Override, *, by: Actor) -> None:
    """Write a deliberate exception onto the booking, where the constraints' condition sees it."""
    is_exception = override.hours or override.overlap
    booking.is_overbooked, booking.is_outside_hours = override.overlap, override.hours
    booking.override_reason = override.reason.strip() if is_exception else ""
    if override != NO_OVERRIDE:
        policy.check(by, "override", booking)
    if is_exception and not booking.override_reason:
        raise Invalid(errors={"override": [_("Give a reason for the exception.")]})


def validate(booking: Booking) -> None:
    """The booking's own fields and rules; parties and overlaps are the database's to judge.

    (`full_clean` would look up each foreign key and unique field, and call a conflict a validation error.)
    """
    parties_and_derived = {booking.provider_field, booking.attendee_field, "busy_from", "busy_until"}
    try:
        booking.clean_fields(exclude=parties_and_derived)
        booking.clean()
    except ValidationError as error:
        raise Invalid(errors=_by_part(booking, error)) from error


def apply_schedule(booking: Booking, *, by: Actor, override: Override, now: datetime) -> Schedule:
    """Check the booking against its provider's rules, and set its busy time. Returns the provider's schedule.

    It is read as far as free times are looked for: should the booking lose, it is at hand.
    """
    schedule = read_schedule(booking.provider_model(), booking.provider_key, search_window(booking))
    if schedule is None or not schedule.is_active:
        raise unknown_party("provider")
    if not policy.may(by, "ignore_time_limits", booking):
        _check_time_limits(booking, schedule, now)
    if not override.hours and not schedule.is_open(booking.span):
        raise Invalid(errors={"start": [_("Outside the working hours (%(zone)s).") % {"zone": schedule.zone.key}]})
    booking.keep_free(schedule.buffer_before, schedule.buffer_after)
    return schedule


def refuse_if_taken(around: Surroundings, *, by: Actor) -> None:
    """Raise Conflict, with free times, when another booking is in the way; return when none is any more."""
    if taken := around.explain():
        is_limited = not policy.may(by, "ignore_time_limits", around.booking)
        raise Conflict(errors=taken, suggestions=around.next_free(is_limited=is_limited))


def _by_part(booking: Booking, error: ValidationError) -> dict[str, list[str]]:
    """The sentences of a ValidationError by part; a field that is no part keeps its name."""
    start, end = booking.time_fields
    parts = {start: "start", end: "end", "end_at": "end"}
    return {parts.get(field, field): sentences for field, sentences in error.message_dict.items()}


def _check_time_limits(booking: Booking, schedule: Schedule, now: datetime) -> None:
    """Attendees book the future, with the provider's notice, within its horizon."""
    if booking.start_at <= now:
        _refuse_start(_("This time is in the past."))
    if booking.start_at < now + schedule.minimum_notice:
        _refuse_start(_("This is too short notice. Please choose a later time."))
    if schedule.horizon is not None and booking.start_at > now + schedule.horizon:
        _refuse_start(_("This is too far ahead. Please choose an earlier time."))


def _refuse_start(sentence: str) -> NoReturn:
    raise Invalid(errors={"start": [sentence]})
