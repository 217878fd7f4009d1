"""What this reader may do to a booking now: the buttons on its page and in the lists."""

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from bookings.access import permissions
from bookings.access.actor import Actor
from bookings.actions import is_too_late
from bookings.core.action_labels import ACTION_LABELS, TAKE_BACK
from bookings.core.lifecycle import Action, action_path, allowed_actions
from bookings.models import Booking
from bookings.web.kinds import kind_name

MAIN = frozenset({Action.APPROVE, Action.CHECK_IN})
ASKS_EVERYBODY = frozenset({Action.CANCEL, Action.RESCHEDULE, TAKE_BACK})
ASKS_WHO_CANNOT_UNDO = frozenset({Action.COMPLETE, Action.NO_SHOW})


@dataclass(frozen=True, slots=True)
class ActionButton:
    """A button: a link to the page that asks, or a form that does it at one tap."""

    name: str
    url: str
    is_asked: bool

    @property
    def label(self) -> str:
        return str(ACTION_LABELS[self.name].button)

    @property
    def is_main(self) -> bool:
        """Whether it is the action that the reader most likely came for."""
        return self.name in MAIN


def actions_for(booking: Booking, actor: Actor, *, among: Collection[str] = ACTION_LABELS) -> list[ActionButton]:
    """What this actor may do: what the booking's state, the permissions and the provider's window allow."""
    now = timezone.now()
    possible: list[str] = [*allowed_actions(booking.status_at(now))]
    if booking.is_overbooked and Action.RESCHEDULE in possible:
        possible.append(TAKE_BACK)
    return [
        ActionButton(name, action_url(booking, name), _is_asked(name, booking, actor))
        for name in ACTION_LABELS
        if name in possible and name in among
        if permissions.may(actor, "override" if name == TAKE_BACK else name, booking)
        if not is_too_late(name, booking, by=actor, now=now)
    ]


def is_call_needed(booking: Booking, actor: Actor) -> bool:
    """Whether an attendee can change the booking only by telephone."""
    now = timezone.now()
    is_possible = Action.CANCEL in allowed_actions(booking.status_at(now))
    return is_possible and is_too_late(Action.CANCEL, booking, by=actor, now=now)


def action_url(booking: Booking, name: str) -> str:
    """The page of an action on this booking."""
    return reverse(action_url_name(type(booking), name), args=[booking.pk])


def action_url_name(kind: type[Booking], name: str) -> str:
    """For example `appointment-check-in`."""
    return f"{kind_name(kind)}-{action_path(name)}"


def _is_asked(name: str, booking: Booking, actor: Actor) -> bool:
    """Whether a page asks first: what this actor could not undo, and what needs a form."""
    return name in ASKS_EVERYBODY or (name in ASKS_WHO_CANNOT_UNDO and not permissions.may(actor, Action.UNDO, booking))
