"""Rescheduling: the UPDATE that enters the exclusion constraints.

UPDATE has no ON CONFLICT, and two updaters that meet in a constraint deadlock: so this one takes the locks first.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation

from bookings.access import permissions
from bookings.access.actor import Actor
from bookings.actions.book import await_approval
from bookings.actions.change_state import lock_for_change
from bookings.actions.limits import check_booking_limits
from bookings.actions.refusals import suggesting_other_times, write_or_explain
from bookings.actions.row_locks import lock_parties
from bookings.actions.validation import NO_OVERRIDE, Override, apply_override, apply_schedule, check_rules, validate
from bookings.core.errors import Forbidden
from bookings.core.lifecycle import Action
from bookings.core.transactions import unit_of_work
from bookings.models import Booking
from bookings.models.overlaps import read_taken

B = TypeVar("B", bound=Booking)


@unit_of_work
def reschedule(
    booking: B,
    *,
    by: Actor,
    to: Mapping[str, object],
    override: Override = NO_OVERRIDE,
    if_revision: int | None = None,
    now: datetime | None = None,
) -> B:
    """Move a booking to another time, or (the desk) to another provider of its kind; it stays the same booking.

    `to` holds the model fields that change: those of `time_fields`, and the provider's key by its attribute name;
    empty, it takes back an overbooking, which the constraints refuse while anything overlaps.
    Its buffers become those of the provider now. An attendee's move at a provider who approves is pending again.
    Raises Forbidden, Stale, IllegalTransition, Invalid, Conflict (with suggestions) or Unavailable.
    """
    now = now or timezone.now()
    booking = lock_for_change(Action.RESCHEDULE, booking, by=by, if_revision=if_revision, now=now)
    former = booking.provider_id
    length = booking.span.length
    for name in set(to) & {*booking.time_fields, "provider_id"}:
        setattr(booking, name, to[name])
    if booking.provider_id != former and not permissions.may(by, "change_provider", booking):
        raise Forbidden(_("Only the desk may move a booking to somebody else."))
    lock_parties(type(booking), {former, booking.provider_id}, {booking.attendee_id})
    apply_override(booking, override, by=by)
    validate(booking)
    is_same_provider = booking.provider_id == former
    schedule = apply_schedule(booking, former=length if is_same_provider else None)
    terms = permissions.terms_for(by, booking)
    with suggesting_other_times(booking, schedule, terms, now=now):
        check_rules(booking.span, schedule, terms, now=now, is_any_hour=override.hours)
        if terms.is_limited:
            check_booking_limits(booking, schedule, read_taken(booking, now=now), now=now)
        await_approval(booking, schedule, by=by, now=now)
        booking.record_change(by.user, by.via)
        write_or_explain(booking, lambda: _save_unless_taken(booking), is_new=False, now=now)
    return booking


def take_back_overbooking(booking: B, *, by: Actor, if_revision: int | None = None) -> B:
    """Make an overbooked booking an ordinary one, at its time. Raises as `reschedule`.

    Conflict while it still overlaps another one: the exclusion constraints decide.
    """
    permissions.check(by, "override", booking)
    return reschedule(booking, by=by, to={}, if_revision=if_revision)


def _save_unless_taken(booking: Booking) -> bool:
    """Whether the booking is saved at its new time. The parties are locked."""
    try:
        with transaction.atomic():
            booking.save()
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        return False
    return True
