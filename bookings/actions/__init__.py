"""What changes? The only writers: everything that changes a booking, on every path, goes through here.

- book, book_for_self, bulk: new bookings: one, one for the login itself, many
- reschedule, change_state, expire: changes of bookings
- edit_hours, add_attendee, delete_logins: what else is written
- validation, limits: the checks before a write
- refusals: what is in the way, and the free times that are suggested instead
- row_locks, idempotency: what keeps writers apart, and retries from booking twice

Order of locks, everywhere: booking rows by id, then provider rows by key, then attendee rows by key.

- One INSERT cannot wait in a circle, so it needs no lock against overlaps. `book` locks parties only to count their
  bookings (`limits`): not for the desk; for others the attendee, and the provider where it has a daily limit.
- `cancel` locks no party: a cancelled row leaves the exclusion constraints.
- The exclusion constraints check every other UPDATE, even where the time stays, so it locks both parties.
- After the INSERT or UPDATE nothing may wait for another booking.
- One exception to the order: `expire_blockers` locks expired bookings in the way after the parties, and before the
  INSERT or UPDATE that takes their time.
"""

from bookings.actions.book import LARGEST_BATCH, book, book_many
from bookings.actions.change_state import (
    approve,
    cancel,
    change_state,
    check_in,
    complete,
    is_too_late,
    mark_no_show,
    undo,
)
from bookings.actions.expire import expire
from bookings.actions.reschedule import reschedule, take_back_overbooking
from bookings.actions.validation import NO_OVERRIDE, Override

__all__ = [
    "LARGEST_BATCH",
    "NO_OVERRIDE",
    "Override",
    "approve",
    "book",
    "book_many",
    "cancel",
    "change_state",
    "check_in",
    "complete",
    "expire",
    "is_too_late",
    "mark_no_show",
    "reschedule",
    "take_back_overbooking",
    "undo",
]
