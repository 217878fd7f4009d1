"""Many bookings at once, for the seed and imports. Only the constraints check them."""

from collections.abc import Sequence

from bookings.actions.book import insert_free
from bookings.actions.row_locks import lock_parties
from bookings.core.transactions import unit_of_work
from bookings.models import Booking


@unit_of_work
def insert_many(bookings: Sequence[Booking]) -> int:
    """Insert unsaved bookings of one kind in one statement and return how many went in.

    Bookings whose time is taken are left out; any other broken constraint refuses all of them with its domain error.
    The caller is responsible for what `book()` checks beyond the constraints: permissions, open hours, notice. Each
    booking needs its parties as objects, for the buffers. Keys are not filled in. Takes the locks of the parties first,
    in the usual order: otherwise two such transactions that meet in an exclusion constraint would deadlock.
    """
    if not bookings:
        return 0
    kind = type(bookings[0])
    for booking in bookings:
        booking.derive_end()
        booking.set_busy_time(*booking.buffers)
    lock_parties(kind, {booking.provider_id for booking in bookings}, {booking.attendee_id for booking in bookings})
    return len(insert_free(bookings))
