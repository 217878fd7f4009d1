"""Changes of state. Cancelling locks only the booking's row; all others enter the exclusion constraints again."""

from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.access import permissions
from bookings.access.actor import Actor, Role
from bookings.actions.row_locks import lock_booking, lock_parties
from bookings.core.errors import Forbidden, IllegalTransition, Invalid, Stale
from bookings.core.lifecycle import ACTIONS, Action, Status, allowed_actions
from bookings.core.transactions import unit_of_work
from bookings.models import Booking
from bookings.models.booking import CHANGE, REASON_LIMIT
from bookings.models.fields import UNPRINTABLE, refuse_unprintable

B = TypeVar("B", bound=Booking)


@unit_of_work
def change_state(
    action: str,
    booking: B,
    *,
    by: Actor,
    reason: str = "",
    if_revision: int | None = None,
    now: datetime | None = None,
) -> B:
    """Do an `Action` (or its value) to a booking, and return the booking as it is now.

    `if_revision` is the revision that the caller has seen (If-Match). Raises Forbidden, Stale, Invalid or
    IllegalTransition, which names what is allowed.
    """
    action = Action(action)
    now = now or timezone.now()
    booking = lock_for_change(action, booking, by=by, if_revision=if_revision, now=now)
    target = ACTIONS[action][1]
    if target is None:
        raise ValueError(f"{action} has a writer of its own.")
    if target != Status.CANCELLED:  # PostgreSQL checks the new row version's time again: as in `reschedule`
        lock_parties(type(booking), {booking.provider_id}, {booking.attendee_id})
    booking.status = target
    booking.expires_at = None
    if target == Status.CANCELLED:
        _note_cancellation(booking, by=by, reason=reason, now=now)
    booking.record_change(by.user, by.via)
    booking.save(update_fields=["status", "expires_at", *CANCELLATION, *CHANGE])
    return booking


approve = partial(change_state, Action.APPROVE)
cancel = partial(change_state, Action.CANCEL)
check_in = partial(change_state, Action.CHECK_IN)
complete = partial(change_state, Action.COMPLETE)
mark_no_show = partial(change_state, Action.NO_SHOW)
undo = partial(change_state, Action.UNDO)

CANCELLATION = ("cancelled_at", "cancelled_by", "cancel_reason")


def lock_for_change(action: Action, booking: B, *, by: Actor, if_revision: int | None, now: datetime) -> B:
    """Lock the booking and return it as it is now.

    Raises Forbidden, Stale or IllegalTransition unless this actor may do `action` to it now.
    """
    booking = lock_booking(booking)
    permissions.check(by, action, booking)
    if if_revision is not None and if_revision != booking.revision:
        raise Stale
    status = booking.status_at(now)
    if status not in ACTIONS[action][0]:
        raise illegal(action, status)
    if is_too_late(action, booking, by=by, now=now):
        raise Forbidden(_("It is too late to change this here. Please call the practice."))
    return booking


def is_too_late(action: str, booking: Booking, *, by: Actor, now: datetime) -> bool:
    """Whether an attendee's deadline is over: the provider's cancellation window before the start. Others have none."""
    if action not in (Action.CANCEL, Action.RESCHEDULE) or by.roles_for(booking) != {Role.ATTENDEE}:
        return False
    return now > booking.start_at - timedelta(minutes=booking.provider.cancellation_window_minutes)


def illegal(action: Action, status: str) -> IllegalTransition:
    """The error for `action` in the state `status`."""
    allowed = ", ".join(allowed_actions(status)) or _("nothing")
    return IllegalTransition(
        _("This booking is %(status)s: %(action)s is not possible. Possible: %(allowed)s.")
        % {"status": status, "action": action, "allowed": allowed}
    )


def _note_cancellation(booking: Booking, *, by: Actor, reason: str, now: datetime) -> None:
    if len(reason) > REASON_LIMIT:
        raise Invalid(errors={"reason": [_("Use at most %(limit)s characters.") % {"limit": REASON_LIMIT}]})
    booking.cancelled_at = now
    booking.cancelled_by = by.user
    booking.cancel_reason = reason
    try:
        refuse_unprintable(booking, UNPRINTABLE, "cancel_reason")
    except ValidationError as error:
        raise Invalid(errors={"reason": error.message_dict["cancel_reason"]}) from error
