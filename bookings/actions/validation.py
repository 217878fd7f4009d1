"""The checks before a write: the desk's exceptions, the booking's own rules, the provider's times."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bookings.access import permissions
from bookings.access.actor import Actor
from bookings.core.errors import Invalid
from bookings.core.interval import MICROSECOND, Interval
from bookings.core.transactions import unknown_party
from bookings.models import Booking
from bookings.models.booking import REASON_MISSING
from bookings.schedule.loading import Schedule, read_schedule
from bookings.schedule.openings import is_open
from bookings.schedule.slots import suggestion_reach
from bookings.schedule.terms import (
    BookingTerms,
    bookable_starts,
    check_length,
    check_service,
    is_slot,
    keep_length,
)


@dataclass(frozen=True, slots=True)
class Override:
    """What the desk sets aside on purpose, and why: the provider's hours, the overlap with other bookings."""

    hours: bool = False
    overlap: bool = False
    reason: str = ""


NO_OVERRIDE = Override()


def apply_override(booking: Booking, override: Override, *, by: Actor) -> None:
    """Write an override to its columns. Raises Forbidden for all but the desk, Invalid without reason."""
    is_exception = override.hours or override.overlap
    booking.is_overbooked = override.overlap
    booking.is_outside_hours = override.hours
    booking.override_reason = override.reason.strip() if is_exception else ""
    if override != NO_OVERRIDE:
        permissions.check(by, "override", booking)
    if is_exception and not booking.override_reason:
        raise Invalid(errors={"override": [str(REASON_MISSING)]})


def validate(booking: Booking) -> None:
    """Check the booking's own fields and rules. The database checks parties and overlaps, `apply_schedule` the service.

    (`full_clean` would look up each foreign key and unique field, and call a conflict a validation error.)
    """
    judged_elsewhere = {"provider", "attendee", "service", "busy_from", "busy_until"}
    try:
        booking.clean_fields(exclude=judged_elsewhere | {"booked_by", "changed_by", "cancelled_by"})
        booking.clean()
    except ValidationError as error:
        raise Invalid(errors=_by_part(booking, error)) from error


def apply_schedule(booking: Booking, *, former: timedelta | None = None) -> Schedule:
    """Set the booking's busy time by its provider's buffers. Returns the provider's schedule, read once for all.

    `former` is the length of a booking that moves, which it keeps where the provider sets a length. Raises Invalid for
    a provider who takes no bookings or does not offer the service.
    """
    reach = suggestion_reach(booking)
    service = booking.service_id
    schedule = read_schedule(booking.provider_model(), booking.provider_id, reach, service=service)
    if schedule is None or not schedule.is_active:
        raise unknown_party("provider")
    booking.set_busy_time(schedule.buffer_before, schedule.buffer_after)
    if former is None:
        check_service(schedule, service)
    else:
        schedule = keep_length(schedule, former)
    return schedule


def _by_part(booking: Booking, error: ValidationError) -> dict[str, list[str]]:
    """The sentences of a ValidationError by the part at fault; other fields keep their names."""
    start, end = booking.time_fields
    parts = {start: "start", end: "end", "end_at": "end"}
    return {parts.get(field, field): sentences for field, sentences in error.message_dict.items()}


def check_rules(span: Interval, schedule: Schedule, terms: BookingTerms, *, now: datetime, is_any_hour: bool) -> None:
    """Raise Invalid, which names the rule, for the first of the provider's rules that the span breaks."""
    if bookable_starts(schedule, Interval(span.start, span.start + MICROSECOND), terms, now) is None:
        rule, sentence = _broken_limit(span, schedule, now)
    elif not is_any_hour and not schedule.is_open(span):
        rule, sentence = _broken_hours(span, schedule)
    else:
        check_length(schedule, span.length, terms)
        if is_slot(schedule, span, terms):
            return
        rule = "slot"
        sentence = _("No slot begins at this time. Please choose one of the free times.")
    raise Invalid(errors={"start": [sentence]}, rule=rule)


def _broken_limit(span: Interval, schedule: Schedule, now: datetime) -> tuple[str, str]:
    """Which limit a start breaks: now, the minimum notice or the horizon."""
    if span.start <= now:
        return "past", _("This time is in the past.")
    if span.start < now + schedule.minimum_notice:
        return "notice", _("This is too short notice. Please choose a later time.")
    return "horizon", _("This is too far ahead. Please choose an earlier time.")


def _broken_hours(span: Interval, schedule: Schedule) -> tuple[str, str]:
    """Why a span is closed: a holiday or time off where the hours alone would be open, else the hours."""
    names = {"zone": schedule.zone.key}
    if is_open(replace(schedule.rules, holidays=""), span):
        return "holiday", _("Closed: a public holiday (%(zone)s).") % names
    if is_open(replace(schedule.rules, time_off=(), holidays=""), span):
        return "time_off", _("Closed at this time (%(zone)s).") % names
    return "hours", _("Outside the working hours (%(zone)s).") % names
