"""Who did what when: a row for every change of a booking, written by database triggers, so on every path.

Rows hold ids, times, states and the actor's id only; notes and reasons stay on the booking. They are never changed
nor deleted: triggers refuse it. (django-pghistory; ADR 7.)
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import pghistory

if TYPE_CHECKING:
    from bookings.models import Booking
    from bookings.policy import Actor

M = TypeVar("M", bound="type[Booking]")
FIELDS = ("start_at", "end_at", "status", "revision", "is_overbooked", "expires_at")


def tracked(*parties: str, name: str, table: str) -> Callable[[M], M]:
    """Class decorator: record each insert and update of a booking model, with its parties, in `table`.

    `name` is the event model's.
    """
    return pghistory.track(  # type: ignore[no-any-return]
        pghistory.InsertEvent("insert"),
        pghistory.UpdateEvent("update"),
        fields=[*FIELDS, *parties],
        model_name=name,
        append_only=True,
        obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history"),
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,
        meta={"db_table": table},
    )


@contextmanager
def attributed_to(actor: "Actor") -> Iterator[None]:
    """Writes within are recorded as this actor's."""
    user_id = actor.user.pk if actor.user else None
    with pghistory.context(actor=user_id, via=actor.via):
        yield
