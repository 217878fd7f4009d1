"""The states of a booking and its transitions: FHIR R4 Appointment.status codes, our labels."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    PENDING = "pending", _("Awaits approval")
    BOOKED = "booked", _("Booked")
    ARRIVED = "arrived", _("Arrived")
    FULFILLED = "fulfilled", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")
    NOSHOW = "noshow", _("No-show")


class Action(StrEnum):
    APPROVE = "approve"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    CHECK_IN = "check_in"
    COMPLETE = "complete"
    NO_SHOW = "no_show"
    UNDO = "undo"


BLOCKING = frozenset(Status) - {Status.CANCELLED}
"""The states that hold the time. `constraints.HOLDS_TIME` adds that the booking is not overbooked on purpose."""

ACTIVE = frozenset({Status.PENDING, Status.BOOKED, Status.ARRIVED})
"""The states of a booking that is not over."""

ACTIONS: dict[Action, tuple[frozenset[Status], Status | None]] = {
    Action.APPROVE: (frozenset({Status.PENDING}), Status.BOOKED),
    Action.RESCHEDULE: (frozenset({Status.PENDING, Status.BOOKED}), None),
    Action.CANCEL: (frozenset({Status.PENDING, Status.BOOKED, Status.ARRIVED}), Status.CANCELLED),
    Action.CHECK_IN: (frozenset({Status.BOOKED}), Status.ARRIVED),
    Action.COMPLETE: (frozenset({Status.BOOKED, Status.ARRIVED}), Status.FULFILLED),
    Action.NO_SHOW: (frozenset({Status.BOOKED}), Status.NOSHOW),
    Action.UNDO: (frozenset({Status.ARRIVED, Status.FULFILLED, Status.NOSHOW}), Status.BOOKED),
}
"""An action -> the states it starts from, and the one it leads to (None: it depends on who asks)."""

TRANSITIONS = {
    status: frozenset(target for sources, target in ACTIONS.values() if target and status in sources)
    for status in Status
}
"""From a state to those that may follow."""


def action_path(action: str) -> str:
    """The last part of an action's address: `check_in` -> `check-in`."""
    return action.replace("_", "-")


def allowed_actions(status: str) -> list[Action]:
    """What may be done to a booking in this state, in the order of `ACTIONS`."""
    return [action for action, (sources, _target) in ACTIONS.items() if status in sources]
