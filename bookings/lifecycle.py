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

TRANSITIONS: dict[str, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.BOOKED, Status.CANCELLED}),
    Status.BOOKED: frozenset({Status.ARRIVED, Status.FULFILLED, Status.NOSHOW, Status.CANCELLED}),
    Status.ARRIVED: frozenset({Status.FULFILLED, Status.CANCELLED, Status.BOOKED}),
    Status.FULFILLED: frozenset({Status.BOOKED}),
    Status.NOSHOW: frozenset({Status.BOOKED}),
    Status.CANCELLED: frozenset(),
}
"""From a state to those that may follow. Back to `booked` from a later state is the desk's undo."""


def may_follow(current: str, target: str) -> bool:
    """Whether a booking may go from the state `current` to `target`."""
    return target in TRANSITIONS[current]
