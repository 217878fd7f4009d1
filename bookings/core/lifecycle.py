"""The states of a booking and the ways between them: FHIR R4 Appointment.status codes, our labels."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    PENDING = "pending", _("Awaits approval")
    BOOKED = "booked", _("Booked")
    ARRIVED = "arrived", _("Arrived")
    FULFILLED = "fulfilled", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")
    NOSHOW = "noshow", _("No-show")


BLOCKING = frozenset(Status) - {Status.CANCELLED}
"""The states that hold the time. The constraints' condition says the same (`constraints.no_overlap`)."""

ACTIVE = frozenset({Status.PENDING, Status.BOOKED, Status.ARRIVED})
"""The states of a booking that is not over."""

ACTIONS: dict[str, tuple[frozenset[Status], Status | None]] = {
    "approve": (frozenset({Status.PENDING}), Status.BOOKED),
    "reschedule": (frozenset({Status.PENDING, Status.BOOKED}), None),
    "cancel": (frozenset({Status.PENDING, Status.BOOKED, Status.ARRIVED}), Status.CANCELLED),
    "check_in": (frozenset({Status.BOOKED}), Status.ARRIVED),
    "complete": (frozenset({Status.BOOKED, Status.ARRIVED}), Status.FULFILLED),
    "no_show": (frozenset({Status.BOOKED}), Status.NOSHOW),
    "undo": (frozenset({Status.ARRIVED, Status.FULFILLED, Status.NOSHOW}), Status.BOOKED),
}
"""An action -> the states it starts from, and the one it leads to (None: it depends on who asks)."""

TRANSITIONS = {
    status: frozenset(target for sources, target in ACTIONS.values() if target and status in sources)
    for status in Status
}
"""From a state to those that may follow."""


def allowed_actions(status: str) -> list[str]:
    """What may be done to a booking in this state, in the order of `ACTIONS`."""
    return [action for action, (sources, _target) in ACTIONS.items() if status in sources]
