"""Why a booking is refused: what is in its way, and which free times are suggested instead."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext as _

from bookings.actions.expire import expire_blockers
from bookings.core.errors import BookingError, Conflict, Invalid
from bookings.core.failures import unavailable
from bookings.core.transactions import unknown_party
from bookings.models import Booking
from bookings.models.overlaps import Taken, explain, read_taken
from bookings.schedule.loading import Schedule
from bookings.schedule.slots import next_free
from bookings.schedule.terms import BookingTerms

WRITE_ATTEMPTS = 3


@contextmanager
def suggesting_other_times(
    booking: Booking, schedule: Schedule, terms: BookingTerms, *, now: datetime
) -> Iterator[None]:
    """Add the next free times to a refusal within the block, where another time would help."""
    try:
        yield
    except (Conflict, Invalid) as error:
        if _is_about_time(error):
            error.suggestions = next_free(booking, terms=terms, now=now, schedule=schedule)
        raise


def _is_about_time(error: BookingError) -> bool:
    """Whether another time would help: a side of the booking is taken, or its start or end breaks a rule.

    Not where the booking was sent twice, the attendee is unknown or has too many open bookings.
    """
    return bool(error.errors) if isinstance(error, Conflict) else not error.errors.keys().isdisjoint({"start", "end"})


def write_or_explain(booking: Booking, write: Callable[[], bool], *, is_new: bool, now: datetime) -> None:
    """Insert or update a booking by `write`, which returns whether its time was free; else raise what is in the way.

    Expired bookings in the way are cancelled, once. What is in the way may be gone by the time we look, so the write is
    repeated a few times. An unknown attendee is reported first, then an overlap, then a booking that was sent before:
    where `write` left the row out, PostgreSQL does not say which of them it was.
    """
    for attempt in range(WRITE_ATTEMPTS):
        if write():
            return
        taken = _read_holding(booking, now=now)
        if is_new and not _is_known_attendee(booking, taken):
            raise unknown_party("attendee")
        if attempt == 0 and any(other.is_expired for other in taken) and expire_blockers(booking, now=now):
            continue
        _refuse_if_taken(booking, taken, is_new=is_new)
    written = "insertion" if is_new else "update"
    raise unavailable(f"the {written} lost to bookings that were gone again, {WRITE_ATTEMPTS} times")


def _read_holding(booking: Booking, *, now: datetime) -> list[Taken]:
    """The bookings in the way that the exclusion constraints see: not those overbooked on purpose."""
    return [other for other in read_taken(booking, now=now) if other.holds_time]


def _refuse_if_taken(booking: Booking, taken: Iterable[Taken], *, is_new: bool) -> None:
    """Raise Conflict while another booking is in the way, or where this booking was sent before."""
    if sentences := explain(taken):
        raise Conflict(errors=sentences)
    if is_new and type(booking).objects.filter(uid=booking.uid).exists():
        raise Conflict(_("This booking was sent before. Please start anew."))


def _is_known_attendee(booking: Booking, taken: Iterable[Taken]) -> bool:
    """Whether the attendee exists; no query if an overlapping booking of theirs was found."""
    people = booking.attendee_model()
    is_busy = any(other.part == "attendee" for other in taken)
    return is_busy or people._default_manager.filter(**{people.key_field: booking.attendee_id}).exists()
