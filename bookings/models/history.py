"""The history: database triggers write a row for every change of a booking, so on every path.

Rows hold ids, times, states and the actor's id only; notes and reasons stay on the booking. They are never changed
nor deleted: triggers refuse it. (django-pghistory; ADR 11.)
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

import pghistory

from bookings.core.lifecycle import Action, Status
from bookings.models.booking import Via

if TYPE_CHECKING:
    from bookings.models import Booking

M = TypeVar("M", bound="type[Booking]")
FIELDS = (
    "provider",
    "attendee",
    "start_at",
    "end_at",
    "status",
    "revision",
    "is_overbooked",
    "expires_at",
    "changed_by",
    "changed_via",
)


def tracked(*, name: str, table: str) -> Callable[[M], M]:
    """Class decorator: record each insert and update of a booking model in `table`.

    `name` is the event model's.
    """
    track: Callable[[M], M] = pghistory.track(
        pghistory.InsertEvent("insert"),
        pghistory.UpdateEvent("update"),
        fields=list(FIELDS),
        model_name=name,
        append_only=True,
        obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history"),
        context_field=None,  # type: ignore[arg-type]  # documented: no field; `changed_by` and `changed_via` tell
        meta={"db_table": table},
    )
    return track


class Event(Protocol):
    """A row of the history: FIELDS as they were after one change."""

    pgh_created_at: datetime
    provider_id: int | str
    attendee_id: int | str
    start_at: datetime
    end_at: datetime
    status: str
    revision: int
    is_overbooked: bool
    expires_at: datetime | None
    changed_by_id: int | None
    changed_via: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a booking: when, what was done, by which role, from where, and what it was after that."""

    at: datetime
    action: str
    by: str
    via: str
    actor_id: int | None
    event: Event
    former: Event | None
    """The event before it; None for the first."""


def changes(booking: "Booking") -> list[Change]:
    """All changes of a booking, the first one first; two queries. A booking has few: each raises its revision.

    A change without a login on a page or over the API was made by the demo's visitor, who acts as the desk.
    """
    events: list[Event] = list(booking.history.order_by("pgh_id"))
    own_users = {booking.provider.user_id: "provider", booking.attendee.user_id: "attendee"}
    found = []
    for before, event in zip([None, *events], events, strict=False):
        actor_id = event.changed_by_id
        via = event.changed_via
        is_system = via in (Via.JOB, Via.SHELL) and actor_id is None
        by = "system" if is_system else own_users.get(actor_id or 0, "desk")
        found.append(Change(event.pgh_created_at, _action(before, event), by, via, actor_id, event, before))
    return found


def _action(before: Event | None, event: Event) -> str:
    """What was done, derived from the states before and after."""
    if before is None:
        return "book"
    if before.status == event.status:
        return Action.RESCHEDULE
    target: dict[str, str] = {
        Status.ARRIVED: Action.CHECK_IN,
        Status.FULFILLED: Action.COMPLETE,
        Status.NOSHOW: Action.NO_SHOW,
    }
    if event.status == Status.CANCELLED:
        return Action.CANCEL
    if event.status == Status.BOOKED:
        return Action.APPROVE if before.status == Status.PENDING else Action.UNDO
    return target.get(event.status, Action.RESCHEDULE)
