"""Many bookings at once, for the seed and imports: next to the writers, under the same constraints."""

from collections.abc import Sequence
from typing import Any, cast

from django.db import connection
from django.db.models.constants import OnConflict

from bookings.locks import lock_parties
from bookings.models import Booking
from bookings.transactions import unit_of_work


@unit_of_work
def insert_many(bookings: Sequence[Booking]) -> int:
    """Insert unsaved bookings of one kind in one statement and return how many went in.

    Those whose time is taken are left out; any other broken constraint refuses all of them with its domain error.
    The callers answer for what `book()` asks beyond the constraints: who may, open hours, notice. Each booking needs
    its parties as objects, for the buffers. Keys are not filled in. Takes the party locks first, in the order that
    holds everywhere: two such transactions that meet in an exclusion constraint would otherwise deadlock.
    """
    if not bookings:
        return 0
    kind = type(bookings[0])
    for booking in bookings:
        booking.derive_end()
        booking.keep_free(*booking.provider.buffers)
    lock_parties(kind, {booking.provider_key for booking in bookings}, {booking.attendee_key for booking in bookings})
    meta, manager = kind._meta, cast(Any, kind._base_manager)
    rows = manager._insert(  # noqa: SLF001  the insert compiler: `bulk_create` tells no count
        list(bookings),
        fields=[field for field in meta.local_concrete_fields if field is not meta.auto_field],
        returning_fields=[meta.pk],
        using=connection.alias,
        on_conflict=OnConflict.IGNORE,
    )
    return sum(row is not None for row in rows)  # a single booking that is left out comes back as [None]
